//! Anchors: where each tenant's audit log ended, hour by hour, signed and kept where the database's password does not reach (AUD-3).
//!
//! A chain of hashes proves nothing against somebody who can write all of it anew; an anchor does. The job never anchors a log that
//! contradicts an earlier anchor, so a log written anew gets no anchor of its own. Called by `src/` (hourly, and as commands) and by
//! the verification of a log; calls `db` for the chains and `gateways` for the place.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use sadu_db::audit_chain::{self, ChainHead};
use sadu_db::seal::MasterKey;
use sadu_db::seal::anchor::{AnchorKey, is_signed};
use sadu_db::{Db, DbError, PlatformTx, rotation};
use sadu_domain::ids::TenantId;
use sadu_gateways::storage::{Kept, StorageError, WriteOnce};
use serde::{Deserialize, Serialize};

/// How often every log is anchored.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// Anchors whose hashes are asked for at once.
const AT_ONCE: usize = 1_000;

/// The anchors of a deployment. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Anchors {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    place: WriteOnce,
    key: AnchorKey,
    trusted: Vec<Vec<u8>>,
}

/// Why logs were not anchored or compared.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// The place.
    #[error("the place of the anchors: {0}")]
    Storage(#[from] StorageError),
    /// The database.
    #[error("the database: {0}")]
    Db(#[from] DbError),
}

/// One anchor, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// Whose log.
    pub tenant: TenantId,
    /// Number of its last entry.
    pub seq: i64,
    /// That entry's hash, hexadecimal.
    pub hash: String,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Public key of the signature, hexadecimal Ed25519.
    pub key: String,
    /// Signature of [`Anchor::message`], hexadecimal.
    pub signature: String,
}

/// The name of an anchor: what it says can be read off it.
#[derive(Debug, Clone)]
struct Name {
    seq: i64,
    hash: String,
    kept: Kept,
}

/// Anchors of one tenant, not yet compared with its log.
#[derive(Debug, Clone)]
pub struct Known(Vec<Name>);

/// What a comparison with the anchors found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// The newest anchor that the log agrees with.
    pub newest: Option<Anchor>,
    /// Anchors there are.
    pub count: usize,
    /// Lowest number at which the log is not what was anchored.
    pub first_bad: Option<i64>,
    /// Things kept there that we never signed.
    pub forged: usize,
}

/// What a run of the job did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// Anchors made.
    pub made: usize,
    /// Logs that had not moved since their last anchor.
    pub unmoved: usize,
    /// Logs that contradict an anchor, with the lowest number at which they do. They were not anchored.
    pub broken: Vec<(TenantId, i64)>,
}

impl Anchor {
    /// What is signed.
    #[must_use]
    pub fn message(&self) -> String {
        let at = self.at.to_rfc3339_opts(SecondsFormat::Micros, true);
        format!(
            "sadu audit anchor v1\n{}\n{}\n{}\n{at}\n",
            self.tenant, self.seq, self.hash
        )
    }
}

impl Known {
    /// The numbers that are anchored.
    #[must_use]
    pub fn seqs(&self) -> Vec<i64> {
        self.0.iter().map(|name| name.seq).collect()
    }
}

impl Anchors {
    /// Anchors in this place, signed with a key derived from `master`. `trusted` are public keys of master keys that are gone.
    ///
    /// # Errors
    /// `Seal`; never in practice.
    pub fn new(
        place: WriteOnce,
        master: &MasterKey,
        trusted: Vec<Vec<u8>>,
    ) -> Result<Self, DbError> {
        let mut ours = master.anchor_public_keys()?;
        ours.extend(trusted);
        Ok(Self {
            inner: Arc::new(Inner {
                place,
                key: master.anchor_key()?,
                trusted: ours,
            }),
        })
    }

    /// The key that outsiders check signatures with, hexadecimal.
    #[must_use]
    pub fn public_key(&self) -> String {
        hex(&self.inner.key.public_key())
    }

    /// Looks whether the place can do what it promises.
    ///
    /// # Errors
    /// The place's.
    pub async fn check(&self) -> Result<(), AnchorError> {
        Ok(self.inner.place.check().await?)
    }

    /// The anchors of a tenant. Asked before a transaction is opened: the place may be slow.
    ///
    /// # Errors
    /// The place's.
    pub async fn known(&self, tenant: TenantId) -> Result<Known, AnchorError> {
        let folder = folder(tenant);
        let kept = self.inner.place.list(&folder).await?;
        let read = |kept: Kept| {
            let rest = kept.name.strip_prefix(&folder)?.strip_suffix(".json")?;
            let (seq, hash) = rest.split_once('.')?;
            Some(Name {
                seq: seq.parse().ok()?,
                hash: hash.to_owned(),
                kept,
            })
        };
        Ok(Known(kept.into_iter().filter_map(read).collect()))
    }

    /// Compares anchors with the hashes that the log has now at their numbers.
    ///
    /// # Errors
    /// The place's.
    pub async fn compare(
        &self,
        tenant: TenantId,
        known: &Known,
        now: &[(i64, Vec<u8>)],
    ) -> Result<Compared, AnchorError> {
        let now: HashMap<i64, String> = now.iter().map(|(seq, hash)| (*seq, hex(hash))).collect();
        let mut found = Compared {
            count: known.0.len(),
            ..Compared::default()
        };
        for name in known.0.iter().rev() {
            let agrees = now.get(&name.seq) == Some(&name.hash);
            if agrees && found.newest.is_some() {
                continue;
            }
            // A name alone proves nothing: whoever may write there may write any.
            match self.signed(tenant, name).await? {
                Some(anchor) if agrees => found.newest = Some(anchor),
                Some(anchor) => found.first_bad = Some(anchor.seq),
                None => found.forged = found.forged.saturating_add(1),
            }
        }
        Ok(found)
    }

    /// What is kept under a name, if we signed it and it says what its name says.
    async fn signed(&self, tenant: TenantId, name: &Name) -> Result<Option<Anchor>, AnchorError> {
        let bytes = self.inner.place.read(&name.kept).await?;
        let Ok(anchor) = serde_json::from_slice::<Anchor>(&bytes) else {
            return Ok(None);
        };
        let ours = self.inner.trusted.iter().any(|key| hex(key) == anchor.key);
        let says = anchor.tenant == tenant && anchor.seq == name.seq && anchor.hash == name.hash;
        let (Some(key), Some(signature)) = (unhex(&anchor.key), unhex(&anchor.signature)) else {
            return Ok(None);
        };
        let good = ours && says && is_signed(&key, anchor.message().as_bytes(), &signature);
        Ok(good.then_some(anchor))
    }

    /// Anchors every log that moved. One that contradicts an anchor is reported, and not anchored.
    ///
    /// # Errors
    /// The place's and the database's; what was anchored until then stays.
    pub async fn anchor_all(&self, db: &Db) -> Result<Run, AnchorError> {
        let mut tx = PlatformTx::begin(db).await?;
        let tenants = rotation::tenants(&mut tx).await?;
        let heads = audit_chain::heads(&mut tx).await?;
        tx.commit().await?;
        let heads: HashMap<TenantId, ChainHead> =
            heads.into_iter().map(|head| (head.tenant, head)).collect();
        let mut run = Run::default();
        for tenant in tenants {
            self.anchor(db, tenant, heads.get(&tenant), &mut run)
                .await?;
        }
        Ok(run)
    }

    async fn anchor(
        &self,
        db: &Db,
        tenant: TenantId,
        head: Option<&ChainHead>,
        run: &mut Run,
    ) -> Result<(), AnchorError> {
        let known = self.known(tenant).await?;
        let mut now = Vec::new();
        for seqs in known.seqs().chunks(AT_ONCE) {
            let mut tx = PlatformTx::begin(db).await?;
            now.extend(audit_chain::hashes_of(&mut tx, tenant, seqs).await?);
            tx.commit().await?;
        }
        let compared = self.compare(tenant, &known, &now).await?;
        if let Some(seq) = compared.first_bad {
            tracing::error!(tenant.id = %tenant, seq, "an audit log is not what was anchored");
            metrics::counter!("audit_broken_total").increment(1);
            run.broken.push((tenant, seq));
            return Ok(());
        }
        let Some(head) = head else { return Ok(()) };
        if compared.newest.is_some_and(|newest| newest.seq == head.seq) {
            run.unmoved = run.unmoved.saturating_add(1);
            return Ok(());
        }
        let made = self.sign(head);
        let name = format!("{}{:020}.{}.json", folder(tenant), made.seq, made.hash);
        let text = serde_json::to_vec(&made).unwrap_or_default();
        if self.inner.place.put_new(&name, text).await? {
            run.made = run.made.saturating_add(1);
        }
        Ok(())
    }

    fn sign(&self, head: &ChainHead) -> Anchor {
        let mut anchor = Anchor {
            tenant: head.tenant,
            seq: head.seq,
            hash: hex(&head.hash),
            at: Utc::now(),
            key: self.public_key(),
            signature: String::new(),
        };
        anchor.signature = hex(&self.inner.key.sign(anchor.message().as_bytes()));
        anchor
    }

    /// Anchors hourly until the process ends. Several processes may: what is there already is not made again.
    pub async fn look_after(self, db: Db) {
        let mut tick = tokio::time::interval(EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            match self.anchor_all(&db).await {
                Ok(run) => {
                    metrics::counter!("audit_anchors_total")
                        .increment(u64::try_from(run.made).unwrap_or(0));
                    metrics::gauge!("audit_anchored_at").set(f64::from(
                        u32::try_from(Utc::now().timestamp()).unwrap_or(0),
                    ));
                }
                Err(error) => {
                    tracing::error!(error = %error, "the audit logs were not anchored; it is tried again in an hour");
                }
            }
        }
    }
}

/// Where a tenant's anchors are.
fn folder(tenant: TenantId) -> String {
    format!("audit/{tenant}/")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at.checked_add(2)?)?, 16).ok())
        .collect()
}

//! Changing keys of every tenant while the product runs: the master key that wraps, and the data keys that seal.
//!
//! Called by `sadu rotate-keys`; the steps and their SQL are `db::rotation`'s. Each transaction holds its tenant's counter row, so
//! orders wait for a slice at most. May be cut short anywhere and started again: what is sealed says by which key.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sadu_db::rotation::{self, SEALED};
use sadu_db::seal::{HEARD_EVERYWHERE, MasterKey, WrappedKey};
use sadu_db::{Actor, AuditEntry, Db, DbError, PlatformTx, TenantCtx, WriteTx, WriterSet, tenants};
use sadu_domain::ids::TenantId;
use serde_json::json;

/// Tries to drop a key that something was still being sealed with.
const TRIES: usize = 5;

/// How keys are changed.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Also data keys; else only the master key's wrapping.
    pub data_keys: bool,
    /// A data key younger than this is not replaced: a run that was cut short is started again without a second change.
    pub older_than: Duration,
    /// How long after the new key began to seal a write under the key before may still be on its way. The key before is dropped
    /// only after this.
    pub grace: Duration,
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Tenants that were gone through.
    pub tenants: usize,
    /// Data keys wrapped anew.
    pub rewrapped: usize,
    /// Data keys made.
    pub added: usize,
    /// Slices of at most [`rotation::SLICE`] values that were sealed anew.
    pub slices: usize,
    /// Data keys dropped.
    pub dropped: usize,
}

struct Work<'a> {
    writers: WriterSet,
    master: &'a MasterKey,
    plan: Plan,
    done: Done,
}

/// Changes the keys of every tenant.
///
/// # Errors
/// The database's, and `Seal` when a value or a key does not open; what was done until then stays good.
pub async fn rotate(db: &Db, master: &MasterKey, plan: Plan) -> Result<Done, DbError> {
    let mut tx = PlatformTx::begin(db).await?;
    let tenants = rotation::tenants(&mut tx).await?;
    tx.commit().await?;
    let mut work = Work {
        writers: db.writers(),
        master,
        plan,
        done: Done::default(),
    };
    // In steps over all tenants, so that everybody waits at the same time.
    let mut changing = Vec::new();
    let mut newest = DateTime::UNIX_EPOCH;
    for tenant in tenants {
        if let Some(made) = work.begin_change(tenant).await? {
            changing.push(tenant);
            newest = newest.max(made);
        }
        work.done.tenants = work.done.tenants.saturating_add(1);
    }
    if changing.is_empty() {
        return Ok(work.done);
    }
    let heard = newest.checked_add_signed(HEARD_EVERYWHERE);
    until(heard).await;
    for tenant in &changing {
        work.reseal(*tenant).await?;
    }
    let grace = TimeDelta::from_std(plan.grace).unwrap_or_default();
    until(heard.and_then(|heard| heard.checked_add_signed(grace))).await;
    for tenant in &changing {
        work.end_change(*tenant).await?;
    }
    Ok(work.done)
}

impl Work<'_> {
    async fn begin(&self, tenant: TenantId) -> Result<WriteTx, DbError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "a job over all tenants, each in transactions of its own"
        )]
        let ctx = TenantCtx::vouch(tenant);
        WriteTx::begin(&self.writers, ctx, Utc::now()).await
    }

    /// Wraps anew, and makes the next data key where one is due. Answers when the newest was made, while a change is under way.
    async fn begin_change(&mut self, tenant: TenantId) -> Result<Option<DateTime<Utc>>, DbError> {
        let stored = self.rewrap(tenant).await?;
        if !self.plan.data_keys {
            return Ok(None);
        }
        match stored.as_slice() {
            [only] if is_older(only.created_at, self.plan.older_than) => {
                self.add(tenant).await.map(Some)
            }
            // Cut short before.
            [newest, _, ..] => Ok(Some(newest.created_at)),
            _ => Ok(None),
        }
    }

    /// Seals anew what came meanwhile, and drops the keys before.
    async fn end_change(&mut self, tenant: TenantId) -> Result<(), DbError> {
        for _ in 0..TRIES {
            self.reseal(tenant).await?;
            match self.drop_old(tenant).await {
                Err(DbError::Refused(_)) => {}
                other => return other,
            }
        }
        Err(DbError::Busy)
    }

    async fn rewrap(&mut self, tenant: TenantId) -> Result<Vec<WrappedKey>, DbError> {
        let mut tx = self.begin(tenant).await?;
        let changed = rotation::rewrap(tx.tx(), self.master).await?;
        let stored = rotation::stored(tx.tx()).await?;
        if changed > 0 {
            tx.audit(entry(tenant, "rewrapped"));
            tx.commit().await?;
        } else {
            tx.rollback().await;
        }
        self.done.rewrapped = self.done.rewrapped.saturating_add(changed);
        Ok(stored)
    }

    async fn add(&mut self, tenant: TenantId) -> Result<DateTime<Utc>, DbError> {
        let mut tx = self.begin(tenant).await?;
        let keys = tenants::keys(tx.tx(), self.master).await?;
        rotation::add(tx.tx(), self.master, &keys).await?;
        // Every process reads the keys anew.
        tx.config_changed();
        tx.audit(entry(tenant, "begun"));
        tx.commit().await?;
        self.done.added = self.done.added.saturating_add(1);
        Ok(Utc::now())
    }

    async fn reseal(&mut self, tenant: TenantId) -> Result<(), DbError> {
        for column in SEALED {
            let mut after = None;
            loop {
                let mut tx = self.begin(tenant).await?;
                let keys = tenants::keys(tx.tx(), self.master).await?;
                let last = rotation::reseal(tx.tx(), &keys, column, after).await?;
                tx.commit().await?;
                if last.is_none() {
                    break;
                }
                self.done.slices = self.done.slices.saturating_add(1);
                after = last;
            }
        }
        Ok(())
    }

    async fn drop_old(&mut self, tenant: TenantId) -> Result<(), DbError> {
        let mut tx = self.begin(tenant).await?;
        let old: Vec<_> = rotation::stored(tx.tx())
            .await?
            .into_iter()
            .skip(1)
            .collect();
        if old.is_empty() {
            tx.rollback().await;
            return Ok(());
        }
        for key in &old {
            if let Err(error) = rotation::drop_key(tx.tx(), key.id).await {
                tx.rollback().await;
                return Err(error);
            }
        }
        tx.config_changed();
        tx.audit(entry(tenant, "finished"));
        tx.commit().await?;
        self.done.dropped = self.done.dropped.saturating_add(old.len());
        Ok(())
    }
}

/// Waits for a time; not at all for one that is past.
async fn until(time: Option<DateTime<Utc>>) {
    let wait = time.and_then(|time| time.signed_duration_since(Utc::now()).to_std().ok());
    if let Some(wait) = wait {
        tokio::time::sleep(wait).await;
    }
}

fn is_older(at: DateTime<Utc>, than: Duration) -> bool {
    Utc::now()
        .signed_duration_since(at)
        .to_std()
        .is_ok_and(|age| age >= than)
}

fn entry(tenant: TenantId, step: &'static str) -> AuditEntry {
    AuditEntry {
        actor: Actor {
            id: "system".to_owned(),
            role: "system".to_owned(),
            via: None,
            ip: None,
            user_agent: None,
            request_id: None,
        },
        action: "keys.rotate",
        object_type: "tenant",
        object_id: Some(tenant.to_string()),
        diff: json!({ "step": step }),
    }
}

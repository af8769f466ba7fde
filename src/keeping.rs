//! The commands that keep what must be kept: changing keys, anchoring audit logs, checking them. Run by hand or by a schedule.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Args;
use sadu_actors::anchors::{self as anchoring, Anchors};
use sadu_actors::rotation::{self, Plan};
use sadu_db::seal::MasterKey;
use sadu_db::{Db, PlatformTx, TenantCtx, audit_chain};
use sadu_domain::ids::TenantId;

use crate::cli::{db_config, env};
use crate::config::{anchors, secrets};
use crate::telemetry::{self, LogStyle};

/// How `sadu rotate-keys` works.
#[derive(Debug, Args)]
pub struct RotateKeys {
    /// Only wrap the data keys with the present master key (after SADU_MASTER_KEY changed; SADU_MASTER_KEY_PREVIOUS is the one before).
    #[arg(long)]
    master_only: bool,
    /// Leave a data key alone that is younger than this many hours: so a run that was cut short can be started again.
    #[arg(long, default_value_t = 24)]
    older_than_hours: u64,
    /// Drop the key before only so many seconds after the new one was made: until then a process may still seal with it.
    #[arg(long, default_value_t = 600)]
    grace_seconds: u64,
}

/// Longest wait for a connection.
const PATIENCE: Duration = Duration::from_secs(60);

async fn begin() -> anyhow::Result<(Db, MasterKey)> {
    telemetry::start(LogStyle::Json);
    ensure!(
        env("PLATFORM_DATABASE_URL").is_some(),
        "PLATFORM_DATABASE_URL is missing: the login of sadu_platform, which knows the list of tenants"
    );
    let master = secrets::master_key_from_env()?;
    // A schedule has time: a busy database is waited for.
    let mut config = db_config()?;
    config.acquire_timeout = PATIENCE;
    let db = Db::connect(config).await?;
    ensure!(
        db.ready().await.context("the database does not answer")?,
        "the database is not at this program's version: run `sadu migrate`"
    );
    Ok((db, master))
}

/// `sadu rotate-keys`.
///
/// # Errors
/// One line; what was done until then stays good.
pub async fn rotate_keys(how: &RotateKeys) -> anyhow::Result<()> {
    let (db, master) = begin().await?;
    let plan = Plan {
        data_keys: !how.master_only,
        older_than: Duration::from_secs(how.older_than_hours.saturating_mul(60 * 60)),
        grace: Duration::from_secs(how.grace_seconds),
    };
    let done = rotation::rotate(&db, &master, plan)
        .await
        .context("keys were changed in part; start again when the cause is mended")?;
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{} tenants: {} keys wrapped anew, {} made, {} slices sealed anew, {} dropped",
        done.tenants, done.rewrapped, done.added, done.slices, done.dropped
    )?;
    for key in master.anchor_public_keys()?.iter().skip(1) {
        writeln!(
            out,
            "keep in SADU_ANCHOR_TRUSTED, for anchors signed under the master key before: {}",
            hex::encode(key)
        )?;
    }
    db.close().await;
    Ok(())
}

async fn place(master: &MasterKey) -> anyhow::Result<Anchors> {
    anchors::from_env(env, master)
        .await?
        .context("neither SADU_ANCHOR_BUCKET nor SADU_ANCHOR_DIR is set")
}

/// `sadu anchor-audit`.
///
/// # Errors
/// One line; also when a log contradicts an anchor.
pub async fn anchor_audit() -> anyhow::Result<()> {
    let (db, master) = begin().await?;
    let anchors = place(&master).await?;
    anchors.check().await?;
    let run = anchors.anchor_all(&db).await?;
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{} anchors made, {} logs had not moved; signed with {}",
        run.made,
        run.unmoved,
        anchors.public_key()
    )?;
    for (tenant, seq) in &run.broken {
        writeln!(
            out,
            "tenant {tenant}: the log is not what was anchored at {seq}"
        )?;
    }
    db.close().await;
    ensure!(
        run.broken.is_empty(),
        "an audit log contradicts its anchors"
    );
    Ok(())
}

/// `sadu verify-audit`.
///
/// # Errors
/// One line; also when a log is not whole.
pub async fn verify_audit() -> anyhow::Result<()> {
    let (db, master) = begin().await?;
    let anchors = anchors::from_env(env, &master).await?;
    let mut tx = PlatformTx::begin(&db).await?;
    let tenants = sadu_db::rotation::tenants(&mut tx).await?;
    tx.commit().await?;
    let (mut out, mut broken) = (std::io::stdout(), 0_usize);
    for tenant in tenants {
        #[expect(
            clippy::disallowed_methods,
            reason = "a job over all tenants, each in a transaction of its own"
        )]
        let ctx = TenantCtx::vouch(tenant);
        let found = look(&db, ctx, tenant, anchors.as_ref()).await?;
        let anchored = found.anchors.map_or_else(
            || "not anchored".to_owned(),
            |compared| format!("{} anchors", compared.count),
        );
        match found.first_bad {
            None => writeln!(
                out,
                "tenant {tenant}: whole, {} entries, {anchored}",
                found.entries
            )?,
            Some(seq) => {
                broken = broken.saturating_add(1);
                writeln!(
                    out,
                    "tenant {tenant}: NOT WHOLE from entry {seq}, {anchored}"
                )?;
            }
        }
    }
    db.close().await;
    ensure!(broken == 0, "{broken} audit logs are not whole");
    Ok(())
}

/// What a look at one log found.
#[derive(Debug)]
pub struct Found {
    /// Entries there are.
    pub entries: i64,
    /// Where the chain ends.
    pub head: Option<(i64, Vec<u8>)>,
    /// The first number that is wrong, by the chain itself or by its anchors.
    pub first_bad: Option<i64>,
    /// What the anchors say, where there are any to ask.
    pub anchors: Option<anchoring::Compared>,
}

/// Looks at one log: entry by entry, and against its anchors.
///
/// # Errors
/// The database's and the anchors'.
pub async fn look(
    db: &Db,
    ctx: TenantCtx,
    tenant: TenantId,
    anchors: Option<&Anchors>,
) -> Result<Found, anchoring::AnchorError> {
    // The place of the anchors may be slow: no transaction waits for it.
    let known = match anchors {
        Some(anchors) => Some(anchors.known(tenant).await?),
        None => None,
    };
    let mut tx = db.tenant_snapshot(ctx).await?;
    let found = audit_chain::verify(&mut tx).await?;
    let seqs = known
        .as_ref()
        .map(anchoring::Known::seqs)
        .unwrap_or_default();
    let now = audit_chain::hashes_at(&mut tx, &seqs).await?;
    tx.commit().await?;
    let compared = match (anchors, &known) {
        (Some(anchors), Some(known)) => Some(anchors.compare(tenant, known, &now).await?),
        _ => None,
    };
    let by_anchor = compared.as_ref().and_then(|compared| compared.first_bad);
    Ok(Found {
        entries: found.entries,
        head: found.head,
        first_bad: [found.first_bad, by_anchor].into_iter().flatten().min(),
        anchors: compared,
    })
}

//! `sadu delete-tenant`: an operator deletes a closed tenant for good. What it refuses, and what goes, is `actors::erasure`'s.

use std::io::Write;

use anyhow::Context;
use clap::Args;
use sadu_actors::erasure::{Asked, Erased, Stores, erase};
use sadu_actors::storage::objects::Objects;
use sadu_db::erasure::Tombstone;

use crate::cli::{env, env_secret};
use crate::config::redis::RedisConfig;
use crate::config::{anchors, secrets, storage};
use crate::telemetry::{self, LogStyle};

/// Which tenant `sadu delete-tenant` deletes.
#[derive(Debug, Args)]
pub struct DeleteTenant {
    /// Its slug.
    slug: String,
    /// The slug, typed again.
    #[arg(long, value_name = "SLUG")]
    confirm: String,
}

/// `sadu delete-tenant`.
///
/// # Errors
/// One line. What was deleted until then stays so; the same line goes on.
pub async fn delete_tenant(which: &DeleteTenant) -> anyhow::Result<()> {
    telemetry::start(LogStyle::Json);
    let master = secrets::master_key_from_env()?;
    let stores = Stores {
        migrator: env_secret("MIGRATOR_DATABASE_URL", "the login of sadu_migrator")?,
        objects: Objects::connect(storage::from_env(env)?)
            .await
            .context("the bucket of pictures cannot be spoken to")?,
        anchors: anchors::from_env(env, &master).await?,
        redis: RedisConfig::if_named()?.map(|redis| redis.url),
    };
    let asked = Asked::now(&which.slug, &which.confirm);
    let erased = erase(&stores, asked)
        .await
        .with_context(|| format!("{} was not deleted", which.slug))?;
    let mut out = std::io::stdout();
    for line in told(&erased, stores.redis.is_some()) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// What the operator reads at the end.
fn told(erased: &Erased, redis: bool) -> Vec<String> {
    let Tombstone {
        slug,
        id,
        objects,
        jobs,
        audit_seq,
        ..
    } = &erased.tombstone;
    let (rows, tables) = (erased.tombstone.rows(), erased.tombstone.counts.len());
    let mut lines = Vec::new();
    if !erased.by_this_run {
        lines.push("deleted before; nothing was left to do".to_owned());
    }
    lines.push(format!(
        "{slug} ({id}) is deleted: {rows} rows of {tables} tables, {objects} objects, {jobs} jobs"
    ));
    if !redis {
        lines.push("REDIS_URL is not set: nothing was looked for there".to_owned());
    }
    lines.push(match erased.anchors {
        Some(count) => format!(
            "its audit log ended at entry {audit_seq}; {count} anchors of it stay where they are, until their lock ends"
        ),
        None => format!(
            "its audit log ended at entry {audit_seq}; neither SADU_ANCHOR_BUCKET nor SADU_ANCHOR_DIR is set, so no anchor was asked"
        ),
    });
    let mut taken = vec![slug.as_str()];
    taken.extend(erased.tombstone.hosts.iter().map(String::as_str));
    lines.push(format!("taken for good: {}", taken.join(", ")));
    lines.push(
        "backups and log files made before keep what they hold until they run out".to_owned(),
    );
    lines
}

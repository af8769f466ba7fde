//! `sadu worker`: the worker as a process of its own. It needs no port of visitors; health and figures are on the operations port.

use std::sync::Arc;

use anyhow::{Context, ensure};
use sadu_actors::storage::objects::Objects;
use sadu_actors::{Arbiters, Directory, DirectoryConfig, Faults};
use sadu_db::{Db, Jobs, TlsPolicy};

use super::{Pace, Registry, Worker, WorkerParts};
use crate::cli::{db_config, end_asked, env};
use crate::config::redis::RedisConfig;
use crate::config::site::SiteConfig;
use crate::config::{mail, secrets, storage};
use crate::media::{Apart, Studio};
use crate::startup;
use crate::telemetry::{self, LogStyle};

/// Runs until SIGTERM or Ctrl-C.
///
/// # Errors
/// A line that says what is missing or wrong.
pub async fn run() -> anyhow::Result<()> {
    telemetry::start(LogStyle::Json);
    let url =
        env("JOBS_DATABASE_URL").context("JOBS_DATABASE_URL is missing: the login of sadu_jobs")?;
    let site = Arc::new(SiteConfig::from_env()?);
    let mailer = mail::from_env(env)?;
    let master = secrets::master_key_from_env()?;
    let db = Db::connect(db_config()?).await?;
    ensure!(
        db.ready().await.unwrap_or(false),
        "the database is not at this program's version: run `sadu migrate`"
    );
    let studio = Studio {
        objects: Objects::connect(storage::from_env(env)?).await?,
        apart: Apart::this_program()?,
    };
    let jobs = Jobs::connect(url.into(), TlsPolicy::Verified).await?;
    let redis = RedisConfig::if_named()?;
    if redis.is_none() {
        tracing::warn!(
            "REDIS_URL is not set: what jobs write is seen by other processes only after two seconds"
        );
    }
    let ((bus, news), _) = startup::meeting_place(redis.as_ref())?;
    let arbiters = Arbiters::start(1, &db);
    let directory = Directory::new(
        db.clone(),
        master,
        arbiters.clone(),
        bus,
        Faults::default(),
        DirectoryConfig::default(),
    );
    let watching = tokio::spawn(directory.clone().look_after(news));
    let operations = startup::worker_operations(&site.bind, site.ops_port)?;
    let worker = Worker::start(WorkerParts {
        db: db.clone(),
        jobs,
        directory,
        mailer,
        site: site.clone(),
        studio,
        registry: Registry::product(),
        pace: Pace::default(),
    });
    tracing::info!(operations = site.ops_port, "working");
    end_asked().await?;
    worker.stop().await;
    operations.stop(false).await;
    watching.abort();
    db.close().await;
    arbiters.stop();
    Ok(())
}

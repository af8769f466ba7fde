//! [`Worker`]: the mover, the clock and the job library, started and stopped together.

use std::sync::Arc;
use std::time::Duration;

use graphile_worker::{
    FailureReason, JobPermanentlyFail, JobRecovery, JobRecoveryResult, WorkerRecoveryConfig,
};
use sadu_actors::Directory;
use sadu_actors::mail::Mailer;
use sadu_db::{Db, Jobs};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::clock;
use super::job::Shared;
use super::mover;
use super::registry::Registry;
use crate::config::site::SiteConfig;
use crate::media::Studio;

/// Jobs that one process runs at a time.
const SLOTS: usize = 8;
/// How long jobs under way may take after the process was asked to end; what is not done then is left to another process.
const FINISH: Duration = Duration::from_secs(20);
/// How long to wait before the library is started again, where the database went away under it.
const AGAIN: Duration = Duration::from_secs(1);

/// How often the worker looks, and how soon it takes another process for dead.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Between two looks into the outbox that find nothing.
    pub outbox: Duration,
    /// Between two looks for jobs whose pause is over; new ones are told of at once.
    pub poll: Duration,
    /// Between two signs of life.
    pub heartbeat: Duration,
    /// Without a sign of life for so long, a process is dead, and what it ran is run again.
    pub dead_after: Duration,
}

impl Pace {
    /// For a machine that somebody works at, where processes are ended and started all day.
    #[must_use]
    pub fn brisk() -> Self {
        Self {
            heartbeat: Duration::from_secs(1),
            dead_after: Duration::from_secs(5),
            ..Self::default()
        }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            outbox: Duration::from_millis(250),
            poll: Duration::from_secs(1),
            heartbeat: Duration::from_secs(5),
            dead_after: Duration::from_secs(30),
        }
    }
}

/// What a worker is made of.
pub struct WorkerParts {
    /// The login that jobs read with.
    pub db: Db,
    /// The job library's login.
    pub jobs: Jobs,
    /// Tenants' actors, for what jobs write.
    pub directory: Arc<Directory>,
    /// Where mail goes.
    pub mailer: Mailer,
    /// Where tenants' sites are.
    pub site: Arc<SiteConfig>,
    /// Where pictures are kept and drawn.
    pub studio: Studio,
    /// The kinds it runs.
    pub registry: Registry,
    /// How often it looks.
    pub pace: Pace,
}

/// A running worker.
pub struct Worker {
    stop: watch::Sender<bool>,
    moving: JoinHandle<()>,
    clock: JoinHandle<()>,
    running: JoinHandle<()>,
    jobs: Jobs,
}

impl Worker {
    /// Starts it, on the runtime this is called on.
    #[must_use]
    pub fn start(parts: WorkerParts) -> Self {
        let (stop, stopped) = watch::channel(false);
        let moving = tokio::spawn(mover::run(
            parts.jobs.clone(),
            parts.registry.clone(),
            parts.pace.outbox,
            stopped.clone(),
        ));
        let clock = tokio::spawn(clock::run(parts.jobs.clone(), stopped.clone()));
        let jobs = parts.jobs.clone();
        let running = tokio::spawn(run(parts, stopped));
        Self {
            stop,
            moving,
            clock,
            running,
            jobs,
        }
    }

    /// Takes nothing new, lets what runs come to its end for twenty seconds, and ends.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.moving.await;
        let _ = self.clock.await;
        let _ = self.running.await;
        self.jobs.close().await;
    }
}

/// The library ends by itself when the database goes away; it is started again until the worker is to end.
async fn run(parts: WorkerParts, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = library(&parts, stop.clone()).await {
            tracing::warn!(error = %error, "the job library ended; it will be started again");
        }
        if tokio::time::timeout(AGAIN, stop.wait_for(|stop| *stop))
            .await
            .is_ok()
        {
            return;
        }
    }
}

async fn library(parts: &WorkerParts, mut stop: watch::Receiver<bool>) -> anyhow::Result<()> {
    let ended = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let recovery = WorkerRecoveryConfig::default()
        .heartbeat_interval(parts.pace.heartbeat)
        .sweep_interval(parts.pace.heartbeat)
        .sweep_threshold(parts.pace.dead_after)
        .recovery_delay(Duration::ZERO);
    let worker = parts
        .registry
        .define(parts.jobs.library())
        .add_extension(Shared {
            db: parts.db.clone(),
            directory: parts.directory.clone(),
            mailer: parts.mailer.clone(),
            site: parts.site.clone(),
            studio: parts.studio.clone(),
        })
        .concurrency(SLOTS)
        .poll_interval(parts.pace.poll)
        .worker_recovery(recovery)
        .listen_os_shutdown_signals(false)
        .shutdown_signal(ended)
        .shutdown_grace_period(FINISH)
        .shutdown_interrupted_job_retry_delay(Duration::ZERO)
        .on(JobPermanentlyFail, |dead| async move {
            metrics::counter!("jobs_dead_total").increment(1);
            tracing::error!(
                what = dead.job.task_identifier(),
                number = dead.job.id(),
                "a job is dead: it failed at every try"
            );
        })
        // A process that died with a job may have died of it: that counts as a try, and its turn comes after a pause.
        .on(JobRecovery, |left| async move {
            metrics::counter!("jobs_recovered_total").increment(1);
            match left.reason {
                FailureReason::WorkerCrashed => JobRecoveryResult::FailWithBackoff,
                _ => JobRecoveryResult::Default,
            }
        })
        .init()
        .await?;
    worker.run().await?;
    Ok(())
}

//! The passing of hours and days, as jobs: whichever worker sees first that one is over gives every tenant its job, once. So this work
//! is tried again, counted and shared like any other.

use std::time::Duration;

use sadu_db::Jobs;
use sadu_db::jobs::Kind;
use sadu_domain::job::{DayPassed, HourPassed};
use tokio::sync::watch;

/// How often a worker looks.
const EVERY: Duration = Duration::from_secs(15);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Looks until `stop` says so. Figures of what waits are taken with every look.
pub(super) async fn run(jobs: Jobs, mut stop: watch::Receiver<bool>) {
    loop {
        for (kind, every) in [
            (Kind::of::<HourPassed>(), HOUR),
            (Kind::of::<DayPassed>(), DAY),
        ] {
            if let Err(error) = jobs.pass(kind, every).await {
                tracing::warn!(error = %error, what = kind.name, "time passed unseen; it will be looked at again");
            }
        }
        if let Err(error) = figures(&jobs).await {
            tracing::warn!(error = %error, "jobs were not counted");
        }
        if tokio::time::timeout(EVERY, stop.wait_for(|stop| *stop))
            .await
            .is_ok()
        {
            return;
        }
    }
}

async fn figures(jobs: &Jobs) -> Result<(), sadu_db::DbError> {
    let sums = jobs.sums().await?;
    let gauge = |n: i64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let total = |of: fn(&sadu_db::jobs::Sum) -> i64| gauge(sums.iter().map(of).sum());
    metrics::gauge!("jobs_waiting").set(total(|s| s.waiting));
    metrics::gauge!("jobs_pausing").set(total(|s| s.pausing));
    metrics::gauge!("jobs_dead").set(total(|s| s.dead));
    let oldest = sums.iter().filter_map(|s| s.oldest).min();
    let age = oldest.map_or(0, |at| (chrono::Utc::now() - at).num_seconds());
    metrics::gauge!("jobs_oldest_seconds").set(gauge(age));
    Ok(())
}

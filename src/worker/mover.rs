//! Moves due jobs from the outbox into the library, again and again. A round that found nothing waits; one that found something goes
//! on at once, as there may be more.

use std::time::Duration;

use sadu_db::Jobs;
use tokio::sync::watch;

use super::registry::Registry;

/// How long to wait after a round that failed: the database is away or busy.
const AFTER_ERROR: Duration = Duration::from_secs(1);

/// Moves until `stop` says so. Several processes may move at once: they take different rows.
pub(super) async fn run(
    jobs: Jobs,
    registry: Registry,
    every: Duration,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let pause = match jobs.move_due(registry.kinds()).await {
            Ok(0) => every,
            Ok(moved) => {
                metrics::counter!("jobs_moved_total").increment(moved.unsigned_abs());
                Duration::ZERO
            }
            Err(error) => {
                tracing::warn!(error = %error, "jobs were not moved out of the outbox; it will be tried again");
                AFTER_ERROR
            }
        };
        // An end of the sender is an end too.
        if tokio::time::timeout(pause, stop.wait_for(|stop| *stop))
            .await
            .is_ok()
        {
            return;
        }
    }
}

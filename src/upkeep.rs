//! What is looked at again and again on the platform's side: sessions inside a tenant that have run out.
//!
//! Started by `startup` where the process has the platform's login. Each look is one idempotent statement, so that it does not matter
//! how many processes look.

use std::time::Duration;

use sadu_db::{Db, DbError, PlatformTx, platform::tenants};

/// How often. A session that has run out is worth nothing from that second on; this only writes down that it ended.
const EVERY: Duration = Duration::from_secs(15);

/// Looks until the process ends.
pub async fn run(db: Db) {
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        match end_due(&db).await {
            Ok(0) => {}
            Ok(ended) => tracing::info!(ended, "sessions inside tenants have run out"),
            Err(error) => {
                tracing::warn!(error = %error, "sessions that ran out were not looked at");
            }
        }
    }
}

/// Ends what has run out, with its entries in the logs; returns how many there were.
///
/// # Errors
/// The database's.
pub async fn end_due(db: &Db) -> Result<i64, DbError> {
    let mut tx = PlatformTx::begin(db).await?;
    let ended = tenants::end_due_support(&mut tx).await?;
    tx.commit().await?;
    Ok(ended)
}

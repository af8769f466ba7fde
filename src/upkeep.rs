//! What is looked at again and again on the platform's side: sessions inside a tenant that have run out, and the proofs of tenants'
//! own names.
//!
//! Started by `startup` where the process has the platform's login. Each look is one idempotent statement, so that it does not matter
//! how many processes look.

use std::time::Duration;

use sadu_actors::dns::Dns;
use sadu_actors::domains;
use sadu_db::platform::tenants;
use sadu_db::{Db, DbError, PlatformTx, domains as kept};
use sadu_domain::host::{CustomHost, proof};

/// How often. A session that has run out is worth nothing from that second on; this only writes down that it ended.
const EVERY: Duration = Duration::from_secs(15);
/// Names are looked for every so many of these: five minutes.
const NAMES_EVERY: u32 = 20;
/// Questions that DNS leaves unanswered before the rest waits for the next look.
const PATIENCE: usize = 5;

/// Looks until the process ends.
pub async fn run(db: Db, dns: Dns) {
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut round: u32 = 0;
    loop {
        tick.tick().await;
        round = round.wrapping_add(1);
        match end_due(&db).await {
            Ok(0) => {}
            Ok(ended) => tracing::info!(ended, "sessions inside tenants have run out"),
            Err(error) => {
                tracing::warn!(error = %error, "sessions that ran out were not looked at");
            }
        }
        if round.checked_rem(NAMES_EVERY) == Some(0)
            && let Err(error) = look_at_names(&db, &dns).await
        {
            tracing::warn!(error = %error, "tenants' own names were not looked at");
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

/// Looks at the proofs that were not looked at for a day; returns how many names are served no longer. A name that DNS says nothing
/// about is looked at again later: an outage takes nobody's name away.
///
/// # Errors
/// The database's.
pub async fn look_at_names(db: &Db, dns: &Dns) -> Result<usize, DbError> {
    let mut tx = PlatformTx::begin(db).await?;
    let due = kept::due(&mut tx).await?;
    tx.commit().await?;
    let (mut stopped, mut unanswered) = (0, 0);
    for (name, token) in due {
        // It was allowed when it was claimed; the base domain is not asked again.
        let Ok(host) = CustomHost::parse(&name, "") else {
            continue;
        };
        let Ok(seen) = domains::look(dns, &host).await else {
            unanswered += 1;
            if unanswered >= PATIENCE {
                break;
            }
            continue;
        };
        let good = !seen.private && seen.records.contains(&proof(&token));
        let mut tx = PlatformTx::begin(db).await?;
        let state = kept::note_check(&mut tx, &name, &token, good).await?;
        tx.commit().await?;
        if state.as_deref() == Some("suspended") {
            tracing::warn!(host = %name, "a tenant's own name lost its proof and is served no longer");
            stopped += 1;
        }
    }
    Ok(stopped)
}

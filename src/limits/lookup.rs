//! Wrong digits at the order look-up (api.md). Five lock that address and, apart, that reference for a quarter of an hour;
//! twenty a day lock the reference. Counted across processes where Redis is.

use std::net::IpAddr;
use std::time::Duration;

use sadu_actors::counters::{Counters, Hit, Lock};
use sadu_actors::keys::{CounterName, Key};
use sadu_domain::error::Code;
use sadu_domain::ids::TenantId;

use super::network;
use crate::error::{ApiError, ApiResult};
use crate::state::App;

const QUARTER: Duration = Duration::from_secs(15 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Wrong digits in a quarter of an hour that lock an address, and a reference.
const WRONG: u32 = 5;
/// Wrong digits in a day that lock a reference.
const WRONG_A_DAY: u32 = 20;

const BY_ADDRESS: CounterName = CounterName::new("lookup_address");
const BY_REFERENCE: CounterName = CounterName::new("lookup_reference");
const BY_REFERENCE_DAY: CounterName = CounterName::new("lookup_reference_day");

/// One try of a caller at a reference, counted before it is known whether it is a wrong one, so that many at once count as many.
pub struct Attempt<'a> {
    counters: &'a Counters,
    hits: Vec<(Key, Lock, Hit)>,
}

/// Counts a try.
///
/// # Errors
/// `order.locked` with the time to wait.
pub async fn lookup<'a>(
    app: &'a App,
    tenant: TenantId,
    address: Option<IpAddr>,
    reference: &str,
) -> ApiResult<Attempt<'a>> {
    let wrong = WRONG.saturating_mul(app.site.ip_limit_factor);
    let mut locks = vec![
        (
            Key::counter(tenant, BY_REFERENCE, reference),
            Lock::new(WRONG, QUARTER, QUARTER),
        ),
        (
            Key::counter(tenant, BY_REFERENCE_DAY, reference),
            Lock::new(WRONG_A_DAY, DAY, DAY),
        ),
    ];
    if let Some(address) = address {
        locks.push((
            Key::counter(tenant, BY_ADDRESS, network(address).to_string()),
            Lock::new(wrong, QUARTER, QUARTER),
        ));
    }
    let mut attempt = Attempt {
        counters: &app.counters,
        hits: Vec::with_capacity(locks.len()),
    };
    for (key, lock) in locks {
        let hit = app.counters.hit(&key, &lock).await;
        let verdict = hit.verdict;
        if !verdict.allowed {
            attempt.right().await;
            return Err(ApiError::later(Code::OrderLocked, verdict.retry_after));
        }
        attempt.hits.push((key, lock, hit));
    }
    Ok(attempt)
}

impl Attempt<'_> {
    /// It was not a wrong one: as if it had not been tried.
    pub async fn right(self) {
        for (key, lock, hit) in self.hits {
            self.counters.forgive(&key, &lock, hit).await;
        }
    }
}

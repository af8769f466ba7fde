//! Limits that are not a handler's own: wrong digits at the order look-up (api.md). Five lock that address and, apart, that
//! reference for a quarter of an hour; twenty a day lock the reference.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use moka::sync::Cache;
use sadu_domain::error::Code;
use sadu_domain::ids::TenantId;

use crate::error::{ApiError, ApiResult};
use crate::state::App;

const QUARTER: Duration = Duration::from_secs(15 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Wrong digits in a quarter of an hour that lock an address, and a reference.
const WRONG: usize = 5;
/// Wrong digits in a day that lock a reference.
const WRONG_A_DAY: usize = 20;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    Address(IpAddr),
    Reference(String),
}

/// Wrong tries of a day, by tenant. Every key starts with the tenant.
#[derive(Debug, Clone)]
pub struct LookupLocks {
    wrong: Cache<(TenantId, Who), Arc<Mutex<Vec<Instant>>>>,
}

impl Default for LookupLocks {
    fn default() -> Self {
        Self {
            wrong: Cache::builder()
                .max_capacity(100_000)
                .time_to_idle(DAY)
                .build(),
        }
    }
}

/// One caller's tries at one reference.
pub struct Attempts<'a> {
    locks: &'a LookupLocks,
    tenant: TenantId,
    address: Option<IpAddr>,
    reference: &'a str,
    factor: usize,
}

/// The tries of this caller at this reference.
#[must_use]
pub fn lookup<'a>(
    app: &'a App,
    tenant: TenantId,
    address: Option<IpAddr>,
    reference: &'a str,
) -> Attempts<'a> {
    let factor = usize::try_from(app.site.ip_limit_factor).unwrap_or(1);
    Attempts {
        locks: &app.lookups,
        tenant,
        address,
        reference,
        factor,
    }
}

impl Attempts<'_> {
    fn whos(&self) -> impl Iterator<Item = Who> {
        self.address
            .map(Who::Address)
            .into_iter()
            .chain([Who::Reference(self.reference.to_owned())])
    }

    /// Whether another try is allowed.
    ///
    /// # Errors
    /// `order.locked` with the time to wait.
    pub fn open(&self) -> ApiResult<()> {
        let now = Instant::now();
        for who in self.whos() {
            let factor = if matches!(who, Who::Address(_)) {
                self.factor
            } else {
                1
            };
            let Some(tries) = self.locks.wrong.get(&(self.tenant, who.clone())) else {
                continue;
            };
            let tries = tries.lock().unwrap_or_else(PoisonError::into_inner);
            let within = |span: Duration| {
                tries
                    .iter()
                    .filter(|t| now.duration_since(**t) < span)
                    .count()
            };
            let wait = if matches!(who, Who::Reference(_)) && within(DAY) >= WRONG_A_DAY {
                Some(DAY)
            } else {
                (within(QUARTER) >= WRONG.saturating_mul(factor)).then_some(QUARTER)
            };
            if let Some(span) = wait {
                let newest = tries
                    .last()
                    .map_or(span, |t| span.saturating_sub(now.duration_since(*t)));
                return Err(ApiError {
                    retry_after: Some(newest.as_secs().max(1)),
                    ..ApiError::code(Code::OrderLocked)
                });
            }
        }
        Ok(())
    }

    /// The digits were wrong.
    pub fn wrong(&self) {
        let now = Instant::now();
        for who in self.whos() {
            let tries = self.locks.wrong.get_with((self.tenant, who), Arc::default);
            let mut tries = tries.lock().unwrap_or_else(PoisonError::into_inner);
            tries.retain(|t| now.duration_since(*t) < DAY);
            tries.push(now);
        }
    }
}

//! Limits by rate and by lock: who may do something how often, and what is answered when it was too often (security.md, INP-1).
//!
//! The figures are the tenant's settings (`sadu_domain::limits`), times the deployment's factor. Called by handlers before they
//! do any work, and by sign-in. Counting is the gateways': across processes where Redis is, at half the rate in this process
//! while Redis is away. Nothing here ever fails open; public reads have no limit.

mod lookup;

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use sadu_actors::TenantHandle;
use sadu_actors::counters::{Quota, Verdict};
use sadu_actors::keys::{CounterName, Key, Owner, Subject, Who};
use sadu_domain::error::Code;
use sadu_domain::limits::Limits;

pub use self::lookup::{Attempt, lookup};
use crate::error::{ApiError, ApiResult};
use crate::state::App;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const QUARTER: Duration = Duration::from_secs(15 * 60);

const ORDERS: CounterName = CounterName::new("orders");
const ORDERS_OF_ADDRESS: CounterName = CounterName::new("orders_address");
const SIGN_INS_OF_ADDRESS: CounterName = CounterName::new("sign_ins_address");
const SIGN_INS_OF_ACCOUNT: CounterName = CounterName::new("sign_ins_account");
const BAD_TOKENS_OF_ADDRESS: CounterName = CounterName::new("bad_tokens_address");

/// One order more: of this address, and of the tenant's site. An address over its limit costs the site nothing.
///
/// # Errors
/// `rate_limited` with the time to wait.
pub async fn order(app: &App, tenant: &TenantHandle, address: Option<IpAddr>) -> ApiResult<()> {
    let limits = tenant.snapshot().tenant.settings.limits;
    if let Some(address) = address {
        let count = Limits::scaled(limits.orders_per_address, app.site.ip_limit_factor);
        let quota = Quota::new(count, MINUTE, count);
        let subject = of_address(tenant, ORDERS_OF_ADDRESS, address);
        judge(app.counters.take(&subject, &quota).await)?;
    }
    let factor = app.site.rate_factor;
    let quota = Quota::new(
        Limits::scaled(limits.orders_per_second, factor),
        SECOND,
        Limits::scaled(limits.orders_burst, factor),
    );
    let subject = Subject {
        owner: tenant.id().into(),
        name: ORDERS,
        who: Who::All,
    };
    judge(app.counters.take(&subject, &quota).await)
}

/// One sign-in more that this address begins, at a tenant or at the platform. Rare, so it is counted to the last one.
///
/// # Errors
/// `rate_limited` with the time to wait.
pub async fn sign_in_start(
    app: &App,
    tenant: Option<&TenantHandle>,
    address: Option<IpAddr>,
) -> ApiResult<()> {
    let Some(address) = address else {
        return Ok(());
    };
    let limits = of(tenant);
    let count = Limits::scaled(limits.sign_ins_per_address, app.site.ip_limit_factor);
    let quota = Quota::new(count, QUARTER, count);
    let key = Key::counter(
        owner(tenant),
        SIGN_INS_OF_ADDRESS,
        network(address).to_string(),
    );
    judge(app.counters.admit(&key, &quota, 1).await)
}

/// One sign-in more of this account, which the provider has vouched for.
///
/// # Errors
/// `rate_limited` with the time to wait.
pub async fn sign_in_of_account(
    app: &App,
    tenant: Option<&TenantHandle>,
    issuer: &str,
    account: &str,
) -> ApiResult<()> {
    let limits = of(tenant);
    let count = Limits::scaled(limits.sign_ins_per_account, app.site.rate_factor);
    let quota = Quota::new(count, QUARTER, count);
    let key = Key::counter(
        owner(tenant),
        SIGN_INS_OF_ACCOUNT,
        format!("{issuer}\0{account}"),
    );
    judge(app.counters.admit(&key, &quota, 1).await)
}

/// One access token more of this address that was not good. Good ones are never counted and never refused: who shares an
/// address with somebody who guesses can go on working.
///
/// # Errors
/// `rate_limited` with the time to wait.
pub async fn bad_token(app: &App, tenant: &TenantHandle, address: Option<IpAddr>) -> ApiResult<()> {
    let Some(address) = address else {
        return Ok(());
    };
    let limits = tenant.snapshot().tenant.settings.limits;
    let count = Limits::scaled(limits.bad_tokens_per_address, app.site.ip_limit_factor);
    let quota = Quota::new(count, MINUTE, count);
    let subject = of_address(tenant, BAD_TOKENS_OF_ADDRESS, address);
    judge(app.counters.take(&subject, &quota).await)
}

/// The tenant's figures; the platform's own are the defaults.
fn of(tenant: Option<&TenantHandle>) -> Limits {
    tenant.map_or_else(Limits::default, |t| t.snapshot().tenant.settings.limits)
}

fn owner(tenant: Option<&TenantHandle>) -> Owner {
    tenant.map_or(Owner::Platform, |t| t.id().into())
}

fn judge(verdict: Verdict) -> ApiResult<()> {
    if verdict.allowed {
        return Ok(());
    }
    metrics::counter!("limits_refused_total").increment(1);
    Err(ApiError::later(Code::RateLimited, verdict.retry_after))
}

fn of_address(tenant: &TenantHandle, name: CounterName, address: IpAddr) -> Subject {
    Subject {
        owner: tenant.id().into(),
        name,
        who: Who::Address(network(address)),
    }
}

/// What counts as one address: whoever has one of version 6 has 2^64 of them.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    let IpAddr::V6(address) = address else {
        return address;
    };
    if let Some(mapped) = address.to_ipv4_mapped() {
        return mapped.into();
    }
    let [a, b, c, d, ..] = address.segments();
    Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_version_six_is_one_address() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::2"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }
}

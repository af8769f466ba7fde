//! Whether a form was filled in by a person (security.md, INP-2): a field that people do not see must be empty, and some seconds
//! must lie between opening and sending. Works without JavaScript, and never turns a person away: what looks odd comes back with
//! everything that was typed, and is taken when it is sent once more.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sadu_actors::TenantHandle;

/// Name of the field that only a program fills in. No browser knows anything to fill in for it.
const TRAP: &str = "homepage";
/// Name of the field that says when the form was opened.
const OPENED: &str = "opened";
/// A form that lay open longer than this is opened anew when it is sent.
const OLDEST: Duration = Duration::from_secs(24 * 60 * 60);

/// When a form was opened, signed by the tenant: `{seconds}.{32 hexadecimal digits}`.
pub(super) fn stamp(tenant: &TenantHandle, now: DateTime<Utc>) -> String {
    let at = now.timestamp();
    format!("{at}.{}", signature(tenant, at))
}

fn signature(tenant: &TenantHandle, at: i64) -> String {
    let code = tenant.keys().lookup(&format!("form:{at}"));
    code.iter().take(16).map(|b| format!("{b:02x}")).collect()
}

/// What a sent form looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hand {
    /// A person's.
    Person,
    /// Perhaps a program's: to be sent once more, with this as its time of opening.
    Unsure(String),
}

/// Looks at a sent form. `least` is the shortest time that a person takes; nothing is asked about time where there is none.
pub(super) fn of(
    pairs: &[(String, String)],
    tenant: &TenantHandle,
    now: DateTime<Utc>,
    least: Duration,
) -> Hand {
    let value = |name: &str| {
        let found = pairs.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    };
    let trapped = value(TRAP).is_some_and(|typed| !typed.is_empty());
    let opened = value(OPENED).and_then(|stamp| {
        let (at, signed) = stamp.split_once('.')?;
        let at: i64 = at.parse().ok()?;
        // Nothing is gained by guessing it byte by byte: it opens no door.
        (signature(tenant, at) == signed).then_some(at)
    });
    let age = opened.and_then(|at| u64::try_from(now.timestamp().checked_sub(at)?).ok());
    let in_time =
        least.is_zero() || age.is_some_and(|age| age >= least.as_secs() && age <= OLDEST.as_secs());
    if in_time && !trapped {
        return Hand::Person;
    }
    metrics::counter!("checkout_unsure_total").increment(1);
    // A form that was sent too soon keeps its time, so that sending it once more is late enough.
    let fresh = age.is_some_and(|age| age < least.as_secs());
    let kept = value(OPENED).filter(|_| fresh);
    Hand::Unsure(kept.map_or_else(|| stamp(tenant, now), str::to_owned))
}

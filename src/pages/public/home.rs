//! `/{lang}/`: who collects, what is most urgent, what else is open, how it works.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template as _;
use chrono::{DateTime, Utc};
use sadu_actors::TenantSnapshot;
use sadu_domain::catalog::ItemStatus;
use sadu_domain::money::Fils;

use super::asked::Asked;
use super::view::{Home, Sum};
use super::{data, rendered};
use crate::error::ApiError;
use crate::kept::{AnswerCache, AnswerKey};
use crate::pages::entry::Entry;
use crate::pages::format::clock;
use crate::pages::frame::{Frame, Head};

/// Items under the first one.
const SHOWN: usize = 6;
/// Items shown as done.
const DONE: usize = 3;
/// From this share on an item counts as nearly funded.
const NEARLY: i64 = 75;

/// `GET /{lang}/`.
///
/// # Errors
/// None of its own.
pub async fn home(
    request: HttpRequest,
    asked: Asked,
    cache: web::Data<AnswerCache>,
) -> Result<HttpResponse, ApiError> {
    let key = AnswerKey {
        route: "home",
        part: "",
        ..asked.key()
    };
    cache.serve(&request, &key, &asked.snapshot, || {
        rendered(page(asked.frame(), &asked.snapshot, Utc::now()).render())
    })
}

/// The page at `now`.
#[must_use]
pub fn page<'a>(frame: Frame<'a>, snapshot: &'a TenantSnapshot, now: DateTime<Utc>) -> Home<'a> {
    let shown = shown(frame, snapshot);
    let featured = featured(&shown);
    let nearly =
        featured.is_some_and(|entry| entry.left().is_some() && entry.percent_number() >= NEARLY);
    let others = || {
        shown
            .iter()
            .filter(|entry| featured.is_none_or(|first| first.item.id != entry.item.id))
    };
    // A shop shows what it has; a charity what can be given to now, and apart from it what gifts have done.
    let entries = others()
        .filter(|entry| frame.is_shop() || entry.is_open())
        .take(SHOWN)
        .copied()
        .collect();
    let done = others()
        .filter(|entry| is_done(entry.item.status))
        .take(DONE)
        .copied()
        .collect();
    Home {
        head: Head::public(frame.name(), frame.t(&frame.tenant.tagline), "")
            .with_data(data::home(&frame)),
        featured,
        nearly,
        entries,
        done,
        sum: (!frame.is_shop()).then(|| sum(frame, &shown)).flatten(),
        as_of: frame.number(clock(now, &frame.tenant.timezone)),
        frame,
    }
}

/// Every item visitors may see, in the tenant's order.
pub(super) fn shown<'a>(frame: Frame<'a>, snapshot: &'a TenantSnapshot) -> Vec<Entry<'a>> {
    snapshot
        .entries()
        .filter(|(item, _)| item.status.is_public())
        .map(|(item, totals)| {
            Entry::new(frame, item, totals).showing(snapshot.catalog.pictures(item.id))
        })
        .collect()
}

/// The open item closest to its target; without one, the first open item.
fn featured<'a>(shown: &[Entry<'a>]) -> Option<Entry<'a>> {
    let open = || shown.iter().filter(|entry| entry.is_open());
    open()
        .filter(|entry| entry.left().is_some() && entry.percent_number() >= NEARLY)
        .max_by_key(|entry| entry.percent_number())
        .or_else(|| open().next())
        .copied()
}

/// The figures of `shown` together; `None` before anything came in.
pub(super) fn sum(frame: Frame<'_>, shown: &[Entry<'_>]) -> Option<Sum> {
    let raised = Fils::checked_sum(shown.iter().map(|entry| entry.totals.raised))?;
    raised.is_positive().then(|| Sum {
        raised: frame.numerals().exact(raised),
        open: shown.iter().filter(|entry| entry.is_open()).count(),
        done: shown
            .iter()
            .filter(|entry| is_done(entry.item.status))
            .count(),
    })
}

/// The money is all there, and perhaps the work too.
fn is_done(status: ItemStatus) -> bool {
    matches!(
        status,
        ItemStatus::Funded | ItemStatus::Executing | ItemStatus::Completed
    )
}

//! `/admin`: what came in and what is on its way, for each item and in all, at one moment. The script keeps it moving.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;
use chrono::Utc;
use sadu_domain::access::Role;
use sadu_domain::catalog::{Item, ItemStatus, ItemTotals};
use sadu_domain::money::Fils;

use super::desk::{Asked, Shell};
use crate::api::admin::funding::donors;
use crate::auth::Staff;
use crate::error::ApiError;
use crate::pages::entry::Entry;
use crate::pages::format::{Amount, clock};

/// The page.
#[derive(Template)]
#[template(path = "admin/funding.html")]
struct Page<'a> {
    shell: Shell<'a>,
    title: &'static str,
    sums: Sums,
    rows: Vec<Row<'a>>,
    /// Any of them has a target; goods have none.
    targets: bool,
    as_of: String,
}

/// All items together.
struct Sums {
    raised: Amount,
    in_flight: Amount,
    awaiting: Amount,
    /// Whoever gave or bought, once; the number as it is, and as it is written.
    gave: i64,
    donors: String,
}

/// One item.
struct Row<'a> {
    entry: Entry<'a>,
    /// Word of its state; empty while it is simply open.
    state: &'static str,
    tone: &'static str,
    /// None without a target.
    bar: Option<Bar>,
}

/// `GET /admin`. Staff, whose work is the inbox, are led there.
///
/// # Errors
/// `busy`, `internal`.
pub async fn show(staff: Staff, asked: Asked) -> Result<HttpResponse, ApiError> {
    if staff.role == Role::Staff {
        return Ok(HttpResponse::SeeOther()
            .insert_header((header::LOCATION, "/admin/inbox"))
            .finish());
    }
    let shell = asked.shell(&staff, "funding");
    let frame = shell.frame;
    let sum = |of: fn(&ItemTotals) -> Fils| {
        let sums = asked.snapshot.entries().map(|(_, totals)| of(totals));
        frame
            .numerals()
            .exact(Fils::checked_sum(sums).unwrap_or(Fils::new(i64::MAX)))
            .big()
    };
    let donors = donors(&asked.tenant).await?;
    let page = Page {
        title: shell.funding(),
        sums: Sums {
            raised: sum(|t| t.raised),
            in_flight: sum(|t| t.in_flight),
            awaiting: sum(|t| t.awaiting_transfer),
            gave: donors,
            donors: frame.number(donors),
        },
        rows: asked
            .snapshot
            .entries()
            .map(|(item, totals)| Row::new(&shell, Entry::new(frame, item, totals), item, totals))
            .collect(),
        targets: asked
            .snapshot
            .entries()
            .any(|(item, _)| item.target.is_some()),
        as_of: frame.number(clock(Utc::now(), &frame.tenant.timezone)),
        shell,
    };
    asked.answer(StatusCode::OK, page.render())
}

impl<'a> Row<'a> {
    fn new(shell: &Shell<'_>, entry: Entry<'a>, item: &Item, totals: &ItemTotals) -> Self {
        let (state, tone) = status(shell, item.status);
        Self {
            entry,
            state,
            tone,
            bar: item
                .target
                .filter(|t| t.is_positive())
                .map(|t| Bar::of(t, totals)),
        }
    }

    fn exact(&self, amount: Fils) -> Amount {
        self.entry.frame.numerals().exact(amount)
    }

    /// What has come in.
    fn raised(&self) -> Amount {
        self.exact(self.entry.totals.raised)
    }

    /// Being paid.
    fn in_flight(&self) -> Amount {
        self.exact(self.entry.totals.in_flight)
    }

    /// Promised by transfer.
    fn awaiting(&self) -> Amount {
        self.exact(self.entry.totals.awaiting_transfer)
    }

    /// What is to be raised.
    fn target(&self) -> Option<Amount> {
        self.entry.item.target.map(|target| self.exact(target))
    }
}

/// The bar of an item: widths in thousandths of its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bar {
    raised: i64,
    in_flight: i64,
    awaiting: i64,
}

impl Bar {
    /// Together never more than the whole bar.
    fn of(target: Fils, totals: &ItemTotals) -> Self {
        let mut left = 1000;
        let mut width = |sum: Fils| {
            let share = i128::from(sum.get().max(0)) * 1000 / i128::from(target.get().max(1));
            let width = i64::try_from(share).unwrap_or(left).min(left);
            left -= width;
            width
        };
        Self {
            raised: width(totals.raised),
            in_flight: width(totals.in_flight),
            awaiting: width(totals.awaiting_transfer),
        }
    }
}

const fn status(shell: &Shell<'_>, status: ItemStatus) -> (&'static str, &'static str) {
    let d = shell.d;
    match status {
        ItemStatus::Draft => (d.draft, "plain"),
        ItemStatus::Review => (d.review, "plain"),
        ItemStatus::Active => ("", "plain"),
        ItemStatus::Paused => (d.paused, "warning"),
        ItemStatus::Funded => (d.funded, "success"),
        ItemStatus::Executing => (d.executing, "success"),
        ItemStatus::Completed => (d.completed, "success"),
        ItemStatus::Archived => (d.archived, "plain"),
        ItemStatus::Cancelled => (d.cancelled, "plain"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(raised: i64, in_flight: i64, awaiting: i64) -> ItemTotals {
        ItemTotals {
            raised: Fils::new(raised),
            in_flight: Fils::new(in_flight),
            awaiting_transfer: Fils::new(awaiting),
            ..ItemTotals::default()
        }
    }

    #[test]
    fn the_bar_is_never_wider_than_itself() {
        let widths = |target, totals| {
            let bar = Bar::of(Fils::new(target), &totals);
            [bar.raised, bar.in_flight, bar.awaiting]
        };
        assert_eq!(widths(1000, totals(500, 100, 50)), [500, 100, 50]);
        assert_eq!(widths(1000, totals(900, 200, 50)), [900, 100, 0]);
        assert_eq!(widths(1000, totals(5000, 1, 1)), [1000, 0, 0]);
        assert_eq!(widths(1000, totals(-5, 0, 0)), [0, 0, 0]);
        assert_eq!(widths(3, totals(i64::MAX, 0, 0)), [1000, 0, 0]);
    }
}

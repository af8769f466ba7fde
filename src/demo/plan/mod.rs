//! What happened in the last sixty days, as lists: who promised how much of what, and how it ended.

mod masar;
mod nakhla;
mod sidra;

use sadu_domain::order::PaymentMethod;

use super::dice::Dice;

/// How much of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// Fils.
    Sum(i64),
    /// Pieces, baskets, places.
    Pieces(i64),
}

/// How a promise ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It is still open.
    Waits,
    /// Open, and a member of staff has taken it.
    Claimed,
    /// All of it came.
    Paid,
    /// This many fils came.
    Short(i64),
    /// Called off.
    Cancelled,
    /// Nothing came in time.
    Expired,
    /// Nothing came in time, then all of it did.
    PaidLate,
    /// Promised for later.
    Pledged,
}

impl End {
    /// Pieces or places stay taken.
    pub(super) const fn holds(self) -> bool {
        !matches!(self, Self::Cancelled | Self::Expired)
    }
}

/// One order.
#[derive(Debug, Clone)]
pub(super) struct Promise {
    /// How long ago it was made.
    pub(super) days: i64,
    /// Slugs with how much of each; no item twice.
    pub(super) lines: Vec<(&'static str, Measure)>,
    pub(super) method: PaymentMethod,
    pub(super) end: End,
    /// A firm or family rather than one person.
    pub(super) firm: bool,
    pub(super) note: Option<&'static str>,
    /// For whom and with which words.
    pub(super) card: Option<(&'static str, &'static str)>,
}

impl Promise {
    fn new(days: i64, end: End, lines: &[(&'static str, Measure)]) -> Self {
        Self {
            days,
            lines: lines.to_vec(),
            method: PaymentMethod::Transfer,
            end,
            firm: false,
            note: None,
            card: None,
        }
    }

    fn note(self, note: &'static str) -> Self {
        Self {
            note: Some(note),
            ..self
        }
    }

    fn cash(self) -> Self {
        Self {
            method: PaymentMethod::CashOnDelivery,
            ..self
        }
    }

    fn card(self, to: &'static str, words: &'static str) -> Self {
        Self {
            card: Some((to, words)),
            ..self
        }
    }
}

/// Everything that happened at a tenant.
pub(super) fn of(slug: &str, dice: &mut Dice) -> Vec<Promise> {
    match slug {
        "nakhla" => nakhla::promises(dice),
        "sidra" => sidra::promises(),
        "masar" => masar::promises(dice),
        _ => Vec::new(),
    }
}

/// Gifts to one item that were all paid, spread over the days from `first` to `last` days ago; the large ones come from firms.
fn paid(
    dice: &mut Dice,
    item: &'static str,
    (first, last): (i64, i64),
    gifts: &[Measure],
    large: Measure,
) -> Vec<Promise> {
    gifts
        .iter()
        .map(|gift| Promise {
            firm: match (gift, large) {
                (Measure::Sum(gift), Measure::Sum(large))
                | (Measure::Pieces(gift), Measure::Pieces(large)) => *gift >= large,
                _ => false,
            },
            ..Promise::new(
                last + dice.below(first - last + 1),
                End::Paid,
                &[(item, *gift)],
            )
        })
        .collect()
}

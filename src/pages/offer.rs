//! The amounts an item offers as chips, and those it takes.

use sadu_domain::amount::AmountError;
use sadu_domain::catalog::Overfunding;
use sadu_domain::error::Code;
use sadu_domain::money::Fils;
use sadu_domain::order::{self, MAX_QUANTITY};

use super::entry::Entry;
use super::format::Amount;

/// Amounts offered when an item names none, in fils.
const USUAL: [i64; 3] = [5_000, 10_000, 25_000];
/// Chips shown besides "all that is left".
const CHIPS: usize = 4;

/// What a field takes (fils, or a number of pieces), and the server's own words for what it does not. A script shows them while
/// somebody types; the server has the last word.
#[derive(Debug)]
pub struct Bounds {
    /// The smallest that is taken.
    pub least: i64,
    /// The largest.
    pub most: i64,
    /// Said below the smallest.
    pub low: String,
    /// Said above the largest.
    pub high: String,
    /// Said of zero and less.
    pub zero: String,
    /// Said of more decimals than there are fils.
    pub precise: String,
    /// Said of what cannot be read.
    pub unclear: String,
}

impl Entry<'_> {
    /// What the field for this item takes.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        if self.by_quantity() {
            self.bounds_of_quantity()
        } else {
            self.bounds_of_amount()
        }
    }

    fn bounds_of_amount(&self) -> Bounds {
        let t = |text: &sadu_domain::lang::Bilingual| self.frame.t(text).to_owned();
        let cap = self.frame.tenant.settings.line_cap;
        let least = self.item.min.unwrap_or(Fils::new(1));
        let most = self.item.max.map_or(cap, |max| max.min(cap));
        Bounds {
            least: least.get(),
            most: most.get(),
            low: t(&order::smallest(least)),
            high: t(&order::largest(most)),
            zero: t(&AmountError::NotPositive.message()),
            precise: t(&AmountError::TooPrecise.message()),
            unclear: t(&AmountError::NotANumber.message()),
        }
    }

    fn bounds_of_quantity(&self) -> Bounds {
        let text = |code: Code| code.detail_in(self.frame.lang).to_owned();
        let cap = self.frame.tenant.settings.line_cap;
        let price = self.item.price.map_or(1, Fils::get).max(1);
        let payable = cap.get() / price;
        let free = self.totals.available().unwrap_or(MAX_QUANTITY);
        let most = MAX_QUANTITY.min(free).min(payable);
        let amiss = text(Code::OrderQuantityInvalid);
        let high = if most == free {
            text(Code::ItemOutOfStock)
        } else if most == payable {
            self.frame.t(&order::largest(cap)).to_owned()
        } else {
            amiss.clone()
        };
        Bounds {
            least: 1,
            most,
            high,
            low: amiss.clone(),
            zero: amiss.clone(),
            precise: amiss.clone(),
            unclear: amiss,
        }
    }

    /// "All that is left", when one gift can close the target.
    #[must_use]
    pub fn rest_chip(&self) -> Option<Amount> {
        let left = self.left_fils()?;
        (self.fits(left) && self.percent_number() >= 50).then(|| self.short(left))
    }

    /// The amounts offered, without those the item would refuse and the one that is "all that is left".
    #[must_use]
    pub fn chips(&self) -> Vec<Amount> {
        let rest = self.left_fils();
        let usual = USUAL.map(Fils::new);
        let offered: &[Fils] = if self.item.suggested.is_empty() {
            &usual
        } else {
            &self.item.suggested
        };
        offered
            .iter()
            .copied()
            .filter(|amount| self.takes(*amount) && Some(*amount) != rest)
            .take(CHIPS)
            .map(|amount| self.short(amount))
            .collect()
    }

    /// Whether one gift of `amount` is within the item's bounds and what it still asks for.
    pub(super) fn takes(&self, amount: Fils) -> bool {
        let room = self.item.overfunding != Overfunding::Close
            || self.left_fils().is_none_or(|left| amount <= left);
        room && self.fits(amount)
    }

    fn fits(&self, amount: Fils) -> bool {
        self.item.min.is_none_or(|min| amount >= min)
            && self.item.max.is_none_or(|max| amount <= max)
            && amount <= self.frame.tenant.settings.line_cap
    }
}

//! The amounts an item offers as chips.

use sadu_domain::catalog::Overfunding;
use sadu_domain::money::Fils;

use super::entry::Entry;
use super::format::Amount;

/// Amounts offered when an item names none, in fils.
const USUAL: [i64; 3] = [5_000, 10_000, 25_000];
/// Chips shown besides "all that is left".
const CHIPS: usize = 4;

impl Entry<'_> {
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

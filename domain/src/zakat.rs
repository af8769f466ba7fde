//! Zakat on money, gold, shares and trade goods: what is owned less what is due, and a fortieth of it from the nisab on.
//!
//! The nisab is the price of 85 g of pure gold; whoever holds less owes nothing, and whoever holds it or more owes a
//! fortieth (2.5 %) of all of it for a lunar year. Everything is counted in whole numbers. Two divisions can leave a rest,
//! the worth of the gold and the fortieth, and both are rounded up to the fil, so that no zakat is less than is due.
//! This is arithmetic, not a ruling: what belongs into a sum is its owner's question to a scholar.

use crate::money::Fils;

/// Grams of pure gold in the nisab.
pub const NISAB_GRAMS: i64 = 85;
/// Zakat is one part in this many.
const PART: i64 = 40;
/// Parts of pure gold.
const PURE: i64 = 24;
/// Milligrams in a gram.
const GRAM: i64 = 1_000;

/// The karats gold is sold in here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Karat {
    /// Pure.
    K24,
    /// 22 parts of 24.
    K22,
    /// 21 parts of 24.
    K21,
    /// 18 parts of 24.
    K18,
}

impl Karat {
    /// Each of them, purest first.
    pub const ALL: [Self; 4] = [Self::K24, Self::K22, Self::K21, Self::K18];

    /// Parts of pure gold in 24.
    #[must_use]
    pub const fn parts(self) -> i64 {
        match self {
            Self::K24 => PURE,
            Self::K22 => 22,
            Self::K21 => 21,
            Self::K18 => 18,
        }
    }
}

/// What somebody holds. No amount and no weight is negative.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Price of a gram of pure gold.
    pub gram: Fils,
    /// Cash, balances, and what others will pay back.
    pub cash: Fils,
    /// Gold by karat, in milligrams.
    pub gold: Vec<(Karat, i64)>,
    /// Shares at their market value.
    pub shares: Fils,
    /// Trade goods at what they would sell for.
    pub goods: Fils,
    /// Debts that are due.
    pub debts: Fils,
}

/// What comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zakat {
    /// The worth of the gold.
    pub gold: Fils,
    /// All that is owned.
    pub owned: Fils,
    /// What zakat is counted on: what is owned less debts, never below nothing.
    pub base: Fils,
    /// From here on zakat is due.
    pub nisab: Fils,
    /// What is due; nothing below the nisab.
    pub due: Fils,
}

impl Holdings {
    /// What is due on all of this after a lunar year; `None` when a figure is too large to be counted with.
    #[must_use]
    pub fn zakat(&self) -> Option<Zakat> {
        let gold = self.gold_worth()?;
        let owned = Fils::checked_sum([self.cash, gold, self.shares, self.goods])?;
        let base = owned.minus_or_zero(self.debts);
        let nisab = self.gram.checked_mul(NISAB_GRAMS)?;
        let due = if base >= nisab {
            Fils::new(base.get() / PART + i64::from(base.get() % PART > 0))
        } else {
            Fils::ZERO
        };
        Some(Zakat {
            gold,
            owned,
            base,
            nisab,
            due,
        })
    }

    /// All karats together before the one division, so that pieces lose nothing each.
    fn gold_worth(&self) -> Option<Fils> {
        let pure = self.gold.iter().try_fold(0_i128, |sum, (karat, weight)| {
            sum.checked_add(i128::from(*weight) * i128::from(karat.parts()))
        })?;
        let whole = i128::from(PURE * GRAM);
        let worth = pure.checked_mul(i128::from(self.gram.get()))?;
        let up = worth / whole + i128::from(worth % whole > 0);
        i64::try_from(up).ok().map(Fils::new)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn holding(cash: i64) -> Holdings {
        Holdings {
            gram: Fils::new(40_000),
            cash: Fils::new(cash),
            ..Holdings::default()
        }
    }

    #[test]
    fn the_nisab_is_where_it_begins_and_then_all_of_it_counts() {
        let nisab = 85 * 40_000;
        let below = holding(nisab - 1).zakat().unwrap();
        assert_eq!((below.nisab.get(), below.due), (nisab, Fils::ZERO));
        let at = holding(nisab).zakat().unwrap();
        assert_eq!(at.due.get(), nisab / 40);
    }

    #[test]
    fn gold_counts_by_what_is_pure_in_it() {
        let gold = vec![(Karat::K24, 10_000), (Karat::K21, 8_000), (Karat::K18, 4)];
        let worth = Holdings { gold, ..holding(0) };
        // 10 g, 7 g and 3 mg of pure gold at 40 dinars a gram.
        assert_eq!(worth.zakat().unwrap().gold.get(), 680_120);
        let shavings = Holdings {
            gold: vec![(Karat::K22, 1), (Karat::K18, 1)],
            gram: Fils::new(1_000),
            ..Holdings::default()
        };
        // 1⅔ fils: up, and once.
        assert_eq!(shavings.zakat().unwrap().gold.get(), 2);
    }

    #[test]
    fn debts_come_off_and_never_below_nothing() {
        let mut held = holding(5_000_000);
        held.debts = Fils::new(1_000_001);
        let zakat = held.zakat().unwrap();
        assert_eq!(zakat.base.get(), 3_999_999);
        assert_eq!(zakat.due.get(), 100_000, "a fortieth, up to the fil");
        held.debts = Fils::new(9_000_000);
        assert_eq!(held.zakat().unwrap().base, Fils::ZERO);
    }

    #[test]
    fn what_cannot_be_counted_is_said() {
        let mut held = holding(i64::MAX);
        held.shares = Fils::new(1);
        assert_eq!(held.zakat(), None);
        held = holding(0);
        held.gram = Fils::new(i64::MAX);
        assert_eq!(held.zakat(), None);
        held.gold = vec![(Karat::K24, i64::MAX); 4];
        assert_eq!(held.zakat(), None);
    }

    proptest! {
        #[test]
        fn never_less_than_a_fortieth_and_never_a_fil_more(
            gram in 1_i64..1_000_000, cash in 0_i64..1_000_000_000_000, shares in 0_i64..1_000_000_000, debts in 0_i64..1_000_000_000_000,
            grams in proptest::collection::vec(0_i64..10_000_000, 4),
        ) {
            let gold = Karat::ALL.into_iter().zip(grams).collect();
            let held = Holdings { gram: Fils::new(gram), cash: Fils::new(cash), gold, shares: Fils::new(shares), goods: Fils::ZERO, debts: Fils::new(debts) };
            let zakat = held.zakat().unwrap();
            prop_assert_eq!(zakat.owned.get(), cash + shares + zakat.gold.get());
            let over = zakat.due.get() * 40 - zakat.base.get();
            if zakat.base >= zakat.nisab {
                prop_assert!((0..40).contains(&over));
            } else {
                prop_assert_eq!(zakat.due, Fils::ZERO);
            }
            let more = Holdings { cash: Fils::new(cash + 1), ..held.clone() }.zakat().unwrap();
            prop_assert!(more.due >= zakat.due);
        }

        #[test]
        fn the_same_pure_gold_is_worth_the_same(weight in 0_i64..100_000_000, gram in 1_i64..1_000_000) {
            let worth = |karat: Karat, weight| Holdings { gram: Fils::new(gram), gold: vec![(karat, weight)], ..Holdings::default() }.zakat().unwrap().gold;
            prop_assert_eq!(worth(Karat::K18, weight * 4), worth(Karat::K24, weight * 3));
            prop_assert_eq!(worth(Karat::K21, weight * 8), worth(Karat::K24, weight * 7));
        }
    }
}

//! Money that arrived: whether it settles an order and which lines it is credited to.

use crate::money::Fils;
use crate::order::{OrderEvent, OrderLine};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A transfer that staff have seen in the bank's statement, as checked by [`crate::transfer::parse_confirm_transfer`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmTransfer {
    /// What arrived, in fils, above zero.
    pub amount: Fils,
    /// The day it arrived, in the tenant's time zone.
    pub received_on: NaiveDate,
    /// The bank's own reference: one payment each.
    pub bank_reference: String,
}

/// How a payment leaves an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// Exactly what was due.
    Full,
    /// This much, in fils, is still due.
    Short {
        /// Still due.
        remaining: Fils,
    },
    /// This much, in fils, is too much.
    Over {
        /// Beyond what was due.
        excess: Fils,
    },
}

impl Settlement {
    /// The event for [`crate::order::transition`].
    #[must_use]
    pub const fn event(self) -> OrderEvent {
        match self {
            Self::Full => OrderEvent::PaymentPostedFull,
            Self::Short { .. } => OrderEvent::PaymentPostedShort,
            Self::Over { .. } => OrderEvent::PaymentPostedOver,
        }
    }
}

/// What `amount` does to an order of `total`, of which `already_paid` has arrived before (refunds taken off).
#[must_use]
pub fn settle(total: Fils, already_paid: Fils, amount: Fils) -> Settlement {
    let balance =
        i128::from(already_paid.get()) + i128::from(amount.get()) - i128::from(total.get());
    // Beyond i64 only for sums no book holds; the nearest amount is still on the right side of zero.
    let size = Fils::new(i64::try_from(balance.unsigned_abs()).unwrap_or(i64::MAX));
    match balance.signum() {
        0 => Settlement::Full,
        1 => Settlement::Over { excess: size },
        _ => Settlement::Short { remaining: size },
    }
}

/// Shares of `amount` for the lines, in proportion to their own amounts; their sum is `amount`. Lines that get nothing
/// are left out. Fils lost by rounding go one each to the lines with the largest remainders, earlier lines first.
///
/// An order without a positive line takes nothing and the result is empty.
#[must_use]
pub fn allocate(lines: &[OrderLine], amount: Fils) -> Vec<(usize, Fils)> {
    let weights: Vec<i128> = lines
        .iter()
        .map(|l| i128::from(l.amount.get().max(0)))
        .collect();
    let sum: i128 = weights.iter().sum();
    if sum == 0 || !amount.is_positive() {
        return Vec::new();
    }
    let amount = i128::from(amount.get());
    let mut shares: Vec<(usize, i128, i128)> = weights
        .iter()
        .enumerate()
        .map(|(line, weight)| (line, amount * weight / sum, amount * weight % sum))
        .collect();
    let given: i128 = shares.iter().map(|(_, share, _)| share).sum();
    let missing = usize::try_from(amount - given).unwrap_or(0);
    shares.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
    for (_, share, _) in shares.iter_mut().take(missing) {
        *share += 1;
    }
    shares.sort_by_key(|(line, _, _)| *line);
    shares
        .into_iter()
        .filter(|(_, share, _)| *share > 0)
        .filter_map(|(line, share, _)| {
            i64::try_from(share)
                .ok()
                .map(|fils| (line, Fils::new(fils)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::ids::ItemId;
    use crate::lang::Bilingual;
    use proptest::prelude::*;

    fn lines(amounts: &[i64]) -> Vec<OrderLine> {
        amounts
            .iter()
            .map(|&amount| OrderLine {
                item_id: ItemId::new(),
                slug: "x".into(),
                title: Bilingual::default(),
                quantity: None,
                unit_price: None,
                amount: Fils::new(amount),
            })
            .collect()
    }

    #[test]
    fn settling() {
        let f = Fils::new;
        assert_eq!(settle(f(25_500), f(0), f(25_500)), Settlement::Full);
        assert_eq!(
            settle(f(25_500), f(0), f(24_500)),
            Settlement::Short { remaining: f(1000) }
        );
        assert_eq!(settle(f(25_500), f(24_500), f(1000)), Settlement::Full);
        assert_eq!(
            settle(f(25_500), f(24_500), f(2000)),
            Settlement::Over { excess: f(1000) }
        );
        assert_eq!(
            settle(f(1), f(i64::MAX), f(i64::MAX)),
            Settlement::Over {
                excess: f(i64::MAX)
            }
        );
    }

    #[test]
    fn a_full_payment_gives_each_line_its_own() {
        let lines = lines(&[5000, 20_000, 500]);
        assert_eq!(
            allocate(&lines, Fils::new(25_500)),
            [
                (0, Fils::new(5000)),
                (1, Fils::new(20_000)),
                (2, Fils::new(500))
            ]
        );
    }

    #[test]
    fn rounding_goes_to_the_largest_remainder() {
        let lines = lines(&[1, 1, 1]);
        assert_eq!(
            allocate(&lines, Fils::new(2)),
            [(0, Fils::new(1)), (1, Fils::new(1))]
        );
        assert_eq!(allocate(&lines, Fils::ZERO), []);
        assert_eq!(allocate(&[], Fils::new(5)), []);
    }

    proptest! {
        #[test]
        fn allocations_sum_to_the_amount(
            amounts in proptest::collection::vec(1_i64..100_000_001, 1..20),
            amount in 1_i64..3_000_000_000,
        ) {
            let lines = lines(&amounts);
            let shares = allocate(&lines, Fils::new(amount));
            prop_assert_eq!(Fils::checked_sum(shares.iter().map(|s| s.1)), Some(Fils::new(amount)));
            let total: i128 = amounts.iter().map(|a| i128::from(*a)).sum();
            for (line, share) in shares {
                let exact = i128::from(amount) * i128::from(amounts[line]);
                prop_assert!((i128::from(share.get()) * total - exact).abs() < total, "off by a fil or more");
            }
        }

        #[test]
        fn settlement_balances(total in 1_i64..1_000_000_000, paid in 0_i64..1_000_000_000, amount in 1_i64..1_000_000_000) {
            let f = Fils::new;
            match settle(f(total), f(paid), f(amount)) {
                Settlement::Full => prop_assert_eq!(paid + amount, total),
                Settlement::Short { remaining } => prop_assert_eq!(paid + amount + remaining.get(), total),
                Settlement::Over { excess } => prop_assert_eq!(paid + amount - excess.get(), total),
            }
        }
    }
}

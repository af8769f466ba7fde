//! Masar's sixty days: forty laptops and the library are paid in full, two seats are pledged.

use super::Measure::{Pieces, Sum};
use super::{End, Measure, Promise, paid};
use crate::demo::dice::Dice;

const UNI: [Measure; 5] = [
    Pieces(1),
    Sum(100_000),
    Sum(50_000),
    Sum(25_000),
    Sum(25_000),
];

const FEES: [Measure; 11] = [
    Pieces(5),
    Pieces(3),
    Pieces(2),
    Pieces(1),
    Pieces(1),
    Pieces(1),
    Sum(90_000),
    Sum(45_000),
    Sum(45_000),
    Sum(25_000),
    Sum(10_000),
];

/// All forty.
const LAPTOP: [Measure; 11] = [
    Pieces(12),
    Pieces(8),
    Pieces(5),
    Pieces(4),
    Pieces(3),
    Pieces(2),
    Pieces(2),
    Pieces(1),
    Pieces(1),
    Pieces(1),
    Pieces(1),
];

/// 650.000.
const LIBRARY: [Measure; 8] = [
    Sum(200_000),
    Sum(150_000),
    Sum(100_000),
    Sum(75_000),
    Sum(50_000),
    Sum(40_000),
    Sum(25_000),
    Sum(10_000),
];

const MONTHLY: [Measure; 8] = [
    Sum(50_000),
    Sum(20_000),
    Sum(10_000),
    Sum(10_000),
    Sum(10_000),
    Sum(5_000),
    Sum(5_000),
    Sum(5_000),
];

/// Paid gifts, then pledges and those that ended otherwise.
pub(super) fn promises(dice: &mut Dice) -> Vec<Promise> {
    let mut all = Vec::new();
    for (item, days, gifts, large) in [
        ("library", (59, 47), LIBRARY.as_slice(), Sum(150_000)),
        ("laptop", (58, 13), LAPTOP.as_slice(), Pieces(5)),
        ("uni", (50, 6), UNI.as_slice(), Pieces(1)),
        ("fees", (56, 1), FEES.as_slice(), Pieces(3)),
        ("monthly", (52, 2), MONTHLY.as_slice(), Sum(50_000)),
    ] {
        all.extend(paid(dice, item, days, gifts, large));
    }
    all.extend([
        Promise::new(28, End::Pledged, &[("uni", Pieces(1))])
            .note("نتكفل بمقعد كامل وندفع مع بداية الفصل"),
        Promise::new(12, End::Pledged, &[("uni", Pieces(1))])
            .note("Our office will pay in January."),
        Promise::new(0, End::Waits, &[("fees", Pieces(1))]),
        Promise::new(3, End::Claimed, &[("uni", Sum(100_000))]),
        Promise::new(6, End::Waits, &[("monthly", Sum(10_000))]),
        Promise::new(10, End::Short(90_000), &[("fees", Pieces(1))])
            .note("سأحوّل النصف الثاني الشهر القادم"),
        Promise::new(15, End::Cancelled, &[("monthly", Sum(5_000))]),
        Promise::new(22, End::Expired, &[("fees", Sum(30_000))]),
    ]);
    all
}

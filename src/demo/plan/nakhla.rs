//! Nakhla's sixty days. The paid gifts sum to what the demo promises: the well lacks 41.500, 74 places are taken, ….

use super::Measure::{Pieces, Sum};
use super::{End, Measure, Promise, paid};
use crate::demo::dice::Dice;

/// 1,808.500 of 1,850.000.
const WELL: [Measure; 20] = [
    Sum(500_000),
    Sum(300_000),
    Sum(250_000),
    Sum(150_000),
    Sum(100_000),
    Sum(100_000),
    Sum(75_000),
    Sum(50_000),
    Sum(50_000),
    Sum(50_000),
    Sum(40_000),
    Sum(30_000),
    Sum(25_000),
    Sum(25_000),
    Sum(20_000),
    Sum(15_000),
    Sum(10_000),
    Sum(10_000),
    Sum(5_000),
    Sum(3_500),
];

/// 74 places.
const ORPHAN: [Measure; 18] = [
    Pieces(15),
    Pieces(10),
    Pieces(8),
    Pieces(6),
    Pieces(6),
    Pieces(5),
    Pieces(4),
    Pieces(4),
    Pieces(3),
    Pieces(3),
    Pieces(2),
    Pieces(2),
    Pieces(1),
    Pieces(1),
    Pieces(1),
    Pieces(1),
    Pieces(1),
    Pieces(1),
];

/// All 120 sessions.
const DIALYSIS: [Measure; 9] = [
    Pieces(40),
    Pieces(25),
    Pieces(20),
    Pieces(12),
    Pieces(8),
    Pieces(6),
    Pieces(5),
    Pieces(3),
    Pieces(1),
];

/// 950.000, seven coolers' worth of them whole.
const COOLER: [Measure; 7] = [
    Pieces(4),
    Pieces(2),
    Pieces(1),
    Sum(100_000),
    Sum(85_000),
    Sum(60_000),
    Sum(40_000),
];

const BASKET: [Measure; 13] = [
    Pieces(25),
    Pieces(15),
    Pieces(10),
    Pieces(6),
    Pieces(5),
    Pieces(3),
    Pieces(2),
    Pieces(1),
    Pieces(1),
    Sum(100_000),
    Sum(60_000),
    Sum(25_000),
    Sum(15_000),
];

const ZAKAT: [Measure; 7] = [
    Sum(1_250_000),
    Sum(500_000),
    Sum(375_250),
    Sum(200_000),
    Sum(87_500),
    Sum(62_500),
    Sum(30_000),
];

const GENERAL: [Measure; 9] = [
    Sum(50_000),
    Sum(20_000),
    Sum(10_000),
    Sum(10_000),
    Sum(5_000),
    Sum(5_000),
    Sum(3_000),
    Sum(2_000),
    Sum(1_000),
];

/// Paid gifts, then those that ended otherwise.
pub(super) fn promises(dice: &mut Dice) -> Vec<Promise> {
    let mut all = Vec::new();
    for (item, days, gifts, large) in [
        ("cooler", (59, 50), COOLER.as_slice(), Pieces(4)),
        ("dialysis", (59, 33), DIALYSIS.as_slice(), Pieces(12)),
        ("well", (47, 1), WELL.as_slice(), Sum(150_000)),
        ("orphan", (58, 2), ORPHAN.as_slice(), Pieces(6)),
        ("basket", (55, 1), BASKET.as_slice(), Pieces(10)),
        ("zakat", (57, 3), ZAKAT.as_slice(), Sum(1_000_000)),
        ("general", (56, 0), GENERAL.as_slice(), Sum(50_000)),
    ] {
        all.extend(paid(dice, item, days, gifts, large));
    }
    all.extend([
        Promise::new(
            9,
            End::Paid,
            &[("basket", Pieces(2)), ("general", Sum(10_000))],
        ),
        Promise::new(
            4,
            End::Paid,
            &[("zakat", Sum(145_000)), ("general", Sum(5_000))],
        ),
        // 24.500 came for 25.500.
        Promise::new(5, End::Short(24_500), &[("general", Sum(25_500))]),
        Promise::new(21, End::PaidLate, &[("general", Sum(15_000))])
            .note("حوّلت المبلغ متأخراً بسبب السفر، أرجو المعذرة"),
        Promise::new(0, End::Waits, &[("basket", Pieces(1))]),
        Promise::new(0, End::Waits, &[("well", Sum(10_000))]).note("عن والدتي رحمها الله"),
        Promise::new(1, End::Waits, &[("zakat", Sum(212_500))]),
        Promise::new(1, End::Claimed, &[("general", Sum(20_000))]),
        Promise::new(2, End::Waits, &[("basket", Pieces(3))])
            .note("For a family with small children, if possible."),
        Promise::new(4, End::Claimed, &[("zakat", Sum(75_000))])
            .note("أرجو إرسال الإيصال على الواتساب"),
        Promise::new(7, End::Waits, &[("general", Sum(5_000))]),
        Promise::new(11, End::Waits, &[("basket", Pieces(2))]),
        Promise::new(8, End::Cancelled, &[("well", Sum(20_000))]),
        Promise::new(26, End::Cancelled, &[("basket", Pieces(5))]).note("سجلت الطلب مرتين بالخطأ"),
        Promise::new(38, End::Cancelled, &[("orphan", Pieces(1))]),
        Promise::new(17, End::Expired, &[("basket", Pieces(1))]),
        Promise::new(24, End::Expired, &[("general", Sum(10_000))]),
        Promise::new(33, End::Expired, &[("well", Sum(25_000))]),
        Promise::new(45, End::Expired, &[("zakat", Sum(40_000))]),
    ]);
    all
}

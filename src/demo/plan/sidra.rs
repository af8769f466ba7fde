//! Sidra's sixty days: boxes sent, cash at the door, a few that came to nothing.

use super::Measure::Pieces;
use super::{End, Promise};

/// Oldest first.
pub(super) fn promises() -> Vec<Promise> {
    use End::{Cancelled, Claimed, Expired, Paid, Short, Waits};
    vec![
        Promise::new(58, Paid, &[("d1", Pieces(4))]),
        Promise::new(55, Paid, &[("h5", Pieces(1)), ("c2", Pieces(2))]).cash(),
        Promise::new(52, Paid, &[("gb", Pieces(2))])
            .card("أم خالد", "كل عام وأنتم بخير، وهذه من مزارعنا"),
        Promise::new(49, Paid, &[("m12", Pieces(3)), ("c2", Pieces(1))]).cash(),
        Promise::new(47, Expired, &[("sc", Pieces(2))]),
        Promise::new(44, Paid, &[("d1", Pieces(10))]).note("للديوانية، الرجاء التوصيل قبل المغرب"),
        Promise::new(42, Paid, &[("sc", Pieces(1))]).cash(),
        Promise::new(39, Paid, &[("gb", Pieces(1))])
            .card("Dr. Leila", "Thank you for the care you gave my father."),
        Promise::new(36, Cancelled, &[("h5", Pieces(2))]).cash(),
        Promise::new(34, Paid, &[("c2", Pieces(4)), ("d1", Pieces(2))]),
        Promise::new(31, Paid, &[("h5", Pieces(3))]),
        Promise::new(29, Paid, &[("m12", Pieces(2))]).cash(),
        Promise::new(27, Expired, &[("gb", Pieces(1))]),
        Promise::new(25, Paid, &[("gb", Pieces(5))])
            .note("هدايا للموظفين، نحتاج خمس بطاقات بلا اسم"),
        Promise::new(22, Paid, &[("d1", Pieces(6)), ("h5", Pieces(1))]).cash(),
        Promise::new(20, Paid, &[("sc", Pieces(2)), ("c2", Pieces(1))]),
        Promise::new(18, Paid, &[("m12", Pieces(6))]).note("Please call before delivery."),
        Promise::new(15, Paid, &[("h5", Pieces(2))]).cash(),
        Promise::new(13, Cancelled, &[("m12", Pieces(1))]),
        Promise::new(12, Paid, &[("d1", Pieces(3)), ("m12", Pieces(1))]).cash(),
        Promise::new(9, Paid, &[("gb", Pieces(1))])
            .card("بو ناصر", "مبروك البيت الجديد، عسى البركة فيه"),
        Promise::new(8, Paid, &[("c2", Pieces(3))]).cash(),
        Promise::new(6, Short(35_000), &[("h5", Pieces(2))]),
        Promise::new(5, Paid, &[("h5", Pieces(1)), ("m12", Pieces(2))]),
        Promise::new(4, Waits, &[("gb", Pieces(2))]),
        Promise::new(3, Paid, &[("d1", Pieces(5))]).cash(),
        Promise::new(2, Claimed, &[("c2", Pieces(2)), ("m12", Pieces(1))]).cash(),
        Promise::new(2, Waits, &[("h5", Pieces(1))]),
        Promise::new(1, Waits, &[("d1", Pieces(2)), ("c2", Pieces(1))]).cash(),
        Promise::new(1, Waits, &[("sc", Pieces(1))]).card("نورة", "على قد المحبة"),
        Promise::new(0, Waits, &[("m12", Pieces(4))]).cash(),
        Promise::new(0, Waits, &[("d1", Pieces(1)), ("h5", Pieces(1))])
            .cash()
            .note("البيت رقم 12، الباب الجانبي"),
    ]
}

//! Formatting, splits and the wire forms of money.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use proptest::prelude::*;

#[test]
fn formats_as_on_receipts_and_cards() {
    let amount = Fils::new(25_500);
    assert_eq!(amount.format(Lang::Ar), "25.500");
    assert_eq!(amount.display_plain(Lang::En), "KWD 25.500");
    assert_eq!(amount.display_plain(Lang::Ar), "25.500 د.ك");
    assert_eq!(
        Fils::new(1_250_000).display_plain(Lang::En),
        "KWD 1,250.000"
    );
    assert_eq!(Fils::new(1_250_000).format_trim(Lang::En), "1,250");
    assert_eq!(Fils::new(1_250_500).format_trim(Lang::En), "1,250.500");
    assert_eq!(Fils::new(-5).format(Lang::En), "-0.005");
    assert_eq!(Fils::new(-1_234_567_890).format(Lang::En), "-1,234,567.890");
    assert_eq!(Fils::new(1_234_567_890).to_decimal(), "1234567.890");
}

#[test]
fn a_hundred_dinars_in_three() {
    let parts = Fils::new(100_000).split(NonZeroU32::new(3).unwrap());
    assert_eq!(parts, [33_334, 33_333, 33_333].map(Fils::new));
}

#[test]
fn percent_rounds_half_up() {
    assert_eq!(Fils::new(100).percent_half_up(250), Some(Fils::new(3))); // 2.5 → 3
    assert_eq!(Fils::new(99).percent_half_up(250), Some(Fils::new(2))); // 2.475 → 2
    assert_eq!(
        Fils::new(1_000_000).percent_half_up(250),
        Some(Fils::new(25_000))
    );
    assert_eq!(Fils::new(i64::MAX).percent_half_up(20_000), None);
}

#[test]
fn wire_forms() {
    let json = serde_json::to_string(&Money::kwd(Fils::new(12_500))).unwrap();
    assert_eq!(json, r#"{"amount":12500,"currency":"KWD"}"#);
    assert!(serde_json::from_str::<Money>(r#"{"amount":12.5,"currency":"KWD"}"#).is_err());
    assert!(serde_json::from_str::<Money>(r#"{"amount":1,"currency":"USD"}"#).is_err());
    assert!(serde_json::from_str::<Fils>("1.0").is_err());
}

#[test]
fn a_request_number_is_whole_or_marked() {
    let parse = |text| serde_json::from_str::<WholeNumber>(text).unwrap();
    assert_eq!(parse("5000"), WholeNumber::Valid(5000));
    assert_eq!(parse("0"), WholeNumber::Valid(0));
    for wrong in [
        "-1",
        "1.5",
        "5000.0",
        "5e3",
        "9223372036854775808",
        "1e400000".get(..4).unwrap(),
    ] {
        assert_eq!(parse(wrong), WholeNumber::Invalid, "{wrong}");
    }
    assert!(serde_json::from_str::<WholeNumber>("\"5000\"").is_err());
    assert!(serde_json::from_str::<WholeNumber>("true").is_err());
}

proptest! {
    #[test]
    fn split_loses_nothing(total in -1_000_000_000_000_i64..1_000_000_000_000, n in 1_u32..500) {
        let parts = Fils::new(total).split(NonZeroU32::new(n).unwrap());
        prop_assert_eq!(parts.len(), usize::try_from(n).unwrap());
        prop_assert_eq!(Fils::checked_sum(parts.iter().copied()), Some(Fils::new(total)));
        let (min, max) = (parts.iter().min().unwrap(), parts.iter().max().unwrap());
        prop_assert!(max.get() - min.get() <= 1);
        prop_assert!(parts.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn money_survives_json(amount in any::<i64>()) {
        let money = Money::kwd(Fils::new(amount));
        let json = serde_json::to_string(&money).unwrap();
        prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
    }
}

//! Amounts in words: the vectors of the design and the grammar around them.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use proptest::prelude::*;

fn ar(fils: i64) -> String {
    amount_in_words(Fils::new(fils), Lang::Ar)
}

fn en(fils: i64) -> String {
    amount_in_words(Fils::new(fils), Lang::En)
}

#[test]
fn the_vectors_in_arabic() {
    for (fils, words) in [
        (250, "مائتان وخمسون فلساً"),
        (1_000, "دينار كويتي واحد"),
        (2_000, "ديناران كويتيان"),
        (3_250, "ثلاثة دنانير كويتية ومائتان وخمسون فلساً"),
        (10_005, "عشرة دنانير كويتية وخمسة فلوس"),
        (11_000, "أحد عشر ديناراً كويتياً"),
        (25_500, "خمسة وعشرون ديناراً كويتياً وخمسمائة فلس"),
        (100_000, "مائة دينار كويتي"),
        (
            1_250_750,
            "ألف ومائتان وخمسون ديناراً كويتياً وسبعمائة وخمسون فلساً",
        ),
    ] {
        assert_eq!(ar(fils), words);
    }
}

#[test]
fn the_vectors_in_english() {
    for (fils, words) in [
        (250, "250 fils"),
        (1_000, "One Kuwaiti dinar"),
        (2_000, "Two Kuwaiti dinars"),
        (3_250, "Three Kuwaiti dinars and 250 fils"),
        (10_005, "Ten Kuwaiti dinars and 5 fils"),
        (11_000, "Eleven Kuwaiti dinars"),
        (25_500, "Twenty-five Kuwaiti dinars and 500 fils"),
        (100_000, "One hundred Kuwaiti dinars"),
        (
            1_250_750,
            "One thousand two hundred and fifty Kuwaiti dinars and 750 fils",
        ),
    ] {
        assert_eq!(en(fils), words);
    }
}

#[test]
fn the_dual_loses_its_nun_before_the_noun() {
    assert_eq!(ar(200), "مائتا فلس");
    assert_eq!(ar(200_000), "مائتا دينار كويتي");
    assert_eq!(ar(2_000_000), "ألفا دينار كويتي");
    assert_eq!(ar(200_000_000), "مائتا ألف دينار كويتي");
    assert_eq!(ar(2_300_000), "ألفان وثلاثمائة دينار كويتي");
    assert_eq!(ar(2_000), "ديناران كويتيان");
}

#[test]
fn one_and_two_are_said_by_the_noun() {
    assert_eq!(ar(1), "فلس واحد");
    assert_eq!(ar(2), "فلسان");
    assert_eq!(ar(101_000), "مائة دينار كويتي ودينار كويتي واحد");
    assert_eq!(ar(1_002_000), "ألف دينار كويتي وديناران كويتيان");
    assert_eq!(ar(202), "مائتا فلس وفلسان");
}

#[test]
fn thousands_are_counted_nouns_too() {
    assert_eq!(ar(3_000_000), "ثلاثة آلاف دينار كويتي");
    assert_eq!(ar(11_000_000), "أحد عشر ألف دينار كويتي");
    assert_eq!(
        ar(12_345_000),
        "اثنا عشر ألفاً وثلاثمائة وخمسة وأربعون ديناراً كويتياً"
    );
    assert_eq!(ar(100_000_000), "مائة ألف دينار كويتي");
    assert_eq!(ar(1_000_000_000), "مليون دينار كويتي");
    assert_eq!(ar(103_000_000), "مائة وثلاثة آلاف دينار كويتي");
    assert_eq!(ar(101_000_000), "مائة ألف وألف دينار كويتي");
    assert_eq!(ar(3_000_018_000), "ثلاثة ملايين وثمانية عشر ديناراً كويتياً");
}

#[test]
fn zero_and_less() {
    assert_eq!(ar(0), "صفر دينار كويتي");
    assert_eq!(en(0), "Zero Kuwaiti dinars");
    assert_eq!(en(-25_500), "Minus twenty-five Kuwaiti dinars and 500 fils");
    assert_eq!(ar(-1_000), "سالب دينار كويتي واحد");
    assert_eq!(en(-250), "Minus 250 fils");
}

#[test]
fn english_takes_its_and() {
    assert_eq!(en(1_005_000), "One thousand and five Kuwaiti dinars");
    assert_eq!(en(1_500_000), "One thousand five hundred Kuwaiti dinars");
    assert_eq!(
        en(999_999_999),
        "Nine hundred and ninety-nine thousand nine hundred and ninety-nine Kuwaiti dinars and 999 fils"
    );
    assert_eq!(en(21_000_000_000), "Twenty-one million Kuwaiti dinars");
}

proptest! {
    /// Two different amounts never read the same, and nothing is said twice or left blank.
    #[test]
    fn different_amounts_read_differently(a in 0_i64..2_000_000_000, b in 0_i64..2_000_000_000) {
        for lang in Lang::ALL {
            let (x, y) = (amount_in_words(Fils::new(a), lang), amount_in_words(Fils::new(b), lang));
            prop_assert_eq!(x == y, a == b);
            prop_assert!(!x.contains("  ") && x.trim() == x);
        }
    }

    #[test]
    fn any_amount_can_be_said(amount in any::<i64>()) {
        prop_assert!(!ar(amount).is_empty() && !en(amount).is_empty());
    }
}

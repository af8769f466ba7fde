//! References: the check, tolerant reading, finding in memos.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use proptest::prelude::*;
use std::collections::HashSet;

const SAMPLE: &str = "NKH-229-5041-781";
const SAMPLES: [&str; 6] = [
    SAMPLE,
    "NKH-371-4028-397",
    "NKH-411-8356-213",
    "SDR-164-0291-861",
    "MSR-283-7120-594",
    "MSR-340-9663-191",
];

#[test]
fn the_samples_are_valid_and_print_as_written() {
    for sample in SAMPLES {
        assert_eq!(Reference::parse(sample).unwrap().to_string(), sample);
    }
    let reference = Reference::parse(SAMPLE).unwrap();
    assert_eq!(reference.kind(), ReferenceKind::Donation);
    assert_eq!(reference.prefix().as_str(), "NKH");
    assert_eq!(reference.compact(), "NKH2295041781");
    assert_eq!(
        serde_json::to_string(&reference).unwrap(),
        format!("\"{SAMPLE}\"")
    );
}

/// 13 characters with the digit at `position` (0–9) replaced.
fn compact_digits() -> (String, Vec<u8>) {
    let compact = SAMPLE.replace('-', "");
    (
        compact.get(..3).unwrap().to_owned(),
        compact.bytes().skip(3).collect(),
    )
}

#[test]
fn all_ninety_wrong_digits_are_caught() {
    let (prefix, digits) = compact_digits();
    let mut tried = 0;
    for position in 0..10 {
        for wrong in b'0'..=b'9' {
            let mut changed = digits.clone();
            let digit = changed.get_mut(position).unwrap();
            if *digit == wrong {
                continue;
            }
            *digit = wrong;
            let text = format!("{prefix}{}", String::from_utf8(changed).unwrap());
            assert_eq!(
                Reference::parse(&text),
                Err(ReferenceError::Check),
                "{text}"
            );
            tried += 1;
        }
    }
    assert_eq!(tried, 90);
}

#[test]
fn all_swaps_of_neighbours_are_caught() {
    let compact = SAMPLE.replace('-', "").into_bytes();
    for i in 0..12 {
        let mut swapped = compact.clone();
        swapped.swap(i, i + 1);
        if swapped != compact {
            let text = String::from_utf8(swapped).unwrap();
            assert!(Reference::parse(&text).is_err(), "{text}");
        }
    }
}

#[test]
fn reads_what_people_type() {
    let reference = Reference::parse(SAMPLE).unwrap();
    for text in [
        "nkh2295041781",
        " NKH 229 5041 781 ",
        "NKH-٢٢٩-٥٠٤١-٧٨١",
        "nkh.۲۲۹.۵۰۴۱.۷۸۱",
        "NKH-229-SO4I-7B1",
        "NKH-229-504L-781",
        "ＮＫＨ－２２９－５０４１－７８１",
        "\u{2066}NKH-229-5041-781\u{2069}",
    ] {
        assert_eq!(Reference::parse(text), Ok(reference), "{text}");
    }
    for text in [
        "",
        "NKH",
        "NKH-229-5041-78",
        "NKH-229-5041-7811",
        "NKO-229-5041-781",
        "229-5041-781",
    ] {
        assert_eq!(Reference::parse(text), Err(ReferenceError::Form), "{text}");
    }
}

#[test]
fn finds_references_in_memos() {
    let reference = Reference::parse(SAMPLE).unwrap();
    for text in [
        "TRF/NKH 229 5041 781/THANKS",
        "تبرع لبئر رحمة NKH-229-5041-781 جزاكم الله خيرا",
        "IPP2026112400017NKH2295041781KWD",
        "Is NKH-229-5041-781 paid?",
        "ref:nkh٢٢٩٥٠٤١٧٨١",
    ] {
        assert_eq!(Reference::find_in(text), Some(reference), "{text}");
    }
    for text in [
        "",
        "NKH-229-5041-782",
        "salary november 2026",
        "96599912345",
        "SOBISOBILSOBISOBIL",
    ] {
        assert_eq!(Reference::find_in(text), None, "{text}");
    }
    let two = Reference::find_all_in("NKH-229-5041-781 and NKH-371-4028-397, again NKH2295041781");
    assert_eq!(
        two,
        [SAMPLE, "NKH-371-4028-397"].map(|s| Reference::parse(s).unwrap())
    );
}

#[test]
fn unknown_kinds_and_used_up_counters_are_refused() {
    let prefix = ReferencePrefix::parse("NKH").unwrap();
    let body = 5 * COUNTER_LIMIT + 1234;
    let text = format!("NKH{body:08}{:02}", check_digits(prefix, body));
    assert_eq!(Reference::parse(&text), Err(ReferenceError::Kind));
    let key = ReferenceKey::new([1; 32]);
    let minted = Reference::mint(prefix, ReferenceKind::Order, COUNTER_LIMIT.into(), &key);
    assert_eq!(minted, Err(ReferenceError::Exhausted));
    assert!(ReferencePrefix::parse("NIL").is_err());
    assert!(ReferencePrefix::parse("nkh").is_err());
}

#[test]
fn kinds_share_a_counter_without_clashing() {
    let (prefix, key) = (
        ReferencePrefix::parse("SDR").unwrap(),
        ReferenceKey::new([3; 32]),
    );
    let all: HashSet<_> = ReferenceKind::ALL
        .into_iter()
        .flat_map(|kind| (0..500).map(move |n| (kind, n)))
        .map(|(kind, n)| Reference::mint(prefix, kind, n, &key).unwrap().compact())
        .collect();
    assert_eq!(all.len(), 3000);
}

fn minted() -> impl Strategy<Value = Reference> {
    (
        "[ABCDEFGHJKMNPRSTUVWXYZ]{3}",
        0_usize..6,
        0_u64..10_000_000,
        any::<[u8; 32]>(),
    )
        .prop_map(|(prefix, kind, counter, secret)| {
            let prefix = ReferencePrefix::parse(&prefix).unwrap();
            let kind = *ReferenceKind::ALL.get(kind).unwrap();
            Reference::mint(prefix, kind, counter, &ReferenceKey::new(secret)).unwrap()
        })
}

proptest! {
    #[test]
    fn what_is_minted_can_be_read(reference in minted()) {
        prop_assert_eq!(Reference::parse(&reference.to_string()), Ok(reference));
        prop_assert_eq!(Reference::parse(&reference.compact().to_lowercase()), Ok(reference));
        prop_assert_eq!(Reference::find_in(&format!("memo {reference} end")), Some(reference));
        let json = serde_json::to_string(&reference).unwrap();
        prop_assert_eq!(serde_json::from_str::<Reference>(&json).unwrap(), reference);
    }

    #[test]
    fn one_wrong_digit_never_passes(reference in minted(), position in 3_usize..13, shift in 1_u8..10) {
        let mut bytes = reference.compact().into_bytes();
        let digit = bytes.get_mut(position).unwrap();
        *digit = b'0' + (*digit - b'0' + shift) % 10;
        prop_assert!(Reference::parse(&String::from_utf8(bytes).unwrap()).is_err());
    }

    #[test]
    fn any_text_is_survived(text in "\\PC{0,200}") {
        let _ = Reference::parse(&text);
        for found in Reference::find_all_in(&text) {
            prop_assert!(Reference::parse(&found.to_string()).is_ok());
        }
    }
}

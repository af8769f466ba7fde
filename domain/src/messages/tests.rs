//! The table of codes: unique, bilingual, kind.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use std::collections::HashSet;

#[test]
fn codes_are_unique_and_well_formed() {
    let mut seen = HashSet::new();
    for &code in Code::ALL {
        let text = code.as_str();
        assert!(seen.insert(text), "{text} twice");
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_lowercase() || matches!(b, b'.' | b'_')),
            "{text}"
        );
        assert_eq!(Code::from_wire(text), Some(code));
        assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{text}\""));
    }
    assert_eq!(Code::from_wire("nonsense"), None);
}

#[test]
fn every_code_speaks_both_languages() {
    let arabic = |c: char| ('\u{0600}'..='\u{06FF}').contains(&c);
    for &code in Code::ALL {
        for lang in Lang::ALL {
            let (title, detail) = (code.title_in(lang), code.detail_in(lang));
            assert_eq!(title.chars().any(arabic), lang == Lang::Ar, "{code}");
            assert_eq!(detail.chars().any(arabic), lang == Lang::Ar, "{code}");
            assert!(
                detail.ends_with('.'),
                "{code} {lang}: a sentence ends with a full stop"
            );
            assert!(!title.ends_with('.'), "{code} {lang}: a title does not");
        }
    }
}

#[test]
fn nobody_is_blamed() {
    for &code in Code::ALL {
        let english = code.detail_in(Lang::En).to_lowercase();
        for word in [
            "you must",
            "you failed",
            "wrong",
            "illegal",
            "invalid",
            "error",
            "bad ",
        ] {
            assert!(!english.contains(word), "{code}: {word}");
        }
    }
}

//! Bank account numbers: the check of ISO 13616 and the length of the country.

use crate::{arabic, text};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A valid IBAN, without spaces, e.g. `KW45DEMO0000000000001000010101`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Iban(Box<str>);

/// What is wrong with an IBAN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IbanError {
    /// Not two letters, two digits and 11 to 30 letters or digits.
    #[error("not of the form of an IBAN")]
    Form,
    /// Not as long as that country's are (Kuwait: 30).
    #[error("not as long as this country's IBANs")]
    Length,
    /// The check digits do not fit: mistyped.
    #[error("the check digits do not fit")]
    Check,
    /// Of another country, where an account in Kuwait is asked for.
    #[error("not an account in Kuwait")]
    Country,
}

/// Letters and digits of an IBAN of Kuwait.
pub const KUWAITI: usize = 30;

/// Lengths of the countries transfers come from and go to; others are checked by form and digits alone.
const LENGTHS: [(&str, usize); 8] = [
    ("KW", KUWAITI),
    ("SA", 24),
    ("AE", 23),
    ("BH", 22),
    ("QA", 29),
    ("OM", 23),
    ("JO", 30),
    ("GB", 22),
];

/// What is left of an IBAN as people write and copy it: no spaces, hyphens or marks of direction, Latin digits, capitals. At most 64
/// characters.
#[must_use]
pub fn compact(typed: &str) -> String {
    arabic::latin_digits(&text::stripped(typed))
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .take(64)
        .collect()
}

/// Any text in groups of four, as an IBAN is read.
#[must_use]
pub fn grouped(compact: &str) -> String {
    let mut out = String::with_capacity(compact.len() + 8);
    for (i, c) in compact.chars().enumerate() {
        if i > 0 && i.is_multiple_of(4) {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// Checks an IBAN of an account in Kuwait: `KW`, two check digits, four letters of the bank, 22 letters or digits. Forgives what
/// [`compact`] does.
///
/// # Errors
/// [`IbanError`] says what is wrong.
pub fn kuwaiti(text: &str) -> Result<Iban, IbanError> {
    let compact = compact(text);
    if !compact.starts_with("KW") {
        return Err(IbanError::Country);
    }
    if compact.chars().count() != KUWAITI {
        return Err(IbanError::Length);
    }
    let bank = compact.bytes().skip(4).take(4);
    if !bank.into_iter().all(|b| b.is_ascii_uppercase()) {
        return Err(IbanError::Form);
    }
    validate(&compact)
}

/// Checks an IBAN; forgives what [`compact`] does.
///
/// # Errors
/// [`IbanError`] says which of form, length and check digits is wrong.
pub fn validate(text: &str) -> Result<Iban, IbanError> {
    let compact = compact(text);
    let well_formed = (15..=34).contains(&compact.len())
        && compact.bytes().enumerate().all(|(i, b)| match i {
            0 | 1 => b.is_ascii_uppercase(),
            2 | 3 => b.is_ascii_digit(),
            _ => b.is_ascii_uppercase() || b.is_ascii_digit(),
        });
    if !well_formed {
        return Err(IbanError::Form);
    }
    if LENGTHS
        .iter()
        .any(|(country, length)| compact.starts_with(country) && compact.len() != *length)
    {
        return Err(IbanError::Length);
    }
    if remainder(&compact) != 1 {
        return Err(IbanError::Check);
    }
    Ok(Iban(compact.into()))
}

/// MOD 97 of the number with the first four characters at the end and letters as 10–35.
fn remainder(compact: &str) -> u32 {
    let (head, body) = compact.split_at(4);
    body.chars()
        .chain(head.chars())
        .filter_map(|c| c.to_digit(36))
        .fold(0, |n, value| {
            if value < 10 {
                (n * 10 + value) % 97
            } else {
                (n * 100 + value) % 97
            }
        })
}

impl Iban {
    /// Without spaces: for banks and copy buttons.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        &self.0
    }

    /// In groups of four: for people.
    #[must_use]
    pub fn grouped(&self) -> String {
        grouped(&self.0)
    }

    /// The bank and the last four digits: enough to tell two accounts apart, as logs and mails name one.
    #[must_use]
    pub fn masked(&self) -> String {
        let letters: Vec<char> = self.0.chars().collect();
        let of = |some: &[char]| some.iter().collect::<String>();
        let head = letters.first_chunk::<8>().map_or(String::new(), |c| of(c));
        let tail = letters.last_chunk::<4>().map_or(String::new(), |c| of(c));
        format!("{} •••• {tail}", grouped(&head))
    }
}

/// In groups of four.
impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.grouped())
    }
}

impl FromStr for Iban {
    type Err = IbanError;
    fn from_str(text: &str) -> Result<Self, IbanError> {
        validate(text)
    }
}

/// Without spaces.
impl Serialize for Iban {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Iban {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    const DEMO: [&str; 3] = [
        "KW45DEMO0000000000001000010101",
        "KW66DEMO0000000000001000020102",
        "KW87DEMO0000000000001000030103",
    ];

    #[test]
    fn demo_and_published_samples_are_valid() {
        for iban in DEMO.into_iter().chain([
            "KW81CBKU0000000000001234560101",
            "GB82WEST12345698765432",
            "DE89370400440532013000",
        ]) {
            assert_eq!(validate(iban).unwrap().as_str(), iban);
        }
        let spaced = "kw45 demo 0000 0000 0000 1000 0101 01";
        assert_eq!(
            validate(spaced).unwrap().to_string(),
            "KW45 DEMO 0000 0000 0000 1000 0101 01"
        );
    }

    #[test]
    fn an_account_in_kuwait_is_taken_as_people_write_and_copy_it() {
        for typed in [
            "KW81CBKU0000000000001234560101",
            " kw81-cbku 0000 0000 0000 1234 5601 01 ",
            "KW٨١ CBKU ٠٠٠٠ ٠٠٠٠ ٠٠٠٠ ١٢٣٤ ٥٦٠١ ٠١",
            "\u{200F}KW۸۱CBKU۰۰۰۰۰۰۰۰۰۰۰۰۱۲۳۴۵۶۰۱۰۱\u{202C}",
        ] {
            let iban = kuwaiti(typed).unwrap();
            assert_eq!(iban.as_str(), "KW81CBKU0000000000001234560101", "{typed}");
            assert_eq!(iban.masked(), "KW81 CBKU •••• 0101");
        }
        for (typed, error) in [
            ("GB82WEST12345698765432", IbanError::Country),
            ("81CBKU0000000000001234560101", IbanError::Country),
            ("KW81CBKU00000000000012345601", IbanError::Length),
            ("KW811BKU0000000000001234560101", IbanError::Form),
            ("KW81CBKU000000000000123456010!", IbanError::Form),
            ("KW18CBKU0000000000001234560101", IbanError::Check),
        ] {
            assert_eq!(kuwaiti(typed), Err(error), "{typed}");
        }
    }

    #[test]
    fn each_kind_of_mistake_has_its_name() {
        assert_eq!(validate(""), Err(IbanError::Form));
        assert_eq!(validate("KW45"), Err(IbanError::Form));
        assert_eq!(
            validate("4545DEMO0000000000001000010101"),
            Err(IbanError::Form)
        );
        assert_eq!(
            validate("KW45DEMO000000000000100001010"),
            Err(IbanError::Length)
        );
        assert_eq!(
            validate("KW46DEMO0000000000001000010101"),
            Err(IbanError::Check)
        );
    }

    proptest! {
        #[test]
        fn one_wrong_digit_never_passes(which in 0_usize..3, position in 8_usize..30, shift in 1_u8..10) {
            let mut bytes = DEMO.get(which).unwrap().as_bytes().to_vec();
            let digit = bytes.get_mut(position).unwrap();
            *digit = b'0' + (*digit - b'0' + shift) % 10;
            prop_assert_eq!(validate(&String::from_utf8(bytes).unwrap()), Err(IbanError::Check));
        }

        #[test]
        fn any_text_is_survived(text in "\\PC{0,60}") {
            let _ = validate(&text);
            let _ = kuwaiti(&text);
        }
    }
}

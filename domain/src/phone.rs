//! Phone numbers, kept as E.164. Kuwait's numbering plan is checked; other countries' only by length (domain.md 12).

use crate::arabic::latin_digit;
use std::fmt;

/// Which numbers are taken besides real ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PhonePolicy {
    /// Kuwaiti numbers with the unassigned prefix 3, which the demo data uses: in development and tests only.
    pub allow_demo: bool,
}

/// What is wrong with a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing was typed.
    #[error("no phone number")]
    Empty,
    /// Not a number that can be dialled.
    #[error("not a phone number")]
    Invalid,
}

/// A phone number in E.164 form, e.g. `+96599912345`.
///
/// It is personal: `Debug` shows the masked form, there is no `Display` and no `Serialize`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(Box<str>);

impl Phone {
    /// Reads what was typed: digits of three scripts, spaces, hyphens, brackets, `+` or `00`. Without a country code it
    /// is taken for a Kuwaiti number.
    ///
    /// # Errors
    /// [`PhoneError`] when nothing is there or it cannot be dialled.
    pub fn parse(input: &str, policy: PhonePolicy) -> Result<Self, PhoneError> {
        let mut digits = String::with_capacity(16);
        let mut plus = false;
        for c in input.chars().map(latin_digit) {
            match c {
                '0'..='9' if digits.len() < 20 => digits.push(c),
                '+' | '＋' if digits.is_empty() && !plus => plus = true,
                ' ' | '-' | '.' | '(' | ')' | '/' | '\t' | '\u{00A0}' | '\u{2010}'..='\u{2013}' => {
                }
                // Pasted numbers carry invisible direction marks.
                '\u{200B}'..='\u{200F}'
                | '\u{202A}'..='\u{202F}'
                | '\u{2066}'..='\u{2069}'
                | '\u{061C}' => {}
                _ => return Err(PhoneError::Invalid),
            }
        }
        if digits.is_empty() {
            return Err(if plus {
                PhoneError::Invalid
            } else {
                PhoneError::Empty
            });
        }
        if let Some(rest) = digits.strip_prefix("00").filter(|_| !plus) {
            digits = rest.to_owned();
            plus = true;
        }
        let kuwaiti = match digits.strip_prefix("965") {
            Some(national) if plus || is_kuwaiti(national, policy) => Some(national),
            _ if plus => None,
            _ => Some(digits.as_str()),
        };
        match kuwaiti {
            Some(national) if is_kuwaiti(national, policy) => {
                Ok(Self(format!("+965{national}").into()))
            }
            Some(_) => Err(PhoneError::Invalid),
            None if (8..=15).contains(&digits.len()) && !digits.starts_with('0') => {
                Ok(Self(format!("+{digits}").into()))
            }
            None => Err(PhoneError::Invalid),
        }
    }

    /// `+96599912345`.
    #[must_use]
    pub const fn as_e164(&self) -> &str {
        &self.0
    }

    /// The last four digits: what a visitor proves knowledge of.
    #[must_use]
    pub fn last4(&self) -> &str {
        self.0
            .get(self.0.len().saturating_sub(4)..)
            .unwrap_or_default()
    }

    /// For people who may see it: `+965 9991 2345`; in `<bdi dir=ltr>`.
    #[must_use]
    pub fn display(&self) -> String {
        let Some(national) = self.0.strip_prefix("+965") else {
            return self.0.to_string();
        };
        let head = national.len().saturating_sub(4);
        format!(
            "+965 {} {}",
            national.get(..head).unwrap_or_default(),
            self.last4()
        )
    }

    /// For logs and lists: `+965 •••• 2345`.
    #[must_use]
    pub fn masked(&self) -> String {
        let country = if self.0.starts_with("+965") {
            "+965"
        } else {
            "+"
        };
        format!("{country} •••• {}", self.last4())
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// `18\d{5}|(?:[2569]\d|41)\d{6}`, and `3\d{7}` where demo numbers are allowed.
fn is_kuwaiti(national: &str, policy: PhonePolicy) -> bool {
    match (national.len(), national.as_bytes()) {
        (7, [b'1', b'8', ..]) => true,
        (8, [b'2' | b'5' | b'6' | b'9', ..] | [b'4', b'1', ..]) => true,
        (8, [b'3', ..]) => policy.allow_demo,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    const REAL: PhonePolicy = PhonePolicy { allow_demo: false };
    const DEMO: PhonePolicy = PhonePolicy { allow_demo: true };

    fn e164(input: &str) -> Result<String, PhoneError> {
        Phone::parse(input, REAL).map(|p| p.as_e164().to_owned())
    }

    #[test]
    fn kuwaiti_numbers_as_people_write_them() {
        for input in [
            "99912345",
            "9991 2345",
            "+965 9991-2345",
            "0096599912345",
            "96599912345",
            "٩٩٩١٢٣٤٥",
            "۹۹۹۱۲۳۴۵",
            "+٩٦٥ ٩٩٩١ ٢٣٤٥",
            "\u{202A}+965 (9991) 2345\u{202C}",
        ] {
            assert_eq!(e164(input).as_deref(), Ok("+96599912345"), "{input}");
        }
        assert_eq!(e164("1812345").as_deref(), Ok("+9651812345"));
        assert_eq!(e164("41234567").as_deref(), Ok("+96541234567"));
        assert_eq!(e164("22334455").as_deref(), Ok("+96522334455"));
        // A local number that happens to begin with the country code.
        assert_eq!(e164("96512345").as_deref(), Ok("+96596512345"));
    }

    #[test]
    fn what_cannot_be_dialled_is_refused() {
        for input in [
            "1234567",
            "42345678",
            "71234567",
            "9991234",
            "999123456",
            "+965 12345678",
            "abc",
            "+",
            "9991x2345",
        ] {
            assert_eq!(e164(input), Err(PhoneError::Invalid), "{input}");
        }
        assert_eq!(e164("  "), Err(PhoneError::Empty));
        assert_eq!(e164("+1234567"), Err(PhoneError::Invalid));
        assert_eq!(e164("+0123456789"), Err(PhoneError::Invalid));
        assert_eq!(e164("+1234567890123456"), Err(PhoneError::Invalid));
        assert_eq!(e164(&"9".repeat(500)), Err(PhoneError::Invalid));
    }

    #[test]
    fn other_countries_need_their_code() {
        assert_eq!(e164("+44 7911 123456").as_deref(), Ok("+447911123456"));
        assert_eq!(e164("00966501234567").as_deref(), Ok("+966501234567"));
        assert_eq!(e164("447911123456"), Err(PhoneError::Invalid));
    }

    #[test]
    fn demo_numbers_only_where_allowed() {
        assert_eq!(e164("+96530000001"), Err(PhoneError::Invalid));
        let demo = Phone::parse("+96530000001", DEMO).unwrap();
        assert_eq!(demo.last4(), "0001");
        assert_eq!(Phone::parse("30000001", DEMO).unwrap(), demo);
    }

    #[test]
    fn shown_whole_or_masked() {
        let phone = Phone::parse("99912345", REAL).unwrap();
        assert_eq!(phone.display(), "+965 9991 2345");
        assert_eq!(phone.masked(), "+965 •••• 2345");
        assert_eq!(format!("{phone:?}"), "+965 •••• 2345");
        assert_eq!(
            Phone::parse("1812345", REAL).unwrap().display(),
            "+965 181 2345"
        );
        assert_eq!(
            Phone::parse("+447911123456", REAL).unwrap().masked(),
            "+ •••• 3456"
        );
    }

    proptest! {
        #[test]
        fn a_parsed_number_parses_to_itself(input in "(\\+|00)?[0-9]{6,16}") {
            if let Ok(phone) = Phone::parse(&input, DEMO) {
                prop_assert_eq!(Phone::parse(phone.as_e164(), DEMO), Ok(phone.clone()));
                prop_assert_eq!(Phone::parse(&phone.display(), DEMO), Ok(phone));
            }
        }

        #[test]
        fn any_text_is_survived(input in "\\PC{0,60}") {
            let _ = Phone::parse(&input, REAL);
        }
    }
}

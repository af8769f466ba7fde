//! Amounts as people type them (domain.md 1).
//!
//! Digits of three scripts, `.` or `٫` before at most three decimals, `٬` or spaces between thousands. A comma is never
//! guessed at: `1,250` is 1.250 to one reader and 1250 to another, so the answer shows both.

use crate::arabic::latin_digit;
use crate::error::{Code, FieldError};
use crate::lang::{Bilingual, Lang};
use crate::money::Fils;

/// More whole digits than any amount here has.
const MAX_WHOLE_DIGITS: usize = 12;

/// Why a typed amount is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Nothing was typed.
    #[error("no amount")]
    Empty,
    /// Not an amount.
    #[error("not an amount")]
    NotANumber,
    /// A comma: here are the readings that make sense.
    #[error("a comma can be read two ways")]
    Comma {
        /// Taken as a decimal point.
        as_decimal: Option<Fils>,
        /// Taken as separating thousands.
        as_thousands: Option<Fils>,
    },
    /// More than three decimals: there is nothing below a fil.
    #[error("more than three decimals")]
    TooPrecise,
    /// Zero or less.
    #[error("not above zero")]
    NotPositive,
    /// More digits than any amount has.
    #[error("too large")]
    TooLarge,
}

/// Reads an amount in dinars, as typed into a form or said to the assistant. Always above zero.
///
/// # Errors
/// [`AmountError`]; its [`AmountError::message`] is for the person who typed.
pub fn parse_amount(input: &str) -> Result<Fils, AmountError> {
    // Longer than any amount with its separators; looked at no further.
    if input.len() > 128 {
        return Err(AmountError::NotANumber);
    }
    let text: String = input
        .chars()
        .filter(|c| !matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{061C}'))
        .map(|c| match latin_digit(c) {
            '٫' => '.',
            '،' => ',',
            '٬' | '\u{00A0}' | '\u{2009}' | '\u{202F}' => ' ',
            other => other,
        })
        .collect();
    let text = text.trim();
    if text.is_empty() {
        return Err(AmountError::Empty);
    }
    let (negative, text) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if text.contains(',') {
        return Err(comma(text));
    }
    let amount = parse_plain(text)?;
    if negative || !amount.is_positive() {
        Err(AmountError::NotPositive)
    } else {
        Ok(amount)
    }
}

/// Latin digits, spaces between thousands, one point.
fn parse_plain(text: &str) -> Result<Fils, AmountError> {
    let (whole, decimals) = match text.split_once('.') {
        Some((whole, decimals)) => (whole, decimals),
        None => (text, ""),
    };
    let digits_only = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let whole = ungroup(whole).ok_or(AmountError::NotANumber)?;
    if !digits_only(decimals)
        || (text.contains('.') && decimals.is_empty())
        || (whole.is_empty() && decimals.is_empty())
    {
        return Err(AmountError::NotANumber);
    }
    if decimals.len() > 3 {
        return Err(AmountError::TooPrecise);
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > MAX_WHOLE_DIGITS {
        return Err(AmountError::TooLarge);
    }
    format!("{whole}{decimals:0<3}")
        .parse()
        .map(Fils::new)
        .map_err(|_| AmountError::TooLarge)
}

/// Digits with the spaces between thousands taken out; `None` where a space separates anything else.
fn ungroup(whole: &str) -> Option<String> {
    let mut groups = whole.split(' ');
    let first = groups.next()?;
    let mut digits = first.to_owned();
    let grouped = whole.contains(' ');
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    let first_ok = !grouped || (1..=3).contains(&first.len());
    (first_ok && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

fn comma(text: &str) -> AmountError {
    let positive = |reading: String| {
        parse_plain(&reading)
            .ok()
            .filter(|amount| amount.is_positive())
    };
    let as_decimal = if text.matches(',').count() == 1 {
        positive(text.replace(',', "."))
    } else {
        None
    };
    let as_thousands = positive(text.replace(',', " "));
    if as_decimal.is_none() && as_thousands.is_none() {
        return AmountError::NotANumber;
    }
    AmountError::Comma {
        as_decimal,
        as_thousands,
    }
}

impl AmountError {
    /// Its stable code.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Empty => Code::OrderAmountRequired,
            Self::NotANumber | Self::TooPrecise => Code::OrderAmountInvalid,
            Self::Comma { .. } => Code::OrderAmountAmbiguous,
            Self::NotPositive => Code::OrderAmountTooSmall,
            Self::TooLarge => Code::OrderAmountTooLarge,
        }
    }

    /// What to tell the person who typed it.
    #[must_use]
    pub fn message(self) -> Bilingual {
        match self {
            Self::Comma {
                as_decimal: Some(a),
                as_thousands: Some(b),
            } => Bilingual::new(
                format!(
                    "هل تقصد {} أم {}؟ يُرجى الكتابة بالنقطة بدل الفاصلة.",
                    a.display_plain(Lang::Ar),
                    b.display_plain(Lang::Ar)
                ),
                format!(
                    "Did you mean {} or {}? Please use a point instead of the comma.",
                    a.display_plain(Lang::En),
                    b.display_plain(Lang::En)
                ),
            ),
            Self::Comma {
                as_decimal: Some(one),
                as_thousands: None,
            }
            | Self::Comma {
                as_decimal: None,
                as_thousands: Some(one),
            } => Bilingual::new(
                format!(
                    "هل تقصد {}؟ يُرجى الكتابة بالنقطة بدل الفاصلة.",
                    one.display_plain(Lang::Ar)
                ),
                format!(
                    "Did you mean {}? Please use a point instead of the comma.",
                    one.display_plain(Lang::En)
                ),
            ),
            Self::TooPrecise => Bilingual::new(
                "أصغر وحدة هي الفلس: ثلاث خانات بعد النقطة على الأكثر، مثل 25.500.",
                "The smallest unit is one fil: at most three decimals, like 25.500.",
            ),
            Self::NotPositive => Bilingual::new(
                "يُرجى كتابة مبلغ أكبر من صفر.",
                "Please enter an amount above zero.",
            ),
            _ => self.code().detail(),
        }
    }

    /// As the error of one field.
    #[must_use]
    pub fn at(self, field: impl Into<String>) -> FieldError {
        FieldError::with_message(field, self.code(), self.message())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::arabic::arabic_digits;
    use proptest::prelude::*;

    fn fils(input: &str) -> Result<i64, AmountError> {
        parse_amount(input).map(Fils::get)
    }

    #[test]
    fn three_scripts_and_both_points() {
        for input in [
            "25.5",
            "25.500",
            " 25.50 ",
            "٢٥٫٥",
            "٢٥.٥٠٠",
            "۲۵٫۵",
            "025.5",
            "\u{200F}25.5",
        ] {
            assert_eq!(fils(input), Ok(25_500), "{input}");
        }
        for input in [
            "1 250",
            "1٬250",
            "١٬٢٥٠",
            "1250",
            "1\u{00A0}250.000",
            "1\u{202F}250",
        ] {
            assert_eq!(fils(input), Ok(1_250_000), "{input}");
        }
        assert_eq!(fils(".250"), Ok(250));
        assert_eq!(fils("0.001"), Ok(1));
        assert_eq!(fils("999999999999.999"), Ok(999_999_999_999_999));
    }

    #[test]
    fn a_comma_is_shown_in_both_readings() {
        let both = AmountError::Comma {
            as_decimal: Some(Fils::new(1250)),
            as_thousands: Some(Fils::new(1_250_000)),
        };
        for input in ["1,250", "١،٢٥٠", "1،250"] {
            assert_eq!(parse_amount(input), Err(both), "{input}");
        }
        let message = both.message();
        assert!(
            message.en.contains("KWD 1.250") && message.en.contains("KWD 1,250.000"),
            "{}",
            message.en
        );
        assert!(
            message.ar.contains("1.250 د.ك") && message.ar.contains("1,250.000 د.ك"),
            "{}",
            message.ar
        );
        assert_eq!(
            parse_amount("25,5"),
            Err(AmountError::Comma {
                as_decimal: Some(Fils::new(25_500)),
                as_thousands: None
            })
        );
        assert_eq!(
            parse_amount("1,250,000"),
            Err(AmountError::Comma {
                as_decimal: None,
                as_thousands: Some(Fils::new(1_250_000_000))
            })
        );
        assert_eq!(
            parse_amount("1,250.500"),
            Err(AmountError::Comma {
                as_decimal: None,
                as_thousands: Some(Fils::new(1_250_500))
            })
        );
    }

    #[test]
    fn what_is_no_amount() {
        assert_eq!(fils(""), Err(AmountError::Empty));
        assert_eq!(fils(" \u{200F} "), Err(AmountError::Empty));
        for input in [
            "abc", "1.2.3", "12 50", "1 2500", "1e3", "5.", ".", ",", ",,", "1..2", "+5", "0x10",
            "٥د",
        ] {
            assert_eq!(fils(input), Err(AmountError::NotANumber), "{input}");
        }
        assert_eq!(fils("1.2345"), Err(AmountError::TooPrecise));
        assert_eq!(fils("1.2500"), Err(AmountError::TooPrecise));
        assert_eq!(fils("0"), Err(AmountError::NotPositive));
        assert_eq!(fils("0.000"), Err(AmountError::NotPositive));
        assert_eq!(fils("-5"), Err(AmountError::NotPositive));
        assert_eq!(fils("1234567890123"), Err(AmountError::TooLarge));
        assert_eq!(fils(&"1".repeat(10_000)), Err(AmountError::NotANumber));
    }

    #[test]
    fn each_error_has_a_text_in_both_languages() {
        for error in [
            AmountError::Empty,
            AmountError::NotANumber,
            AmountError::TooPrecise,
            AmountError::NotPositive,
            AmountError::TooLarge,
        ] {
            let field = error.at("items[0].amount");
            assert!(!field.message.ar.is_empty() && !field.message.en.is_empty());
            assert_eq!(field.code, error.code());
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_can_be_read(amount in 1_i64..1_000_000_000_000) {
            let amount = Fils::new(amount);
            prop_assert_eq!(parse_amount(&amount.to_decimal()), Ok(amount));
            prop_assert_eq!(parse_amount(&arabic_digits(&amount.format(Lang::Ar))), Ok(amount));
        }

        #[test]
        fn any_text_is_survived_and_never_negative(input in "\\PC{0,40}") {
            if let Ok(amount) = parse_amount(&input) {
                prop_assert!(amount.is_positive());
            }
        }

        #[test]
        fn number_like_texts_agree_with_plain_arithmetic(whole in 0_i64..1_000_000, decimals in "[0-9]{1,3}") {
            let text = format!("{whole}.{decimals}");
            let fils: i64 = format!("{decimals:0<3}").parse().unwrap();
            let expected = whole * 1000 + fils;
            prop_assert_eq!(parse_amount(&text).ok().map(Fils::get), (expected > 0).then_some(expected));
        }
    }
}

//! Personal data is marked by type: it cannot be logged, printed or serialised by accident. Texts that no type can mark are masked by
//! their looks: [`masked`] for lines of the log, [`masked_text`] for what staff type.

use std::borrow::Cow;
use std::fmt;

/// A value that identifies a person. `Debug` and `Display` print `***`; there is no `Serialize`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Pii<T>(T);

impl<T> Pii<T> {
    /// Marks a value as personal.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Every call site is a place to look at in a privacy review.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, by move.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> From<T> for Pii<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T> fmt::Display for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Digits in a row that may be a phone, a civil id or a card.
const DIGITS: usize = 8;
/// The same, where people put spaces and dashes between them.
const SPACED_DIGITS: usize = 7;
/// What stands in their place.
const MASK: &str = "***";

/// A line of the log without what looks like an e-mail address, a phone, a civil id, a card or an IBAN: the last net below the types.
/// Ids and times stay.
#[must_use]
pub fn masked(line: &str) -> Cow<'_, str> {
    let suspicious = |word: &str| {
        let digits = word.chars().filter(|c| is_digit(*c)).count();
        word.contains('@') || digits >= DIGITS && !is_id(word)
    };
    if !words(line).any(suspicious) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    for word in pieces(line) {
        if word.chars().all(is_border) {
            out.push_str(word);
        } else if is_email(word) || is_iban(word) {
            out.push_str(MASK);
        } else if suspicious(word) {
            mask_runs(word, &mut out);
        } else {
            out.push_str(word);
        }
    }
    Cow::Owned(out)
}

/// What a person typed, without what looks like contact details, however the digits are spaced.
#[must_use]
pub fn masked_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut held = String::new();
    let flush = |held: &mut String, out: &mut String| {
        let digits = held.chars().filter(|c| is_digit(*c)).count();
        if digits >= SPACED_DIGITS {
            let kept = held.trim_end_matches(|c: char| !is_digit(c)).len();
            out.push_str(MASK);
            out.push_str(held.get(kept..).unwrap_or_default());
        } else {
            out.push_str(held);
        }
        held.clear();
    };
    for c in text.chars() {
        let between = matches!(c, ' ' | '-' | '.' | '(' | ')' | '+' | '/');
        if is_digit(c) || between && (c == '+' || !held.is_empty()) {
            held.push(c);
        } else {
            flush(&mut held, &mut out);
            out.push(c);
        }
    }
    flush(&mut held, &mut out);
    masked(&out).into_owned()
}

/// Of any script that is written here.
fn is_digit(c: char) -> bool {
    crate::arabic::latin_digit(c).is_ascii_digit()
}

/// Stands between words of a log line.
fn is_border(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '"' | '\''
                | '='
                | ','
                | ';'
                | '('
                | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '<'
                | '>'
                | '|'
                | '&'
                | '?'
        )
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(is_border).filter(|word| !word.is_empty())
}

/// Words and what stands between them, in order; nothing is lost.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let border = is_border(rest.chars().next()?);
        let end = rest.find(|c| is_border(c) != border).unwrap_or(rest.len());
        let (piece, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(piece)
    })
}

/// Hexadecimal with letters or dashes in it: ids of rows and requests, hashes; and times.
fn is_id(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let part = word.rsplit([':', '/']).next().unwrap_or(word);
    uuid::Uuid::try_parse(part).is_ok()
        || part.len() >= 16
            && part.bytes().all(|b| b.is_ascii_hexdigit())
            && part.bytes().any(|b| b.is_ascii_alphabetic())
        || is_time(word)
}

/// `2026-11-24T10:00:00.123456Z`, or its day.
fn is_time(word: &str) -> bool {
    let day = word.get(..10).unwrap_or_default();
    chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").is_ok()
        && word
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b':' | b'.' | b'T' | b'Z' | b'+'))
}

fn is_email(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

fn is_iban(word: &str) -> bool {
    let mut bytes = word.bytes();
    let country = bytes.by_ref().take(2).all(|b| b.is_ascii_uppercase());
    let check = bytes.by_ref().take(2).all(|b| b.is_ascii_digit());
    country && check && (15..=34).contains(&word.len()) && bytes.all(|b| b.is_ascii_alphanumeric())
}

/// Masks each long run of digits, with its plus.
fn mask_runs(word: &str, out: &mut String) {
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut String| {
        let digits = run.trim_start_matches('+').chars().count();
        out.push_str(if digits >= DIGITS { MASK } else { run });
        run.clear();
    };
    for c in word.chars() {
        if is_digit(c) || c == '+' && run.is_empty() {
            run.push(c);
        } else {
            flush(&mut run, out);
            out.push(c);
        }
    }
    flush(&mut run, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaks_through_formatting() {
        let name = Pii::new("Fatima".to_owned());
        assert_eq!(
            format!("{name} {name:?} {:?}", Some(&name)),
            "*** *** Some(***)"
        );
        assert_eq!(name.expose(), "Fatima");
    }

    #[test]
    fn what_looks_like_somebody_is_masked() {
        for (line, expected) in [
            ("no such user m@example.com.", "no such user ***"),
            ("value \"+96599912345\" refused", "value \"***\" refused"),
            ("phone=99912345,", "phone=***,"),
            ("٩٩٩١٢٣٤٥ لا يصل", "*** لا يصل"),
            ("civil id 284010112345 seen", "civil id *** seen"),
            ("to KW81CBKU0000000000001234560101 today", "to *** today"),
            (
                "q?email=a%40b&phone=0096599912345",
                "q?email=a%40b&phone=***",
            ),
        ] {
            assert_eq!(masked(line), expected);
        }
        for whole in [
            "order 0192f3a4-7c11-7a70-8b2f-99001122aabb took 12345 fils",
            "order:0192f3a4-7c11-7a70-8b2f-990011223344",
            "request 00f1e2d3c4b5a69788796a5b4c3d2e1f at 2026-11-24T10:00:00.123456Z",
            "on 2026-11-24, 4031 rows",
            "متبرع بلا رقم",
        ] {
            assert_eq!(masked(whole), whole);
        }
    }

    #[test]
    fn what_is_typed_is_masked_however_it_is_spaced() {
        for (text, expected) in [
            ("he called from 9991 2345 twice", "he called from *** twice"),
            ("+965 9991-2345, or m@example.com", "***, or ***"),
            ("رقمه ٩٩٩١ ٢٣٤٥ غير صحيح", "رقمه *** غير صحيح"),
            ("order 12 of 2026", "order 12 of 2026"),
        ] {
            assert_eq!(masked_text(text), expected);
        }
    }
}

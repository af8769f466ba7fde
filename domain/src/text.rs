//! Free text from outside, made safe to store and show (security.md INP-10).
//!
//! NFC; control characters, direction overrides and invisible characters go. ZWNJ and ZWJ stay between Arabic letters,
//! where they are spelling. What remains is shown in `<bdi dir=auto>` by the pages.

use crate::arabic::is_arabic_letter;
use unicode_normalization::UnicodeNormalization;

/// A text cannot be taken as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Longer than so many characters, after cleaning.
    #[error("longer than {max} characters")]
    TooLong {
        /// The limit, in characters.
        max: usize,
    },
}

/// One line: line breaks and tabs become spaces, runs of spaces one. May come out empty.
///
/// # Errors
/// [`TextError::TooLong`] when more than `max_chars` characters remain.
pub fn clean(input: &str, max_chars: usize) -> Result<String, TextError> {
    build(input, max_chars, |out, c| {
        if !is_space(c) {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    })
}

/// Several lines: as [`clean`], but line breaks stay, at most two in a row.
///
/// # Errors
/// [`TextError::TooLong`] when more than `max_chars` characters remain.
pub fn clean_lines(input: &str, max_chars: usize) -> Result<String, TextError> {
    build(input, max_chars, |out, c| match c {
        // CRLF is one break: the LF counts.
        '\r' => {}
        '\n' | '\u{0085}' | '\u{2028}' | '\u{2029}' => {
            out.truncate(out.trim_end_matches(' ').len());
            if !out.is_empty() && !out.ends_with("\n\n") {
                out.push('\n');
            }
        }
        c if !is_space(c) => out.push(c),
        _ if !out.is_empty() && !out.ends_with([' ', '\n']) => out.push(' '),
        _ => {}
    })
}

/// Markdown: as [`clean_lines`], but spaces stay, since they mean something there; a tab is four of them.
///
/// # Errors
/// [`TextError::TooLong`] when more than `max_chars` characters remain.
pub fn clean_markdown(input: &str, max_chars: usize) -> Result<String, TextError> {
    build(input, max_chars, |out, c| match c {
        '\r' => {}
        '\n' | '\u{0085}' | '\u{2028}' | '\u{2029}' => {
            if !out.is_empty() && !out.ends_with("\n\n") {
                out.push('\n');
            }
        }
        '\t' => out.push_str("    "),
        c if is_space(c) => out.push(' '),
        c => out.push(c),
    })
}

/// Whether a text holds nothing that [`stripped`] would take out.
#[must_use]
pub fn is_clean(text: &str) -> bool {
    text.chars().all(may_stay)
}

/// Lines without control characters, direction controls and invisible characters.
#[must_use]
pub fn stripped(text: &str) -> String {
    text.chars().filter(|c| may_stay(*c)).collect()
}

const fn may_stay(c: char) -> bool {
    c == '\n' || !is_unwanted(c)
}

/// For campaign words: one line, lower case, cut at `max_chars`; `None` when nothing remains.
#[must_use]
pub fn clean_token(input: &str, max_chars: usize) -> Option<String> {
    // The cut comes before and after: a hostile megabyte is not normalised to keep a hundred characters of it.
    let head: String = input.chars().take(max_chars.saturating_mul(4)).collect();
    let cleaned = clean(&head, usize::MAX).unwrap_or_default();
    let token: String = cleaned
        .chars()
        .flat_map(char::to_lowercase)
        .take(max_chars)
        .collect();
    let token = token.trim();
    (!token.is_empty()).then(|| token.to_owned())
}

fn build(
    input: &str,
    max_chars: usize,
    push: impl Fn(&mut String, char),
) -> Result<String, TextError> {
    // Sixteen bytes for every character that may stay is room for any honest text; a longer one is refused before any
    // work is done on it.
    if input.len() / 16 > max_chars {
        return Err(TextError::TooLong { max: max_chars });
    }
    let mut out = String::with_capacity(input.len());
    let mut characters = input.nfc().peekable();
    let mut before = None;
    while let Some(c) = characters.next() {
        if is_joiner(c) {
            let joins = before.is_some_and(is_arabic_letter)
                && characters.peek().copied().is_some_and(is_arabic_letter);
            if joins {
                push(&mut out, c);
            }
        } else if is_line_break(c) || !is_unwanted(c) {
            push(&mut out, c);
        } else {
            continue;
        }
        before = Some(c);
    }
    out.truncate(out.trim_end().len());
    let leading = out.len() - out.trim_start().len();
    out.drain(..leading);
    if out.chars().count() > max_chars {
        return Err(TextError::TooLong { max: max_chars });
    }
    Ok(out)
}

const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

const fn is_line_break(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{0085}' | '\u{2028}' | '\u{2029}')
}

fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// Control characters, direction controls, invisible characters and non-characters.
const fn is_unwanted(c: char) -> bool {
    matches!(c,
        '\u{0000}'..='\u{001F}' | '\u{007F}'..='\u{009F}' | '\u{00AD}' | '\u{034F}' | '\u{061C}'
        | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{FFFE}'..='\u{FFFF}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hidden_and_controlling_characters_go() {
        assert_eq!(
            clean("  Fa\u{0}ti\u{202E}ma\u{200B} \t\n Ali\u{FEFF} ", 80).unwrap(),
            "Fatima Ali"
        );
        assert_eq!(
            clean("a\u{2066}b\u{2069}c\u{200F}d\u{E0041}e", 80).unwrap(),
            "abcde"
        );
        assert_eq!(clean("\u{1B}[31mred", 80).unwrap(), "[31mred");
        assert_eq!(clean("\u{200B}\u{202E} ", 80).unwrap(), "");
    }

    #[test]
    fn joiners_stay_where_they_are_spelling() {
        assert_eq!(clean("می\u{200C}خواهم", 80).unwrap(), "می\u{200C}خواهم");
        assert_eq!(clean("a\u{200C}b\u{200D}", 80).unwrap(), "ab");
        assert_eq!(clean("ب\u{200D}\u{200D}ت", 80).unwrap(), "بت");
        assert_eq!(clean("\u{200C}بت\u{200D}", 80).unwrap(), "بت");
    }

    #[test]
    fn composed_forms_are_stored() {
        assert_eq!(clean("e\u{301}", 1).unwrap(), "é");
        assert_eq!(clean("ا\u{654}", 1).unwrap(), "أ");
    }

    #[test]
    fn lines_are_kept_where_asked() {
        assert_eq!(
            clean_lines(" a \r\n\r\n\n\n b\u{2028}c\t d \n", 80).unwrap(),
            "a\n\nb\nc d"
        );
        assert_eq!(clean("a\nb", 80).unwrap(), "a b");
    }

    #[test]
    fn limits_count_characters_after_cleaning() {
        assert_eq!(clean(&"ب".repeat(80), 80).unwrap().chars().count(), 80);
        assert_eq!(
            clean(&"ب".repeat(81), 80),
            Err(TextError::TooLong { max: 80 })
        );
        assert_eq!(
            clean(&format!("{}\u{200B}", "ب".repeat(80)), 80)
                .unwrap()
                .chars()
                .count(),
            80
        );
        assert_eq!(
            clean(&"x".repeat(10_000_000), 80),
            Err(TextError::TooLong { max: 80 })
        );
    }

    #[test]
    fn campaign_words() {
        assert_eq!(
            clean_token("  InstaGram\u{0} ", 100).as_deref(),
            Some("instagram")
        );
        assert_eq!(clean_token("\n", 100), None);
        assert_eq!(clean_token(&"A".repeat(500), 100), Some("a".repeat(100)));
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(input in any::<String>()) {
            let once = clean(&input, usize::MAX).unwrap();
            prop_assert_eq!(clean(&once, usize::MAX).unwrap(), once.clone());
            prop_assert!(!once.chars().any(|c| c.is_control() || is_unwanted(c)));
            let lines = clean_lines(&input, usize::MAX).unwrap();
            prop_assert_eq!(clean_lines(&lines, usize::MAX).unwrap(), lines);
            let markdown = clean_markdown(&input, usize::MAX).unwrap();
            prop_assert!(is_clean(&markdown));
            prop_assert_eq!(clean_markdown(&markdown, usize::MAX).unwrap(), markdown);
        }

        #[test]
        fn hostile_characters_never_survive(input in "[a\\u{628}\\u{200B}-\\u{200F}\\u{202A}-\\u{202E}\\u{2060}-\\u{206F}\\u{0}-\\u{1F}]{0,40}") {
            let once = clean(&input, usize::MAX).unwrap();
            prop_assert!(!once.chars().any(is_unwanted));
            prop_assert_eq!(clean(&once, usize::MAX).unwrap(), once);
        }
    }
}

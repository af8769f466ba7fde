//! From a text to words, from a word to the forms it is found under and to its trigrams.

use sadu_domain::arabic::{is_arabic_letter, search_key, without_article};

/// Three letters of a word, whose start and end count as letters.
pub(super) type Trigram = [char; 3];

/// Start of a word in a trigram.
const START: char = '^';
/// End of a word in a trigram.
const END: char = '$';
/// Conjunctions and prepositions that Arabic writes together with the next word.
const PROCLITICS: [char; 5] = ['و', 'ف', 'ب', 'ل', 'ك'];

/// The words of a text, folded as they are compared.
pub(super) fn words(text: &str) -> Vec<String> {
    search_key(text)
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

/// The forms under which a word is indexed and looked for, each with how much a find by it is worth: itself, without its
/// article, without a conjunction or preposition before it.
pub(super) fn forms(word: &str) -> impl Iterator<Item = (&str, f64)> {
    let bare = without_article(word);
    let rest = word
        .strip_prefix(PROCLITICS)
        .filter(|rest| bare.is_none() && rest.chars().count() >= 3)
        .filter(|rest| rest.chars().all(is_arabic_letter));
    std::iter::once((word, 1.0))
        .chain(bare.map(|bare| (bare, 0.95)))
        .chain(rest.map(|rest| (rest, 0.7)))
}

/// The trigrams of a word: `well` has `^we wel ell ll$`.
pub(super) fn trigrams(word: &str) -> Vec<Trigram> {
    let marked: Vec<char> = std::iter::once(START)
        .chain(word.chars())
        .chain(std::iter::once(END))
        .collect();
    marked
        .windows(3)
        .filter_map(|three| three.try_into().ok())
        .collect()
}

/// Letters that may be wrong, missing, too many or swapped in a word of this length.
pub(super) fn typos(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(word: &str) -> Vec<&str> {
        forms(word).map(|(form, _)| form).collect()
    }

    #[test]
    fn a_word_is_found_with_and_without_what_is_written_to_it() {
        assert_eq!(words("  حفرُ البِئر، Well-3 "), ["حفر", "البير", "well", "3"]);
        assert_eq!(found("البير"), ["البير", "بير"]);
        assert_eq!(found("وسقيا"), ["وسقيا", "سقيا"]);
        assert_eq!(
            found("بير"),
            ["بير"],
            "two letters are no word of their own"
        );
        assert_eq!(found("well"), ["well"]);
    }

    #[test]
    fn trigrams_know_where_a_word_begins_and_ends() {
        let text =
            |word| -> Vec<String> { trigrams(word).iter().map(|t| t.iter().collect()).collect() };
        assert_eq!(text("well"), ["^we", "wel", "ell", "ll$"]);
        assert_eq!(text("a"), ["^a$"]);
        assert!(text("").is_empty());
    }
}

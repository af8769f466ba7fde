//! Arabic text: digits, a search key that forgives spelling, and counted nouns (domain.md 13).

use crate::lang::Lang;
use unicode_normalization::UnicodeNormalization;

/// An Arabic-Indic or Persian digit as a Latin one; any other character as it is.
#[must_use]
pub fn latin_digit(c: char) -> char {
    let zero = match c {
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        _ => return c,
    };
    char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c)
}

/// A text with Latin digits only.
#[must_use]
pub fn latin_digits(text: &str) -> String {
    text.chars().map(latin_digit).collect()
}

/// A formatted number with Arabic-Indic digits and separators: `1,250.500` → `١٬٢٥٠٫٥٠٠`. For numbers only: it would
/// also turn the points and commas of a sentence.
#[must_use]
pub fn arabic_digits(number: &str) -> String {
    number
        .chars()
        .map(|c| match c {
            '0'..='9' => c
                .to_digit(10)
                .and_then(|d| char::from_u32(u32::from('٠') + d))
                .unwrap_or(c),
            '.' => '٫',
            ',' => '٬',
            other => other,
        })
        .collect()
}

/// An Arabic letter, including the Persian ones: joiners between two of them are kept.
#[must_use]
pub const fn is_arabic_letter(c: char) -> bool {
    matches!(c, '\u{0620}'..='\u{064A}' | '\u{066E}'..='\u{066F}' | '\u{0671}'..='\u{06D3}' | '\u{06D5}'
        | '\u{06EE}'..='\u{06EF}' | '\u{06FA}'..='\u{06FC}' | '\u{06FF}' | '\u{0750}'..='\u{077F}'
        | '\u{08A0}'..='\u{08C9}')
}

/// The form under which a text is compared in searches: compatibility forms resolved, vowel signs and stretching
/// dropped, alif, hamza, ya and ta marbuta variants folded, Latin digits, lower case, single spaces.
#[must_use]
pub fn search_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.nfkc().flat_map(char::to_lowercase) {
        let folded = match c {
            '\u{0610}'..='\u{061A}'
            | '\u{064B}'..='\u{065F}'
            | '\u{0670}'
            | '\u{06D6}'..='\u{06ED}'
            | '\u{0640}'
            | '\u{200C}'
            | '\u{200D}' => continue,
            'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
            'ى' | 'ی' | 'ئ' => 'ي',
            'ة' => 'ه',
            'ؤ' => 'و',
            'ک' => 'ك',
            c if c.is_alphanumeric() => latin_digit(c),
            _ => ' ',
        };
        if folded != ' ' || !(key.is_empty() || key.ends_with(' ')) {
            key.push(folded);
        }
    }
    key.truncate(key.trim_end().len());
    key
}

/// A word of a search key without a leading ال, وال, بال or لل, where at least two letters remain. Both forms are indexed.
#[must_use]
pub fn without_article(word: &str) -> Option<&str> {
    ["وال", "بال", "ال", "لل"]
        .into_iter()
        .find_map(|article| word.strip_prefix(article))
        .filter(|rest| rest.chars().nth(1).is_some())
}

/// The plural categories of CLDR; Arabic uses all six.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Plural {
    /// 0.
    Zero,
    /// 1.
    One,
    /// 2.
    Two,
    /// Ends in 03–10.
    Few,
    /// Ends in 11–99.
    Many,
    /// All others: 100, 101, 102, 200 …
    Other,
}

impl Plural {
    /// The category of `n` in Arabic.
    #[must_use]
    pub const fn arabic(n: u64) -> Self {
        match (n, n % 100) {
            (0, _) => Self::Zero,
            (1, _) => Self::One,
            (2, _) => Self::Two,
            (_, 3..=10) => Self::Few,
            (_, 11..=99) => Self::Many,
            _ => Self::Other,
        }
    }
}

/// "12 donors" as it is said: «١٢ متبرعاً» takes another form than «٥ متبرعين». Latin digits; a negative count is none.
#[must_use]
pub fn donors_count(n: i64, lang: Lang) -> String {
    let n = u64::try_from(n).unwrap_or(0);
    match lang {
        Lang::En => match n {
            0 => "No donors yet".to_owned(),
            1 => "1 donor".to_owned(),
            _ => format!("{n} donors"),
        },
        Lang::Ar => match Plural::arabic(n) {
            Plural::Zero => "لا متبرعين بعد".to_owned(),
            Plural::One => "متبرع واحد".to_owned(),
            Plural::Two => "متبرعان".to_owned(),
            Plural::Few => format!("{n} متبرعين"),
            Plural::Many => format!("{n} متبرعاً"),
            Plural::Other => format!("{n} متبرع"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digits_both_ways() {
        assert_eq!(latin_digits("٨٥٠ و ۱۲۳ and 4"), "850 و 123 and 4");
        assert_eq!(arabic_digits("1,250.500"), "١٬٢٥٠٫٥٠٠");
        assert_eq!(arabic_digits("45%"), "٤٥%");
    }

    #[test]
    fn spelling_is_forgiven() {
        assert_eq!(search_key("حَفْرُ بِئْرٍ"), search_key("حفر بير"));
        assert_eq!(search_key("صدقة"), search_key("صدقه"));
        assert_eq!(search_key("إفطار"), search_key("افطار"));
        assert_eq!(search_key("مـــســجد"), "مسجد");
        assert_eq!(search_key("کفالی"), search_key("كفالى"));
        assert_eq!(search_key("مؤسسة"), search_key("موسسه"));
        assert_eq!(search_key("ﻣﺴﺠﺪ"), "مسجد");
        assert_eq!(search_key("  Well,  RAHMA — ٣ "), "well rahma 3");
        assert_eq!(search_key("…!"), "");
    }

    #[test]
    fn articles_come_off_only_where_a_word_remains() {
        assert_eq!(without_article("البير"), Some("بير"));
        assert_eq!(without_article("والبير"), Some("بير"));
        assert_eq!(without_article("بالكويت"), Some("كويت"));
        assert_eq!(without_article("للايتام"), Some("ايتام"));
        assert_eq!(without_article("ال"), None);
        assert_eq!(without_article("الا"), None);
        assert_eq!(without_article("بير"), None);
    }

    #[test]
    fn donors_are_counted_as_spoken() {
        let ar = |n| donors_count(n, Lang::Ar);
        assert_eq!(ar(0), "لا متبرعين بعد");
        assert_eq!(ar(1), "متبرع واحد");
        assert_eq!(ar(2), "متبرعان");
        assert_eq!(ar(3), "3 متبرعين");
        assert_eq!(ar(10), "10 متبرعين");
        assert_eq!(ar(11), "11 متبرعاً");
        assert_eq!(ar(99), "99 متبرعاً");
        assert_eq!(ar(100), "100 متبرع");
        assert_eq!(ar(102), "102 متبرع");
        assert_eq!(ar(103), "103 متبرعين");
        assert_eq!(donors_count(0, Lang::En), "No donors yet");
        assert_eq!(donors_count(1, Lang::En), "1 donor");
        assert_eq!(donors_count(-3, Lang::En), "No donors yet");
        assert_eq!(donors_count(24, Lang::En), "24 donors");
    }

    proptest! {
        #[test]
        fn a_search_key_is_its_own_key(text in "[\\u{600}-\\u{6FF}a-zA-Z0-9 .-]{0,60}") {
            let key = search_key(&text);
            prop_assert_eq!(search_key(&key), key.clone());
            prop_assert!(!key.contains("  ") && key.trim() == key);
        }

        #[test]
        fn a_number_survives_arabic_digits(n in any::<u64>()) {
            prop_assert_eq!(latin_digits(&arabic_digits(&n.to_string())), n.to_string());
        }
    }
}

//! Amounts in words, for receipts in both languages (domain.md 1).
//!
//! Arabic counts its nouns: three to ten take the plural, eleven to ninety-nine the accusative singular, round hundreds
//! the genitive singular, and one and two are said by the noun itself ("ألف دينار ودينار"). Before the noun the dual
//! loses its nun: «مائتا دينار», «ألفا دينار».

mod english;

use crate::lang::Lang;
use crate::money::Fils;
use english::english;

/// The forms of a counted noun.
struct Noun {
    /// "one dinar".
    one: &'static str,
    /// "two dinars".
    two: &'static str,
    /// After 3–10.
    plural: &'static str,
    /// After 11–99.
    accusative: &'static str,
    /// After round hundreds, thousands and zero.
    genitive: &'static str,
}

const DINAR: Noun = Noun {
    one: "دينار كويتي واحد",
    two: "ديناران كويتيان",
    plural: "دنانير كويتية",
    accusative: "ديناراً كويتياً",
    genitive: "دينار كويتي",
};

const FILS: Noun = Noun {
    one: "فلس واحد",
    two: "فلسان",
    plural: "فلوس",
    accusative: "فلساً",
    genitive: "فلس",
};

/// The forms of a thousand, a million and so on.
struct Scale {
    value: u64,
    one: &'static str,
    two: &'static str,
    /// The dual before a noun.
    two_before_noun: &'static str,
    plural: &'static str,
    accusative: &'static str,
    english: &'static str,
}

const SCALES: [Scale; 5] = [
    Scale {
        value: 1_000_000_000_000_000,
        one: "كوادريليون",
        two: "كوادريليونان",
        two_before_noun: "كوادريليونا",
        plural: "كوادريليونات",
        accusative: "كوادريليوناً",
        english: "quadrillion",
    },
    Scale {
        value: 1_000_000_000_000,
        one: "تريليون",
        two: "تريليونان",
        two_before_noun: "تريليونا",
        plural: "تريليونات",
        accusative: "تريليوناً",
        english: "trillion",
    },
    Scale {
        value: 1_000_000_000,
        one: "مليار",
        two: "ملياران",
        two_before_noun: "مليارا",
        plural: "مليارات",
        accusative: "ملياراً",
        english: "billion",
    },
    Scale {
        value: 1_000_000,
        one: "مليون",
        two: "مليونان",
        two_before_noun: "مليونا",
        plural: "ملايين",
        accusative: "مليوناً",
        english: "million",
    },
    Scale {
        value: 1000,
        one: "ألف",
        two: "ألفان",
        two_before_noun: "ألفا",
        plural: "آلاف",
        accusative: "ألفاً",
        english: "thousand",
    },
];

/// The amount in words: "Twenty-five Kuwaiti dinars and 500 fils", «خمسة وعشرون ديناراً كويتياً وخمسمائة فلس».
#[must_use]
pub fn amount_in_words(amount: Fils, lang: Lang) -> String {
    let (dinars, fils) = amount.parts();
    let text = match lang {
        Lang::Ar => arabic(dinars, fils),
        Lang::En => english(dinars, fils),
    };
    match (amount.get() < 0, lang) {
        (false, _) => text,
        (true, Lang::Ar) => format!("سالب {text}"),
        (true, Lang::En) => format!("Minus {}", lower_first(&text)),
    }
}

fn arabic(dinars: u64, fils: u64) -> String {
    match (dinars, fils) {
        (_, 0) => counted(dinars, &DINAR),
        (0, _) => counted(fils, &FILS),
        _ => format!("{} و{}", counted(dinars, &DINAR), counted(fils, &FILS)),
    }
}

/// `n` of a noun.
fn counted(n: u64, noun: &Noun) -> String {
    match (n, n % 100) {
        (0, _) => format!("صفر {}", noun.genitive),
        (1, _) => noun.one.to_owned(),
        (2, _) => noun.two.to_owned(),
        (_, 0) => format!("{} {}", number(n, true), noun.genitive),
        (_, 1) => format!("{} و{}", counted(n - 1, noun), noun.one),
        (_, 2) => format!("{} و{}", counted(n - 2, noun), noun.two),
        (_, 3..=10) => format!("{} {}", number(n, false), noun.plural),
        _ => format!("{} {}", number(n, false), noun.accusative),
    }
}

/// A number by itself; `before_noun` when its last word stands directly before the counted noun.
fn number(n: u64, before_noun: bool) -> String {
    let mut parts = Vec::with_capacity(4);
    let mut rest = n;
    for scale in &SCALES {
        let count = rest / scale.value;
        rest %= scale.value;
        if count > 0 {
            parts.push(scaled(count, scale, before_noun && rest == 0));
        }
    }
    if rest > 0 {
        parts.push(below_thousand(rest, before_noun));
    }
    parts.join(" و")
}

/// `count` (1–999) thousands, millions …
fn scaled(count: u64, scale: &Scale, before_noun: bool) -> String {
    let two = if before_noun {
        scale.two_before_noun
    } else {
        scale.two
    };
    match (count, count % 100) {
        (1, _) => scale.one.to_owned(),
        (2, _) => two.to_owned(),
        (_, 0) => format!("{} {}", below_thousand(count, true), scale.one),
        (_, 1) => format!(
            "{} {} و{}",
            below_thousand(count - 1, true),
            scale.one,
            scale.one
        ),
        (_, 2) => format!("{} {} و{two}", below_thousand(count - 2, true), scale.one),
        (_, 3..=10) => format!("{} {}", below_thousand(count, false), scale.plural),
        _ => {
            let thousand = if before_noun {
                scale.one
            } else {
                scale.accusative
            };
            format!("{} {thousand}", below_thousand(count, false))
        }
    }
}

/// 1–999.
fn below_thousand(n: u64, before_noun: bool) -> String {
    let hundreds = match n / 100 {
        0 => "",
        1 => "مائة",
        2 if before_noun && n == 200 => "مائتا",
        2 => "مائتان",
        3 => "ثلاثمائة",
        4 => "أربعمائة",
        5 => "خمسمائة",
        6 => "ستمائة",
        7 => "سبعمائة",
        8 => "ثمانمائة",
        _ => "تسعمائة",
    };
    let rest = below_hundred(n % 100);
    match (hundreds.is_empty(), rest.is_empty()) {
        (true, _) => rest,
        (false, true) => hundreds.to_owned(),
        (false, false) => format!("{hundreds} و{rest}"),
    }
}

fn below_hundred(n: u64) -> String {
    match (n / 10, n % 10) {
        (0, ones) => ones_arabic(ones).to_owned(),
        (1, 0) => "عشرة".to_owned(),
        (1, 1) => "أحد عشر".to_owned(),
        (1, 2) => "اثنا عشر".to_owned(),
        (1, ones) => format!("{} عشر", ones_arabic(ones)),
        (tens, 0) => tens_arabic(tens).to_owned(),
        (tens, ones) => format!("{} و{}", ones_arabic(ones), tens_arabic(tens)),
    }
}

const fn ones_arabic(n: u64) -> &'static str {
    match n {
        1 => "واحد",
        2 => "اثنان",
        3 => "ثلاثة",
        4 => "أربعة",
        5 => "خمسة",
        6 => "ستة",
        7 => "سبعة",
        8 => "ثمانية",
        9 => "تسعة",
        _ => "",
    }
}

const fn tens_arabic(n: u64) -> &'static str {
    match n {
        2 => "عشرون",
        3 => "ثلاثون",
        4 => "أربعون",
        5 => "خمسون",
        6 => "ستون",
        7 => "سبعون",
        8 => "ثمانون",
        _ => "تسعون",
    }
}

fn upper_first(text: &str) -> String {
    change_first(text, |c| c.to_ascii_uppercase())
}

fn lower_first(text: &str) -> String {
    change_first(text, |c| c.to_ascii_lowercase())
}

fn change_first(text: &str, change: impl Fn(char) -> char) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map(change)
        .into_iter()
        .chain(characters)
        .collect()
}

#[cfg(test)]
mod tests;

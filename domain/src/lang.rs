//! The two languages of the product and texts that exist in both.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Language of a page, a message or an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Arabic, right to left.
    Ar,
    /// English, left to right.
    En,
}

/// A text is neither `ar` nor `en`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a language of this site")]
pub struct UnknownLang;

impl Lang {
    /// Both, in the order of the language switch.
    pub const ALL: [Self; 2] = [Self::Ar, Self::En];

    /// `ar` or `en`, as in routes and the `lang` attribute.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ar => "ar",
            Self::En => "en",
        }
    }

    /// `rtl` or `ltr`, as in the `dir` attribute.
    #[must_use]
    pub const fn dir(self) -> &'static str {
        match self {
            Self::Ar => "rtl",
            Self::En => "ltr",
        }
    }

    /// The language the switch leads to.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Ar => Self::En,
            Self::En => Self::Ar,
        }
    }

    /// The best of our languages in an `Accept-Language` header; `None` when it names neither.
    ///
    /// Equal weights go to the one named first; `*` is ignored, so that the tenant's default decides.
    #[must_use]
    pub fn negotiate(accept_language: &str) -> Option<Self> {
        let mut best: Option<(u16, Self)> = None;
        for range in accept_language.split(',').take(32) {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let primary = tag.split('-').next().unwrap_or_default();
            let Ok(lang) = primary.parse::<Self>() else {
                continue;
            };
            let weight = parts
                .find_map(|p| p.trim().strip_prefix("q="))
                .map_or(1000, weight_in_thousandths);
            if weight > 0 && best.is_none_or(|(w, _)| weight > w) {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }
}

/// `q=0.8` → 800; anything unreadable counts as 0, i.e. not wanted.
fn weight_in_thousandths(q: &str) -> u16 {
    let (whole, fraction) = q.split_once('.').unwrap_or((q, ""));
    match whole {
        "1" => 1000,
        "0" => {
            let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
            digits.parse().unwrap_or(0)
        }
        _ => 0,
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Lang {
    type Err = UnknownLang;
    fn from_str(text: &str) -> Result<Self, UnknownLang> {
        if text.eq_ignore_ascii_case("ar") {
            Ok(Self::Ar)
        } else if text.eq_ignore_ascii_case("en") {
            Ok(Self::En)
        } else {
            Err(UnknownLang)
        }
    }
}

/// A text in both languages; `{"ar":…,"en":…}` on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Arabic.
    #[serde(default)]
    pub ar: String,
    /// English.
    #[serde(default)]
    pub en: String,
}

impl Bilingual {
    /// Both texts, Arabic first.
    pub fn new(ar: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            ar: ar.into(),
            en: en.into(),
        }
    }

    /// The text in `lang`, or in the other language where that one is empty.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        let (wanted, other) = match lang {
            Lang::Ar => (&self.ar, &self.en),
            Lang::En => (&self.en, &self.ar),
        };
        if wanted.is_empty() { other } else { wanted }
    }

    /// The language [`Bilingual::get`] really answers in: what the `lang` attribute around it must say.
    #[must_use]
    pub const fn lang_of(&self, lang: Lang) -> Lang {
        match lang {
            Lang::Ar if self.ar.is_empty() && !self.en.is_empty() => Lang::En,
            Lang::En if self.en.is_empty() && !self.ar.is_empty() => Lang::Ar,
            _ => lang,
        }
    }

    /// Neither language has a text.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ar.is_empty() && self.en.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negotiation_follows_weights_then_order() {
        assert_eq!(Lang::negotiate("ar-KW,ar;q=0.9,en;q=0.8"), Some(Lang::Ar));
        assert_eq!(Lang::negotiate("fr, en;q=0.3, ar;q=0.31"), Some(Lang::Ar));
        assert_eq!(Lang::negotiate("en, ar"), Some(Lang::En));
        assert_eq!(Lang::negotiate("ar;q=0, en;q=0.001"), Some(Lang::En));
        assert_eq!(Lang::negotiate("*, fr"), None);
        assert_eq!(Lang::negotiate(""), None);
        assert_eq!(Lang::negotiate("ar;q=nonsense"), None);
    }

    #[test]
    fn a_missing_text_falls_back_and_says_so() {
        let only_arabic = Bilingual::new("بئر", "");
        assert_eq!(only_arabic.get(Lang::En), "بئر");
        assert_eq!(only_arabic.lang_of(Lang::En), Lang::Ar);
        assert_eq!(only_arabic.lang_of(Lang::Ar), Lang::Ar);
    }
}

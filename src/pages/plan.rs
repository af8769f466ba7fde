//! What a tenant uses of its plan, as pages show it: the console of every tenant, the settings of their own. In words beside each bar,
//! so that no colour has to be told apart.

use sadu_domain::lang::Lang;
use sadu_domain::money::grouped;
use sadu_domain::plan::{Level, PlanLimits, PlanUse, Usage};

use super::format::Numerals;
use super::words::lexicon;

lexicon! {
    /// Around the limits of a plan.
    Limits {
        staff: "العاملون والمدعوون", "People and invitations";
        storage: "التخزين", "Storage";
        of: "{x} من {y}", "{x} of {y}";
        near: "قارب الحد", "Nearly used";
        full: "بلغ الحد", "All used";
        ai: "رموز المساعد", "Assistant tokens";
        ai_allows: "حتى {x} في الشهر، ويُعدّ المستخدم منها حين يعمل المساعد", "up to {x} a month; their use is counted once the assistant is there";
    }
}

impl Limits {
    /// The words of `lang`.
    #[must_use]
    pub const fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::Ar => &Self::AR,
            Lang::En => &Self::EN,
        }
    }
}

/// One limit and what is used of it.
#[derive(Debug)]
pub struct Line {
    /// Of what.
    pub name: &'static str,
    /// `11 of 12`.
    pub text: String,
    /// How far, from 0 to 100.
    pub percent: i64,
    /// How far, in steps.
    pub level: Level,
    /// What the level is called, and the tone of that word; nothing while there is room.
    pub word: Option<(&'static str, &'static str)>,
}

/// Every limit of a plan.
#[derive(Debug)]
pub struct PlanView {
    /// Items, people and storage.
    pub lines: [Line; 3],
    /// The assistant's tokens: their name and what is allowed. Nothing counts their use before there is an assistant.
    pub ai: (&'static str, String),
}

impl PlanView {
    /// `used` of `limits`; `things` is what items are called.
    #[must_use]
    pub fn new(
        numerals: Numerals,
        things: &'static str,
        limits: &PlanLimits,
        used: PlanUse,
    ) -> Self {
        let w = Limits::of(numerals.lang);
        let line = |name, usage: Usage, write: &dyn Fn(i64) -> String| {
            let text = w.of.replace("{x}", &write(usage.used));
            Line {
                name,
                text: text.replace("{y}", &write(usage.limit)),
                percent: usage.percent(),
                level: usage.level(),
                word: match usage.level() {
                    Level::Room => None,
                    Level::Near => Some((w.near, "warning")),
                    Level::Full => Some((w.full, "danger")),
                },
            }
        };
        let count = |number: i64| numerals.digits(grouped(number.unsigned_abs()));
        let bytes = |number: i64| numerals.bytes(number);
        Self {
            lines: [
                line(things, Usage::new(used.items, limits.items), &count),
                line(w.staff, Usage::new(used.staff, limits.staff), &count),
                line(
                    w.storage,
                    Usage::new(used.storage_bytes, limits.storage_bytes),
                    &bytes,
                ),
            ],
            ai: (w.ai, w.ai_allows.replace("{x}", &count(limits.ai_tokens))),
        }
    }
}

#[cfg(test)]
mod tests {
    use sadu_domain::tenant::Digits;

    use super::*;

    fn view(lang: Lang, digits: Digits) -> PlanView {
        let limits = PlanLimits {
            items: 1_000,
            staff: 5,
            storage_bytes: 1_000_000_000,
            ai_tokens: 2_000_000,
        };
        let used = PlanUse {
            items: 12,
            staff: 5,
            storage_bytes: 845_600_000,
        };
        PlanView::new(Numerals { lang, digits }, "Items", &limits, used)
    }

    #[test]
    fn a_level_is_said_in_words_and_not_by_a_colour_alone() {
        let shown = view(Lang::En, Digits::Latin);
        let told = shown.lines.map(|line| (line.text, line.word));
        assert_eq!(
            told,
            [
                ("12 of 1,000".to_owned(), None),
                ("5 of 5".to_owned(), Some(("All used", "danger"))),
                (
                    "845.6 MB of 1 GB".to_owned(),
                    Some(("Nearly used", "warning"))
                ),
            ]
        );
        assert!(shown.ai.1.starts_with("up to 2,000,000 a month"));
    }

    #[test]
    fn arabic_pages_have_arabic_words_and_the_digits_of_the_tenant() {
        let shown = view(Lang::Ar, Digits::Arabic);
        let told = shown.lines.map(|line| line.text);
        assert_eq!(
            told,
            ["١٢ من ١٬٠٠٠", "٥ من ٥", "٨٤٥٫٦ ميغابايت من ١ غيغابايت"]
        );
    }

    #[test]
    fn every_word_is_there_in_both_languages() {
        for (name, ar, en) in Limits::ALL {
            assert!(!ar.is_empty() && !en.is_empty(), "{name}");
        }
    }
}

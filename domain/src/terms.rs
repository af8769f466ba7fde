//! What a tenant answers and promises, as an administrator has it in front of them: questions and answers, the policy and the delivery
//! terms that are printed at checkout, and the price of gold that the zakat calculator begins with. Read whole, sent back whole.

use crate::error::{Code, FieldError};
use crate::form::{Errors, SettingsForm, both, in_each};
use crate::lang::{Bilingual, Lang};
use crate::money::Fils;
use crate::tenant::{Faq, GoldPrice, Settings, Tenant};
use crate::text;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// Questions at most.
pub const FAQ_MAX: usize = 20;
/// Longest question, in characters.
pub const QUESTION_MAX: usize = 160;
/// Longest answer, in characters.
pub const ANSWER_MAX: usize = 1_000;
/// Longest policy and delivery terms, in characters: they stand beside the button that sends an order.
pub const TERMS_MAX: usize = 600;
/// Longest name of where a price comes from, in characters.
pub const SOURCE_MAX: usize = 80;
/// A gram of gold costs less than this, in fils; what is more was typed into the wrong field.
const GRAM_MAX: i64 = 1_000_000;

/// The terms as they are sent. Every field is there; texts in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsDraft {
    /// In the order of the page; those with nothing in them are left out. At most [`FAQ_MAX`].
    pub faq: Vec<Faq>,
    /// Refunds of a charity, returns of a shop; lines.
    pub policy: Bilingual,
    /// Delivery terms of a shop; lines.
    pub delivery: Bilingual,
    /// Price of a gram of pure gold; without one the calculator asks for it.
    pub gold_price: Option<GoldPrice>,
}

impl SettingsForm for TermsDraft {
    const FIELDS: &'static [&'static str] = &["faq", "policy", "delivery", "gold_price"];

    fn of(tenant: &Tenant) -> Self {
        let settings = &tenant.settings;
        Self {
            faq: settings.faq.clone(),
            policy: settings.policy.clone(),
            delivery: settings.delivery.clone().unwrap_or_default(),
            gold_price: settings.gold_price.clone(),
        }
    }

    fn apply(&self, tenant: &Tenant, today: NaiveDate) -> Result<Tenant, Vec<FieldError>> {
        let mut errors = Errors::default();
        let e = &mut errors;
        let languages = &tenant.settings.languages;
        let delivery = terms("delivery", &self.delivery, languages, e);
        let settings = Settings {
            faq: self.questions(languages, e),
            policy: terms("policy", &self.policy, languages, e),
            delivery: (!delivery.is_empty()).then_some(delivery),
            gold_price: self.gold_price.as_ref().map(|price| gold(price, today, e)),
            ..tenant.settings.clone()
        };
        errors.finish(Tenant {
            settings,
            ..tenant.clone()
        })
    }
}

impl TermsDraft {
    fn questions(&self, languages: &[Lang], errors: &mut Errors) -> Vec<Faq> {
        let nothing = |text: &Bilingual| text.ar.trim().is_empty() && text.en.trim().is_empty();
        let asked: Vec<(usize, &Faq)> = self
            .faq
            .iter()
            .enumerate()
            .filter(|(_, one)| !nothing(&one.q) || !nothing(&one.a))
            .collect();
        if asked.len() > FAQ_MAX {
            errors.explain(
                "faq",
                Code::RequestFieldInvalid,
                format!("{FAQ_MAX} سؤالاً على الأكثر."),
                format!("{FAQ_MAX} questions at most."),
            );
            return Vec::new();
        }
        let mut read = |field: String, typed: &Bilingual, max, clean| {
            let text = both(&field, typed, max, errors, clean);
            in_each(&field, typed, &text, languages, errors);
            text
        };
        asked
            .into_iter()
            .map(|(n, one)| Faq {
                q: read(format!("faq[{n}].q"), &one.q, QUESTION_MAX, text::clean),
                a: read(format!("faq[{n}].a"), &one.a, ANSWER_MAX, text::clean_lines),
            })
            .collect()
    }
}

/// Lines that are left out, or written in each language that is offered.
fn terms(field: &str, typed: &Bilingual, languages: &[Lang], errors: &mut Errors) -> Bilingual {
    let read = both(field, typed, TERMS_MAX, errors, text::clean_lines);
    if !read.is_empty() {
        in_each(field, typed, &read, languages, errors);
    }
    read
}

fn gold(typed: &GoldPrice, today: NaiveDate, errors: &mut Errors) -> GoldPrice {
    let gram = typed.gram;
    if gram <= Fils::ZERO || gram >= Fils::new(GRAM_MAX) {
        errors.explain(
            "gold_price.gram",
            Code::RequestFieldInvalid,
            "سعر الغرام بالدينار، أكثر من صفر وأقل من 1000.".to_owned(),
            "The price of a gram in dinars, more than nought and less than 1000.".to_owned(),
        );
    }
    if typed.on > today {
        errors.explain(
            "gold_price.on",
            Code::RequestFieldInvalid,
            "هذا اليوم لم يأت بعد.".to_owned(),
            "This day is still to come.".to_owned(),
        );
    } else if typed.on.year() < 2000 {
        errors.add("gold_price.on", Code::RequestFieldInvalid);
    }
    let field = "gold_price.source";
    GoldPrice {
        gram,
        on: typed.on,
        source: both(field, &typed.source, SOURCE_MAX, errors, text::clean),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::settings::tests::{tenant, today};

    fn one(q: [&str; 2], a: [&str; 2]) -> Faq {
        Faq {
            q: Bilingual::new(q[0], q[1]),
            a: Bilingual::new(a[0], a[1]),
        }
    }

    fn draft() -> TermsDraft {
        TermsDraft {
            faq: vec![one(["كيف؟", "How?"], ["هكذا", "Like\nthis"])],
            policy: Bilingual::new("سياسة", "Policy"),
            delivery: Bilingual::default(),
            gold_price: Some(GoldPrice {
                gram: Fils::new(41_250),
                on: today(),
                source: Bilingual::default(),
            }),
        }
    }

    fn amiss(change: impl FnOnce(&mut TermsDraft)) -> Vec<String> {
        let mut draft = draft();
        change(&mut draft);
        let errors = draft.apply(&tenant(), today()).err().unwrap_or_default();
        errors.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn what_is_saved_is_what_is_read_again_and_empty_questions_are_left_out() {
        let mut sent = draft();
        sent.faq.insert(0, one([" ", ""], ["", ""]));
        let saved = sent.apply(&tenant(), today()).unwrap();
        assert_eq!(TermsDraft::of(&saved), draft());
        assert_eq!(saved.settings.delivery, None);
        assert_eq!(saved.settings.transfer_days, 9, "the rest stays as it was");
    }

    #[test]
    fn what_is_written_is_written_in_each_language_offered() {
        assert_eq!(amiss(|_| {}), [""; 0]);
        let half = amiss(|d| {
            d.faq = vec![Faq::default(), one(["كيف؟", ""], ["", "So"])];
            d.policy.en.clear();
        });
        assert_eq!(half, ["faq[1].q.en", "faq[1].a.ar", "policy.en"]);
        let long = amiss(|d| d.faq[0].q.ar = "س".repeat(QUESTION_MAX + 1));
        assert_eq!(long, ["faq[0].q.ar"]);
        let many = amiss(|d| d.faq = vec![d.faq[0].clone(); FAQ_MAX + 1]);
        assert_eq!(many, ["faq"]);
        let mut arabic = tenant();
        arabic.settings.languages = vec![Lang::Ar];
        let mut sent = draft();
        sent.policy.en.clear();
        assert!(sent.apply(&arabic, today()).is_ok());
    }

    #[test]
    fn a_price_of_gold_is_above_nought_and_of_a_day_that_was() {
        let gold = |change: fn(&mut GoldPrice)| amiss(|d| d.gold_price.iter_mut().for_each(change));
        assert_eq!(gold(|p| p.gram = Fils::ZERO), ["gold_price.gram"]);
        assert_eq!(gold(|p| p.gram = Fils::new(-1)), ["gold_price.gram"]);
        assert_eq!(gold(|p| p.gram = Fils::new(GRAM_MAX)), ["gold_price.gram"]);
        assert_eq!(
            gold(|p| p.on = today().succ_opt().unwrap()),
            ["gold_price.on"]
        );
        assert_eq!(gold(|p| p.gram = Fils::new(1)), [""; 0]);
        assert_eq!(amiss(|d| d.gold_price = None), [""; 0]);
        let price = draft().gold_price.unwrap();
        let after = |days| price.on + chrono::TimeDelta::days(days);
        assert!(!price.is_old_on(after(0)) && !price.is_old_on(after(3)));
        assert!(price.is_old_on(after(4)));
    }
}

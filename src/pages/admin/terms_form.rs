//! The form of questions and terms as it was typed. Texts stay as they were typed, so that nothing is lost when something has to be mended.

use chrono::NaiveDate;
use sadu_domain::amount::{AmountError, parse_amount};
use sadu_domain::arabic::latin_digits;
use sadu_domain::error::{Code, FieldError};
use sadu_domain::lang::Bilingual;
use sadu_domain::tenant::{Faq, GoldPrice};
use sadu_domain::terms::{FAQ_MAX, TermsDraft};

use super::sheet::Pairs;

/// Empty questions at the end of the list, and after more were asked for.
const EMPTY: usize = 1;
const MORE: usize = 3;

/// The form.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    /// Everything but the price of gold. Empty questions may stand among the others: each keeps its number.
    pub(super) draft: TermsDraft,
    /// The revision it began with.
    pub(super) revision: i64,
    pub(super) gram: String,
    /// `2026-11-24`, as browsers send days.
    pub(super) on: String,
    pub(super) source: Bilingual,
}

impl Typed {
    /// The form of the terms as they stand; a new price would be of `today`.
    pub(super) fn of(draft: TermsDraft, revision: i64, today: NaiveDate) -> Self {
        let gold = draft.gold_price.clone();
        Self {
            revision,
            on: gold.as_ref().map_or(today, |price| price.on).to_string(),
            gram: gold
                .as_ref()
                .map(|price| price.gram.to_decimal())
                .unwrap_or_default(),
            source: gold.map(|price| price.source).unwrap_or_default(),
            draft,
        }
        .with_empty(EMPTY)
    }

    /// The form as it was sent.
    pub(super) fn from_pairs(pairs: &Pairs) -> Self {
        let question = |n: usize| Faq {
            q: pairs.both(&format!("faq[{n}].q")),
            a: pairs.both(&format!("faq[{n}].a")),
        };
        let more = pairs.all("more").next().is_some();
        Self {
            draft: TermsDraft {
                faq: (0..FAQ_MAX).map(question).collect(),
                policy: pairs.both("policy"),
                delivery: pairs.both("delivery"),
                gold_price: None,
            },
            revision: pairs.revision(),
            gram: pairs.text("gold_price.gram"),
            on: pairs.text("gold_price.on"),
            source: pairs.both("gold_price.source"),
        }
        .with_empty(if more { MORE } else { EMPTY })
    }

    /// With that many empty questions at the end, as far as there is room.
    fn with_empty(mut self, empty: usize) -> Self {
        let faq = &mut self.draft.faq;
        let written = faq
            .iter()
            .rposition(|one| *one != Faq::default())
            .map_or(0, |last| last.saturating_add(1));
        let rows = written.saturating_add(empty).min(FAQ_MAX);
        faq.resize_with(rows, Faq::default);
        self
    }

    /// What it means.
    ///
    /// # Errors
    /// What in it cannot be read.
    pub(super) fn draft(&self) -> Result<TermsDraft, Vec<FieldError>> {
        let mut errors = Vec::new();
        let on = latin_digits(self.on.trim()).parse::<NaiveDate>();
        let gold_price = match (parse_amount(&self.gram), on) {
            (Err(AmountError::Empty), _) if self.source.is_empty() => None,
            (Ok(gram), Ok(on)) => Some(GoldPrice {
                gram,
                on,
                source: self.source.clone(),
            }),
            (gram, on) => {
                errors.extend(gram.err().map(|error| error.at("gold_price.gram")));
                if on.is_err() {
                    let code = Code::RequestFieldInvalid;
                    errors.push(FieldError::new("gold_price.on", code));
                }
                None
            }
        };
        if errors.is_empty() {
            Ok(TermsDraft {
                gold_price,
                ..self.draft.clone()
            })
        } else {
            Err(errors)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Typed {
        Typed::from_pairs(&pairs.into())
    }

    #[test]
    fn a_question_keeps_its_number_and_an_empty_one_stands_at_the_end() {
        let typed = sent(&[
            ("faq[0].q.ar", ""),
            ("faq[2].q.ar", "كيف؟"),
            ("faq[2].a.en", "So"),
        ]);
        assert_eq!(typed.draft.faq.len(), 4);
        assert_eq!(
            typed.draft.faq.get(2).map(|one| one.q.ar.as_str()),
            Some("كيف؟")
        );
        let more = sent(&[("faq[2].q.ar", "كيف؟"), ("more", "1")]);
        assert_eq!(more.draft.faq.len(), 6);
        let full = sent(&[("faq[19].q.ar", "آخر"), ("faq[20].q.ar", "زائد")]);
        assert_eq!(full.draft.faq.len(), FAQ_MAX);
    }

    #[test]
    fn a_price_is_read_as_people_type_it_and_never_dropped_in_silence() {
        let gold = |pairs: &[(&str, &str)]| sent(pairs).draft().map(|draft| draft.gold_price);
        let read = gold(&[
            ("gold_price.gram", "٤١٫٢٥"),
            ("gold_price.on", "٢٠٢٦-١١-٢٤"),
        ]);
        let price = read.ok().flatten();
        assert_eq!(
            price.map(|p| (p.gram.get(), p.on.to_string())),
            Some((41_250, "2026-11-24".to_owned()))
        );
        assert_eq!(gold(&[("gold_price.on", "2026-11-24")]), Ok(None));
        let fields = |pairs: &[(&str, &str)]| -> Vec<String> {
            let errors = gold(pairs).err().unwrap_or_default();
            errors.into_iter().map(|error| error.field).collect()
        };
        assert_eq!(
            fields(&[("gold_price.gram", "-1"), ("gold_price.on", "")]),
            ["gold_price.gram", "gold_price.on"]
        );
        let source = [
            ("gold_price.source.en", "The market"),
            ("gold_price.on", "2026-11-24"),
        ];
        assert_eq!(fields(&source), ["gold_price.gram"]);
    }
}

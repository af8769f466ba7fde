//! The editor's form as it was typed, and what it means as an [`ItemDraft`]. Texts stay as they were typed, so that nothing is lost
//! when something has to be mended.

use sadu_domain::amount::parse_amount;
use sadu_domain::arabic::latin_digits;
use sadu_domain::catalog::draft::ItemDraft;
use sadu_domain::catalog::{Item, ItemTotals, Overfunding};
use sadu_domain::error::{Code, FieldError};
use sadu_domain::lang::{Bilingual, Lang};
use sadu_domain::money::Fils;
use sadu_domain::tenant::Licence;

/// Fields for suggested amounts.
pub(super) const SUGGESTED: usize = 6;

/// One text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pair {
    /// Arabic.
    pub(super) ar: String,
    /// English.
    pub(super) en: String,
}

impl From<&Bilingual> for Pair {
    fn from(text: &Bilingual) -> Self {
        Self {
            ar: text.ar.clone(),
            en: text.en.clone(),
        }
    }
}

impl From<&Pair> for Bilingual {
    fn from(text: &Pair) -> Self {
        Self::new(text.ar.clone(), text.en.clone())
    }
}

/// The form. Amounts are as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) revision: i64,
    pub(super) key: String,
    pub(super) kind: String,
    pub(super) slug: String,
    pub(super) title: Pair,
    pub(super) summary: Pair,
    pub(super) story: Pair,
    pub(super) unit: Pair,
    pub(super) price: String,
    pub(super) target: String,
    pub(super) stock: String,
    pub(super) min: String,
    pub(super) max: String,
    pub(super) suggested: Vec<String>,
    pub(super) over: String,
    pub(super) over_fund: String,
    pub(super) zakat: bool,
    pub(super) tags: String,
    pub(super) position: String,
    pub(super) licence_number: String,
    pub(super) authority: Pair,
    pub(super) valid_until: String,
    pub(super) reason: String,
}

fn decimal(amount: Option<Fils>) -> String {
    amount.map(Fils::to_decimal).unwrap_or_default()
}

impl Typed {
    /// The form of an item as it stands.
    pub(super) fn of(item: &Item, totals: &ItemTotals) -> Self {
        let (over, over_fund) = match &item.overfunding {
            Overfunding::Close => ("close", String::new()),
            Overfunding::Continue => ("continue", String::new()),
            Overfunding::Overflow(fund) => ("overflow", fund.clone()),
        };
        let licence = item.licence.as_ref();
        let mut suggested: Vec<String> = item.suggested.iter().map(|f| f.to_decimal()).collect();
        suggested.resize(SUGGESTED, String::new());
        Self {
            revision: item.revision,
            key: String::new(),
            kind: item.kind.to_string(),
            slug: item.slug.clone(),
            title: (&item.title).into(),
            summary: (&item.summary).into(),
            story: (&item.story).into(),
            unit: item.unit.as_ref().map(Pair::from).unwrap_or_default(),
            price: decimal(item.price),
            target: decimal(item.target),
            stock: totals.stock.map(|n| n.to_string()).unwrap_or_default(),
            min: decimal(item.min),
            max: decimal(item.max),
            suggested,
            over: over.to_owned(),
            over_fund,
            zakat: item.zakat_eligible,
            tags: item.tags.join("، "),
            position: item.position.to_string(),
            licence_number: licence.map(|l| l.number.clone()).unwrap_or_default(),
            authority: licence
                .map(|l| Pair::from(&l.authority))
                .unwrap_or_default(),
            valid_until: licence
                .and_then(|l| l.valid_until)
                .map(|day| day.to_string())
                .unwrap_or_default(),
            reason: String::new(),
        }
    }

    /// The form as it was sent.
    pub(super) fn from_pairs(pairs: &[(String, String)]) -> Self {
        let text = |name: &str| {
            pairs
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.clone())
                .unwrap_or_default()
        };
        let pair = |name: &str| Pair {
            ar: text(&format!("{name}.ar")),
            en: text(&format!("{name}.en")),
        };
        let mut suggested: Vec<String> = pairs
            .iter()
            .filter(|(key, _)| key == "suggested")
            .map(|(_, value)| value.clone())
            .take(SUGGESTED)
            .collect();
        suggested.resize(SUGGESTED, String::new());
        Self {
            revision: text("revision").parse().unwrap_or_default(),
            key: text("key"),
            kind: text("kind"),
            slug: text("slug"),
            title: pair("title"),
            summary: pair("summary"),
            story: pair("story"),
            unit: pair("unit"),
            price: text("price"),
            target: text("target"),
            stock: text("stock"),
            min: text("min"),
            max: text("max"),
            suggested,
            over: text("over"),
            over_fund: text("over_fund"),
            zakat: !text("zakat").is_empty(),
            tags: text("tags"),
            position: text("position"),
            licence_number: text("licence_number"),
            authority: pair("authority"),
            valid_until: text("valid_until"),
            reason: text("reason"),
        }
    }

    /// What it means, and what in it cannot be read.
    pub(super) fn draft(&self) -> (ItemDraft, Vec<FieldError>) {
        let mut errors = Vec::new();
        let suggested = self
            .suggested
            .iter()
            .enumerate()
            .filter_map(|(n, typed)| amount(&format!("suggested[{n}]"), typed, &mut errors))
            .collect();
        let unit = Bilingual::from(&self.unit);
        let draft = ItemDraft {
            slug: self.slug.trim().to_ascii_lowercase(),
            kind: self.kind.clone(),
            title: (&self.title).into(),
            summary: (&self.summary).into(),
            story: (&self.story).into(),
            price: amount("price", &self.price, &mut errors),
            target: amount("target", &self.target, &mut errors),
            unit: (!unit.is_empty()).then_some(unit),
            suggested,
            min: amount("min", &self.min, &mut errors),
            max: amount("max", &self.max, &mut errors),
            stock: count("stock", &self.stock, &mut errors),
            zakat_eligible: self.zakat,
            overfunding: match self.over.as_str() {
                "close" => Some(Overfunding::Close),
                "continue" => Some(Overfunding::Continue),
                "overflow" => Some(Overfunding::Overflow(self.over_fund.clone())),
                _ => None,
            },
            licence: self.licence(&mut errors),
            tags: self
                .tags
                .split(['،', ',', '\n'])
                .map(|tag| tag.trim().to_owned())
                .filter(|tag| !tag.is_empty())
                .collect(),
            position: count("position", &self.position, &mut errors)
                .and_then(|n| i32::try_from(n).ok())
                .unwrap_or_default(),
        };
        (draft, errors)
    }

    fn licence(&self, errors: &mut Vec<FieldError>) -> Option<Licence> {
        let typed = latin_digits(self.valid_until.trim());
        let valid_until = if typed.is_empty() {
            None
        } else {
            let day = typed.parse().ok();
            if day.is_none() {
                errors.push(FieldError::new(
                    "licence.valid_until",
                    Code::RequestFieldInvalid,
                ));
            }
            day
        };
        let authority = Bilingual::from(&self.authority);
        let number = self.licence_number.trim().to_owned();
        (!number.is_empty() || !authority.is_empty() || valid_until.is_some()).then_some(Licence {
            number,
            authority,
            valid_until,
        })
    }
}

fn amount(field: &str, typed: &str, errors: &mut Vec<FieldError>) -> Option<i64> {
    if typed.trim().is_empty() {
        return None;
    }
    match parse_amount(typed) {
        Ok(fils) => Some(fils.get()),
        Err(error) => {
            errors.push(FieldError::with_message(
                field,
                Code::RequestFieldInvalid,
                error.message(),
            ));
            None
        }
    }
}

fn count(field: &str, typed: &str, errors: &mut Vec<FieldError>) -> Option<i64> {
    let typed = latin_digits(typed.trim());
    if typed.is_empty() {
        return None;
    }
    let number = typed.parse().ok();
    if number.is_none() {
        errors.push(FieldError::new(field, Code::RequestFieldInvalid));
    }
    number
}

/// One error, as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amiss {
    /// Field of the draft.
    pub(super) field: String,
    /// Name of the field.
    pub(super) name: String,
    /// How to mend it.
    pub(super) message: String,
    /// The message is of this field and says so.
    pub(super) whole: bool,
}

impl Amiss {
    /// For a list of what is amiss: the field is named where the sentence does not.
    pub(super) fn told(&self) -> String {
        if self.whole {
            self.message.clone()
        } else {
            format!("{}: {}", self.name, self.message)
        }
    }
}

/// Errors in the language of the page, one a field; `name` says what a field is called there.
pub(super) fn amiss(
    errors: Vec<FieldError>,
    lang: Lang,
    name: fn(&str, Lang) -> String,
) -> Vec<Amiss> {
    let mut told: Vec<Amiss> = Vec::new();
    for error in errors {
        if told.iter().all(|amiss| amiss.field != error.field) {
            told.push(Amiss {
                name: name(&error.field, lang),
                message: error.message.get(lang).to_owned(),
                // What is missing is written as a sentence of its own where the general one would not do.
                whole: matches!(
                    error.code,
                    Code::RequestFieldRequired | Code::ItemNoWayToPay
                ) && error.message.get(lang) != error.code.detail_in(lang),
                field: error.field,
            });
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> (ItemDraft, Vec<FieldError>) {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        Typed::from_pairs(&pairs).draft()
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let (draft, errors) = sent(&[
            ("kind", "project"),
            ("title.ar", "بئر"),
            ("target", "١٬٨٥٠٫٥٠٠"),
            ("suggested", "5"),
            ("suggested", ""),
            ("suggested", "10.250"),
            ("tags", "ماء، water ,, "),
            ("over", "overflow"),
            ("over_fund", "general"),
            ("stock", "٣٠"),
        ]);
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(draft.target, Some(1_850_500));
        assert_eq!(draft.suggested, [5_000, 10_250]);
        assert_eq!(draft.tags, ["ماء", "water"]);
        assert_eq!(draft.stock, Some(30));
        assert_eq!(
            draft.overfunding,
            Some(Overfunding::Overflow("general".into()))
        );
        assert_eq!(draft.licence, None);
    }

    #[test]
    fn what_cannot_be_read_is_named_and_stays_as_typed() {
        let pairs = [
            ("target", "12,5"),
            ("position", "first"),
            ("valid_until", "soon"),
        ];
        let (_, errors) = sent(&pairs);
        let fields: Vec<&str> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["target", "licence.valid_until", "position"]);
    }
}

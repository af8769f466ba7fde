//! The checkout form as it was typed, and what is amiss with it.

use sadu_domain::amount::{AmountError, parse_amount};
use sadu_domain::arabic::latin_digits;
use sadu_domain::error::FieldError;
use sadu_domain::lang::Lang;
use sadu_domain::money::{Fils, WholeNumber};
use sadu_domain::order::request::{NewDonor, NewLine, NewOrder, NewUtm};

/// Lines one form may bring.
const LINES: usize = 20;

/// One line: an item and what stands in its field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TypedLine {
    /// Slug of the item.
    pub(super) slug: String,
    /// Amount or quantity as typed.
    pub(super) value: String,
}

/// One thing to mend, as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Amiss {
    /// Field of the order, e.g. `donor.phone`; of a line `line-{slug}`.
    pub(super) field: String,
    /// Id of the field on the page, where there is one.
    pub(super) anchor: Option<String>,
    /// How to mend it.
    pub(super) message: String,
}

/// The form. Texts stay as they were typed, so that nothing is lost when something has to be mended.
#[derive(Clone, Default)]
pub(super) struct Typed {
    /// One-time key: the order's Idempotency-Key.
    pub(super) key: String,
    /// When the form was opened, signed; see `hand`.
    pub(super) opened: String,
    /// Lines, in the order of the page.
    pub(super) lines: Vec<TypedLine>,
    /// Something was typed, or a form was sent with nothing in it.
    pub(super) was_sent: bool,
    /// Name.
    pub(super) name: String,
    /// Phone.
    pub(super) phone: String,
    /// E-mail address.
    pub(super) email: String,
    /// Note.
    pub(super) note: String,
    /// Payment method.
    pub(super) method: String,
    /// Name hidden from the public.
    pub(super) anonymous: bool,
    /// Amount hidden from the public.
    pub(super) hide_amount: bool,
    /// Campaign words of the visit, passed on.
    pub(super) utm: Vec<(String, String)>,
    /// What is amiss.
    pub(super) errors: Vec<Amiss>,
}

impl Typed {
    /// The form as an item page opens it: `?item=well&amount=5.000&other=&quantity=`; or as its own first step sends it, with
    /// `amount.well=5.000`.
    #[must_use]
    pub(super) fn from_link(pairs: &[(String, String)]) -> Self {
        let of = |name: &str| {
            pairs
                .iter()
                .find(|(key, value)| key == name && !value.trim().is_empty())
        };
        let value = of("other")
            .or_else(|| of("amount"))
            .or_else(|| of("quantity"))
            .map(|(_, value)| value.clone());
        let slugs = pairs
            .iter()
            .filter(|(key, _)| key == "item")
            .take(LINES)
            .map(|(_, slug)| slug.clone());
        let lines = slugs
            .map(|slug| TypedLine {
                value: own(pairs, &slug)
                    .or_else(|| value.clone())
                    .unwrap_or_default(),
                slug,
            })
            .collect();
        let was_sent = pairs.iter().any(|(key, _)| {
            let name = key.split_once('.').map_or(key.as_str(), |(name, _)| name);
            matches!(name, "other" | "amount" | "quantity")
        });
        Self {
            key: new_key(),
            was_sent,
            lines,
            utm: utm(pairs),
            ..Self::default()
        }
    }

    /// The form as it was sent.
    #[must_use]
    pub(super) fn from_form(pairs: &[(String, String)]) -> Self {
        let text = |name: &str| {
            pairs
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.clone())
                .unwrap_or_default()
        };
        let on = |name: &str| {
            pairs
                .iter()
                .any(|(key, value)| key == name && !value.is_empty())
        };
        let line = |slug: &String| TypedLine {
            slug: slug.clone(),
            value: own(pairs, slug).unwrap_or_default(),
        };
        Self {
            key: text("key"),
            was_sent: true,
            opened: text("opened"),
            lines: pairs
                .iter()
                .filter(|(key, _)| key == "item")
                .take(LINES)
                .map(|(_, slug)| line(slug))
                .collect(),
            name: text("name"),
            phone: text("phone"),
            email: text("email"),
            note: text("note"),
            method: text("method"),
            anonymous: on("anonymous"),
            hide_amount: on("hide_amount"),
            utm: utm(pairs),
            errors: Vec::new(),
        }
    }

    /// The lines that ask for something; the first one in any case, so that an empty form is told what is missing.
    pub(super) fn wanted(&self) -> impl Iterator<Item = &TypedLine> {
        let none = self.lines.iter().all(|line| line.value.trim().is_empty());
        self.lines
            .iter()
            .enumerate()
            .filter(move |(n, line)| !line.value.trim().is_empty() || none && *n == 0)
            .map(|(_, line)| line)
    }

    /// The request of this form. `by_quantity` tells how an item is ordered, `order` whether goods are bought.
    #[must_use]
    pub(super) fn request(
        &self,
        lang: Lang,
        order: bool,
        by_quantity: impl Fn(&str) -> bool,
    ) -> NewOrder {
        let items = self.wanted().map(|line| {
            let typed = |number: Option<i64>| {
                let empty = line.value.trim().is_empty();
                (!empty).then(|| number.map_or(WholeNumber::Invalid, WholeNumber::from))
            };
            if by_quantity(&line.slug) {
                NewLine {
                    item: line.slug.clone(),
                    amount: None,
                    quantity: typed(quantity(&line.value)),
                }
            } else {
                let fils = amount(&line.value).ok().map(Fils::get);
                NewLine {
                    item: line.slug.clone(),
                    amount: typed(fils),
                    quantity: None,
                }
            }
        });
        NewOrder {
            kind: if order { "order" } else { "donation" }.to_owned(),
            items: items.collect(),
            donor: NewDonor {
                name: Some(self.name.clone()),
                phone: Some(self.phone.clone()),
                email: Some(self.email.clone()),
                anonymous: self.anonymous,
                hide_amount: self.hide_amount,
            },
            payment_method: self.method.clone(),
            lang: Some(lang.as_str().to_owned()),
            note: Some(self.note.clone()),
            gift: None,
            utm: self.utm_request(),
            schedule: None,
        }
    }

    fn utm_request(&self) -> Option<NewUtm> {
        let of = |name: &str| {
            self.utm
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.clone())
        };
        (!self.utm.is_empty()).then(|| NewUtm {
            source: of("utm_source"),
            medium: of("utm_medium"),
            campaign: of("utm_campaign"),
            content: of("utm_content"),
            term: of("utm_term"),
        })
    }

    /// Takes over what the order's rules found. The amount's own reading says more than the rule can.
    pub(super) fn amiss(&mut self, fields: &[FieldError], lang: Lang) {
        let wanted: Vec<TypedLine> = self.wanted().cloned().collect();
        self.errors = fields
            .iter()
            .map(|error| shown(error, &wanted, lang))
            .collect();
    }

    /// Takes over one failure that belongs to no field.
    pub(super) fn refused(&mut self, message: impl Into<String>) {
        self.errors = vec![Amiss {
            field: String::new(),
            anchor: None,
            message: message.into(),
        }];
    }

    /// Something has to be mended.
    #[must_use]
    pub(super) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// What is amiss with `field`.
    #[must_use]
    pub(super) fn error(&self, field: &str) -> Option<&str> {
        self.errors
            .iter()
            .find(|error| error.field == field)
            .map(|error| error.message.as_str())
    }
}

/// What stands in the field of one item.
fn own(pairs: &[(String, String)], slug: &str) -> Option<String> {
    let of = |key: &str| {
        let parts = key.split_once('.');
        parts.is_some_and(|(kind, of)| matches!(kind, "amount" | "quantity") && of == slug)
    };
    let found = pairs.iter().find(|(key, _)| of(key));
    found.map(|(_, value)| value.clone())
}

fn shown(error: &FieldError, wanted: &[TypedLine], lang: Lang) -> Amiss {
    let line = error
        .field
        .strip_prefix("items[")
        .and_then(|rest| rest.split_once(']'))
        .and_then(|(index, rest)| Some((wanted.get(index.parse::<usize>().ok()?)?, rest)));
    match line {
        Some((line, rest)) => {
            let read = (rest == ".amount")
                .then(|| amount(&line.value).err())
                .flatten();
            let message = read
                .filter(|error| !matches!(error, AmountError::Empty))
                .map_or(error.message.clone(), AmountError::message);
            let id = format!("line-{}", line.slug);
            Amiss {
                field: id.clone(),
                anchor: Some(id),
                message: message.get(lang).to_owned(),
            }
        }
        None => Amiss {
            field: error.field.clone(),
            anchor: Some(error.field.replace('.', "-"))
                .filter(|_| error.field != "items" && error.field != "kind"),
            message: error.message.get(lang).to_owned(),
        },
    }
}

/// An amount as typed.
pub(super) fn amount(typed: &str) -> Result<Fils, AmountError> {
    parse_amount(typed)
}

/// A count as typed, in any of the three scripts.
pub(super) fn quantity(typed: &str) -> Option<i64> {
    latin_digits(typed.trim()).parse().ok()
}

fn utm(pairs: &[(String, String)]) -> Vec<(String, String)> {
    const NAMES: [&str; 5] = [
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "utm_content",
        "utm_term",
    ];
    pairs
        .iter()
        .filter(|(key, value)| NAMES.contains(&key.as_str()) && !value.is_empty())
        .take(NAMES.len())
        .cloned()
        .collect()
}

/// A key for one sending of the form.
pub(super) fn new_key() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

#[cfg(test)]
mod tests;

//! What the rules of every form share: errors gathered at their fields, texts cleaned in both languages, a licence.
//!
//! Called by `catalog::draft`, `settings`, `bank`, `terms` and `content`. [`SettingsForm`] is what the forms of a tenant's settings have in common.

use crate::arabic::Plural;
use crate::error::{Code, FieldError};
use crate::lang::{Bilingual, Lang};
use crate::tenant::{Licence, Tenant};
use crate::text;
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// A form of a tenant's own settings: read whole, sent back whole.
pub trait SettingsForm:
    Clone + Debug + Default + Send + Sync + Serialize + DeserializeOwned + 'static
{
    /// Names of the fields, as they are sent; all of them are.
    const FIELDS: &'static [&'static str];

    /// What the tenant has now.
    fn of(tenant: &Tenant) -> Self;

    /// The tenant with what was sent on `today`, its own day. Everything is checked at once.
    ///
    /// # Errors
    /// Each broken rule at its field.
    fn apply(&self, tenant: &Tenant, today: NaiveDate) -> Result<Tenant, Vec<FieldError>>;
}

/// Longest word or short name, in characters: a unit, a tag, the number of a licence.
pub(crate) const WORD_MAX: usize = 60;

/// Errors gathered while a form is read, so that all of them are told at once.
#[derive(Default)]
pub(crate) struct Errors(Vec<FieldError>);

impl Errors {
    pub(crate) fn add(&mut self, field: impl Into<String>, code: Code) {
        self.0.push(FieldError::new(field, code));
    }

    /// With a text that names the values at hand.
    pub(crate) fn explain(&mut self, field: impl Into<String>, code: Code, ar: String, en: String) {
        let message = Bilingual::new(ar, en);
        self.0.push(FieldError::with_message(field, code, message));
    }

    pub(crate) fn too_long(&mut self, field: impl Into<String>, max: usize) {
        let form = match Plural::arabic(u64::try_from(max).unwrap_or(u64::MAX)) {
            Plural::Few => "أحرف",
            Plural::Many => "حرفاً",
            _ => "حرف",
        };
        let ar = format!("يُرجى اختصار النص إلى {max} {form} على الأكثر.");
        let en = format!("Please shorten the text to {max} characters at most.");
        self.explain(field, Code::TextTooLong, ar, en);
    }

    pub(crate) fn push(&mut self, error: FieldError) {
        self.0.push(error);
    }

    /// Something was.
    pub(crate) const fn found(&self) -> bool {
        !self.0.is_empty()
    }

    pub(crate) fn finish<T>(self, value: T) -> Result<T, Vec<FieldError>> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(self.0)
        }
    }
}

/// One of the cleaning functions of [`text`].
pub(crate) type Clean = fn(&str, usize) -> Result<String, text::TextError>;

/// A text in both languages, cleaned; what is too long is told at `field.ar` or `field.en`.
pub(crate) fn both(
    field: &str,
    typed: &Bilingual,
    max: usize,
    errors: &mut Errors,
    clean: Clean,
) -> Bilingual {
    let mut one = |lang: &str, text: &str| {
        clean(text, max).unwrap_or_else(|_| {
            errors.too_long(format!("{field}.{lang}"), max);
            String::new()
        })
    };
    Bilingual {
        ar: one("ar", &typed.ar),
        en: one("en", &typed.en),
    }
}

/// Tells where a text is missing in one of `languages`. One that was refused left `read` empty and was told already.
pub(crate) fn in_each(
    field: &str,
    typed: &Bilingual,
    read: &Bilingual,
    languages: &[Lang],
    errors: &mut Errors,
) {
    // Exactly this language: a text that is missing in one is shown in the other, but not written in it.
    let missing = |text: &Bilingual, lang: Lang| match lang {
        Lang::Ar => text.ar.trim().is_empty(),
        Lang::En => text.en.trim().is_empty(),
    };
    for lang in languages {
        if missing(read, *lang) && missing(typed, *lang) {
            errors.add(format!("{field}.{lang}"), Code::RequestFieldRequired);
        }
    }
}

/// What is said of a licence whose last day is over.
pub(crate) fn licence_ended() -> FieldError {
    let message = Bilingual::new(
        "انتهى الترخيص في هذا اليوم. أدخل تاريخ انتهاء الترخيص الساري.",
        "This licence has ended. Enter the last day of the one that holds now.",
    );
    FieldError::with_message("licence.valid_until", Code::RequestFieldInvalid, message)
}

/// A licence as somebody typed it; none when nothing is in it.
pub(crate) fn licence(typed: Option<&Licence>, errors: &mut Errors) -> Option<Licence> {
    let typed = typed?;
    let number = text::clean(&typed.number, WORD_MAX).unwrap_or_else(|_| {
        errors.too_long("licence.number", WORD_MAX);
        String::new()
    });
    let authority = both(
        "licence.authority",
        &typed.authority,
        WORD_MAX,
        errors,
        text::clean,
    );
    if number.is_empty() {
        if authority.is_empty() && typed.valid_until.is_none() {
            return None;
        }
        errors.add("licence.number", Code::RequestFieldRequired);
    }
    if typed
        .valid_until
        .is_some_and(|day| !(2000..=2200).contains(&day.year()))
    {
        errors.add("licence.valid_until", Code::RequestFieldInvalid);
    }
    Some(Licence {
        number,
        authority,
        valid_until: typed.valid_until,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_as_they_are_said() {
        let said = |max| {
            let mut errors = Errors::default();
            errors.too_long("title.ar", max);
            let errors = errors.finish(()).expect_err("told");
            errors.into_iter().next().map(|error| error.message.ar)
        };
        for (max, words) in [(8, "8 أحرف"), (60, "60 حرفاً"), (300, "300 حرف ")] {
            assert!(said(max).is_some_and(|text| text.contains(words)), "{max}");
        }
    }
}

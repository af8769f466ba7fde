//! A tenant's branding and settings as an administrator has them in front of them: the whole of it, sent back whole.
//!
//! [`SettingsForm::of`] is what the form begins with, [`SettingsForm::apply`] what its sending means. Called by the command that
//! stores it, behind the tenant's lock. The account is in [`crate::bank`]: money has rules of its own.

use crate::brand::Part;
use crate::colour::Colour;
use crate::email;
use crate::error::{Code, FieldError};
use crate::form::{Errors, SettingsForm, both, in_each, licence, licence_ended};
use crate::lang::{Bilingual, Lang};
use crate::phone::{Phone, PhonePolicy};
use crate::tenant::{Branding, Contact, Digits, Hijri, Licence, Settings, Tenant};
use crate::{arabic, text};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Longest name, in characters.
pub const NAME_MAX: usize = 80;
/// Longest tagline and hero, in characters.
pub const LINE_MAX: usize = 160;
/// Longest footer, address and hours, in characters.
pub const TEXT_MAX: usize = 400;
/// Longest public phone number as it is written, in characters.
const PHONE_MAX: usize = 24;
/// Addresses that are told of what happens.
pub const NOTIFY_MAX: usize = 5;

/// The settings as they are sent. Every field is there; texts in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsDraft {
    /// Shown name; needed in each language offered.
    pub name: Bilingual,
    /// One line under the name.
    pub tagline: Bilingual,
    /// What the home page begins with; the tagline when empty.
    pub hero: Bilingual,
    /// What every page ends with.
    pub footer: Bilingual,
    /// Links and buttons, `#RRGGBB`.
    pub primary: String,
    /// Labels and the second thread of the cloth, `#RRGGBB`.
    pub accent: String,
    /// `ar`, `en` or both.
    pub languages: Vec<String>,
    /// One of `languages`.
    pub default_language: String,
    /// `latin` or `arabic_indic`.
    pub digits: String,
    /// Days are also written in the Hijri calendar.
    pub hijri: bool,
    /// Days between the sighted moon and Umm al-Qura: -1, 0 or 1.
    pub hijri_offset: i64,
    /// Public phone number.
    pub phone: Option<String>,
    /// Public e-mail address.
    pub email: Option<String>,
    /// Where the tenant is.
    pub address: Bilingual,
    /// When somebody is there.
    pub hours: Bilingual,
    /// Who is told of what happens here; at most [`NOTIFY_MAX`].
    pub notify_emails: Vec<String>,
    /// Licence to collect or to trade.
    pub licence: Option<Licence>,
}

impl SettingsForm for SettingsDraft {
    const FIELDS: &'static [&'static str] = &[
        "name",
        "tagline",
        "hero",
        "footer",
        "primary",
        "accent",
        "languages",
        "default_language",
        "digits",
        "hijri",
        "hijri_offset",
        "phone",
        "email",
        "address",
        "hours",
        "notify_emails",
        "licence",
    ];

    fn of(tenant: &Tenant) -> Self {
        let settings = &tenant.settings;
        Self {
            name: tenant.name.clone(),
            tagline: tenant.tagline.clone(),
            hero: settings.hero.clone(),
            footer: settings.footer.clone(),
            primary: tenant.branding.primary.to_string(),
            accent: tenant.branding.accent.to_string(),
            languages: settings.languages.iter().map(Lang::to_string).collect(),
            default_language: tenant.default_lang.to_string(),
            digits: settings.digits.to_string(),
            hijri: settings.hijri.shown,
            hijri_offset: settings.hijri.offset.into(),
            phone: tenant.phone.clone(),
            email: settings.contact.email.clone(),
            address: settings.contact.address.clone(),
            hours: settings.contact.hours.clone(),
            notify_emails: settings.notify_emails.clone(),
            licence: tenant.licence.clone(),
        }
    }

    fn apply(&self, tenant: &Tenant, today: NaiveDate) -> Result<Tenant, Vec<FieldError>> {
        let mut errors = Errors::default();
        let e = &mut errors;
        let line = |field, text, max, e: &mut Errors| both(field, text, max, e, text::clean);
        let lines = |field, text, e: &mut Errors| both(field, text, TEXT_MAX, e, text::clean_lines);
        let (languages, default_lang) = self.languages(e);
        let name = line("name", &self.name, NAME_MAX, e);
        in_each("name", &self.name, &name, &languages, e);
        let applied = Tenant {
            name,
            tagline: line("tagline", &self.tagline, LINE_MAX, e),
            branding: Branding {
                primary: colour("primary", &self.primary, Part::Primary, e),
                accent: colour("accent", &self.accent, Part::Accent, e),
            },
            default_lang,
            licence: self.licence(tenant, today, e),
            phone: phone(self.phone.as_deref(), e),
            settings: Settings {
                hero: line("hero", &self.hero, LINE_MAX, e),
                footer: lines("footer", &self.footer, e),
                languages,
                digits: self.digits(e),
                hijri: self.hijri(e),
                contact: Contact {
                    email: self
                        .email
                        .as_deref()
                        .and_then(|typed| email("email", typed, e)),
                    address: lines("address", &self.address, e),
                    hours: lines("hours", &self.hours, e),
                },
                notify_emails: self.notify(e),
                ..tenant.settings.clone()
            },
            ..tenant.clone()
        };
        errors.finish(applied)
    }
}

impl SettingsDraft {
    /// One that had ended is not taken, unless it is the one that is kept: who changes another field is not held up by it.
    fn licence(&self, tenant: &Tenant, today: NaiveDate, errors: &mut Errors) -> Option<Licence> {
        let read = licence(self.licence.as_ref(), errors);
        let day = |licence: Option<&Licence>| licence.and_then(|licence| licence.valid_until);
        let moved = day(read.as_ref()) != day(tenant.licence.as_ref());
        if moved && read.as_ref().is_some_and(|new| !new.is_valid_on(today)) {
            errors.push(licence_ended());
        }
        read
    }

    fn languages(&self, errors: &mut Errors) -> (Vec<Lang>, Lang) {
        let read: Vec<Option<Lang>> = self.languages.iter().map(|l| l.parse().ok()).collect();
        if read.contains(&None) {
            errors.add("languages", Code::OrderLangInvalid);
        }
        let offered: Vec<Lang> = Lang::ALL
            .into_iter()
            .filter(|lang| read.contains(&Some(*lang)))
            .collect();
        if offered.is_empty() {
            errors.add("languages", Code::SettingsLanguages);
        }
        let default = self.default_language.parse().ok();
        match default.filter(|lang| offered.contains(lang)) {
            Some(lang) => (offered, lang),
            None => {
                errors.add("default_language", Code::SettingsLanguages);
                (offered, Lang::Ar)
            }
        }
    }

    fn digits(&self, errors: &mut Errors) -> Digits {
        self.digits.parse().unwrap_or_else(|_| {
            errors.add("digits", Code::RequestFieldInvalid);
            Digits::Latin
        })
    }

    fn hijri(&self, errors: &mut Errors) -> Hijri {
        let offset = i8::try_from(self.hijri_offset)
            .ok()
            .filter(|offset| (-1..=1).contains(offset));
        if offset.is_none() {
            errors.add("hijri_offset", Code::RequestFieldInvalid);
        }
        Hijri {
            shown: self.hijri,
            offset: offset.unwrap_or_default(),
        }
    }

    fn notify(&self, errors: &mut Errors) -> Vec<String> {
        let mut addresses: Vec<String> = Vec::new();
        for (n, typed) in self.notify_emails.iter().enumerate() {
            if let Some(address) = email(&format!("notify_emails[{n}]"), typed, errors)
                && !addresses.contains(&address)
            {
                addresses.push(address);
            }
        }
        if addresses.len() > NOTIFY_MAX {
            errors.explain(
                "notify_emails",
                Code::RequestFieldInvalid,
                format!("{NOTIFY_MAX} عناوين على الأكثر."),
                format!("{NOTIFY_MAX} addresses at most."),
            );
        }
        addresses
    }
}

/// A colour that can be read in every place, or why it cannot and which one could.
fn colour(field: &str, typed: &str, part: Part, errors: &mut Errors) -> Colour {
    let Ok(colour) = typed.parse() else {
        errors.add(field, Code::SettingsColourInvalid);
        return Colour::BLACK;
    };
    if let Some((place, contrast)) = part.failing(colour) {
        let (name, nearest) = (place.name(), part.nearest(colour));
        errors.explain(
            field,
            Code::SettingsColourContrast,
            format!(
                "لا يُقرأ هذا اللون في {}: التباين {contrast:.2} والمطلوب 4.5. أقرب لون مقروء هو {nearest}.",
                name.ar
            ),
            format!(
                "This colour cannot be read in one place, {}: its contrast is {contrast:.2} and 4.5 is needed. The nearest that can is {nearest}.",
                name.en
            ),
        );
    }
    colour
}

/// An address, or none where nothing was typed.
fn email(field: &str, typed: &str, errors: &mut Errors) -> Option<String> {
    if typed.trim().is_empty() {
        return None;
    }
    let address = email::parse(typed);
    if address.is_none() {
        errors.add(field, Code::DonorEmailInvalid);
    }
    address
}

/// A number that can be dialled, as it was written.
fn phone(typed: Option<&str>, errors: &mut Errors) -> Option<String> {
    // It is shown, not called by us: a number of the demonstration is as good as another.
    let policy = PhonePolicy { allow_demo: true };
    let written = text::clean(typed?, PHONE_MAX).unwrap_or_default();
    if written.is_empty() && typed.is_some_and(|typed| typed.trim().is_empty()) {
        return None;
    }
    if Phone::parse(&written, policy).is_err() {
        errors.add("phone", Code::DonorPhoneInvalid);
    }
    Some(arabic::latin_digits(&written))
}

#[cfg(test)]
pub(crate) mod tests;

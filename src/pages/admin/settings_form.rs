//! The form of the settings as it was typed. Texts stay as they were typed, so that nothing is lost when something has to be mended.

use sadu_domain::arabic::latin_digits;
use sadu_domain::error::{Code, FieldError};
use sadu_domain::lang::Bilingual;
use sadu_domain::settings::SettingsDraft;
use sadu_domain::tenant::Licence;

use super::sheet::Pairs;

/// The form.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    /// Everything but what stands below.
    pub(super) draft: SettingsDraft,
    /// The revision it began with.
    pub(super) revision: i64,
    /// One address a line.
    pub(super) notify: String,
    pub(super) licence_number: String,
    pub(super) authority: Bilingual,
    /// `2027-02-08`, as browsers send days.
    pub(super) valid_until: String,
}

impl Typed {
    /// The form of the settings as they stand.
    pub(super) fn of(draft: SettingsDraft, revision: i64) -> Self {
        let licence = draft.licence.as_ref();
        Self {
            revision,
            notify: draft.notify_emails.join("\n"),
            licence_number: licence.map(|l| l.number.clone()).unwrap_or_default(),
            authority: licence.map(|l| l.authority.clone()).unwrap_or_default(),
            valid_until: licence
                .and_then(|l| l.valid_until)
                .map(|day| day.to_string())
                .unwrap_or_default(),
            draft,
        }
    }

    /// The form as it was sent.
    pub(super) fn from_pairs(pairs: &Pairs) -> Self {
        let text = |name: &str| pairs.text(name);
        let pair = |name: &str| pairs.both(name);
        Self {
            draft: SettingsDraft {
                name: pair("name"),
                tagline: pair("tagline"),
                hero: pair("hero"),
                footer: pair("footer"),
                primary: text("primary"),
                accent: text("accent"),
                languages: pairs.all("languages").map(str::to_owned).collect(),
                default_language: text("default_language"),
                digits: text("digits"),
                hijri: !text("hijri").is_empty(),
                hijri_offset: text("hijri_offset").parse().unwrap_or_default(),
                phone: Some(text("phone")),
                email: Some(text("email")),
                address: pair("address"),
                hours: pair("hours"),
                notify_emails: Vec::new(),
                licence: None,
            },
            revision: pairs.revision(),
            notify: text("notify_emails"),
            licence_number: text("licence_number"),
            authority: pair("authority"),
            valid_until: text("valid_until"),
        }
    }

    /// What it means.
    ///
    /// # Errors
    /// What in it cannot be read.
    pub(super) fn draft(&self) -> Result<SettingsDraft, Vec<FieldError>> {
        let typed = latin_digits(self.valid_until.trim());
        let valid_until = match typed.as_str() {
            "" => None,
            day => Some(day.parse().map_err(|_| {
                vec![FieldError::new(
                    "licence.valid_until",
                    Code::RequestFieldInvalid,
                )]
            })?),
        };
        let lines = self.notify.split(['\n', ',', '،', ';']);
        Ok(SettingsDraft {
            notify_emails: lines
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
            licence: Some(Licence {
                number: self.licence_number.clone(),
                authority: self.authority.clone(),
                valid_until,
            }),
            ..self.draft.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Typed {
        Typed::from_pairs(&pairs.into())
    }

    #[test]
    fn the_form_is_read_as_people_fill_it_in() {
        let typed = sent(&[
            ("languages", "ar"),
            ("languages", "en"),
            ("name.ar", "جمعية"),
            ("hijri", "on"),
            ("hijri_offset", "-1"),
            (
                "notify_emails",
                "a@b.example\r\n\r\n c@d.example, e@f.example",
            ),
            ("licence_number", "A-7"),
            ("valid_until", "٢٠٢٧-٠٢-٠٨"),
        ]);
        let draft = typed.draft().unwrap_or_default();
        assert_eq!(draft.languages, ["ar", "en"]);
        assert_eq!((draft.hijri, draft.hijri_offset), (true, -1));
        assert_eq!(
            draft.notify_emails,
            ["a@b.example", "c@d.example", "e@f.example"]
        );
        let until = draft.licence.and_then(|licence| licence.valid_until);
        assert_eq!(
            until.map(|day| day.to_string()).as_deref(),
            Some("2027-02-08")
        );
    }

    #[test]
    fn a_day_that_is_none_is_told_and_stays_as_typed() {
        let typed = sent(&[("valid_until", "next year")]);
        let errors = typed.draft().err().unwrap_or_default();
        assert_eq!(errors.len(), 1);
        assert_eq!(typed.valid_until, "next year");
    }
}

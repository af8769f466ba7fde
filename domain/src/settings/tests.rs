#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use super::*;
use crate::ids::TenantId;
use crate::money::Currency;
use crate::tenant::{Licence, TenantKind, TenantStatus};

/// A charity, also for the tests of others.
pub(crate) fn tenant() -> Tenant {
    Tenant {
        id: TenantId::new(),
        slug: "nakhla".into(),
        name: Bilingual::new("جمعية النخلة", "Nakhla Society"),
        tagline: Bilingual::new("معاً", "Together"),
        kind: TenantKind::Charity,
        status: TenantStatus::Active,
        branding: Branding {
            primary: "#0F6B4F".parse().unwrap(),
            accent: "#8A4B1F".parse().unwrap(),
        },
        logo: None,
        settings: Settings {
            transfer_days: 9,
            ..Settings::default()
        },
        currency: Currency::Kwd,
        timezone: "Asia/Kuwait".into(),
        default_lang: Lang::Ar,
        prefix: "NKH".parse().unwrap(),
        licence: None,
        phone: Some("+965 3000 0101".into()),
        version: 4,
    }
}

/// A day to save something on.
pub(crate) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

/// What is said at which field.
fn amiss(change: impl FnOnce(&mut SettingsDraft)) -> Vec<(String, &'static str)> {
    let mut draft = SettingsDraft::of(&tenant());
    change(&mut draft);
    let errors = draft.apply(&tenant(), today()).err().unwrap_or_default();
    errors
        .into_iter()
        .map(|error| (error.field, error.code.as_str()))
        .collect()
}

fn one(field: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(field.to_owned(), code)]
}

#[test]
fn what_was_not_touched_stays_as_it_was() {
    let draft = SettingsDraft::of(&tenant());
    let again = draft.apply(&tenant(), today()).unwrap();
    assert_eq!(SettingsDraft::of(&again), draft);
    assert_eq!(again.settings.transfer_days, 9);
    let sent = serde_json::to_value(&draft).unwrap();
    let names: Vec<&String> = sent.as_object().unwrap().keys().collect();
    let mut fields = SettingsDraft::FIELDS.to_vec();
    fields.sort_unstable();
    assert_eq!(names, fields);
}

#[test]
fn all_of_it_reaches_the_tenant() {
    let mut draft = SettingsDraft::of(&tenant());
    draft.hero = Bilingual::new("  أهلاً\u{202E} ", "Welcome");
    draft.footer = Bilingual::new("سطر\r\nسطر", "A line");
    draft.primary = "#1e4e8c".into();
    draft.languages = vec!["en".into()];
    draft.default_language = "en".into();
    draft.digits = "arabic_indic".into();
    (draft.hijri, draft.hijri_offset) = (true, -1);
    draft.phone = Some("٢٢٤٤٠٠٠٠".into());
    draft.email = Some("Hello@Nakhla.Example".into());
    draft.notify_emails = vec!["a@b.example".into(), String::new(), "a@B.example".into()];
    let made = draft.apply(&tenant(), today()).unwrap();
    assert_eq!(made.settings.hero.ar, "أهلاً");
    assert_eq!(made.settings.footer.ar, "سطر\nسطر");
    assert_eq!(made.branding.primary.to_string(), "#1E4E8C");
    assert!(!made.speaks(Lang::Ar));
    assert_eq!(made.language(Lang::Ar), Lang::En);
    assert_eq!(made.settings.digits, Digits::Arabic);
    let hijri = Hijri {
        shown: true,
        offset: -1,
    };
    assert_eq!(made.settings.hijri, hijri);
    assert_eq!(made.phone.as_deref(), Some("22440000"));
    assert_eq!(
        made.settings.contact.email.as_deref(),
        Some("Hello@nakhla.example")
    );
    assert_eq!(made.settings.notify_emails, ["a@b.example"]);
}

#[test]
fn a_colour_that_cannot_be_read_names_the_place_and_the_nearest_that_can() {
    let mut draft = SettingsDraft::of(&tenant());
    draft.primary = "#2FA37C".into();
    let errors = draft.apply(&tenant(), today()).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].code, Code::SettingsColourContrast);
    let english = &errors[0].message.en;
    let nearest = english.rsplit(' ').next().unwrap().trim_end_matches('.');
    assert!(english.contains("links on the"), "{english}");
    assert!(errors[0].message.ar.contains(nearest));
    draft.primary = nearest.to_owned();
    assert!(draft.apply(&tenant(), today()).is_ok(), "{nearest}");
    assert_eq!(
        amiss(|d| d.accent = "#7F7F7F".into()),
        one("accent", "settings.colour_contrast")
    );
    assert_eq!(
        amiss(|d| d.primary = "green".into()),
        one("primary", "settings.colour_invalid")
    );
}

#[test]
fn each_rule_is_told_at_its_field() {
    let long = "ب".repeat(81);
    assert_eq!(amiss(|d| d.name.ar = long), one("name.ar", "text.too_long"));
    assert_eq!(
        amiss(|d| d.name = Bilingual::default()),
        [
            ("name.ar".to_owned(), "request.field_required"),
            ("name.en".to_owned(), "request.field_required")
        ]
    );
    assert_eq!(
        amiss(|d| d.languages = vec!["ar".into(), "fr".into()]),
        one("languages", "order.lang_invalid")
    );
    assert_eq!(
        amiss(|d| d.languages.clear()),
        [
            ("languages".to_owned(), "settings.languages"),
            ("default_language".to_owned(), "settings.languages")
        ]
    );
    assert_eq!(
        amiss(|d| d.languages = vec!["en".into()]),
        one("default_language", "settings.languages")
    );
    assert_eq!(
        amiss(|d| d.digits = "roman".into()),
        one("digits", "request.field_invalid")
    );
    assert_eq!(
        amiss(|d| d.hijri_offset = 2),
        one("hijri_offset", "request.field_invalid")
    );
    assert_eq!(
        amiss(|d| d.phone = Some("call us".into())),
        one("phone", "donor.phone_invalid")
    );
    assert_eq!(
        amiss(|d| d.email = Some("a@b".into())),
        one("email", "donor.email_invalid")
    );
    assert_eq!(
        amiss(|d| d.notify_emails = vec!["a@b.example".into(), "x".into()]),
        one("notify_emails[1]", "donor.email_invalid")
    );
    let many = |n: usize| (0..n).map(|n| format!("a{n}@b.example")).collect();
    assert_eq!(amiss(|d| d.notify_emails = many(5)), []);
    assert_eq!(
        amiss(|d| d.notify_emails = many(6)),
        one("notify_emails", "request.field_invalid")
    );
}

#[test]
fn unknown_fields_are_refused_at_every_depth() {
    let mut sent = serde_json::to_value(SettingsDraft::of(&tenant())).unwrap();
    assert!(serde_json::from_value::<SettingsDraft>(sent.clone()).is_ok());
    sent["name"]["fr"] = "Société".into();
    assert!(serde_json::from_value::<SettingsDraft>(sent.clone()).is_err());
    sent["name"].as_object_mut().unwrap().remove("fr");
    sent["status"] = "active".into();
    assert!(serde_json::from_value::<SettingsDraft>(sent).is_err());
}

#[test]
fn a_licence_that_had_ended_is_not_entered_and_does_not_hold_up_the_rest() {
    let licence = |day: &str| {
        Some(Licence {
            number: "A-7".into(),
            authority: Bilingual::default(),
            valid_until: Some(day.parse().unwrap()),
        })
    };
    assert_eq!(
        amiss(|draft| draft.licence = licence("2026-11-23")),
        one("licence.valid_until", "request.field_invalid")
    );
    assert_eq!(amiss(|draft| draft.licence = licence("2026-11-24")), []);
    let mut kept = tenant();
    kept.licence = licence("2026-11-23");
    let mut draft = SettingsDraft::of(&kept);
    draft.tagline = Bilingual::new("سطر", "A line");
    draft.apply(&kept, today()).unwrap();
}

#![allow(clippy::unwrap_used, reason = "tests")]
use super::*;

#[test]
fn settings_may_be_sparse() {
    let settings: Settings = serde_json::from_str(r#"{"transfer_days":1}"#).unwrap();
    assert_eq!(settings.transfer_days(), 3);
    assert_eq!(settings.line_cap, Fils::new(100_000_000));
    let back: Settings = serde_json::from_str(&serde_json::to_string(&settings).unwrap()).unwrap();
    assert_eq!(back, settings);
}

#[test]
fn a_licence_holds_through_its_last_day() {
    let day = |d| NaiveDate::from_ymd_opt(2026, 12, d).unwrap();
    let licence = Licence {
        number: "DEMO-101/2026".into(),
        authority: Bilingual::default(),
        valid_until: Some(day(30)),
    };
    assert!(licence.is_valid_on(day(30)));
    assert!(!licence.is_valid_on(day(31)));
    assert!(
        Licence {
            valid_until: None,
            ..licence
        }
        .is_valid_on(day(31))
    );
}

#[test]
fn collection_suspended_shows_pages_but_takes_nothing() {
    assert!(TenantStatus::CollectionSuspended.serves_pages());
    assert!(!TenantStatus::CollectionSuspended.takes_money());
    assert!(!TenantStatus::Suspended.serves_pages());
}

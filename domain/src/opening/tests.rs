//! What is taken, what is named as amiss, and that what a tenant begins with can be published.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::prefix::TRIED;
use super::*;
use crate::catalog::ready::blockers;
use crate::lang::Lang;

const RESERVED: [&str; 2] = ["admin", "status"];

fn new(kind: &str) -> NewTenant {
    NewTenant {
        slug: "waha".into(),
        name: NewName {
            ar: "جمعية الواحة".into(),
            en: "Waha Society".into(),
        },
        kind: kind.into(),
        licence: Some(NewLicence {
            number: "K-7/2026".into(),
            valid_until: Some("2027-12-31".into()),
        }),
        first_admin_email: "Noura@waha.example".into(),
        plan: "start".into(),
        ..NewTenant::default()
    }
}

fn today() -> NaiveDate {
    "2026-11-20".parse().unwrap()
}

fn faults(change: impl FnOnce(&mut NewTenant)) -> Vec<(String, Code)> {
    let mut typed = new("charity");
    change(&mut typed);
    let faults = parse_opening(&typed, &RESERVED, today())
        .err()
        .unwrap_or_default();
    faults
        .into_iter()
        .map(|fault| (fault.field, fault.code))
        .collect()
}

#[test]
fn what_was_typed_becomes_a_tenant() {
    let opening = parse_opening(&new("charity"), &RESERVED, today()).unwrap();
    assert_eq!(
        (opening.slug.as_str(), opening.kind),
        ("waha", TenantKind::Charity)
    );
    assert_eq!(opening.admin.email, "noura@waha.example");
    assert_eq!(opening.admin.name, "Noura");
    assert_eq!(opening.prefixes[0].as_str(), "WAH");
    assert!(opening.settings.bank.is_none());
    let shop = NewTenant {
        licence: None,
        reference_prefix: Some(" wha ".into()),
        ..new("shop")
    };
    let opening = parse_opening(&shop, &RESERVED, today()).unwrap();
    assert_eq!(opening.prefixes, ["WHA".parse().unwrap()]);
    assert_eq!(opening.licence, None);
    let empty = NewTenant {
        template: Some("empty".into()),
        ..new("shop")
    };
    assert!(
        parse_opening(&empty, &RESERVED, today())
            .unwrap()
            .items
            .is_empty()
    );
}

#[test]
fn every_slip_is_named() {
    assert_eq!(faults(|_| ()), []);
    for (slug, code) in [
        ("", Code::RequestFieldRequired),
        ("a", Code::TenantSlugInvalid),
        ("-waha", Code::TenantSlugInvalid),
        ("waha-", Code::TenantSlugInvalid),
        ("xn--waha", Code::TenantSlugInvalid),
        ("wa.ha", Code::TenantSlugInvalid),
        ("واحة", Code::TenantSlugInvalid),
        (&"w".repeat(41), Code::TenantSlugInvalid),
        ("Status", Code::TenantSlugReserved),
    ] {
        assert_eq!(
            faults(|new| new.slug = slug.into()),
            [("slug".into(), code)],
            "{slug}"
        );
    }
    let prefix = |new: &mut NewTenant| new.reference_prefix = Some("OIL".into());
    assert_eq!(
        faults(prefix),
        [("reference_prefix".into(), Code::TenantPrefixInvalid)]
    );
    assert_eq!(
        faults(|new| new.licence = None),
        [("licence.number".into(), Code::RequestFieldRequired)]
    );
    assert_eq!(
        faults(|new| new.template = Some("shop".into())),
        [("template".into(), Code::RequestFieldInvalid)]
    );
    let until =
        |day: &str| faults(|new| new.licence.as_mut().unwrap().valid_until = Some(day.into()));
    assert_eq!(until("2026-11-20"), []);
    assert_eq!(
        until("2026-11-19"),
        [("licence.valid_until".into(), Code::RequestFieldInvalid)]
    );
    let all: Vec<String> = parse_opening(&NewTenant::default(), &RESERVED, today())
        .unwrap_err()
        .into_iter()
        .map(|fault| fault.field)
        .collect();
    assert_eq!(
        all,
        [
            "slug",
            "name.ar",
            "name.en",
            "kind",
            "first_admin_email",
            "plan"
        ]
    );
}

#[test]
fn prefixes_come_from_the_name_and_there_are_enough() {
    let of = |slug: &str, name: &str| prefixes(None, slug, name).unwrap();
    let some = of("noor", "Light");
    assert_eq!((some[0].as_str(), some.len()), ("NRG", TRIED));
    // Digits have no letters: any will do.
    assert_eq!(of("313", "٣١٣")[0].as_str(), "ABC");
    let mut once = some.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), some.len());
}

#[test]
fn a_beginning_is_drafts_that_lack_nothing_but_a_decision() {
    for kind in ["charity", "shop"] {
        let opening = parse_opening(&new(kind), &RESERVED, today()).unwrap();
        assert!(opening.items.len() >= 2 && opening.settings.faq.len() >= 2);
        for Beginning { item, stock } in &opening.items {
            assert_eq!(item.status, ItemStatus::Draft, "{}", item.slug);
            assert_eq!(stock.is_some(), item.kind == ItemKind::Product);
            for lang in Lang::ALL {
                let today = "2026-12-01".parse().unwrap();
                let missing = blockers(item, lang, today, |slug| slug == "general");
                assert_eq!(missing, [], "{} in {lang}", item.slug);
            }
        }
    }
}

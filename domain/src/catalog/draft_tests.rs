#![allow(clippy::unwrap_used, reason = "tests")]
use super::tests_support::item;
use super::*;
use proptest::prelude::*;

const RULE: Overfunding = Overfunding::Continue;

fn new(draft: &ItemDraft) -> Result<DraftedItem, Vec<FieldError>> {
    let mut zakat = item(ItemKind::Zakat);
    zakat.slug = "zakat".into();
    zakat.zakat_eligible = true;
    let mut general = item(ItemKind::Fund);
    general.slug = "general".into();
    let catalog = [
        (zakat, ItemTotals::default()),
        (general, ItemTotals::default()),
    ];
    let context = DraftContext {
        overfunding: &RULE,
        catalog: &catalog,
        present: None,
    };
    parse_draft(draft, &context)
}

fn edited(draft: &ItemDraft, present: (Item, ItemTotals)) -> Result<DraftedItem, Vec<FieldError>> {
    let catalog = [present.clone()];
    let context = DraftContext {
        overfunding: &RULE,
        catalog: &catalog,
        present: Some(&present),
    };
    parse_draft(draft, &context)
}

fn project() -> ItemDraft {
    ItemDraft {
        kind: "project".into(),
        title: Bilingual::new("بئر", "A deep well!"),
        target: Some(1_000),
        ..ItemDraft::default()
    }
}

fn fields(errors: Vec<FieldError>) -> Vec<(String, &'static str)> {
    errors
        .into_iter()
        .map(|e| (e.field, e.code.as_str()))
        .collect()
}

fn refused(draft: &ItemDraft) -> Vec<(String, &'static str)> {
    fields(new(draft).unwrap_err())
}

#[test]
fn a_title_and_a_kind_are_enough_to_begin() {
    let made = new(&project()).unwrap();
    assert_eq!(made.item.slug, "a-deep-well");
    assert_eq!(
        (made.item.status, made.item.revision, made.stock),
        (ItemStatus::Draft, 1, None)
    );
    let arabic = ItemDraft {
        title: Bilingual::new("بئر", ""),
        ..project()
    };
    let slug = new(&arabic).unwrap().item.slug;
    assert!(is_slug(&slug) && slug.starts_with("item-"), "{slug}");
    let taken = ItemDraft {
        title: Bilingual::new("عام", "General"),
        ..project()
    };
    assert_eq!(new(&taken).unwrap().item.slug, "general-2");
}

#[test]
fn every_broken_rule_is_named_at_its_field() {
    let draft = ItemDraft {
        slug: "General Fund".into(),
        kind: "house".into(),
        title: Bilingual::new("", "  "),
        summary: Bilingual::new("م".repeat(SUMMARY_MAX + 1), ""),
        price: Some(0),
        target: Some(AMOUNT_MAX + 1),
        min: Some(500),
        max: Some(400),
        suggested: vec![450, 1],
        stock: Some(-1),
        overfunding: Some(Overfunding::Overflow("nowhere".into())),
        licence: Some(Licence {
            number: String::new(),
            authority: Bilingual::new("جهة", ""),
            valid_until: chrono::NaiveDate::MIN.into(),
        }),
        tags: (0..13).map(|n| n.to_string()).collect(),
        ..ItemDraft::default()
    };
    let mut named: Vec<String> = refused(&draft)
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    named.sort();
    named.dedup();
    assert_eq!(
        named,
        [
            "kind",
            "licence.number",
            "licence.valid_until",
            "max",
            "overfunding",
            "price",
            "slug",
            "stock",
            "suggested[0]",
            "suggested[1]",
            "summary.ar",
            "tags",
            "target",
            "title.ar"
        ]
    );
    assert_eq!(
        refused(&ItemDraft {
            slug: "general".into(),
            ..project()
        }),
        [("slug".to_owned(), "item.slug_taken")]
    );
}

#[test]
fn amounts_are_sorted_and_said_once() {
    let draft = ItemDraft {
        suggested: vec![500, 100, 500],
        ..project()
    };
    assert_eq!(
        new(&draft).unwrap().item.suggested,
        [Fils::new(100), Fils::new(500)]
    );
}

#[test]
fn zakat_overflows_into_zakat_alone() {
    let to = |fund: &str| Some(Overfunding::Overflow(fund.into()));
    let eligible = ItemDraft {
        zakat_eligible: true,
        overfunding: to("general"),
        ..project()
    };
    assert_eq!(
        refused(&eligible),
        [("overfunding".to_owned(), "item.overflow_invalid")]
    );
    assert!(
        new(&ItemDraft {
            overfunding: to("zakat"),
            ..eligible.clone()
        })
        .is_ok()
    );
    assert!(
        new(&ItemDraft {
            zakat_eligible: false,
            overfunding: to("general"),
            ..eligible
        })
        .is_ok()
    );
    let zakat = ItemDraft {
        kind: "zakat".into(),
        ..project()
    };
    assert!(new(&zakat).unwrap().item.zakat_eligible);
}

#[test]
fn what_is_published_keeps_its_address_and_kind_and_what_was_given() {
    let mut present = item(ItemKind::Project);
    present.status = ItemStatus::Active;
    let totals = ItemTotals {
        raised: Fils::new(900),
        reserved: 3,
        ..ItemTotals::default()
    };
    let good = ItemDraft {
        slug: present.slug.clone(),
        stock: Some(3),
        ..project()
    };
    assert_eq!(
        edited(&good, (present.clone(), totals))
            .unwrap()
            .item
            .status,
        ItemStatus::Active
    );
    let bad = ItemDraft {
        slug: "other".into(),
        kind: "fund".into(),
        target: Some(899),
        stock: Some(2),
        ..project()
    };
    let mut named = fields(edited(&bad, (present.clone(), totals)).unwrap_err());
    named.sort();
    named.dedup();
    assert_eq!(
        named,
        [
            ("kind".to_owned(), "item.fixed"),
            ("slug".to_owned(), "item.fixed"),
            ("stock".to_owned(), "request.field_invalid"),
            ("target".to_owned(), "item.target_below_raised"),
            ("target".to_owned(), "request.field_invalid"),
        ]
    );
    present.status = ItemStatus::Draft;
    assert!(
        edited(
            &ItemDraft {
                slug: "other".into(),
                ..project()
            },
            (present, ItemTotals::default())
        )
        .is_ok()
    );
}

proptest! {
    #[test]
    fn a_made_slug_is_a_slug(title in "\\PC{0,90}") {
        let made = new(&ItemDraft { title: Bilingual::new("ع", title), ..project() });
        if let Ok(made) = made {
            prop_assert!(is_slug(&made.item.slug), "{}", made.item.slug);
        }
    }
}

//! Tenants that look alike: the same names, slugs and prices in each, so that only the tenant tells their rows apart.

use sadu_db::seal::MasterKey;
use sadu_db::{Db, TenantCtx, items, tenants, users};
use sadu_domain::access::Role;
use sadu_domain::catalog::{Item, ItemKind, ItemStatus, Overfunding};
use sadu_domain::ids::{ItemId, TenantId, UserId};
use sadu_domain::lang::{Bilingual, Lang};
use sadu_domain::money::{Currency, Fils};
use sadu_domain::order::PaymentMethod;
use sadu_domain::tenant::{BankDetails, Branding, Settings, Tenant, TenantKind, TenantStatus};

/// Fils that `well` needs; a gift of as much funds it.
pub(crate) const WELL: i64 = 20_000;
/// Price of one box of `dates`.
pub(crate) const DATES: i64 = 2_500;
/// Boxes of `dates` that there are.
pub(crate) const STOCK: i64 = 10;
/// An account number that is well formed.
pub(crate) const IBAN: &str = "KW81CBKU0000000000001234560101";

/// A tenant that was made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seeded {
    pub(crate) id: TenantId,
}

/// The deployment's key in tests.
pub(crate) fn master() -> MasterKey {
    MasterKey::new(&[7; 32]).unwrap()
}

/// Makes a tenant: `general` (an open fund), `well` (a project near its target, whose excess goes to `general`), `school` (a far
/// target), `dates` (a product with a stock), `bread` (a product with plenty), `paused` and `draft`; and its people.
pub(crate) async fn tenant(db: &Db, slug: &str, prefix: &str) -> Seeded {
    tenant_with(db, slug, prefix, &master(), slug).await
}

/// The same, under another key, with the people of the demo tenant `people`.
pub(crate) async fn tenant_with(
    db: &Db,
    slug: &str,
    prefix: &str,
    master: &MasterKey,
    people: &str,
) -> Seeded {
    let id = TenantId::new();
    let mut tx = db.tenant(TenantCtx::vouch(id)).await.unwrap();
    tenants::create(&mut tx, &described(id, slug, prefix), master)
        .await
        .unwrap();
    for (position, item) in catalog().into_iter().enumerate() {
        let stock = match item.slug.as_str() {
            "dates" => Some(STOCK),
            "bread" => Some(1_000_000),
            _ => None,
        };
        let position = i32::try_from(position).unwrap();
        items::create(&mut tx, &Item { position, ..item }, stock)
            .await
            .unwrap();
    }
    for (who, role) in [
        ("admin", Role::TenantAdmin),
        ("staff", Role::Staff),
        ("nomfa", Role::Staff),
    ] {
        let email = format!("{who}@{people}.example");
        users::invite(&mut tx, UserId::new(), &email, who, role)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    Seeded { id }
}

fn described(id: TenantId, slug: &str, prefix: &str) -> Tenant {
    Tenant {
        id,
        slug: slug.into(),
        name: Bilingual::new("جمعية العون", "Aid Society"),
        tagline: Bilingual::new("معًا", "Together"),
        kind: TenantKind::Charity,
        status: TenantStatus::Active,
        branding: Branding {
            primary: "#0F6B4F".parse().unwrap(),
            accent: "#8A4B1F".parse().unwrap(),
        },
        logo: None,
        settings: Settings {
            bank: Some(BankDetails {
                beneficiary: Bilingual::new("جمعية العون", "Aid Society"),
                bank: Bilingual::new("بنك", "Bank"),
                iban: IBAN.parse().unwrap(),
            }),
            payment_methods: vec![PaymentMethod::Transfer],
            ..Settings::default()
        },
        currency: Currency::Kwd,
        timezone: "Asia/Kuwait".into(),
        default_lang: Lang::Ar,
        prefix: prefix.parse().unwrap(),
        licence: None,
        phone: None,
        version: 0,
    }
}

fn catalog() -> Vec<Item> {
    let general = item("general", ItemKind::Fund);
    let well = Item {
        target: Some(Fils::new(WELL)),
        overfunding: Overfunding::Overflow("general".into()),
        ..item("well", ItemKind::Project)
    };
    let school = Item {
        target: Some(Fils::new(50_000_000)),
        ..item("school", ItemKind::Project)
    };
    let dates = Item {
        price: Some(Fils::new(DATES)),
        ..item("dates", ItemKind::Product)
    };
    let bread = Item {
        price: Some(Fils::new(500)),
        ..item("bread", ItemKind::Product)
    };
    let paused = Item {
        status: ItemStatus::Paused,
        ..item("paused", ItemKind::Fund)
    };
    let draft = Item {
        status: ItemStatus::Draft,
        ..item("draft", ItemKind::Fund)
    };
    vec![general, well, school, dates, bread, paused, draft]
}

fn item(slug: &str, kind: ItemKind) -> Item {
    Item {
        id: ItemId::new(),
        slug: slug.into(),
        kind,
        status: ItemStatus::Active,
        title: Bilingual::new("عنوان", format!("The {slug}")),
        summary: Bilingual::default(),
        story: Bilingual::default(),
        price: None,
        target: None,
        unit: None,
        suggested: Vec::new(),
        min: None,
        max: None,
        zakat_eligible: false,
        overfunding: Overfunding::Continue,
        licence: None,
        tags: Vec::new(),
        position: 0,
        revision: 1,
    }
}

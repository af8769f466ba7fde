//! A tenant with items of every kind, and requests that it takes.

use serde_json::{Value, json};

use super::super::parse::{OrderContext, OrderRejection, parse_order};
use super::super::*;
use crate::catalog::{Item, ItemKind, ItemStatus, ItemTotals, Overfunding};
use crate::error::Code;
use crate::ids::TenantId;
use crate::money::Currency;
use crate::phone::PhonePolicy;
use crate::reference::ReferencePrefix;
use crate::tenant::{BankDetails, Branding, Settings, Tenant, TenantKind, TenantStatus};

pub(super) fn tenant(kind: TenantKind) -> Tenant {
    let bank = BankDetails {
        beneficiary: Bilingual::new("جمعية النخلة", "Nakhla"),
        bank: Bilingual::new("بنك", "Bank"),
        iban: "KW45DEMO0000000000001000010101".parse().unwrap(),
    };
    Tenant {
        id: TenantId::new(),
        slug: "nakhla".into(),
        name: Bilingual::new("النخلة", "Nakhla"),
        tagline: Bilingual::default(),
        kind,
        status: TenantStatus::Active,
        branding: Branding {
            primary: "#0F6B4F".parse().unwrap(),
            accent: "#8A4B1F".parse().unwrap(),
        },
        logo: None,
        settings: Settings {
            bank: Some(bank),
            payment_methods: vec![PaymentMethod::Transfer, PaymentMethod::CashOnDelivery],
            ..Settings::default()
        },
        currency: Currency::Kwd,
        timezone: "Asia/Kuwait".into(),
        default_lang: Lang::Ar,
        prefix: ReferencePrefix::parse("NKH").unwrap(),
        licence: None,
        phone: None,
        version: 1,
    }
}

pub(super) fn item(slug: &str, kind: ItemKind, price: Option<i64>) -> Item {
    Item {
        id: ItemId::new(),
        slug: slug.into(),
        kind,
        status: ItemStatus::Active,
        title: Bilingual::new("عنوان", "Title"),
        summary: Bilingual::default(),
        story: Bilingual::default(),
        price: price.map(Fils::new),
        target: Some(Fils::new(1_850_000)),
        unit: None,
        suggested: vec![],
        min: Some(Fils::new(1_000)),
        max: Some(Fils::new(500_000)),
        zakat_eligible: false,
        overfunding: Overfunding::Close,
        licence: None,
        tags: vec![],
        position: 0,
        revision: 1,
    }
}

/// A tenant with items of every kind.
pub(super) struct Fixture {
    pub(super) tenant: Tenant,
    pub(super) items: Vec<(Item, ItemTotals)>,
}

impl Fixture {
    pub(super) fn new(kind: TenantKind) -> Self {
        let stock = ItemTotals {
            stock: Some(5),
            reserved: 2,
            ..ItemTotals::default()
        };
        let with = |slug: &str, status| Item {
            status,
            ..item(slug, ItemKind::Project, None)
        };
        let open = ItemTotals::default();
        Self {
            tenant: tenant(kind),
            items: vec![
                (item("well", ItemKind::Project, None), open),
                (item("basket", ItemKind::Project, Some(20_000)), open),
                (item("orphan", ItemKind::Sponsorship, Some(15_000)), stock),
                (item("zakat", ItemKind::Zakat, None), open),
                (item("d1", ItemKind::Product, Some(3_750)), stock),
                (item("unpriced", ItemKind::Product, None), stock),
                (
                    Item {
                        min: None,
                        max: None,
                        ..item("general", ItemKind::Fund, None)
                    },
                    open,
                ),
                (with("done", ItemStatus::Completed), open),
                (with("draft", ItemStatus::Draft), open),
                (with("archived", ItemStatus::Archived), open),
                (with("full", ItemStatus::Funded), open),
                (
                    Item {
                        overfunding: Overfunding::Continue,
                        ..with("more", ItemStatus::Funded)
                    },
                    open,
                ),
            ],
        }
    }

    pub(super) fn parse(&self, body: Value) -> Result<ParsedOrder, OrderRejection> {
        let new: NewOrder = serde_json::from_value(body).unwrap();
        self.parse_new(new)
    }

    pub(super) fn parse_new(&self, new: NewOrder) -> Result<ParsedOrder, OrderRejection> {
        let find = |key: &str| {
            self.items
                .iter()
                .find(|(i, _)| i.slug == key || i.id.to_string() == key)
                .map(|(i, t)| (i, t))
        };
        let phones = PhonePolicy { allow_demo: true };
        parse_order(
            new,
            &OrderContext {
                tenant: &self.tenant,
                find: &find,
                today: "2026-11-20".parse().unwrap(),
                phones,
            },
        )
    }

    /// `field code` of every error.
    pub(super) fn errors(&self, body: Value) -> Vec<String> {
        match self.parse(body) {
            Err(OrderRejection::Invalid(errors)) => errors
                .into_iter()
                .map(|e| format!("{} {}", e.field, e.code))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn closed(&self, body: Value) -> (Code, Option<String>) {
        match self.parse(body) {
            Err(OrderRejection::Closed { code, field }) => (code, field),
            other => panic!("{other:?}"),
        }
    }
}

pub(super) fn gift(items: Value) -> Value {
    json!({
        "kind": "donation", "items": items,
        "donor": {"name": "فاطمة العلي", "phone": "+96530000001", "email": null, "anonymous": false, "hide_amount": false},
        "payment_method": "transfer", "lang": "ar", "note": null, "gift": null,
        "utm": {"source": "instagram", "medium": "social", "campaign": "ramadan_1447"}
    })
}

pub(super) fn one(item: &str, amount: Value) -> Value {
    gift(json!([{"item": item, "amount": amount}]))
}

pub(super) fn pieces(item: &str, quantity: Value) -> Value {
    gift(json!([{"item": item, "quantity": quantity}]))
}

pub(super) fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap()
        .insert(key.into(), value);
    body
}

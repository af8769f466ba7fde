//! Rows as the product would write them.

use sadu_db::idempotency::IdempotencyKey;
use sadu_db::orders::{OrderRow, SealedDonor, Touch};
use sadu_db::{Actor, AuditEntry};
use sadu_domain::catalog::{Item, ItemKind, ItemStatus, Overfunding};
use sadu_domain::ids::{DonorId, ItemId, OrderId, TenantId};
use sadu_domain::lang::{Bilingual, Lang};
use sadu_domain::money::{Currency, Fils};
use sadu_domain::order::{OrderKind, OrderLine, OrderStatus, PaymentMethod};
use sadu_domain::tenant::{Branding, Settings, Tenant, TenantKind, TenantStatus};

use super::Seeded;

/// What every order of these tests gives to the fund, in fils.
pub const GIFT: i64 = 5_000;

pub fn tenant(id: TenantId, slug: &str, prefix: &str) -> Tenant {
    Tenant {
        id,
        slug: slug.into(),
        name: Bilingual::new("جمعية", "Society"),
        tagline: Bilingual::default(),
        kind: TenantKind::Charity,
        status: TenantStatus::Active,
        branding: Branding {
            primary: "#0F6B4F".parse().unwrap(),
            accent: "#C8963E".parse().unwrap(),
        },
        logo: None,
        settings: Settings::default(),
        currency: Currency::Kwd,
        timezone: "Asia/Kuwait".into(),
        default_lang: Lang::Ar,
        prefix: prefix.parse().unwrap(),
        licence: None,
        phone: None,
        version: 0,
    }
}

pub fn item(id: ItemId, slug: &str, price: Option<i64>) -> Item {
    Item {
        id,
        slug: slug.into(),
        kind: if price.is_some() {
            ItemKind::Product
        } else {
            ItemKind::Project
        },
        status: ItemStatus::Active,
        title: Bilingual::new("ماء", "Water"),
        summary: Bilingual::default(),
        story: Bilingual::default(),
        price: price.map(Fils::new),
        target: price.is_none().then(|| Fils::new(1_000_000)),
        unit: None,
        suggested: vec![Fils::new(5_000)],
        min: None,
        max: None,
        zakat_eligible: false,
        overfunding: Overfunding::Continue,
        licence: None,
        tags: vec!["tag".into()],
        position: 0,
        revision: 1,
    }
}

pub fn key(key: &str) -> IdempotencyKey {
    IdempotencyKey {
        actor: "guest".into(),
        route: "POST /orders",
        key: key.into(),
        body_hash: sadu_db::seal::sha256(key.as_bytes()),
    }
}

/// A gift of [`GIFT`] to the tenant's fund, under this key.
pub fn order(of: &Seeded, with_key: &str) -> OrderRow {
    let id = OrderId::new();
    let line = OrderLine {
        item_id: of.fund,
        slug: "water".into(),
        title: Bilingual::new("ماء", "Water"),
        quantity: None,
        unit_price: None,
        amount: Fils::new(GIFT),
    };
    OrderRow {
        id,
        kind: OrderKind::Donation,
        status: OrderStatus::AwaitingTransfer,
        reference: format!("REF-{}", id.as_uuid().simple()),
        lines: serde_json::to_string(&[line]).unwrap(),
        total: Fils::new(GIFT),
        donor: SealedDonor {
            id: DonorId::new(),
            name: vec![1; 40],
            phone: vec![2; 40],
            email: None,
            phone_hmac: [9; 32],
        },
        anonymous: false,
        hide_amount: false,
        method: PaymentMethod::Transfer,
        lang: Lang::Ar,
        note: Some(of.marker.clone()),
        gift: None,
        attribution: None,
        expires_at: None,
        created_at: chrono::Utc::now(),
        key: key(with_key),
        response: format!("{{\"order\":\"{id}\"}}"),
        event: format!("{{\"of\":\"{}\"}}", of.marker),
        touches: vec![Touch {
            item: of.fund,
            awaiting_transfer: GIFT,
            pieces: 0,
        }],
    }
}

/// The same order, for pieces of the product.
pub fn pieces(of: &Seeded, with_key: &str, pieces: i64) -> OrderRow {
    let mut row = order(of, with_key);
    row.touches = vec![Touch {
        item: of.product,
        awaiting_transfer: 0,
        pieces,
    }];
    row
}

pub fn audit(of: &str) -> AuditEntry {
    AuditEntry {
        actor: Actor {
            id: "u-1".into(),
            role: "staff".into(),
            via: None,
            ip: Some("192.0.2.7".parse().unwrap()),
            user_agent: Some("test".into()),
            request_id: None,
        },
        action: "order.confirm_transfer",
        object_type: "order",
        object_id: Some(of.into()),
        diff: serde_json::json!({ "before": null, "after": { "amount": 1.50 } }),
    }
}

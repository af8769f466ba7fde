//! One order of the demo, from a [`Promise`] to the row that the product's own batch writes.

use chrono::{DateTime, TimeDelta, Utc};
use sadu_db::idempotency::IdempotencyKey;
use sadu_db::orders::{OrderRow, SealedDonor, Touch};
use sadu_db::seal::{TenantKeys, sha256};
use sadu_domain::catalog::{Item, ItemKind};
use sadu_domain::event::{PlacedOrder, order_placed_data};
use sadu_domain::ids::{DonorId, OrderId};
use sadu_domain::money::Fils;
use sadu_domain::order::{Attribution, GiftCard, OrderKind, OrderLine, OrderStatus, PaymentMethod};
use sadu_domain::reference::Reference;
use sadu_domain::tenant::{Tenant, TenantKind};
use uuid::{NoContext, Timestamp, Uuid};

use super::dice::Dice;
use super::people::{self, Person};
use super::plan::{End, Measure, Promise};
use super::{DemoError, clock};

/// An order on its way through its life.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) id: OrderId,
    pub(super) reference: Reference,
    pub(super) kind: OrderKind,
    pub(super) status: OrderStatus,
    pub(super) lines: Vec<OrderLine>,
    pub(super) total: Fils,
    pub(super) paid: Fils,
    pub(super) method: PaymentMethod,
    pub(super) placed_at: DateTime<Utc>,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) promise: Promise,
    person: Person,
    anonymous: bool,
    hide_amount: bool,
    source: Attribution,
}

impl Draft {
    /// The order of a promise; `number` is the tenant's next for references.
    pub(super) fn new(
        promise: Promise,
        tenant: &Tenant,
        items: &[Item],
        reference: Reference,
        now: DateTime<Utc>,
        dice: &mut Dice,
    ) -> Result<Self, DemoError> {
        let lines = lines(&promise, items)?;
        let total = Fils::checked_sum(lines.iter().map(|line| line.amount))
            .ok_or(DemoError::Text("sum"))?;
        let placed_at = clock::moment(now, promise.days, dice);
        let waits = kind(tenant, &promise) != OrderKind::Pledge
            && promise.method == PaymentMethod::Transfer;
        let lapse = TimeDelta::days(i64::from(tenant.settings.transfer_days()));
        Ok(Self {
            id: OrderId::from_uuid(id_at(placed_at)),
            reference,
            kind: kind(tenant, &promise),
            status: if waits {
                OrderStatus::AwaitingTransfer
            } else {
                OrderStatus::Pending
            },
            lines,
            total,
            paid: Fils::ZERO,
            method: promise.method,
            placed_at,
            expires_at: waits.then(|| placed_at + lapse),
            person: people::person(dice, promise.firm)?,
            anonymous: tenant.kind == TenantKind::Charity && dice.chance(40),
            hide_amount: tenant.kind == TenantKind::Charity && dice.chance(10),
            source: people::source(dice),
            promise,
        })
    }

    /// Pieces or places that a line holds.
    pub(super) fn pieces(&self, line: &OrderLine, items: &[Item]) -> i64 {
        let counted = items
            .iter()
            .find(|item| item.id == line.item_id)
            .is_some_and(|item| counts(item.kind));
        if counted {
            line.quantity.unwrap_or(0)
        } else {
            0
        }
    }

    /// The row that places it.
    pub(super) fn row(&self, items: &[Item], keys: &TenantKeys) -> Result<OrderRow, DemoError> {
        let donor = DonorId::from_uuid(id_at(self.placed_at));
        let seal = |column, value: &str| keys.seal(column, donor.as_uuid(), value);
        let phone = self.person.phone.as_e164();
        let awaits = self.status == OrderStatus::AwaitingTransfer;
        let event = order_placed_data(PlacedOrder {
            reference: self.reference,
            kind: self.kind,
            status: self.status,
            total: self.total,
            lines: &self.lines,
            method: self.method,
            lang: self.person.lang,
            source: self.source.source.as_deref(),
        });
        let card = self.promise.card.map(|(to, words)| GiftCard {
            to: Some(to.to_owned()),
            message: Some(words.to_owned()),
        });
        Ok(OrderRow {
            id: self.id,
            kind: self.kind,
            status: self.status,
            reference: self.reference.to_string(),
            lines: json(&self.lines)?,
            total: self.total,
            donor: SealedDonor {
                id: donor,
                name: seal("donors.name", &self.person.name)?,
                phone: seal("donors.phone", phone)?,
                email: self
                    .person
                    .email
                    .as_deref()
                    .map(|email| seal("donors.email", email))
                    .transpose()?,
                phone_hmac: keys.lookup(phone),
            },
            anonymous: self.anonymous,
            hide_amount: self.hide_amount,
            method: self.method,
            lang: self.person.lang,
            note: self.promise.note.map(str::to_owned),
            gift: card.as_ref().map(json).transpose()?,
            attribution: (self.source != Attribution::default())
                .then(|| json(&self.source))
                .transpose()?,
            expires_at: self.expires_at,
            created_at: self.placed_at,
            key: IdempotencyKey {
                actor: "guest".to_owned(),
                route: crate::api::orders::PLACE,
                key: format!("demo-{}", self.id),
                body_hash: sha256(self.id.as_uuid().as_bytes()),
            },
            response: json(&serde_json::json!({ "id": self.id, "reference": self.reference }))?,
            event: json(&event)?,
            touches: self
                .lines
                .iter()
                .map(|line| Touch {
                    item: line.item_id,
                    awaiting_transfer: if awaits { line.amount.get() } else { 0 },
                    pieces: self.pieces(line, items),
                })
                .collect(),
        })
    }
}

/// Goods have a stock, sponsorships have places.
pub(super) const fn counts(kind: ItemKind) -> bool {
    matches!(kind, ItemKind::Product | ItemKind::Sponsorship)
}

/// What an order of this promise is.
pub(super) fn kind(tenant: &Tenant, promise: &Promise) -> OrderKind {
    match (tenant.kind, promise.end) {
        (TenantKind::Shop, _) => OrderKind::Order,
        (TenantKind::Charity, End::Pledged) => OrderKind::Pledge,
        (TenantKind::Charity, _) => OrderKind::Donation,
    }
}

fn lines(promise: &Promise, items: &[Item]) -> Result<Vec<OrderLine>, DemoError> {
    promise
        .lines
        .iter()
        .map(|(slug, measure)| {
            let item = items
                .iter()
                .find(|item| item.slug == *slug)
                .ok_or(DemoError::Text("slug"))?;
            let (quantity, unit_price, amount) = match measure {
                Measure::Sum(sum) => (None, None, Some(Fils::new(*sum))),
                Measure::Pieces(n) => (
                    Some(*n),
                    item.price,
                    item.price.and_then(|price| price.checked_mul(*n)),
                ),
            };
            Ok(OrderLine {
                item_id: item.id,
                slug: item.slug.clone(),
                title: item.title.clone(),
                quantity,
                unit_price,
                amount: amount.ok_or(DemoError::Text("price"))?,
            })
        })
        .collect()
}

fn json(value: &impl serde::Serialize) -> Result<String, DemoError> {
    serde_json::to_string(value).map_err(|_| DemoError::Text("json"))
}

/// A UUIDv7 of that moment: lists sort by it.
fn id_at(at: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(
        NoContext,
        seconds,
        at.timestamp_subsec_nanos(),
    ))
}

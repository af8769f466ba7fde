//! Placing an order, from a parsed request to the committed answer.
//!
//! Everything that costs CPU (sealing, JSON, the reference) is done here, on the caller's thread; the repository only batches
//! rows. Transfer is our own method: its instructions are in the answer.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use sadu_db::idempotency::IdempotencyKey;
use sadu_db::orders::{OrderRow, SealedDonor, Touch};
use sadu_domain::error::Code;
use sadu_domain::event::{PlacedOrder, order_placed_data};
use sadu_domain::ids::{DonorId, OrderId};
use sadu_domain::money::Fils;
use sadu_domain::order::{OrderKind, OrderStatus, ParsedOrder, PaymentMethod};
use sadu_domain::reference::Reference;

use crate::error::{Error, Result};
use crate::tenant::TenantHandle;

/// An order about to be written, as the answer shows it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its id.
    pub id: OrderId,
    /// Its reference.
    pub reference: Reference,
    /// What is promised.
    pub kind: OrderKind,
    /// Where it begins.
    pub status: OrderStatus,
    /// Σ of its lines.
    pub total: Fils,
    /// How it will be paid.
    pub method: PaymentMethod,
    /// When the promise lapses.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was placed.
    pub created_at: DateTime<Utc>,
    /// Opens its page without further proof.
    pub track_token: String,
}

/// The committed answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// HTTP status of the first answer.
    pub status: u16,
    /// JSON, as `render` made it, now or the first time.
    pub body: String,
    /// Whether this is a first answer given again.
    pub replayed: bool,
}

/// Places an order; answers after COMMIT. `render` makes the answer that is remembered under the key.
///
/// # Errors
/// `Conflict(item.out_of_stock)`, `Refused(idempotency.key_reused)`, `Conflict(idempotency.in_progress)`, `Busy`.
pub async fn place_order(
    tenant: &TenantHandle,
    order: ParsedOrder,
    key: IdempotencyKey,
    render: impl FnOnce(&Draft) -> String,
) -> Result<Placed> {
    let permit = tenant.permit()?;
    // What the answer says is what is stored and shown later.
    let now = Utc::now().trunc_subsecs(3);
    let id = OrderId::new();
    let settings = &tenant.snapshot().tenant;
    let number = tenant.next_reference_number().await?;
    let reference = Reference::mint(settings.prefix, order.kind.reference_kind(), number, tenant.reference_key()).map_err(|_| {
        tracing::error!(tenant.id = %tenant.id(), number, "the tenant has no reference numbers left");
        Error::Internal
    })?;
    let (status, expires_at) = match order.method {
        PaymentMethod::Transfer => (
            OrderStatus::AwaitingTransfer,
            Some(now + TimeDelta::days(i64::from(settings.settings.transfer_days()))),
        ),
        _ => (OrderStatus::Pending, None),
    };
    let draft = Draft {
        id,
        reference,
        kind: order.kind,
        status,
        total: order.total,
        method: order.method,
        expires_at,
        created_at: now,
        track_token: track_token(tenant, id),
    };
    let response = render(&draft);
    let row = row(tenant, order, &draft, key, response)?;
    let outcome = tenant.enqueue_order(row, permit).await?;
    Ok(Placed {
        status: outcome.status,
        body: outcome.response,
        replayed: outcome.replayed,
    })
}

fn row(
    tenant: &TenantHandle,
    order: ParsedOrder,
    draft: &Draft,
    key: IdempotencyKey,
    response: String,
) -> Result<OrderRow> {
    let donor_id = DonorId::new();
    let keys = tenant.keys();
    let seal = |column: &'static str, value: &str| {
        keys.seal(column, donor_id.as_uuid(), value)
            .map_err(Error::from)
    };
    let phone = order.donor.phone.expose().as_e164();
    let donor = SealedDonor {
        id: donor_id,
        name: seal("donors.name", order.donor.name.expose())?,
        phone: seal("donors.phone", phone)?,
        email: order
            .donor
            .email
            .as_ref()
            .map(|e| seal("donors.email", e.expose()))
            .transpose()?,
        phone_hmac: keys.lookup(phone),
    };
    let event = order_placed_data(PlacedOrder {
        reference: draft.reference,
        kind: draft.kind,
        status: draft.status,
        total: draft.total,
        lines: &order.lines,
        method: order.method,
        lang: order.lang,
        source: order.utm.source.as_deref(),
    });
    let awaits = draft.status == OrderStatus::AwaitingTransfer;
    let touches = order
        .lines
        .iter()
        .map(|line| Touch {
            item: line.item_id,
            awaiting_transfer: if awaits { line.amount.get() } else { 0 },
            // Goods, and places of a sponsorship; where there is no stock the hold has nothing to bound it.
            pieces: line.quantity.unwrap_or(0),
        })
        .collect();
    let json = |value: serde_json::Result<String>| value.map_err(|_| Error::Internal);
    Ok(OrderRow {
        id: draft.id,
        kind: draft.kind,
        status: draft.status,
        reference: draft.reference.to_string(),
        lines: json(serde_json::to_string(&order.lines))?,
        total: draft.total,
        donor,
        anonymous: order.donor.anonymous,
        hide_amount: order.donor.hide_amount,
        method: order.method,
        lang: order.lang,
        note: order.note.map(|n| n.into_exposed()),
        gift: order
            .gift
            .map(|g| json(serde_json::to_string(g.expose())))
            .transpose()?,
        attribution: if order.utm == Default::default() {
            None
        } else {
            Some(json(serde_json::to_string(&order.utm))?)
        },
        expires_at: draft.expires_at,
        created_at: draft.created_at,
        key,
        response,
        event: json(serde_json::to_string(&event))?,
        touches,
    })
}

/// What opens an order's page without further proof: a code only this tenant's key can make for this order.
#[must_use]
pub fn track_token(tenant: &TenantHandle, order: OrderId) -> String {
    let code = tenant.keys().sign(&format!("track:{order}"));
    code.iter().take(16).map(|b| format!("{b:02x}")).collect()
}

/// Whether `token` opens this order's page; takes the same time however wrong it is.
#[must_use]
pub fn opens(tenant: &TenantHandle, order: OrderId, token: &str) -> bool {
    let expected = track_token(tenant, order);
    expected.len() == token.len()
        && expected
            .bytes()
            .zip(token.bytes())
            .fold(0_u8, |differs, (a, b)| differs | (a ^ b))
            == 0
}

/// Whether new promises are taken at all.
///
/// # Errors
/// `Conflict(tenant.collection_suspended)`.
pub fn collecting(tenant: &TenantHandle) -> Result<()> {
    let tenant = &tenant.snapshot().tenant;
    if tenant.takes_money_on(tenant.day(Utc::now())) {
        Ok(())
    } else {
        Err(Error::Conflict(Code::TenantCollectionSuspended))
    }
}

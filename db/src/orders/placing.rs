//! The batched placing: one statement writes up to 256 orders.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sadu_domain::catalog::ItemTotals;
use sadu_domain::ids::{ItemId, OrderId};
use sadu_domain::lang::Lang;
use sadu_domain::money::Fils;
use sadu_domain::order::{OrderKind, OrderStatus, PaymentMethod};
use sqlx::Row;
use sqlx::types::Json;
use uuid::Uuid;

use super::SealedDonor;
use crate::error::DbError;
use crate::idempotency::IdempotencyKey;
use crate::tx::TenantTx;

/// What a line does to the totals of its item.
#[derive(Debug, Clone, Copy)]
pub struct Touch {
    /// The item.
    pub item: ItemId,
    /// Fils promised by transfer.
    pub awaiting_transfer: i64,
    /// Pieces held.
    pub pieces: i64,
}

/// One order, ready to be written.
#[derive(Debug, Clone)]
pub struct OrderRow {
    /// Its id, and its op id.
    pub id: OrderId,
    /// What is promised.
    pub kind: OrderKind,
    /// Where it begins.
    pub status: OrderStatus,
    /// Its reference, as shown.
    pub reference: String,
    /// Its lines as JSON.
    pub lines: String,
    /// Σ of its lines.
    pub total: Fils,
    /// Who.
    pub donor: SealedDonor,
    /// Name hidden from the public.
    pub anonymous: bool,
    /// Amount hidden from the public.
    pub hide_amount: bool,
    /// How it will be paid.
    pub method: PaymentMethod,
    /// Language of the checkout.
    pub lang: Lang,
    /// A note to staff.
    pub note: Option<String>,
    /// Gift details as JSON.
    pub gift: Option<String>,
    /// Where the visitor came from, as JSON.
    pub attribution: Option<String>,
    /// When the promise lapses.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was placed, as its answer says.
    pub created_at: DateTime<Utc>,
    /// The caller's key.
    pub key: IdempotencyKey,
    /// The answer to remember under it.
    pub response: String,
    /// `data` of its `order.placed` event, as JSON.
    pub event: String,
    /// What it does to totals.
    pub touches: Vec<Touch>,
}

/// What a batch did.
#[derive(Debug)]
pub struct Placed {
    /// The tenant's seq before the first new event; new orders are numbered after it in the order given.
    pub base: i64,
    /// Which were new; the others' keys already stood.
    pub fresh: HashSet<Uuid>,
    /// Totals that moved, as they now stand.
    pub totals: Vec<(ItemId, ItemTotals)>,
}

const PLACE: &str = "select base, fresh, totals from app.place_orders($1, $2, $3, $4, $5, $6, $7::text[]::jsonb[], $8, $9, $10, $11, $12, \
     $13, $14, $15, $16, $17, $18, $19::text[]::jsonb[], $20::text[]::jsonb[], $21, $22, $23, $24, $25, $26, $27, $28::text[]::jsonb[], \
     $29, $30, $31, $32)";

type TotalsTuple = (Uuid, i64, i64, i64, i64, i64, Option<i64>, i64, i64);

/// Writes up to 256 orders of one tenant. Two rows with one key must not be in the same batch: the caller folds them.
///
/// # Errors
/// `Constraint` when one row is at fault (`item_totals_stock`: not enough pieces left); nothing of the batch is kept then.
pub async fn place(
    tx: &mut TenantTx,
    at: DateTime<Utc>,
    rows: &[OrderRow],
) -> Result<Placed, DbError> {
    fn column<'a, T>(rows: &'a [OrderRow], f: impl Fn(&'a OrderRow) -> T) -> Vec<T> {
        rows.iter().map(f).collect()
    }
    let mut l_order = Vec::with_capacity(rows.len());
    let mut l_item = Vec::with_capacity(rows.len());
    let mut l_awaiting = Vec::with_capacity(rows.len());
    let mut l_pieces = Vec::with_capacity(rows.len());
    for row in rows {
        for touch in &row.touches {
            l_order.push(row.id.as_uuid());
            l_item.push(touch.item.as_uuid());
            l_awaiting.push(touch.awaiting_transfer);
            l_pieces.push(touch.pieces);
        }
    }
    let out = sqlx::query(PLACE)
        .bind(tx.tenant().as_uuid())
        .bind(at)
        .bind(column(rows, |r| r.id.as_uuid()))
        .bind(column(rows, |r| r.kind.as_str()))
        .bind(column(rows, |r| r.status.as_str()))
        .bind(column(rows, |r| r.reference.as_str()))
        .bind(column(rows, |r| r.lines.as_str()))
        .bind(column(rows, |r| r.total.get()))
        .bind(column(rows, |r| r.donor.id.as_uuid()))
        .bind(column(rows, |r| r.donor.name.as_slice()))
        .bind(column(rows, |r| r.donor.phone.as_slice()))
        .bind(column(rows, |r| r.donor.email.as_deref()))
        .bind(column(rows, |r| &r.donor.phone_hmac[..]))
        .bind(column(rows, |r| r.anonymous))
        .bind(column(rows, |r| r.hide_amount))
        .bind(column(rows, |r| r.method.as_str()))
        .bind(column(rows, |r| r.lang.as_str()))
        .bind(column(rows, |r| r.note.as_deref()))
        .bind(column(rows, |r| r.gift.as_deref()))
        .bind(column(rows, |r| r.attribution.as_deref()))
        .bind(column(rows, |r| r.expires_at))
        .bind(column(rows, |r| r.created_at))
        .bind(column(rows, |r| r.key.actor.as_str()))
        .bind(column(rows, |r| r.key.route))
        .bind(column(rows, |r| r.key.key.as_str()))
        .bind(column(rows, |r| &r.key.body_hash[..]))
        .bind(column(rows, |r| r.response.as_str()))
        .bind(column(rows, |r| r.event.as_str()))
        .bind(l_order)
        .bind(l_item)
        .bind(l_awaiting)
        .bind(l_pieces)
        .fetch_one(tx.conn()?)
        .await?;
    let totals: Option<Json<Vec<TotalsTuple>>> = out.try_get("totals")?;
    let fresh: Option<Vec<Uuid>> = out.try_get("fresh")?;
    Ok(Placed {
        base: out.try_get("base")?,
        fresh: fresh.unwrap_or_default().into_iter().collect(),
        totals: totals
            .map(|t| t.0)
            .unwrap_or_default()
            .into_iter()
            .map(totals_tuple)
            .collect(),
    })
}

fn totals_tuple(t: TotalsTuple) -> (ItemId, ItemTotals) {
    let (item, raised, in_flight, awaiting, pledged, donors, stock, reserved, version) = t;
    let totals = ItemTotals {
        raised: Fils::new(raised),
        in_flight: Fils::new(in_flight),
        awaiting_transfer: Fils::new(awaiting),
        pledged: Fils::new(pledged),
        donors,
        stock,
        reserved,
        version,
    };
    (ItemId::from_uuid(item), totals)
}

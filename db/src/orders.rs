//! Orders: the batched placing, and reading them back.

mod by_phone;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sadu_domain::catalog::ItemTotals;
use sadu_domain::ids::{DonorId, ItemId, OrderId};
use sadu_domain::lang::Lang;
use sadu_domain::money::Fils;
use sadu_domain::order::{OrderKind, OrderLine, OrderStatus, PaymentMethod};
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use crate::error::DbError;
use crate::idempotency::IdempotencyKey;
use crate::tenants::parse;
use crate::tx::TenantTx;

pub use self::by_phone::find_by_phone;

/// A person's columns, sealed; see [`crate::seal`].
#[derive(Debug, Clone)]
pub struct SealedDonor {
    /// Row id; the seals are bound to it.
    pub id: DonorId,
    /// Name.
    pub name: Vec<u8>,
    /// Phone as E.164.
    pub phone: Vec<u8>,
    /// E-mail, where given.
    pub email: Option<Vec<u8>>,
    /// Look-up code of the phone.
    pub phone_hmac: [u8; 32],
}

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

/// An order as stored. Holds nobody's name.
#[derive(Debug, Clone)]
pub struct OrderRecord {
    /// Its id.
    pub id: OrderId,
    /// What was promised.
    pub kind: OrderKind,
    /// Where it stands.
    pub status: OrderStatus,
    /// Its reference, as shown.
    pub reference: String,
    /// Its lines.
    pub lines: Vec<OrderLine>,
    /// Σ of its lines.
    pub total: Fils,
    /// Money that arrived for it so far.
    pub paid: Fils,
    /// Who, apart.
    pub donor: DonorId,
    /// How it is to be paid.
    pub method: PaymentMethod,
    /// Language of the checkout.
    pub lang: Lang,
    /// Name hidden from the public.
    pub anonymous: bool,
    /// The donor's note.
    pub note: Option<String>,
    /// When the promise lapses.
    pub expires_at: Option<DateTime<Utc>>,
    /// Event number of its last change.
    pub version: i64,
    /// When it was placed.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct Stored {
    tenant_id: Uuid,
    id: Uuid,
    kind: String,
    status: String,
    reference: String,
    items: Json<Vec<OrderLine>>,
    total: i64,
    paid: i64,
    donor_id: Uuid,
    payment_method: String,
    lang: String,
    anonymous: bool,
    note: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

const COLUMNS: &str = "o.tenant_id, o.id, o.kind, o.status, o.reference, o.items, o.total, o.donor_id, o.payment_method, o.lang, o.anonymous, \
     o.note, o.expires_at, o.version, o.created_at, o.updated_at, \
     coalesce((select sum(p.amount) from app.payments p where p.tenant_id = o.tenant_id and p.order_id = o.id), 0)::bigint as paid";

fn record(tenant: Uuid, row: Stored) -> Result<OrderRecord, DbError> {
    if row.tenant_id != tenant {
        return Err(DbError::ForeignRow);
    }
    Ok(OrderRecord {
        id: OrderId::from_uuid(row.id),
        kind: parse(&row.kind, "order kind")?,
        status: parse(&row.status, "order status")?,
        reference: row.reference,
        lines: row.items.0,
        total: Fils::new(row.total),
        paid: Fils::new(row.paid),
        donor: DonorId::from_uuid(row.donor_id),
        method: parse(&row.payment_method, "payment method")?,
        lang: parse(&row.lang, "language")?,
        anonymous: row.anonymous,
        note: row.note,
        expires_at: row.expires_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// The order with this id.
///
/// # Errors
/// `NotFound`.
pub async fn get(tx: &mut TenantTx, id: OrderId) -> Result<OrderRecord, DbError> {
    let tenant = tx.tenant().as_uuid();
    let sql = format!("select {COLUMNS} from app.orders o where o.tenant_id = $1 and o.id = $2");
    let row: Stored = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(tenant)
        .bind(id.as_uuid())
        .fetch_one(tx.conn()?)
        .await?;
    record(tenant, row)
}

/// The order with this reference, as shown.
///
/// # Errors
/// The database's.
pub async fn find_by_reference(
    tx: &mut TenantTx,
    reference: &str,
) -> Result<Option<OrderRecord>, DbError> {
    let tenant = tx.tenant().as_uuid();
    let sql =
        format!("select {COLUMNS} from app.orders o where o.tenant_id = $1 and o.reference = $2");
    let row: Option<Stored> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(tenant)
        .bind(reference)
        .fetch_optional(tx.conn()?)
        .await?;
    row.map(|r| record(tenant, r)).transpose()
}

/// Which orders a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderView {
    /// All of them.
    All,
    /// Those that wait for a transfer.
    AwaitingTransfer,
    /// Those that were paid.
    Paid,
}

/// A page of orders, newest first; `before` is the last id of the page before.
///
/// # Errors
/// The database's.
pub async fn list(
    tx: &mut TenantTx,
    view: OrderView,
    before: Option<OrderId>,
    limit: i64,
) -> Result<Vec<OrderRecord>, DbError> {
    let tenant = tx.tenant().as_uuid();
    let statuses: Option<Vec<&str>> = match view {
        OrderView::All => None,
        OrderView::AwaitingTransfer => Some(vec!["pending", "awaiting_transfer", "part_paid"]),
        OrderView::Paid => Some(vec!["paid"]),
    };
    let sql = format!(
        "select {COLUMNS} from app.orders o
          where o.tenant_id = $1 and ($2::uuid is null or o.id < $2) and ($3::text[] is null or o.status = any ($3))
          order by o.id desc limit $4"
    );
    let rows: Vec<Stored> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(tenant)
        .bind(before.map(OrderId::as_uuid))
        .bind(statuses)
        .bind(limit)
        .fetch_all(tx.conn()?)
        .await?;
    rows.into_iter().map(|r| record(tenant, r)).collect()
}

/// Moves an order on. `version` is the number of the event that tells of it.
///
/// # Errors
/// `NotFound`.
pub async fn set_status(
    tx: &mut TenantTx,
    id: OrderId,
    status: OrderStatus,
    version: i64,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    let done = sqlx::query("update app.orders set status = $3, version = $4, updated_at = $5 where tenant_id = $1 and id = $2")
        .bind(tx.tenant().as_uuid())
        .bind(id.as_uuid())
        .bind(status.as_str())
        .bind(version)
        .bind(at)
        .execute(tx.conn()?)
        .await?;
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(DbError::NotFound)
    }
}

/// A donor's sealed columns.
///
/// # Errors
/// `NotFound`.
pub async fn donor(tx: &mut TenantTx, id: DonorId) -> Result<SealedDonor, DbError> {
    let row = sqlx::query("select name_sealed, phone_sealed, email_sealed, phone_hmac from app.donors where tenant_id = $1 and id = $2")
        .bind(tx.tenant().as_uuid())
        .bind(id.as_uuid())
        .fetch_one(tx.conn()?)
        .await?;
    let hmac: Vec<u8> = row.try_get("phone_hmac")?;
    Ok(SealedDonor {
        id,
        name: row.try_get("name_sealed")?,
        phone: row.try_get("phone_sealed")?,
        email: row.try_get("email_sealed")?,
        phone_hmac: hmac
            .try_into()
            .map_err(|_| DbError::Corrupt("phone code".into()))?,
    })
}

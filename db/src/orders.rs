//! Orders: the batched placing, and reading them back.

mod by_phone;
mod placing;

use chrono::{DateTime, Utc};
use sadu_domain::ids::{DonorId, OrderId};
use sadu_domain::lang::Lang;
use sadu_domain::money::Fils;
use sadu_domain::order::{OrderKind, OrderLine, OrderStatus, PaymentMethod};
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use crate::error::DbError;
use crate::tenants::parse;
use crate::tx::TenantTx;

pub use self::by_phone::find_by_phone;
pub use self::placing::{OrderRow, Placed, Touch, place};

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

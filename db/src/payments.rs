//! The ledger: payments that arrived, and what each was for. Rows are added, never changed.

use chrono::{DateTime, NaiveDate, Utc};
use sadu_domain::ids::{ItemId, OrderId, PaymentId, UserId};
use sadu_domain::money::Fils;
use sadu_domain::order::PaymentMethod;
use sqlx::Row;
use uuid::Uuid;

use crate::error::DbError;
use crate::tx::TenantTx;

/// Account of transfers that staff confirm by hand.
pub const TRANSFER_ACCOUNT: &str = "transfer";

/// Money that arrived.
#[derive(Debug, Clone)]
pub struct PaymentRow {
    /// Its id.
    pub id: PaymentId,
    /// For which order.
    pub order: OrderId,
    /// Where it arrived: an account's id, or [`TRANSFER_ACCOUNT`].
    pub account: String,
    /// The bank's or provider's own number: with `account` it posts once.
    pub provider_payment_id: String,
    /// How.
    pub method: PaymentMethod,
    /// How much.
    pub amount: Fils,
    /// Which day, by the bank.
    pub received_on: NaiveDate,
    /// Who confirmed it.
    pub posted_by: Option<UserId>,
    /// Number of the event that tells of it.
    pub version: i64,
}

/// A part of a payment, for one line of its order.
#[derive(Debug, Clone, Copy)]
pub struct Allocation {
    /// Line number in the order, from 0.
    pub line: i32,
    /// The line's item.
    pub item: ItemId,
    /// How much.
    pub amount: Fils,
}

/// A payment as the order's timeline shows it.
#[derive(Debug, Clone)]
pub struct Posted {
    /// How much.
    pub amount: Fils,
    /// Which day, by the bank.
    pub received_on: NaiveDate,
    /// When it was posted here.
    pub posted_at: DateTime<Utc>,
}

/// Posts a payment with its allocations, which sum to its amount.
///
/// # Errors
/// `Constraint("payments_once")` when this bank reference was already posted, `Corrupt` when the allocations sum to another
/// amount.
pub async fn post(
    tx: &mut TenantTx,
    payment: &PaymentRow,
    allocations: &[Allocation],
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    if Fils::checked_sum(allocations.iter().map(|a| a.amount)) != Some(payment.amount) {
        return Err(DbError::Corrupt("allocations".into()));
    }
    let tenant = tx.tenant().as_uuid();
    sqlx::query(
        "insert into app.payments (tenant_id, id, order_id, account_id, provider_payment_id, method, amount, received_on, posted_by, version, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(tenant)
    .bind(payment.id.as_uuid())
    .bind(payment.order.as_uuid())
    .bind(&payment.account)
    .bind(&payment.provider_payment_id)
    .bind(payment.method.as_str())
    .bind(payment.amount.get())
    .bind(payment.received_on)
    .bind(payment.posted_by.map(UserId::as_uuid))
    .bind(payment.version)
    .bind(at)
    .execute(tx.conn()?)
    .await?;
    let ids: Vec<Uuid> = allocations.iter().map(|_| Uuid::now_v7()).collect();
    let lines: Vec<i32> = allocations.iter().map(|a| a.line).collect();
    let items: Vec<Uuid> = allocations.iter().map(|a| a.item.as_uuid()).collect();
    let amounts: Vec<i64> = allocations.iter().map(|a| a.amount.get()).collect();
    sqlx::query(
        "insert into app.allocations (tenant_id, id, payment_id, order_id, line, item_id, amount, created_at)
         select $1, u.id, $2, $3, u.line, u.item, u.amount, $4
           from unnest($5::uuid[], $6::int[], $7::uuid[], $8::bigint[]) as u (id, line, item, amount)",
    )
    .bind(tenant)
    .bind(payment.id.as_uuid())
    .bind(payment.order.as_uuid())
    .bind(at)
    .bind(&ids)
    .bind(&lines)
    .bind(&items)
    .bind(&amounts)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// What was already allocated to each line of an order, in fils, by line number.
///
/// # Errors
/// The database's.
pub async fn allocated(
    tx: &mut TenantTx,
    order: OrderId,
    lines: usize,
) -> Result<Vec<Fils>, DbError> {
    let rows = sqlx::query("select line, sum(amount)::bigint as amount from app.allocations where tenant_id = $1 and order_id = $2 group by line")
        .bind(tx.tenant().as_uuid())
        .bind(order.as_uuid())
        .fetch_all(tx.conn()?)
        .await?;
    let mut sums = vec![Fils::ZERO; lines];
    for row in rows {
        let line: i32 = row.try_get("line")?;
        let sum = usize::try_from(line)
            .ok()
            .and_then(|l| sums.get_mut(l))
            .ok_or_else(|| DbError::Corrupt("allocation line".into()))?;
        *sum = Fils::new(row.try_get("amount")?);
    }
    Ok(sums)
}

/// The items that an order has given to so far.
///
/// # Errors
/// The database's.
pub async fn given_to(tx: &mut TenantTx, order: OrderId) -> Result<Vec<ItemId>, DbError> {
    let items: Vec<Uuid> = sqlx::query_scalar(
        "select distinct item_id from app.allocations where tenant_id = $1 and order_id = $2",
    )
    .bind(tx.tenant().as_uuid())
    .bind(order.as_uuid())
    .fetch_all(tx.conn()?)
    .await?;
    Ok(items.into_iter().map(ItemId::from_uuid).collect())
}

/// The payments of an order, oldest first.
///
/// # Errors
/// The database's.
pub async fn of_order(tx: &mut TenantTx, order: OrderId) -> Result<Vec<Posted>, DbError> {
    let rows = sqlx::query("select amount, received_on, created_at from app.payments where tenant_id = $1 and order_id = $2 order by created_at, id")
        .bind(tx.tenant().as_uuid())
        .bind(order.as_uuid())
        .fetch_all(tx.conn()?)
        .await?;
    rows.iter()
        .map(|r| {
            Ok(Posted {
                amount: Fils::new(r.try_get("amount")?),
                received_on: r.try_get("received_on")?,
                posted_at: r.try_get("created_at")?,
            })
        })
        .collect()
}

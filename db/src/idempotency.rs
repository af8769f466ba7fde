//! The first answer to an Idempotency-Key, kept with the work it describes.

use sqlx::Row;
use uuid::Uuid;

use crate::error::DbError;
use crate::tx::TenantTx;

/// One use of a key. `actor` is `guest` or a user's id, so that two people cannot meet in one key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    /// Who sent it.
    pub actor: String,
    /// Method and route pattern.
    pub route: &'static str,
    /// The header's value, 1–255 visible ASCII characters.
    pub key: String,
    /// SHA-256 of the body.
    pub body_hash: [u8; 32],
}

/// What stands under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// HTTP status of the first answer.
    pub status: u16,
    /// Its body.
    pub response: String,
    /// Whether the body was the same.
    pub same_body: bool,
    /// The operation: the order's id for an order.
    pub op_id: Uuid,
}

/// Looks a key up.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut TenantTx, key: &IdempotencyKey) -> Result<Option<Remembered>, DbError> {
    let tenant = tx.tenant().as_uuid();
    let row = sqlx::query(
        "select body_hash, status, response, op_id from app.idempotency_keys
          where tenant_id = $1 and actor = $2 and route = $3 and key = $4",
    )
    .bind(tenant)
    .bind(&key.actor)
    .bind(key.route)
    .bind(&key.key)
    .fetch_optional(tx.conn()?)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let hash: Vec<u8> = row.try_get("body_hash")?;
    let status: i16 = row.try_get("status")?;
    Ok(Some(Remembered {
        status: u16::try_from(status).map_err(|_| DbError::Corrupt("status".into()))?,
        response: row.try_get("response")?,
        same_body: hash == key.body_hash,
        op_id: row.try_get("op_id")?,
    }))
}

/// Remembers the first answer; the caller holds the tenant's counter row, so nobody else can be writing the same key.
///
/// # Errors
/// `Constraint` when the key already stands.
pub async fn remember(
    tx: &mut TenantTx,
    key: &IdempotencyKey,
    status: u16,
    response: &str,
    op_id: Uuid,
) -> Result<(), DbError> {
    let tenant = tx.tenant().as_uuid();
    sqlx::query(
        "insert into app.idempotency_keys (tenant_id, actor, route, key, body_hash, status, response, op_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(tenant)
    .bind(&key.actor)
    .bind(key.route)
    .bind(&key.key)
    .bind(&key.body_hash[..])
    .bind(i16::try_from(status).unwrap_or(200))
    .bind(response)
    .bind(op_id)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Forgets answers that are older than so many days; returns how many.
///
/// # Errors
/// The database's.
pub async fn prune(tx: &mut TenantTx, days: i32) -> Result<u64, DbError> {
    let done = sqlx::query(
        "delete from app.idempotency_keys where tenant_id = $1 and created_at < now() - make_interval(days => $2)",
    )
    .bind(tx.tenant().as_uuid())
    .bind(days)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected())
}

//! The platform's own log: append-only and hash-chained, as the tenants' are.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;

use super::PlatformTx;
use crate::audit::AuditEntry;
use crate::error::DbError;

/// One entry, as it is read.
#[derive(Debug, Clone, FromRow)]
pub struct Entry {
    /// Its number; there is no gap.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor_id: String,
    /// `noun.verb`.
    pub action: String,
    /// On what kind of thing.
    pub object_type: String,
    /// On which one.
    pub object_id: Option<String>,
    /// Before and after, and the reason.
    pub diff: Json<serde_json::Value>,
    /// The request it belongs to.
    pub request_id: Option<String>,
}

/// Whether the chain holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Check {
    /// How many entries there are.
    pub entries: i64,
    /// The first number that does not follow from the one before.
    pub first_bad: Option<i64>,
}

/// Writes an entry, in the transaction it tells of.
///
/// # Errors
/// The database's.
pub async fn append(tx: &mut PlatformTx, entry: &AuditEntry) -> Result<(), DbError> {
    sqlx::query("select plat.platform_audit_append($1)")
        .bind(Json([entry]))
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Entries before `before`, newest first.
///
/// # Errors
/// The database's.
pub async fn list(
    tx: &mut PlatformTx,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Entry>, DbError> {
    Ok(sqlx::query_as(
        "select seq, at, actor_id, action, object_type, object_id, diff, request_id from plat.platform_audit_logs
         where $1::bigint is null or seq < $1 order by seq desc limit $2",
    )
    .bind(before)
    .bind(limit)
    .fetch_all(tx.conn()?)
    .await?)
}

/// Looks the whole chain over.
///
/// # Errors
/// The database's.
pub async fn check(tx: &mut PlatformTx) -> Result<Check, DbError> {
    Ok(
        sqlx::query_as("select entries, first_bad from plat.platform_audit_check()")
            .fetch_one(tx.conn()?)
            .await?,
    )
}

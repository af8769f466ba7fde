//! Jobs as the platform sees them: sums by kind, and the dead ones, which it may have run again. No payload is read here.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use super::PlatformTx;
use crate::error::DbError;
use crate::jobs::Sum;

/// A job that failed at every try.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct DeadJob {
    /// Its number in the library.
    pub id: i64,
    /// What kind it is.
    pub kind: String,
    /// Whose it is.
    pub tenant_id: Uuid,
    /// How often it was tried.
    pub tries: i32,
    /// When it failed last.
    pub failed_at: DateTime<Utc>,
    /// What it said then.
    pub error: Option<String>,
}

/// Sums by kind, in order of their names.
///
/// # Errors
/// The database's.
pub async fn sums(tx: &mut PlatformTx) -> Result<Vec<Sum>, DbError> {
    crate::jobs::sums(tx.conn()?).await
}

/// The dead, latest first, at most so many.
///
/// # Errors
/// The database's.
pub async fn dead(tx: &mut PlatformTx, most: i32) -> Result<Vec<DeadJob>, DbError> {
    Ok(sqlx::query_as(
        "select id, kind, tenant_id, tries, failed_at, error from plat.dead_jobs($1)",
    )
    .bind(most)
    .fetch_all(tx.conn()?)
    .await?)
}

/// Has a dead job run again, with all its tries; answers its kind, or `None` when there is no such dead job.
///
/// # Errors
/// The database's.
pub async fn replay(tx: &mut PlatformTx, id: i64) -> Result<Option<String>, DbError> {
    Ok(sqlx::query_scalar("select plat.replay_job($1)")
        .bind(id)
        .fetch_one(tx.conn()?)
        .await?)
}

//! Who was told of what, so that a job that is run again tells nobody twice.
//!
//! Called by the commands of notifications. The address itself is not kept, only its SHA-256.

use uuid::Uuid;

use crate::error::DbError;
use crate::tx::TenantTx;

/// A message of one job to one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// The job that tells.
    pub job: Uuid,
    /// SHA-256 of the address.
    pub recipient_hash: [u8; 32],
}

/// Notes that a message is about to be sent. False when it was sent already.
///
/// # Errors
/// The database's.
pub async fn begin(tx: &mut TenantTx, notice: &Notice) -> Result<bool, DbError> {
    let done = sqlx::query(
        "insert into app.notifications as n (tenant_id, job_id, channel, recipient_hash) values ($1, $2, 'email', $3)
         on conflict (tenant_id, job_id, channel, recipient_hash) do update set tries = n.tries + 1 where n.sent_at is null",
    )
    .bind(tx.tenant().as_uuid())
    .bind(notice.job)
    .bind(notice.recipient_hash.as_slice())
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Notes that it was sent.
///
/// # Errors
/// The database's.
pub async fn sent(tx: &mut TenantTx, notice: &Notice) -> Result<(), DbError> {
    sqlx::query(
        "update app.notifications set sent_at = now()
          where tenant_id = $1 and job_id = $2 and channel = 'email' and recipient_hash = $3",
    )
    .bind(tx.tenant().as_uuid())
    .bind(notice.job)
    .bind(notice.recipient_hash.as_slice())
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Forgets what is older than so many days; returns how many.
///
/// # Errors
/// The database's.
pub async fn prune(tx: &mut TenantTx, days: i32) -> Result<u64, DbError> {
    let done = sqlx::query(
        "delete from app.notifications where tenant_id = $1 and created_at < now() - make_interval(days => $2)",
    )
    .bind(tx.tenant().as_uuid())
    .bind(days)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected())
}

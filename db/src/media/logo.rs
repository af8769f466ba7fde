//! The tenant's logo: one of its rows is ready and shown, and one that is being looked at, or was refused, may stand beside it.

use chrono::{DateTime, Utc};
use sadu_domain::ids::{MediaId, UserId};
use sadu_domain::media::PictureType;

use super::{Media, MediaRow, read};
use crate::error::DbError;
use crate::tx::TenantTx;

/// A logo that is to come.
#[derive(Debug, Clone)]
pub struct NewLogo {
    /// Primary key.
    pub id: MediaId,
    /// What its first bytes say it is.
    pub content_type: PictureType,
    /// Length of the original.
    pub bytes: i64,
    /// SHA-256 of the original, in 64 hexadecimal digits.
    pub sha256: String,
    /// Who sends it.
    pub by: Option<UserId>,
}

/// Keeps room for a logo.
///
/// # Errors
/// The database's.
pub async fn announce(tx: &mut TenantTx, new: &NewLogo, now: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query(
        "insert into app.media (tenant_id, id, purpose, content_type, bytes, sha256, created_by, created_at, updated_at)
         values ($1, $2, 'logo', $3, $4, $5, $6, $7, $7)",
    )
    .bind(tx.tenant().as_uuid())
    .bind(new.id.as_uuid())
    .bind(new.content_type.as_str())
    .bind(new.bytes)
    .bind(&new.sha256)
    .bind(new.by.map(UserId::as_uuid))
    .bind(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// The newest logo whose original came, whatever its state; `None` where there is none.
///
/// # Errors
/// `Corrupt` when a stored value is not of its type.
pub async fn newest(tx: &mut TenantTx) -> Result<Option<Media>, DbError> {
    let tenant = tx.tenant().as_uuid();
    let row: Option<MediaRow> = sqlx::query_as(select!(
        "and purpose = 'logo' and uploaded_at is not null and removed_at is null order by uploaded_at desc, id desc limit 1"
    ))
    .bind(tenant)
    .fetch_optional(tx.conn()?)
    .await?;
    row.map(|row| read(row, tenant)).transpose()
}

/// Takes away the logo that was shown before this one was drawn; nothing where this one was refused, or taken away meanwhile.
///
/// # Errors
/// The database's.
pub async fn succeed(tx: &mut TenantTx, id: MediaId, now: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query(
        "update app.media set removed_at = $3, updated_at = $3
          where tenant_id = $1 and purpose = 'logo' and state = 'ready' and removed_at is null and id <> $2
            and exists (select from app.media n where n.tenant_id = $1 and n.id = $2 and n.purpose = 'logo' and n.state = 'ready' and n.removed_at is null)",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id.as_uuid())
    .bind(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Takes away every logo whose original came, but for the one that is shown where `keep_shown`.
///
/// # Errors
/// The database's.
pub async fn remove(
    tx: &mut TenantTx,
    keep_shown: bool,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query(
        "update app.media set removed_at = $2, updated_at = $2
          where tenant_id = $1 and purpose = 'logo' and uploaded_at is not null and removed_at is null and not ($3 and state = 'ready')",
    )
    .bind(tx.tenant().as_uuid())
    .bind(now)
    .bind(keep_shown)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

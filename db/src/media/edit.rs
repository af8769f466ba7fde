//! What changes pictures. The caller holds the tenant's counter row, so what it has just read is still so.

use chrono::{DateTime, Utc};
use sadu_domain::ids::{ItemId, MediaId, UserId};
use sadu_domain::lang::Bilingual;
use sadu_domain::media::{Drawn, MediaRefusal, PictureType};
use sqlx::types::Json;
use uuid::Uuid;

use crate::error::DbError;
use crate::tx::TenantTx;

/// A picture that is to come.
#[derive(Debug, Clone)]
pub struct NewMedia {
    /// Primary key.
    pub id: MediaId,
    /// Of which item.
    pub item: ItemId,
    /// What it is announced as.
    pub content_type: PictureType,
    /// Length of the original.
    pub bytes: i64,
    /// SHA-256 of the original, in 64 hexadecimal digits.
    pub sha256: String,
    /// Who sends it.
    pub by: Option<UserId>,
}

/// Keeps room for a picture, after the others of its item.
///
/// # Errors
/// `Constraint` when the item is not the tenant's.
pub async fn announce(
    tx: &mut TenantTx,
    new: &NewMedia,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query(
        "insert into app.media (tenant_id, id, item_id, content_type, bytes, sha256, created_by, created_at, updated_at, position)
         select $1, $2, $3, $4, $5, $6, $7, $8, $8, coalesce(max(position), 0) + 1 from app.media where tenant_id = $1 and item_id = $3",
    )
    .bind(tx.tenant().as_uuid())
    .bind(new.id.as_uuid())
    .bind(new.item.as_uuid())
    .bind(new.content_type.as_str())
    .bind(new.bytes)
    .bind(&new.sha256)
    .bind(new.by.map(UserId::as_uuid))
    .bind(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Says that the original is there; answers whether that was news.
///
/// # Errors
/// The database's.
pub async fn uploaded(tx: &mut TenantTx, id: MediaId, now: DateTime<Utc>) -> Result<bool, DbError> {
    let done = sqlx::query(
        "update app.media set uploaded_at = $3, updated_at = $3 where tenant_id = $1 and id = $2 and uploaded_at is null",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id.as_uuid())
    .bind(now)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Says what was made of a picture that waits; answers whether it still did.
///
/// # Errors
/// The database's.
pub async fn finish(tx: &mut TenantTx, id: MediaId, drawn: &Drawn) -> Result<bool, DbError> {
    let bytes: i64 = drawn.variants.iter().map(|variant| variant.bytes).sum();
    let done = sqlx::query(
        "update app.media set state = 'ready', drawn = $3, drawn_bytes = $4, updated_at = now()
          where tenant_id = $1 and id = $2 and state = 'pending'",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id.as_uuid())
    .bind(Json(drawn))
    .bind(bytes)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Refuses a picture that waits; answers whether it still did.
///
/// # Errors
/// The database's.
pub async fn refuse(
    tx: &mut TenantTx,
    id: MediaId,
    refusal: MediaRefusal,
) -> Result<bool, DbError> {
    let done = sqlx::query(
        "update app.media set state = 'rejected', refusal = $3, updated_at = now() where tenant_id = $1 and id = $2 and state = 'pending'",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id.as_uuid())
    .bind(refusal.as_str())
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores what a picture shows.
///
/// # Errors
/// The database's.
pub async fn describe(tx: &mut TenantTx, id: MediaId, alt: &Bilingual) -> Result<(), DbError> {
    sqlx::query(
        "update app.media set alt_ar = $3, alt_en = $4, updated_at = now() where tenant_id = $1 and id = $2",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id.as_uuid())
    .bind(&alt.ar)
    .bind(&alt.en)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Puts a picture on an item, where [`place`] may then put it.
///
/// # Errors
/// `Constraint` when the item is not the tenant's.
pub async fn attach(tx: &mut TenantTx, id: MediaId, item: ItemId) -> Result<(), DbError> {
    sqlx::query(
        "update app.media set item_id = $3, removed_at = null, updated_at = now() where tenant_id = $1 and id = $2",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id.as_uuid())
    .bind(item.as_uuid())
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Gives the pictures of an item this order.
///
/// # Errors
/// The database's.
pub async fn place(tx: &mut TenantTx, item: ItemId, order: &[MediaId]) -> Result<(), DbError> {
    let ids: Vec<Uuid> = order.iter().map(|id| id.as_uuid()).collect();
    sqlx::query(
        "update app.media m set position = o.n, updated_at = now()
           from unnest($3::uuid[]) with ordinality as o (id, n) where m.tenant_id = $1 and m.item_id = $2 and m.id = o.id",
    )
    .bind(tx.tenant().as_uuid())
    .bind(item.as_uuid())
    .bind(&ids)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Takes a picture off its item.
///
/// # Errors
/// The database's.
pub async fn remove(tx: &mut TenantTx, id: MediaId, now: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query(
        "update app.media set item_id = null, removed_at = $3, updated_at = $3 where tenant_id = $1 and id = $2",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id.as_uuid())
    .bind(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Takes all pictures off an item that is about to go.
///
/// # Errors
/// The database's.
pub async fn leave(tx: &mut TenantTx, item: ItemId, now: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query(
        "update app.media set item_id = null, removed_at = $3, updated_at = $3 where tenant_id = $1 and item_id = $2",
    )
    .bind(tx.tenant().as_uuid())
    .bind(item.as_uuid())
    .bind(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Forgets pictures whose objects are gone, unless somebody took them back meanwhile.
///
/// # Errors
/// The database's.
pub async fn forget(tx: &mut TenantTx, ids: &[MediaId]) -> Result<(), DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
    sqlx::query(
        "delete from app.media where tenant_id = $1 and id = any ($2) and (removed_at is not null or uploaded_at is null or state = 'rejected')",
    )
    .bind(tx.tenant().as_uuid())
    .bind(&ids)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

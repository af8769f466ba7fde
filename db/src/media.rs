//! Pictures of items, and the tenant's logo: rows that say what lies in the bucket, and where it is shown.

mod edit;

use chrono::{DateTime, Utc};
use sadu_domain::ids::{ItemId, MediaId};
use sadu_domain::lang::Bilingual;
use sadu_domain::media::{Drawn, MediaRefusal, MediaState, Picture, PictureType, Purpose};
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use crate::error::DbError;
use crate::tenants::parse;
use crate::tx::TenantTx;

pub use edit::{
    NewMedia, announce, attach, describe, finish, forget, leave, place, refuse, remove, uploaded,
};

/// A picture as its editors see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Primary key.
    pub id: MediaId,
    /// What it is for.
    pub purpose: Purpose,
    /// Of which item; none once it was removed, and of a logo.
    pub item: Option<ItemId>,
    /// What it was announced as.
    pub content_type: PictureType,
    /// Length of the original.
    pub bytes: i64,
    /// SHA-256 of the original, in 64 hexadecimal digits.
    pub sha256: String,
    /// Where it stands.
    pub state: MediaState,
    /// Why it was refused.
    pub refusal: Option<MediaRefusal>,
    /// What it shows.
    pub alt: Bilingual,
    /// What was made of it.
    pub drawn: Option<Drawn>,
    /// Whether its original was said to be there.
    pub uploaded: bool,
    /// Since when it is taken off its item.
    pub removed_at: Option<DateTime<Utc>>,
}

impl Media {
    /// As visitors could see it; `None` while it is not ready, or on no item.
    #[must_use]
    pub fn picture(self) -> Option<Picture> {
        Some(Picture {
            id: self.id,
            item: self.item?,
            alt: self.alt,
            drawn: self.drawn?,
        })
    }
}

#[derive(FromRow)]
struct MediaRow {
    tenant_id: Uuid,
    id: Uuid,
    purpose: String,
    item_id: Option<Uuid>,
    content_type: String,
    bytes: i64,
    sha256: String,
    state: String,
    refusal: Option<String>,
    alt_ar: String,
    alt_en: String,
    drawn: Option<Json<Drawn>>,
    uploaded_at: Option<DateTime<Utc>>,
    removed_at: Option<DateTime<Utc>>,
}

fn read(row: MediaRow, tenant: Uuid) -> Result<Media, DbError> {
    if row.tenant_id != tenant {
        return Err(DbError::ForeignRow);
    }
    Ok(Media {
        id: MediaId::from_uuid(row.id),
        purpose: parse(&row.purpose, "purpose of media")?,
        item: row.item_id.map(ItemId::from_uuid),
        content_type: parse(&row.content_type, "media type")?,
        bytes: row.bytes,
        sha256: row.sha256,
        state: parse(&row.state, "media state")?,
        refusal: row
            .refusal
            .map(|refusal| parse(&refusal, "media refusal"))
            .transpose()?,
        alt: Bilingual {
            ar: row.alt_ar,
            en: row.alt_en,
        },
        drawn: row.drawn.map(|drawn| drawn.0),
        uploaded: row.uploaded_at.is_some(),
        removed_at: row.removed_at,
    })
}

macro_rules! select {
    ($which:literal) => {
        concat!(
            "select tenant_id, id, purpose, item_id, content_type, bytes, sha256, state, refusal, alt_ar, alt_en, drawn, uploaded_at, removed_at
               from app.media where tenant_id = $1 ",
            $which
        )
    };
}

pub mod logo;

/// One of the pictures of items; a logo is none of them.
///
/// # Errors
/// `NotFound`; `Corrupt` when a stored value is not of its type.
pub async fn find(tx: &mut TenantTx, id: MediaId) -> Result<Media, DbError> {
    let tenant = tx.tenant().as_uuid();
    let row: Option<MediaRow> = sqlx::query_as(select!("and purpose = 'item' and id = $2"))
        .bind(tenant)
        .bind(id.as_uuid())
        .fetch_optional(tx.conn()?)
        .await?;
    read(row.ok_or(DbError::NotFound)?, tenant)
}

/// One that is to be looked at, whatever it is for.
///
/// # Errors
/// `NotFound`; `Corrupt` when a stored value is not of its type.
pub async fn any(tx: &mut TenantTx, id: MediaId) -> Result<Media, DbError> {
    let tenant = tx.tenant().as_uuid();
    let row: Option<MediaRow> = sqlx::query_as(select!("and id = $2"))
        .bind(tenant)
        .bind(id.as_uuid())
        .fetch_optional(tx.conn()?)
        .await?;
    read(row.ok_or(DbError::NotFound)?, tenant)
}

/// Those of an item whose original came, in their order, whatever their state.
///
/// # Errors
/// `Corrupt` when a stored value is not of its type.
pub async fn of_item(tx: &mut TenantTx, item: ItemId) -> Result<Vec<Media>, DbError> {
    let tenant = tx.tenant().as_uuid();
    let rows: Vec<MediaRow> = sqlx::query_as(select!(
        "and item_id = $2 and uploaded_at is not null order by position, id"
    ))
    .bind(tenant)
    .bind(item.as_uuid())
    .fetch_all(tx.conn()?)
    .await?;
    rows.into_iter().map(|row| read(row, tenant)).collect()
}

/// What visitors may see of every item: ready, and described in both languages; those of one item in their order.
///
/// # Errors
/// `Corrupt` when a stored value is not of its type.
pub async fn shown(tx: &mut TenantTx) -> Result<Vec<Picture>, DbError> {
    let tenant = tx.tenant().as_uuid();
    let rows: Vec<MediaRow> = sqlx::query_as(
        select!(
        "and item_id is not null and state = 'ready' and alt_ar <> '' and alt_en <> '' order by item_id, position, id"
    ),
    )
    .bind(tenant)
    .fetch_all(tx.conn()?)
    .await?;
    let rows: Vec<Media> = rows
        .into_iter()
        .map(|row| read(row, tenant))
        .collect::<Result<_, _>>()?;
    Ok(rows.into_iter().filter_map(Media::picture).collect())
}

/// What nobody needs any longer: removed, refused, or announced and never sent, before `before`; oldest first, at most
/// `most`. With the variants that it has. Where something was refused, its address took the same body once more until it ran out.
///
/// # Errors
/// `Corrupt` when a stored value is not of its type.
pub async fn stale(
    tx: &mut TenantTx,
    before: DateTime<Utc>,
    most: i64,
) -> Result<Vec<(MediaId, Option<Drawn>)>, DbError> {
    let rows = sqlx::query(
        "select id, drawn from app.media
          where tenant_id = $1
            and (removed_at < $2 or (uploaded_at is null and created_at < $2) or (state = 'rejected' and updated_at < $2))
          order by id limit $3",
    )
    .bind(tx.tenant().as_uuid())
    .bind(before)
    .bind(most)
    .fetch_all(tx.conn()?)
    .await?;
    rows.iter()
        .map(|row| {
            let drawn: Option<Json<Drawn>> = row.try_get("drawn")?;
            Ok((
                MediaId::from_uuid(row.try_get("id")?),
                drawn.map(|drawn| drawn.0),
            ))
        })
        .collect()
}

//! Proofs of what became of the money. Visitors see those that are public and published.

use chrono::{DateTime, Utc};
use sadu_domain::ids::{ItemId, ProofId};
use sadu_domain::lang::Bilingual;
use sadu_domain::money::Fils;
use sadu_domain::proof::Proof;
use sqlx::Row;

use crate::error::DbError;
use crate::tenants::parse;
use crate::tx::TenantTx;

/// The newest proofs of each item that visitors may see, newest first; so many an item.
const SHOWN: i64 = 50;

/// What visitors see of every item, newest first, at most 50 an item.
///
/// # Errors
/// `Corrupt` when a stored value is not of its type.
pub async fn published(tx: &mut TenantTx) -> Result<Vec<Proof>, DbError> {
    let rows = sqlx::query(
        "select p.* from (
           select id, item_id, kind, amount, taken_on, place_ar, place_en, caption_ar, caption_en,
                  row_number() over (partition by item_id order by taken_on desc, id desc) as n
             from app.proofs
            where tenant_id = $1 and item_id is not null and state = 'published' and visibility = 'public') p
          where p.n <= $2 order by p.item_id, p.n",
    )
    .bind(tx.tenant().as_uuid())
    .bind(SHOWN)
    .fetch_all(tx.conn()?)
    .await?;
    rows.iter()
        .map(|row| {
            let kind: String = row.try_get("kind")?;
            let amount: Option<i64> = row.try_get("amount")?;
            Ok(Proof {
                id: ProofId::from_uuid(row.try_get("id")?),
                item: ItemId::from_uuid(row.try_get("item_id")?),
                kind: parse(&kind, "proof kind")?,
                amount: amount.map(Fils::new),
                taken_on: row.try_get("taken_on")?,
                place: Bilingual {
                    ar: row.try_get("place_ar")?,
                    en: row.try_get("place_en")?,
                },
                caption: Bilingual {
                    ar: row.try_get("caption_ar")?,
                    en: row.try_get("caption_en")?,
                },
            })
        })
        .collect()
}

/// Whether anything of the item is published, for whomever.
///
/// # Errors
/// The database's.
pub async fn any_published(tx: &mut TenantTx, item: ItemId) -> Result<bool, DbError> {
    Ok(sqlx::query_scalar(
        "select exists (select from app.proofs where tenant_id = $1 and item_id = $2 and state = 'published')",
    )
    .bind(tx.tenant().as_uuid())
    .bind(item.as_uuid())
    .fetch_one(tx.conn()?)
    .await?)
}

/// Keeps a proof that is published at once, for everybody to see.
///
/// # Errors
/// `Constraint` when the item is not the tenant's.
pub async fn publish(tx: &mut TenantTx, proof: &Proof, at: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query(
        "insert into app.proofs (tenant_id, id, item_id, kind, amount, taken_on, place_ar, place_en, caption_ar, caption_en,
                                 visibility, state, published_at, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'public', 'published', $11, $11, $11)",
    )
    .bind(tx.tenant().as_uuid())
    .bind(proof.id.as_uuid())
    .bind(proof.item.as_uuid())
    .bind(proof.kind.as_str())
    .bind(proof.amount.map(Fils::get))
    .bind(proof.taken_on)
    .bind(&proof.place.ar)
    .bind(&proof.place.en)
    .bind(&proof.caption.ar)
    .bind(&proof.caption.en)
    .bind(at)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

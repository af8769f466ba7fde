//! What editors do to items. The caller holds the tenant's counter row, so what it has just read is still so.

use sadu_domain::catalog::{Item, ItemStatus};
use sadu_domain::ids::ItemId;
use sadu_domain::money::Fils;
use sqlx::types::Json;

use crate::error::DbError;
use crate::tx::TenantTx;

/// Puts an item into the catalog, with its totals at nought and this stock.
///
/// # Errors
/// `Constraint` when the slug is taken.
pub async fn create(tx: &mut TenantTx, item: &Item, stock: Option<i64>) -> Result<(), DbError> {
    write(
        tx,
        item,
        "insert into app.catalog_items (tenant_id, id, slug, kind, status, title_ar, title_en, summary_ar, summary_en, story_ar, story_en,
                                        price, target, unit, suggested, min_amount, max_amount, zakat_eligible, overfunding, licence, tags, position)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
    )
    .await?;
    sqlx::query("insert into app.item_totals (tenant_id, item_id, stock) values ($1, $2, $3)")
        .bind(tx.tenant().as_uuid())
        .bind(item.id.as_uuid())
        .bind(stock)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Stores an item as edited, one revision on, with this stock.
///
/// # Errors
/// `Constraint` when the slug is taken or more pieces are held than there would be; `NotFound` when it is gone.
pub async fn update(tx: &mut TenantTx, item: &Item, stock: Option<i64>) -> Result<(), DbError> {
    let changed = write(
        tx,
        item,
        "update app.catalog_items
            set slug = $3, kind = $4, status = $5, title_ar = $6, title_en = $7, summary_ar = $8, summary_en = $9, story_ar = $10,
                story_en = $11, price = $12, target = $13, unit = $14, suggested = $15, min_amount = $16, max_amount = $17,
                zakat_eligible = $18, overfunding = $19, licence = $20, tags = $21, position = $22,
                revision = revision + 1, updated_at = now()
          where tenant_id = $1 and id = $2",
    )
    .await?;
    sqlx::query("update app.item_totals set stock = $3 where tenant_id = $1 and item_id = $2 and stock is distinct from $3")
        .bind(tx.tenant().as_uuid())
        .bind(item.id.as_uuid())
        .bind(stock)
        .execute(tx.conn()?)
        .await?;
    one(changed)
}

/// Moves an item to `status`, one revision on.
///
/// # Errors
/// `NotFound` when it is gone.
pub async fn set_status(
    tx: &mut TenantTx,
    item: ItemId,
    status: ItemStatus,
) -> Result<(), DbError> {
    let done = sqlx::query(
        "update app.catalog_items set status = $3, revision = revision + 1, updated_at = now() where tenant_id = $1 and id = $2",
    )
    .bind(tx.tenant().as_uuid())
    .bind(item.as_uuid())
    .bind(status.as_str())
    .execute(tx.conn()?)
    .await?;
    one(done.rows_affected())
}

/// Takes an item out that nothing refers to.
///
/// # Errors
/// `Constraint` when something does; `NotFound` when it is gone.
pub async fn delete(tx: &mut TenantTx, item: ItemId) -> Result<(), DbError> {
    let tenant = tx.tenant().as_uuid();
    sqlx::query("delete from app.item_totals where tenant_id = $1 and item_id = $2")
        .bind(tenant)
        .bind(item.as_uuid())
        .execute(tx.conn()?)
        .await?;
    let done = sqlx::query("delete from app.catalog_items where tenant_id = $1 and id = $2")
        .bind(tenant)
        .bind(item.as_uuid())
        .execute(tx.conn()?)
        .await?;
    one(done.rows_affected())
}

/// Runs a statement whose parameters are an item's columns, `$1` to `$22`; answers how many rows it touched.
async fn write(tx: &mut TenantTx, item: &Item, sql: &'static str) -> Result<u64, DbError> {
    let suggested: Vec<i64> = item.suggested.iter().map(|fils| fils.get()).collect();
    let done = sqlx::query(sql)
        .bind(tx.tenant().as_uuid())
        .bind(item.id.as_uuid())
        .bind(&item.slug)
        .bind(item.kind.as_str())
        .bind(item.status.as_str())
        .bind(&item.title.ar)
        .bind(&item.title.en)
        .bind(&item.summary.ar)
        .bind(&item.summary.en)
        .bind(&item.story.ar)
        .bind(&item.story.en)
        .bind(item.price.map(Fils::get))
        .bind(item.target.map(Fils::get))
        .bind(item.unit.as_ref().map(Json))
        .bind(&suggested)
        .bind(item.min.map(Fils::get))
        .bind(item.max.map(Fils::get))
        .bind(item.zakat_eligible)
        .bind(Json(&item.overfunding))
        .bind(item.licence.as_ref().map(Json))
        .bind(&item.tags)
        .bind(item.position)
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected())
}

fn one(rows: u64) -> Result<(), DbError> {
    if rows == 1 {
        Ok(())
    } else {
        Err(DbError::NotFound)
    }
}

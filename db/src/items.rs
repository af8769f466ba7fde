//! What a tenant offers, and the totals beside it.

mod edit;

use std::collections::{BTreeMap, HashMap};

use sadu_domain::catalog::{Item, ItemStatus, ItemTotals};
use sadu_domain::ids::ItemId;
use sadu_domain::lang::Bilingual;
use sadu_domain::money::Fils;
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use crate::error::DbError;
use crate::tenants::parse;
use crate::tx::TenantTx;
use crate::write::TotalsDelta;

pub use edit::{create, delete, set_status, update};

#[derive(FromRow)]
struct ItemRow {
    tenant_id: Uuid,
    id: Uuid,
    slug: String,
    kind: String,
    status: String,
    title_ar: String,
    title_en: String,
    summary_ar: String,
    summary_en: String,
    story_ar: String,
    story_en: String,
    price: Option<i64>,
    target: Option<i64>,
    unit: Option<Json<Bilingual>>,
    suggested: Vec<i64>,
    min_amount: Option<i64>,
    max_amount: Option<i64>,
    zakat_eligible: bool,
    overfunding: Json<sadu_domain::catalog::Overfunding>,
    licence: Option<Json<sadu_domain::tenant::Licence>>,
    tags: Vec<String>,
    position: i32,
    revision: i64,
}

/// Every item of the tenant, in its order of display.
///
/// # Errors
/// `Corrupt` when a stored value is not of its type.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Item>, DbError> {
    let tenant = tx.tenant().as_uuid();
    let rows: Vec<ItemRow> = sqlx::query_as(
        "select tenant_id, id, slug, kind, status, title_ar, title_en, summary_ar, summary_en, story_ar, story_en, price, target, unit,
                suggested, min_amount, max_amount, zakat_eligible, overfunding, licence, tags, position, revision
           from app.catalog_items where tenant_id = $1 order by position, id",
    )
    .bind(tenant)
    .fetch_all(tx.conn()?)
    .await?;
    rows.into_iter()
        .map(|r| {
            if r.tenant_id != tenant {
                return Err(DbError::ForeignRow);
            }
            Ok(Item {
                id: ItemId::from_uuid(r.id),
                slug: r.slug,
                kind: parse(&r.kind, "item kind")?,
                status: parse(&r.status, "item status")?,
                title: Bilingual {
                    ar: r.title_ar,
                    en: r.title_en,
                },
                summary: Bilingual {
                    ar: r.summary_ar,
                    en: r.summary_en,
                },
                story: Bilingual {
                    ar: r.story_ar,
                    en: r.story_en,
                },
                price: r.price.map(Fils::new),
                target: r.target.map(Fils::new),
                unit: r.unit.map(|u| u.0),
                suggested: r.suggested.into_iter().map(Fils::new).collect(),
                min: r.min_amount.map(Fils::new),
                max: r.max_amount.map(Fils::new),
                zakat_eligible: r.zakat_eligible,
                overfunding: r.overfunding.0,
                licence: r.licence.map(|l| l.0),
                tags: r.tags,
                position: r.position,
                revision: r.revision,
            })
        })
        .collect()
}

/// Where an item stands in its life; `None` where there is no such item.
///
/// # Errors
/// `Corrupt` when the stored value is none.
pub async fn status(tx: &mut TenantTx, item: ItemId) -> Result<Option<ItemStatus>, DbError> {
    let status: Option<String> =
        sqlx::query_scalar("select status from app.catalog_items where tenant_id = $1 and id = $2")
            .bind(tx.tenant().as_uuid())
            .bind(item.as_uuid())
            .fetch_optional(tx.conn()?)
            .await?;
    status.map(|word| parse(&word, "item status")).transpose()
}

/// Totals of every item that changed after `version`; all of them for `-1`.
///
/// # Errors
/// The database's.
pub async fn totals_since(
    tx: &mut TenantTx,
    version: i64,
) -> Result<HashMap<ItemId, ItemTotals>, DbError> {
    let rows = sqlx::query(
        "select item_id, raised, in_flight, awaiting_transfer, pledged, donors, stock, reserved, version
           from app.item_totals where tenant_id = $1 and version > $2",
    )
    .bind(tx.tenant().as_uuid())
    .bind(version)
    .fetch_all(tx.conn()?)
    .await?;
    rows.iter().map(totals_row).collect()
}

/// Every item with its totals, in its order of display.
///
/// # Errors
/// `Corrupt` when a stored value is not of its type.
pub async fn catalog(tx: &mut TenantTx) -> Result<Vec<(Item, ItemTotals)>, DbError> {
    let items = list(tx).await?;
    let mut totals = totals_since(tx, -1).await?;
    Ok(items
        .into_iter()
        .map(|item| {
            let totals = totals.remove(&item.id).unwrap_or_default();
            (item, totals)
        })
        .collect())
}

/// What the ledger says an item raised: Σ allocations, and how many orders gave. `item_totals` must say the same.
///
/// # Errors
/// The database's.
pub async fn ledger_totals(tx: &mut TenantTx) -> Result<HashMap<ItemId, (Fils, i64)>, DbError> {
    let rows = sqlx::query(
        "select item_id, sum(amount)::bigint as raised, count(distinct order_id) as donors
           from app.allocations where tenant_id = $1 group by item_id",
    )
    .bind(tx.tenant().as_uuid())
    .fetch_all(tx.conn()?)
    .await?;
    rows.iter()
        .map(|r| {
            Ok((
                ItemId::from_uuid(r.try_get("item_id")?),
                (Fils::new(r.try_get("raised")?), r.try_get("donors")?),
            ))
        })
        .collect()
}

/// How many orders of the tenant money arrived for. An item counts as its donors the orders that gave to it; one that gave to three
/// items is one here.
///
/// # Errors
/// The database's.
pub async fn givers(tx: &mut TenantTx) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar(
        "select count(distinct order_id) from app.allocations where tenant_id = $1",
    )
    .bind(tx.tenant().as_uuid())
    .fetch_one(tx.conn()?)
    .await?)
}

/// Moves an item to `funded` if it is still `active`; says whether this call did it. The revision stays: a gift does not disturb
/// who edits the item meanwhile.
///
/// # Errors
/// The database's.
pub async fn mark_funded(tx: &mut TenantTx, item: ItemId) -> Result<bool, DbError> {
    let done = sqlx::query(
        "update app.catalog_items set status = 'funded', updated_at = now()
          where tenant_id = $1 and id = $2 and status = 'active'",
    )
    .bind(tx.tenant().as_uuid())
    .bind(item.as_uuid())
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn apply_totals(
    tx: &mut TenantTx,
    deltas: &BTreeMap<ItemId, TotalsDelta>,
    version: i64,
) -> Result<Vec<(ItemId, ItemTotals)>, DbError> {
    if deltas.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = deltas.keys().map(|i| i.as_uuid()).collect();
    let raised: Vec<i64> = deltas.values().map(|d| d.raised).collect();
    let awaiting: Vec<i64> = deltas.values().map(|d| d.awaiting_transfer).collect();
    let pledged: Vec<i64> = deltas.values().map(|d| d.pledged).collect();
    let donors: Vec<i64> = deltas.values().map(|d| d.donors).collect();
    let reserved: Vec<i64> = deltas.values().map(|d| d.reserved).collect();
    let rows = sqlx::query(
        "update app.item_totals m
            set raised = m.raised + d.raised, awaiting_transfer = m.awaiting_transfer + d.awaiting,
                pledged = m.pledged + d.pledged, donors = m.donors + d.donors, reserved = m.reserved + d.reserved, version = $2
           from unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
             as d (item, raised, awaiting, pledged, donors, reserved)
          where m.tenant_id = $1 and m.item_id = d.item
      returning m.item_id, m.raised, m.in_flight, m.awaiting_transfer, m.pledged, m.donors, m.stock, m.reserved, m.version",
    )
    .bind(tx.tenant().as_uuid())
    .bind(version)
    .bind(&ids)
    .bind(&raised)
    .bind(&awaiting)
    .bind(&pledged)
    .bind(&donors)
    .bind(&reserved)
    .fetch_all(tx.conn()?)
    .await?;
    if rows.len() != deltas.len() {
        return Err(DbError::NotFound);
    }
    rows.iter().map(totals_row).collect()
}

pub(crate) fn totals_row(row: &sqlx::postgres::PgRow) -> Result<(ItemId, ItemTotals), DbError> {
    Ok((
        ItemId::from_uuid(row.try_get("item_id")?),
        ItemTotals {
            raised: Fils::new(row.try_get("raised")?),
            in_flight: Fils::new(row.try_get("in_flight")?),
            awaiting_transfer: Fils::new(row.try_get("awaiting_transfer")?),
            pledged: Fils::new(row.try_get("pledged")?),
            donors: row.try_get("donors")?,
            stock: row.try_get("stock")?,
            reserved: row.try_get("reserved")?,
            version: row.try_get("version")?,
        },
    ))
}

//! The plan of a tenant, as the platform set it, and what the tenant uses of it. Read where something is added, behind the tenant's
//! lock, and where either is shown.

use sadu_domain::lang::Bilingual;
use sadu_domain::plan::{Plan, PlanLimits, PlanUse};
use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::error::DbError;
use crate::tx::TenantTx;

/// The plan that the tenant of this transaction is on.
///
/// # Errors
/// `NotFound` when there is no such tenant.
pub async fn load(tx: &mut TenantTx) -> Result<Plan, DbError> {
    let row = sqlx::query(
        "select id, name_ar, name_en, items, staff, storage_bytes, ai_tokens from plat.plan_of()",
    )
    .fetch_one(tx.conn()?)
    .await?;
    read(&row)
}

/// What the tenant of this transaction uses of its plan.
///
/// # Errors
/// The database's.
pub async fn used(tx: &mut TenantTx) -> Result<PlanUse, DbError> {
    let row = sqlx::query("select items, staff, storage_bytes from app.plan_use($1)")
        .bind(tx.tenant().as_uuid())
        .fetch_one(tx.conn()?)
        .await?;
    Ok(PlanUse {
        items: row.try_get("items")?,
        staff: row.try_get("staff")?,
        storage_bytes: row.try_get("storage_bytes")?,
    })
}

pub(crate) fn read(row: &PgRow) -> Result<Plan, DbError> {
    Ok(Plan {
        id: row.try_get("id")?,
        name: Bilingual {
            ar: row.try_get("name_ar")?,
            en: row.try_get("name_en")?,
        },
        limits: PlanLimits {
            items: row.try_get("items")?,
            staff: row.try_get("staff")?,
            storage_bytes: row.try_get("storage_bytes")?,
            ai_tokens: row.try_get("ai_tokens")?,
        },
    })
}

//! Plans as the console lists and changes them. Every change is in the platform's log; which plan a tenant is on, also in the tenant's.

use sadu_domain::ids::TenantId;
use sadu_domain::plan::{Plan, PlanLimits};
use sqlx::Row;
use sqlx::types::Json;

use super::PlatformTx;
use crate::audit::Actor;
use crate::error::DbError;
use crate::plans::read;

/// A plan in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The plan.
    pub plan: Plan,
    /// Tenants on it that are not closed.
    pub tenants: i64,
}

/// Every plan, small to large.
///
/// # Errors
/// The database's.
pub async fn list(tx: &mut PlatformTx) -> Result<Vec<Listed>, DbError> {
    let rows = sqlx::query(
        "select id, name_ar, name_en, items, staff, storage_bytes, ai_tokens, tenants from plat.list_plans()",
    )
    .fetch_all(tx.conn()?)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                plan: read(row)?,
                tenants: row.try_get("tenants")?,
            })
        })
        .collect()
}

/// Gives a plan other limits; false when there is no such plan.
///
/// # Errors
/// `Constraint` for a number out of bounds.
pub async fn set_limits(
    tx: &mut PlatformTx,
    plan: &str,
    limits: PlanLimits,
    actor: &Actor,
) -> Result<bool, DbError> {
    Ok(
        sqlx::query_scalar("select plat.set_plan_limits($1, $2, $3, $4, $5, $6)")
            .bind(plan)
            .bind(limits.items)
            .bind(limits.staff)
            .bind(limits.storage_bytes)
            .bind(limits.ai_tokens)
            .bind(Json(actor))
            .fetch_one(tx.conn()?)
            .await?,
    )
}

/// Puts a tenant on a plan; returns the one it was on, `None` when there is no such tenant.
///
/// # Errors
/// `Constraint` `tenants_plan_id_fkey` for an unknown plan.
pub async fn set_of_tenant(
    tx: &mut PlatformTx,
    tenant: TenantId,
    plan: &str,
    actor: &Actor,
) -> Result<Option<String>, DbError> {
    Ok(
        sqlx::query_scalar("select plat.set_tenant_plan($1, $2, $3)")
            .bind(tenant.as_uuid())
            .bind(plan)
            .bind(Json(actor))
            .fetch_one(tx.conn()?)
            .await?,
    )
}

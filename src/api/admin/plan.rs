//! The tenant's own plan: what it allows, and what is used of it. Only the platform changes it.

use actix_web::{HttpResponse, web};
use sadu_actors::TenantHandle;
use sadu_db::plans;
use sadu_domain::access::Permission;
use sadu_domain::lang::Bilingual;
use sadu_domain::plan::{Plan, PlanUse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::plan::PlanUsageJson;
use crate::api::wire::BilingualJson;
use crate::auth::TenantAdmin;
use crate::error::{ApiError, ApiResult};
use crate::middleware::tenant::TenantRef;

/// A tenant's plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnPlan {
    #[schema(example = "growth")]
    id: String,
    #[schema(value_type = BilingualJson)]
    name: Bilingual,
    usage: PlanUsageJson,
}

/// The plan and what is used of it, both of one instant.
///
/// # Errors
/// `busy`.
pub async fn standing(tenant: &TenantHandle) -> ApiResult<(Plan, PlanUse)> {
    let mut tx = tenant.read_at_once().await?;
    let plan = plans::load(&mut tx).await?;
    let used = plans::used(&mut tx).await?;
    tx.commit().await?;
    Ok((plan, used))
}

/// The plan: its limits, and what is used of each.
#[utoipa::path(get, path = "/api/v1/admin/settings/plan", tag = "admin",
    responses((status = 200, body = OwnPlan), (status = 401, body = crate::error::Problem<'static>), (status = 403, body = crate::error::Problem<'static>)))]
pub async fn show(admin: TenantAdmin, tenant: TenantRef) -> ApiResult<HttpResponse> {
    admin
        .demand(Permission::SettingsRead)
        .map_err(|denied| ApiError::code(denied.code()))?;
    let (plan, used) = standing(&tenant).await?;
    Ok(HttpResponse::Ok().json(OwnPlan {
        usage: PlanUsageJson::new(&plan.limits, used),
        id: plan.id,
        name: plan.name,
    }))
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/settings/plan", web::get().to(show));
}

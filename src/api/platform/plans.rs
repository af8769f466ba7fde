//! Plans: how much a tenant may have, and which tenant is on which. The functions that do it are also the console's.

use actix_web::{HttpRequest, HttpResponse, web};
use sadu_db::PlatformTx;
use sadu_db::platform::plans::{self, Listed};
use sadu_domain::error::{Code, FieldError};
use sadu_domain::ids::TenantId;
use sadu_domain::lang::Bilingual;
use sadu_domain::plan::PlanLimits;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::tenants::tenant_id;
use crate::api::body;
use crate::api::wire::BilingualJson;
use crate::auth::PlatformAdmin;
use crate::error::{ApiError, ApiResult, Problem};
use crate::state::App;

/// How much a tenant may have.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitsJson {
    /// Items that are neither archived nor cancelled.
    pub items: i64,
    /// People who may work there, or are invited to.
    pub staff: i64,
    /// Pictures and papers, in bytes.
    pub storage_bytes: i64,
    /// Tokens of the assistant in a month.
    pub ai_tokens: i64,
}

/// A plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanRow {
    #[schema(example = "growth")]
    id: String,
    #[schema(value_type = BilingualJson)]
    name: Bilingual,
    #[schema(value_type = LimitsJson)]
    limits: PlanLimits,
    /// Tenants on it that are not closed.
    tenants: i64,
}

/// Every plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanList {
    data: Vec<PlanRow>,
    next_cursor: Option<String>,
}

/// `{plan}`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlan {
    /// Id of a plan.
    #[serde(default)]
    pub plan: String,
}

/// Which plan a tenant is on now.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantPlan {
    #[schema(value_type = Uuid)]
    id: TenantId,
    plan: String,
    /// The one before.
    was: String,
}

impl From<Listed> for PlanRow {
    fn from(listed: Listed) -> Self {
        Self {
            id: listed.plan.id,
            name: listed.plan.name,
            limits: listed.plan.limits,
            tenants: listed.tenants,
        }
    }
}

/// Every plan, for the route and for the console.
///
/// # Errors
/// `busy`.
pub async fn all(app: &App) -> ApiResult<Vec<Listed>> {
    let mut tx = PlatformTx::begin(&app.db).await?;
    let listed = plans::list(&mut tx).await?;
    tx.commit().await?;
    Ok(listed)
}

/// Gives a plan other limits. What tenants have beyond them stays; nothing is added.
///
/// # Errors
/// Fields at fault, `plan.not_found`.
pub async fn set_limits(
    app: &App,
    admin: &PlatformAdmin,
    request: &HttpRequest,
    plan: &str,
    limits: PlanLimits,
) -> ApiResult<PlanRow> {
    let limits = limits.checked().map_err(ApiError::fields)?;
    let mut tx = PlatformTx::begin(&app.db).await?;
    let known = plans::set_limits(&mut tx, plan, limits, &admin.actor(request)).await?;
    let listed = plans::list(&mut tx).await?;
    tx.commit().await?;
    listed
        .into_iter()
        .find(|listed| known && listed.plan.id == plan)
        .map(PlanRow::from)
        .ok_or_else(|| ApiError::code(Code::PlanNotFound))
}

/// Puts a tenant on a plan; returns the one it was on.
///
/// # Errors
/// `plan.not_found` beside its field, `tenant.not_found`.
pub async fn set_of_tenant(
    app: &App,
    admin: &PlatformAdmin,
    request: &HttpRequest,
    tenant: TenantId,
    plan: &str,
) -> ApiResult<String> {
    let mut tx = PlatformTx::begin(&app.db).await?;
    let was = match plans::set_of_tenant(&mut tx, tenant, plan, &admin.actor(request)).await {
        Err(error) if error.is_constraint("tenants_plan_id_fkey") => {
            return Err(unknown_plan());
        }
        other => other?,
    };
    tx.commit().await?;
    app.directory.look_at(tenant).await;
    was.ok_or_else(|| ApiError::code(Code::TenantNotFound))
}

/// No plan of this name, beside its field.
fn unknown_plan() -> ApiError {
    ApiError::fields(vec![FieldError::new("plan", Code::PlanNotFound)])
}

/// Every plan, small to large.
#[utoipa::path(get, path = "/api/v1/platform/plans", tag = "platform", responses((status = 200, body = PlanList), (status = 401), (status = 403)))]
pub async fn list(_admin: PlatformAdmin, app: web::Data<App>) -> ApiResult<HttpResponse> {
    Ok(HttpResponse::Ok().json(PlanList {
        data: all(&app).await?.into_iter().map(PlanRow::from).collect(),
        next_cursor: None,
    }))
}

/// Gives a plan other limits.
#[utoipa::path(put, path = "/api/v1/platform/plans/{plan}", tag = "platform", params(("plan" = String, Path)),
    request_body(content = LimitsJson, description = "All four limits."),
    responses((status = 200, body = PlanRow), (status = 404, body = Problem<'static>), (status = 422, body = Problem<'static>)))]
pub async fn change(
    admin: PlatformAdmin,
    app: web::Data<App>,
    request: HttpRequest,
    plan: web::Path<String>,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    let limits: PlanLimits = body::json(&request, &bytes)?;
    Ok(HttpResponse::Ok().json(set_limits(&app, &admin, &request, &plan, limits).await?))
}

/// Puts a tenant on a plan.
#[utoipa::path(put, path = "/api/v1/platform/tenants/{id}/plan", tag = "platform", params(("id" = Uuid, Path)),
    request_body(content = NewPlan, description = "`{plan}`"),
    responses((status = 200, body = TenantPlan), (status = 404, body = Problem<'static>), (status = 422, body = Problem<'static>)))]
pub async fn put_on(
    admin: PlatformAdmin,
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    let asked: NewPlan = body::json(&request, &bytes)?;
    let id = tenant_id(&id)?;
    let was = set_of_tenant(&app, &admin, &request, id, &asked.plan).await?;
    Ok(HttpResponse::Ok().json(TenantPlan {
        id,
        plan: asked.plan,
        was,
    }))
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/plans", web::get().to(list))
        .route("/plans/{plan}", web::put().to(change))
        .route("/tenants/{id}/plan", web::put().to(put_on));
}

//! Tenants as the platform sees them: the list with sums, switched off and on for a reason.
//!
//! The functions that do it are also the console's; the routes only read JSON and write it.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use sadu_db::PlatformTx;
use sadu_db::platform::tenants::{self, Listed};
use sadu_domain::error::{Code, FieldError};
use sadu_domain::ids::TenantId;
use sadu_domain::lang::Bilingual;
use sadu_domain::tenant::{TenantKind, TenantStatus};
use sadu_domain::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::body;
use crate::api::plan::PlanUsageJson;
use crate::api::wire::BilingualJson;
use crate::auth::PlatformAdmin;
use crate::error::{ApiError, ApiResult};
use crate::state::App;

/// Longest reason, in characters.
pub(super) const REASON: usize = 500;

/// A tenant in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantRow {
    #[schema(value_type = Uuid)]
    id: TenantId,
    slug: String,
    #[schema(value_type = BilingualJson)]
    name: Bilingual,
    #[schema(value_type = String, example = "charity")]
    kind: TenantKind,
    #[schema(value_type = String, example = "active")]
    status: TenantStatus,
    created_at: DateTime<Utc>,
    /// People who may work there.
    staff: i64,
    /// Money that arrived, in fils.
    raised: i64,
    /// Gifts and purchases.
    donors: i64,
    /// Names of its own that it answers on.
    domains: i64,
    /// Id of its plan.
    #[schema(example = "growth")]
    plan: String,
    /// What it uses of its plan.
    usage: PlanUsageJson,
}

/// Every tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantList {
    data: Vec<TenantRow>,
    next_cursor: Option<String>,
}

impl From<Listed> for TenantRow {
    fn from(listed: Listed) -> Self {
        Self {
            id: listed.id,
            slug: listed.slug,
            name: listed.name,
            kind: listed.kind,
            status: listed.status,
            created_at: listed.created_at,
            staff: listed.staff,
            raised: listed.raised,
            donors: listed.donors,
            domains: listed.domains,
            plan: listed.plan,
            usage: PlanUsageJson::new(&listed.limits, listed.used),
        }
    }
}

/// `{reason, collection_only?}`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suspend {
    /// Why; the tenant reads it.
    #[serde(default)]
    pub reason: String,
    /// Keep the pages, take no money.
    #[serde(default)]
    pub collection_only: bool,
}

/// `{reason}`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Activate {
    /// Why; the tenant reads it.
    #[serde(default)]
    pub reason: String,
}

/// Where a tenant stands now.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantState {
    #[schema(value_type = Uuid)]
    id: TenantId,
    #[schema(value_type = String, example = "suspended")]
    status: TenantStatus,
    /// Where it stood before.
    #[schema(value_type = String, example = "active")]
    was: TenantStatus,
}

/// Every tenant, for the route and for the console.
///
/// # Errors
/// `busy`.
pub async fn all(app: &App) -> ApiResult<Vec<Listed>> {
    let mut tx = PlatformTx::begin(&app.db).await?;
    let listed = tenants::list(&mut tx).await?;
    tx.commit().await?;
    Ok(listed)
}

/// Puts a tenant into a state; its sockets and feeds see it within seconds.
///
/// # Errors
/// The field at fault, `tenant.not_found`, `tenant.closed`.
pub async fn set_status(
    app: &App,
    admin: &PlatformAdmin,
    request: &HttpRequest,
    tenant: TenantId,
    status: TenantStatus,
    reason: &str,
) -> ApiResult<TenantStatus> {
    let reason = line("reason", reason, REASON).map_err(|field| ApiError::fields(vec![field]))?;
    let mut tx = PlatformTx::begin(&app.db).await?;
    let actor = admin.actor(request);
    let was = tenants::set_status(&mut tx, tenant, status, &reason, &actor).await?;
    tx.commit().await?;
    let was = was.ok_or_else(|| ApiError::code(Code::TenantNotFound))?;
    if was == TenantStatus::Closed {
        return Err(ApiError::code(Code::TenantClosed));
    }
    app.directory.look_at(tenant).await;
    Ok(was)
}

pub(super) fn line(field: &str, given: &str, most: usize) -> Result<String, FieldError> {
    match text::clean(given, most) {
        Ok(line) if line.is_empty() => Err(FieldError::new(field, Code::RequestFieldRequired)),
        Ok(line) => Ok(line),
        Err(_) => Err(FieldError::new(field, Code::TextTooLong)),
    }
}

/// The tenant of a path.
///
/// # Errors
/// `tenant.not_found`.
pub fn tenant_id(text: &str) -> ApiResult<TenantId> {
    text.parse()
        .map_err(|_| ApiError::code(Code::TenantNotFound))
}

/// Every tenant with its state and sums.
#[utoipa::path(get, path = "/api/v1/platform/tenants", tag = "platform", responses((status = 200, body = TenantList), (status = 401), (status = 403)))]
pub async fn list(_admin: PlatformAdmin, app: web::Data<App>) -> ApiResult<HttpResponse> {
    Ok(HttpResponse::Ok().json(TenantList {
        data: all(&app).await?.into_iter().map(TenantRow::from).collect(),
        next_cursor: None,
    }))
}

/// Switches a tenant off, or only its taking of money.
#[utoipa::path(post, path = "/api/v1/platform/tenants/{id}/suspend", tag = "platform", params(("id" = Uuid, Path)),
    request_body(content = Suspend, description = "`{reason, collection_only?}`"),
    responses((status = 200, body = TenantState), (status = 404), (status = 409), (status = 422)))]
pub async fn suspend(
    admin: PlatformAdmin,
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    let asked: Suspend = body::json(&request, &bytes)?;
    let status = if asked.collection_only {
        TenantStatus::CollectionSuspended
    } else {
        TenantStatus::Suspended
    };
    moved(&app, &admin, &request, &id, status, &asked.reason).await
}

/// Switches a tenant on.
#[utoipa::path(post, path = "/api/v1/platform/tenants/{id}/activate", tag = "platform", params(("id" = Uuid, Path)),
    request_body(content = Activate, description = "`{reason}`"),
    responses((status = 200, body = TenantState), (status = 404), (status = 409), (status = 422)))]
pub async fn activate(
    admin: PlatformAdmin,
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    let asked: Activate = body::json(&request, &bytes)?;
    let status = TenantStatus::Active;
    moved(&app, &admin, &request, &id, status, &asked.reason).await
}

async fn moved(
    app: &App,
    admin: &PlatformAdmin,
    request: &HttpRequest,
    id: &str,
    status: TenantStatus,
    reason: &str,
) -> ApiResult<HttpResponse> {
    let id = tenant_id(id)?;
    let was = set_status(app, admin, request, id, status, reason).await?;
    Ok(HttpResponse::Ok().json(TenantState { id, status, was }))
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/tenants", web::get().to(list))
        .route("/tenants/{id}/suspend", web::post().to(suspend))
        .route("/tenants/{id}/activate", web::post().to(activate));
}

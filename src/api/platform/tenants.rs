//! Tenants as the platform sees them: the list with sums, switched off and on for a reason, and looked into for a reason.
//!
//! The functions that do it are also the console's; the routes only read JSON and write it.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use sadu_db::PlatformTx;
use sadu_db::platform::tenants::{self, Grant, Listed};
use sadu_domain::error::{Code, FieldError};
use sadu_domain::ids::TenantId;
use sadu_domain::lang::Bilingual;
use sadu_domain::tenant::{TenantKind, TenantStatus};
use sadu_domain::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::body;
use crate::api::wire::BilingualJson;
use crate::auth::{PlatformAdmin, Secret};
use crate::error::{ApiError, ApiResult};
use crate::state::App;

/// Longest reason, in characters.
pub(super) const REASON: usize = 500;
/// Longest name of a ticket, in characters.
const TICKET: usize = 80;
/// Longest time inside a tenant, in minutes (security.md, ISO-8).
const MINUTES: i64 = 30;

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
    /// Items that count on its plan.
    items: i64,
    /// People who count on its plan: those who work there and those invited to.
    seats: i64,
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
            items: listed.items,
            seats: listed.seats,
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

/// `{reason, ticket, minutes, write?}`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActAs {
    /// Why; the tenant reads it.
    #[serde(default)]
    pub reason: String,
    /// Where it was asked for.
    #[serde(default)]
    pub ticket: String,
    /// For how long, 1 to 30.
    #[serde(default)]
    pub minutes: i64,
    /// More than looking.
    #[serde(default)]
    pub write: bool,
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

/// The way in.
#[derive(Debug, Serialize, ToSchema)]
pub struct WayIn {
    /// Open it within a minute, once.
    pub url: String,
    /// When the session ends, whatever happens.
    pub until: DateTime<Utc>,
    /// Whether more than looking is allowed.
    pub write: bool,
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

/// Lets the caller into a tenant (security.md, ISO-8).
///
/// # Errors
/// Fields at fault, `auth.step_up_required`, `tenant.not_found`, `tenant.closed` for one that shows no pages.
pub async fn let_in(
    app: &App,
    admin: &PlatformAdmin,
    request: &HttpRequest,
    tenant: TenantId,
    asked: &ActAs,
) -> ApiResult<WayIn> {
    admin
        .demand_step_up()
        .map_err(|denied| ApiError::code(denied.code()))?;
    let (reason, ticket, minutes) = checked(asked).map_err(ApiError::fields)?;
    let code = Secret::random();
    let grant = Grant {
        tenant,
        id: Uuid::now_v7(),
        code_hash: code.hash(),
        minutes,
        write: asked.write,
        reason: &reason,
        ticket: &ticket,
        auth_time: admin.auth_time.unwrap_or(DateTime::UNIX_EPOCH),
        name: &admin.admin.name,
    };
    let mut tx = PlatformTx::begin(&app.db).await?;
    let granted = tenants::act_as(&mut tx, &grant, &admin.actor(request)).await?;
    tx.commit().await?;
    let Some(granted) = granted else {
        let known = all(app).await?.iter().any(|listed| listed.id == tenant);
        return Err(ApiError::code(if known {
            Code::TenantClosed
        } else {
            Code::TenantNotFound
        }));
    };
    let host = format!("{}.{}", granted.slug, app.site.base_domain);
    Ok(WayIn {
        url: format!("{}/auth/act?code={}", app.site.origin(&host), code.expose()),
        until: granted.until,
        write: asked.write,
    })
}

fn checked(asked: &ActAs) -> Result<(String, String, i32), Vec<FieldError>> {
    let mut faults = Vec::new();
    let mut take = |checked: Result<String, FieldError>| {
        checked.unwrap_or_else(|fault| {
            faults.push(fault);
            String::new()
        })
    };
    let reason = take(line("reason", &asked.reason, REASON));
    let ticket = take(line("ticket", &asked.ticket, TICKET));
    let minutes = i32::try_from(asked.minutes)
        .ok()
        .filter(|_| (1..=MINUTES).contains(&asked.minutes));
    match minutes {
        Some(minutes) if faults.is_empty() => Ok((reason, ticket, minutes)),
        Some(_) => Err(faults),
        None => {
            faults.push(FieldError::new("minutes", Code::RequestFieldInvalid));
            Err(faults)
        }
    }
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

/// Lets the caller into a tenant: for a reason, for minutes, reading only unless told otherwise.
#[utoipa::path(post, path = "/api/v1/platform/tenants/{id}/act-as", tag = "platform", params(("id" = Uuid, Path)),
    request_body(content = ActAs, description = "`{reason, ticket, minutes, write?}`"),
    responses((status = 201, body = WayIn), (status = 403), (status = 409), (status = 422)))]
pub async fn act_as(
    admin: PlatformAdmin,
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    let asked: ActAs = body::json(&request, &bytes)?;
    let way = let_in(&app, &admin, &request, tenant_id(&id)?, &asked).await?;
    Ok(HttpResponse::Created().json(way))
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/tenants", web::get().to(list))
        .route("/tenants/{id}/suspend", web::post().to(suspend))
        .route("/tenants/{id}/activate", web::post().to(activate))
        .route("/tenants/{id}/act-as", web::post().to(act_as));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(reason: &str, ticket: &str, minutes: i64) -> Vec<String> {
        let asked = ActAs {
            reason: reason.into(),
            ticket: ticket.into(),
            minutes,
            write: false,
        };
        let faults = checked(&asked).err().unwrap_or_default();
        faults.into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn nobody_looks_in_without_reason_ticket_and_end() {
        assert_eq!(faults("A refund looks stuck", "HELP-7", 30), [""; 0]);
        assert_eq!(
            faults(" \n ", "\u{200b}", 0),
            ["reason", "ticket", "minutes"]
        );
        for minutes in [-1, 0, 31, i64::MAX] {
            assert_eq!(faults("x", "y", minutes), ["minutes"], "{minutes}");
        }
        assert_eq!(faults(&"x".repeat(501), "y", 5), ["reason"]);
    }
}

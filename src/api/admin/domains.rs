//! Names of a tenant's own: claimed, proven by a TXT record, given up (security.md, ISO-2). Writes demand a fresh proof of identity.
//!
//! The functions that do it are also the page's. DNS is asked before anything is written.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Duration, Utc};
use sadu_actors::commands::domains::{ClaimDomain, ReleaseDomain, VerifyDomain};
use sadu_actors::{TenantHandle, domains};
use sadu_db::domains as kept;
use sadu_domain::access::Permission;
use sadu_domain::error::{Code, FieldError};
use sadu_domain::host::{self, CustomHost};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::body;
use crate::auth::{Secret, TenantAdmin};
use crate::error::{ApiError, ApiResult};
use crate::middleware::tenant::TenantRef;
use crate::state::App;

/// Days after which a name that was given up is anybody's.
const TOMBSTONE: i64 = 30;

/// A name, and where it stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DomainRow {
    pub(crate) host: String,
    /// `pending`, `live`, `suspended` or `released`.
    pub(crate) state: String,
    /// The TXT record to set; only while a claim waits for it.
    pub(crate) record: Option<TxtRecord>,
    /// When it was proven.
    pub(crate) verified_at: Option<DateTime<Utc>>,
    /// When its proof was last looked at; once a day.
    pub(crate) checked_at: Option<DateTime<Utc>>,
    /// Times in a row that the proof was gone; the third ends the service.
    pub(crate) failures: i32,
    /// Until when nobody else may claim it, once it was given up.
    pub(crate) kept_until: Option<DateTime<Utc>>,
}

/// A record of DNS.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TxtRecord {
    /// Its name.
    pub(crate) name: String,
    /// `TXT`.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// Its value.
    pub(crate) value: String,
}

/// Every name.
#[derive(Debug, Serialize, ToSchema)]
pub struct DomainList {
    data: Vec<DomainRow>,
    next_cursor: Option<String>,
}

/// `{host}`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDomain {
    /// A whole name, such as `give.example.org`.
    #[serde(default)]
    pub host: String,
}

fn pending(claim: kept::Claim) -> DomainRow {
    let name = format!("_plat-verify.{}", claim.host);
    DomainRow {
        record: Some(TxtRecord {
            name,
            kind: "TXT",
            value: host::proof(&claim.token),
        }),
        host: claim.host,
        state: "pending".to_owned(),
        verified_at: None,
        checked_at: None,
        failures: 0,
        kept_until: None,
    }
}

fn known(domain: kept::Domain) -> DomainRow {
    let until = |at: DateTime<Utc>| at.checked_add_signed(Duration::days(TOMBSTONE));
    DomainRow {
        host: domain.host,
        state: domain.state,
        record: None,
        verified_at: domain.verified_at,
        checked_at: domain.checked_at,
        failures: domain.failures,
        kept_until: domain.released_at.and_then(until),
    }
}

/// Every name of the tenant: claims first, then what is or was in service.
///
/// # Errors
/// `busy`.
pub async fn all(tenant: &TenantHandle) -> ApiResult<Vec<DomainRow>> {
    let mut tx = tenant.read_at_once().await?;
    let claims = kept::claims(&mut tx).await?;
    let domains = kept::list(&mut tx).await?;
    tx.commit().await?;
    Ok(claims
        .into_iter()
        .map(pending)
        .chain(domains.into_iter().map(known))
        .collect())
}

/// What every write demands.
///
/// # Errors
/// `auth.forbidden`, `auth.read_only`, `auth.step_up_required`.
pub fn allow(admin: &TenantAdmin) -> ApiResult<()> {
    admin
        .demand(Permission::SettingsWrite)
        .and_then(|()| admin.demand_step_up())
        .map_err(|denied| ApiError::code(denied.code()))
}

/// A name as somebody typed it.
///
/// # Errors
/// The field at fault.
pub fn typed(app: &App, text: &str) -> ApiResult<CustomHost> {
    CustomHost::parse(text, &app.site.base_domain)
        .map_err(|code| ApiError::fields(vec![FieldError::new("host", code)]))
}

/// Claims a name; answers the record to set.
///
/// # Errors
/// The field at fault, `domain.taken`, `domain.dns_unavailable`.
pub async fn claim(
    app: &App,
    tenant: &TenantHandle,
    admin: &TenantAdmin,
    request: &HttpRequest,
    text: &str,
) -> ApiResult<DomainRow> {
    let host = typed(app, text)?;
    // The records are not looked at yet; where the name leads is.
    domains::records(&app.dns, &host)
        .await
        .map_err(|error| match ApiError::from(error) {
            error if error.code == Code::DomainPrivateAddress => {
                ApiError::fields(vec![FieldError::new("host", error.code)])
            }
            error => error,
        })?;
    let token = Secret::random().expose().to_owned();
    let command = ClaimDomain {
        host: host.clone(),
        token: token.clone(),
        actor: admin.actor(request),
    };
    tenant.execute(command).await?;
    Ok(pending(kept::Claim {
        host: host.to_string(),
        token,
        created_at: Utc::now(),
    }))
}

/// Asks DNS for the proof of a claim, and puts the name into service when it is there.
///
/// # Errors
/// `domain.not_found`, `domain.unproven`, `domain.taken`, `domain.private_address`, `domain.dns_unavailable`.
pub async fn verify(
    app: &App,
    tenant: &TenantHandle,
    admin: &TenantAdmin,
    request: &HttpRequest,
    host: CustomHost,
) -> ApiResult<()> {
    let seen = domains::records(&app.dns, &host).await?;
    let command = VerifyDomain {
        host: host.clone(),
        seen,
        actor: admin.actor(request),
    };
    tenant.execute(command).await?;
    app.directory.forget_host(host.as_str());
    Ok(())
}

/// Gives a name up, or a claim on it.
///
/// # Errors
/// `domain.not_found`.
pub async fn release(
    app: &App,
    tenant: &TenantHandle,
    admin: &TenantAdmin,
    request: &HttpRequest,
    host: CustomHost,
) -> ApiResult<()> {
    let command = ReleaseDomain {
        host: host.clone(),
        actor: admin.actor(request),
    };
    tenant.execute(command).await?;
    app.directory.forget_host(host.as_str());
    Ok(())
}

/// The name of a path: one that cannot be a tenant's is none of this tenant's.
///
/// # Errors
/// `domain.not_found`.
pub fn of_path(app: &App, text: &str) -> ApiResult<CustomHost> {
    CustomHost::parse(text, &app.site.base_domain).map_err(|_| ApiError::code(Code::DomainNotFound))
}

/// Names of the tenant's own, and where each stands.
#[utoipa::path(get, path = "/api/v1/admin/domains", tag = "admin", responses((status = 200, body = DomainList)))]
pub async fn list(admin: TenantAdmin, tenant: TenantRef) -> ApiResult<HttpResponse> {
    admin
        .demand(Permission::SettingsRead)
        .map_err(|denied| ApiError::code(denied.code()))?;
    Ok(HttpResponse::Ok().json(DomainList {
        data: all(&tenant).await?,
        next_cursor: None,
    }))
}

/// Claims a name: the answer says which TXT record proves it.
#[utoipa::path(post, path = "/api/v1/admin/domains", tag = "admin",
    request_body(content = NewDomain, description = "`{host}`"),
    responses((status = 201, body = DomainRow), (status = 403, body = crate::error::Problem<'static>), (status = 409, body = crate::error::Problem<'static>), (status = 422, body = crate::error::Problem<'static>)))]
pub async fn create(
    admin: TenantAdmin,
    tenant: TenantRef,
    app: web::Data<App>,
    request: HttpRequest,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    allow(&admin)?;
    let new: NewDomain = body::json(&request, &bytes)?;
    let row = claim(&app, &tenant, &admin, &request, &new.host).await?;
    Ok(HttpResponse::Created().json(row))
}

/// Looks for the proof of a claim, and puts the name into service.
#[utoipa::path(post, path = "/api/v1/admin/domains/{host}/verify", tag = "admin", params(("host" = String, Path)),
    responses((status = 200, body = DomainList), (status = 404, body = crate::error::Problem<'static>), (status = 409, body = crate::error::Problem<'static>)))]
pub async fn prove(
    admin: TenantAdmin,
    tenant: TenantRef,
    app: web::Data<App>,
    request: HttpRequest,
    host: web::Path<String>,
) -> ApiResult<HttpResponse> {
    allow(&admin)?;
    let host = of_path(&app, &host)?;
    verify(&app, &tenant, &admin, &request, host).await?;
    Ok(HttpResponse::Ok().json(DomainList {
        data: all(&tenant).await?,
        next_cursor: None,
    }))
}

/// Gives a name up: it is served no longer, and for thirty days nobody else may claim it.
#[utoipa::path(delete, path = "/api/v1/admin/domains/{host}", tag = "admin", params(("host" = String, Path)),
    responses((status = 204), (status = 404, body = crate::error::Problem<'static>)))]
pub async fn delete(
    admin: TenantAdmin,
    tenant: TenantRef,
    app: web::Data<App>,
    request: HttpRequest,
    host: web::Path<String>,
) -> ApiResult<HttpResponse> {
    allow(&admin)?;
    let host = of_path(&app, &host)?;
    release(&app, &tenant, &admin, &request, host).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/domains", web::get().to(list))
        .route("/domains", web::post().to(create))
        .route("/domains/{host}/verify", web::post().to(prove))
        .route("/domains/{host}", web::delete().to(delete));
}

//! `GET /api/v1/me`: who the caller is here.

use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use sadu_domain::access::Role;
use sadu_domain::ids::{TenantId, UserId};
use serde::Serialize;

use super::extract::Staff;
use super::identity::Via;
use crate::middleware::tenant::TenantRef;

/// The caller, as this tenant knows it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Me<'a> {
    #[schema(value_type = uuid::Uuid)]
    id: UserId,
    name: &'a str,
    email: &'a str,
    /// `staff` or `tenant_admin`.
    #[schema(value_type = String)]
    role: Role,
    mfa: bool,
    tenant: MyTenant<'a>,
    /// `session` or `bearer`.
    via: &'static str,
    /// When the caller last proved who they are.
    auth_time: Option<DateTime<Utc>>,
    /// When the session or token ends at the latest.
    expires_at: DateTime<Utc>,
    /// `looking` or `writing` for somebody of the platform inside this tenant.
    acting: Option<&'static str>,
    /// For `X-CSRF-Token`; sessions alone have one.
    csrf_token: Option<String>,
}

/// The tenant of the host.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MyTenant<'a> {
    #[schema(value_type = uuid::Uuid)]
    id: TenantId,
    slug: &'a str,
}

/// Who the caller is here.
#[utoipa::path(get, path = "/api/v1/me", tag = "admin", responses((status = 200, body = Me<'_>), (status = 401), (status = 403)))]
pub async fn show(tenant: TenantRef, identity: Staff) -> HttpResponse {
    let snapshot = tenant.snapshot();
    HttpResponse::Ok().json(Me {
        id: identity.user_id,
        name: &identity.name,
        email: &identity.email,
        role: identity.role,
        mfa: identity.mfa,
        tenant: MyTenant {
            id: tenant.id(),
            slug: &snapshot.tenant.slug,
        },
        via: match identity.via {
            Via::Session { .. } => "session",
            Via::Bearer { .. } => "bearer",
        },
        auth_time: identity.auth_time,
        expires_at: identity.expires_at(),
        acting: identity
            .acting
            .as_ref()
            .map(|acting| if acting.write { "writing" } else { "looking" }),
        csrf_token: identity.csrf_token(),
    })
}

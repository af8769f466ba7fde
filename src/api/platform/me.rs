//! `GET /api/v1/platform/me`: who the caller is at the platform.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::PlatformAdmin;

/// The caller, as the platform knows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me<'a> {
    id: uuid::Uuid,
    name: &'a str,
    email: &'a str,
    /// When the caller last proved who they are.
    auth_time: Option<DateTime<Utc>>,
    /// When the session or token ends at the latest.
    expires_at: DateTime<Utc>,
    /// For `X-CSRF-Token`; sessions alone have one.
    csrf_token: Option<String>,
}

/// Who the caller is.
#[utoipa::path(get, path = "/api/v1/platform/me", tag = "platform", responses((status = 200, body = Me<'_>), (status = 401), (status = 403)))]
pub async fn show(admin: PlatformAdmin) -> HttpResponse {
    HttpResponse::Ok().json(Me {
        id: admin.admin.id,
        name: &admin.admin.name,
        email: &admin.admin.email,
        auth_time: admin.auth_time,
        expires_at: admin.expires_at,
        csrf_token: admin.csrf_token(),
    })
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/me", web::get().to(show));
}

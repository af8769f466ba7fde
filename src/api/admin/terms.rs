//! Questions, policy, delivery and the price of gold: read whole, sent back whole, as the settings are ([`super::settings`]).

use actix_web::{HttpRequest, HttpResponse, web};
use sadu_domain::terms::TermsDraft;

use super::settings;
use crate::auth::{FreshAdmin, TenantAdmin};
use crate::error::ApiResult;
use crate::middleware::tenant::TenantRef;

/// The terms.
#[utoipa::path(get, path = "/api/v1/admin/settings/terms", tag = "admin",
    responses((status = 200, body = Object, description = "`{faq:[{q:{ar,en}, a:{ar,en}}], policy:{ar,en}, delivery:{ar,en}, gold_price:{gram, on, source:{ar,en}}|null, revision}`; `gram` in fils")))]
pub async fn show(admin: TenantAdmin, tenant: TenantRef) -> ApiResult<HttpResponse> {
    settings::answer::<TermsDraft>(&admin, &tenant).await
}

/// The terms as they shall be, with the `revision` they were read at. A save that comes second is a 409 `terms.revision_conflict`, whose
/// `errors` say what stands there now.
#[utoipa::path(put, path = "/api/v1/admin/settings/terms", tag = "admin",
    request_body(content = Object, description = "As they were read; `revision` must be the present one"),
    responses((status = 200, body = Object, description = "The terms as stored, the new `revision`, and `changes`: `[{field, before, after}]`"),
        (status = 409, body = crate::error::Problem<'static>), (status = 422, body = crate::error::Problem<'static>)))]
pub async fn edit(
    admin: FreshAdmin,
    tenant: TenantRef,
    request: HttpRequest,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    settings::save::<TermsDraft>(&admin, &tenant, &request, &bytes).await
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/settings/terms", web::get().to(show))
        .route("/settings/terms", web::put().to(edit));
}

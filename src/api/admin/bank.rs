//! The account that transfers go to: read whole, sent back whole, as the settings are ([`super::settings`]). Changing where money goes
//! demands a fresh proof of identity (AUT-9), and a mail tells every administrator.

use actix_web::{HttpRequest, HttpResponse, web};
use sadu_domain::bank::BankDraft;

use super::settings;
use crate::auth::{FreshAdmin, TenantAdmin};
use crate::error::ApiResult;
use crate::middleware::tenant::TenantRef;

/// The account; empty where there is none yet.
#[utoipa::path(get, path = "/api/v1/admin/settings/bank", tag = "admin",
    responses((status = 200, body = Object, description = "`{bank:{ar,en}, beneficiary:{ar,en}, iban, revision}`")))]
pub async fn show(admin: TenantAdmin, tenant: TenantRef) -> ApiResult<HttpResponse> {
    settings::answer::<BankDraft>(&admin, &tenant).await
}

/// The account as it shall be, with the `revision` it was read at. A save that comes second is a 409 `bank.revision_conflict`, whose
/// `errors` say what stands there now.
#[utoipa::path(put, path = "/api/v1/admin/settings/bank", tag = "admin",
    request_body(content = Object, description = "`{bank:{ar,en}, beneficiary:{ar,en}, iban, revision}`; spaces and Arabic digits in the IBAN are taken"),
    responses((status = 200, body = Object, description = "The account as stored, the new `revision`, and `changes`: `[{field, before, after}]`"),
        (status = 409, body = crate::error::Problem<'static>), (status = 422, body = crate::error::Problem<'static>)))]
pub async fn edit(
    admin: FreshAdmin,
    tenant: TenantRef,
    request: HttpRequest,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    settings::save::<BankDraft>(&admin, &tenant, &request, &bytes).await
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/settings/bank", web::get().to(show))
        .route("/settings/bank", web::put().to(edit));
}

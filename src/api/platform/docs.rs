//! `GET /api/v1/openapi.json` on the platform's host: the contract of its own routes.

use actix_web::HttpResponse;
use utoipa::OpenApi;

/// The contract of the platform's JSON routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Sadu platform",
        description = "Routes of the platform's own host, for those who run it. Money is in fils; figures are sums."
    ),
    paths(
        super::me::show,
        super::tenants::list,
        super::tenants::suspend,
        super::tenants::activate,
        super::tenants::act_as,
        super::audit::list,
    )
)]
pub struct Contract;

/// The OpenAPI document.
pub async fn document() -> HttpResponse {
    HttpResponse::Ok().json(Contract::openapi())
}

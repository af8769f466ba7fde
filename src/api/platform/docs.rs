//! `GET /api/v1/openapi.json` on the platform's host: the contract of its own routes.

use actix_web::HttpResponse;
use sadu_domain::error::Code;
use utoipa::OpenApi;

use crate::error::{ApiError, ApiResult};

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
        super::opening::create,
        super::tenants::suspend,
        super::tenants::activate,
        super::acting::act_as,
        super::closing::close_route,
        super::closing::export_route,
        super::plans::list,
        super::plans::change,
        super::plans::put_on,
        super::audit::list,
        super::jobs::list,
        super::jobs::replay,
    )
)]
pub struct Contract;

/// The OpenAPI document.
///
/// # Errors
/// None in practice: the document is made of plain data.
pub async fn document() -> ApiResult<HttpResponse> {
    let mut document =
        serde_json::to_value(Contract::openapi()).map_err(|_| ApiError::code(Code::Internal))?;
    crate::api::contract::complete(&mut document);
    Ok(HttpResponse::Ok().json(document))
}

//! `GET /api/v1/openapi.json`: every JSON route; made once.

use actix_web::{HttpResponse, web};
use utoipa::OpenApi;

/// The contract of the JSON routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Sadu",
        description = "Routes of one tenant; the host is the tenant. Money is in fils."
    ),
    paths(
        super::site::show,
        super::items::list,
        super::items::show,
        super::orders::place,
        super::orders::show,
        super::live::feed,
        super::admin::inbox::list,
        super::admin::inbox::events,
        super::admin::inbox::claim,
        super::admin::inbox::resolve,
        super::admin::orders::list,
        super::admin::orders::show,
        super::admin::orders::confirm_transfer,
        super::admin::funding::show,
    )
)]
pub struct Contract;

/// The OpenAPI document.
pub async fn document(contract: web::Data<OpenApiJson>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("Cache-Control", "public, max-age=300"))
        .body(contract.0.clone())
}

/// The document as JSON, made at start.
#[derive(Debug, Clone)]
pub struct OpenApiJson(pub bytes::Bytes);

impl OpenApiJson {
    /// Of the routes as they are.
    ///
    /// # Errors
    /// Never in practice: the document is made of plain data.
    pub fn make() -> anyhow::Result<Self> {
        Ok(Self(Contract::openapi().to_json()?.into()))
    }
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/openapi.json", web::get().to(document));
}

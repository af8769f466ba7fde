//! The contract: `GET /api/v1/openapi.json` and the page made from it, `GET /api/docs`, with every error code and event.

use actix_web::{HttpResponse, web};
use askama::Template;
use sadu_domain::error::Code;
use sadu_domain::event::EventKind;
use sadu_domain::lang::Lang;
use serde_json::Value;
use utoipa::OpenApi;

use crate::error::{ApiError, ApiResult};
use crate::middleware::tenant::TenantRef;

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
        crate::auth::me::show,
        super::admin::inbox::list,
        super::admin::inbox::events,
        super::admin::inbox::claim,
        super::admin::inbox::resolve,
        super::admin::orders::list,
        super::admin::orders::show,
        super::admin::orders::confirm_transfer,
        super::admin::items::list,
        super::admin::items::create,
        super::admin::items::show,
        super::admin::items::edit,
        super::admin::items::delete,
        super::admin::items::submit,
        super::admin::items::give_back,
        super::admin::items::publish,
        super::admin::items::pause,
        super::admin::items::activate,
        super::admin::items::execute,
        super::admin::items::complete,
        super::admin::items::archive,
        super::admin::media::announce,
        super::admin::media::complete,
        super::admin::media::show,
        super::admin::media::edit,
        super::admin::media::remove,
        super::admin::reveal::reveal,
        super::admin::funding::show,
        super::admin::domains::list,
        super::admin::domains::create,
        super::admin::domains::prove,
        super::admin::domains::delete,
        super::admin::settings::show,
        super::admin::settings::edit,
        super::admin::bank::show,
        super::admin::bank::edit,
        super::admin::terms::show,
        super::admin::terms::edit,
        super::admin::plan::show,
        super::admin::content::list,
        super::admin::content::show,
        super::admin::content::edit,
        super::admin::audit::list,
        super::admin::audit::verify,
        super::admin::audit_export::export,
        super::admin::users::list,
        super::admin::users::invite,
        super::admin::users::invite_again,
        super::admin::users::withdraw,
        super::admin::users::role,
        super::admin::users::disable,
        super::admin::users::enable,
    )
)]
pub struct Contract;

/// The contract, made once at start.
#[derive(Debug, Clone)]
pub struct OpenApiJson {
    bytes: bytes::Bytes,
    document: Value,
}

impl OpenApiJson {
    /// Of the routes as they are.
    ///
    /// # Errors
    /// Never in practice: the document is made of plain data.
    pub fn make() -> anyhow::Result<Self> {
        let mut document = serde_json::to_value(Contract::openapi())?;
        super::contract::complete(&mut document);
        Ok(Self {
            bytes: serde_json::to_vec(&document)?.into(),
            document,
        })
    }
}

/// The OpenAPI document.
pub async fn document(contract: web::Data<OpenApiJson>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("Cache-Control", "public, max-age=300"))
        .body(contract.bytes.clone())
}

struct Parameter {
    name: String,
    place: String,
    meaning: String,
    required: bool,
}

struct Route {
    id: String,
    method: String,
    path: String,
    summary: String,
    parameters: Vec<Parameter>,
    body: Option<String>,
    answers: Vec<String>,
}

struct Group {
    name: &'static str,
    routes: Vec<Route>,
}

#[derive(Template)]
#[template(path = "api/docs.html")]
struct DocsPage {
    site: String,
    stylesheet: String,
    groups: Vec<Group>,
    events: Vec<&'static str>,
    /// Code, and its text in English and in Arabic.
    codes: Vec<(&'static str, &'static str, &'static str)>,
}

fn text(value: &Value, pointer: &str) -> String {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn route(path: &str, method: &str, operation: &Value) -> Route {
    let list = |pointer: &str| {
        operation
            .pointer(pointer)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let parameters = list("/parameters")
        .iter()
        .map(|p| Parameter {
            name: text(p, "/name"),
            place: text(p, "/in"),
            meaning: text(p, "/description"),
            required: p
                .pointer("/required")
                .and_then(Value::as_bool)
                .unwrap_or(false),
        })
        .collect();
    let summary = [text(operation, "/summary"), text(operation, "/description")];
    Route {
        id: format!("{method}{}", path.replace(['/', '{', '}'], "-")),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: summary.join(" ").trim().to_owned(),
        parameters,
        body: operation
            .pointer("/requestBody/description")
            .and_then(Value::as_str)
            .map(str::to_owned),
        answers: operation
            .pointer("/responses")
            .and_then(Value::as_object)
            .map(|r| r.keys().cloned().collect())
            .unwrap_or_default(),
    }
}

fn groups(document: &Value) -> Vec<Group> {
    let tagged = |operation: &Value, tag: &str| {
        operation.pointer("/tags/0").and_then(Value::as_str) == Some(tag)
    };
    ["public", "admin"]
        .into_iter()
        .map(|name| Group {
            name,
            routes: document
                .pointer("/paths")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
                .flat_map(|(path, item)| {
                    item.as_object()
                        .into_iter()
                        .flatten()
                        .map(move |(method, operation)| (path, method, operation))
                })
                .filter(|(_, _, operation)| tagged(operation, name))
                .map(|(path, method, operation)| route(path, method, operation))
                .collect(),
        })
        .collect()
}

/// The contract as a page.
///
/// # Errors
/// `internal` when the page cannot be made.
pub async fn page(tenant: TenantRef, contract: web::Data<OpenApiJson>) -> ApiResult<HttpResponse> {
    let page = DocsPage {
        site: tenant.snapshot().tenant.name.en.clone(),
        stylesheet: crate::assets::url("css/docs.css"),
        groups: groups(&contract.document),
        events: EventKind::ALL.iter().map(|e| e.as_str()).collect(),
        codes: Code::ALL
            .iter()
            .map(|c| (c.as_str(), c.detail_in(Lang::En), c.detail_in(Lang::Ar)))
            .collect(),
    };
    let html = page.render().map_err(|_| ApiError::code(Code::Internal))?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(html))
}

/// Routes below `/api/v1`.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/openapi.json", web::get().to(document));
}

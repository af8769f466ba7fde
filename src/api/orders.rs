//! Orders of the public: place one, look one up.

use actix_web::{HttpRequest, HttpResponse, web};
use sadu_domain::order::NewOrder;
use serde::Deserialize;

use crate::api::{body, keyed};
use crate::checkout;
use crate::error::ApiResult;
use crate::limits;
use crate::lookup::{self, OrderView, Proof};
use crate::middleware::tenant::{TenantRef, Visit, language};
use crate::state::App;

/// The route's name in idempotency keys; the form shares it.
pub const PLACE: &str = "POST /orders";

/// Places an order; answers only after it is durable.
#[utoipa::path(post, path = "/api/v1/orders", tag = "public",
    params(("Idempotency-Key" = String, Header, description = "1–255 visible ASCII characters; the same key gives the same answer")),
    request_body(content = Object, description = "See the contract: kind, items, donor, payment_method, lang, note, gift, utm"),
    responses((status = 201, body = checkout::OrderCreated), (status = 409, body = crate::error::Problem<'static>), (status = 422, body = crate::error::Problem<'static>), (status = 429, body = crate::error::Problem<'static>)))]
pub async fn place(
    tenant: TenantRef,
    app: web::Data<App>,
    visit: Visit,
    request: HttpRequest,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    limits::order(&app, &tenant, visit.ip).await?;
    let new: NewOrder = body::json(&request, &bytes)?;
    let key = checkout::idempotency_key(body::key(&request), "guest", PLACE, &bytes)?;
    let new = NewOrder {
        lang: new
            .lang
            .or_else(|| Some(language(&request).as_str().to_owned())),
        ..new
    };
    let placed = checkout::submit(&tenant, &app.site, &visit.host, new, key).await?;
    let mut answer = HttpResponse::Created();
    keyed::mark(&mut answer, placed.replayed);
    Ok(answer.content_type("application/json").body(placed.body))
}

/// What a caller brings to see more than the state.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProofQuery {
    /// Last four digits of the donor's phone.
    phone_last4: Option<String>,
    /// From `track_url`.
    token: Option<String>,
}

/// The state of an order; with a proof also what was promised and what happened since.
#[utoipa::path(get, path = "/api/v1/orders/{reference}", tag = "public", params(("reference" = String, Path), ProofQuery),
    responses((status = 200, body = OrderView), (status = 403, body = crate::error::Problem<'static>), (status = 404, body = crate::error::Problem<'static>), (status = 429, body = crate::error::Problem<'static>)))]
pub async fn show(
    tenant: TenantRef,
    app: web::Data<App>,
    visit: Visit,
    reference: web::Path<String>,
    proof: web::Query<ProofQuery>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let proof = Proof {
        last4: proof.phone_last4.as_deref(),
        token: proof.token.as_deref(),
    };
    let view = lookup::order(
        &app,
        &tenant,
        &visit,
        language(&request),
        &reference,
        &proof,
    )
    .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/orders", web::post().to(place))
        .route("/orders/{reference}", web::get().to(show));
}

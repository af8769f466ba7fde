//! `POST /api/v1/admin/orders/{id}/reveal`: a donor's name, phone and e-mail, for a reason that is kept.
//!
//! The answer is remembered under no Idempotency-Key: that would keep the details in the clear. Each look is an entry of its own.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use sadu_actors::TenantHandle;
use sadu_actors::commands::donors::RevealDonor;
use sadu_actors::counters::Quota;
use sadu_actors::keys::{CounterName, Key};
use sadu_domain::access::Permission;
use sadu_domain::error::Code;
use sadu_domain::ids::OrderId;
use sadu_domain::limits::Limits;
use sadu_domain::pii::Pii;
use sadu_domain::reveal::{NewReveal, parse_reason};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::body;
use crate::auth::{Identity, Staff};
use crate::error::{ApiError, ApiResult};
use crate::middleware::tenant::TenantRef;
use crate::state::App;

/// Donors that one person may look at in an hour, and at once: a day's calls, not a list to take home.
const AN_HOUR: u32 = 60;
const AT_ONCE: u32 = 20;
const LOOKS: CounterName = CounterName::new("reveal");

/// What was sealed.
#[derive(Debug)]
pub struct Revealed {
    /// As the donor wrote it.
    pub name: Pii<String>,
    /// E.164.
    pub phone: Pii<String>,
    /// Where given.
    pub email: Option<Pii<String>>,
}

/// A donor's details.
#[derive(Serialize, ToSchema)]
pub struct RevealedDonor<'a> {
    name: &'a str,
    /// E.164.
    phone: &'a str,
    email: Option<&'a str>,
}

/// Shows a donor's details. The reason is kept in the audit log, the details are not.
#[utoipa::path(post, path = "/api/v1/admin/orders/{id}/reveal", tag = "admin", params(("id" = uuid::Uuid, Path)),
    request_body(content = Object, description = "`{reason}`, 8 to 300 characters"),
    responses((status = 200, body = RevealedDonor<'static>), (status = 404, body = crate::error::Problem<'static>), (status = 422, body = crate::error::Problem<'static>), (status = 429, body = crate::error::Problem<'static>)))]
pub async fn reveal(
    staff: Staff,
    tenant: TenantRef,
    app: web::Data<App>,
    id: web::Path<String>,
    request: HttpRequest,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    staff
        .demand(Permission::DonorReveal)
        .map_err(|d| ApiError::code(d.code()))?;
    let new: NewReveal = body::json(&request, &bytes)?;
    let order = id
        .parse()
        .map_err(|_| ApiError::code(Code::OrderNotFound))?;
    let found = look(&tenant, &app, &staff, &request, order, &new).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(RevealedDonor {
            name: found.name.expose(),
            phone: found.phone.expose(),
            email: found.email.as_ref().map(|email| email.expose().as_str()),
        }))
}

/// The same, for the page.
///
/// # Errors
/// `donor.reveal_reason` beside its field, `order.not_found`, `rate_limited`.
pub async fn look(
    tenant: &TenantHandle,
    app: &App,
    me: &Identity,
    request: &HttpRequest,
    order: OrderId,
    new: &NewReveal,
) -> ApiResult<Revealed> {
    let reason = parse_reason(new).map_err(ApiError::fields)?;
    let key = Key::counter(tenant.id(), LOOKS, me.user_id.to_string());
    let factor = app.site.rate_factor;
    let quota = Quota::new(
        Limits::scaled(AN_HOUR, factor),
        Duration::from_secs(60 * 60),
        Limits::scaled(AT_ONCE, factor),
    );
    let verdict = app.counters.admit(&key, &quota, 1).await;
    if !verdict.allowed {
        return Err(ApiError {
            retry_after: Some(verdict.retry_after.as_secs().max(1)),
            ..ApiError::code(Code::RateLimited)
        });
    }
    let command = RevealDonor {
        order,
        reason,
        actor: me.actor(request),
    };
    let donor = tenant.execute(command).await?;
    let (keys, row) = (tenant.keys(), donor.id.as_uuid());
    let open = |place, sealed: &[u8]| keys.open(place, row, sealed).map(Pii::new);
    Ok(Revealed {
        name: open("donors.name", &donor.name)?,
        phone: open("donors.phone", &donor.phone)?,
        email: donor
            .email
            .as_ref()
            .map(|email| open("donors.email", email))
            .transpose()?,
    })
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/orders/{id}/reveal", web::post().to(reveal));
}

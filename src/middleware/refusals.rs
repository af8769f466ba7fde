//! Somebody known who was refused leaves a line: who, what, why. Strangers are figures alone (`http_seconds`), or they could fill the
//! log at will.

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest};
use sadu_domain::error::Code;
use tracing::field::display;

use super::tenant::Visit;
use crate::auth;

/// Writes the line of an answer that forbids.
pub(super) fn note(request: &HttpRequest, status: StatusCode, code: Option<Code>) {
    if status != StatusCode::FORBIDDEN {
        return;
    }
    let Some(who) = auth::who(request) else {
        return;
    };
    let extensions = request.extensions();
    let visit = extensions.get::<Visit>();
    let tenant = visit
        .and_then(|visit| visit.tenant.as_ref())
        .map(|tenant| display(tenant.id()));
    let id = visit.map(|visit| display(&visit.request_id));
    let (code, route) = (code.map(|code| code.as_str()), request.match_pattern());
    tracing::info!(user.id = %who, tenant.id = tenant, request.id = id, code, what = route, "refused");
}

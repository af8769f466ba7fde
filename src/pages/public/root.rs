//! `GET /`: to the visitor's language, by the cookie of an earlier choice, the browser's wish, or the tenant's default.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use sadu_domain::lang::Lang;

use crate::middleware::tenant::{TenantRef, language};

/// The cookie that `static/js/site.js` sets when the language switch is used. It holds a language and nothing else.
const CHOICE: &str = "lang";

/// `GET /`.
pub async fn root(request: HttpRequest, tenant: TenantRef) -> HttpResponse {
    let chosen = request
        .cookie(CHOICE)
        .and_then(|cookie| cookie.value().parse::<Lang>().ok());
    let wanted = chosen.unwrap_or_else(|| language(&request));
    let lang = tenant.snapshot().tenant.language(wanted);
    HttpResponse::Found()
        .insert_header((header::LOCATION, format!("/{lang}/")))
        .insert_header((header::VARY, "accept-language, cookie"))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .finish()
}

/// `GET /{lang}`: the address without its final slash.
pub async fn slash(request: HttpRequest) -> HttpResponse {
    let lang = request.match_info().get("lang").unwrap_or("ar");
    HttpResponse::MovedPermanently()
        .insert_header((header::LOCATION, format!("/{lang}/")))
        .finish()
}

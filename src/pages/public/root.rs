//! `GET /`: to the visitor's language, by the cookie of an earlier choice, the browser's wish, or the tenant's default.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};

use crate::middleware::tenant::{TenantRef, language};
use crate::pages::spoken::kept;

/// `GET /`.
pub async fn root(request: HttpRequest, tenant: TenantRef) -> HttpResponse {
    let wanted = kept(&request).unwrap_or_else(|| language(&request));
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

//! What a tenant still shows while the platform has switched it off: those who gave or ordered find their order by its reference, and the
//! page of what they gave to, with the proofs of the work. Nothing can be sent but the form that looks an order up.

use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use sadu_actors::TenantHandle;
use sadu_domain::tenant::TenantStatus;

/// The tenant of a request that was refused because it is switched off: the page that says so names it.
#[derive(Debug, Clone)]
pub struct Paused(pub TenantHandle);

/// Whether this request is answered although its tenant is switched off. One that is closed for good answers nothing.
#[must_use]
pub fn reachable(request: &ServiceRequest, tenant: &TenantHandle) -> bool {
    tenant.snapshot().tenant.status == TenantStatus::Suspended
        && is_reachable(request.method(), request.path())
}

fn is_reachable(method: &Method, path: &str) -> bool {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match *parts.as_slice() {
        ["ar" | "en", "track"] => reads || *method == Method::POST,
        ["ar" | "en", "o" | "items", name] | ["api", "v1", "orders", name] => {
            reads && !name.is_empty()
        }
        // What these pages are drawn with.
        ["static" | "media" | "weave", ..] | ["favicon.ico" | "logo.jpg"] => reads,
        [sheet] => reads && sheet.starts_with("brand-"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_found_and_nothing_is_taken() {
        for (method, path) in [
            (Method::GET, "/ar/track"),
            (Method::POST, "/en/track"),
            (Method::GET, "/en/o/NKH-1"),
            (Method::HEAD, "/en/items/well"),
            (Method::GET, "/api/v1/orders/NKH-1"),
            (Method::GET, "/brand-7.css"),
            (Method::GET, "/static/abc/css/public.css"),
        ] {
            assert!(is_reachable(&method, path), "{method} {path}");
        }
        for (method, path) in [
            (Method::GET, "/"),
            (Method::GET, "/en/"),
            (Method::GET, "/en/items"),
            (Method::GET, "/en/items/"),
            (Method::GET, "/en/checkout"),
            (Method::POST, "/en/checkout"),
            (Method::POST, "/en/o/NKH-1"),
            (Method::POST, "/api/v1/orders"),
            (Method::POST, "/api/v1/orders/NKH-1"),
            (Method::GET, "/api/v1/admin/orders/1"),
            (Method::GET, "/admin/track"),
            (Method::GET, "/auth/login"),
            (Method::GET, "/ws/inbox"),
        ] {
            assert!(!is_reachable(&method, path), "{method} {path}");
        }
    }
}

//! Addresses that lead on. `GET /`: to the visitor's language, by the cookie of an earlier choice, the browser's wish, or the tenant's default.

use actix_web::http::{Method, header};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use sadu_domain::lang::Lang;

use crate::middleware::tenant::{TenantRef, Visit, language};
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

/// The way on from an address with a slash too many at its end or its language in capitals, its query kept. Only what was asked
/// for to be read is led on, and only at a tenant's host.
#[must_use]
pub fn mended(request: &HttpRequest) -> Option<HttpResponse> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    request.extensions().get::<Visit>()?.tenant.as_ref()?;
    let mut address = tidy(request.path())?;
    if !request.query_string().is_empty() {
        address.push('?');
        address.push_str(request.query_string());
    }
    Some(
        HttpResponse::PermanentRedirect()
            .insert_header((header::LOCATION, address))
            .finish(),
    )
}

/// `/AR/items/well/` as `/ar/items/well`; `None` for what is tidy already. It begins with our own language, so it stays here.
fn tidy(path: &str) -> Option<String> {
    let (lang, rest) = path
        .strip_prefix('/')?
        .split_once('/')
        .unwrap_or((path.get(1..)?, ""));
    let lang: Lang = lang.parse().ok()?;
    let tidy = format!("/{lang}/{}", rest.trim_end_matches('/'));
    (tidy != path).then_some(tidy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_in_an_address_are_mended_and_lead_nowhere_else() {
        for (path, wanted) in [
            ("/ar/items/well/", Some("/ar/items/well")),
            ("/ar/transparency///", Some("/ar/transparency")),
            ("/AR/", Some("/ar/")),
            ("/En/items", Some("/en/items")),
            ("/AR", Some("/ar/")),
            ("/ar//", Some("/ar/")),
            ("/AR//evil.example/", Some("/ar//evil.example")),
            ("/ar/", None),
            ("/ar/items", None),
            ("//evil.example/", None),
            ("//ar/", None),
            ("/admin/", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(tidy(path).as_deref(), wanted, "{path}");
        }
    }
}

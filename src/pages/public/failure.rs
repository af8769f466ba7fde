//! A failure as a page, in the visitor's language and the tenant's colours.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, ResponseError as _, web};
use askama::Template as _;
use sadu_domain::error::{Class, Code};
use sadu_domain::lang::Lang;

use super::view::ErrorPage;
use crate::error::{ApiError, render_plain};
use crate::middleware::remains::Paused;
use crate::middleware::tenant::{Visit, language};
use crate::pages::frame::{Frame, Head};
use crate::pages::words::Order;
use crate::state::App;

/// The page of `failure`. On a host without a tenant there is no brand: plain text in both languages.
#[must_use]
pub fn failure(request: &HttpRequest, failure: &ApiError) -> HttpResponse {
    use actix_web::HttpMessage as _;
    let visit = request.extensions().get::<Visit>().cloned();
    let Some((tenant, visit)) = visit.and_then(|visit| Some((visit.tenant.clone()?, visit))) else {
        return match failure.code {
            Code::TenantSuspended => paused(request),
            Code::TenantGone => crate::auth::gone(language(request)),
            _ => render_plain(failure),
        };
    };
    let snapshot = tenant.snapshot();
    let (wanted, path) = split(request.path()).unwrap_or_else(|| (language(request), ""));
    let lang = snapshot.tenant.language(wanted);
    let origin = request
        .app_data::<web::Data<App>>()
        .map_or_else(String::new, |app| app.site.origin(&visit.host));
    let frame = Frame::new(&snapshot.tenant, lang, &origin);
    let (title, body) = texts(&frame.w.order, failure.code, lang);
    let class = failure.code.class();
    let page = ErrorPage {
        frame,
        head: Head::personal(title, path),
        title,
        body,
        retry: matches!(class, Class::Busy | Class::Internal | Class::RateLimited),
        request_id: (class == Class::Internal).then(|| visit.request_id.to_string()),
    };
    let Ok(html) = page.render() else {
        return render_plain(failure);
    };
    let mut answer = HttpResponse::build(failure.status_code());
    if let Some(seconds) = failure.retry_after {
        answer.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    answer.content_type("text/html; charset=utf-8").body(html)
}

/// The page of a tenant that is switched off: who it is, how it is reached, and the way to an order that was placed before.
fn paused(request: &HttpRequest) -> HttpResponse {
    use actix_web::HttpMessage as _;
    let extensions = request.extensions();
    let Some(Paused(tenant)) = extensions.get::<Paused>() else {
        return crate::auth::paused(language(request), None);
    };
    let snapshot = tenant.snapshot();
    let wanted = split(request.path()).map_or_else(|| language(request), |(lang, _)| lang);
    // The tenant's own languages, as on its pages.
    let lang = snapshot.tenant.language(wanted);
    crate::auth::paused(lang, Some(&snapshot.tenant))
}

/// The page's own warm words where it has some, else the code's.
fn texts(w: &'static Order, code: Code, lang: Lang) -> (&'static str, &'static str) {
    match code.class() {
        Class::NotFound => (w.e404_title, w.e404_body),
        Class::RateLimited => (w.e429_title, w.e429_body),
        Class::Busy => (w.e503_title, w.e503_body),
        Class::Internal => (w.e500_title, w.e500_body),
        Class::Malformed => (w.e400_title, w.e400_body),
        _ => (code.title_in(lang), code.detail_in(lang)),
    }
}

/// `/ar/items/well` → Arabic and `items/well`.
fn split(path: &str) -> Option<(Lang, &str)> {
    let path = path.strip_prefix('/')?;
    let (lang, rest) = path.split_once('/').unwrap_or((path, ""));
    Some((lang.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_switch_of_an_error_keeps_the_address() {
        assert_eq!(split("/en/items/gone"), Some((Lang::En, "items/gone")));
        assert_eq!(split("/ar"), Some((Lang::Ar, "")));
        assert_eq!(split("/weave/x.svg"), None);
    }
}

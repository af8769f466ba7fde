//! How a request is turned away: a program gets the problem of `error`, a person in a browser the way to sign in, or the page
//! that asks for the second factor.

use std::fmt;
use std::time::Duration;

use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use sadu_domain::error::Code;

use super::asked::Asked;
use super::identity::Denied;
use super::note::Note;
use super::platform;
use super::return_to;
use crate::error::ApiError;
use crate::middleware::tenant::language;
use sadu_domain::lang::Lang;

/// A request that was turned away.
#[derive(Debug)]
pub struct Refusal {
    denied: Denied,
    page: Option<Page>,
}

/// What a browser is shown instead.
#[derive(Debug)]
enum Page {
    /// To the sign-in, and back here afterwards.
    SignIn(String),
    /// A page of its own.
    Html(String),
}

impl Refusal {
    pub(super) fn new(req: &HttpRequest, denied: Denied) -> Self {
        let page = is_page(req).then(|| match denied {
            Denied::Required | Denied::InvalidToken => Some(Page::SignIn(sign_in(req))),
            Denied::MfaRequired => {
                let (lang, name) = site(req);
                let csrf = super::extract::known(req).and_then(|identity| identity.csrf_token());
                Note::second_factor(lang, name, csrf, "")
                    .render()
                    .map(Page::Html)
            }
            Denied::StepUpRequired => {
                let (lang, name) = site(req);
                Note::step_up(lang, name, &step_up(req))
                    .render()
                    .map(Page::Html)
            }
            _ => None,
        });
        Self {
            denied,
            page: page.flatten(),
        }
    }

    /// Whether nobody is signed in, or not any more.
    pub fn is_signed_out(&self) -> bool {
        matches!(self.denied, Denied::Required | Denied::InvalidToken)
    }

    /// The failure for `error` to tell, unless this refusal brings a page of its own.
    pub fn problem(&self) -> Option<ApiError> {
        let failure = match self.denied {
            Denied::TooMany(seconds) => {
                ApiError::later(Code::RateLimited, Duration::from_secs(seconds))
            }
            denied => ApiError::code(denied.code()),
        };
        self.page.is_none().then_some(failure)
    }
}

fn is_page(req: &HttpRequest) -> bool {
    let path = req.path();
    if platform::extract::is_here(req) {
        return !path.starts_with("/api/");
    }
    path == "/admin" || path.starts_with("/admin/") || path.starts_with("/auth/")
}

fn site(req: &HttpRequest) -> (Lang, Option<String>) {
    let lang = language(req);
    let name = Asked::of(req).map(|asked| asked.tenant.snapshot().tenant.name.get(lang).to_owned());
    (lang, name)
}

/// The address that proves the person again, with the way back to the page from which this was asked.
pub fn step_up(req: &HttpRequest) -> String {
    let here = match *req.method() {
        Method::GET | Method::HEAD => req
            .uri()
            .path_and_query()
            .map(|path| path.as_str().to_owned()),
        // A form cannot be sent again by a redirect: back to the page that held it, as our own Referrer-Policy lets the browser say.
        _ => referer(req),
    };
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("again", "1")
        .append_pair("return_to", &return_to::checked(here.as_deref()))
        .finish();
    format!("/auth/login?{query}")
}

fn referer(req: &HttpRequest) -> Option<String> {
    let sent = req.headers().get(header::REFERER)?.to_str().ok()?;
    let origin = Asked::of(req)?.origin;
    sent.strip_prefix(&origin).map(str::to_owned)
}

/// The address of sign-in with the way back: to the page itself, or after a form to the page it was on.
fn sign_in(req: &HttpRequest) -> String {
    let back = match *req.method() {
        Method::GET | Method::HEAD => req.uri().path_and_query().map(|path| path.as_str()),
        _ => None,
    };
    match back {
        Some(back) => {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("return_to", back)
                .finish();
            format!("/auth/login?{query}")
        }
        None => "/auth/login".to_owned(),
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.denied.fmt(f)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        match &self.page {
            Some(Page::SignIn(_)) => StatusCode::SEE_OTHER,
            Some(Page::Html(_)) => StatusCode::FORBIDDEN,
            None => ApiError::code(self.denied.code()).status_code(),
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match &self.page {
            Some(Page::SignIn(to)) => response
                .insert_header((header::LOCATION, to.as_str()))
                .finish(),
            Some(Page::Html(html)) => response
                .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
                .body(html.clone()),
            None => response.finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::test::TestRequest;

    use super::*;

    fn turn(method: Method, path: &str, denied: Denied) -> Refusal {
        let req = TestRequest::with_uri(path).method(method).to_http_request();
        Refusal::new(&req, denied)
    }

    fn location(refusal: &Refusal) -> Option<String> {
        let answer = refusal.error_response();
        let to = answer.headers().get(header::LOCATION)?;
        to.to_str().ok().map(str::to_owned)
    }

    #[test]
    fn a_page_leads_to_the_sign_in_and_back() {
        for denied in [Denied::Required, Denied::InvalidToken] {
            let refusal = turn(Method::GET, "/admin/inbox?view=mine&q=a%20b", denied);
            assert_eq!(refusal.status_code(), StatusCode::SEE_OTHER);
            assert!(refusal.problem().is_none());
            let to = location(&refusal).unwrap();
            assert_eq!(
                to,
                "/auth/login?return_to=%2Fadmin%2Finbox%3Fview%3Dmine%26q%3Da%2520b"
            );
        }
        // A form cannot be sent again by a redirect.
        let refusal = turn(Method::POST, "/admin/orders", Denied::Required);
        assert_eq!(location(&refusal).unwrap(), "/auth/login");
    }

    #[test]
    fn a_program_is_told_the_code() {
        for (path, denied) in [
            ("/api/v1/admin/orders", Denied::Required),
            ("/api/v1/admin/orders", Denied::MfaRequired),
            ("/ws/inbox", Denied::InvalidToken),
            ("/administration", Denied::Required),
            ("/admin/orders", Denied::Forbidden),
            ("/admin/orders", Denied::Csrf),
            ("/admin/orders", Denied::Busy),
        ] {
            let refusal = turn(Method::GET, path, denied);
            assert_eq!(refusal.problem().unwrap().code, denied.code(), "{path}");
            assert!(location(&refusal).is_none());
        }
    }

    #[actix_web::test]
    async fn without_a_second_factor_there_is_one_page() {
        let refusal = turn(Method::GET, "/admin", Denied::MfaRequired);
        assert!(refusal.problem().is_none());
        let answer = refusal.error_response();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        let body = to_bytes(answer.into_body()).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(body.contains("/auth/login?again=1"), "{body}");
    }
}

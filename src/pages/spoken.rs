//! [`Spoken`]: the language a page behind a sign-in is answered in.
//!
//! The language is that of `?lang=`, which is then remembered in the cookie the public pages use too, else the cookie's,
//! else the browser's, else the tenant's.

use std::future::{Ready, ready};

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use sadu_domain::error::Code;
use sadu_domain::lang::Lang;

use crate::error::ApiError;
use crate::middleware::tenant::language;

/// Name of the parameter.
const CHOICE: &str = "lang";
/// Name of the cookie. It holds a language and nothing else; `static/js/site.js` sets it too.
const COOKIE: &str = "__Host-lang";

/// The language that was chosen before, if any.
#[must_use]
pub fn kept(request: &HttpRequest) -> Option<Lang> {
    request.cookie(COOKIE)?.value().parse().ok()
}

/// The language of a page, and whether this request chose it.
#[derive(Debug, Clone, Copy)]
pub struct Spoken {
    /// The language.
    pub lang: Lang,
    chosen: bool,
}

impl Spoken {
    /// What this request asks for.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        let wanted = url::form_urlencoded::parse(request.query_string().as_bytes())
            .find(|(key, _)| key == CHOICE)
            .and_then(|(_, value)| value.parse::<Lang>().ok());
        Self {
            lang: wanted
                .or_else(|| kept(request))
                .unwrap_or_else(|| language(request)),
            chosen: wanted.is_some(),
        }
    }

    /// Path and query of a request at `path`, without the choice of a language.
    #[must_use]
    pub fn here(request: &HttpRequest, path: &str) -> String {
        let rest = url::form_urlencoded::parse(request.query_string().as_bytes())
            .filter(|(key, _)| key != CHOICE);
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(rest)
            .finish();
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    }

    /// The answer: a page, or our own fault. Remembers the language that was chosen.
    ///
    /// # Errors
    /// `internal` when the template failed.
    pub fn answer(
        self,
        status: StatusCode,
        page: askama::Result<String>,
    ) -> Result<HttpResponse, ApiError> {
        let body = page.map_err(|error| {
            tracing::error!(%error, "a page was not rendered");
            ApiError::code(Code::Internal)
        })?;
        let mut answer = HttpResponse::build(status);
        answer
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CONTENT_LANGUAGE, self.lang.as_str()));
        if self.chosen {
            let cookie = Cookie::build(COOKIE, self.lang.as_str())
                .path("/")
                .max_age(Duration::days(365))
                .same_site(SameSite::Lax)
                .secure(true)
                .finish();
            answer.cookie(cookie);
        }
        Ok(answer.body(body))
    }
}

impl FromRequest for Spoken {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

//! [`Asked`]: what a page handler needs to know of a request.

use std::cell::OnceCell;
use std::fmt;
use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, web};
use sadu_actors::{TenantHandle, TenantSnapshot};
use sadu_domain::error::Code;
use sadu_domain::lang::Lang;

use crate::config::site::SiteConfig;
use crate::error::ApiError;
use crate::kept::{AnswerKey, HTML};
use crate::middleware::tenant::Visit;
use crate::pages::frame::Frame;
use crate::state::App;

/// Why there is no page at an address.
#[derive(Debug)]
pub enum NotHere {
    /// For `error` to tell.
    Problem(ApiError),
    /// The tenant has no pages in this language; the same page in the one it has is at this address.
    Elsewhere(String),
}

impl NotHere {
    /// The failure for `error` to tell, unless there is a way on.
    pub fn problem(&self) -> Option<ApiError> {
        match self {
            Self::Problem(failure) => Some(failure.clone()),
            Self::Elsewhere(_) => None,
        }
    }
}

impl fmt::Display for NotHere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problem(failure) => failure.fmt(f),
            Self::Elsewhere(_) => f.write_str("in another language"),
        }
    }
}

impl ResponseError for NotHere {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Problem(failure) => failure.status_code(),
            Self::Elsewhere(_) => StatusCode::FOUND,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        if let Self::Elsewhere(address) = self {
            answer.insert_header((header::LOCATION, address.as_str()));
        }
        answer.finish()
    }
}

/// The tenant, its snapshot and the language in the address. Extracting it elsewhere is a 404.
#[derive(Debug)]
pub struct Asked {
    /// The tenant.
    pub tenant: TenantHandle,
    /// How it looks now.
    pub snapshot: Arc<TenantSnapshot>,
    /// Language of the page.
    pub lang: Lang,
    /// The visitor's host.
    pub host: Arc<str>,
    site: Option<Arc<SiteConfig>>,
    origin: OnceCell<String>,
}

impl Asked {
    /// The frame of a page in this language.
    #[must_use]
    pub fn frame(&self) -> Frame<'_> {
        Frame::new(&self.snapshot.tenant, self.lang, self.origin())
    }

    /// Scheme and host of the visitor's address; put together when a page is rendered, not when it is kept already.
    fn origin(&self) -> &str {
        self.origin.get_or_init(|| {
            self.site
                .as_ref()
                .map_or_else(String::new, |site| site.origin(&self.host))
        })
    }

    /// The part of a page's key in the cache that follows from the request.
    #[must_use]
    pub fn key(&self) -> AnswerKey<'_> {
        AnswerKey {
            tenant: self.tenant.id(),
            host: &self.host,
            lang: self.lang,
            media_type: HTML,
            route: "",
            part: "",
        }
    }
}

impl FromRequest for Asked {
    type Error = NotHere;
    type Future = Ready<Result<Self, NotHere>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = match Visit::from_request(request, payload).into_inner() {
            Ok(visit) => visit,
            Err(error) => return ready(Err(NotHere::Problem(error))),
        };
        let unknown = || ready(Err(NotHere::Problem(ApiError::code(Code::NotFound))));
        let lang: Option<Lang> = request
            .match_info()
            .get("lang")
            .and_then(|text| text.parse().ok());
        let (Some(tenant), Some(lang)) = (visit.tenant, lang) else {
            return unknown();
        };
        let snapshot = tenant.snapshot();
        if !snapshot.tenant.speaks(lang) {
            // What was sent cannot be sent on.
            return match *request.method() {
                Method::GET | Method::HEAD => ready(Err(NotHere::Elsewhere(in_language(
                    request,
                    snapshot.tenant.default_lang,
                )))),
                _ => unknown(),
            };
        }
        let site = request
            .app_data::<web::Data<App>>()
            .map(|app| app.site.clone());
        ready(Ok(Self {
            snapshot,
            tenant,
            lang,
            host: visit.host,
            site,
            origin: OnceCell::new(),
        }))
    }
}

/// The address of this page in `lang`.
fn in_language(request: &HttpRequest, lang: Lang) -> String {
    let rest = request
        .path()
        .trim_start_matches('/')
        .split_once('/')
        .map_or("", |(_, rest)| rest);
    let query = request.query_string();
    let joint = if query.is_empty() { "" } else { "?" };
    format!("/{lang}/{rest}{joint}{query}")
}

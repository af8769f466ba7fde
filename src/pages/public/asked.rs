//! [`Asked`]: what a page handler needs to know of a request.

use std::cell::OnceCell;
use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use sadu_actors::{TenantHandle, TenantSnapshot};
use sadu_domain::error::Code;
use sadu_domain::lang::Lang;

use crate::config::site::SiteConfig;
use crate::error::ApiError;
use crate::middleware::tenant::Visit;
use crate::pages::cache::PageKey;
use crate::pages::frame::Frame;
use crate::state::App;

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
    pub fn key(&self) -> PageKey<'_> {
        PageKey {
            tenant: self.tenant.id(),
            host: &self.host,
            lang: self.lang,
            route: "",
            part: "",
        }
    }
}

impl FromRequest for Asked {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = match Visit::from_request(request, payload).into_inner() {
            Ok(visit) => visit,
            Err(error) => return ready(Err(error)),
        };
        let lang = request
            .match_info()
            .get("lang")
            .and_then(|text| text.parse().ok());
        let (Some(tenant), Some(lang)) = (visit.tenant, lang) else {
            return ready(Err(ApiError::code(Code::NotFound)));
        };
        let site = request
            .app_data::<web::Data<App>>()
            .map(|app| app.site.clone());
        ready(Ok(Self {
            snapshot: tenant.snapshot(),
            tenant,
            lang,
            host: visit.host,
            site,
            origin: OnceCell::new(),
        }))
    }
}

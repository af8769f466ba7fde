//! [`TenantRef`]: the tenant of the host, as handlers take it.

use std::future::{Ready, ready};
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use sadu_actors::TenantHandle;
use sadu_domain::error::Code;
use sadu_domain::lang::Lang;

use crate::error::ApiError;
use crate::middleware::request_id::RequestId;

/// What the front door learnt about a request.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The host's tenant; none on the product's own hosts.
    pub tenant: Option<TenantHandle>,
    /// The product's own name, where the host is one: `auth`, `id`, `platform` …
    pub reserved: Option<&'static str>,
    /// The host, in its one spelling.
    pub host: Arc<str>,
    /// Id of the request, echoed as `X-Request-Id`.
    pub request_id: RequestId,
    /// Address of the caller.
    pub ip: Option<IpAddr>,
}

/// The tenant of the host. Extracting it on another host is a 404.
#[derive(Debug, Clone)]
pub struct TenantRef(pub TenantHandle);

impl Deref for TenantRef {
    type Target = TenantHandle;
    fn deref(&self) -> &TenantHandle {
        &self.0
    }
}

impl FromRequest for TenantRef {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let tenant = request
            .extensions()
            .get::<Visit>()
            .and_then(|v| v.tenant.clone());
        ready(
            tenant
                .map(Self)
                .ok_or_else(|| ApiError::code(Code::TenantNotFound)),
        )
    }
}

impl FromRequest for Visit {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            request
                .extensions()
                .get::<Self>()
                .cloned()
                .ok_or_else(|| ApiError::code(Code::NotFound)),
        )
    }
}

/// The language a caller asked for by header, else the tenant's.
#[must_use]
pub fn language(request: &HttpRequest) -> Lang {
    let asked = request
        .headers()
        .get(actix_web::http::header::ACCEPT_LANGUAGE)
        .and_then(|h| h.to_str().ok())
        .and_then(Lang::negotiate);
    asked.unwrap_or_else(|| {
        request
            .extensions()
            .get::<Visit>()
            .and_then(|v| v.tenant.as_ref())
            .map_or(Lang::Ar, |t| t.snapshot().tenant.default_lang)
    })
}

//! What sign-in takes from a request: the tenant and host that were asked, and where the request came from.

use actix_web::http::header::USER_AGENT;
use actix_web::{HttpMessage, HttpRequest, web};
use sadu_actors::TenantHandle;
use sadu_actors::commands::sessions::Caller;
use sadu_db::Actor;
use sadu_db::hosts::HostName;

use super::identity::Identity;
use crate::error::ApiError;
use crate::middleware::host::{self, HostClass};
use crate::middleware::tenant::Visit;
use crate::state::App;

/// Longest browser name that is kept, in characters.
const MAX_AGENT: usize = 200;

/// The site that a request asked.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Its tenant.
    pub(super) tenant: TenantHandle,
    /// Its host, in its one spelling, without port.
    pub(super) host: String,
    /// What browsers call it: scheme, host, and the port where it shows.
    pub(super) origin: String,
}

impl Asked {
    /// `None` on the product's own hosts.
    pub(super) fn of(req: &HttpRequest) -> Option<Self> {
        let app = req.app_data::<web::Data<App>>()?;
        let extensions = req.extensions();
        let visit = extensions.get::<Visit>()?;
        Some(Self {
            tenant: visit.tenant.clone()?,
            host: visit.host.to_string(),
            origin: app.site.origin(&visit.host),
        })
    }
}

/// The tenant that answers on a host which somebody else named; `None` when it is not a host of ours.
///
/// # Errors
/// `Busy` when it could not be looked up.
pub(super) async fn tenant_of(app: &App, host: &str) -> Result<Option<TenantHandle>, ApiError> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    if host.is_empty() || host.len() > 253 || !host.bytes().all(plain) {
        return Ok(None);
    }
    let found = match host::classify(host, &app.site.base_domain) {
        HostClass::Slug(slug) => app.directory.resolve(host, HostName::Slug(slug)).await,
        HostClass::Domain => app.directory.resolve(host, HostName::Domain(host)).await,
        HostClass::Reserved(_) | HostClass::Nobody => return Ok(None),
    };
    match found {
        Ok(tenant) => Ok(Some(tenant)),
        Err(sadu_actors::Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// From where a request came, for the audit log.
pub fn caller(req: &HttpRequest) -> Caller {
    let extensions = req.extensions();
    let visit = extensions.get::<Visit>();
    let agent = req
        .headers()
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok());
    Caller {
        ip: visit.and_then(|visit| visit.ip),
        user_agent: agent.map(|agent| agent.chars().take(MAX_AGENT).collect()),
        request_id: visit.map(|visit| visit.request_id.to_string()),
    }
}

impl Identity {
    /// This person as the one who acts by a request, for commands and their audit entries.
    pub fn actor(&self, req: &HttpRequest) -> Actor {
        match &self.acting {
            Some(acting) => caller(req).acts_for_platform(acting.admin),
            None => caller(req).acts_as(self.user_id.to_string(), self.role.as_str()),
        }
    }
}

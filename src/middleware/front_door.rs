//! The one layer every request passes: its id, its host's tenant, its span and figures, the headers of its answer, and the one
//! place where a failure becomes an answer in the caller's language.

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Instant;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::http::header::HeaderName;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use sadu_actors::TenantHandle;
use sadu_db::hosts::HostName;
use sadu_domain::error::Code;
use sadu_domain::tenant::TenantStatus;
use tracing::Instrument;

use crate::auth::Refusal;
use crate::error::{self, ApiError};
use crate::middleware::host::{self, HostClass};
use crate::middleware::request_id::{REQUEST_ID, RequestId};
use crate::middleware::tenant::{self, Visit};
use crate::middleware::{bounds, figures, headers, refusals, remains};
use crate::pages::public::asked::NotHere;
use crate::state::App;
use crate::wire::Talk;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Lets a request in.
///
/// # Errors
/// None: a failure is an answer.
pub async fn pass(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let begun = Instant::now();
    let Some(app) = request.app_data::<web::Data<App>>().cloned() else {
        return Ok(request.into_response(actix_web::HttpResponse::InternalServerError().finish()));
    };
    let talk = request.conn_data::<Rc<Talk>>().cloned();
    if let Some(talk) = &talk {
        talk.begun();
    }
    let request_id = RequestId::of(request.headers());
    let ip = caller(&request, app.site.trusted_proxies);
    // The stylesheet of the notes is also that of the page a tenant has while it is switched off.
    let any_host = matches!(request.path(), "/healthz" | "/readyz" | "/auth/auth.css");
    let arrived = if any_host {
        Ok(Arrival::default())
    } else {
        arrive(&app, &request, ip).await
    };
    let (arrival, refused) = match arrived {
        Ok(arrival) => (arrival, bounds::head(request.head()).err()),
        Err(refusal) => (Arrival::default(), Some(refusal)),
    };
    let Arrival {
        tenant,
        reserved,
        host,
    } = arrival;
    let span = tracing::debug_span!("request", request.id = %request_id, tenant.id = tenant.as_ref().map(|t| tracing::field::display(t.id())));
    let visit = Visit {
        tenant,
        reserved,
        host: host.into(),
        request_id,
        ip,
    };
    request.extensions_mut().insert(visit);

    let ambiguous = bounds::is_ambiguous(request.head());
    let pace = bounds::hold(&mut request);
    let mut response = match refused {
        Some(refusal) => {
            let lang = tenant::language(request.request());
            let answer = error::render(request.request(), &refusal, lang, request_id.as_str());
            request.into_response(answer)
        }
        None => match next.call(request).instrument(span).await {
            Ok(response) => response.map_into_boxed_body(),
            Err(error) => return Err(error),
        },
    };
    let late = pace.is_some_and(|pace| pace.was_late());
    let failure = late.then(|| ApiError::code(Code::RequestTimeout));
    let failure = failure.or_else(|| response.response().error().and_then(problem));
    let code = failure.as_ref().map(|failure| failure.code);
    if let Some(failure) = failure {
        let lang = tenant::language(response.request());
        let answer = error::render(response.request(), &failure, lang, request_id.as_str());
        response = response.into_response(answer);
    }
    refusals::note(response.request(), response.status(), code);
    if ambiguous || matches!(response.status().as_u16(), 408 | 413 | 431) {
        // What else comes is not worth reading, or not to be trusted.
        let head = response.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
    headers::complete(
        response.headers_mut(),
        &app.policy,
        app.site.scheme == "https",
    );
    if let Some(id) = request_id.header() {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    if let Some(talk) = talk
        && !matches!(response.response().body().size(), BodySize::Stream)
    {
        talk.answered();
    }
    figures::count(
        response.request().path(),
        response.status(),
        begun.elapsed(),
    );
    Ok(response)
}

/// A failure that is to be told here; a refusal may bring a page of its own, and a page may be elsewhere.
fn problem(error: &Error) -> Option<ApiError> {
    if let Some(refusal) = error.as_error::<Refusal>() {
        return refusal.problem();
    }
    match error.as_error::<NotHere>() {
        Some(elsewhere) => elsewhere.problem(),
        None => Some(ApiError::from_actix(error)),
    }
}

/// What a host leads to.
#[derive(Default)]
struct Arrival {
    tenant: Option<TenantHandle>,
    reserved: Option<&'static str>,
    host: String,
}

async fn arrive(
    app: &App,
    request: &ServiceRequest,
    ip: Option<IpAddr>,
) -> Result<Arrival, ApiError> {
    let unknown = || ApiError::code(Code::TenantNotFound);
    let host = host::of(request.head()).ok_or_else(unknown)?;
    let name = match host::classify(&host, &app.site.base_domain) {
        HostClass::Nobody => return Err(unknown()),
        HostClass::Reserved("platform") if !app.site.admits_to_platform(ip) => {
            return Err(unknown());
        }
        HostClass::Reserved(label) => {
            return Ok(Arrival {
                reserved: Some(label),
                host,
                tenant: None,
            });
        }
        HostClass::Slug(slug) => HostName::Slug(slug),
        HostClass::Domain => HostName::Domain(&host),
    };
    let tenant = app.directory.resolve(&host, name).await?;
    if !tenant.serves_pages() && !remains::reachable(request, &tenant) {
        return Err(match tenant.snapshot().tenant.status {
            TenantStatus::Suspended => {
                request.extensions_mut().insert(remains::Paused(tenant));
                ApiError::code(Code::TenantSuspended)
            }
            TenantStatus::Closed => ApiError::code(Code::TenantGone),
            _ => unknown(),
        });
    }
    Ok(Arrival {
        tenant: Some(tenant),
        reserved: None,
        host,
    })
}

/// The address of the caller: the peer's, or what the given number of trusted hops wrote from the right.
fn caller(request: &ServiceRequest, trusted: usize) -> Option<IpAddr> {
    let peer = request.peer_addr().map(|a| a.ip());
    let Some(back) = trusted.checked_sub(1) else {
        return peer;
    };
    let forwarded = request
        .headers()
        .get(FORWARDED_FOR)
        .and_then(|h| h.to_str().ok());
    forwarded
        .and_then(|f| f.split(',').rev().nth(back))
        .and_then(|ip| ip.trim().parse().ok())
        .or(peer)
}

//! The middleware that refuses what another site made a browser send, and marks what our own pages sent (AUT-12).
//!
//! Wrapped around every route, inside the tenant's middleware. A request without a session is only asked where it comes from;
//! one with a session must also hold the session's CSRF token to count as that person's. Bearers and webhooks pass: nothing
//! that a browser adds by itself speaks for them.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage, HttpRequest, web};

use super::asked::Asked;
use super::csrf::{self, Source};
use super::extract::{CsrfProven, identify, session_cookie};
use super::identity::{Denied, Identity};
use super::leading;
use super::platform::{self, PlatformIdentity};
use super::refusal::Refusal;
use crate::state::App;

/// Largest form that is read for its token, in bytes.
const MAX_FORM: usize = 256 * 1024;

/// For `wrap(from_fn(guard::csrf))`.
///
/// What comes from another site is answered with a [`Refusal`], `csrf.refused`.
///
/// # Errors
/// Those of the routes inside, and of a form that could not be read.
pub async fn csrf<B: MessageBody + 'static>(
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if req.method().is_safe() || req.headers().contains_key(AUTHORIZATION) {
        return pass(req, next).await;
    }
    let Some(origin) = origin(req.request()) else {
        return pass(req, next).await;
    };
    let source = csrf::source(req.headers(), &origin);
    if source == Source::Foreign {
        let refusal = Refusal::new(req.request(), Denied::Csrf);
        return Ok(req.error_response(refusal).map_into_right_body());
    }
    let has_cookie = !matches!(session_cookie(req.headers()), Ok(None));
    if has_cookie
        && source == Source::Same
        // In boxes of their own: every request moves this future, and few come here.
        && let Some(somebody) = Box::pin(Somebody::behind(req.request())).await
    {
        match Box::pin(proves(&mut req, &somebody)).await {
            Ok(true) => {
                req.extensions_mut().insert(CsrfProven);
            }
            Ok(false) => {}
            // An answer, not an error, so that it is told in the caller's language.
            Err(error) => return Ok(req.error_response(error).map_into_right_body()),
        }
    }
    pass(req, next).await
}

/// This site's own origin, where requests have sessions: on tenants' hosts and the platform's.
fn origin(req: &HttpRequest) -> Option<String> {
    if let Some(asked) = Asked::of(req) {
        return Some(asked.origin);
    }
    let app = req.app_data::<web::Data<App>>()?;
    platform::extract::is_here(req).then(|| app.site.origin(&app.site.platform_host()))
}

/// Whoever a session's cookie stands for.
enum Somebody {
    Tenant(Box<Identity>),
    Platform(Box<PlatformIdentity>),
}

impl Somebody {
    async fn behind(req: &HttpRequest) -> Option<Self> {
        if platform::extract::is_here(req) {
            let found = platform::extract::identify(req).await.ok().flatten()?;
            return Some(Self::Platform(Box::new(found)));
        }
        let found = identify(req).await.ok().flatten()?;
        Some(Self::Tenant(Box::new(found)))
    }

    fn owns_csrf_token(&self, token: &str) -> bool {
        match self {
            Self::Tenant(identity) => identity.owns_csrf_token(token),
            Self::Platform(identity) => identity.owns_csrf_token(token),
        }
    }
}

async fn pass<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    // Who is asking is known before a handler's arguments are read: actix reads them side by side, so that a body or a query
    // at fault would be answered before an authority that has yet to be looked up.
    if platform::extract::is_here(req.request()) {
        let _ = Box::pin(platform::extract::identify(req.request())).await;
    } else if is_guarded(req.path()) {
        let _ = Box::pin(identify(req.request())).await;
    }
    next.call(req)
        .await
        .map(ServiceResponse::map_into_left_body)
}

/// Whether only some may ask for this.
fn is_guarded(path: &str) -> bool {
    [
        "/admin",
        "/api/v1/admin/",
        "/api/v1/me",
        "/auth/leave",
        "/auth/logout",
    ]
    .iter()
    .any(|start| path.starts_with(start))
}

/// Whether the request holds the session's token, in its header or in its form.
async fn proves(req: &mut ServiceRequest, identity: &Somebody) -> Result<bool, Error> {
    let mut sent = req.headers().get_all(csrf::HEADER);
    match (sent.next(), sent.next()) {
        (Some(token), None) => {
            return Ok(token
                .to_str()
                .is_ok_and(|token| identity.owns_csrf_token(token)));
        }
        (Some(_), Some(_)) => return Ok(false),
        (None, _) => {}
    }
    if let Some(boundary) = leading::boundary(req.headers()) {
        let token = leading::token(req, &boundary).await?;
        return Ok(token.is_some_and(|token| identity.owns_csrf_token(&token)));
    }
    let is_form = req
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|value| {
            value
                .trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
    if !is_form {
        return Ok(false);
    }
    let body = read(req).await?;
    let mut tokens = url::form_urlencoded::parse(&body).filter(|(name, _)| name == csrf::FIELD);
    let proven = match (tokens.next(), tokens.next()) {
        (Some((_, token)), None) => identity.owns_csrf_token(&token),
        _ => false,
    };
    drop(tokens);
    req.set_payload(actix_web::dev::Payload::from(body));
    Ok(proven)
}

async fn read(req: &mut ServiceRequest) -> Result<Bytes, Error> {
    use futures::StreamExt;
    let mut payload = req.take_payload();
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk?;
        if body.len().saturating_add(chunk.len()) > MAX_FORM {
            return Err(actix_web::error::ErrorPayloadTooLarge(
                "a form over 256 KiB",
            ));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Bytes::from(body))
}

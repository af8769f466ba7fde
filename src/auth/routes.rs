//! The routes of sign-in, what ends it, and who the caller is. Signing in itself is in `sign_in`.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use sadu_actors::commands::sessions::{EndEverySession, EndSession};
use serde::Deserialize;

use super::asked::{caller, tenant_of};
use super::extract::{SESSION_COOKIE, SignedIn};
use super::identity::Via;
use super::note::{Failure, Note, failed, stylesheet};
use super::refusal::Refusal;
use super::session::Auth;
use super::sign_in::{callback, finish, login};
use super::{invitation, me, platform, support};
use crate::error::ApiError;
use crate::middleware::tenant::{TenantRef, Visit, language};
use crate::state::App;

/// The routes of tenants' hosts.
pub fn tenant_routes(config: &mut web::ServiceConfig) {
    config
        .route("/auth/login", web::get().to(login))
        .route("/auth/finish", web::get().to(finish))
        .route("/auth/logout", web::post().to(logout))
        .route("/auth/signed-out", web::get().to(signed_out))
        .route("/auth/invitation", web::get().to(invitation::show))
        .route("/auth/auth.css", web::get().to(stylesheet))
        .configure(support::routes);
}

/// What a program asks about itself, below `/api/v1` of a tenant's host.
pub fn program_routes(config: &mut web::ServiceConfig) {
    config.route("/me", web::get().to(me::show));
}

/// The routes of sign-in on `platform.{BASE_DOMAIN}`.
pub fn platform_routes(config: &mut web::ServiceConfig) {
    config
        .configure(platform::sign_in::routes)
        .route("/auth/auth.css", web::get().to(stylesheet));
}

/// The routes of `auth.{BASE_DOMAIN}`.
pub fn auth_host_routes(config: &mut web::ServiceConfig) {
    config
        .route("/auth/callback", web::get().to(callback))
        .route("/auth/signed-out", web::get().to(after_provider_logout))
        .route("/auth/auth.css", web::get().to(stylesheet));
}

#[derive(Deserialize)]
struct LogoutQuery {
    everywhere: Option<String>,
}

/// `POST /auth/logout`: ends the session, or with `?everywhere=1` all of the person's, also when a program asks; the program's
/// own token goes on to its `exp`. Somebody whose session is over already is told the same.
async fn logout(
    req: HttpRequest,
    tenant: TenantRef,
    auth: web::Data<Auth>,
    query: web::Query<LogoutQuery>,
    identity: Result<SignedIn, Refusal>,
) -> actix_web::Result<HttpResponse> {
    let identity = match identity {
        Ok(identity) => Some(identity),
        Err(refusal) if refusal.is_signed_out() => None,
        Err(refusal) => return Err(refusal.into()),
    };
    if let Some(identity) = identity
        && !support::end(&req, &tenant, &auth, &identity).await?
    {
        let (user, role, caller) = (identity.user_id, identity.role, caller(&req));
        let session = match &identity.via {
            Via::Session { id, token_hash, .. } => Some((*id, *token_hash)),
            Via::Bearer { .. } => None,
        };
        let ended = match session {
            _ if query.everywhere.is_some() => {
                let end = EndEverySession { user, role, caller };
                tenant.execute(end).await
            }
            Some((id, _)) => {
                let end = EndSession {
                    id,
                    user,
                    role,
                    caller,
                };
                tenant.execute(end).await
            }
            None => Ok(()),
        };
        ended.map_err(ApiError::from)?;
        if let Some((_, token_hash)) = session {
            auth.forget(tenant.id(), token_hash).await;
        }
    }
    let mut response = see_other("/auth/signed-out");
    set(
        &mut response,
        &host_cookie(SESSION_COOKIE, "", Some(Duration::ZERO)),
    );
    Ok(response)
}

/// `GET /auth/signed-out` on the tenant's host: says so, and lets the provider end its own session too.
async fn signed_out(
    req: HttpRequest,
    tenant: TenantRef,
    visit: Visit,
    auth: web::Data<Auth>,
) -> HttpResponse {
    let lang = language(&req);
    let name = tenant.snapshot().tenant.name.get(lang).to_owned();
    let onward = auth.provider().end_session_url(&visit.host).await;
    Note::signed_out(lang, name, onward.map(Into::into)).answer(StatusCode::OK)
}

#[derive(Deserialize)]
struct SignedOutQuery {
    state: Option<String>,
}

/// `GET /auth/signed-out` on the auth host: the provider's session ended too; home to the tenant that began it.
async fn after_provider_logout(
    req: HttpRequest,
    app: web::Data<App>,
    query: web::Query<SignedOutQuery>,
) -> Result<HttpResponse, ApiError> {
    // Only a host that a tenant answers on: this is no open door to anywhere.
    let host = query.state.as_deref().unwrap_or_default();
    if host == app.site.platform_host() {
        return Ok(see_other(&format!("{}/auth/login", app.site.origin(host))));
    }
    if host.is_empty() {
        // Some providers bring nothing back: signed out all the same.
        let note = Note::signed_out(language(&req), String::new(), None);
        return Ok(note.away().answer(StatusCode::OK));
    }
    match tenant_of(&app, host).await? {
        Some(_) => Ok(see_other(&format!("{}/", app.site.origin(host)))),
        None => Ok(failed(language(&req), Failure::Expired, None)),
    }
}

pub(super) fn see_other(to: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .finish()
}

/// A cookie of exactly this host, out of reach of scripts.
pub(super) fn host_cookie<'a>(name: &'a str, value: &'a str, life: Option<Duration>) -> Cookie<'a> {
    let mut cookie = Cookie::new(name, value);
    cookie.set_path("/");
    cookie.set_secure(true);
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_max_age(life);
    cookie
}

pub(super) fn set(response: &mut HttpResponse, cookie: &Cookie<'_>) {
    if let Err(error) = response.add_cookie(cookie) {
        tracing::error!(error = %error, "a cookie could not be set");
    }
}

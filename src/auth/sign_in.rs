//! Signing in (AUT-1, AUT-2). Three hosts take part: the tenant's, where it begins and ends; the provider's; and the auth host,
//! whose one callback serves every tenant and hands over by a one-time code.
//!
//! The browser's nonce lives in a cookie of the tenant's host and only its hash in the hand-off, so that a callback or code that
//! somebody else's browser began is worth nothing. Mounted by `routes`.

use actix_web::cookie::time::Duration;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::DateTime;
use sadu_actors::commands::sign_in::{ClaimSignIn, CompleteSignIn, FinishSignIn, StartSignIn};
use sadu_db::handoffs::{self, NewHandoff};
use secrecy::ExposeSecret;
use serde::Deserialize;
use uuid::Uuid;

use super::asked::{Asked, caller, tenant_of};
use super::extract::{SESSION_COOKIE, cookie, identify, session_cookie};
use super::invitation::{self, Link};
use super::note::{Failure, failed};
use super::oidc::OidcError;
use super::platform;
use super::renewal::REFRESH;
use super::return_to;
use super::routes::{host_cookie, see_other, set};
use super::secret::Secret;
use super::session::{Auth, identified};
use crate::error::ApiError;
use crate::limits;
use crate::middleware::tenant::{TenantRef, Visit, language};
use crate::state::App;

/// Cookie of a sign-in on its way: the browser's nonce.
pub(super) const LOGIN_COOKIE: &str = "__Host-login";
/// Its life, in minutes: as long as the hand-off's.
pub(super) const LOGIN_MINUTES: i64 = 10;
/// Column name that a sealed verifier is bound to.
const VERIFIER: &str = "auth_handoffs.pkce_verifier_sealed";

#[derive(Deserialize)]
pub(super) struct LoginQuery {
    return_to: Option<String>,
    /// Present: ask the provider to prove the person again, for step-up or another account.
    again: Option<String>,
    /// The secret of an invitation's link.
    invitation: Option<String>,
}

/// `GET /auth/login?return_to=`: to the provider, with a hand-off begun.
pub(super) async fn login(
    req: HttpRequest,
    tenant: TenantRef,
    visit: Visit,
    app: web::Data<App>,
    auth: web::Data<Auth>,
    query: web::Query<LoginQuery>,
) -> Result<HttpResponse, ApiError> {
    let lang = language(&req);
    let return_to = return_to::checked(query.return_to.as_deref());
    let link = match query.invitation.as_deref() {
        None => None,
        Some(text) => match invitation::opened(&req, &tenant, text).await? {
            Some(link) => Some(link),
            None => return Ok(failed(lang, Failure::Invitation, Some(""))),
        },
    };
    // Somebody who is invited chooses the account: the provider may still know another one.
    let again = query.again.is_some() || link.is_some();
    if !again
        && let Ok(Some(identity)) = identify(&req).await
        && identity.mfa
    {
        return Ok(see_other(&return_to));
    }
    let Some(asked) = Asked::of(&req) else {
        return Ok(failed(lang, Failure::Expired, None));
    };
    limits::sign_in_start(&app, Some(&tenant), visit.ip).await?;
    let id = Uuid::new_v4();
    let (nonce, oidc_nonce, verifier) = (Secret::random(), Secret::random(), Secret::random());
    let state = format!("{}~{id}", asked.host);
    let to = auth
        .provider()
        .authorize_url(
            &state,
            oidc_nonce.expose(),
            &verifier.challenge(),
            lang.as_str(),
            again,
        )
        .await;
    let to = match to {
        Ok(to) => to,
        Err(error) => {
            tracing::error!(error = %error, cause = ?std::error::Error::source(&error), "a sign-in could not begin");
            return Ok(failed(lang, Failure::Unavailable, Some("")));
        }
    };
    let sealed = tenant.keys().seal(VERIFIER, id, verifier.expose())?;
    let new = NewHandoff {
        id,
        host: asked.host,
        nonce_hash: nonce.hash(),
        oidc_nonce: oidc_nonce.expose().to_owned(),
        verifier_sealed: sealed,
        return_to,
        invitation_hash: link.as_ref().map(Link::hash),
    };
    tenant.execute(StartSignIn(new)).await?;
    let mut response = see_other(to.as_str());
    let cookie = host_cookie(
        LOGIN_COOKIE,
        nonce.expose(),
        Some(Duration::minutes(LOGIN_MINUTES)),
    );
    set(&mut response, &cookie);
    Ok(response)
}

#[derive(Deserialize)]
pub(super) struct CallbackQuery {
    state: Option<String>,
    pub(super) code: Option<String>,
    pub(super) iss: Option<String>,
    pub(super) error: Option<String>,
}

/// `GET /auth/callback` on the auth host: the provider's answer, exchanged, checked, and handed over.
pub(super) async fn callback(
    req: HttpRequest,
    app: web::Data<App>,
    auth: web::Data<Auth>,
    query: web::Query<CallbackQuery>,
) -> Result<HttpResponse, ApiError> {
    let lang = language(&req);
    let state = query
        .state
        .as_deref()
        .and_then(|state| state.split_once('~'));
    let Some((host, Ok(id))) = state.map(|(host, id)| (host, Uuid::try_parse(id))) else {
        return Ok(failed(lang, Failure::Expired, None));
    };
    if host == app.site.platform_host() {
        return platform::sign_in::callback(&req, &app, &auth, id, &query).await;
    }
    // The host is only believed when a tenant answers on it and knows the hand-off.
    let Some(tenant) = tenant_of(&app, host).await? else {
        return Ok(failed(lang, Failure::Expired, None));
    };
    let mut tx = tenant.read().await?;
    let begun_on = handoffs::host_of(&mut tx, id).await?;
    tx.commit().await?;
    if begun_on.as_deref() != Some(host) {
        return Ok(failed(lang, Failure::Expired, None));
    }
    let claimed = tenant.execute(ClaimSignIn(id)).await?;
    let Some(claimed) = claimed.filter(|claimed| claimed.host == host) else {
        return Ok(failed(lang, Failure::Expired, None));
    };
    let site = app.site.origin(host);
    let fail = |failure| Ok(failed(lang, failure, Some(&site)));
    let Some(code) = query.code.as_deref().filter(|_| query.error.is_none()) else {
        return fail(Failure::Refused);
    };
    let verifier = tenant
        .keys()
        .open(VERIFIER, id, &claimed.verifier_sealed)?
        .into();
    let signed_in = auth
        .provider()
        .sign_in(code, query.iss.as_deref(), &verifier, &claimed.oidc_nonce)
        .await;
    let signed_in = match signed_in {
        Ok(signed_in) => signed_in,
        Err(error) => {
            tracing::warn!(tenant.id = %tenant.id(), error = %error, cause = ?std::error::Error::source(&error), "a sign-in failed at the provider");
            return fail(match error {
                OidcError::Unavailable(_) => Failure::Unavailable,
                _ => Failure::Refused,
            });
        }
    };
    let claims = &signed_in.claims;
    limits::sign_in_of_account(&app, Some(&tenant), &claims.issuer, &claims.subject).await?;
    let one_time = Secret::random();
    let refresh_sealed = signed_in
        .refresh
        .map(|refresh| tenant.keys().seal(REFRESH, id, refresh.expose_secret()))
        .transpose()?;
    let complete = CompleteSignIn {
        id,
        who: identified(&signed_in.claims),
        mfa: signed_in.mfa,
        // Unknown is long ago: a provider that does not say when opens nothing that needs a fresh proof.
        auth_time: signed_in.proven_at.unwrap_or(DateTime::UNIX_EPOCH),
        code_hash: one_time.hash(),
        refresh_sealed,
        invitation: claimed.invitation_hash,
        caller: caller(&req),
    };
    if !tenant.execute(complete).await? {
        return fail(match claimed.invitation_hash {
            Some(_) => Failure::NotTheInvited,
            None => Failure::NoAccount,
        });
    }
    Ok(see_other(&format!(
        "{site}/auth/finish?code={}",
        one_time.expose()
    )))
}

#[derive(Deserialize)]
pub(super) struct FinishQuery {
    pub(super) code: Option<String>,
}

/// `GET /auth/finish?code=` on the tenant's host: the code and this browser's nonce become a session.
pub(super) async fn finish(
    req: HttpRequest,
    tenant: TenantRef,
    query: web::Query<FinishQuery>,
    auth: web::Data<Auth>,
) -> Result<HttpResponse, ApiError> {
    let lang = language(&req);
    let code = query.code.as_deref().and_then(Secret::parse);
    let nonce = cookie(req.headers(), LOGIN_COOKIE).ok().flatten();
    let (Some(code), Some(asked)) = (code, Asked::of(&req)) else {
        return Ok(failed(lang, Failure::Expired, Some("")));
    };
    let mut tx = tenant.read().await?;
    let known = handoffs::knows_code(&mut tx, &code.hash()).await?;
    tx.commit().await?;
    if !known {
        return Ok(failed(lang, Failure::Expired, Some("")));
    }
    let session = Secret::random();
    let replaces = session_cookie(req.headers())
        .ok()
        .flatten()
        .map(|old| old.hash());
    let begun = tenant
        .execute(FinishSignIn {
            code_hash: code.hash(),
            // Without a nonce nothing matches, and a replay is still noticed.
            nonce_hash: nonce.unwrap_or_else(Secret::random).hash(),
            host: asked.host,
            token_hash: session.hash(),
            csrf_secret: rand::random(),
            replaces,
            caller: caller(&req),
        })
        .await?;
    if let Some(old) = replaces {
        auth.forget(tenant.id(), old).await;
    }
    let Some(begun) = begun else {
        return Ok(failed(lang, Failure::Expired, Some("")));
    };
    let mut response = see_other(&begun.return_to);
    set(
        &mut response,
        &host_cookie(SESSION_COOKIE, session.expose(), None),
    );
    set(
        &mut response,
        &host_cookie(LOGIN_COOKIE, "", Some(Duration::ZERO)),
    );
    Ok(response)
}

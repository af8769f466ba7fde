//! Signing in to the platform: begun on its own host, through the provider and the one callback of the auth host, and back by a
//! one-time code that counts in the browser that began it.
//!
//! What the provider must repeat (PKCE verifier, nonce) is derived from the hand-off's id under a secret of this deployment, so that
//! nothing of a sign-in under way is stored that could finish it.

use actix_web::cookie::time::Duration;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use chrono::{DateTime, Utc};
use sadu_db::platform::audit;
use sadu_db::platform::sign_in::{self, Finish, Finished};
use sadu_db::{AuditEntry, PlatformTx};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::super::asked::caller;
use super::super::exchange::SignedIn;
use super::super::extract::{SESSION_COOKIE, cookie};
use super::super::note::{Failure, Note, failed};
use super::super::oidc::OidcError;
use super::super::refusal::Refusal;
use super::super::routes::{host_cookie, see_other, set};
use super::super::secret::Secret;
use super::super::sign_in::{CallbackQuery, FinishQuery, LOGIN_COOKIE, LOGIN_MINUTES};
use super::super::{Auth, platform::extract};
use super::PlatformAdmin;
use crate::error::ApiError;
use crate::limits;
use crate::middleware::tenant::{Visit, language};
use crate::state::App;

/// Where a sign-in ends.
const HOME: &str = "/";

/// The routes of sign-in on the platform's own host.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/auth/login", web::get().to(login))
        .route("/auth/finish", web::get().to(finish))
        .route("/auth/logout", web::post().to(logout))
        .route("/auth/signed-out", web::get().to(signed_out));
}

#[derive(Deserialize)]
struct LoginQuery {
    /// Present: ask the provider to prove the person again, for step-up or another account.
    again: Option<String>,
}

/// `GET /auth/login` on the platform's host.
async fn login(
    req: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    auth: web::Data<Auth>,
    query: web::Query<LoginQuery>,
) -> Result<HttpResponse, ApiError> {
    let (lang, again) = (language(&req), query.again.is_some());
    if !again && matches!(extract::identify(&req).await, Ok(Some(_))) {
        return Ok(see_other(HOME));
    }
    limits::sign_in_start(&app, None, visit.ip).await?;
    let (id, nonce) = (Uuid::new_v4(), Secret::random());
    let derived = Derived::of(&auth, id);
    let to = auth
        .provider()
        .authorize_url(
            &format!("{}~{id}", visit.host),
            &derived.nonce,
            &derived.challenge(),
            lang.as_str(),
            again,
        )
        .await;
    let to = match to {
        Ok(to) => to,
        Err(error) => {
            tracing::error!(error = %error, cause = ?std::error::Error::source(&error), "a sign-in to the platform could not begin");
            return Ok(failed(lang, Failure::Unavailable, Some("")));
        }
    };
    let mut tx = PlatformTx::begin(&app.db).await?;
    sign_in::start(&mut tx, id, &nonce.hash()).await?;
    tx.commit().await?;
    let mut response = see_other(to.as_str());
    let life = Some(Duration::minutes(LOGIN_MINUTES));
    set(
        &mut response,
        &host_cookie(LOGIN_COOKIE, nonce.expose(), life),
    );
    Ok(response)
}

/// The provider's answer to a sign-in that began on the platform's host; on the auth host.
pub(in crate::auth) async fn callback(
    req: &HttpRequest,
    app: &App,
    auth: &Auth,
    id: Uuid,
    query: &CallbackQuery,
) -> Result<HttpResponse, ApiError> {
    let lang = language(req);
    let site = app.site.origin(&app.site.platform_host());
    let fail = |failure| Ok(failed(lang, failure, Some(&site)));
    let mut tx = PlatformTx::begin(&app.db).await?;
    let claimed = sign_in::claim(&mut tx, id).await?;
    tx.commit().await?;
    if !claimed {
        return Ok(failed(lang, Failure::Expired, None));
    }
    let Some(code) = query.code.as_deref().filter(|_| query.error.is_none()) else {
        return fail(Failure::Refused);
    };
    let derived = Derived::of(auth, id);
    let signed_in = auth
        .provider()
        .sign_in(
            code,
            query.iss.as_deref(),
            &derived.verifier,
            &derived.nonce,
        )
        .await;
    let signed_in = match signed_in {
        Ok(signed_in) => signed_in,
        Err(error) => {
            tracing::warn!(error = %error, cause = ?std::error::Error::source(&error), "a sign-in to the platform failed at the provider");
            return fail(match error {
                OidcError::Unavailable(_) => Failure::Unavailable,
                _ => Failure::Refused,
            });
        }
    };
    if !signed_in.mfa {
        // No evidence, no session: there is nothing here that a single factor opens.
        let page = Note::second_factor(lang, None, None, &site);
        return Ok(page.answer(StatusCode::FORBIDDEN));
    }
    match hand_over(app, id, &signed_in).await? {
        Some(code) => Ok(see_other(&format!(
            "{site}/auth/finish?code={}",
            code.expose()
        ))),
        None => fail(Failure::NoAccount),
    }
}

async fn hand_over(app: &App, id: Uuid, signed_in: &SignedIn) -> Result<Option<Secret>, ApiError> {
    let (claims, code) = (&signed_in.claims, Secret::random());
    limits::sign_in_of_account(app, None, &claims.issuer, &claims.subject).await?;
    let mut tx = PlatformTx::begin(&app.db).await?;
    let Some(admin) = sign_in::find_admin(&mut tx, &claims.issuer, &claims.subject).await? else {
        return Ok(None);
    };
    let auth_time = claims
        .auth_time
        .and_then(|at| DateTime::from_timestamp(at, 0))
        .unwrap_or_else(Utc::now);
    let ready = sign_in::ready(&mut tx, id, &code.hash(), admin.id, auth_time).await?;
    tx.commit().await?;
    Ok(ready.then_some(code))
}

/// `GET /auth/finish?code=` on the platform's host: the code and this browser's nonce become a session.
async fn finish(
    req: HttpRequest,
    app: web::Data<App>,
    query: web::Query<FinishQuery>,
) -> Result<HttpResponse, ApiError> {
    let lang = language(&req);
    let Some(code) = query.code.as_deref().and_then(Secret::parse) else {
        return Ok(failed(lang, Failure::Expired, Some("")));
    };
    let nonce = cookie(req.headers(), LOGIN_COOKIE).ok().flatten();
    let session = Secret::random();
    let finish = Finish {
        code_hash: code.hash(),
        // Without a nonce nothing matches, and a replay is still noticed.
        nonce_hash: nonce.unwrap_or_else(Secret::random).hash(),
        token_hash: session.hash(),
        csrf_secret: rand::random(),
    };
    let mut tx = PlatformTx::begin(&app.db).await?;
    let finished = sign_in::finish(&mut tx, &finish).await?;
    let (actor, action) = match finished {
        Finished::Begun(admin) => (admin.to_string(), "session.begin"),
        Finished::Replayed => ("system".to_owned(), "session.code_replayed"),
        Finished::Unknown => {
            tx.commit().await?;
            return Ok(failed(lang, Failure::Expired, Some("")));
        }
    };
    let entry = AuditEntry {
        actor: caller(&req).acts_as(actor, "platform_admin"),
        action,
        object_type: "platform_session",
        object_id: None,
        diff: json!({}),
    };
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    if finished == Finished::Replayed {
        return Ok(failed(lang, Failure::Expired, Some("")));
    }
    let mut response = see_other(HOME);
    let gone = host_cookie(LOGIN_COOKIE, "", Some(Duration::ZERO));
    set(
        &mut response,
        &host_cookie(SESSION_COOKIE, session.expose(), None),
    );
    set(&mut response, &gone);
    Ok(response)
}

/// `POST /auth/logout` on the platform's host.
async fn logout(
    req: HttpRequest,
    app: web::Data<App>,
    admin: Result<PlatformAdmin, Refusal>,
) -> actix_web::Result<HttpResponse> {
    let admin = match admin {
        Ok(admin) => Some(admin),
        Err(refusal) if refusal.is_signed_out() => None,
        Err(refusal) => return Err(refusal.into()),
    };
    if let Some((admin, id)) = admin.and_then(|admin| admin.session_id().map(|id| (admin, id))) {
        end(&app, &req, &admin, id).await?;
    }
    let mut response = see_other("/auth/signed-out");
    set(
        &mut response,
        &host_cookie(SESSION_COOKIE, "", Some(Duration::ZERO)),
    );
    Ok(response)
}

async fn end(app: &App, req: &HttpRequest, who: &PlatformAdmin, id: Uuid) -> Result<(), ApiError> {
    let mut tx = PlatformTx::begin(&app.db).await?;
    sign_in::end(&mut tx, id).await?;
    let entry = AuditEntry {
        actor: who.actor(req),
        action: "session.end",
        object_type: "platform_session",
        object_id: Some(id.to_string()),
        diff: json!({}),
    };
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(())
}

/// `GET /auth/signed-out` on the platform's host.
async fn signed_out(req: HttpRequest, visit: Visit, auth: web::Data<Auth>) -> HttpResponse {
    let onward = auth.provider().end_session_url(&visit.host).await;
    Note::signed_out(language(&req), "Sadu".to_owned(), onward.map(Into::into))
        .answer(StatusCode::OK)
}

/// What the provider must repeat.
struct Derived {
    verifier: SecretString,
    nonce: String,
}

impl Derived {
    fn of(auth: &Auth, id: Uuid) -> Self {
        let secret = auth.provider().config().client_secret.expose_secret();
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let derive = |purpose: &[u8]| {
            let message = [b"platform sign-in v1 ", purpose, id.as_bytes().as_slice()].concat();
            BASE64URL.encode(hmac::sign(&key, &message).as_ref())
        };
        Self {
            verifier: derive(b"verifier").into(),
            nonce: derive(b"nonce"),
        }
    }

    fn challenge(&self) -> String {
        let hash = sadu_db::seal::sha256(self.verifier.expose_secret().as_bytes());
        BASE64URL.encode(hash)
    }
}

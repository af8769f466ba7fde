//! The development OpenID provider, at `http://id.localhost:{PORT}`: the real protocol, demo people.
//!
//! Sign-in code meets it exactly as it meets a provider of production: discovery, key set, authorisation code with PKCE,
//! rotation of refresh tokens. Compiled with the feature `dev` alone. In reading order: `accounts`, `keys`, `store`,
//! `authorize` (what a person sees), `token` (what programs call). Mounted by the development start-up; calls nothing but
//! `auth::jwt`, to read its own access tokens.

mod accounts;
mod authorize;
mod form;
mod keys;
mod store;
mod token;

use std::path::Path;

use actix_web::http::header;
use actix_web::{HttpResponse, guard, web};
use secrecy::SecretString;
use serde_json::json;

pub use accounts::{ACCOUNTS, Account};
use keys::SigningKey;
use store::Store;

/// Client of the programs that use `grant_type=password`; it has no secret.
const PROGRAMS: &str = "sadu-dev";
const CSS: &str = include_str!("../../../templates/auth/dev.css");

/// What the provider knows of the world around it.
pub struct DevSettings {
    /// `http://id.localhost:{PORT}`, without a trailing slash.
    pub issuer: String,
    /// The client id of Sadu itself.
    pub client_id: String,
    /// And its secret.
    pub client_secret: SecretString,
    /// The one redirect address of Sadu, compared exactly.
    pub redirect_uri: String,
    /// Where a person may be sent after signing out, compared exactly.
    pub post_logout_redirect_uri: String,
    /// Audience of access tokens.
    pub audience: String,
    /// CSP source of every host that a sign-in passes through, such as `http://*.localhost:8080`.
    pub form_action: String,
}

/// The provider.
pub struct DevProvider {
    settings: DevSettings,
    key: SigningKey,
    store: Store,
}

impl DevProvider {
    /// A provider with the signing key of `state_folder`, which is made when it is missing.
    ///
    /// # Errors
    /// When the key cannot be made or kept.
    pub fn new(settings: DevSettings, state_folder: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            settings,
            key: SigningKey::load_or_make(state_folder)?,
            store: Store::default(),
        })
    }
}

/// Mounts the provider: every path of the host `id.localhost` is its own.
pub fn configure(provider: web::Data<DevProvider>) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        let scope = web::scope("")
            .guard(guard::Host("id.localhost"))
            .app_data(provider)
            .route(
                "/.well-known/openid-configuration",
                web::get().to(discovery),
            )
            .route("/jwks", web::get().to(jwks))
            .route("/authorize", web::get().to(authorize::show))
            .route("/authorize", web::post().to(authorize::submit))
            .route("/token", web::post().to(token::exchange))
            .route("/userinfo", web::get().to(token::userinfo))
            .route("/logout", web::get().to(authorize::logout))
            .route("/dev.css", web::get().to(stylesheet))
            .default_service(web::to(HttpResponse::NotFound));
        config.service(scope);
    }
}

async fn discovery(provider: web::Data<DevProvider>) -> HttpResponse {
    let issuer = &provider.settings.issuer;
    HttpResponse::Ok().json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "end_session_endpoint": format!("{issuer}/logout"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "password"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "email", "profile", "offline_access"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "nbf", "auth_time", "amr", "nonce", "email", "email_verified", "name"],
        "prompt_values_supported": ["none", "login", "select_account"],
        "ui_locales_supported": ["ar", "en"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn jwks(provider: web::Data<DevProvider>) -> HttpResponse {
    HttpResponse::Ok().json(provider.key.jwks())
}

/// `/dev.css`, on every host of development.
pub(super) async fn stylesheet() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(CSS)
}

#[cfg(test)]
mod tests;

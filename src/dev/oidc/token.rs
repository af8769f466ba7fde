//! What programs call: codes, refresh tokens and passwords become tokens; errors are those of RFC 6749.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use base64::{Engine, engine::general_purpose as base64_of};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use super::accounts::Account;
use super::form::Params;
use super::store::{Grant, random_token};
use super::{DevProvider, PROGRAMS};
use crate::auth::jwt::{Audience, Expect, Unverified};

/// Life of an access token, in seconds.
const ACCESS_LIFE: i64 = 15 * 60;
/// Life of an ID token, in seconds.
const ID_LIFE: i64 = 5 * 60;

/// An error of RFC 6749, 5.2: its code, and a sentence for the developer.
struct Fault(StatusCode, &'static str, &'static str);

const fn bad(code: &'static str, text: &'static str) -> Fault {
    Fault(StatusCode::BAD_REQUEST, code, text)
}

const UNKNOWN_CLIENT: Fault = Fault(
    StatusCode::UNAUTHORIZED,
    "invalid_client",
    "unknown client or wrong secret",
);

/// `POST /token`.
pub(super) async fn exchange(
    provider: web::Data<DevProvider>,
    req: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    match grant(&provider, &req, &body).and_then(|(grant, refresh)| {
        tokens(&provider, &grant, refresh).map_err(|_| {
            Fault(
                StatusCode::INTERNAL_SERVER_ERROR,
                "server_error",
                "signing failed",
            )
        })
    }) {
        Ok(answer) => closed(StatusCode::OK).json(answer),
        Err(Fault(status, code, text)) => {
            let mut response = closed(status);
            if status == StatusCode::UNAUTHORIZED {
                response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"token\""));
            }
            response.json(json!({"error": code, "error_description": text}))
        }
    }
}

/// Whose tokens are made, and the refresh token that goes with them.
fn grant(
    provider: &DevProvider,
    req: &HttpRequest,
    body: &[u8],
) -> Result<(Grant, Option<String>), Fault> {
    let form_type = "application/x-www-form-urlencoded";
    if !req
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(form_type.as_bytes()))
    {
        return Err(bad("invalid_request", "the body must be form-encoded"));
    }
    let form = Params::parse(body).ok_or(bad("invalid_request", "a parameter is there twice"))?;
    let client = client(provider, req, &form)?;
    match form.get("grant_type") {
        Some("authorization_code") if client != PROGRAMS => {
            let grant = redeem(provider, &form)?;
            let refresh = offline(provider, &grant);
            Ok((grant, refresh))
        }
        Some("refresh_token") => {
            let token = form
                .get("refresh_token")
                .ok_or(bad("invalid_request", "refresh_token is missing"))?;
            let (mut grant, next) = provider.store.rotate(token, &client).ok_or(bad(
                "invalid_grant",
                "this refresh token is not good any more",
            ))?;
            grant.nonce = None;
            Ok((grant, Some(next)))
        }
        Some("password") if client == PROGRAMS => {
            let (Some(username), Some(password)) = (form.get("username"), form.get("password"))
            else {
                return Err(bad("invalid_request", "username and password are required"));
            };
            let account = Account::sign_in(username, password)
                .ok_or(bad("invalid_grant", "wrong username or password"))?;
            let grant = Grant {
                account,
                client_id: client,
                scope: form
                    .get("scope")
                    .unwrap_or("openid email profile")
                    .to_owned(),
                auth_time: chrono::Utc::now().timestamp(),
                nonce: None,
            };
            let refresh = offline(provider, &grant);
            Ok((grant, refresh))
        }
        Some("authorization_code" | "password") => Err(bad(
            "unauthorized_client",
            "this client may not use this grant",
        )),
        Some(_) => Err(bad(
            "unsupported_grant_type",
            "code, refresh token or password",
        )),
        None => Err(bad("invalid_request", "grant_type is missing")),
    }
}

fn offline(provider: &DevProvider, grant: &Grant) -> Option<String> {
    grant
        .scope
        .split(' ')
        .any(|scope| scope == "offline_access")
        .then(|| provider.store.begin_family(grant.clone()))
}

/// The client that calls: Sadu with its secret, or a program without one.
fn client(provider: &DevProvider, req: &HttpRequest, form: &Params) -> Result<String, Fault> {
    let settings = &provider.settings;
    let (id, secret) = match req.headers().get(header::AUTHORIZATION) {
        Some(value) => basic(value.to_str().unwrap_or_default()).ok_or(UNKNOWN_CLIENT)?,
        None => (
            form.get("client_id").ok_or(UNKNOWN_CLIENT)?.to_owned(),
            form.get("client_secret").unwrap_or_default().to_owned(),
        ),
    };
    let expected = settings.client_secret.expose_secret();
    let right = bool::from(secret.as_bytes().ct_eq(expected.as_bytes()));
    match id.as_str() {
        PROGRAMS if secret.is_empty() => Ok(id),
        id if id == settings.client_id && right => Ok(id.to_owned()),
        _ => Err(UNKNOWN_CLIENT),
    }
}

/// Reads `Basic`, whose two parts are form-encoded before they are joined (RFC 6749, 2.3.1).
fn basic(value: &str) -> Option<(String, String)> {
    let decoded = base64_of::STANDARD
        .decode(value.strip_prefix("Basic ")?)
        .ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |part: &str| {
        let pair = format!("v={part}");
        let value = url::form_urlencoded::parse(pair.as_bytes()).next();
        value.map(|(_, value)| value.into_owned())
    };
    Some((plain(id)?, plain(secret)?))
}

fn redeem(provider: &DevProvider, form: &Params) -> Result<Grant, Fault> {
    const GONE: Fault = bad("invalid_grant", "this code is not good any more");
    let code = form
        .get("code")
        .ok_or(bad("invalid_request", "code is missing"))?;
    let verifier = form
        .get("code_verifier")
        .ok_or(bad("invalid_request", "code_verifier is missing"))?;
    let code = provider.store.take_code(code).ok_or(GONE)?;
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
    let challenge = base64_of::URL_SAFE_NO_PAD.encode(digest.as_ref());
    let proven = bool::from(challenge.as_bytes().ct_eq(code.challenge.as_bytes()));
    if !proven || form.get("redirect_uri") != Some(code.redirect_uri.as_str()) {
        return Err(GONE);
    }
    Ok(code.grant)
}

fn tokens(provider: &DevProvider, grant: &Grant, refresh: Option<String>) -> anyhow::Result<Value> {
    let settings = &provider.settings;
    let now = chrono::Utc::now().timestamp();
    let amr = if grant.account.mfa {
        json!(["pwd", "mfa"])
    } else {
        json!(["pwd"])
    };
    let claims = |audience: &str, life: i64| {
        json!({
            "iss": settings.issuer, "sub": grant.account.subject(), "aud": audience,
            "iat": now, "nbf": now, "exp": now.saturating_add(life), "jti": random_token(),
            "auth_time": grant.auth_time, "amr": amr,
            "email": grant.account.email, "email_verified": true, "name": grant.account.name,
        })
    };
    let mut access = claims(&settings.audience, ACCESS_LIFE);
    let mut id = claims(&grant.client_id, ID_LIFE);
    if let (Some(access), Some(id)) = (access.as_object_mut(), id.as_object_mut()) {
        access.insert("client_id".into(), json!(grant.client_id));
        access.insert("scope".into(), json!(grant.scope));
        if let Some(nonce) = &grant.nonce {
            id.insert("nonce".into(), json!(nonce));
        }
    }
    let mut answer = json!({
        "access_token": provider.key.sign("at+jwt", &access)?,
        "token_type": "Bearer",
        "expires_in": ACCESS_LIFE,
        "scope": grant.scope,
    });
    if let Some(answer) = answer.as_object_mut() {
        if grant.scope.split(' ').any(|scope| scope == "openid") {
            answer.insert("id_token".into(), json!(provider.key.sign("JWT", &id)?));
        }
        if let Some(refresh) = refresh {
            answer.insert("refresh_token".into(), json!(refresh));
        }
    }
    Ok(answer)
}

/// `GET /userinfo`, for a bearer of an access token.
pub(super) async fn userinfo(provider: web::Data<DevProvider>, req: HttpRequest) -> HttpResponse {
    let token = req
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let audience = Audience::Aud(provider.settings.audience.clone());
    let claims = token.zip(provider.key.public()).and_then(|(token, key)| {
        Unverified::parse(token)
            .and_then(|token| {
                let now = chrono::Utc::now().timestamp();
                token.verify(
                    &key,
                    &provider.settings.issuer,
                    &Expect::Access(&audience),
                    now,
                )
            })
            .ok()
    });
    match claims {
        Some(claims) => closed(StatusCode::OK).json(json!({
            "sub": claims.subject,
            "email": claims.text("email"),
            "email_verified": claims.all.get("email_verified"),
            "name": claims.text("name"),
        })),
        None => closed(StatusCode::UNAUTHORIZED)
            .insert_header((header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""))
            .finish(),
    }
}

fn closed(status: StatusCode) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::PRAGMA, "no-cache"));
    response
}

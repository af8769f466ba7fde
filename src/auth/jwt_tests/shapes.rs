//! Tokens as Cognito, Auth0, Clerk and RFC 9068 document them, and that they are believed as what they are.

use serde_json::json;

use super::*;

pub(super) const POOL: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example";
pub(super) const AUTH0: &str = "https://sadu-example.eu.auth0.com/";
pub(super) const CLERK: &str = "https://clerk.sadu.example";
pub(super) const SITE: &str = "https://nakhla.example";
pub(super) const API: &str = "https://api.sadu.example";

/// What is asked of a token; owned, so that a table can hold it.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    Id { marked: bool },
    Access(Audience),
}

impl Wanted {
    pub(super) fn of(&self) -> Expect<'_> {
        match self {
            Self::Id { marked } => Expect::Id {
                client_id: CLIENT,
                nonce: NONCE,
                marked: *marked,
            },
            Self::Access(audience) => Expect::Access(audience),
        }
    }
}

pub(super) fn judged(token: &str, expect: &Expect<'_>, issuer: &str) -> Result<Claims, Refused> {
    Unverified::parse(token)?.verify(&key(), issuer, expect, now())
}

pub(super) fn cognito_access() -> Wanted {
    Wanted::Access(Audience::ClientId(CLIENT.into()))
}

pub(super) fn auth0_access() -> Wanted {
    Wanted::Access(Audience::Aud(API.into()))
}

pub(super) fn clerk_access() -> Wanted {
    Wanted::Access(Audience::Azp(vec![
        "https://sidra.example".into(),
        SITE.into(),
    ]))
}

/// The ID token of a Cognito user pool, of somebody with a password in the pool.
pub(super) fn cognito_id() -> Value {
    let now = now();
    json!({
        "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "cognito:groups": ["staff"], "email_verified": true, "iss": POOL,
        "cognito:username": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "nonce": NONCE, "origin_jti": "f-1", "aud": CLIENT,
        "event_id": "e-1", "token_use": "id", "auth_time": now, "exp": now + 3600, "iat": now, "jti": "j-1",
        "email": "my-test-user@example.com",
    })
}

/// The access token that goes with it: no `aud`.
pub(super) fn cognito_access_token() -> Value {
    let now = now();
    json!({
        "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "device_key": "d-1", "cognito:groups": ["staff"], "iss": POOL, "version": 2,
        "client_id": CLIENT, "origin_jti": "f-1", "event_id": "e-1", "token_use": "access",
        "scope": "phone openid profile email", "auth_time": now, "exp": now + 3600, "iat": now, "jti": "j-2",
        "username": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    })
}

/// The ID token of Auth0 after a second factor, asked for with `max_age`.
pub(super) fn auth0_id() -> Value {
    let now = now();
    json!({
        "nickname": "jane", "name": "Jane", "email": "jane@example.com", "email_verified": true, "iss": AUTH0,
        "sub": "auth0|507f1f77bcf86cd799439020", "aud": CLIENT, "iat": now, "exp": now + 36_000, "auth_time": now,
        "acr": "http://schemas.openid.net/pape/policies/2007/06/multi-factor", "amr": ["mfa"], "sid": "s-1", "nonce": NONCE,
    })
}

pub(super) fn auth0_access_token() -> Value {
    let now = now();
    json!({
        "iss": AUTH0, "sub": "auth0|507f1f77bcf86cd799439020", "aud": [API, format!("{AUTH0}userinfo")], "iat": now,
        "exp": now + 86_400, "azp": CLIENT, "scope": "openid profile email offline_access", "permissions": [],
    })
}

/// The session token of Clerk, version 2, of somebody who used a second factor three minutes ago.
pub(super) fn clerk_session() -> Value {
    let now = now();
    json!({
        "azp": SITE, "exp": now + 60, "fea": "o:articles", "fva": [5, 3], "iat": now, "iss": CLERK, "jti": "j-3",
        "nbf": now - 10, "o": {"id": "org_1", "rol": "admin"}, "pla": "u:free", "sid": "sess_1", "sts": "active",
        "sub": "user_2b", "v": 2,
    })
}

/// An access token of RFC 9068.
pub(super) fn rfc_9068() -> Value {
    let now = now();
    json!({
        "iss": ISSUER, "sub": "5ba552d67", "aud": API, "exp": now + 600, "iat": now, "auth_time": now, "client_id": CLIENT,
        "jti": "j-4", "acr": "phrh", "amr": ["pwd", "mfa"], "scope": "openid profile",
    })
}

pub(super) fn token(claims: &Value) -> String {
    raw(&head().to_string(), &claims.to_string())
}

#[test]
fn documented_shapes_are_believed_as_what_they_are() {
    let clerks = with(head(), "cat", json!("cl_B7d4PD111AAA")).to_string();
    let rfc = with(head(), "typ", json!("at+jwt")).to_string();
    for (name, token, expect, issuer) in [
        (
            "Cognito, ID",
            token(&cognito_id()),
            Wanted::Id { marked: true },
            POOL,
        ),
        (
            "Cognito, access",
            token(&cognito_access_token()),
            cognito_access(),
            POOL,
        ),
        (
            "Auth0, ID",
            token(&auth0_id()),
            Wanted::Id { marked: false },
            AUTH0,
        ),
        (
            "Auth0, access",
            token(&auth0_access_token()),
            auth0_access(),
            AUTH0,
        ),
        (
            "Clerk, session",
            raw(&clerks, &clerk_session().to_string()),
            clerk_access(),
            CLERK,
        ),
        (
            "RFC 9068",
            raw(&rfc, &rfc_9068().to_string()),
            auth0_access(),
            ISSUER,
        ),
    ] {
        judged(&token, &expect.of(), issuer).unwrap_or_else(|why| panic!("{name}: {why}"));
    }
}

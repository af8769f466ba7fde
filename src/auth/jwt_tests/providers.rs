//! Tokens as Cognito, Auth0, Clerk and RFC 9068 document them: which are believed as what, which prove a second factor, and what a
//! forger may make of them.

use chrono::Utc;
use serde_json::json;

use super::*;
use crate::config::provider::MfaRule;

const POOL: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example";
const AUTH0: &str = "https://sadu-example.eu.auth0.com/";
const CLERK: &str = "https://clerk.sadu.example";
const SITE: &str = "https://nakhla.example";
const API: &str = "https://api.sadu.example";

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

fn cognito_access() -> Wanted {
    Wanted::Access(Audience::ClientId(CLIENT.into()))
}

fn auth0_access() -> Wanted {
    Wanted::Access(Audience::Aud(API.into()))
}

fn clerk_access() -> Wanted {
    Wanted::Access(Audience::Azp(vec![
        "https://sidra.example".into(),
        SITE.into(),
    ]))
}

/// The ID token of a Cognito user pool, of somebody with a password in the pool.
fn cognito_id() -> Value {
    let now = now();
    json!({
        "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "cognito:groups": ["staff"], "email_verified": true, "iss": POOL,
        "cognito:username": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "nonce": NONCE, "origin_jti": "f-1", "aud": CLIENT,
        "event_id": "e-1", "token_use": "id", "auth_time": now, "exp": now + 3600, "iat": now, "jti": "j-1",
        "email": "my-test-user@example.com",
    })
}

/// The access token that goes with it: no `aud`.
fn cognito_access_token() -> Value {
    let now = now();
    json!({
        "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "device_key": "d-1", "cognito:groups": ["staff"], "iss": POOL, "version": 2,
        "client_id": CLIENT, "origin_jti": "f-1", "event_id": "e-1", "token_use": "access",
        "scope": "phone openid profile email", "auth_time": now, "exp": now + 3600, "iat": now, "jti": "j-2",
        "username": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    })
}

/// The ID token of Auth0 after a second factor, asked for with `max_age`.
fn auth0_id() -> Value {
    let now = now();
    json!({
        "nickname": "jane", "name": "Jane", "email": "jane@example.com", "email_verified": true, "iss": AUTH0,
        "sub": "auth0|507f1f77bcf86cd799439020", "aud": CLIENT, "iat": now, "exp": now + 36_000, "auth_time": now,
        "acr": "http://schemas.openid.net/pape/policies/2007/06/multi-factor", "amr": ["mfa"], "sid": "s-1", "nonce": NONCE,
    })
}

fn auth0_access_token() -> Value {
    let now = now();
    json!({
        "iss": AUTH0, "sub": "auth0|507f1f77bcf86cd799439020", "aud": [API, format!("{AUTH0}userinfo")], "iat": now,
        "exp": now + 86_400, "azp": CLIENT, "scope": "openid profile email offline_access", "permissions": [],
    })
}

/// The session token of Clerk, version 2, of somebody who used a second factor three minutes ago.
fn clerk_session() -> Value {
    let now = now();
    json!({
        "azp": SITE, "exp": now + 60, "fea": "o:articles", "fva": [5, 3], "iat": now, "iss": CLERK, "jti": "j-3",
        "nbf": now - 10, "o": {"id": "org_1", "rol": "admin"}, "pla": "u:free", "sid": "sess_1", "sts": "active",
        "sub": "user_2b", "v": 2,
    })
}

/// An access token of RFC 9068.
fn rfc_9068() -> Value {
    let now = now();
    json!({
        "iss": ISSUER, "sub": "5ba552d67", "aud": API, "exp": now + 600, "iat": now, "auth_time": now, "client_id": CLIENT,
        "jti": "j-4", "acr": "phrh", "amr": ["pwd", "mfa"], "scope": "openid profile",
    })
}

fn token(claims: &Value) -> String {
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

/// What a forger, or a mix-up, makes of them: name, token, what it is given out as, and at which issuer.
pub(super) fn forged() -> Vec<(&'static str, String, Wanted, &'static str)> {
    let id = Wanted::Id { marked: true };
    let plain_id = Wanted::Id { marked: false };
    let now = now();
    let cognito = [
        (
            "Cognito: an ID token as access token",
            cognito_id(),
            cognito_access(),
        ),
        (
            "Cognito: an access token as ID token",
            cognito_access_token(),
            id.clone(),
        ),
        (
            "Cognito: an access token with our aud as ID token",
            with(
                with(cognito_access_token(), "aud", json!(CLIENT)),
                "nonce",
                json!(NONCE),
            ),
            id.clone(),
        ),
        (
            "Cognito: an ID token without its mark",
            without(cognito_id(), "token_use"),
            id.clone(),
        ),
        (
            "Cognito: marked as a refresh token",
            with(cognito_id(), "token_use", json!("refresh")),
            id.clone(),
        ),
        (
            "Cognito: a mark in a list",
            with(cognito_id(), "token_use", json!(["id"])),
            id.clone(),
        ),
        (
            "Cognito: of another client",
            with(cognito_id(), "aud", json!("other")),
            id.clone(),
        ),
        (
            "Cognito: of another pool",
            with(cognito_id(), "iss", json!(format!("{POOL}2"))),
            id,
        ),
        (
            "Cognito: access of another client",
            with(cognito_access_token(), "client_id", json!("other")),
            cognito_access(),
        ),
        (
            "Cognito: access without client",
            without(cognito_access_token(), "client_id"),
            cognito_access(),
        ),
        (
            "Cognito: access without its mark",
            without(cognito_access_token(), "token_use"),
            cognito_access(),
        ),
        (
            "Cognito: access with an aud",
            with(cognito_access_token(), "aud", json!(API)),
            cognito_access(),
        ),
        (
            "Cognito: access of the pool next door",
            with(
                cognito_access_token(),
                "iss",
                json!("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other"),
            ),
            cognito_access(),
        ),
        (
            "Cognito: authenticated in the future",
            with(cognito_access_token(), "auth_time", json!(now + 600)),
            cognito_access(),
        ),
    ];
    let auth0 = [
        (
            "Auth0: an ID token as access token",
            auth0_id(),
            auth0_access(),
        ),
        (
            "Auth0: an access token as ID token",
            auth0_access_token(),
            plain_id.clone(),
        ),
        (
            "Auth0: access for userinfo alone",
            with(
                auth0_access_token(),
                "aud",
                json!(format!("{AUTH0}userinfo")),
            ),
            auth0_access(),
        ),
        (
            "Auth0: access for another API",
            with(
                auth0_access_token(),
                "aud",
                json!(["https://api.other.example"]),
            ),
            auth0_access(),
        ),
        (
            "Auth0: access without aud",
            without(auth0_access_token(), "aud"),
            auth0_access(),
        ),
        (
            "Auth0: the issuer without its slash",
            with(auth0_id(), "iss", json!(AUTH0.trim_end_matches('/'))),
            plain_id.clone(),
        ),
        (
            "Auth0: several audiences, no azp",
            with(auth0_id(), "aud", json!([CLIENT, API])),
            plain_id.clone(),
        ),
        (
            "Auth0: authenticated in the future",
            with(auth0_id(), "auth_time", json!(now + 600)),
            plain_id,
        ),
    ];
    let clerk = [
        (
            "Clerk: of another site",
            with(clerk_session(), "azp", json!("https://evil.example")),
            clerk_access(),
        ),
        (
            "Clerk: of a site that begins alike",
            with(
                clerk_session(),
                "azp",
                json!(format!("{SITE}.evil.example")),
            ),
            clerk_access(),
        ),
        (
            "Clerk: of the same site without TLS",
            with(clerk_session(), "azp", json!("http://nakhla.example")),
            clerk_access(),
        ),
        (
            "Clerk: sites in a list",
            with(clerk_session(), "azp", json!([SITE])),
            clerk_access(),
        ),
        (
            "Clerk: of no site",
            without(clerk_session(), "azp"),
            clerk_access(),
        ),
        (
            "Clerk: of a template that lives for an hour",
            with(clerk_session(), "exp", json!(now + 3600)),
            clerk_access(),
        ),
        (
            "Clerk: of unknown age",
            without(clerk_session(), "iat"),
            clerk_access(),
        ),
        (
            "Clerk: over",
            with(clerk_session(), "exp", json!(now - 31)),
            clerk_access(),
        ),
        (
            "Clerk: for somebody else's API",
            with(clerk_session(), "aud", json!(API)),
            clerk_access(),
        ),
    ];
    let rows = |rows: Vec<(&'static str, Value, Wanted)>, issuer: &'static str| {
        rows.into_iter()
            .map(move |(name, claims, wanted)| (name, token(&claims), wanted, issuer))
    };
    rows(cognito.into(), POOL)
        .chain(rows(auth0.into(), AUTH0))
        .chain(rows(clerk.into(), CLERK))
        .collect()
}

/// Name, claims, rule, whether they prove a second factor, and how many seconds ago the person proved who they are.
type Evidence = (&'static str, Value, MfaRule, bool, Option<i64>);

#[test]
fn a_second_factor_and_its_time_need_evidence() {
    use MfaRule::{Amr, Fva, PoolEnforced};
    let federated = json!([{"userId": "1", "providerName": "Google", "providerType": "Google"}]);
    let google = "Google_110000000000000000001";
    let table: Vec<Evidence> = vec![
        (
            "Auth0 after a second factor",
            auth0_id(),
            Amr,
            true,
            Some(0),
        ),
        (
            "Auth0 after a refresh or a silent sign-in",
            without(without(auth0_id(), "amr"), "auth_time"),
            Amr,
            false,
            None,
        ),
        (
            "Auth0 with a password alone",
            with(auth0_id(), "amr", json!(["pwd"])),
            Amr,
            false,
            Some(0),
        ),
        (
            "Auth0, amr a word",
            with(auth0_id(), "amr", json!("mfa")),
            Amr,
            false,
            Some(0),
        ),
        (
            "Auth0, amr nested",
            with(auth0_id(), "amr", json!([["mfa"]])),
            Amr,
            false,
            Some(0),
        ),
        (
            "Auth0, acr alone is a wish",
            without(auth0_id(), "amr"),
            Amr,
            false,
            Some(0),
        ),
        (
            "Auth0, an access token says nothing",
            auth0_access_token(),
            Amr,
            false,
            None,
        ),
        (
            "Clerk, three minutes ago",
            clerk_session(),
            Fva,
            true,
            Some(300),
        ),
        (
            "Clerk, second factor just now",
            with(clerk_session(), "fva", json!([0, 0])),
            Fva,
            true,
            Some(0),
        ),
        (
            "Clerk, none set up",
            with(clerk_session(), "fva", json!([0, -1])),
            Fva,
            false,
            Some(0),
        ),
        (
            "Clerk, nobody proved anything",
            with(clerk_session(), "fva", json!([-1, -1])),
            Fva,
            false,
            None,
        ),
        (
            "Clerk, one number",
            with(clerk_session(), "fva", json!([3])),
            Fva,
            false,
            Some(180),
        ),
        (
            "Clerk, fva words",
            with(clerk_session(), "fva", json!(["0", "0"])),
            Fva,
            false,
            None,
        ),
        (
            "Clerk, a fraction",
            with(clerk_session(), "fva", json!([0.5, 0.5])),
            Fva,
            false,
            None,
        ),
        (
            "Clerk, without fva",
            without(clerk_session(), "fva"),
            Fva,
            false,
            None,
        ),
        (
            "Clerk, amr is not its word",
            with(without(clerk_session(), "fva"), "amr", json!(["mfa"])),
            Fva,
            false,
            None,
        ),
        (
            "Clerk, auth_time is not its word",
            with(without(clerk_session(), "fva"), "auth_time", json!(now())),
            Fva,
            false,
            None,
        ),
        ("Cognito says nothing", cognito_id(), Amr, false, Some(0)),
        (
            "Cognito with a trigger that adds amr",
            with(cognito_id(), "amr", json!(["mfa"])),
            Amr,
            true,
            Some(0),
        ),
        (
            "Cognito, the pool demands it",
            cognito_id(),
            PoolEnforced,
            true,
            Some(0),
        ),
        (
            "Cognito, by Google",
            with(
                with(cognito_id(), "identities", federated.clone()),
                "cognito:username",
                json!(google),
            ),
            PoolEnforced,
            false,
            Some(0),
        ),
        (
            "Cognito, by Google, identities not readable",
            with(cognito_id(), "cognito:username", json!(google)),
            PoolEnforced,
            false,
            Some(0),
        ),
        (
            "Cognito, linked to Google",
            with(cognito_id(), "identities", federated),
            PoolEnforced,
            false,
            Some(0),
        ),
        (
            "Cognito, nameless",
            without(cognito_id(), "cognito:username"),
            PoolEnforced,
            false,
            Some(0),
        ),
        (
            "Cognito, unmarked",
            without(cognito_id(), "token_use"),
            PoolEnforced,
            false,
            Some(0),
        ),
        (
            "Cognito, a program of somebody local",
            cognito_access_token(),
            PoolEnforced,
            true,
            Some(0),
        ),
        (
            "Cognito, a program of somebody by Google",
            with(cognito_access_token(), "username", json!(google)),
            PoolEnforced,
            false,
            Some(0),
        ),
        (
            "Cognito, a program under another's name",
            without(
                with(cognito_access_token(), "cognito:username", json!("local")),
                "username",
            ),
            PoolEnforced,
            false,
            Some(0),
        ),
        (
            "Cognito, without auth_time",
            without(cognito_id(), "auth_time"),
            PoolEnforced,
            true,
            None,
        ),
        ("RFC 9068 with amr", rfc_9068(), Amr, true, Some(0)),
    ];
    for (name, all, rule, second, ago) in table {
        let claims = Claims {
            issuer: String::new(),
            subject: String::new(),
            expires_at: 0,
            auth_time: all.get("auth_time").and_then(Value::as_i64),
            all: all.as_object().unwrap().clone(),
        };
        assert_eq!(rule.proven_by(&claims), second, "{name}");
        let now = Utc::now();
        let proven = rule
            .proven_at(&claims, now)
            .map(|at| (now - at).num_seconds());
        // The clock went on while the table was written.
        let close = match (proven, ago) {
            (Some(proven), Some(ago)) => (ago..ago + 600).contains(&proven),
            (proven, ago) => proven == ago,
        };
        assert!(close, "{name}: {proven:?}, expected {ago:?}");
    }
}

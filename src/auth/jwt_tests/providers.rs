//! What a forger, or a mix-up, makes of the tokens of each provider.

use serde_json::json;

use super::shapes::*;
use super::*;

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

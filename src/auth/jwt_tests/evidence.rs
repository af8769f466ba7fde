//! Which documented tokens prove a second factor, and when.

use chrono::Utc;
use serde_json::json;

use super::shapes::*;
use super::*;
use crate::config::provider::MfaRule;

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

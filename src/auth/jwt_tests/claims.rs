//! Forged claims.

use serde_json::json;

use super::*;

pub(super) fn of_id_tokens() -> Vec<Forged> {
    let now = now();
    let twice = |extra: &str| {
        let claims = id_claims().to_string();
        raw(
            &head().to_string(),
            &format!("{},{extra}}}", claims.strip_suffix('}').unwrap()),
        )
    };
    let missing = |name: &str| raw(&head().to_string(), &without(id_claims(), name).to_string());
    let required = Refused::Claim("required");
    vec![
        ("expired", c("exp", json!(now - 31)), Refused::Expired),
        ("expired long ago", c("exp", json!(0)), Refused::Expired),
        ("no exp", missing("exp"), required.clone()),
        (
            "exp text",
            c("exp", json!((now + 300).to_string())),
            required.clone(),
        ),
        ("exp null", c("exp", json!(null)), required.clone()),
        ("exp negative", c("exp", json!(-1)), required.clone()),
        (
            "exp a fraction",
            c("exp", json!(now as f64 + 300.5)),
            Refused::Claim("exp"),
        ),
        (
            "exp beyond time",
            c("exp", json!(u64::MAX)),
            Refused::Claim("exp"),
        ),
        ("exp 1e300", c("exp", json!(1e300)), required.clone()),
        (
            "nbf ahead",
            c("nbf", json!(now + 120)),
            Refused::Claim("nbf"),
        ),
        ("nbf text", c("nbf", json!("0")), required.clone()),
        (
            "nbf a fraction",
            c("nbf", json!(0.5)),
            Refused::Claim("nbf"),
        ),
        (
            "iat ahead",
            c("iat", json!(now + 90)),
            Refused::Claim("iat"),
        ),
        ("iat text", c("iat", json!("now")), Refused::Claim("iat")),
        ("no iat", missing("iat"), Refused::Claim("iat")),
        (
            "auth_time text",
            c("auth_time", json!("1")),
            Refused::Claim("auth_time"),
        ),
        (
            "other issuer",
            c("iss", json!("https://evil.example")),
            Refused::Claim("iss"),
        ),
        (
            "issuer with a slash",
            c("iss", json!("https://id.example/")),
            Refused::Claim("iss"),
        ),
        (
            "issuers in a list",
            c("iss", json!([ISSUER, "https://evil.example"])),
            Refused::Claim("iss"),
        ),
        ("no iss", missing("iss"), required.clone()),
        ("no sub", missing("sub"), required.clone()),
        ("sub empty", c("sub", json!("")), Refused::Claim("sub")),
        ("sub a number", c("sub", json!(1)), required.clone()),
        (
            "sub very long",
            c("sub", json!("u".repeat(256))),
            Refused::Claim("sub"),
        ),
        ("no aud", missing("aud"), required.clone()),
        (
            "other aud",
            c("aud", json!("someone")),
            Refused::Claim("aud"),
        ),
        ("aud empty", c("aud", json!([])), Refused::Claim("aud")),
        ("aud an object", c("aud", json!({"sadu":true})), required),
        (
            "aud of the API: an access token",
            c("aud", json!("sadu-api")),
            Refused::Claim("aud"),
        ),
        (
            "several aud without azp",
            c("aud", json!([CLIENT, "x"])),
            Refused::Claim("azp"),
        ),
        (
            "azp of someone else",
            c("azp", json!("x")),
            Refused::Claim("azp"),
        ),
        ("no nonce", missing("nonce"), Refused::Claim("nonce")),
        (
            "nonce of another sign-in",
            c("nonce", json!("n-other")),
            Refused::Claim("nonce"),
        ),
        (
            "nonce a list",
            c("nonce", json!([NONCE])),
            Refused::Claim("nonce"),
        ),
        (
            "token_use access",
            c("token_use", json!("access")),
            Refused::Claim("token_use"),
        ),
        (
            "access token's typ",
            h("typ", json!("at+jwt")),
            Refused::Header("typ"),
        ),
        ("sub twice", twice(r#""sub":"u-2""#), Refused::Malformed),
        (
            "a repeated key deep inside",
            twice(r#""x":{"y":[{"z":1,"z":2}]}"#),
            Refused::Malformed,
        ),
    ]
}

pub(super) fn of_access_tokens() -> Vec<Forged> {
    let id_token = raw(&head().to_string(), &id_claims().to_string());
    vec![
        ("an ID token", id_token, Refused::Claim("aud")),
        (
            "an ID token for the API",
            a("nonce", json!(NONCE)),
            Refused::Claim("nonce"),
        ),
        ("at_hash", a("at_hash", json!("x")), Refused::Claim("nonce")),
        (
            "token_use id",
            a("token_use", json!("id")),
            Refused::Claim("token_use"),
        ),
        (
            "other API",
            a("aud", json!(["https://id.example/userinfo"])),
            Refused::Claim("aud"),
        ),
        ("expired", a("exp", json!(now() - 31)), Refused::Expired),
    ]
}

//! Forged tokens, each made from a good one by one change. Every one must be refused; the good ones must pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "tests"
)]

use std::sync::LazyLock;

use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256};
use aws_lc_rs::{hmac, rand, rsa, signature};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use serde_json::{Value, json};

use super::{Audience, Claims, Expect, MAX_TOKEN, Refused, Unverified};
use crate::auth::jwks::Key;

const ISSUER: &str = "https://id.example";
const CLIENT: &str = "sadu";
const NONCE: &str = "n-0S6_WzA2Mj";

static OURS: LazyLock<rsa::KeyPair> =
    LazyLock::new(|| rsa::KeyPair::generate(KeySize::Rsa2048).unwrap());
static THEIRS: LazyLock<rsa::KeyPair> =
    LazyLock::new(|| rsa::KeyPair::generate(KeySize::Rsa2048).unwrap());

fn jwk(pair: &rsa::KeyPair, kid: &str) -> Value {
    let public = signature::RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
    json!({"kty":"RSA","kid":kid,"use":"sig","alg":"RS256","n":B64.encode(&public.n),"e":B64.encode(&public.e)})
}

fn key() -> Key {
    Key::from_jwk(&jwk(&OURS, "k1")).unwrap().1
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

fn sign_with(
    pair: &rsa::KeyPair,
    how: &'static dyn signature::RsaEncoding,
    message: &str,
) -> String {
    let mut out = vec![0; pair.public_modulus_len()];
    pair.sign(
        how,
        &rand::SystemRandom::new(),
        message.as_bytes(),
        &mut out,
    )
    .unwrap();
    format!("{message}.{}", B64.encode(out))
}

/// A token of exactly this header and these claims, signed by us.
fn raw(head: &str, claims: &str) -> String {
    sign_with(&OURS, &RSA_PKCS1_SHA256, &message(head, claims))
}

fn message(head: &str, claims: &str) -> String {
    format!("{}.{}", B64.encode(head), B64.encode(claims))
}

fn head() -> Value {
    json!({"alg":"RS256","typ":"JWT","kid":"k1"})
}

fn id_claims() -> Value {
    let now = now();
    json!({"iss":ISSUER,"sub":"u-1","aud":CLIENT,"exp":now+300,"iat":now,"nbf":now,"auth_time":now,"nonce":NONCE,
        "email":"a@example.com","email_verified":true})
}

fn access_claims() -> Value {
    let now = now();
    json!({"iss":ISSUER,"sub":"u-1","aud":["sadu-api","https://id.example/userinfo"],"exp":now+300,"iat":now,"azp":CLIENT})
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().unwrap().remove(name).unwrap();
    object
}

fn id(token: &str) -> Result<Claims, Refused> {
    check(
        token,
        &Expect::Id {
            client_id: CLIENT,
            nonce: NONCE,
        },
    )
}

fn access(token: &str) -> Result<Claims, Refused> {
    check(token, &Expect::Access(&Audience::Aud("sadu-api".into())))
}

fn check(token: &str, expect: &Expect<'_>) -> Result<Claims, Refused> {
    let unverified = Unverified::parse(token)?;
    if unverified.kid() != "k1" {
        return Err(Refused::UnknownKey);
    }
    unverified.verify(&key(), ISSUER, expect, now())
}

fn h(change: &str, value: Value) -> String {
    raw(
        &with(head(), change, value).to_string(),
        &id_claims().to_string(),
    )
}

fn c(change: &str, value: Value) -> String {
    raw(
        &head().to_string(),
        &with(id_claims(), change, value).to_string(),
    )
}

fn a(change: &str, value: Value) -> String {
    raw(
        &head().to_string(),
        &with(access_claims(), change, value).to_string(),
    )
}

#[test]
fn good_tokens_pass() {
    let claims = id(&raw(&head().to_string(), &id_claims().to_string())).unwrap();
    assert_eq!(
        (claims.issuer.as_str(), claims.subject.as_str()),
        (ISSUER, "u-1")
    );
    assert_eq!(claims.verified_email(), Some("a@example.com"));
    access(&raw(&head().to_string(), &access_claims().to_string())).unwrap();
    access(&raw(
        &with(head(), "typ", json!("at+JWT")).to_string(),
        &access_claims().to_string(),
    ))
    .unwrap();
    // Members that nobody has to know are passed over, and clocks may differ a little.
    id(&h("cat", json!("cl_B7d4PD111AAA"))).unwrap();
    id(&raw(
        &without(head(), "typ").to_string(),
        &id_claims().to_string(),
    ))
    .unwrap();
    id(&c("exp", json!(now() - 20))).unwrap();
    id(&c("nbf", json!(now() + 20))).unwrap();
    id(&c("iat", json!(now() + 50))).unwrap();
    let several = with(id_claims(), "aud", json!([CLIENT, "other"]));
    id(&raw(
        &head().to_string(),
        &with(several, "azp", json!(CLIENT)).to_string(),
    ))
    .unwrap();
}

#[test]
fn an_email_counts_only_when_verified() {
    for value in [json!(false), json!("true"), json!(1), json!(null)] {
        assert_eq!(
            id(&c("email_verified", value)).unwrap().verified_email(),
            None
        );
    }
    let bare = without(id_claims(), "email_verified").to_string();
    assert_eq!(
        id(&raw(&head().to_string(), &bare))
            .unwrap()
            .verified_email(),
        None
    );
}

#[test]
fn forged_headers_are_refused() {
    let claims = id_claims().to_string();
    let good = raw(&head().to_string(), &claims);
    let public = signature::RsaPublicKeyComponents::<Vec<u8>>::from(OURS.public_key());
    let mac = |text: &str, secret: &[u8]| {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text.as_bytes());
        format!("{text}.{}", B64.encode(tag.as_ref()))
    };
    let hs = message(&with(head(), "alg", json!("HS256")).to_string(), &claims);
    let none = message(&with(head(), "alg", json!("none")).to_string(), &claims);
    let thief = with(head(), "jwk", jwk(&THEIRS, "k1")).to_string();
    let alg = |name: &str| h("alg", json!(name));
    let forged: Vec<(&str, String, Refused)> = vec![
        ("none, unsigned", format!("{none}."), Refused::Malformed),
        (
            "none, old signature",
            format!("{none}.{}", good.rsplit('.').next().unwrap()),
            Refused::Header("alg"),
        ),
        ("None", alg("None"), Refused::Header("alg")),
        ("nOnE", alg("nOnE"), Refused::Header("alg")),
        (
            "HS256 keyed with our modulus",
            mac(&hs, &public.n),
            Refused::Header("alg"),
        ),
        (
            "HS256 keyed with our DER",
            mac(&hs, OURS.public_key().as_ref()),
            Refused::Header("alg"),
        ),
        (
            "HS256 with an empty key",
            mac(&hs, b""),
            Refused::Header("alg"),
        ),
        ("HS512", alg("HS512"), Refused::Header("alg")),
        (
            "RS512, honestly signed",
            sign_with(
                &OURS,
                &RSA_PKCS1_SHA512,
                &message(&with(head(), "alg", json!("RS512")).to_string(), &claims),
            ),
            Refused::Header("alg"),
        ),
        (
            "PS256, honestly signed",
            sign_with(
                &OURS,
                &RSA_PSS_SHA256,
                &message(&with(head(), "alg", json!("PS256")).to_string(), &claims),
            ),
            Refused::Header("alg"),
        ),
        (
            "RS256 in name, PSS in fact",
            sign_with(
                &OURS,
                &RSA_PSS_SHA256,
                &message(&head().to_string(), &claims),
            ),
            Refused::Signature,
        ),
        (
            "RS256 in name, SHA-512 in fact",
            sign_with(
                &OURS,
                &RSA_PKCS1_SHA512,
                &message(&head().to_string(), &claims),
            ),
            Refused::Signature,
        ),
        ("ES256", alg("ES256"), Refused::Header("alg")),
        ("EdDSA", alg("EdDSA"), Refused::Header("alg")),
        ("rs256", alg("rs256"), Refused::Header("alg")),
        ("alg with a space", alg("RS256 "), Refused::Header("alg")),
        (
            "alg a list",
            h("alg", json!(["RS256"])),
            Refused::Header("alg"),
        ),
        ("alg null", h("alg", json!(null)), Refused::Header("alg")),
        (
            "no alg",
            raw(&without(head(), "alg").to_string(), &claims),
            Refused::Header("alg"),
        ),
        (
            "their key in jwk",
            sign_with(&THEIRS, &RSA_PKCS1_SHA256, &message(&thief, &claims)),
            Refused::Header("jwk"),
        ),
        ("jwk null", h("jwk", json!(null)), Refused::Header("jwk")),
        (
            "jku",
            h("jku", json!("https://evil.example/jwks")),
            Refused::Header("jku"),
        ),
        (
            "jku of the issuer itself",
            h("jku", json!("https://id.example/jwks")),
            Refused::Header("jku"),
        ),
        (
            "x5u",
            h("x5u", json!("https://evil.example/c")),
            Refused::Header("x5u"),
        ),
        ("x5c", h("x5c", json!(["MIIB"])), Refused::Header("x5c")),
        ("crit", h("crit", json!(["exp"])), Refused::Header("crit")),
        ("crit empty", h("crit", json!([])), Refused::Header("crit")),
        ("b64 false", h("b64", json!(false)), Refused::Header("b64")),
        ("zip", h("zip", json!("DEF")), Refused::Header("zip")),
        ("enc", h("enc", json!("A256GCM")), Refused::Header("enc")),
        (
            "no kid",
            raw(&without(head(), "kid").to_string(), &claims),
            Refused::Header("kid"),
        ),
        ("kid empty", h("kid", json!("")), Refused::Header("kid")),
        ("kid a number", h("kid", json!(1)), Refused::Header("kid")),
        (
            "kid very long",
            h("kid", json!("k".repeat(257))),
            Refused::Header("kid"),
        ),
        (
            "kid of another issuer",
            h("kid", json!("k2")),
            Refused::UnknownKey,
        ),
        (
            "kid a path",
            h("kid", json!("../../dev/null")),
            Refused::UnknownKey,
        ),
        (
            "our kid, their signature",
            sign_with(
                &THEIRS,
                &RSA_PKCS1_SHA256,
                &message(&head().to_string(), &claims),
            ),
            Refused::Signature,
        ),
        (
            "typ of something else",
            h("typ", json!("logout+jwt")),
            Refused::Header("typ"),
        ),
        ("typ a number", h("typ", json!(1)), Refused::Header("typ")),
        (
            "alg twice",
            raw(r#"{"alg":"RS256","alg":"none","kid":"k1"}"#, &claims),
            Refused::Malformed,
        ),
        (
            "kid twice",
            raw(r#"{"alg":"RS256","kid":"k2","kid":"k1"}"#, &claims),
            Refused::Malformed,
        ),
        (
            "kid twice, once escaped",
            raw(r#"{"alg":"RS256","kid":"k2","k\u0069d":"k1"}"#, &claims),
            Refused::Malformed,
        ),
        ("header a list", raw("[]", &claims), Refused::Malformed),
        (
            "header with a tail",
            raw(&format!("{} x", head()), &claims),
            Refused::Malformed,
        ),
    ];
    assert!(forged.len() >= 40);
    all_refused(&forged, id);
}

#[test]
fn forged_shapes_are_refused() {
    let good = raw(&head().to_string(), &id_claims().to_string());
    let parts: Vec<&str> = good.split('.').collect();
    let (head64, body64, sig64) = (parts[0], parts[1], parts[2]);
    let other = raw(
        &head().to_string(),
        &with(id_claims(), "sub", json!("u-2")).to_string(),
    );
    let mut flipped = B64.decode(sig64).unwrap();
    flipped[7] ^= 1;
    let forged: Vec<(&str, String, Refused)> = vec![
        ("empty", String::new(), Refused::Malformed),
        ("dots", "..".into(), Refused::Malformed),
        (
            "two parts",
            format!("{head64}.{body64}"),
            Refused::Malformed,
        ),
        ("four parts", format!("{good}.x"), Refused::Malformed),
        (
            "five parts, as encrypted ones",
            format!("{head64}.{body64}.{sig64}.{sig64}.{sig64}"),
            Refused::Malformed,
        ),
        (
            "no signature",
            format!("{head64}.{body64}."),
            Refused::Malformed,
        ),
        (
            "no claims",
            format!("{head64}..{sig64}"),
            Refused::Malformed,
        ),
        (
            "padded",
            format!("{head64}=.{body64}.{sig64}"),
            Refused::Malformed,
        ),
        ("space before", format!(" {good}"), Refused::Malformed),
        ("newline after", format!("{good}\n"), Refused::Malformed),
        (
            "standard alphabet",
            format!("{head64}.{body64}.++//{sig64}"),
            Refused::Malformed,
        ),
        (
            "one bit of the signature",
            format!("{head64}.{body64}.{}", B64.encode(&flipped)),
            Refused::Signature,
        ),
        (
            "short signature",
            format!("{head64}.{body64}.{}", B64.encode(&flipped[..255])),
            Refused::Signature,
        ),
        (
            "zero signature",
            format!("{head64}.{body64}.{}", B64.encode([0_u8; 256])),
            Refused::Signature,
        ),
        (
            "claims of another token",
            format!("{head64}.{}.{sig64}", other.split('.').nth(1).unwrap()),
            Refused::Signature,
        ),
        (
            "over 8 KiB",
            c("pad", json!("x".repeat(MAX_TOKEN))),
            Refused::TooLong,
        ),
        (
            "claims a list",
            raw(&head().to_string(), "[]"),
            Refused::Malformed,
        ),
        (
            "claims not JSON",
            raw(&head().to_string(), "sub=u-1"),
            Refused::Malformed,
        ),
        (
            "JSON serialisation",
            json!({"protected":head64,"payload":body64,"signature":sig64}).to_string(),
            Refused::Malformed,
        ),
    ];
    all_refused(&forged, id);
}

#[test]
fn forged_claims_of_an_id_token_are_refused() {
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
    let forged: Vec<(&str, String, Refused)> = vec![
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
    ];
    all_refused(&forged, id);
}

#[test]
fn forged_access_tokens_are_refused() {
    let id_token = raw(&head().to_string(), &id_claims().to_string());
    let forged: Vec<(&str, String, Refused)> = vec![
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
    ];
    all_refused(&forged, access);
}

#[test]
fn providers_without_aud_are_checked_by_their_own_claim() {
    let bare = without(access_claims(), "aud");
    let token = |claims: Value| raw(&head().to_string(), &claims.to_string());
    let cognito = Audience::ClientId(CLIENT.into());
    let good = with(
        with(bare.clone(), "token_use", json!("access")),
        "client_id",
        json!(CLIENT),
    );
    check(&token(good.clone()), &Expect::Access(&cognito)).unwrap();
    for bad in [
        without(good.clone(), "token_use"),
        with(good.clone(), "token_use", json!("id")),
        without(good.clone(), "client_id"),
        with(good.clone(), "client_id", json!("other")),
        with(good, "aud", json!("other")),
    ] {
        assert!(
            check(&token(bad.clone()), &Expect::Access(&cognito)).is_err(),
            "{bad}"
        );
    }
    let clerk = Audience::Azp(vec!["https://nakhla.example".into()]);
    let good = with(bare.clone(), "azp", json!("https://nakhla.example"));
    check(&token(good), &Expect::Access(&clerk)).unwrap();
    assert!(check(&token(bare.clone()), &Expect::Access(&clerk)).is_err());
    assert!(check(&token(without(bare, "azp")), &Expect::Access(&clerk)).is_err());
}

fn all_refused(forged: &[(&str, String, Refused)], judge: fn(&str) -> Result<Claims, Refused>) {
    for (name, token, why) in forged {
        match judge(token) {
            Ok(_) => panic!("believed: {name}"),
            Err(refused) => assert_eq!(refused, *why, "{name}"),
        }
    }
}

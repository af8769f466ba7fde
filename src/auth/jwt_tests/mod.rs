//! Forged tokens, each made from a good one by one change. Every one must be refused; the good ones must pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "tests"
)]

mod claims;
mod elliptic;
mod evidence;
mod headers;
mod providers;
mod shapes;

use std::sync::LazyLock;

use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use aws_lc_rs::{rand, rsa, signature};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use serde_json::{Value, json};

use super::{Audience, Claims, Expect, MAX_TOKEN, Refused, Unverified};
use crate::auth::jwks::Key;

/// A name for whoever reads the failure, the token, and why it is refused.
type Forged = (&'static str, String, Refused);

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
            marked: false,
        },
    )
}

fn access(token: &str) -> Result<Claims, Refused> {
    check(token, &Expect::Access(&Audience::Aud("sadu-api".into())))
}

fn check(token: &str, expect: &Expect<'_>) -> Result<Claims, Refused> {
    let unverified = Unverified::parse(token)?;
    let key = match unverified.kid() {
        "k1" => key(),
        "e1" => elliptic::key(),
        _ => return Err(Refused::UnknownKey),
    };
    unverified.verify(&key, ISSUER, expect, now())
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
fn every_forgery_is_refused_for_its_own_reason() {
    let of_id = [
        headers::headers(),
        headers::shapes(),
        elliptic::forged(),
        claims::of_id_tokens(),
    ]
    .concat();
    let of_access = claims::of_access_tokens();
    all_refused(&of_id, id);
    all_refused(&of_access, access);
    let of_providers = providers::forged();
    for (name, token, expect, issuer) in &of_providers {
        assert!(
            shapes::judged(token, &expect.of(), issuer).is_err(),
            "believed: {name}"
        );
    }
    let all = of_id.len() + of_access.len() + of_providers.len();
    println!("forged tokens: {all}, none believed");
    assert!(all >= 60, "{all}");
}

fn all_refused(forged: &[Forged], judge: fn(&str) -> Result<Claims, Refused>) {
    #[cfg(feature = "dev")]
    sadu_db::testing::tally("forged tokens", forged.len());
    for (name, token, why) in forged {
        match judge(token) {
            Ok(_) => panic!("believed: {name}"),
            Err(refused) => assert_eq!(refused, *why, "{name}"),
        }
    }
}

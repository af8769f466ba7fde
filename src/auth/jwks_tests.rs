//! The cache against floods of unknown keys, rotation and an outage.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use serde_json::{Value, json};

use super::{Jwks, Key, parse};
use crate::auth::jwt::Refused;

/// A provider whose answer the test changes, and which counts the questions.
#[derive(Default)]
struct Script {
    body: Mutex<Option<String>>,
    asked: AtomicUsize,
}

impl Script {
    fn cache(kids: &[&str]) -> (Arc<Self>, Arc<Jwks>) {
        let script = Arc::new(Self::default());
        script.serve(kids);
        let provider = Arc::clone(&script);
        let jwks = Jwks::new(Box::new(move || {
            let provider = Arc::clone(&provider);
            Box::pin(async move {
                provider.asked.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                let body = provider.body.lock().unwrap().clone();
                body.map(String::into_bytes)
                    .ok_or_else(|| anyhow::anyhow!("down"))
            })
        }));
        (script, jwks)
    }

    fn serve(&self, kids: &[&str]) {
        let keys: Vec<Value> = kids.iter().map(|kid| jwk(kid, 256)).collect();
        *self.body.lock().unwrap() = Some(json!({ "keys": keys }).to_string());
    }

    fn fail(&self) {
        *self.body.lock().unwrap() = None;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn jwk(kid: &str, bytes: usize) -> Value {
    json!({"kty":"RSA","use":"sig","alg":"RS256","kid":kid,"n":B64.encode(vec![0xC5_u8; bytes]),"e":"AQAB"})
}

fn after(start: Instant, seconds: u64) -> Instant {
    start + Duration::from_secs(seconds)
}

#[actix_web::test]
async fn ten_thousand_random_kids_cost_two_questions() {
    let (script, jwks) = Script::cache(&["k1"]);
    let start = Instant::now();
    let flood = (0..10_000_u64).map(|n| {
        let jwks = Arc::clone(&jwks);
        async move {
            let at = after(start, n % 10);
            jwks.key_at(&format!("random-{n}"), at).await.err()
        }
    });
    let answers = futures::future::join_all(flood).await;
    assert!(
        answers
            .iter()
            .all(|answer| *answer == Some(Refused::UnknownKey))
    );
    assert!(script.asked() <= 2, "asked {} times", script.asked());
    assert!(jwks.key_at("k1", after(start, 10)).await.is_ok());
}

#[actix_web::test]
async fn rotation_with_overlap_loses_no_sign_in() {
    let (script, jwks) = Script::cache(&["old"]);
    let start = Instant::now();
    assert!(jwks.key_at("old", start).await.is_ok());
    script.serve(&["old", "new"]);
    // The first token of the new key fetches; the old key goes on.
    assert!(jwks.key_at("new", after(start, 20)).await.is_ok());
    assert!(jwks.key_at("old", after(start, 21)).await.is_ok());
    // A key that the provider withdrew ends when the set is fetched again.
    script.serve(&["new"]);
    assert!(jwks.key_at("new", after(start, 1000)).await.is_ok());
    assert_eq!(
        jwks.key_at("old", after(start, 1001)).await.err(),
        Some(Refused::UnknownKey)
    );
    assert_eq!(script.asked(), 3);
}

#[actix_web::test]
async fn an_outage_is_bridged_for_a_day() {
    let (script, jwks) = Script::cache(&["k1"]);
    let start = Instant::now();
    assert!(jwks.key_at("k1", start).await.is_ok());
    script.fail();
    for hour in 1..=23 {
        assert!(jwks.key_at("k1", after(start, hour * 3600)).await.is_ok());
    }
    assert_eq!(
        jwks.key_at("k1", after(start, 25 * 3600)).await.err(),
        Some(Refused::KeysUnavailable)
    );
    script.serve(&["k1"]);
    assert!(
        jwks.key_at("k1", after(start, 25 * 3600 + 11))
            .await
            .is_ok()
    );
}

#[actix_web::test]
async fn a_provider_that_was_never_there_is_asked_every_ten_seconds() {
    let (script, jwks) = Script::cache(&[]);
    script.fail();
    let start = Instant::now();
    for second in 0..10 {
        assert_eq!(
            jwks.key_at("k1", after(start, second)).await.err(),
            Some(Refused::KeysUnavailable)
        );
    }
    assert_eq!(script.asked(), 1);
    script.serve(&["k1"]);
    assert!(jwks.key_at("k1", after(start, 10)).await.is_ok());
}

#[actix_web::test]
async fn a_hundred_at_once_ask_once() {
    let (script, jwks) = Script::cache(&["k1"]);
    let now = Instant::now();
    let all = futures::future::join_all((0..100).map(|_| jwks.key_at("k1", now))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(script.asked(), 1);
}

#[test]
fn weak_and_foreign_keys_are_left_out() {
    let with = |name: &str, value: Value| {
        let mut jwk = jwk("k", 256);
        jwk[name] = value;
        jwk
    };
    assert!(Key::from_jwk(&jwk("k", 256)).is_some());
    let mut padded = vec![0xC5_u8; 129];
    padded[0] = 0;
    for (name, bad) in [
        ("1024 bits", jwk("k", 128)),
        ("2040 bits", jwk("k", 255)),
        ("2047 bits", with("n", json!(B64.encode([0x7F_u8; 256])))),
        (
            "1024 bits behind zeros",
            with("n", json!(B64.encode([vec![0; 200], padded].concat()))),
        ),
        ("over 8192 bits", jwk("k", 1025)),
        ("exponent 1", with("e", json!("AQ"))),
        ("exponent 3", with("e", json!("Aw"))),
        ("even exponent", with("e", json!("AQAA"))),
        ("for encryption", with("use", json!("enc"))),
        ("for PS256", with("alg", json!("PS256"))),
        ("symmetric", json!({"kty":"oct","kid":"k","k":"AAAA"})),
        (
            "elliptic",
            json!({"kty":"EC","kid":"k","crv":"P-256","x":"AA","y":"AA"}),
        ),
        ("no kid", json!({"kty":"RSA","n":"AA","e":"AQAB"})),
        ("kid empty", with("kid", json!(""))),
        ("n not base64", with("n", json!("***"))),
    ] {
        assert!(Key::from_jwk(&bad).is_none(), "{name}");
    }
}

#[test]
fn a_set_has_bounds() {
    let set = |keys: Vec<Value>| json!({ "keys": keys }).to_string();
    let many = |n: usize| (0..n).map(|i| jwk(&format!("k{i}"), 256)).collect();
    assert_eq!(parse(set(many(32)).as_bytes()).unwrap().len(), 32);
    assert!(parse(set(many(33)).as_bytes()).is_err());
    assert!(parse(set(vec![]).as_bytes()).is_err());
    assert!(parse(set(vec![jwk("k", 256), jwk("k", 257)]).as_bytes()).is_err());
    assert!(parse(b"{}").is_err());
    assert!(parse(b"<html>").is_err());
    let huge = format!("{}{}", set(many(1)), " ".repeat(64 * 1024));
    assert!(parse(huge.as_bytes()).is_err());
}

//! The signing keys of the identity provider, cached (security.md, AUT-8).
//!
//! Fetching is a closure, so that `oidc` brings the HTTP client and the tests a script. A key set is fresh for ten
//! minutes, is served up to a day old while the provider is down, and is asked for again at most every ten seconds
//! however many unknown `kid`s arrive. Called by `oidc::Provider`.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use futures::future::BoxFuture;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

use super::jwt::Refused;

/// A key set is not asked for again sooner than this, whatever happens.
const MIN_INTERVAL: Duration = Duration::from_secs(10);
/// A key set younger than this is used without a question.
const FRESH: Duration = Duration::from_secs(10 * 60);
/// While the provider is down, a key set up to this age still counts.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);
/// Largest key set document, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;
/// Most keys in a set.
const MAX_KEYS: usize = 32;
/// Most unknown `kid`s that are remembered.
const MAX_UNKNOWN: usize = 1024;

/// Fetches the key set document: at most `MAX_BYTES`, within five seconds.
pub type Fetch = Box<dyn Fn() -> BoxFuture<'static, anyhow::Result<Vec<u8>>> + Send + Sync>;

/// A key of the provider's that may verify: RSA of at least 2048 bits by RS256, or one on P-256 by ES256. A key is for one
/// algorithm, whatever a token says.
#[derive(Clone)]
pub struct Key {
    decoding: DecodingKey,
    algorithm: Algorithm,
}

impl Key {
    pub(super) fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Reads one entry of a key set: `None` for anything but a signature key of one of the two kinds.
    pub fn from_jwk(jwk: &Value) -> Option<(String, Self)> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let is = |name: &str, wanted: &str| jwk.get(name).is_none_or(|value| value == wanted);
        let kid = text("kid").filter(|kid| !kid.is_empty() && kid.len() <= 256)?;
        let key = match text("kty")? {
            "RSA" if is("use", "sig") && is("alg", "RS256") => Self::rsa(jwk)?,
            "EC" if is("use", "sig") && is("alg", "ES256") => Self::p256(jwk)?,
            _ => return None,
        };
        Some((kid.to_owned(), key))
    }

    /// 2048 to 8192 bits, with an exponent that is in use.
    fn rsa(jwk: &Value) -> Option<Self> {
        let (n, e) = (bytes(jwk, "n")?, bytes(jwk, "e")?);
        let n = n.strip_prefix(&[0]).unwrap_or(&n);
        // 2048 bits are 256 bytes whose first bit is set.
        let long_enough =
            n.len() > 256 || (n.len() == 256 && n.first().is_some_and(|b| *b >= 0x80));
        let sound_exponent = e.len() >= 3 && e.len() <= 4 && e.last().is_some_and(|b| b % 2 == 1);
        (long_enough && n.len() <= 1024 && n.first() != Some(&0) && sound_exponent).then(|| Self {
            decoding: DecodingKey::from_rsa_raw_components(n, &e),
            algorithm: Algorithm::RS256,
        })
    }

    /// A point of the curve, both coordinates in full length (RFC 7518, 6.2.1).
    fn p256(jwk: &Value) -> Option<Self> {
        if jwk.get("crv").and_then(Value::as_str) != Some("P-256") {
            return None;
        }
        let (x, y) = (bytes(jwk, "x")?, bytes(jwk, "y")?);
        if x.len() != 32 || y.len() != 32 {
            return None;
        }
        // Uncompressed, as SEC 1 has it.
        let point = [[4_u8].as_slice(), &x, &y].concat();
        ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point).ok()?;
        Some(Self {
            decoding: DecodingKey::from_ec_der(&point),
            algorithm: Algorithm::ES256,
        })
    }
}

/// A member of a key in base64url.
fn bytes(jwk: &Value, name: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(jwk.get(name).and_then(Value::as_str)?)
        .ok()
}

/// What is known of the provider's keys.
#[derive(Default)]
struct Known {
    keys: HashMap<String, Key>,
    /// When `keys` were fetched.
    fetched: Option<Instant>,
    /// When a fetch was last tried, whatever came of it.
    tried: Option<Instant>,
    /// `kid`s that a fetch did not bring, and when.
    unknown: HashMap<String, Instant>,
}

impl Known {
    fn age(&self, now: Instant) -> Option<Duration> {
        self.fetched.map(|at| now.saturating_duration_since(at))
    }

    fn may_ask(&self, now: Instant) -> bool {
        self.tried
            .is_none_or(|at| now.saturating_duration_since(at) >= MIN_INTERVAL)
    }

    /// The key, if the set it came in still counts.
    fn usable(&self, kid: &str, now: Instant) -> Option<Key> {
        let key = self.keys.get(kid)?;
        self.age(now)
            .is_some_and(|age| age <= STALE)
            .then(|| key.clone())
    }

    /// The answer without a fetch, or `None` when a fetch could change it.
    fn answer(&self, kid: &str, now: Instant) -> Option<Result<Key, Refused>> {
        let usable = self.age(now).is_some_and(|age| age <= STALE);
        let fresh = self.age(now).is_some_and(|age| age <= FRESH);
        let ask = self.may_ask(now);
        match self.keys.get(kid).filter(|_| usable) {
            Some(key) if fresh || !ask => Some(Ok(key.clone())),
            Some(_) => None,
            None if !usable => (!ask).then_some(Err(Refused::KeysUnavailable)),
            None => {
                let lately = self.unknown.get(kid).is_some_and(|at| {
                    now.saturating_duration_since(*at) < MIN_INTERVAL.saturating_mul(3)
                });
                (!ask || lately).then_some(Err(Refused::UnknownKey))
            }
        }
    }
}

/// The cached key set of one issuer.
pub struct Jwks {
    fetch: Fetch,
    known: RwLock<Known>,
    single_flight: tokio::sync::Mutex<()>,
}

impl Jwks {
    /// An empty cache: the first question fetches.
    pub fn new(fetch: Fetch) -> Arc<Self> {
        Arc::new(Self {
            fetch,
            known: RwLock::default(),
            single_flight: tokio::sync::Mutex::new(()),
        })
    }

    /// The key that a token names.
    ///
    /// # Errors
    /// `UnknownKey` when the set does not hold it, `KeysUnavailable` when there is no set to look in.
    pub async fn key(&self, kid: &str) -> Result<Key, Refused> {
        self.key_at(kid, Instant::now()).await
    }

    pub(super) async fn key_at(&self, kid: &str, now: Instant) -> Result<Key, Refused> {
        if let Some(answer) = self.read(|known| known.answer(kid, now)) {
            return answer;
        }
        let turn = match self.single_flight.try_lock() {
            Ok(turn) => turn,
            // A refresh is under way: a key that is merely old does not wait for it.
            Err(_) => match self.read(|known| known.usable(kid, now)) {
                Some(key) => return Ok(key),
                None => self.single_flight.lock().await,
            },
        };
        // Somebody else may have fetched while we waited for the turn.
        if let Some(answer) = self.read(|known| known.answer(kid, now)) {
            return answer;
        }
        let fetched = (self.fetch)().await.and_then(|body| parse(&body));
        let answer = self.write(|known| {
            known.tried = Some(now);
            match fetched {
                Ok(keys) => {
                    known.keys = keys;
                    known.fetched = Some(now);
                    known.unknown.retain(|kid, _| !known.keys.contains_key(kid));
                }
                Err(error) => {
                    tracing::warn!(error = %format!("{error:#}"), "the key set of the identity provider could not be fetched");
                }
            }
            if !known.keys.contains_key(kid) {
                if known.unknown.len() >= MAX_UNKNOWN {
                    known.unknown.clear();
                }
                known.unknown.insert(kid.to_owned(), now);
            }
            known.answer(kid, now)
        });
        drop(turn);
        answer.unwrap_or(Err(Refused::KeysUnavailable))
    }

    fn read<T>(&self, look: impl FnOnce(&Known) -> T) -> T {
        look(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut Known) -> T) -> T {
        change(&mut self.known.write().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Reads a key set document. Entries that verify neither RS256 nor ES256 are left out.
fn parse(body: &[u8]) -> anyhow::Result<HashMap<String, Key>> {
    anyhow::ensure!(body.len() <= MAX_BYTES, "a key set over 64 KiB");
    let set: Value = serde_json::from_slice(body)?;
    let entries = set
        .get("keys")
        .and_then(Value::as_array)
        .ok_or_else(|| anyhow::anyhow!("a key set without keys"))?;
    anyhow::ensure!(entries.len() <= MAX_KEYS, "a key set of over 32 keys");
    let mut keys = HashMap::new();
    for (kid, key) in entries.iter().filter_map(Key::from_jwk) {
        anyhow::ensure!(
            keys.insert(kid, key).is_none(),
            "a key set with a repeated kid"
        );
    }
    anyhow::ensure!(!keys.is_empty(), "a key set with no key for RS256 or ES256");
    Ok(keys)
}

#[cfg(test)]
#[path = "jwks_tests.rs"]
mod tests;

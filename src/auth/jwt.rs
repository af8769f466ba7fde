//! The one function that decides whether a token of the identity provider is believed (security.md, AUT-6 and AUT-7).
//!
//! `Unverified::parse` looks at the header only, so that the right key can be fetched; claims exist only after
//! `Unverified::verify`. Called by `oidc` (ID tokens of a sign-in) and `bearer` (access tokens of programs).
//!
//! **Invariant:** no claim of a token is read before its signature has been checked.

use jsonwebtoken::{Algorithm, Validation, decode};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

pub use super::claims::Claims;
use super::jwks::Key;
use super::strict;

/// Longer tokens are refused unread, in bytes.
pub const MAX_TOKEN: usize = 8 * 1024;
/// Clocks may differ by this much, in seconds.
const LEEWAY: u64 = 30;
/// `iat` and `auth_time` may lie this far in the future, in seconds.
const MAX_IAT_AHEAD: i64 = 60;
/// A token that is told by `azp` alone names no API: it is believed only if it was made to live this short, in seconds.
const AZP_LIFE: i64 = 60;
/// Header members that name a key or change the meaning of the token: never honoured, so never accepted.
const FORBIDDEN_HEADERS: [&str; 8] = ["jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc"];

/// Why a token is not believed. For the log: callers of the API see `auth.invalid_token` whatever it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Over 8 KiB.
    #[error("longer than 8 KiB")]
    TooLong,
    /// Not three canonical base64url parts of strict JSON.
    #[error("not a JWT")]
    Malformed,
    /// A header that is missing, forbidden or of the wrong type.
    #[error("header {0}")]
    Header(&'static str),
    /// The key set of the issuer does not hold the `kid`.
    #[error("unknown key")]
    UnknownKey,
    /// The key set could not be had; the only refusal that is not the token's fault.
    #[error("key set unavailable")]
    KeysUnavailable,
    /// The signature does not belong to the key.
    #[error("signature")]
    Signature,
    /// A claim that is missing, of the wrong type or not what was expected.
    #[error("claim {0}")]
    Claim(&'static str),
    /// `exp` has passed.
    #[error("expired")]
    Expired,
}

/// How an access token says for whom it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// `aud` holds this value (Auth0, and the RFC 9068 shape).
    Aud(String),
    /// No `aud`: `token_use` is `access` and `client_id` is this value (Cognito).
    ClientId(String),
    /// No `aud`: `azp` is one of these origins or clients, and the token lives a minute at most (Clerk).
    Azp(Vec<String>),
}

/// What the caller needs the token to be. An ID token never passes for an access token, nor the reverse.
#[derive(Debug, Clone, Copy)]
pub enum Expect<'a> {
    /// The ID token of a sign-in started here.
    Id {
        /// Our client id: the audience.
        client_id: &'a str,
        /// The nonce that this sign-in sent.
        nonce: &'a str,
        /// Whether the provider marks its ID tokens with `token_use` (Cognito): then `id` must be there.
        marked: bool,
    },
    /// An access token for our API.
    Access(&'a Audience),
}

/// A token whose header was read and found acceptable, and of which nothing is believed yet.
#[derive(Debug)]
pub struct Unverified<'a> {
    token: &'a str,
    algorithm: Algorithm,
    kid: String,
    access_typ: bool,
}

impl<'a> Unverified<'a> {
    /// Reads the header of a compact JWT.
    ///
    /// # Errors
    /// `TooLong`, `Malformed`, or the `Header` that is not acceptable.
    pub fn parse(token: &'a str) -> Result<Self, Refused> {
        if token.len() > MAX_TOKEN {
            return Err(Refused::TooLong);
        }
        let mut parts = token.split('.');
        let (Some(head), Some(claims), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Refused::Malformed);
        };
        if claims.is_empty() || signature.is_empty() {
            return Err(Refused::Malformed);
        }
        let head = strict::object(&base64url(head)?).ok_or(Refused::Malformed)?;
        let algorithm = match head.get("alg").and_then(Value::as_str) {
            Some("RS256") => Algorithm::RS256,
            Some("ES256") => Algorithm::ES256,
            _ => return Err(Refused::Header("alg")),
        };
        if let Some(name) = FORBIDDEN_HEADERS
            .iter()
            .find(|name| head.contains_key(**name))
        {
            return Err(Refused::Header(name));
        }
        let access_typ = match head.get("typ") {
            None => false,
            Some(Value::String(typ)) if typ.eq_ignore_ascii_case("jwt") => false,
            Some(Value::String(typ))
                if typ.eq_ignore_ascii_case("at+jwt")
                    || typ.eq_ignore_ascii_case("application/at+jwt") =>
            {
                true
            }
            Some(_) => return Err(Refused::Header("typ")),
        };
        let kid = match head.get("kid") {
            Some(Value::String(kid)) if !kid.is_empty() && kid.len() <= 256 => kid.clone(),
            _ => return Err(Refused::Header("kid")),
        };
        Ok(Self {
            token,
            algorithm,
            kid,
            access_typ,
        })
    }

    /// The key that the token names: a key of the issuer's set, or nothing.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Checks signature and claims; `now` is seconds since 1970.
    ///
    /// # Errors
    /// `Header` when the key is for another algorithm, `Signature`, `Expired`, or the `Claim` that is not what `expect` says.
    pub fn verify(
        self,
        key: &Key,
        issuer: &str,
        expect: &Expect<'_>,
        now: i64,
    ) -> Result<Claims, Refused> {
        // The key says how it signs; a token that says otherwise is not tried at all.
        if self.algorithm != key.algorithm() {
            return Err(Refused::Header("alg"));
        }
        let rules = rules(self.algorithm, issuer, expect);
        decode::<IgnoredAny>(self.token, key.decoding(), &rules).map_err(refusal)?;
        let body = self.token.split('.').nth(1).ok_or(Refused::Malformed)?;
        let all = strict::object(&base64url(body)?).ok_or(Refused::Malformed)?;

        // The library rounds floats and takes an array for `iss`; we take neither.
        if all.get("iss").and_then(Value::as_str) != Some(issuer) {
            return Err(Refused::Claim("iss"));
        }
        let subject = match all.get("sub") {
            Some(Value::String(sub)) if !sub.is_empty() && sub.len() <= 255 => sub.clone(),
            _ => return Err(Refused::Claim("sub")),
        };
        let expires_at = seconds(&all, "exp")?.ok_or(Refused::Claim("exp"))?;
        let issued_at = seconds(&all, "iat")?;
        seconds(&all, "nbf")?;
        let auth_time = seconds(&all, "auth_time")?;
        if issued_at.is_some_and(|iat| iat > now.saturating_add(MAX_IAT_AHEAD)) {
            return Err(Refused::Claim("iat"));
        }
        if auth_time.is_some_and(|at| at > now.saturating_add(MAX_IAT_AHEAD)) {
            return Err(Refused::Claim("auth_time"));
        }
        match expect {
            Expect::Id { marked: true, .. } if !all.contains_key("token_use") => {
                return Err(Refused::Claim("token_use"));
            }
            Expect::Id {
                client_id, nonce, ..
            } => self.check_id(&all, client_id, nonce)?,
            Expect::Access(audience) => {
                self.check_access(&all, audience)?;
                let life = issued_at.map(|iat| expires_at.saturating_sub(iat));
                if matches!(audience, Audience::Azp(_)) && life.is_none_or(|life| life > AZP_LIFE) {
                    return Err(Refused::Claim("exp"));
                }
            }
        }
        Ok(Claims {
            issuer: issuer.to_owned(),
            subject,
            expires_at,
            auth_time,
            all,
        })
    }

    fn check_id(
        &self,
        all: &Map<String, Value>,
        client_id: &str,
        nonce: &str,
    ) -> Result<(), Refused> {
        if self.access_typ {
            return Err(Refused::Header("typ"));
        }
        if !all.contains_key("iat") {
            return Err(Refused::Claim("iat"));
        }
        if all.get("token_use").is_some_and(|value| value != "id") {
            return Err(Refused::Claim("token_use"));
        }
        // Several audiences: the token must say that it was made for us (OpenID Connect Core, 3.1.3.7).
        let several = matches!(all.get("aud"), Some(Value::Array(list)) if list.len() > 1);
        match all.get("azp") {
            None if several => return Err(Refused::Claim("azp")),
            None => {}
            Some(azp) if azp == client_id => {}
            Some(_) => return Err(Refused::Claim("azp")),
        }
        let sent = all.get("nonce").and_then(Value::as_str).unwrap_or_default();
        if nonce.is_empty() || !bool::from(sent.as_bytes().ct_eq(nonce.as_bytes())) {
            return Err(Refused::Claim("nonce"));
        }
        Ok(())
    }

    fn check_access(&self, all: &Map<String, Value>, audience: &Audience) -> Result<(), Refused> {
        // These two live in ID tokens only.
        if all.contains_key("nonce") || all.contains_key("at_hash") {
            return Err(Refused::Claim("nonce"));
        }
        match all.get("token_use") {
            None if matches!(audience, Audience::ClientId(_)) => {
                return Err(Refused::Claim("token_use"));
            }
            None => {}
            Some(used) if used == "access" => {}
            Some(_) => return Err(Refused::Claim("token_use")),
        }
        match audience {
            Audience::Aud(_) => Ok(()), // checked with the signature
            Audience::ClientId(id) => all
                .get("client_id")
                .is_some_and(|value| value == id.as_str())
                .then_some(())
                .ok_or(Refused::Claim("client_id")),
            Audience::Azp(parties) => all
                .get("azp")
                .and_then(Value::as_str)
                .is_some_and(|azp| parties.iter().any(|party| party == azp))
                .then_some(())
                .ok_or(Refused::Claim("azp")),
        }
    }
}

fn rules(algorithm: Algorithm, issuer: &str, expect: &Expect<'_>) -> Validation {
    let mut rules = Validation::new(algorithm);
    rules.leeway = LEEWAY;
    rules.validate_nbf = true;
    rules.set_issuer(&[issuer]);
    rules.set_required_spec_claims(&["exp", "iss", "sub"]);
    let audience = match expect {
        Expect::Id { client_id, .. } => Some(*client_id),
        Expect::Access(Audience::Aud(aud)) => Some(aud.as_str()),
        Expect::Access(Audience::ClientId(_) | Audience::Azp(_)) => None,
    };
    // With no audience set, the library refuses a token that carries one: such a token was made for somebody else.
    if let Some(audience) = audience {
        rules.set_audience(&[audience]);
        rules.set_required_spec_claims(&["exp", "iss", "sub", "aud"]);
    }
    rules
}

fn refusal(error: jsonwebtoken::errors::Error) -> Refused {
    use jsonwebtoken::errors::ErrorKind;
    match error.kind() {
        ErrorKind::ExpiredSignature => Refused::Expired,
        ErrorKind::ImmatureSignature => Refused::Claim("nbf"),
        ErrorKind::InvalidIssuer => Refused::Claim("iss"),
        ErrorKind::InvalidAudience => Refused::Claim("aud"),
        ErrorKind::MissingRequiredClaim(_) | ErrorKind::InvalidClaimFormat(_) => {
            Refused::Claim("required")
        }
        ErrorKind::InvalidSignature => Refused::Signature,
        _ => Refused::Malformed,
    }
}

/// A time claim: absent, or a whole number of seconds.
fn seconds(all: &Map<String, Value>, name: &'static str) -> Result<Option<i64>, Refused> {
    match all.get(name) {
        None => Ok(None),
        Some(value) => value
            .as_i64()
            .filter(|at| *at >= 0)
            .map(Some)
            .ok_or(Refused::Claim(name)),
    }
}

fn base64url(text: &str) -> Result<Vec<u8>, Refused> {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| Refused::Malformed)
}

#[cfg(test)]
#[path = "jwt_tests/mod.rs"]
mod tests;

//! What differs between identity providers: how their tokens say for whom they are, what proves a second factor and when, and how
//! they want to be spoken to. Chosen by `config::auth`, used by `auth`; `auth/jwt_tests/providers.rs` holds a token of each shape.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::auth::jwt::Claims;

/// The provider, as far as its documents settle what is not said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderKind {
    /// Any OpenID provider.
    Generic,
    /// Auth0: access tokens by `aud`, a second factor by `amr`.
    Auth0,
    /// Amazon Cognito: access tokens without `aud`, `token_use` in every token, a log-out of its own.
    Cognito,
    /// Clerk: session tokens of a minute, by `azp`; a second factor by `fva`.
    Clerk,
}

/// How Sadu shows its secret to the token endpoint (RFC 6749, 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuth {
    /// In the `Authorization` header.
    Basic,
    /// In the form.
    Post,
}

impl ProviderKind {
    /// How its access tokens say for whom they are: `aud`, `client_id` or `azp`.
    pub(super) const fn access_tokens(self) -> &'static str {
        match self {
            Self::Generic | Self::Auth0 => "aud",
            Self::Cognito => "client_id",
            Self::Clerk => "azp",
        }
    }

    pub(super) const fn mfa(self) -> MfaRule {
        match self {
            // Cognito only where the deployment adds `amr`, or says that the pool demands a second factor.
            Self::Generic | Self::Auth0 | Self::Cognito => MfaRule::Amr,
            Self::Clerk => MfaRule::Fva,
        }
    }

    pub(super) const fn client_auth(self) -> ClientAuth {
        match self {
            Self::Auth0 => ClientAuth::Post,
            Self::Generic | Self::Cognito | Self::Clerk => ClientAuth::Basic,
        }
    }

    /// The parameter that names the way back from its log-out.
    #[must_use]
    pub const fn logout_parameter(self) -> &'static str {
        match self {
            Self::Cognito => "logout_uri",
            Self::Generic | Self::Auth0 | Self::Clerk => "post_logout_redirect_uri",
        }
    }
}

/// What proves that a second factor was used (security.md, AUT-9). No evidence is no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MfaRule {
    /// `amr` holds `mfa` (Auth0, the development provider, Cognito with a trigger that adds it).
    Amr,
    /// The second number of `fva` is not negative (Clerk).
    Fva,
    /// As `Amr`; or the deployment asserts that the user pool demands a second factor of everybody, and the person is local to the
    /// pool (Cognito). Somebody who came from another provider has no evidence here: theirs is that provider's.
    PoolEnforced,
}

impl MfaRule {
    /// Whether these claims prove a second factor.
    #[must_use]
    pub fn proven_by(self, claims: &Claims) -> bool {
        let amr = || {
            let methods = claims.all.get("amr").and_then(Value::as_array);
            methods.is_some_and(|methods| methods.iter().any(|method| method == "mfa"))
        };
        match self {
            Self::Amr => amr(),
            Self::Fva => claims
                .all
                .get("fva")
                .and_then(|fva| fva.get(1))
                .and_then(Value::as_i64)
                .is_some_and(|minutes| minutes >= 0),
            Self::PoolEnforced => amr() || is_local(claims),
        }
    }

    /// When the person last proved who they are: `auth_time`, or with `Fva` the minutes since the first factor. Nothing else
    /// stands for it: a token is also issued anew to somebody whom the provider merely remembers.
    #[must_use]
    pub fn proven_at(self, claims: &Claims, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let minutes = || {
            let first = claims.all.get("fva").and_then(|fva| fva.get(0));
            let minutes = first.and_then(Value::as_i64).filter(|age| *age >= 0)?;
            now.checked_sub_signed(TimeDelta::try_minutes(minutes)?)
        };
        match (self, claims.auth_time) {
            (Self::Fva, _) => minutes(),
            (Self::Amr | Self::PoolEnforced, Some(at)) => DateTime::from_timestamp(at, 0),
            (Self::Amr | Self::PoolEnforced, None) => None,
        }
    }
}

/// Whether a Cognito token is surely of somebody who has a password in the pool itself. Whoever came from another provider is called
/// `{Provider}_{subject there}`, and has `identities` in ID tokens unless the client may not read them: a name with an underscore
/// is therefore not sure enough, and neither is a token without a name.
fn is_local(claims: &Claims) -> bool {
    let name = match claims.text("token_use") {
        Some("id") => claims.text("cognito:username"),
        Some("access") => claims.text("username"),
        _ => None,
    };
    name.is_some_and(|name| !name.contains('_')) && !claims.all.contains_key("identities")
}

//! Sign-in: the identity provider, what its tokens must look like, and what counts as a second factor.
//!
//! Read once at start by the start-up code; a missing or weak value refuses to start. Used by `auth`.

use anyhow::{Context, bail, ensure};
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use super::provider::{ClientAuth, MfaRule, ProviderKind};
use crate::auth::jwt::Audience;

/// Shortest client secret that is accepted, in bytes.
const MIN_SECRET: usize = 16;

/// Everything about sign-in that differs between deployments.
#[derive(Debug, Clone)]
pub struct AuthConfig {
    /// `OIDC_ISSUER`: the provider, exactly as in its tokens; https, except on this machine.
    pub issuer: String,
    /// `OIDC_CLIENT_ID`: Sadu at the provider.
    pub client_id: String,
    /// `OIDC_CLIENT_SECRET`: at least 16 bytes.
    pub client_secret: SecretString,
    /// `OIDC_PROVIDER` = `generic`, `auth0`, `cognito` or `clerk`: what the settings below are when they are not said.
    pub kind: ProviderKind,
    /// `OIDC_CLIENT_AUTH` = `basic` or `post`: how Sadu shows its secret to the provider.
    pub client_auth: ClientAuth,
    /// `OIDC_ACCESS_TOKENS` = `aud` (with `OIDC_AUDIENCE`), `client_id`, or `azp` (with `OIDC_AUTHORIZED_PARTIES`): how the
    /// provider's access tokens say that they are for our API.
    pub audience: Audience,
    /// `OIDC_MFA` = `amr`, `fva` or `pool_enforced`: what proves a second factor.
    pub mfa: MfaRule,
    /// Where browsers are sent back to: `{scheme}://auth.{BASE_DOMAIN}`, with the port where it is not the scheme's own.
    pub auth_origin: String,
    /// Whether a bearer of a token with a verified e-mail is bound at first use, as a sign-in is. Development alone.
    pub bind_bearers: bool,
}

impl AuthConfig {
    /// Reads and checks the settings; `env` gives a variable's value, `auth_origin` is where the callback lives.
    ///
    /// # Errors
    /// Names the first variable that is missing or not acceptable, never its value.
    pub fn from_env(
        env: impl Fn(&str) -> Option<String>,
        auth_origin: String,
    ) -> anyhow::Result<Self> {
        let optional = |name: &str| {
            env(name)
                .map(|v| v.trim().to_owned())
                .filter(|v| !v.is_empty())
        };
        let required = |name: &str| optional(name).with_context(|| format!("{name} is missing"));
        let kind = match optional("OIDC_PROVIDER").as_deref() {
            None | Some("generic") => ProviderKind::Generic,
            Some("auth0") => ProviderKind::Auth0,
            Some("cognito") => ProviderKind::Cognito,
            Some("clerk") => ProviderKind::Clerk,
            Some(_) => bail!("OIDC_PROVIDER is none of generic, auth0, cognito, clerk"),
        };
        let client_auth = match optional("OIDC_CLIENT_AUTH").as_deref() {
            None => kind.client_auth(),
            Some("basic") => ClientAuth::Basic,
            Some("post") => ClientAuth::Post,
            Some(_) => bail!("OIDC_CLIENT_AUTH is none of basic, post"),
        };
        let told_by = optional("OIDC_ACCESS_TOKENS");
        let audience = match told_by.as_deref().unwrap_or(kind.access_tokens()) {
            "aud" => Audience::Aud(required("OIDC_AUDIENCE")?),
            "client_id" => Audience::ClientId(required("OIDC_CLIENT_ID")?),
            "azp" => Audience::Azp(
                required("OIDC_AUTHORIZED_PARTIES")?
                    .split(',')
                    .map(|party| party.trim().to_owned())
                    .filter(|party| !party.is_empty())
                    .collect(),
            ),
            _ => bail!("OIDC_ACCESS_TOKENS is none of aud, client_id, azp"),
        };
        let mfa = match optional("OIDC_MFA").as_deref() {
            None => kind.mfa(),
            Some("amr") => MfaRule::Amr,
            Some("fva") => MfaRule::Fva,
            Some("pool_enforced") => MfaRule::PoolEnforced,
            Some(_) => bail!("OIDC_MFA is none of amr, fva, pool_enforced"),
        };
        let config = Self {
            issuer: required("OIDC_ISSUER")?,
            client_id: required("OIDC_CLIENT_ID")?,
            client_secret: required("OIDC_CLIENT_SECRET")?.into(),
            kind,
            client_auth,
            audience,
            mfa,
            auth_origin,
            bind_bearers: false,
        };
        config.check()?;
        Ok(config)
    }

    /// The settings for the development provider at `issuer`.
    #[cfg(feature = "dev")]
    pub fn development(issuer: String, client_secret: SecretString, auth_origin: String) -> Self {
        Self {
            issuer,
            client_id: "sadu".to_owned(),
            client_secret,
            kind: ProviderKind::Generic,
            client_auth: ClientAuth::Basic,
            audience: Audience::Aud("sadu-api".to_owned()),
            mfa: MfaRule::Amr,
            auth_origin,
            bind_bearers: true,
        }
    }

    /// The one redirect address of every tenant.
    pub fn redirect_uri(&self) -> String {
        format!("{}/auth/callback", self.auth_origin)
    }

    /// Where the provider sends people who signed out.
    pub fn signed_out_uri(&self) -> String {
        format!("{}/auth/signed-out", self.auth_origin)
    }

    fn check(&self) -> anyhow::Result<()> {
        let issuer = Url::parse(&self.issuer).context("OIDC_ISSUER is not a URL")?;
        ensure!(
            issuer.query().is_none() && issuer.fragment().is_none(),
            "OIDC_ISSUER has a query or fragment"
        );
        ensure!(
            safe_transport(&issuer),
            "OIDC_ISSUER is not https (plain http is for this machine alone)"
        );
        ensure!(
            self.client_secret.expose_secret().len() >= MIN_SECRET,
            "OIDC_CLIENT_SECRET is shorter than {MIN_SECRET} bytes"
        );
        match &self.audience {
            // With one audience for both, an ID token would pass for an access token.
            Audience::Aud(aud) => ensure!(
                *aud != self.client_id,
                "OIDC_AUDIENCE is the client id: access and ID tokens could not be told apart"
            ),
            Audience::Azp(parties) => {
                ensure!(!parties.is_empty(), "OIDC_AUTHORIZED_PARTIES is empty");
            }
            Audience::ClientId(_) => {}
        }
        Ok(())
    }
}

/// https anywhere; http only to this machine, where nobody is in between.
pub(crate) fn safe_transport(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_local(url),
        _ => false,
    }
}

/// Whether the URL names this machine: loopback, `localhost` or a name under it.
pub(crate) fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(change: &[(&str, &str)]) -> anyhow::Result<AuthConfig> {
        let base = [
            ("OIDC_ISSUER", "https://id.example"),
            ("OIDC_CLIENT_ID", "sadu"),
            ("OIDC_CLIENT_SECRET", "0123456789abcdef"),
            ("OIDC_AUDIENCE", "https://api.sadu.example"),
        ];
        let env = |name: &str| {
            let changed = change.iter().find(|(n, _)| *n == name);
            let value = changed.or_else(|| base.iter().find(|(n, _)| *n == name));
            value.map(|(_, value)| (*value).to_owned())
        };
        AuthConfig::from_env(env, "https://auth.sadu.example".into())
    }

    #[test]
    fn a_complete_environment_is_read() {
        let config = read(&[]).unwrap();
        assert_eq!(
            config.redirect_uri(),
            "https://auth.sadu.example/auth/callback"
        );
        assert!(!config.bind_bearers);
        assert!(!format!("{config:?}").contains("0123456789abcdef"));
        read(&[("OIDC_ACCESS_TOKENS", "client_id")]).unwrap();
        read(&[
            ("OIDC_ACCESS_TOKENS", "azp"),
            ("OIDC_AUTHORIZED_PARTIES", "https://a.example"),
        ])
        .unwrap();
        read(&[("OIDC_ISSUER", "http://id.localhost:8080")]).unwrap();
    }

    #[test]
    fn what_is_missing_or_weak_refuses() {
        for (name, value) in [
            ("OIDC_ISSUER", ""),
            ("OIDC_ISSUER", "id.example"),
            ("OIDC_ISSUER", "http://id.example"),
            ("OIDC_ISSUER", "http://localhost.example"),
            ("OIDC_ISSUER", "https://id.example?x=1"),
            ("OIDC_CLIENT_ID", " "),
            ("OIDC_CLIENT_SECRET", ""),
            ("OIDC_CLIENT_SECRET", "short"),
            ("OIDC_AUDIENCE", ""),
            ("OIDC_AUDIENCE", "sadu"),
            ("OIDC_ACCESS_TOKENS", "any"),
            ("OIDC_ACCESS_TOKENS", "azp"),
            ("OIDC_MFA", "off"),
            ("OIDC_PROVIDER", "google"),
            ("OIDC_CLIENT_AUTH", "none"),
        ] {
            let error = read(&[(name, value)]).err();
            assert!(error.is_some(), "{name}={value}");
        }
    }

    #[test]
    fn a_known_provider_brings_its_own_rules() {
        let of = |change: &[(&str, &str)]| {
            let config = read(change).unwrap();
            (config.audience, config.mfa, config.client_auth)
        };
        assert_eq!(
            of(&[("OIDC_PROVIDER", "cognito")]),
            (
                Audience::ClientId("sadu".into()),
                MfaRule::Amr,
                ClientAuth::Basic
            )
        );
        assert_eq!(
            of(&[("OIDC_PROVIDER", "auth0")]),
            (
                Audience::Aud("https://api.sadu.example".into()),
                MfaRule::Amr,
                ClientAuth::Post
            )
        );
        let parties = (
            "OIDC_AUTHORIZED_PARTIES",
            "https://a.example, https://b.example",
        );
        let both = vec![
            "https://a.example".to_owned(),
            "https://b.example".to_owned(),
        ];
        assert_eq!(
            of(&[("OIDC_PROVIDER", "clerk"), parties]),
            (Audience::Azp(both), MfaRule::Fva, ClientAuth::Basic)
        );
        assert!(
            read(&[("OIDC_PROVIDER", "clerk")]).is_err(),
            "nobody is authorised"
        );
        // What is said counts more.
        let said = of(&[
            ("OIDC_PROVIDER", "cognito"),
            ("OIDC_MFA", "pool_enforced"),
            ("OIDC_CLIENT_AUTH", "post"),
        ]);
        assert_eq!((said.1, said.2), (MfaRule::PoolEnforced, ClientAuth::Post));
    }
}

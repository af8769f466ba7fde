//! The provider's token endpoint: a code becomes a person who is believed, a refresh token says whether the person still has a
//! place there. Called by `sign_in` and `renewal`.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;

use super::jwt::{Claims, Expect, Refused};
use super::oidc::{OidcError, Provider, read};
use super::strict;
use crate::config::provider::{ClientAuth, ProviderKind};

/// What the provider says about somebody who signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// The verified claims of the ID token.
    pub claims: Claims,
    /// Whether a second factor was proven.
    pub mfa: bool,
    /// When the person last proved who they are, where the provider says so.
    pub proven_at: Option<DateTime<Utc>>,
    /// The token that asks again later, where the provider gives one.
    pub refresh: Option<SecretString>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: Option<String>,
    access_token: Option<SecretString>,
    refresh_token: Option<SecretString>,
}

impl Provider {
    /// Exchanges the code of a callback and believes its ID token, or does not. `iss` is the parameter of RFC 9207.
    ///
    /// # Errors
    /// Every way in which a sign-in can fail at the provider.
    pub async fn sign_in(
        &self,
        code: &str,
        iss: Option<&str>,
        verifier: &SecretString,
        nonce: &str,
    ) -> Result<SignedIn, OidcError> {
        let config = self.config();
        let named = self
            .discovery()
            .await?
            .authorization_response_iss_parameter_supported;
        match iss {
            Some(iss) if iss != config.issuer => return Err(OidcError::MixedUp),
            None if named => return Err(OidcError::MixedUp),
            _ => {}
        }
        let tokens = self
            .ask(&[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", &config.redirect_uri()),
                ("code_verifier", verifier.expose_secret()),
            ])
            .await?;
        let id_token = tokens
            .id_token
            .ok_or_else(|| OidcError::Unavailable(anyhow::anyhow!("no ID token")))?;
        let expect = Expect::Id {
            client_id: &config.client_id,
            nonce,
            marked: config.kind == ProviderKind::Cognito,
        };
        let mut claims = self.believe(&id_token, &expect).await?;
        if !claims.all.contains_key("email")
            && let Some(access) = tokens.access_token
        {
            self.look_up_email(&mut claims, &access).await?;
        }
        Ok(SignedIn {
            mfa: config.mfa.proven_by(&claims),
            proven_at: config.mfa.proven_at(&claims, Utc::now()),
            claims,
            refresh: tokens.refresh_token,
        })
    }

    /// Asks whether the person behind a refresh token still has a place at the provider; returns the next token where it rotates.
    /// Nothing else is taken from the answer: MFA evidence is that of the sign-in.
    ///
    /// # Errors
    /// `GrantRefused` when the person has not, `Unavailable` when it could not be found out.
    pub async fn renew(&self, refresh: &SecretString) -> Result<Option<SecretString>, OidcError> {
        let tokens = self
            .ask(&[
                ("grant_type", "refresh_token"),
                ("refresh_token", refresh.expose_secret()),
            ])
            .await?;
        Ok(tokens.refresh_token)
    }

    /// Providers that keep to the letter tell the address at their userinfo endpoint alone. It counts for the very subject of the ID
    /// token, and is the only thing that is taken from there: what proves the person stays with the signed token.
    async fn look_up_email(
        &self,
        claims: &mut Claims,
        access: &SecretString,
    ) -> Result<(), OidcError> {
        let Some(endpoint) = self.discovery().await?.userinfo_endpoint.clone() else {
            return Ok(());
        };
        let request = self
            .remote
            .http
            .get(endpoint)
            .bearer_auth(access.expose_secret());
        let (status, body) = read(request).await.map_err(OidcError::Unavailable)?;
        let told = strict::object(&body).filter(|_| status == 200);
        let Some(told) = told else {
            return Err(OidcError::Unavailable(anyhow::anyhow!(
                "the userinfo endpoint answered {status}"
            )));
        };
        if told.get("sub").and_then(Value::as_str) != Some(&claims.subject) {
            return Err(OidcError::Token(Refused::Claim("sub")));
        }
        for name in ["email", "email_verified"] {
            if let Some(value) = told.get(name) {
                claims.all.insert(name.to_owned(), value.clone());
            }
        }
        Ok(())
    }

    async fn ask(&self, form: &[(&str, &str)]) -> Result<Tokens, OidcError> {
        let config = self.config();
        let endpoint = self.discovery().await?.token_endpoint.clone();
        let secret = config.client_secret.expose_secret();
        let request = self.remote.http.post(endpoint);
        let request = match config.client_auth {
            ClientAuth::Basic => request
                .basic_auth(form_encoded(&config.client_id), Some(form_encoded(secret)))
                .form(form),
            ClientAuth::Post => {
                let ours = [
                    ("client_id", config.client_id.as_str()),
                    ("client_secret", secret),
                ];
                request.form(&[&ours, form].concat())
            }
        };
        let (status, body) = read(request).await.map_err(OidcError::Unavailable)?;
        let failed =
            || OidcError::Unavailable(anyhow::anyhow!("the token endpoint answered {status}"));
        match status {
            200 => serde_json::from_slice(&body).map_err(|_| failed()),
            400..500 => match error_code(&body) {
                Some(code) if code == "invalid_grant" => Err(OidcError::GrantRefused(code)),
                // Our own credentials, a limit, an outage: not the person's fault.
                code => {
                    tracing::error!(status, code = ?code, "the token endpoint refused us");
                    Err(failed())
                }
            },
            _ => Err(failed()),
        }
    }
}

/// The `error` of RFC 6749, if it is one of its short codes; nothing else of the answer is kept.
fn error_code(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Answer {
        error: String,
    }
    serde_json::from_slice::<Answer>(body)
        .map(|answer| answer.error)
        .ok()
        .filter(|code| {
            code.len() <= 64 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        })
}

/// The two parts of Basic are form-encoded before they are joined (RFC 6749, 2.3.1).
fn form_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

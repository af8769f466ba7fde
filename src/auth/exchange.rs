//! The provider's token endpoint: a code becomes a person who is believed, a refresh token says whether the person still has a
//! place there. Called by `sign_in` and `renewal`.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::jwt::{Claims, Expect};
use super::oidc::{OidcError, Provider, read};

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
        };
        let claims = self.believe(&id_token, &expect).await?;
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

    async fn ask(&self, form: &[(&str, &str)]) -> Result<Tokens, OidcError> {
        let config = self.config();
        let endpoint = self.discovery().await?.token_endpoint.clone();
        let request = self
            .remote
            .http
            .post(endpoint)
            .basic_auth(
                form_encoded(&config.client_id),
                Some(form_encoded(config.client_secret.expose_secret())),
            )
            .form(form);
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

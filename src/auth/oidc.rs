//! The identity provider as a client sees it: discovery, its addresses, its keys (AUT-1). What is asked of its token endpoint is in
//! `exchange`.
//!
//! Nothing is asked before it is needed, so the server starts while the provider is down. Called by `routes` and `bearer`;
//! calls the provider over HTTP, with five seconds for each question and no redirects.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use super::jwks::{self, Jwks};
use super::jwt::{Claims, Expect, Refused, Unverified};
use crate::config::auth::{AuthConfig, is_local, safe_transport};

/// A discovery document younger than this is used without a question.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// After a failure the provider is left alone for this long.
const PAUSE: Duration = Duration::from_secs(5);
/// Each question to the provider.
const DEADLINE: Duration = Duration::from_secs(5);
/// Largest answer that is read, in bytes.
const MAX_ANSWER: usize = jwks::MAX_BYTES;

/// The parts of the discovery document that matter here.
#[derive(Debug, Clone, Deserialize)]
pub struct Discovery {
    issuer: String,
    authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    jwks_uri: Url,
    end_session_endpoint: Option<Url>,
    pub(super) userinfo_endpoint: Option<Url>,
    #[serde(default)]
    scopes_supported: Vec<String>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

/// Why no token came of a sign-in or a bearer.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The provider did not answer, or not as a provider does.
    #[error("the identity provider is not available")]
    Unavailable(#[source] anyhow::Error),
    /// The provider refused the code or refresh token: used, expired, withdrawn or not ours.
    #[error("the identity provider refused the grant: {0}")]
    GrantRefused(String),
    /// The answer did not come from the provider that was asked.
    #[error("the answer names another issuer")]
    MixedUp,
    /// The token was not believed.
    #[error("token refused: {0}")]
    Token(#[from] Refused),
}

pub(super) struct Remote {
    config: AuthConfig,
    pub(super) http: reqwest::Client,
    discovery: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    document: Option<(Arc<Discovery>, Instant)>,
    /// The last question that went unanswered: those who wait in line are not each made to wait for the next.
    failed: Option<Instant>,
}

/// The configured provider. Cheap to clone.
#[derive(Clone)]
pub struct Provider {
    pub(super) remote: Arc<Remote>,
    jwks: Arc<Jwks>,
}

impl Provider {
    /// A client of the configured provider; asks nothing yet.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(config: AuthConfig) -> anyhow::Result<Self> {
        let issuer = Url::parse(&config.issuer).context("the issuer is not a URL")?;
        let mut http = reqwest::Client::builder()
            .timeout(DEADLINE)
            .redirect(reqwest::redirect::Policy::none())
            .https_only(issuer.scheme() == "https")
            .user_agent("sadu");
        if is_local(&issuer) {
            // The system's resolver does not know names under localhost, and no proxy stands before this machine.
            let port = issuer.port_or_known_default().unwrap_or(80);
            let here = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
            http = http.no_proxy();
            if let Some(host) = issuer.host_str() {
                http = http.resolve(host, here);
            }
        }
        let remote = Arc::new(Remote {
            http: http.build().context("the HTTP client of sign-in")?,
            config,
            discovery: Mutex::default(),
        });
        let keys_of = Arc::clone(&remote);
        let jwks = Jwks::new(Box::new(move || {
            let remote = Arc::clone(&keys_of);
            Box::pin(async move {
                let uri = remote.discovery().await?.jwks_uri.clone();
                let (status, body) = read(remote.http.get(uri)).await?;
                ensure!(status == 200, "the key set answered {status}");
                Ok(body)
            })
        }));
        Ok(Self { remote, jwks })
    }

    /// The settings of sign-in.
    pub fn config(&self) -> &AuthConfig {
        &self.remote.config
    }

    /// The discovery document, at most an hour old while the provider answers.
    ///
    /// # Errors
    /// `Unavailable` when there is none.
    pub async fn discovery(&self) -> Result<Arc<Discovery>, OidcError> {
        self.remote
            .discovery()
            .await
            .map_err(OidcError::Unavailable)
    }

    /// Where the browser is sent to sign in. `challenge` is the S256 of the PKCE verifier; `again` asks for a new proof of
    /// identity even from somebody whom the provider still knows.
    ///
    /// # Errors
    /// `Unavailable` when the provider cannot be discovered.
    pub async fn authorize_url(
        &self,
        state: &str,
        nonce: &str,
        challenge: &str,
        lang: &str,
        again: bool,
    ) -> Result<Url, OidcError> {
        let discovery = self.discovery().await?;
        let offline = discovery
            .scopes_supported
            .iter()
            .any(|scope| scope == "offline_access");
        let scope = if offline {
            "openid email profile offline_access"
        } else {
            "openid email profile"
        };
        let mut url = discovery.authorization_endpoint.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.config().client_id)
            .append_pair("redirect_uri", &self.config().redirect_uri())
            .append_pair("scope", scope)
            .append_pair("state", state)
            .append_pair("nonce", nonce)
            .append_pair("code_challenge", challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("ui_locales", lang);
        if again {
            // Both: some providers honour one of them alone.
            query
                .append_pair("prompt", "login")
                .append_pair("max_age", "0");
        }
        drop(query);
        Ok(url)
    }

    /// Where the provider ends its own session, to come back with `state`; `None` when it has no such place.
    pub async fn end_session_url(&self, state: &str) -> Option<Url> {
        let mut url = self.discovery().await.ok()?.end_session_endpoint.clone()?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.config().client_id)
            .append_pair(
                self.config().kind.logout_parameter(),
                &self.config().signed_out_uri(),
            )
            .append_pair("state", state);
        Some(url)
    }

    /// Believes an access token of a program, or does not.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn access_token(&self, token: &str) -> Result<Claims, Refused> {
        self.believe(token, &Expect::Access(&self.config().audience))
            .await
    }

    pub(super) async fn believe(
        &self,
        token: &str,
        expect: &Expect<'_>,
    ) -> Result<Claims, Refused> {
        let token = Unverified::parse(token)?;
        let key = self.jwks.key(token.kid()).await?;
        let now = chrono::Utc::now().timestamp();
        token.verify(&key, &self.config().issuer, expect, now)
    }
}

impl Remote {
    async fn discovery(&self) -> anyhow::Result<Arc<Discovery>> {
        // The lock is held while asking: one question at a time, and everybody gets its answer.
        let mut known = self.discovery.lock().await;
        if let Some((discovery, at)) = &known.document
            && at.elapsed() < FRESH
        {
            return Ok(Arc::clone(discovery));
        }
        let lately = known.failed.is_some_and(|at| at.elapsed() < PAUSE);
        ensure!(
            !lately || known.document.is_some(),
            "discovery failed a moment ago"
        );
        match self.discover().await {
            Ok(discovery) => {
                let discovery = Arc::new(discovery);
                known.document = Some((Arc::clone(&discovery), Instant::now()));
                known.failed = None;
                Ok(discovery)
            }
            Err(error) => {
                known.failed = Some(Instant::now());
                let Some((old, at)) = &mut known.document else {
                    return Err(error);
                };
                tracing::warn!(error = %format!("{error:#}"), "discovery failed; the known document is used on");
                *at = Instant::now();
                Ok(Arc::clone(old))
            }
        }
    }

    async fn discover(&self) -> anyhow::Result<Discovery> {
        let issuer = self.config.issuer.trim_end_matches('/');
        let url = format!("{issuer}/.well-known/openid-configuration");
        let (status, body) = read(self.http.get(url)).await?;
        ensure!(status == 200, "discovery answered {status}");
        let discovery: Discovery =
            serde_json::from_slice(&body).context("the discovery document")?;
        ensure!(
            discovery.issuer == self.config.issuer,
            "discovery names another issuer"
        );
        let endpoints = [
            Some(&discovery.authorization_endpoint),
            Some(&discovery.token_endpoint),
            Some(&discovery.jwks_uri),
            discovery.end_session_endpoint.as_ref(),
            discovery.userinfo_endpoint.as_ref(),
        ];
        ensure!(
            endpoints.into_iter().flatten().all(safe_transport),
            "discovery names an address that is not https"
        );
        Ok(discovery)
    }
}

/// Sends a question and reads a bounded answer.
pub(super) async fn read(request: reqwest::RequestBuilder) -> anyhow::Result<(u16, Vec<u8>)> {
    let mut response = request.send().await?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        ensure!(
            body.len().saturating_add(chunk.len()) <= MAX_ANSWER,
            "an answer over 64 KiB"
        );
        body.extend_from_slice(&chunk);
    }
    Ok((status, body))
}

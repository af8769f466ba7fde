//! The smallest OpenID provider that the product believes: discovery, one key, tokens minted here. Staff sockets need one.

use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::Context;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaPublicKeyComponents};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use serde_json::{Value, json};

/// What the product is told to expect in tokens.
pub(crate) const AUDIENCE: &str = "sadu-api";
const KID: &str = "loadtests";

/// A running provider; it ends with this process.
pub(crate) struct Provider {
    pair: KeyPair,
    /// Its address, and the `iss` of its tokens.
    pub(crate) issuer: String,
}

impl Provider {
    /// Starts it on a free port.
    ///
    /// # Errors
    /// When there is no port or no randomness.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        let issuer = format!("http://{}", listener.local_addr()?);
        let pair = KeyPair::generate(KeySize::Rsa2048).context("making an RSA key")?;
        let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
        let keys = json!({"keys": [{
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": KID,
            "n": BASE64URL.encode(&public.n), "e": BASE64URL.encode(&public.e),
        }]});
        let discovery = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
        });
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(serve(listener, keys, discovery))
        });
        Ok(Self { pair, issuer })
    }

    /// An access token of this person, with a second factor, good for three hours.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub(crate) fn token(&self, subject: &str) -> anyhow::Result<String> {
        let now = chrono::Utc::now().timestamp();
        let head = json!({"alg": "RS256", "typ": "at+jwt", "kid": KID});
        let claims = json!({
            "iss": self.issuer, "sub": subject, "aud": AUDIENCE, "iat": now, "auth_time": now,
            "exp": now.saturating_add(3 * 60 * 60), "amr": ["pwd", "mfa"],
        });
        let message = format!(
            "{}.{}",
            BASE64URL.encode(head.to_string()),
            BASE64URL.encode(claims.to_string())
        );
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message.as_bytes(),
                &mut signature,
            )
            .context("signing")?;
        Ok(format!("{message}.{}", BASE64URL.encode(signature)))
    }
}

async fn serve(
    listener: std::net::TcpListener,
    keys: Value,
    discovery: Value,
) -> std::io::Result<()> {
    HttpServer::new(move || {
        let (keys, discovery) = (keys.clone(), discovery.clone());
        App::new()
            .route("/jwks", web::get().to(move || answer(keys.clone())))
            .route(
                "/.well-known/openid-configuration",
                web::get().to(move || answer(discovery.clone())),
            )
    })
    .workers(1)
    .disable_signals()
    .listen(listener)?
    .run()
    .await
}

async fn answer(document: Value) -> HttpResponse {
    HttpResponse::Ok().json(document)
}

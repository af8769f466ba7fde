//! Tokens that another implementation makes in Cognito's shape: `moto` runs a user pool, and the product's own verifier, with the
//! keys that the pool publishes, believes them as what they are and as nothing else.

use std::process::{Child, Stdio};
use std::time::Duration;

use sadu::auth::jwks::Jwks;
use sadu::auth::jwt::{Audience, Claims, Expect, Refused, Unverified};
use sadu::config::provider::MfaRule;
use serde_json::{Value, json};

use crate::tools::python_command;

/// A pool with one person in it, whose address is verified.
struct Pool {
    server: Child,
    http: reqwest::Client,
    origin: String,
    id: String,
    client: String,
}

impl Drop for Pool {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Pool {
    async fn fill() -> Self {
        // Let go of before moto takes it.
        let port = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.local_addr().unwrap().port()
        };
        let server = python_command("moto_server")
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .build()
            .unwrap();
        let mut pool = Self {
            server,
            http,
            origin: format!("http://127.0.0.1:{port}"),
            id: String::new(),
            client: String::new(),
        };
        pool.ready().await;
        let made = pool
            .call("CreateUserPool", json!({ "PoolName": "sadu" }))
            .await;
        pool.id = made["UserPool"]["Id"].as_str().unwrap().to_owned();
        pool.client = pool.new_client("sadu").await;
        pool.add("noura").await;
        pool
    }

    async fn ready(&mut self) {
        for _ in 0..600 {
            if self.http.get(&self.origin).send().await.is_ok() {
                return;
            }
            assert!(self.server.try_wait().unwrap().is_none(), "moto ended");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("moto does not answer");
    }

    /// An operation of Cognito's own API.
    async fn call(&self, operation: &str, body: Value) -> Value {
        let scope = "Credential=test/20260101/us-east-1/cognito-idp/aws4_request";
        let answer = self
            .http
            .post(&self.origin)
            .header("content-type", "application/x-amz-json-1.1")
            .header(
                "x-amz-target",
                format!("AWSCognitoIdentityProviderService.{operation}"),
            )
            .header(
                "authorization",
                format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=x"),
            )
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{operation}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    async fn new_client(&self, name: &str) -> String {
        let body = json!({
            "UserPoolId": self.id, "ClientName": name, "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
        });
        let made = self.call("CreateUserPoolClient", body).await;
        made["UserPoolClient"]["ClientId"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    async fn add(&self, name: &str) {
        let email = json!([
            { "Name": "email", "Value": format!("{name}@example.com") }, { "Name": "email_verified", "Value": "true" },
        ]);
        let body = json!({
            "UserPoolId": self.id, "Username": name, "MessageAction": "SUPPRESS", "UserAttributes": email,
        });
        self.call("AdminCreateUser", body).await;
        let body = json!({
            "UserPoolId": self.id, "Username": name, "Password": "A-long-password-1", "Permanent": true,
        });
        self.call("AdminSetUserPassword", body).await;
    }

    /// ID and access token of somebody, for a client.
    async fn tokens(&self, name: &str, client: &str) -> (String, String) {
        let body = json!({
            "UserPoolId": self.id, "ClientId": client, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": name, "PASSWORD": "A-long-password-1" },
        });
        let answer = self.call("AdminInitiateAuth", body).await;
        let token = |name: &str| {
            answer["AuthenticationResult"][name]
                .as_str()
                .unwrap()
                .to_owned()
        };
        (token("IdToken"), token("AccessToken"))
    }

    /// The issuer that the pool says it is.
    async fn discovery(&self) -> Value {
        let url = format!(
            "{}/{}/.well-known/openid-configuration",
            self.origin, self.id
        );
        self.http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }
}

#[actix_web::test]
async fn cognitos_tokens_are_believed_as_what_they_are() {
    let pool = Pool::fill().await;
    let discovery = pool.discovery().await;
    let issuer = discovery["issuer"].as_str().unwrap().to_owned();
    assert_eq!(
        issuer,
        format!("https://cognito-idp.us-east-1.amazonaws.com/{}", pool.id)
    );
    let (http, keys) = (
        pool.http.clone(),
        discovery["jwks_uri"].as_str().unwrap().to_owned(),
    );
    let jwks = Jwks::new(Box::new(move || {
        let (http, keys) = (http.clone(), keys.clone());
        Box::pin(async move { Ok(http.get(keys).send().await?.bytes().await?.to_vec()) })
    }));
    let judge = async |token: &str, expect: Expect<'_>, issuer: &str| -> Result<Claims, Refused> {
        let token = Unverified::parse(token)?;
        let key = jwks.key(token.kid()).await?;
        token.verify(&key, issuer, &expect, chrono::Utc::now().timestamp())
    };
    let ours = Audience::ClientId(pool.client.clone());
    let (id, access) = pool.tokens("noura", &pool.client).await;

    let claims = judge(&access, Expect::Access(&ours), &issuer)
        .await
        .unwrap();
    assert_eq!(claims.text("username"), Some("noura"));
    assert!(claims.auth_time.is_some());
    assert!(
        !MfaRule::Amr.proven_by(&claims),
        "Cognito says nothing of a second factor"
    );
    assert!(MfaRule::PoolEnforced.proven_by(&claims));
    assert!(
        MfaRule::PoolEnforced
            .proven_at(&claims, chrono::Utc::now())
            .is_some()
    );

    // Each is nothing else: not the other kind, not another client's, not another pool's.
    let wrong = |why: &'static str| Some(Refused::Claim(why));
    assert_eq!(
        judge(&id, Expect::Access(&ours), &issuer).await.err(),
        wrong("aud")
    );
    let as_id = |client_id, nonce| Expect::Id {
        client_id,
        nonce,
        marked: true,
    };
    let sign_in = judge(&access, as_id(&pool.client, "n"), &issuer).await;
    assert_eq!(
        sign_in.err(),
        wrong("required"),
        "an access token has no aud"
    );
    let sign_in = judge(&id, as_id(&pool.client, "n"), &issuer).await;
    assert_eq!(sign_in.err(), wrong("nonce"), "made for no sign-in of ours");
    let other = pool.new_client("another app").await;
    let theirs = pool.tokens("noura", &other).await.1;
    assert_eq!(
        judge(&theirs, Expect::Access(&ours), &issuer).await.err(),
        wrong("client_id")
    );
    let elsewhere = judge(&access, Expect::Access(&ours), &format!("{issuer}x")).await;
    assert_eq!(elsewhere.err(), wrong("iss"));
    let api = Audience::Aud(pool.client.clone());
    assert_eq!(
        judge(&access, Expect::Access(&api), &issuer).await.err(),
        wrong("required")
    );
    let middle = access.len() - 40;
    let other_letter = if &access[middle..=middle] == "A" {
        "B"
    } else {
        "A"
    };
    let forged = format!(
        "{}{other_letter}{}",
        &access[..middle],
        &access[middle + 1..]
    );
    let forged = judge(&forged, Expect::Access(&ours), &issuer).await.err();
    assert_eq!(forged, Some(Refused::Signature));

    // Somebody who would be called so by another provider is not taken for local.
    pool.add("Google_110000000000000000001").await;
    let (_, federated) = pool
        .tokens("Google_110000000000000000001", &pool.client)
        .await;
    let claims = judge(&federated, Expect::Access(&ours), &issuer)
        .await
        .unwrap();
    assert!(!MfaRule::PoolEnforced.proven_by(&claims));
}

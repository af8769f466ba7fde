//! [`Client`]: somebody who speaks JSON to one host, with or without a token.

use std::time::Duration;

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

/// One caller at one host.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    /// Where the process listens.
    pub(crate) port: u16,
    /// What is sent as `Host`.
    pub(crate) host: String,
    /// Its bearer, where it has one.
    pub(crate) token: Option<String>,
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// The body as JSON; null when it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The code of a problem.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Status and code of a problem.
    pub(crate) fn problem(&self) -> (u16, String) {
        (self.status, self.code())
    }

    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|h| h.to_str().ok())
            .unwrap_or_default()
    }

    /// The body as JSON of an answer that must have this status.
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.json()
    }

    /// Whether it is a first answer given again.
    pub(crate) fn replayed(&self) -> bool {
        self.header("idempotent-replayed") == "true"
    }
}

/// The request in another language than the client's own, which it replaces.
pub(crate) fn in_language(request: RequestBuilder, lang: &'static str) -> RequestBuilder {
    let spoken = reqwest::header::HeaderValue::from_static(lang);
    request.headers(
        [(reqwest::header::ACCEPT_LANGUAGE, spoken)]
            .into_iter()
            .collect(),
    )
}

/// Sends, and reads to the end.
pub(crate) async fn send(request: RequestBuilder) -> reqwest::Result<Answer> {
    let answer = request.send().await?;
    Ok(Answer {
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        body: answer.text().await?,
    })
}

/// Waits until a page says this; returns it.
pub(crate) async fn says(visitor: &Client, path: &str, text: &str) -> String {
    let mut body = String::new();
    for _ in 0..500 {
        body = visitor.get(path).await.body;
        if body.contains(text) {
            return body;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{path} does not say {text}: {body}");
}

impl Client {
    /// Nobody in particular.
    pub(crate) fn new(port: u16, host: &str) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(30))
            // The server ends a connection that lay idle for five seconds, perhaps just as the next request is sent on it.
            .pool_idle_timeout(Duration::from_secs(2))
            .build()
            .unwrap();
        Self {
            http,
            port,
            host: host.to_owned(),
            token: None,
        }
    }

    /// The same, with this bearer.
    pub(crate) fn with_token(self, token: String) -> Self {
        let token = Some(token);
        Self { token, ..self }
    }

    /// The same connections, speaking to another host.
    pub(crate) fn at(&self, host: &str) -> Self {
        Self {
            host: host.to_owned(),
            ..self.clone()
        }
    }

    /// A request; English unless told otherwise.
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        let request = self
            .http
            .request(method.parse().unwrap(), url)
            .header("host", &self.host)
            .header("accept-language", "en");
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// `GET`.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request("GET", path)).await.unwrap()
    }

    /// `GET`, where the process may be gone.
    pub(crate) async fn try_get(&self, path: &str) -> Option<Answer> {
        send(self.request("GET", path)).await.ok()
    }

    /// `GET` of something that is there.
    pub(crate) async fn json(&self, path: &str) -> Value {
        self.get(path).await.expect(200)
    }

    /// `POST` of JSON under a key.
    pub(crate) async fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.try_post(path, key, body).await.unwrap()
    }

    /// The same, where the process may be gone.
    pub(crate) async fn try_post(
        &self,
        path: &str,
        key: &str,
        body: &Value,
    ) -> reqwest::Result<Answer> {
        send(
            self.request("POST", path)
                .header("idempotency-key", key)
                .json(body),
        )
        .await
    }

    /// `POST /api/v1/orders`.
    pub(crate) async fn order(&self, key: &str, body: &Value) -> Answer {
        self.post("/api/v1/orders", key, body).await
    }

    /// Waits until a figure of an item is shown as this: figures follow a commit within moments, not with it.
    pub(crate) async fn shows(&self, slug: &str, figure: &str, amount: i64) {
        let mut seen = Value::Null;
        for _ in 0..500 {
            let item = self.item(slug).await;
            let value = &item[figure];
            seen = value.get("amount").unwrap_or(value).clone();
            if seen == amount {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{slug} shows {seen} {figure}, not {amount}");
    }

    /// An item as its page shows it.
    pub(crate) async fn item(&self, slug: &str) -> Value {
        self.json(&format!("/api/v1/items/{slug}")).await
    }
}

/// The donor's phone; its last four digits open an order.
pub(crate) const PHONE: &str = "+96530001234";
/// The donor's name; no answer may ever hold it.
pub(crate) const NAME: &str = "Latifa Almarzouq";

/// A gift of `amount` fils.
pub(crate) fn gift(item: &str, amount: i64) -> Value {
    json!({
        "kind": "donation",
        "items": [{ "item": item, "amount": amount }],
        "donor": { "name": NAME, "phone": PHONE },
        "payment_method": "transfer",
        "lang": "en",
    })
}

/// An order of `quantity` pieces.
pub(crate) fn pieces(item: &str, quantity: i64) -> Value {
    json!({
        "kind": "order",
        "items": [{ "item": item, "quantity": quantity }],
        "donor": { "name": NAME, "phone": PHONE },
        "payment_method": "transfer",
        "lang": "en",
    })
}

/// A transfer as staff confirm it.
pub(crate) fn transfer(amount: i64, bank_reference: &str) -> Value {
    json!({
        "amount": amount,
        "currency": "KWD",
        "received_on": chrono::Utc::now().date_naive(),
        "bank_reference": bank_reference,
    })
}

/// A key that nobody used.
pub(crate) fn key() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

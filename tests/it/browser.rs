//! A browser: cookies by host, redirects one at a time, sign-in as a person does it.

use std::collections::BTreeMap;

use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use url::Url;

use crate::testapp::TestApp;

/// A browser: cookies by host, redirects one at a time.
pub(crate) struct Browser<'a> {
    app: &'a TestApp,
    jar: BTreeMap<String, BTreeMap<String, String>>,
}

impl<'a> Browser<'a> {
    /// One that has been nowhere yet.
    pub(crate) fn new(app: &'a TestApp) -> Self {
        Self {
            app,
            jar: BTreeMap::new(),
        }
    }
}

impl Browser<'_> {
    /// A request of a page of the same site, as a browser sends it.
    pub(crate) fn request(&self, method: &str, label: &str, path: &str) -> RequestBuilder {
        let jar = self.jar.get(&format!("{label}.localhost"));
        let cookies: Vec<String> = jar
            .into_iter()
            .flatten()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = self.app.request(method, label, path);
        let request = match method {
            "GET" => request,
            _ => request
                .header("origin", self.app.origin(label))
                .header("sec-fetch-site", "same-origin"),
        };
        match cookies.is_empty() {
            true => request,
            false => request.header("cookie", cookies.join("; ")),
        }
    }

    /// Follows an address, with the cookies of its host.
    pub(crate) async fn get(&mut self, address: &str) -> Response {
        let url = Url::parse(address).unwrap();
        let label = url.host_str().unwrap().strip_suffix(".localhost").unwrap();
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let response = self.request("GET", label, &path).send().await.unwrap();
        self.keep(label, &response);
        response
    }

    /// Takes the cookies of an answer.
    pub(crate) fn keep(&mut self, label: &str, response: &Response) {
        let jar = self.jar.entry(format!("{label}.localhost")).or_default();
        for line in response.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(line.contains(part), "{line}");
            }
            assert!(
                line.starts_with("__Host-") && !line.contains("Domain"),
                "{line}"
            );
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if line.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// The session cookie at `{label}.localhost`.
    pub(crate) fn session(&self, label: &str) -> Option<&String> {
        self.jar
            .get(&format!("{label}.localhost"))?
            .get("__Host-sid")
    }

    /// Goes to sign-in and to the provider; returns the address of the callback with its code.
    pub(crate) async fn reach_callback(&mut self, label: &str, username: &str) -> String {
        self.callback(label, username, "return_to=%2Fadmin%2Finbox")
            .await
    }

    /// The same, by somebody who is signed in already.
    pub(crate) async fn reach_callback_again(&mut self, label: &str, username: &str) -> String {
        self.callback(label, username, "again=1").await
    }

    /// The same, from the link of an invitation, as its page leads on.
    pub(crate) async fn reach_callback_by_invitation(
        &mut self,
        label: &str,
        username: &str,
        link: &str,
    ) -> String {
        let (_, code) = link.split_once("code=").unwrap();
        self.callback(label, username, &format!("invitation={code}"))
            .await
    }

    async fn callback(&mut self, label: &str, username: &str, query: &str) -> String {
        let login = format!("{}/auth/login?{query}", self.app.origin(label));
        let to_provider = location(&self.get(&login).await);
        let query = Url::parse(&to_provider)
            .unwrap()
            .query()
            .unwrap()
            .to_owned();
        let answer = self
            .app
            .request("POST", "id", &format!("/authorize?{query}"))
            .form(&[("username", username), ("password", "demo")])
            .send()
            .await
            .unwrap();
        location(&answer)
    }

    /// Signs in all the way; returns where it ended.
    pub(crate) async fn sign_in(&mut self, label: &str, username: &str) -> String {
        let callback = self.reach_callback(label, username).await;
        let finish = location(&self.get(&callback).await);
        location(&self.get(&finish).await)
    }

    /// Sends a form of a page, with the session's proof.
    pub(crate) async fn form(
        &mut self,
        label: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Response {
        let csrf = self.csrf(label).await;
        let mut fields = fields.to_vec();
        fields.push(("csrf", &csrf));
        let page = format!("{}/admin/users", self.app.origin(label));
        let request = self.request("POST", label, path).header("referer", page);
        let response = request.form(&fields).send().await.unwrap();
        self.keep(label, &response);
        response
    }

    /// `GET /api/v1/me`.
    pub(crate) async fn me(&self, label: &str) -> (u16, Value) {
        let answer = self
            .request("GET", label, "/api/v1/me")
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// The CSRF token of the session.
    pub(crate) async fn csrf(&self, label: &str) -> String {
        self.me(label).await.1["csrf_token"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

/// Where an answer sends the browser.
pub(crate) fn location(response: &Response) -> String {
    let value = response.headers().get("location");
    let value = value.unwrap_or_else(|| panic!("no redirect: {response:?}"));
    value.to_str().unwrap().to_owned()
}

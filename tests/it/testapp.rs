//! [`TestApp`]: everything the product is, on port 0 with a fresh database, and clients that speak to it as browsers and
//! programs do.
//!
//! Two tenants that look alike, `nakhla` and `sidra`; in each, `admin`, `staff` and `nomfa` are invited, as the development
//! provider knows them.

use std::collections::BTreeMap;
use std::net::TcpListener;

use reqwest::{RequestBuilder, Response};
use sadu::config::auth::AuthConfig;
use sadu::config::site::SiteConfig;
use sadu::dev::oidc::{DevProvider, DevSettings};
use sadu::startup::{Application, Parts};
use sadu_actors::bus::Bus;
use sadu_actors::{DirectoryConfig, Faults};
use sadu_db::seal::MasterKey;
use sadu_db::testing::{TestCluster, TestDatabase};
use sadu_db::{Db, DbConfig, TenantCtx, tenants, users};
use sadu_domain::access::Role;
use sadu_domain::ids::{TenantId, UserId};
use secrecy::ExposeSecret;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use url::Url;

/// The product, running.
pub(crate) struct TestApp {
    application: Application,
    database: TestDatabase,
    http: reqwest::Client,
    port: u16,
}

/// A browser: cookies by host, redirects one at a time.
pub(crate) struct Browser<'a> {
    app: &'a TestApp,
    jar: BTreeMap<String, BTreeMap<String, String>>,
}

impl TestApp {
    /// Starts everything.
    pub(crate) async fn spawn() -> Self {
        let database = TestCluster::shared().await.unwrap().fresh().await.unwrap();
        let mut config = DbConfig::new(database.url("sadu_web"));
        config.platform_url = Some(database.url("sadu_platform"));
        let db = Db::connect(config).await.unwrap();
        let master = MasterKey::new(&[7; 32]).unwrap();
        for (slug, prefix) in [("nakhla", "NKH"), ("sidra", "SDR")] {
            make_tenant(&database, &db, &master, slug, prefix).await;
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let site = SiteConfig::local(port);
        let issuer = site.origin("id.localhost");
        let auth = AuthConfig::development(
            issuer.clone(),
            "a-client-secret-of-tests".to_owned().into(),
            site.origin("auth.localhost"),
        );
        let parts = Parts {
            db,
            master,
            bus: Bus::alone(),
            counters: sadu_actors::counters::Counters::memory(sadu_actors::counters::Clock::Real),
            provider: Some(provider(&auth, port)),
            site,
            auth,
            directory: DirectoryConfig::default(),
            faults: Faults::default(),
            arbiters: 1,
            workers: 1,
        };
        let application = Application::start(parts, listener).unwrap();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self {
            application,
            database,
            http,
            port,
        }
    }

    /// Stops everything.
    pub(crate) async fn stop(self) {
        self.application.abort().await;
    }

    /// A request to `{label}.localhost`.
    pub(crate) fn request(&self, method: &str, label: &str, path: &str) -> RequestBuilder {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        self.http
            .request(method.parse().unwrap(), url)
            .header("host", format!("{label}.localhost:{}", self.port))
            .header("accept-language", "en")
    }

    /// What a browser calls the site of `{label}.localhost`.
    pub(crate) fn origin(&self, label: &str) -> String {
        format!("http://{label}.localhost:{}", self.port)
    }

    /// An access token of a demo account.
    pub(crate) async fn token(&self, username: &str) -> String {
        let form = [
            ("grant_type", "password"),
            ("client_id", "sadu-dev"),
            ("username", username),
            ("password", "demo"),
        ];
        let answer = self.request("POST", "id", "/token").form(&form);
        let answer: Value = answer.send().await.unwrap().json().await.unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// A browser that has been nowhere yet.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser {
            app: self,
            jar: BTreeMap::new(),
        }
    }

    /// Seals a value as the tenant itself would.
    pub(crate) async fn seal(
        &self,
        tenant: uuid::Uuid,
        column: &'static str,
        row: uuid::Uuid,
        value: &str,
    ) -> Vec<u8> {
        let ctx = TenantCtx::vouch(TenantId::from_uuid(tenant));
        let mut tx = self.application.app.db.tenant(ctx).await.unwrap();
        let keys = tenants::keys(&mut tx, &MasterKey::new(&[7; 32]).unwrap())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        keys.seal(column, row, value).unwrap()
    }

    /// Looks or reaches behind the policies.
    pub(crate) async fn behind(&self) -> PgConnection {
        PgConnection::connect(self.database.admin_url().expose_secret())
            .await
            .unwrap()
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

fn provider(auth: &AuthConfig, port: u16) -> DevProvider {
    let folder = std::env::temp_dir().join(format!("sadu-it-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir(&folder).unwrap();
    let settings = DevSettings {
        issuer: auth.issuer.clone(),
        client_id: auth.client_id.clone(),
        client_secret: auth.client_secret.clone(),
        redirect_uri: auth.redirect_uri(),
        post_logout_redirect_uri: auth.signed_out_uri(),
        audience: "sadu-api".to_owned(),
        form_action: format!("http://*.localhost:{port}"),
    };
    let provider = DevProvider::new(settings, &folder).unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    provider
}

async fn make_tenant(
    database: &TestDatabase,
    db: &Db,
    master: &MasterKey,
    slug: &str,
    prefix: &str,
) {
    let tenant = TenantId::new();
    let key = hex::encode(master.wrap_new(tenant).unwrap());
    let branding = r##"{"primary":"#0F6B4F","accent":"#8A4B1F"}"##;
    let sql = format!(
        "insert into app.tenants (id, slug, name_ar, name_en, kind, status, branding, settings, reference_prefix)
         values ('{tenant}', '{slug}', 'موقع {slug}', 'Site {slug}', 'charity', 'active', '{branding}', '{{}}', '{prefix}');
         insert into app.tenant_counters (tenant_id) values ('{tenant}');
         insert into app.tenant_keys (tenant_id, id, wrapped) values ('{tenant}', gen_random_uuid(), '\\x{key}');"
    );
    let mut behind = PgConnection::connect(database.admin_url().expose_secret())
        .await
        .unwrap();
    behind
        .execute(sqlx::raw_sql(AssertSqlSafe(sql)))
        .await
        .unwrap();
    let mut tx = db.tenant(TenantCtx::vouch(tenant)).await.unwrap();
    for (who, role) in [
        ("admin", Role::TenantAdmin),
        ("staff", Role::Staff),
        ("nomfa", Role::Staff),
    ] {
        let email = format!("{who}@{slug}.example");
        users::invite(&mut tx, UserId::new(), &email, who, role)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

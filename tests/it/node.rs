//! [`Node`]: one process of the product, as production starts it, on a thread with an actix system of its own. Tests run on
//! whatever runtime they like, and several nodes can share a database as several processes do.

use std::net::{SocketAddr, TcpListener};
use std::sync::{OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use sadu::config::auth::AuthConfig;
use sadu::config::redis::RedisConfig;
use sadu::config::site::SiteConfig;
use sadu::dev::oidc::{DevProvider, DevSettings};
use sadu::startup::{self, Application, Parts};
use sadu::state::App;
use sadu_actors::anchors::Anchors;
use sadu_actors::dns::Dns;
use sadu_actors::mail::MailFolder;
use sadu_actors::storage::WriteOnce;
use sadu_actors::storage::embedded::EmbeddedS3;
use sadu_actors::storage::objects::Objects;
use sadu_actors::{DirectoryConfig, Faults};
use sadu_db::testing::TestDatabase;
use sadu_db::{Db, DbConfig};
use serde_json::Value;
use tokio::sync::oneshot;

use crate::client::Client;
use crate::seed;

/// How long to wait for a connection: a machine that runs many tests at once is slow, not busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

/// What a test may want otherwise.
#[derive(Clone, Copy)]
pub(crate) struct Options {
    pub(crate) directory: DirectoryConfig,
    /// On limits that count by address.
    pub(crate) ip_limit_factor: u32,
    /// Connections of one address; as many as it likes when there is none.
    pub(crate) connections_per_address: Option<u32>,
    /// Least time that a form takes.
    pub(crate) form_time: Duration,
    /// The port of the node whose provider is believed; its own when there is none.
    pub(crate) issuer_port: Option<u16>,
    /// The port of the DNS server that is asked; nobody answers when there is none.
    pub(crate) dns_port: Option<u16>,
    /// From where the platform's own host answers, as in `PLATFORM_NETWORKS`; from anywhere when there is none.
    pub(crate) platform_network: Option<&'static str>,
    /// The port of the Redis that it meets others at; alone when there is none.
    pub(crate) redis_port: Option<u16>,
    /// False behind PgBouncer.
    pub(crate) prepared: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            directory: DirectoryConfig::default(),
            ip_limit_factor: 1000,
            connections_per_address: None,
            form_time: Duration::ZERO,
            issuer_port: None,
            dns_port: None,
            platform_network: None,
            redis_port: None,
            prepared: true,
        }
    }
}

/// How a node ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// As on SIGTERM.
    Gracefully,
    /// Without waiting for anyone.
    AtOnce,
}

/// A running process of the product.
pub(crate) struct Node {
    /// Its state.
    pub(crate) app: App,
    /// Where it listens.
    pub(crate) port: u16,
    /// Its fault points.
    pub(crate) faults: Faults,
    end: oneshot::Sender<End>,
    thread: JoinHandle<()>,
}

impl Node {
    /// Starts one.
    pub(crate) async fn start(database: &TestDatabase, options: Options) -> Self {
        let (started, begun) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let faults = Faults::default();
        let (database, its_faults) = (database.clone(), faults.clone());
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let application = application(&database, options, its_faults).await;
                let app = application.app.clone();
                let _ = started.send((app, application.address.port()));
                // A test that failed drops its end of this.
                match ended.await {
                    Ok(End::Gracefully) => application.stop().await,
                    Ok(End::AtOnce) | Err(_) => application.abort().await,
                }
            });
        });
        let (app, port) = begun.await.expect("a node starts");
        Self {
            app,
            port,
            faults,
            end,
            thread,
        }
    }

    /// Ends it, and waits for that.
    pub(crate) async fn end(self, how: End) {
        let _ = self.end.send(how);
        tokio::task::spawn_blocking(move || self.thread.join().expect("a node ends in peace"))
            .await
            .unwrap();
    }

    /// A visitor of `{label}.localhost` at this node.
    pub(crate) fn client(&self, label: &str) -> Client {
        Client::new(self.port, &format!("{label}.localhost:{}", self.port))
    }

    /// An access token of a demo account, from this node's provider.
    pub(crate) async fn token(&self, username: &str) -> String {
        token(self.port, username).await
    }
}

/// An access token of a demo account, over the real protocol.
pub(crate) async fn token(port: u16, username: &str) -> String {
    let form = [
        ("grant_type", "password"),
        ("client_id", "sadu-dev"),
        ("username", username),
        ("password", "demo"),
    ];
    let provider = Client::new(port, &format!("id.localhost:{port}"));
    let answer = provider.request("POST", "/token").form(&form);
    let answer: Value = answer.send().await.unwrap().json().await.unwrap();
    answer["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("{username}: {answer}"))
        .to_owned()
}

/// The same token with more claims, signed by the provider's own key.
pub(crate) fn sign_again(token: &str, more: &Value) -> String {
    use aws_lc_rs::{rand, rsa::KeyPair, signature::RSA_PKCS1_SHA256};
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
    let der = std::fs::read(folder().join("oidc-signing-key.der")).unwrap();
    let pair = KeyPair::from_pkcs8(&der).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let mut claims: Value = serde_json::from_slice(&BASE64URL.decode(parts[1]).unwrap()).unwrap();
    for (name, value) in more.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let message = format!("{}.{}", parts[0], BASE64URL.encode(claims.to_string()));
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(
        &RSA_PKCS1_SHA256,
        &rand::SystemRandom::new(),
        message.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{message}.{}", BASE64URL.encode(signature))
}

/// Where the mail of a test's database goes.
pub(crate) fn mail_folder(database: &str) -> std::path::PathBuf {
    folder().join(format!("mail-{database}"))
}

/// Where the provider of this test process keeps its key.
fn folder() -> &'static std::path::Path {
    // Making a key takes longer than most tests: one does for all of them.
    static FOLDER: OnceLock<std::path::PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("sadu-it-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&folder).unwrap();
        folder
    })
}

/// The bucket of this test process. Tenants have prefixes of their own, so all tests share it.
pub(crate) async fn objects() -> Objects {
    static S3: OnceLock<EmbeddedS3> = OnceLock::new();
    let s3 = S3.get_or_init(|| EmbeddedS3::start(&folder().join("s3")).unwrap());
    Objects::connect(s3.config()).await.unwrap()
}

async fn application(database: &TestDatabase, options: Options, faults: Faults) -> Application {
    let mut config = DbConfig::new(database.url("sadu_web"));
    config.platform_url = Some(database.url("sadu_platform"));
    config.acquire_timeout = PATIENCE;
    config.prepared = options.prepared;
    let db = Db::connect(config).await.unwrap();
    let listener: TcpListener = startup::listen("127.0.0.1", 0, "PORT").unwrap();
    let port = listener.local_addr().unwrap().port();
    let local = SiteConfig::local(port);
    let site = SiteConfig {
        ip_limit_factor: options.ip_limit_factor,
        platform_networks: options
            .platform_network
            .map(|network| network.parse().unwrap())
            .into_iter()
            .collect(),
        rate_factor: options.ip_limit_factor,
        form_time: options.form_time,
        connections_per_address: options
            .connections_per_address
            .unwrap_or(local.connections_per_address),
        ..local
    };
    let issuer_port = options.issuer_port.unwrap_or(port);
    let auth = AuthConfig::development(
        format!("http://id.localhost:{issuer_port}"),
        "a-client-secret-of-tests".to_owned().into(),
        site.origin("auth.localhost"),
    );
    let provider = (issuer_port == port).then(|| provider(&auth, port));
    let redis = options.redis_port.map(|port| RedisConfig {
        url: format!("redis://127.0.0.1:{port}").into(),
    });
    let (bus, counters) = startup::meeting_place(redis.as_ref()).unwrap();
    let place = WriteOnce::folder(folder().join(format!("anchors-{}", database.name)));
    let anchors = Anchors::new(place, &seed::master(), Vec::new()).unwrap();
    let parts = Parts {
        db,
        master: seed::master(),
        bus,
        counters,
        dns: Dns::new(&[SocketAddr::from((
            [127, 0, 0, 1],
            options.dns_port.unwrap_or(9),
        ))]),
        anchors: Some(anchors),
        objects: objects().await,
        provider,
        mail: Some(MailFolder::new(mail_folder(&database.name))),
        site,
        auth,
        directory: options.directory,
        faults,
        arbiters: 1,
        workers: 1,
    };
    Application::start(parts, listener).unwrap()
}

fn provider(auth: &AuthConfig, port: u16) -> DevProvider {
    let settings = DevSettings {
        issuer: auth.issuer.clone(),
        client_id: auth.client_id.clone(),
        client_secret: auth.client_secret.clone(),
        redirect_uri: auth.redirect_uri(),
        post_logout_redirect_uri: auth.signed_out_uri(),
        audience: "sadu-api".to_owned(),
        form_action: format!("http://*.localhost:{port}"),
    };
    // Two that begin at once would both make the key, and one take the other's away under it.
    static ONE_MAKES_IT: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _turn = ONE_MAKES_IT.lock().unwrap_or_else(PoisonError::into_inner);
    DevProvider::new(settings, folder()).unwrap()
}

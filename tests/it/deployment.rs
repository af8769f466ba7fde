//! [`Deployment`]: the program itself as a process of its own, on a durable Postgres of its own, so that either can be killed.

use std::fs::File;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sadu_db::embedded::{EmbeddedConfig, EmbeddedPostgres};
use sadu_db::seal::MasterKey;
use sadu_db::{Db, DbConfig};
use secrecy::ExposeSecret;
use serde_json::Value;
use sqlx::{Connection, PgConnection};

use crate::client::Client;
use crate::node;
use crate::seed::{self, Seeded};

const SLUG: &str = "relief";
const READY: Duration = Duration::from_secs(120);

/// The program and its database.
pub(crate) struct Deployment {
    folder: PathBuf,
    postgres: Option<EmbeddedPostgres>,
    child: Option<Child>,
    level: &'static str,
    ops_port: u16,
    /// Where it listens.
    pub(crate) port: u16,
}

impl Deployment {
    /// Starts both, and makes a tenant whose people are those of the demo tenant `nakhla`.
    pub(crate) async fn start() -> (Self, Seeded) {
        Self::logging("warn").await
    }

    /// The same, where `RUST_LOG` is this.
    pub(crate) async fn logging(level: &'static str) -> (Self, Seeded) {
        let name = format!("sadu-it-{}", uuid::Uuid::new_v4().simple());
        let folder = std::env::temp_dir().join(name);
        let any = TcpListener::bind("127.0.0.1:0").unwrap();
        let other = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut deployment = Self {
            folder,
            postgres: None,
            child: None,
            level,
            ops_port: other.local_addr().unwrap().port(),
            port: any.local_addr().unwrap().port(),
        };
        drop((any, other));
        deployment.start_postgres(None).await;
        deployment.start_program().await;
        let tenant = deployment.seed().await;
        (deployment, tenant)
    }

    async fn start_postgres(&mut self, port: Option<u16>) {
        let config = EmbeddedConfig {
            data_dir: self.folder.join("database"),
            port,
            durable: true,
        };
        let start = move || EmbeddedPostgres::start(config).unwrap();
        self.postgres = Some(tokio::task::spawn_blocking(start).await.unwrap());
    }

    fn admin(&self) -> url::Url {
        let postgres = self.postgres.as_ref().unwrap();
        postgres.admin_url().expose_secret().parse().unwrap()
    }

    /// Starts the program and waits until it answers.
    pub(crate) async fn start_program(&mut self) {
        let state = self.folder.join("state");
        std::fs::create_dir_all(&state).unwrap();
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_sadu"))
            .arg("dev")
            .env("DATABASE_URL", self.admin().as_str())
            .env("PORT", self.port.to_string())
            .env("OPS_PORT", self.ops_port.to_string())
            .env("SADU_STATE_DIR", &state)
            .env("RUST_LOG", self.level)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
        let began = Instant::now();
        let client = self.client();
        while client
            .try_get("/healthz")
            .await
            .is_none_or(|a| a.status != 200)
        {
            if let Some(status) = self.child.as_mut().unwrap().try_wait().unwrap() {
                let log = std::fs::read_to_string(self.folder.join("log")).unwrap();
                let end: Vec<&str> = log.lines().rev().take(20).collect();
                panic!("the program ended with {status}: {end:#?}");
            }
            assert!(began.elapsed() < READY, "the program does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The program's figures.
    pub(crate) async fn figures(&self) -> String {
        let client = Client::new(self.ops_port, "localhost");
        client.get("/metrics").await.body
    }

    /// What the program has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap()
    }

    /// The process number of the program.
    pub(crate) fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// `kill -9`.
    pub(crate) fn kill_program(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Ends Postgres at once, as a crash would, and starts it again.
    pub(crate) async fn crash_postgres(&mut self) {
        let postgres = self.postgres.take().unwrap();
        let port = postgres.port();
        let file = self.folder.join("database/cluster/postmaster.pid");
        let pid = std::fs::read_to_string(file).unwrap();
        let pid = pid.lines().next().unwrap().to_owned();
        let killed = Command::new("kill").args(["-QUIT", &pid]).status().unwrap();
        assert!(killed.success());
        tokio::task::spawn_blocking(move || drop(postgres))
            .await
            .unwrap();
        self.start_postgres(Some(port)).await;
    }

    async fn seed(&self) -> Seeded {
        let secrets = std::fs::read_to_string(self.folder.join("state/secrets.json")).unwrap();
        let secrets: Value = serde_json::from_str(&secrets).unwrap();
        let text = |name: &str| secrets[name].as_str().unwrap().to_owned();
        let mut url = self.admin();
        url.set_username("sadu_web").unwrap();
        url.set_password(Some(&text("web_password"))).unwrap();
        url.set_path("sadu");
        let mut config = DbConfig::new(url.to_string().into());
        config.acquire_timeout = node::PATIENCE;
        let db = Db::connect(config).await.unwrap();
        let master = MasterKey::new(&hex::decode(text("master_key")).unwrap()).unwrap();
        let seeded = seed::tenant_with(&db, SLUG, "RSF", &master, "nakhla").await;
        db.close().await;
        seeded
    }

    /// Looks behind the policies.
    pub(crate) async fn behind(&self) -> PgConnection {
        let mut url = self.admin();
        url.set_path("sadu");
        PgConnection::connect(url.as_str()).await.unwrap()
    }

    /// A visitor of the tenant.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.port, &format!("{SLUG}.localhost:{}", self.port))
    }

    /// Staff of the tenant.
    pub(crate) async fn staff(&self) -> Client {
        let token = node::token(self.port, "staff@nakhla").await;
        self.client().with_token(token)
    }

    /// Stops everything and leaves nothing behind.
    pub(crate) async fn end(mut self) {
        self.kill_program();
        let postgres = self.postgres.take();
        tokio::task::spawn_blocking(move || drop(postgres))
            .await
            .unwrap();
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

impl Drop for Deployment {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

//! Databases for tests: one embedded cluster a process, one fresh database a test, copied from a migrated template.
//!
//! The cluster lives in the system's temporary folder with `fsync` off and ends with the process.

mod bouncer;
mod sweep;

use std::sync::atomic::{AtomicU32, Ordering};

use secrecy::{ExposeSecret, SecretString};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::sync::OnceCell;

use crate::bootstrap::{RolePasswords, bootstrap, grant_database};
use crate::embedded::{EmbeddedConfig, EmbeddedPostgres};
use crate::error::DbError;
use crate::migrate::migrate;

pub use bouncer::PgBouncer;
pub use sweep::{fingerprint, holding};

const TEMPLATE: &str = "sadu_template";
const PASSWORD: &str = "test";

/// The cluster of this test process.
#[derive(Debug)]
pub struct TestCluster {
    server: EmbeddedPostgres,
    next: AtomicU32,
}

/// A fresh, migrated database. It is left behind; the cluster goes as a whole.
#[derive(Debug, Clone)]
pub struct TestDatabase {
    /// Its name.
    pub name: String,
    port: u16,
    admin: SecretString,
}

/// Adds to a count that `scripts/test` sums up and shows at its end; nothing where nobody counts.
pub fn tally(what: &str, n: usize) {
    use std::io::Write;
    let Some(path) = std::env::var_os("SADU_TALLY") else {
        return;
    };
    let file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path);
    let _ = file.and_then(|mut file| file.write_all(format!("{n}\t{what}\n").as_bytes()));
}

static CLUSTER: OnceCell<TestCluster> = OnceCell::const_new();

impl TestCluster {
    /// The cluster, started by the first test that asks.
    ///
    /// # Errors
    /// A line that says what is missing.
    pub async fn shared() -> Result<&'static Self, String> {
        CLUSTER.get_or_try_init(Self::start).await
    }

    async fn start() -> Result<Self, String> {
        remove_left_behind();
        let data_dir = std::env::temp_dir().join(format!(
            "sadu-test-{}-{}",
            std::process::id(),
            uuid::Uuid::new_v4().simple()
        ));
        let config = EmbeddedConfig {
            data_dir,
            port: None,
            durable: false,
        };
        let server = tokio::task::spawn_blocking(move || EmbeddedPostgres::start(config))
            .await
            .map_err(|e| e.to_string())?
            .map_err(|e| e.to_string())?;
        let cluster = Self {
            server,
            next: AtomicU32::new(1),
        };
        let template = cluster.database(TEMPLATE.to_owned());
        let password = || SecretString::from(PASSWORD);
        let passwords = RolePasswords {
            migrator: password(),
            web: password(),
            worker: password(),
            jobs: password(),
            platform: password(),
        };
        bootstrap(cluster.server.admin_url(), TEMPLATE, &passwords)
            .await
            .map_err(|e| format!("{e:?}"))?;
        migrate(&template.url("sadu_migrator"))
            .await
            .map_err(|e| format!("{e:?}"))?;
        Ok(cluster)
    }

    fn database(&self, name: String) -> TestDatabase {
        TestDatabase {
            name,
            port: self.server.port(),
            admin: self.server.admin_url().clone(),
        }
    }

    /// A fresh database.
    ///
    /// # Errors
    /// The database's.
    pub async fn fresh(&self) -> Result<TestDatabase, DbError> {
        let name = format!("t{}", self.next.fetch_add(1, Ordering::Relaxed));
        let mut admin = PgConnection::connect(self.server.admin_url().expose_secret()).await?;
        // Two copies of one template at the same instant refuse each other.
        admin.execute("select pg_advisory_lock(7236848)").await?;
        admin
            .execute(sqlx::raw_sql(AssertSqlSafe(format!(
                "create database {name} template {TEMPLATE}"
            ))))
            .await?;
        admin.execute("select pg_advisory_unlock(7236848)").await?;
        grant_database(&mut admin, &name).await?;
        admin.close().await?;
        Ok(self.database(name))
    }
}

/// Clusters of processes that are no more. A test process ends without a word, so the next one tidies up after it.
fn remove_left_behind() {
    let Ok(entries) = std::fs::read_dir(std::env::temp_dir()) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|n| n.strip_prefix("sadu-test-"));
        let Some(pid) = owner.and_then(|n| n.split('-').next()) else {
            continue;
        };
        if !std::path::Path::new("/proc").join(pid).exists() {
            // Somebody else's that we may not remove stays.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

impl TestDatabase {
    /// The URL of one of the product's logins.
    #[must_use]
    pub fn url(&self, login: &str) -> SecretString {
        format!(
            "postgres://{login}:{PASSWORD}@127.0.0.1:{}/{}",
            self.port, self.name
        )
        .into()
    }

    /// The superuser's URL: only for looking behind the policies in a test, never for the code under test.
    #[must_use]
    pub fn admin_url(&self) -> SecretString {
        let url = self.admin.expose_secret();
        let base = url.rsplit_once('/').map_or(url, |(base, _)| base);
        format!("{base}/{}", self.name).into()
    }
}

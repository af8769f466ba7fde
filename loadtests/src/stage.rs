//! What is measured on: a durable Postgres of our own, two hundred tenants, and the product's binary as a child process.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use sadu_db::embedded::{EmbeddedConfig, EmbeddedPostgres};
use sadu_db::seal::MasterKey;
use sadu_db::{Db, DbConfig, RolePasswords, bootstrap};
use secrecy::{ExposeSecret, SecretString};

use crate::load;
use crate::plan::Plan;
use crate::provider::{AUDIENCE, Provider};
use crate::{machine, say};

mod seed;

pub(crate) use seed::{FIRST, ITEMS, SUBJECT, TENANTS, host};

const DATABASE: &str = "sadu";
const PASSWORD: &str = "loadtests";
/// The master key of the throw-away database.
const MASTER: [u8; 32] = [7; 32];

/// Everything that runs beside the generator; gone when this is dropped.
pub(crate) struct Stage {
    postgres: Option<EmbeddedPostgres>,
    port: u16,
    admin: SecretString,
    folder: PathBuf,
    sadu: PathBuf,
    /// Signs in the staff.
    pub(crate) provider: Provider,
}

impl Stage {
    /// Starts Postgres and fills it.
    ///
    /// # Errors
    /// A line that says what is missing.
    pub(crate) fn set(plan: &Plan) -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("sadu-loadtests-{}", std::process::id()));
        let postgres = EmbeddedPostgres::start(EmbeddedConfig {
            data_dir: folder.clone(),
            port: None,
            durable: true,
        })?;
        let stage = Self {
            port: postgres.port(),
            admin: postgres.admin_url().clone(),
            postgres: Some(postgres),
            folder,
            sadu: plan.sadu.clone(),
            provider: Provider::start()?,
        };
        say("filling the database");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(stage.fill())?;
        // The peer writes past the policies, as a program without them would: the easier task is the peer's.
        stage.psql(&format!(
            "create role peer login bypassrls password '{PASSWORD}'; grant connect on database {DATABASE} to peer;
             grant usage on schema app to peer; grant select, insert, update on all tables in schema app to peer;"
        ))?;
        Ok(stage)
    }

    async fn fill(&self) -> anyhow::Result<()> {
        let password = || SecretString::from(PASSWORD);
        let passwords = RolePasswords {
            migrator: password(),
            web: password(),
            worker: password(),
            jobs: password(),
            platform: password(),
        };
        bootstrap(&self.admin, DATABASE, &passwords).await?;
        // The product's own migrations, so that the program and its tables always fit.
        let migrated = Command::new(&self.sadu)
            .arg("migrate")
            .env(
                "MIGRATOR_DATABASE_URL",
                self.url("sadu_migrator").expose_secret(),
            )
            .output()
            .context("the product cannot be started")?;
        ensure!(
            migrated.status.success(),
            "sadu migrate: {}",
            String::from_utf8_lossy(&migrated.stderr)
        );
        let db = Db::connect(DbConfig::new(self.url("sadu_web"))).await?;
        let master = MasterKey::new(&MASTER)?;
        for n in 0..TENANTS {
            seed::tenant(&db, &master, n, &self.provider.issuer).await?;
        }
        db.close().await;
        Ok(())
    }

    fn url(&self, login: &str) -> SecretString {
        format!(
            "postgres://{login}:{PASSWORD}@127.0.0.1:{}/{DATABASE}",
            self.port
        )
        .into()
    }

    /// Runs SQL as the superuser.
    ///
    /// # Errors
    /// What psql says.
    pub(crate) fn psql(&self, sql: &str) -> anyhow::Result<String> {
        let admin = self.admin.expose_secret();
        let base = admin.rsplit_once('/').map_or(admin, |(base, _)| base);
        let done = Command::new("psql")
            .args([
                "-XAtqv",
                "ON_ERROR_STOP=1",
                "-d",
                &format!("{base}/{DATABASE}"),
                "-c",
                sql,
            ])
            .output()
            .context("psql is missing")?;
        ensure!(
            done.status.success(),
            "psql: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
    }

    /// Both sides begin a round with the same clean write-ahead log.
    ///
    /// # Errors
    /// What psql says.
    pub(crate) fn checkpoint(&self) -> anyhow::Result<()> {
        self.psql("checkpoint").map(drop)
    }

    /// Throws away every order of the pair before, so that each pair begins with small tables and the disk holds them all.
    ///
    /// # Errors
    /// What psql says.
    pub(crate) fn forget_orders(&self) -> anyhow::Result<()> {
        self.psql(
            "set session_replication_role = replica;
             truncate app.orders, app.donors, app.inbox_events, app.outbox, app.idempotency_keys cascade",
        )?;
        self.psql("vacuum (analyze) app.tenant_counters, app.item_totals")
            .map(drop)
    }

    /// `-h … -p …` and the password of the peer's login, over the same kind of connection as the product's.
    pub(crate) fn peer(&self) -> (Vec<String>, &'static str) {
        let port = self.port.to_string();
        let arguments = ["-h", "127.0.0.1", "-p", &port, "-U", "peer", DATABASE];
        (arguments.map(str::to_owned).to_vec(), PASSWORD)
    }

    /// CPU that Postgres has used so far, with its backends.
    pub(crate) fn postgres_cpu(&self) -> Duration {
        fs::read_to_string(self.folder.join("cluster").join("postmaster.pid"))
            .ok()
            .and_then(|text| text.lines().next()?.trim().parse().ok())
            .map_or(Duration::ZERO, machine::cpu_of_family)
    }

    /// Keeps bytes for another process.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn keep(&self, name: &str, bytes: &[u8]) -> anyhow::Result<PathBuf> {
        let file = self.folder.join(name);
        fs::write(&file, bytes)?;
        Ok(file)
    }

    /// Starts the product and waits until it answers; `core` pins it.
    ///
    /// # Errors
    /// With the end of its log when it does not come up.
    pub(crate) fn serve(&self, core: Option<&str>) -> anyhow::Result<Serving> {
        let port = free_port()?;
        let mut command = pinned(core, self.sadu.as_os_str().to_owned());
        command
            .arg("serve")
            .env("DATABASE_URL", self.url("sadu_web").expose_secret())
            .env(
                "PLATFORM_DATABASE_URL",
                self.url("sadu_platform").expose_secret(),
            )
            .env("BASE_DOMAIN", "localhost")
            .env("PUBLIC_SCHEME", "http")
            .env("PUBLIC_PORT", port.to_string())
            .env("PORT", port.to_string())
            .env("OPS_PORT", free_port()?.to_string())
            .env("BIND", "127.0.0.1")
            // Callers come from many addresses, as through a load balancer: limits by address count as they would there.
            .env("TRUSTED_PROXIES", "1")
            .env(
                "SADU_MASTER_KEY",
                MASTER.map(|b| format!("{b:02x}")).concat(),
            )
            // Nothing that is measured reaches for a picture.
            .env("S3_BUCKET", "pictures")
            .env("S3_ENDPOINT", "http://127.0.0.1:9")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "nobody")
            .env("AWS_SECRET_ACCESS_KEY", "nobody")
            .env("OIDC_ISSUER", &self.provider.issuer)
            .env("OIDC_CLIENT_ID", "sadu")
            .env("OIDC_CLIENT_SECRET", "0123456789abcdef0123456789abcdef")
            .env("OIDC_AUDIENCE", AUDIENCE);
        self.start(command, "sadu", port)
    }

    /// Starts the bare peer with this answer.
    ///
    /// # Errors
    /// When it does not come up.
    pub(crate) fn serve_bare(&self, core: Option<&str>, answer: &[u8]) -> anyhow::Result<Serving> {
        let port = free_port()?;
        let file = self.keep("answer.http", answer)?;
        let mut command = pinned(core, std::env::current_exe()?.into());
        command.args(["bare", &port.to_string(), "1"]).arg(file);
        self.start(command, "bare", port)
    }

    fn start(&self, mut command: Command, name: &str, port: u16) -> anyhow::Result<Serving> {
        let log = self.folder.join(format!("{name}.log"));
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .spawn()
            .with_context(|| format!("{name} cannot be started"))?;
        let mut serving = Serving {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
        };
        let begun = Instant::now();
        while load::once(
            serving.address,
            b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        )
        .is_err()
        {
            let ended = serving.child.try_wait()?;
            if ended.is_some() || begun.elapsed() > Duration::from_secs(20) {
                bail!(
                    "{name} does not answer: {}",
                    fs::read_to_string(&log).unwrap_or_default()
                );
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(serving)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Its files first lose their user: gigabytes of orders are not left behind.
        if let Some(postgres) = self.postgres.take() {
            let _ = postgres.stop();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A child that serves; stopped when dropped.
pub(crate) struct Serving {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Serving {
    /// CPU it has used so far.
    pub(crate) fn cpu(&self) -> Duration {
        machine::cpu(self.child.id())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pinned(core: Option<&str>, program: std::ffi::OsString) -> Command {
    match core {
        Some(core) => {
            let mut command = Command::new("taskset");
            command.args(["-c", core]).arg(program);
            command
        }
        None => Command::new(program),
    }
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

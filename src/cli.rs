//! The commands of `sadu`, and how each of them starts.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use sadu_actors::dns::Dns;
use sadu_actors::storage::objects::Objects;
use sadu_actors::{DirectoryConfig, Faults};
use sadu_db::{Db, DbConfig, RolePasswords, bootstrap, migrate};
use sadu_domain::media::PictureType;
use secrecy::SecretString;

use crate::config::anchors;
use crate::config::auth::AuthConfig;
use crate::config::redis::RedisConfig;
use crate::config::secrets;
use crate::config::site::SiteConfig;
use crate::config::storage;
use crate::erasure;
use crate::keeping;
use crate::startup::{self, Application, Parts};
use crate::telemetry::{self, LogStyle};

/// Branded bilingual sites for charities and shops, many from one deployment.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything on this machine, with demo tenants: the way to look at Sadu and to work on it.
    #[cfg(feature = "dev")]
    Dev,
    /// Serve sites, JSON and sockets.
    Serve,
    /// Do what is to happen after commits: mail, and what takes long (JOBS_DATABASE_URL).
    Worker,
    /// Make roles, database and schemas, once, with an admin login (ADMIN_DATABASE_URL).
    Bootstrap,
    /// Bring the database up to date (MIGRATOR_DATABASE_URL).
    Migrate,
    /// Let somebody run the platform (MIGRATOR_DATABASE_URL, OIDC_ISSUER), or move them to another identity.
    Appoint {
        /// One account each.
        #[arg(long)]
        email: String,
        /// As tenants see it in their logs.
        #[arg(long)]
        name: String,
        /// `sub` at the identity provider.
        #[arg(long)]
        subject: String,
    },
    /// Let somebody run the platform no longer (MIGRATOR_DATABASE_URL).
    Dismiss {
        /// The account.
        #[arg(long)]
        email: String,
    },
    /// Look at configuration and the database login's posture, and say what is wrong.
    Check,
    /// Change the keys that seal names and phones, tenant by tenant, while the product runs (PLATFORM_DATABASE_URL). May be cut short and
    /// started again.
    RotateKeys(keeping::RotateKeys),
    /// Anchor every audit log that moved, once; `serve` does it hourly. Ends with an error when a log contradicts an anchor.
    AnchorAudit,
    /// Check every audit log, entry by entry and against its anchors. Ends with an error when one is not whole.
    VerifyAudit,
    /// Delete a closed tenant for good, in every store (MIGRATOR_DATABASE_URL, S3_BUCKET, REDIS_URL, the anchors' place, the master key).
    /// May be cut short and started again.
    DeleteTenant(erasure::DeleteTenant),
    /// Draw one picture anew, from standard input to standard output; started by the program itself.
    #[command(hide = true)]
    MediaChild {
        /// The type it was announced as, as in `image/png`.
        kind: PictureType,
    },
    /// Ask the process on the operations port whether it answers; for container health checks.
    Health,
}

/// Runs a command; failures are one line, with their causes.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    let outcome = match cli.command {
        #[cfg(feature = "dev")]
        Command::Dev => actix_web::rt::System::new().block_on(crate::dev::run()),
        Command::Serve => actix_web::rt::System::new().block_on(serve()),
        Command::Worker => actix_web::rt::System::new().block_on(crate::worker::process::run()),
        Command::Bootstrap => actix_web::rt::System::new().block_on(make_database()),
        Command::Migrate => actix_web::rt::System::new().block_on(bring_up_to_date()),
        Command::Appoint {
            email,
            name,
            subject,
        } => actix_web::rt::System::new().block_on(appoint(email, name, subject)),
        Command::Dismiss { email } => actix_web::rt::System::new().block_on(dismiss(email)),
        Command::Check => actix_web::rt::System::new().block_on(check()),
        Command::RotateKeys(how) => {
            actix_web::rt::System::new().block_on(keeping::rotate_keys(&how))
        }
        Command::AnchorAudit => actix_web::rt::System::new().block_on(keeping::anchor_audit()),
        Command::VerifyAudit => actix_web::rt::System::new().block_on(keeping::verify_audit()),
        Command::DeleteTenant(which) => {
            actix_web::rt::System::new().block_on(erasure::delete_tenant(&which))
        }
        Command::MediaChild { kind } => crate::media::child::run(kind),
        Command::Health => health(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "sadu: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A variable of the environment.
pub(crate) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A secret of the environment, and what it is where it is missing.
pub(crate) fn env_secret(name: &str, what: &str) -> anyhow::Result<SecretString> {
    std::env::var(name)
        .map(SecretString::from)
        .with_context(|| format!("{name} is missing: {what}"))
}

pub(crate) fn db_config() -> anyhow::Result<DbConfig> {
    let mut config = DbConfig::new(env_secret("DATABASE_URL", "the login of sadu_web")?);
    config.platform_url = std::env::var("PLATFORM_DATABASE_URL")
        .ok()
        .map(SecretString::from);
    config.prepared = match std::env::var("DATABASE_POOLER").as_deref() {
        Err(_) | Ok("" | "none") => true,
        Ok("transaction") => false,
        Ok(other) => anyhow::bail!(
            "DATABASE_POOLER is {other}: `transaction` behind PgBouncer in that mode, else leave it out"
        ),
    };
    Ok(config)
}

async fn connect() -> anyhow::Result<Db> {
    Ok(Db::connect(db_config()?).await?)
}

async fn serve() -> anyhow::Result<()> {
    telemetry::start(LogStyle::Json);
    let site = SiteConfig::from_env()?;
    let auth = AuthConfig::from_env(env, site.origin(&format!("auth.{}", site.base_domain)))?;
    let master = secrets::master_key_from_env()?;
    let objects = Objects::connect(storage::from_env(env)?)
        .await
        .context("addresses in the bucket of pictures cannot be signed")?;
    let db = connect().await?;
    anyhow::ensure!(
        db.ready().await.unwrap_or(false),
        "the database is not at this program's version: run `sadu migrate`"
    );
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let listener = startup::listen(&site.bind, site.port, "PORT")?;
    let (bind, ops) = (site.bind.clone(), site.ops_port);
    let redis = RedisConfig::if_named()?;
    if redis.is_none() {
        tracing::warn!(
            "REDIS_URL is not set: this process counts limits alone, and hears of other processes' commits only every two seconds"
        );
    }
    let (bus, counters) = startup::meeting_place(redis.as_ref())?;
    let anchors = anchors::from_env(env, &master).await?;
    match (&anchors, std::env::var_os("PLATFORM_DATABASE_URL")) {
        (Some(anchors), Some(_)) => {
            tokio::spawn(anchors.clone().look_after(db.clone()));
        }
        (Some(_), None) => tracing::warn!(
            "PLATFORM_DATABASE_URL is not set: this process compares audit logs with their anchors and makes none"
        ),
        (None, _) => tracing::warn!(
            "neither SADU_ANCHOR_BUCKET nor SADU_ANCHOR_DIR is set: audit logs are not anchored outside the database"
        ),
    }
    let parts = Parts {
        db,
        master,
        bus,
        counters,
        dns: Dns::new(&site.dns_servers),
        anchors,
        objects,
        site,
        auth,
        directory: DirectoryConfig::default(),
        faults: Faults::default(),
        arbiters: cores,
        workers: cores,
        #[cfg(feature = "dev")]
        provider: None,
        #[cfg(feature = "dev")]
        mail: None,
    };
    let application = Application::start(parts, listener)?;
    let operations = startup::operations(application.app.clone(), &bind, ops)?;
    tracing::info!(address = %application.address, operations = ops, "serving");
    end_asked().await?;
    application.stop().await;
    operations.stop(false).await;
    Ok(())
}

/// Waits for SIGTERM or Ctrl-C.
///
/// # Errors
/// When signals cannot be heard.
pub async fn end_asked() -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => {}
        done = tokio::signal::ctrl_c() => done?,
    }
    Ok(())
}

async fn make_database() -> anyhow::Result<()> {
    let admin = env_secret("ADMIN_DATABASE_URL", "a login that may create roles")?;
    let database = std::env::var("DATABASE_NAME").unwrap_or_else(|_| "sadu".to_owned());
    let passwords = RolePasswords {
        migrator: env_secret("SADU_MIGRATOR_PASSWORD", "of sadu_migrator")?,
        web: env_secret("SADU_WEB_PASSWORD", "of sadu_web")?,
        worker: env_secret("SADU_WORKER_PASSWORD", "of sadu_worker")?,
        jobs: env_secret("SADU_JOBS_PASSWORD", "of sadu_jobs")?,
        platform: env_secret("SADU_PLATFORM_PASSWORD", "of sadu_platform")?,
    };
    bootstrap(&admin, &database, &passwords)
        .await
        .context("bootstrap failed")
}

async fn bring_up_to_date() -> anyhow::Result<()> {
    let migrator = env_secret("MIGRATOR_DATABASE_URL", "the login of sadu_migrator")?;
    migrate(&migrator)
        .await
        .context("a migration failed; nothing of it was kept")
}

async fn appoint(email: String, name: String, subject: String) -> anyhow::Result<()> {
    let migrator = env_secret("MIGRATOR_DATABASE_URL", "the login of sadu_migrator")?;
    let issuer = std::env::var("OIDC_ISSUER")
        .context("OIDC_ISSUER is missing: the provider that signs them in")?;
    let admin = sadu_db::PlatformAdmin {
        email,
        name,
        issuer,
        subject,
    };
    sadu_db::appoint(&migrator, &admin)
        .await
        .context("nobody was appointed")
}

async fn dismiss(email: String) -> anyhow::Result<()> {
    let migrator = env_secret("MIGRATOR_DATABASE_URL", "the login of sadu_migrator")?;
    let known = sadu_db::dismiss(&migrator, &email)
        .await
        .context("nobody was dismissed")?;
    anyhow::ensure!(known, "nobody with this address runs the platform");
    Ok(())
}

async fn check() -> anyhow::Result<()> {
    let site = SiteConfig::from_env()?;
    AuthConfig::from_env(env, site.origin(&format!("auth.{}", site.base_domain)))?;
    let master = secrets::master_key_from_env()?;
    if let Some(anchors) = anchors::from_env(env, &master).await? {
        anchors.check().await?;
    }
    let objects = Objects::connect(storage::from_env(env)?)
        .await
        .context("addresses in the bucket of pictures cannot be signed")?;
    objects.check().await?;
    let db = connect().await?;
    anyhow::ensure!(
        db.ready().await?,
        "the database is not at this program's version: run `sadu migrate`"
    );
    db.close().await;
    writeln!(
        std::io::stdout(),
        "configuration, database login, migrations and the bucket of pictures are as they should be"
    )?;
    Ok(())
}

fn health() -> anyhow::Result<()> {
    use std::io::Read;
    let port: u16 = std::env::var("OPS_PORT")
        .ok()
        .map_or(Ok(9090), |p| p.parse())
        .context("OPS_PORT is not a number")?;
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port))
        .context("nothing answers on the operations port")?;
    stream.set_read_timeout(Some(std::time::Duration::from_secs(3)))?;
    stream.write_all(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut answer = [0_u8; 12];
    stream.read_exact(&mut answer)?;
    anyhow::ensure!(answer.ends_with(b" 200"), "the process says it is not well");
    Ok(())
}

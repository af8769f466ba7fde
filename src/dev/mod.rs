//! What `sadu dev` alone has: embedded services, demo people, demo data. Behind the feature `dev`.

pub mod mail;
pub mod oidc;
mod state;

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use anyhow::Context;
use sadu_actors::anchors::Anchors;
use sadu_actors::dns::Dns;
use sadu_actors::mail::{MailFolder, Mailer};
use sadu_actors::storage::WriteOnce;
use sadu_actors::storage::embedded::EmbeddedS3;
use sadu_actors::storage::objects::Objects;
use sadu_actors::{DirectoryConfig, Faults};
use sadu_db::embedded::{EmbeddedConfig, EmbeddedPostgres};
use sadu_db::{Db, DbConfig, Jobs, TlsPolicy, bootstrap, migrate};
use secrecy::{ExposeSecret, SecretString};

use crate::config::auth::AuthConfig;
use crate::config::redis::RedisConfig;
use crate::config::secrets::master_key;
use crate::config::site::SiteConfig;
use crate::config::storage;
use crate::demo::{Made, Seeded};
use crate::dev::oidc::{DevProvider, DevSettings};
use crate::dev::state::State;
use crate::media::{Apart, Studio};
use crate::startup::{self, Application, Parts};
use crate::state::App;
use crate::telemetry::{self, LogStyle};
use crate::worker::{Pace, Registry, Worker, WorkerParts};
use crate::{cli, demo};

const DATABASE: &str = "sadu";
/// Mail, inside the state folder.
const MAIL: &str = "mail";
/// How long to wait for a connection of the pool.
const PATIENCE: Duration = Duration::from_secs(10);
/// The operations port, unless `OPS_PORT` names another.
const OPERATIONS: u16 = 9090;

/// Everything on this machine: database, sign-in, demo tenants. Ends on Ctrl-C, with every child.
///
/// # Errors
/// One line that says what is missing or taken.
pub async fn run() -> anyhow::Result<()> {
    telemetry::start(LogStyle::Plain);
    let begun = Instant::now();
    let port: u16 = std::env::var("PORT")
        .ok()
        .map_or(Ok(8080), |p| p.parse())
        .context("PORT is not a number")?;
    let folder =
        PathBuf::from(std::env::var("SADU_STATE_DIR").unwrap_or_else(|_| ".sadu".to_owned()));
    // Bound first, answered last: a port that is taken is said before anything is started.
    let listener = startup::listen("127.0.0.1", port, "PORT")?;
    let state = State::load_or_make(&folder)?;
    let (postgres, admin) = database(&folder).await?;
    let db = prepare(&admin, &state).await?;
    let site = SiteConfig::local(port);
    let site = if strict() { site.strict() } else { site };
    let issuer = format!("http://id.localhost:{port}");
    let seeded = demo::seed(&db, &state.master_key()?, &issuer, chrono::Utc::now())
        .await
        .context("the demo data could not be written")?;
    let migrator = login(&admin, "sadu_migrator", &state.role_passwords().migrator)?;
    settle(&migrator, &seeded).await?;
    let auth_origin = site.origin("auth.localhost");
    // Another provider may stand in for the one inside, as every other part may.
    let auth = match std::env::var("OIDC_ISSUER") {
        Ok(_) => AuthConfig::from_env(|name| std::env::var(name).ok(), auth_origin)?,
        Err(_) => AuthConfig::development(issuer, state.client_secret(), auth_origin),
    };
    let (s3, objects) = bucket(&folder).await?;
    let parts = parts(db, objects, &state, site, auth, &folder)?;
    let application = Application::start(parts, listener)?;
    let operations = operations(&application)?;
    let worker = worker(&admin, &state, &application, &folder).await?;
    let drawing = tokio::spawn(illustrate(application.app.clone(), seeded.made));
    greet(
        port,
        operations.as_ref().map(|(port, _)| *port),
        &folder,
        begun,
    )?;
    cli::end_asked().await?;
    writeln!(std::io::stdout(), "\nEnding …")?;
    drawing.abort();
    worker.stop().await;
    application.stop().await;
    if let Some((_, operations)) = operations {
        operations.stop(false).await;
    }
    drop(s3);
    if let Some(postgres) = postgres {
        tokio::task::spawn_blocking(move || postgres.stop()).await??;
    }
    Ok(())
}

/// What the demo takes the migrator's login for.
async fn settle(migrator: &SecretString, seeded: &Seeded) -> anyhow::Result<()> {
    sadu_db::appoint(migrator, &seeded.root)
        .await
        .context("the platform's administrator could not be appointed")?;
    for (tenant, host) in &seeded.domains {
        sadu_db::register_domain(migrator, *tenant, host)
            .await
            .context("a demo name could not be registered")?;
    }
    for made in &seeded.made {
        sadu_db::forget_jobs(migrator, made.id)
            .await
            .context("the jobs of the demo's history could not be forgotten")?;
    }
    Ok(())
}

/// The demo's pictures, while everything else is there already; `SADU_DEMO_PICTURES=no` leaves them out.
async fn illustrate(app: App, made: Vec<Made>) {
    if made.is_empty() || std::env::var("SADU_DEMO_PICTURES").is_ok_and(|v| v == "no") {
        return;
    }
    let begun = Instant::now();
    match demo::illustrate(&app.directory, &app.objects, &made).await {
        Ok(number) => {
            let took = begun.elapsed().as_secs_f64();
            tracing::info!(
                number,
                "the demo's pictures were drawn in {took:.1} s; the worker looks at them"
            );
        }
        Err(error) => tracing::warn!(%error, "the demo's pictures could not be drawn"),
    }
}

/// Health and metrics on `OPS_PORT`. Unless it was asked for by name, a port that is taken is gone without: a second
/// platform on this machine is none the worse for it.
fn operations(application: &Application) -> anyhow::Result<Option<(u16, ServerHandle)>> {
    let asked = std::env::var("OPS_PORT").ok();
    let port = asked
        .as_deref()
        .map_or(Ok(OPERATIONS), str::parse)
        .context("OPS_PORT is not a number")?;
    match startup::operations(application.app.clone(), "127.0.0.1", port) {
        Ok(handle) => Ok(Some((port, handle))),
        Err(error) if asked.is_some() => Err(error),
        Err(_) => Ok(None),
    }
}

fn strict() -> bool {
    std::env::var("SADU_LIMITS").is_ok_and(|v| v == "strict")
}

/// The embedded Postgres, or the one that `DATABASE_URL` names: a login on this machine that may create roles.
async fn database(
    folder: &std::path::Path,
) -> anyhow::Result<(Option<EmbeddedPostgres>, SecretString)> {
    if let Ok(url) = std::env::var("DATABASE_URL") {
        return Ok((None, url.into()));
    }
    let config = EmbeddedConfig {
        data_dir: folder.join("postgres"),
        port: None,
        durable: true,
    };
    let postgres = tokio::task::spawn_blocking(move || EmbeddedPostgres::start(config)).await??;
    let admin = postgres.admin_url().clone();
    Ok((Some(postgres), admin))
}

/// The embedded bucket, or the one that `S3_ENDPOINT` and `S3_BUCKET` name.
async fn bucket(folder: &std::path::Path) -> anyhow::Result<(Option<EmbeddedS3>, Objects)> {
    let (s3, config) = if std::env::var_os("S3_ENDPOINT").is_some() {
        (None, storage::from_env(cli::env)?)
    } else {
        let s3 = EmbeddedS3::start(&folder.join("s3")).context("the bucket could not be made")?;
        let config = s3.config();
        (Some(s3), config)
    };
    Ok((s3, Objects::connect(config).await?))
}

async fn prepare(admin: &SecretString, state: &State) -> anyhow::Result<Db> {
    let passwords = state.role_passwords();
    bootstrap(admin, DATABASE, &passwords)
        .await
        .context("the database could not be made")?;
    migrate(&login(admin, "sadu_migrator", &passwords.migrator)?)
        .await
        .context("a migration failed")?;
    let mut config = DbConfig::new(login(admin, "sadu_web", &passwords.web)?);
    config.platform_url = Some(login(admin, "sadu_platform", &passwords.platform)?);
    config.tls = TlsPolicy::AsGiven;
    // A machine that compiles beside it may be slow; nobody is turned away for that here.
    config.acquire_timeout = PATIENCE;
    Ok(Db::connect(config).await?)
}

/// The worker, which production runs as a process of its own.
async fn worker(
    admin: &SecretString,
    state: &State,
    application: &Application,
    folder: &std::path::Path,
) -> anyhow::Result<Worker> {
    let passwords = state.role_passwords();
    let mut config = DbConfig::new(login(admin, "sadu_worker", &passwords.worker)?);
    config.tls = TlsPolicy::AsGiven;
    config.acquire_timeout = PATIENCE;
    let jobs = login(admin, "sadu_jobs", &passwords.jobs)?;
    Ok(Worker::start(WorkerParts {
        db: Db::connect(config).await?,
        jobs: Jobs::connect(jobs, TlsPolicy::AsGiven).await?,
        directory: application.app.directory.clone(),
        mailer: mailer(folder)?,
        site: application.app.site.clone(),
        studio: Studio {
            objects: application.app.objects.clone(),
            apart: Apart::this_program()?,
        },
        registry: Registry::product(),
        pace: Pace::brisk(),
    }))
}

/// The folder that `mail.localhost` shows, unless `SMTP_URL` names a server.
fn mailer(folder: &std::path::Path) -> anyhow::Result<Mailer> {
    match cli::env("SMTP_URL") {
        Some(_) => crate::config::mail::from_env(cli::env),
        None => Ok(Mailer::folder(folder.join(MAIL))),
    }
}

/// The admin's URL with another login.
fn login(
    admin: &SecretString,
    role: &str,
    password: &SecretString,
) -> anyhow::Result<SecretString> {
    let mut url =
        url::Url::parse(admin.expose_secret()).context("the database's URL is not one")?;
    let set = url
        .set_username(role)
        .and_then(|()| url.set_password(Some(password.expose_secret())));
    anyhow::ensure!(set.is_ok(), "the database's URL takes no login");
    url.set_path(DATABASE);
    Ok(url.to_string().into())
}

fn parts(
    db: Db,
    objects: Objects,
    state: &State,
    site: SiteConfig,
    auth: AuthConfig,
    folder: &std::path::Path,
) -> anyhow::Result<Parts> {
    let inside = auth.issuer == format!("http://id.localhost:{}", site.port);
    let provider = inside
        .then(|| development_provider(state, &auth, site.port, folder))
        .transpose()?;
    // The one in memory unless REDIS_URL names another.
    let redis = RedisConfig::if_named()?;
    let (bus, counters) = startup::meeting_place(redis.as_ref())?;
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let master = master_key(state.master_hex())?;
    let anchors = Anchors::new(
        WriteOnce::folder(folder.join("anchors")),
        &master,
        Vec::new(),
    )?;
    tokio::spawn(anchors.clone().look_after(db.clone()));
    Ok(Parts {
        db,
        master,
        bus,
        counters,
        dns: Dns::new(&crate::config::site::dns_servers()?),
        anchors: Some(anchors),
        objects,
        site,
        auth,
        directory: DirectoryConfig::default(),
        faults: Faults::default(),
        arbiters: cores,
        workers: cores,
        provider,
        mail: Some(MailFolder::new(folder.join(MAIL))),
    })
}

fn development_provider(
    state: &State,
    auth: &AuthConfig,
    port: u16,
    folder: &std::path::Path,
) -> anyhow::Result<DevProvider> {
    let settings = DevSettings {
        issuer: auth.issuer.clone(),
        client_id: auth.client_id.clone(),
        client_secret: state.client_secret(),
        redirect_uri: auth.redirect_uri(),
        post_logout_redirect_uri: auth.signed_out_uri(),
        audience: "sadu-api".to_owned(),
        form_action: format!("http://*.localhost:{port}"),
    };
    DevProvider::new(settings, folder)
}

fn greet(
    port: u16,
    operations: Option<u16>,
    folder: &std::path::Path,
    begun: Instant,
) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "\nSadu is ready after {:.1} s. Ctrl-C ends it; what you do is kept in {}.\n",
        begun.elapsed().as_secs_f64(),
        folder.display()
    )?;
    for (what, host, path) in [
        ("Nakhla, a charity", "nakhla", "/"),
        ("Sidra, a shop", "sidra", "/"),
        ("Masar, a charity", "masar", "/"),
        ("Staff inbox", "nakhla", "/admin/inbox"),
        ("Live funding", "nakhla", "/admin"),
        ("Catalog", "nakhla", "/admin/items"),
        ("Platform console", "platform", "/"),
        ("Mail", "mail", "/"),
        ("JSON contract", "nakhla", "/api/v1/openapi.json"),
    ] {
        writeln!(out, "  {what:<20} http://{host}.localhost:{port}{path}")?;
    }
    if let Some(port) = operations {
        writeln!(
            out,
            "  Health and metrics   http://127.0.0.1:{port}/metrics"
        )?;
    }
    writeln!(
        out,
        "\n  Accounts (password demo): {}\n",
        oidc::ACCOUNTS
            .iter()
            .map(|a| a.username)
            .collect::<Vec<_>>()
            .join("  ")
    )?;
    out.flush()?;
    Ok(())
}

//! Builds the process: the same for production, development and tests. [`Application::start`] binds the port last, so that a
//! `/healthz` that answers means ready.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{App as ActixApp, HttpServer, web};
use anyhow::Context;
use sadu_actors::anchors::Anchors;
use sadu_actors::bus::{Bus, BusNews};
use sadu_actors::counters::{Clock, Counters, CountersConfig};
use sadu_actors::dns::Dns;
use sadu_actors::storage::objects::Objects;
use sadu_actors::{Arbiters, Directory, DirectoryConfig, Faults};
use sadu_db::Db;
use sadu_db::seal::MasterKey;
use tokio::sync::{Semaphore, mpsc};

use crate::api::body;
use crate::api::docs::OpenApiJson;
use crate::auth::{self, Auth, oidc};
use crate::config::auth::AuthConfig;
use crate::config::redis::RedisConfig;
use crate::config::site::SiteConfig;
use crate::middleware::front_door;
use crate::middleware::headers::Policy;
use crate::pages::admin::picture_form;
use crate::pages::public::card::Cards;
use crate::pages::public::logo::Logos;
use crate::state::App;
use crate::wire::server::{self, Listen};
use crate::ws::sockets::Sockets;
use crate::{router, telemetry};

/// A peer that does not take what it is sent for this long is gone: the kernel ends it, actor and heartbeat with it.
const USER_TIMEOUT: Duration = Duration::from_secs(30);
/// How often sockets and feeds that are still there are told again.
const DRAIN_AGAIN: Duration = Duration::from_millis(250);

/// What a process is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The deployment's key.
    pub master: MasterKey,
    /// The bus, and its news.
    pub bus: (Bus, mpsc::Receiver<BusNews>),
    /// Counters of the limits.
    pub counters: Counters,
    /// Who owns a name.
    pub dns: Dns,
    /// Anchors of the audit logs, where this deployment keeps any.
    pub anchors: Option<Anchors>,
    /// The bucket of pictures.
    pub objects: Objects,
    /// Names and ports.
    pub site: SiteConfig,
    /// Sign-in.
    pub auth: AuthConfig,
    /// How the directory behaves.
    pub directory: DirectoryConfig,
    /// Fault points, for tests.
    pub faults: Faults,
    /// Arbiters of tenants.
    pub arbiters: usize,
    /// HTTP workers.
    pub workers: usize,
    /// The development OpenID provider, where this process is one.
    #[cfg(feature = "dev")]
    pub provider: Option<crate::dev::oidc::DevProvider>,
    /// The mail of development, where this process shows it.
    #[cfg(feature = "dev")]
    pub mail: Option<sadu_actors::mail::MailFolder>,
}

/// A running process.
pub struct Application {
    /// Its state.
    pub app: App,
    /// Where it listens.
    pub address: SocketAddr,
    server: ServerHandle,
    arbiters: Arc<Arbiters>,
    background: tokio::task::JoinHandle<()>,
    upkeep: tokio::task::JoinHandle<()>,
    serving: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Application {
    /// Starts everything on this listener.
    ///
    /// # Errors
    /// A line that says what is wrong.
    pub fn start(parts: Parts, listener: TcpListener) -> anyhow::Result<Self> {
        let address = listener.local_addr()?;
        let (bus, news) = parts.bus;
        let arbiters = Arbiters::start(parts.arbiters, &parts.db);
        let directory = Directory::new(
            parts.db.clone(),
            parts.master,
            arbiters.clone(),
            bus,
            parts.faults,
            parts.directory,
        );
        let background = tokio::spawn(directory.clone().look_after(news));
        let upkeep = tokio::spawn(upkeep(parts.db.clone(), parts.dns.clone()));
        let app = App {
            directory,
            db: parts.db,
            site: Arc::new(parts.site),
            counters: parts.counters,
            sockets: Sockets::default(),
            dns: parts.dns.clone(),
            cards: Cards::default(),
            logos: Logos::default(),
            anchors: parts.anchors,
            policy: Policy::allowing(parts.objects.origin())?,
            objects: parts.objects,
            uploads: Arc::new(Semaphore::new(picture_form::AT_ONCE)),
            draining: Arc::new(AtomicBool::new(false)),
        };
        let state = web::Data::new(app.clone());
        let openapi = web::Data::new(OpenApiJson::make()?);
        let sign_in = web::Data::new(Auth::new(oidc::Provider::new(parts.auth)?));
        #[cfg(feature = "dev")]
        let provider = parts.provider.map(web::Data::new);
        #[cfg(feature = "dev")]
        let mail = parts.mail.map(web::Data::new);
        let how = Listen {
            workers: parts.workers,
            connections: app.site.max_connections,
            of_address: (app.site.trusted_proxies == 0).then_some(app.site.connections_per_address),
        };
        let server = server::listen(listener, how, move || {
            let actix = ActixApp::new()
                .app_data(state.clone())
                .app_data(openapi.clone())
                .app_data(sign_in.clone())
                .app_data(web::PayloadConfig::new(body::LIMIT))
                .app_data(web::FormConfig::default().limit(body::LIMIT))
                .wrap(from_fn(auth::guard::csrf))
                .wrap(from_fn(front_door::pass));
            #[cfg(feature = "dev")]
            let actix = match provider.clone() {
                Some(provider) => actix.configure(crate::dev::oidc::configure(provider)),
                None => actix,
            };
            #[cfg(feature = "dev")]
            let actix = match mail.clone() {
                Some(mail) => actix.configure(crate::dev::mail::configure(mail)),
                None => actix,
            };
            actix.configure(router::routes)
        })?;
        let handle = server.handle();
        Ok(Self {
            app,
            address,
            server: handle,
            arbiters,
            background,
            upkeep,
            serving: tokio::spawn(server),
        })
    }

    /// Drains and stops: ready says no, requests under way end, sockets are told to come back.
    pub async fn stop(self) {
        self.app.draining.store(true, Ordering::Relaxed);
        let ended = self.server.stop(true);
        tokio::pin!(ended);
        // Again and again: a socket may open after the others were sent away, until the listener is closed.
        loop {
            self.app.directory.drain();
            if tokio::time::timeout(DRAIN_AGAIN, &mut ended).await.is_ok() {
                break;
            }
        }
        self.finish().await;
    }

    /// Stops at once, as a crash would, but without leaving threads behind. For tests.
    pub async fn abort(self) {
        self.server.stop(false).await;
        self.finish().await;
    }

    async fn finish(self) {
        self.background.abort();
        self.upkeep.abort();
        let _ = self.serving.await;
        // Reads of actors come to their end first: a connection cannot go home from a thread that is gone.
        self.app.db.close().await;
        self.arbiters.stop();
    }
}

/// Nothing where the process has no login of the platform's.
async fn upkeep(db: Db, dns: Dns) {
    if db.has_platform() {
        crate::upkeep::run(db, dns).await;
    }
}

/// The bus and the counters of a process: in Redis where one is named, else its own. Redis itself may be away.
///
/// # Errors
/// A line that says what is wrong with the address.
pub fn meeting_place(
    redis: Option<&RedisConfig>,
) -> anyhow::Result<((Bus, mpsc::Receiver<BusNews>), Counters)> {
    match redis {
        Some(redis) => Ok((
            Bus::redis(&redis.url)?,
            Counters::redis(&redis.url, CountersConfig::default())?,
        )),
        None => Ok((Bus::alone(), Counters::memory(Clock::Real))),
    }
}

/// Binds with what every listener needs: address reuse, and an end for peers that stop reading.
///
/// # Errors
/// One line that names the port and what to do: `variable` is what sets it.
pub fn listen(address: &str, port: u16, variable: &str) -> anyhow::Result<TcpListener> {
    let target: SocketAddr = format!("{address}:{port}")
        .parse()
        .with_context(|| format!("{address}:{port} is not an address"))?;
    let socket = socket2::Socket::new(
        socket2::Domain::for_address(target),
        socket2::Type::STREAM,
        None,
    )?;
    socket.set_reuse_address(true)?;
    // Inherited by every accepted connection.
    socket.set_tcp_user_timeout(Some(USER_TIMEOUT))?;
    socket.set_tcp_nodelay(true)?;
    socket.bind(&target.into()).with_context(|| {
        format!(
            "port {port} is taken: stop what listens there, or choose another with {variable}=…"
        )
    })?;
    socket.listen(4096)?;
    Ok(socket.into())
}

/// Health and metrics, on a port of their own.
///
/// # Errors
/// When the port is taken.
pub fn operations(app: App, address: &str, port: u16) -> anyhow::Result<ServerHandle> {
    let state = web::Data::new(app);
    answer(address, port, move |cfg| {
        cfg.app_data(state.clone())
            .configure(crate::api::health::routes);
    })
}

/// The same for a process without visitors: it is well while it answers.
///
/// # Errors
/// When the port is taken.
pub fn worker_operations(address: &str, port: u16) -> anyhow::Result<ServerHandle> {
    answer(address, port, |cfg| {
        cfg.route("/healthz", web::get().to(crate::api::health::live));
    })
}

fn answer(
    address: &str,
    port: u16,
    health: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
) -> anyhow::Result<ServerHandle> {
    let server = HttpServer::new(move || {
        ActixApp::new()
            .configure(&health)
            .route("/metrics", web::get().to(telemetry::metrics_page))
    })
    .workers(1)
    .disable_signals()
    .listen(listen(address, port, "OPS_PORT")?)?
    .run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(handle)
}

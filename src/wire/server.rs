//! The listener: what `actix_web::HttpServer` does, with each connection inside a [`Wire`].

use std::fmt;
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::body::MessageBody;
use actix_http::error::DispatchError;
use actix_http::{HttpService, Protocol, Request, Response};
use actix_server::Server;
use actix_service::{IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt as _};
use actix_service::{fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::rt::net::TcpStream;
use sadu_domain::error::Code;

use super::Wire;
use super::places::Places;
use crate::error::bare;

/// A connection without a request is kept this long.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// Requests under way get this long at the end (security.md, REL-4).
const SHUTDOWN_S: u64 = 25;
/// How long an address that holds too many connections should wait, in seconds.
const WAIT_S: u64 = 10;

/// How to listen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listen {
    /// Threads that answer.
    pub(crate) workers: usize,
    /// Open connections at most.
    pub(crate) connections: usize,
    /// Of one address at most; `None` where addresses are those of proxies.
    pub(crate) of_address: Option<u32>,
}

/// Serves `app` on this listener; made once a worker.
///
/// # Errors
/// When the listener is not usable.
pub(crate) fn listen<F, I, S, B>(
    listener: TcpListener,
    how: Listen,
    app: F,
) -> std::io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<actix_web::Error> + 'static,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    <S::Service as Service<Request>>::Future: 'static,
    S::Service: 'static,
    B: MessageBody + 'static,
{
    let address = listener.local_addr()?;
    let builder = actix_server::Server::build()
        .workers(how.workers)
        .backlog(4096)
        .max_concurrent_connections(how.connections.div_ceil(how.workers.max(1)))
        .shutdown_timeout(SHUTDOWN_S)
        .disable_signals();
    let ending = builder.graceful_shutdown_signal();
    let places = how.of_address.map(Places::new);
    let builder = builder.listen("sadu", listener, move || {
        let ending = ending.clone();
        let app = app()
            .into_factory()
            .map_err(|error| error.into().error_response());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let ending = ending.clone();
                async move { ending.notified().await }
            })
            .keep_alive(KEEP_ALIVE)
            // The wire's own deadline holds for every head, not only the first.
            .client_request_timeout(Duration::ZERO)
            .client_disconnect_timeout(Duration::from_secs(1))
            .local_addr(address)
            .on_connect_ext(|wire: &Wire, data| {
                data.insert(wire.talk());
            })
            .finish(map_config(app, |()| AppConfig::default()));
        let places = places.clone();
        let late: Rc<str> = bare(Code::RequestTimeout, None).into();
        fn_service(move |io: TcpStream| {
            let admitted = admit(io, &late, places.as_ref());
            async move { admitted }
        })
        .and_then(http)
    })?;
    Ok(builder.run())
}

type Admitted = (Wire, Protocol, Option<SocketAddr>);

fn admit(
    io: TcpStream,
    late: &Rc<str>,
    places: Option<&Arc<Places>>,
) -> Result<Admitted, DispatchError> {
    let peer = io.peer_addr().ok();
    let place = match places.zip(peer) {
        None => None,
        Some((places, peer)) => match places.take(peer.ip()) {
            Some(place) => Some(place),
            None => {
                metrics::counter!("connections_refused_total").increment(1);
                let answer = bare(Code::RateLimited, Some(WAIT_S));
                // It is too new to the runtime to be written to there.
                let _ = io.into_std().and_then(|mut io| io.write(answer.as_bytes()));
                let refused = std::io::ErrorKind::ConnectionRefused;
                return Err(DispatchError::Io(refused.into()));
            }
        },
    };
    Ok((Wire::new(io, Rc::clone(late), place), Protocol::Http1, peer))
}

//! A connection to Redis that looks after itself: it connects, asks every half second whether the server still answers, and
//! connects anew when it does not, for ever and with short jittered pauses. It starts without a server as well.
//!
//! Called by `bus` and `counters`, which have a link each: a flood of news does not slow a limit down.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::cluster::ClusterClientBuilder;
use redis::cluster_async::ClusterConnection;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionInfo, FromRedisValue, IntoConnectionInfo,
    ProtocolVersion, PushInfo, PushKind, RedisResult, Value,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

/// Longest wait for an answer, unless said otherwise.
pub(crate) const DEADLINE: Duration = Duration::from_millis(100);
/// Longest wait for a connection: a handshake is several round trips.
const CONNECT: Duration = Duration::from_secs(1);
/// How often an idle connection is asked for a sign of life.
const PULSE: Duration = Duration::from_millis(500);
/// Signs of life missed in a row before the connection is given up.
const MISSED: u32 = 3;
/// Pauses between attempts: the first is at most this …
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// … and none is longer than this.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// The address is not one that Redis can be reached at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a Redis address of the form redis://… or rediss://…")]
pub struct InvalidUrl;

/// Handed every message that the server sends unasked.
pub(crate) type OnPush = Arc<dyn Fn(PushInfo) + Send + Sync>;

/// A live connection; cheap to clone, many calls may be under way on it.
#[derive(Clone)]
pub(crate) struct Connection {
    server: Server,
    deadline: Duration,
}

#[derive(Clone)]
enum Server {
    Single(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl Connection {
    /// One command, within the link's deadline.
    pub(crate) async fn call<T: FromRedisValue>(&self, cmd: &Cmd) -> RedisResult<T> {
        let answer = async {
            match self.server.clone() {
                Server::Single(mut connection) => cmd.query_async(&mut connection).await,
                Server::Cluster(mut connection) => cmd.query_async(&mut connection).await,
            }
        };
        timeout(self.deadline, answer)
            .await
            .unwrap_or_else(|_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()))
    }

    /// Whether channels belong to slots.
    pub(crate) fn is_cluster(&self) -> bool {
        matches!(self.server, Server::Cluster(_))
    }
}

/// A connection that is up, and which one it is since the start.
#[derive(Clone)]
pub(crate) struct Up {
    pub(crate) connection: Connection,
    pub(crate) generation: u64,
}

/// The link; ends when it is dropped.
pub(crate) struct Link {
    up: watch::Receiver<Option<Up>>,
    task: AbortHandle,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("up", &self.is_up()).finish()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Link {
    /// Begins to connect; `gauge` shows 1 while the link is up, an answer may take `deadline`. Needs a running tokio runtime.
    pub(crate) fn start(
        url: &SecretString,
        gauge: &'static str,
        deadline: Duration,
        on_push: OnPush,
    ) -> Result<Self, InvalidUrl> {
        let endpoint = Endpoint::parse(url, deadline)?;
        let (sender, up) = watch::channel(None);
        metrics::gauge!(gauge).set(0.0);
        let task = tokio::spawn(keep(endpoint, sender, gauge, on_push)).abort_handle();
        Ok(Self { up, task })
    }

    /// The connection, when there is one.
    pub(crate) fn connection(&self) -> Option<Connection> {
        self.up.borrow().as_ref().map(|up| up.connection.clone())
    }

    pub(crate) fn is_up(&self) -> bool {
        self.up.borrow().is_some()
    }

    /// To wait on.
    pub(crate) fn watch(&self) -> watch::Receiver<Option<Up>> {
        self.up.clone()
    }
}

struct Endpoint {
    info: ConnectionInfo,
    deadline: Duration,
}

impl Endpoint {
    fn parse(url: &SecretString, deadline: Duration) -> Result<Self, InvalidUrl> {
        let info = url
            .expose_secret()
            .into_connection_info()
            .map_err(|_| InvalidUrl)?;
        let settings = info
            .redis_settings()
            .clone()
            .set_protocol(ProtocolVersion::RESP3)
            // One right less to give.
            .set_skip_set_lib_name();
        Ok(Self {
            info: info.set_redis_settings(settings),
            deadline,
        })
    }

    async fn connect(&self, on_push: &OnPush, lost: &Arc<Notify>) -> RedisResult<Connection> {
        let push = {
            let (on_push, lost) = (on_push.clone(), lost.clone());
            move |info: PushInfo| {
                if info.kind == PushKind::Disconnection {
                    lost.notify_one();
                } else {
                    on_push(info);
                }
                Ok::<_, redis::aio::SendError>(())
            }
        };
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(self.deadline))
            .set_push_sender(push.clone());
        let mut single = Client::open(self.info.clone())?
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        // A user without INFO is taken to be on a single server: plain channels work in a cluster as well.
        let info: String = redis::cmd("INFO")
            .arg("cluster")
            .query_async(&mut single)
            .await
            .unwrap_or_default();
        if !info.contains("cluster_enabled:1") {
            return Ok(self.connection(Server::Single(single)));
        }
        let cluster = ClusterClientBuilder::new([self.info.clone()])
            .use_protocol(ProtocolVersion::RESP3)
            .connection_timeout(CONNECT)
            .response_timeout(self.deadline)
            .retries(1)
            .push_sender(push)
            .build()?
            .get_async_connection()
            .await?;
        Ok(self.connection(Server::Cluster(cluster)))
    }

    fn connection(&self, server: Server) -> Connection {
        Connection {
            server,
            deadline: self.deadline,
        }
    }
}

async fn keep(
    endpoint: Endpoint,
    up: watch::Sender<Option<Up>>,
    gauge: &'static str,
    on_push: OnPush,
) {
    let mut generation = 0_u64;
    let mut pause = FIRST_PAUSE;
    let mut told = false;
    loop {
        // A connection of its own each, so that a late word of an old one does not end the new one.
        let lost = Arc::new(Notify::new());
        let attempt = timeout(CONNECT.saturating_mul(2), endpoint.connect(&on_push, &lost)).await;
        match attempt {
            Ok(Ok(connection)) => {
                generation = generation.saturating_add(1);
                metrics::gauge!(gauge).set(1.0);
                tracing::info!(
                    link = gauge,
                    cluster = connection.is_cluster(),
                    "redis answers"
                );
                up.send_replace(Some(Up {
                    connection: connection.clone(),
                    generation,
                }));
                (pause, told) = (FIRST_PAUSE, true);
                until_lost(&connection, &lost).await;
                up.send_replace(None);
                metrics::gauge!(gauge).set(0.0);
                tracing::warn!(link = gauge, "redis does not answer; going on without it");
            }
            Ok(Err(error)) if !told => {
                told = true;
                tracing::warn!(link = gauge, error = %error, "redis is not to be reached; going on without it");
            }
            Err(_) if !told => {
                told = true;
                tracing::warn!(link = gauge, "redis does not answer; going on without it");
            }
            _ => {}
        }
        sleep(rand::random_range(pause.mul_f64(0.5)..=pause)).await;
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
}

/// Returns when the connection ended, or is silent for too long.
async fn until_lost(connection: &Connection, lost: &Notify) {
    let ping = redis::cmd("PING");
    let mut missed = 0_u32;
    loop {
        let wait = if missed == 0 { PULSE } else { Duration::ZERO };
        tokio::select! {
            () = lost.notified() => return,
            () = sleep(wait) => {}
        }
        match connection.call::<Value>(&ping).await {
            Ok(_) => missed = 0,
            Err(error) if error.is_timeout() => {
                missed = missed.saturating_add(1);
                if missed >= MISSED {
                    return;
                }
            }
            Err(_) => return,
        }
    }
}

//! [`RedisBus`]: what is to be said and whom to listen to are noted under a short lock; one task carries it out whenever Redis is
//! there. Nothing is queued per message: of each tenant only the newest number is kept, so a long absence costs no memory.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::{StreamExt, stream};
use redis::{Cmd, PushInfo, PushKind, Value};
use sadu_domain::ids::TenantId;
use secrecy::SecretString;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::AbortHandle;
use uuid::Uuid;

use super::wire::{Message, Refusal};
use super::{BusHealth, BusNews};
use crate::keys::Key;
use crate::link::{Connection, DEADLINE, InvalidUrl, Link, OnPush, Up};

/// Tenants of which something may wait to be said.
const WAITING: usize = 16 * 1024;
/// News that may wait for the reader of this process.
const NEWS: usize = 4 * 1024;
/// Commands under way at once.
const AT_ONCE: usize = 64;
/// How often what failed is tried again.
const AGAIN: Duration = Duration::from_millis(250);

/// The bus over Redis. Cheap to clone; ends with its last clone.
#[derive(Debug, Clone)]
pub struct RedisBus(Arc<Running>);

#[derive(Debug)]
struct Running {
    state: Arc<State>,
    link: Link,
    writer: AbortHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.writer.abort();
    }
}

#[derive(Debug)]
struct State {
    me: Uuid,
    noted: Mutex<Noted>,
    changed: Notify,
    news: mpsc::Sender<BusNews>,
    dropped: AtomicU64,
    refused: AtomicU64,
}

/// What is wanted, and how much of it is done.
#[derive(Debug, Default)]
struct Noted {
    /// Newest number to be said of a tenant.
    say: HashMap<TenantId, i64>,
    watched: HashSet<TenantId>,
    /// As the server confirmed.
    subscribed: HashSet<TenantId>,
    /// Tenants for which `watched` and `subscribed` may differ.
    differ: HashSet<TenantId>,
}

impl State {
    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn drop_one(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
        metrics::counter!("bus_dropped_total").increment(1);
    }

    /// A word of the server that nobody asked for. Must not block: it runs where answers are read.
    fn pushed(&self, push: &PushInfo) {
        match (&push.kind, push.data.as_slice()) {
            (
                PushKind::Message | PushKind::SMessage,
                [Value::BulkString(channel), Value::BulkString(payload)],
            ) => self.heard(channel, payload),
            // Our own wish, or a cluster that moved the slot: what is still wanted is asked for again.
            (PushKind::Unsubscribe | PushKind::SUnsubscribe, [Value::BulkString(channel), ..]) => {
                if let Some(tenant) = Key::tenant_of_events(channel) {
                    let mut noted = self.noted();
                    noted.subscribed.remove(&tenant);
                    if noted.watched.contains(&tenant) {
                        noted.differ.insert(tenant);
                        self.changed.notify_one();
                    }
                }
            }
            _ => {}
        }
    }

    fn heard(&self, channel: &[u8], payload: &[u8]) {
        let message = match Message::decode(channel, payload) {
            Ok(message) => message,
            Err(refusal) => return self.refuse(refusal),
        };
        // The second: a message that was under way when we stopped listening.
        if message.origin == self.me || !self.noted().watched.contains(&message.tenant) {
            return;
        }
        metrics::counter!("bus_news_total").increment(1);
        let news = BusNews {
            tenant: message.tenant,
            seq: message.seq,
        };
        if self.news.try_send(news).is_err() {
            self.drop_one();
        }
    }

    fn refuse(&self, refusal: Refusal) {
        self.refused.fetch_add(1, Ordering::Relaxed);
        metrics::counter!("bus_refused_total", "reason" => refusal.as_str()).increment(1);
    }
}

impl RedisBus {
    pub(super) fn start(url: &SecretString) -> Result<(Self, mpsc::Receiver<BusNews>), InvalidUrl> {
        let (sender, news) = mpsc::channel(NEWS);
        let state = Arc::new(State {
            me: Uuid::new_v4(),
            noted: Mutex::default(),
            changed: Notify::new(),
            news: sender,
            dropped: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        });
        let on_push: OnPush = Arc::new({
            let state = state.clone();
            move |push| state.pushed(&push)
        });
        let link = Link::start(url, "bus_up", DEADLINE, on_push)?;
        let writer = tokio::spawn(carry_out(state.clone(), link.watch())).abort_handle();
        Ok((
            Self(Arc::new(Running {
                state,
                link,
                writer,
            })),
            news,
        ))
    }

    pub(super) fn publish(&self, tenant: TenantId, seq: i64) {
        let state = &self.0.state;
        {
            let mut noted = state.noted();
            if let Some(waiting) = noted.say.get_mut(&tenant) {
                *waiting = seq.max(*waiting);
            } else if noted.say.len() < WAITING {
                noted.say.insert(tenant, seq);
            } else {
                drop(noted);
                return state.drop_one();
            }
        }
        state.changed.notify_one();
    }

    pub(super) fn watch(&self, tenant: TenantId) {
        let mut noted = self.0.state.noted();
        if noted.watched.insert(tenant) {
            noted.differ.insert(tenant);
            self.0.state.changed.notify_one();
        }
    }

    pub(super) fn unwatch(&self, tenant: TenantId) {
        let mut noted = self.0.state.noted();
        if noted.watched.remove(&tenant) {
            noted.differ.insert(tenant);
            self.0.state.changed.notify_one();
        }
    }

    pub(super) fn health(&self) -> BusHealth {
        BusHealth {
            up: Some(self.0.link.is_up()),
            dropped: self.0.state.dropped.load(Ordering::Relaxed),
            refused: self.0.state.refused.load(Ordering::Relaxed),
        }
    }
}

/// Carries out what is noted, for ever.
async fn carry_out(state: Arc<State>, mut link: watch::Receiver<Option<Up>>) {
    let mut generation = 0;
    loop {
        let up = match link.wait_for(Option::is_some).await {
            Ok(up) => up.clone(),
            Err(_) => return,
        };
        let Some(up) = up else { continue };
        if up.generation != generation {
            // A new connection listens to nobody yet.
            generation = up.generation;
            let mut noted = state.noted();
            noted.subscribed.clear();
            noted.differ = noted.watched.clone();
        }
        let failed = flush(&state, &up.connection).await;
        tokio::select! {
            () = state.changed.notified(), if !failed => {}
            () = tokio::time::sleep(AGAIN), if failed => {}
            changed = link.changed() => if changed.is_err() { return },
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Subscribe(TenantId),
    Unsubscribe(TenantId),
    Say(Message),
}

impl Step {
    fn command(self, cluster: bool) -> serde_json::Result<Cmd> {
        let mut cmd = Cmd::new();
        match self {
            Self::Subscribe(tenant) => {
                cmd.arg(if cluster { "SSUBSCRIBE" } else { "SUBSCRIBE" });
                cmd.arg(Key::events(tenant).as_str());
            }
            Self::Unsubscribe(tenant) => {
                cmd.arg(if cluster {
                    "SUNSUBSCRIBE"
                } else {
                    "UNSUBSCRIBE"
                });
                cmd.arg(Key::events(tenant).as_str());
            }
            Self::Say(message) => {
                cmd.arg(if cluster { "SPUBLISH" } else { "PUBLISH" });
                cmd.arg(Key::events(message.tenant).as_str());
                cmd.arg(message.encode()?);
            }
        }
        Ok(cmd)
    }
}

/// Carries out everything noted so far, listening before speaking. Answers whether something failed and is noted again.
async fn flush(state: &State, connection: &Connection) -> bool {
    let (listen, say) = {
        let mut noted = state.noted();
        let listen: Vec<Step> = std::mem::take(&mut noted.differ)
            .into_iter()
            .filter_map(|tenant| {
                match (
                    noted.watched.contains(&tenant),
                    noted.subscribed.contains(&tenant),
                ) {
                    (true, false) => Some(Step::Subscribe(tenant)),
                    (false, true) => Some(Step::Unsubscribe(tenant)),
                    _ => None,
                }
            })
            .collect();
        let say: Vec<Step> = std::mem::take(&mut noted.say)
            .into_iter()
            .map(|(tenant, seq)| {
                Step::Say(Message {
                    tenant,
                    seq,
                    origin: state.me,
                })
            })
            .collect();
        (listen, say)
    };
    let mut failed = false;
    for steps in [listen, say] {
        let mut done = stream::iter(steps)
            .map(|step| async move { (step, take(step, connection).await) })
            .buffer_unordered(AT_ONCE);
        while let Some((step, done)) = done.next().await {
            failed |= done == Done::Again;
            settle(state, step, done);
        }
    }
    failed
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Yes,
    /// No answer: it may be better later.
    Again,
    /// The server said no.
    Refused,
}

async fn take(step: Step, connection: &Connection) -> Done {
    let Ok(cmd) = step.command(connection.is_cluster()) else {
        return Done::Refused;
    };
    match connection.call::<Value>(&cmd).await {
        Ok(_) => Done::Yes,
        Err(error) => {
            metrics::counter!("bus_failures_total").increment(1);
            if error.is_io_error() || error.is_timeout() || error.is_cluster_error() {
                Done::Again
            } else {
                tracing::warn!(error = %error, "redis refused a step of the bus");
                Done::Refused
            }
        }
    }
}

fn settle(state: &State, step: Step, done: Done) {
    let mut noted = state.noted();
    match (step, done) {
        (Step::Subscribe(tenant), Done::Yes) => {
            noted.subscribed.insert(tenant);
        }
        (Step::Unsubscribe(tenant), Done::Yes) => {
            noted.subscribed.remove(&tenant);
        }
        // Tried again with the next change, and at the latest with the next connection.
        (Step::Subscribe(tenant) | Step::Unsubscribe(tenant), Done::Again | Done::Refused) => {
            noted.differ.insert(tenant);
        }
        (Step::Say(_), Done::Yes) => {}
        (Step::Say(message), Done::Again) => {
            let waiting = noted.say.entry(message.tenant).or_insert(message.seq);
            *waiting = message.seq.max(*waiting);
        }
        (Step::Say(_), Done::Refused) => {
            drop(noted);
            state.drop_one();
        }
    }
}

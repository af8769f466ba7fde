//! The staff inbox of one tenant in one process: a gap-free stream to many sockets.
//!
//! [`hub`] is the plain state machine (who has what, what may be sent next), [`messages`] what it is asked and tells; this file is the
//! actor around it: it reads from
//! Postgres what the hub is missing, and looks every two seconds whether a publication was lost. A socket hands in a
//! `Recipient<Deliver>` and acknowledges what it showed; nothing here knows what a socket is.

mod hub;
mod messages;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use actix::prelude::*;
use sadu_db::inbox_events;
use uuid::Uuid;

use self::hub::{Hub, SubscriberId};
use self::messages::{Ack, Unsubscribe};
pub(crate) use self::messages::{Admitted, CommittedEvents, Drain, HeadMoved, Subscribe};
pub use self::messages::{Deliver, Resume, Standing, Subscription, Welcome};
use crate::error::{Error, Result};
use crate::tenant::Shared;

/// How often the head in Postgres is compared with ours while anyone listens.
const HIGH_WATER: Duration = Duration::from_secs(2);
/// Events read from Postgres at once.
const PAGE: i64 = 256;

#[derive(Debug)]
pub(crate) struct Inbox {
    shared: Arc<Shared>,
    hub: Hub,
    epoch: Option<Uuid>,
    reading: bool,
    checked: Instant,
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    subscribe: Subscribe,
    /// The head was read after it came.
    looked: bool,
}

impl Waiting {
    /// Whether the head that is known is enough to let it in: who has shown more than that was served by another process, and
    /// only a fresh look tells this from a number of another stream.
    fn ready(&self, head: i64) -> bool {
        self.looked || self.subscribe.from.after_seq.is_none_or(|seq| seq <= head)
    }
}

impl Inbox {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            hub: Hub::default(),
            epoch: None,
            reading: false,
            checked: Instant::now(),
            waiting: Vec::new(),
        }
    }

    /// Learns where the stream stands before anyone is let in.
    fn learn_head(&mut self, ctx: &mut Context<Self>) {
        if self.reading {
            return;
        }
        self.reading = true;
        for waiting in &mut self.waiting {
            waiting.looked = true;
        }
        let (db, tenant) = (self.shared.db.clone(), self.shared.ctx);
        let work = async move {
            let mut tx = db.tenant(tenant).await?;
            let head = inbox_events::head(&mut tx).await?;
            tx.commit().await?;
            Ok::<_, sadu_db::DbError>(head)
        };
        ctx.spawn(work.into_actor(self).map(|head, act, ctx| {
            act.reading = false;
            act.checked = Instant::now();
            match head {
                Ok((seq, epoch)) => {
                    match act.epoch.replace(epoch) {
                        None => act.hub.start_at(seq),
                        // The database was restored under us: what is held belongs to another stream. Sockets come back, say
                        // which epoch they know, and are told to reload.
                        Some(before) if before != epoch => {
                            act.restart_all();
                            ctx.stop();
                            return;
                        }
                        Some(_) => act.hub.head_moved(seq),
                    }
                    act.admit();
                }
                Err(error) => {
                    crate::tenant::log_failure("reading the head of the inbox", &error);
                    // The two-second look tries again.
                    return;
                }
            }
            act.go_on(ctx);
        }));
    }

    fn admit(&mut self) {
        let Some(epoch) = self.epoch else { return };
        for waiting in std::mem::take(&mut self.waiting) {
            let seq = self.hub.head();
            if !waiting.ready(seq) {
                self.waiting.push(waiting);
                continue;
            }
            let Subscribe { to, from, reply } = waiting.subscribe;
            let reset = from.epoch.is_some_and(|e| e != epoch)
                || from.after_seq.is_some_and(|shown| shown > seq);
            let after_seq = if reset { None } else { from.after_seq };
            let (id, dropped) = self.hub.subscribe(to, after_seq);
            self.shared.subscribers.fetch_add(1, Ordering::Relaxed);
            let admitted = Admitted {
                id,
                dropped,
                welcome: Welcome { seq, epoch, reset },
            };
            // The socket left while it waited: it never learns its number, so it is taken out here.
            if reply.send(admitted).is_err() {
                self.leave(id);
            }
        }
    }

    /// After a read, whatever it was for.
    fn go_on(&mut self, ctx: &mut Context<Self>) {
        if self.waiting.is_empty() {
            self.serve(ctx);
        } else {
            self.learn_head(ctx);
        }
    }

    fn restart_all(&mut self) {
        self.shared
            .subscribers
            .fetch_sub(self.hub.len(), Ordering::Relaxed);
        self.hub.restart_all();
    }

    fn leave(&mut self, id: SubscriberId) {
        if self.hub.unsubscribe(id) {
            self.shared.subscribers.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Sends what may be sent; reads from Postgres what is missing for the rest.
    fn serve(&mut self, ctx: &mut Context<Self>) {
        for gone in self.hub.pump(Instant::now()) {
            self.leave(gone);
        }
        let Some(after) = self.hub.missing_after() else {
            return;
        };
        if self.reading {
            return;
        }
        self.reading = true;
        let (db, tenant) = (self.shared.db.clone(), self.shared.ctx);
        let work = async move {
            let mut tx = db.tenant(tenant).await?;
            let stretch = inbox_events::after(&mut tx, after, PAGE).await?;
            tx.commit().await?;
            Ok::<_, sadu_db::DbError>(stretch)
        };
        ctx.spawn(work.into_actor(self).map(move |stretch, act, ctx| {
            act.reading = false;
            match stretch {
                Ok(stretch) => {
                    act.hub.read(after, &stretch);
                    act.go_on(ctx);
                }
                // The two-second look tries again.
                Err(error) => crate::tenant::log_failure("reading the inbox", &error),
            }
        }));
    }
}

impl Actor for Inbox {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.learn_head(ctx);
        ctx.run_interval(HIGH_WATER, |act, ctx| {
            if act.shared.supervisor.get().is_some_and(|s| !s.connected()) {
                // The tenant was replaced or evicted: sockets come back and find the new one.
                ctx.stop();
                return;
            }
            act.hub.unblock();
            if act.epoch.is_none() || !act.hub.is_empty() || !act.waiting.is_empty() {
                act.learn_head(ctx);
            }
            act.serve(ctx);
        });
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        // Also after a panic: sockets come back and resume.
        self.restart_all();
    }
}

impl Handler<Drain> for Inbox {
    type Result = ();
    fn handle(&mut self, _: Drain, _: &mut Self::Context) {
        self.waiting.clear();
        self.restart_all();
    }
}

impl Handler<Subscribe> for Inbox {
    type Result = ();
    fn handle(&mut self, s: Subscribe, ctx: &mut Self::Context) {
        self.shared.faults.point("inbox.subscribe");
        self.waiting.push(Waiting {
            subscribe: s,
            looked: false,
        });
        if self.epoch.is_some() {
            self.admit();
        }
        self.go_on(ctx);
    }
}

impl Handler<Unsubscribe> for Inbox {
    type Result = ();
    fn handle(&mut self, u: Unsubscribe, _: &mut Self::Context) {
        self.leave(u.id);
    }
}

impl Handler<Ack> for Inbox {
    type Result = ();
    fn handle(&mut self, ack: Ack, ctx: &mut Self::Context) {
        self.shared.faults.point("inbox.ack");
        self.hub.ack(ack.id, ack.seq);
        self.serve(ctx);
    }
}

impl Handler<CommittedEvents> for Inbox {
    type Result = ();
    fn handle(&mut self, committed: CommittedEvents, ctx: &mut Self::Context) {
        self.shared.faults.point("inbox.committed");
        self.hub.offer(committed.events);
        self.serve(ctx);
    }
}

impl Handler<HeadMoved> for Inbox {
    type Result = ();
    fn handle(&mut self, moved: HeadMoved, ctx: &mut Self::Context) {
        self.shared.faults.point("inbox.head_moved");
        self.hub.head_moved(moved.seq);
        self.serve(ctx);
    }
}

/// Reads a stretch of events for a list or for a client without a socket.
///
/// # Errors
/// `Busy` when no connection came free in time.
pub async fn events_after(
    handle: &crate::TenantHandle,
    after_seq: i64,
    limit: i64,
) -> Result<inbox_events::Stretch> {
    let mut tx = handle.read().await?;
    let stretch = inbox_events::after(&mut tx, after_seq, limit)
        .await
        .map_err(Error::from)?;
    tx.commit().await?;
    Ok(stretch)
}

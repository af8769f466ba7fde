//! `TenantSupervisor`: the only writer of a tenant's snapshot, and the parent of its repository and inbox.
//!
//! actix's own `Supervisor` does not survive a panic, so this one looks at `connected()` and starts a new child from durable
//! state. More than [`BUDGET`] restarts within a minute put the tenant into quarantine: a child is then replaced only after
//! [`COOL_OFF`], callers meanwhile get `Busy`, and the alarm counter moves.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::prelude::*;
use chrono::Utc;
use sadu_domain::catalog::ItemTotals;
use sadu_domain::ids::ItemId;

use crate::inbox::{self, HeadMoved, Inbox};
use crate::repository::TenantRepository;
use crate::tenant::handle::{Children, PERMITS, Shared, log_failure};
use crate::tenant::reading::{keys, load, refresh};
use crate::tenant::snapshot::TenantSnapshot;

const TICK: Duration = Duration::from_millis(500);
const BUDGET: usize = 5;
const WINDOW: Duration = Duration::from_secs(60);
const COOL_OFF: Duration = Duration::from_millis(500);
/// Snapshots are made at most this often: a burst of commits becomes one.
const CONFLATE: Duration = Duration::from_millis(20);
/// A read that failed is tried again after this.
const RETRY: Duration = Duration::from_millis(500);
/// Commits kept while something is read; beyond it the read is done again.
const PENDING: usize = 1024;

/// A commit of this process moved totals or configuration.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct Applied {
    pub(crate) base: i64,
    pub(crate) seq: i64,
    pub(crate) totals: Vec<(ItemId, ItemTotals)>,
    pub(crate) config_changed: bool,
}

/// Another process (or a look at the database) says how far the tenant is.
#[derive(Debug, Clone, Copy, Message)]
#[rtype(result = "()")]
pub(crate) struct Nudge {
    pub(crate) seq: i64,
    pub(crate) config_version: Option<i64>,
}

/// Look at the children now.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct Revive;

/// Answered once the children run.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct Started;

/// This process drains: sockets are sent elsewhere, feeds look up and end. Writes under way go on.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct Drain;

/// End, with the children.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct Stop;

#[derive(Debug)]
pub(crate) struct TenantSupervisor {
    shared: Arc<Shared>,
    working: TenantSnapshot,
    publish_due: bool,
    reading: bool,
    read_again: Option<Reading>,
    pending: Vec<Applied>,
    restarts: VecDeque<Instant>,
    died_at: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reading {
    Totals,
    Everything,
}

impl TenantSupervisor {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        let working = TenantSnapshot::clone(&shared.snapshot.load());
        Self {
            shared,
            working,
            publish_due: false,
            reading: false,
            read_again: None,
            pending: Vec::new(),
            restarts: VecDeque::new(),
            died_at: None,
        }
    }

    fn start_repository(&self) -> Addr<TenantRepository> {
        TenantRepository::start_in_arbiter(&self.shared.home.arbiter, {
            let shared = self.shared.clone();
            |ctx| {
                ctx.set_mailbox_capacity(PERMITS.saturating_mul(2));
                TenantRepository::new(shared)
            }
        })
    }

    fn start_inbox(&self) -> Addr<Inbox> {
        Inbox::start_in_arbiter(&self.shared.home.arbiter, {
            let shared = self.shared.clone();
            |ctx| {
                ctx.set_mailbox_capacity(PERMITS.saturating_mul(4));
                Inbox::new(shared)
            }
        })
    }

    fn start_children(&self) {
        self.shared.children.store(Some(Arc::new(Children {
            repository: self.start_repository(),
            inbox: self.start_inbox(),
        })));
    }

    /// Replaces dead children, within the budget.
    fn look_after_children(&mut self) {
        let Some(children) = self.shared.children.load_full() else {
            self.start_children();
            return;
        };
        if children.repository.connected() && children.inbox.connected() {
            self.died_at = None;
            return;
        }
        let now = Instant::now();
        let died_at = *self.died_at.get_or_insert(now);
        while self
            .restarts
            .front()
            .is_some_and(|t| now.duration_since(*t) > WINDOW)
        {
            self.restarts.pop_front();
        }
        if self.restarts.len() >= BUDGET {
            metrics::counter!("tenant_quarantine_total").increment(1);
            if now.duration_since(died_at) < COOL_OFF {
                tracing::error!(tenant.id = %self.shared.ctx.tenant(), "an actor of this tenant keeps failing; it is replaced after a pause");
                return;
            }
        }
        self.restarts.push_back(now);
        self.died_at = None;
        metrics::counter!("tenant_actor_restarts_total").increment(1);
        tracing::warn!(tenant.id = %self.shared.ctx.tenant(), "an actor died and is replaced from stored state");
        self.replace(&children);
    }

    /// Only what died is started: an actor with a timer does not end when its last address goes.
    fn replace(&self, old: &Children) {
        let repository = if old.repository.connected() {
            old.repository.clone()
        } else {
            self.start_repository()
        };
        let inbox = if old.inbox.connected() {
            old.inbox.clone()
        } else {
            self.start_inbox()
        };
        self.shared
            .children
            .store(Some(Arc::new(Children { repository, inbox })));
    }

    fn publish_soon(&mut self, ctx: &mut Context<Self>) {
        if self.publish_due {
            return;
        }
        self.publish_due = true;
        ctx.run_later(CONFLATE, |act, _| {
            act.publish_due = false;
            act.publish();
        });
    }

    fn publish(&mut self) {
        self.working.as_of = Utc::now();
        self.shared.snapshot.store(Arc::new(self.working.clone()));
        self.shared.changes.send_replace(self.working.version);
    }

    fn read(&mut self, what: Reading, ctx: &mut Context<Self>) {
        if self.reading {
            self.read_again = self.read_again.max(Some(what));
            return;
        }
        self.reading = true;
        let shared = self.shared.clone();
        let current = self.working.clone();
        let work = async move {
            let (db, tenant) = (&shared.db, shared.ctx);
            match what {
                Reading::Everything => {
                    let fresh = load(db, tenant).await?;
                    // Whoever changes a key says so as a change of configuration.
                    match keys(db, tenant, &shared.master).await {
                        Ok(keys) => shared.keys.store(Arc::new(keys)),
                        // Those at hand still open what they opened.
                        Err(error) => log_failure("reading the tenant's keys", &error),
                    }
                    Ok(fresh)
                }
                Reading::Totals => refresh(db, tenant, current).await,
            }
        };
        ctx.spawn(work.into_actor(self).map(move |read, act, ctx| {
            act.reading = false;
            match read {
                Ok(fresh) => {
                    // Nothing moved `working` meanwhile: what was committed waits in `pending`.
                    act.working = fresh;
                    act.publish();
                }
                Err(error) => {
                    log_failure("reading the tenant", &error);
                    ctx.run_later(RETRY, move |act, ctx| act.read(what, ctx));
                }
            }
            for applied in std::mem::take(&mut act.pending) {
                act.take_in(applied, ctx);
            }
            if let Some(what) = act.read_again.take() {
                act.read(what, ctx);
            }
        }));
    }

    /// Takes in a commit of this process. While something is read it waits, so that what is read and what was committed
    /// since join without a seam.
    fn take_in(&mut self, applied: Applied, ctx: &mut Context<Self>) {
        if applied.config_changed {
            self.read(Reading::Everything, ctx);
        } else if !self.reading && applied.base > self.working.version {
            self.read(Reading::Totals, ctx);
        }
        if self.reading {
            if self.pending.len() < PENDING {
                // Its change of configuration was asked for above; asked for again when the read is in, it would never end.
                self.pending.push(Applied {
                    config_changed: false,
                    ..applied
                });
            } else {
                self.read_again = self.read_again.max(Some(Reading::Totals));
            }
        } else if applied.seq > self.working.version {
            self.working.apply(applied.totals);
            self.working.version = applied.seq;
            self.publish_soon(ctx);
        }
    }
}

impl Actor for TenantSupervisor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(PERMITS.saturating_mul(4));
        self.start_children();
        ctx.run_interval(TICK, |act, _| act.look_after_children());
    }
}

impl Drop for TenantSupervisor {
    fn drop(&mut self) {
        // Also after a panic, when `stopped` is not called. The last address of the repository goes, and it ends with what it
        // has in flight; the inbox sees it at its next look and sends its sockets to the tenant's next supervisor.
        self.shared.children.store(None);
    }
}

impl Handler<Started> for TenantSupervisor {
    type Result = ();
    fn handle(&mut self, _: Started, _: &mut Self::Context) {}
}

impl Handler<Revive> for TenantSupervisor {
    type Result = ();
    fn handle(&mut self, _: Revive, _: &mut Self::Context) {
        self.look_after_children();
    }
}

impl Handler<Drain> for TenantSupervisor {
    type Result = ();
    fn handle(&mut self, _: Drain, _: &mut Self::Context) {
        if let Some(children) = &*self.shared.children.load() {
            let _ = children.inbox.try_send(inbox::Drain);
        }
        self.shared.changes.send_replace(self.working.version);
    }
}

impl Handler<Stop> for TenantSupervisor {
    type Result = ();
    fn handle(&mut self, _: Stop, ctx: &mut Self::Context) {
        ctx.stop();
    }
}

impl Handler<Applied> for TenantSupervisor {
    type Result = ();
    fn handle(&mut self, applied: Applied, ctx: &mut Self::Context) {
        self.shared.faults.point("supervisor.applied");
        self.take_in(applied, ctx);
    }
}

impl Handler<Nudge> for TenantSupervisor {
    type Result = ();
    fn handle(&mut self, nudge: Nudge, ctx: &mut Self::Context) {
        self.shared.faults.point("supervisor.nudge");
        if nudge
            .config_version
            .is_some_and(|v| v > self.working.tenant.version)
        {
            self.read(Reading::Everything, ctx);
        } else if nudge.seq > self.working.version {
            self.read(Reading::Totals, ctx);
        }
        if let Some(children) = &*self.shared.children.load() {
            let _ = children.inbox.try_send(HeadMoved { seq: nudge.seq });
        }
    }
}

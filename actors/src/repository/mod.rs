//! Every write of a tenant goes through its `TenantRepository`: while one transaction is in flight, later work queues; the next
//! flush takes up to 256 orders into one transaction, so cost per write falls as load rises. Every other [`Command`] runs alone
//! in a transaction of its own through the same door. Callers are answered only after COMMIT.
//!
//! `queue` decides what goes next, `batch` runs a batch and its failure classes, `command` runs a single command; this file is
//! the actor around them.

mod batch;
mod command;
pub mod commands;
mod queue;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix::prelude::*;
use sadu_db::orders::OrderRow;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

pub(crate) use batch::OrderOutcome;
pub use command::Command;
pub(crate) use command::{Run, boxed};
pub(crate) use commands::references::LeaseReferences;
use queue::{Queue, Work};

use crate::error::Result;
use crate::tenant::Shared;

/// An order to write.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct EnqueueOrder {
    pub(crate) row: Box<OrderRow>,
    pub(crate) reply: oneshot::Sender<Result<OrderOutcome>>,
    /// Set when an equal key is already under way, so that the caller waits for a shorter time.
    pub(crate) following: Arc<AtomicBool>,
    pub(crate) permit: OwnedSemaphorePermit,
}

/// A command to run.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct EnqueueCommand {
    pub(crate) run: Run,
}

#[derive(Debug, Message)]
#[rtype(result = "()")]
struct Flushed;

/// The writer of one tenant in one process.
#[derive(Debug)]
pub(crate) struct TenantRepository {
    shared: Arc<Shared>,
    queue: Queue,
    flushing: bool,
}

impl TenantRepository {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            queue: Queue::default(),
            flushing: false,
        }
    }

    fn flush(&mut self, ctx: &mut Context<Self>) {
        if self.flushing {
            return;
        }
        let Some(work) = self.queue.next() else {
            return;
        };
        self.flushing = true;
        let shared = self.shared.clone();
        let done = NotifyFlushed(ctx.address());
        // A task of its own: a departing caller, or this actor's death, does not cut a COMMIT in two.
        actix::spawn(async move {
            let _done = done;
            match work {
                Work::Orders(orders) => batch::run(&shared, orders).await,
                Work::Command(run) => run(shared).await,
            }
        });
    }
}

/// Tells the actor that the flush ended, however it ended.
struct NotifyFlushed(Addr<TenantRepository>);

impl Drop for NotifyFlushed {
    fn drop(&mut self) {
        let _ = self.0.try_send(Flushed);
    }
}

impl Actor for TenantRepository {
    type Context = Context<Self>;
}

impl Handler<EnqueueOrder> for TenantRepository {
    type Result = ();
    fn handle(&mut self, order: EnqueueOrder, ctx: &mut Self::Context) {
        self.shared.faults.point("repository.order");
        let EnqueueOrder {
            row,
            reply,
            following,
            permit,
        } = order;
        if self.queue.push_order(row, reply, permit) {
            following.store(true, Ordering::Relaxed);
        }
        self.flush(ctx);
    }
}

impl Handler<EnqueueCommand> for TenantRepository {
    type Result = ();
    fn handle(&mut self, command: EnqueueCommand, ctx: &mut Self::Context) {
        self.shared.faults.point("repository.command");
        self.queue.push_command(command.run);
        self.flush(ctx);
    }
}

impl Handler<Flushed> for TenantRepository {
    type Result = ();
    fn handle(&mut self, _: Flushed, ctx: &mut Self::Context) {
        self.shared.faults.point("repository.flushed");
        self.flushing = false;
        self.queue.flushed();
        self.flush(ctx);
    }
}

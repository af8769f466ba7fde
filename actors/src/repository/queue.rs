//! What waits while a transaction is in flight, and what goes next. Plain data, no actor.

use std::collections::{HashMap, HashSet, VecDeque};

use sadu_db::idempotency::IdempotencyKey;
use sadu_db::orders::OrderRow;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::batch::OrderOutcome;
use super::command::Run;
use crate::error::Result;

/// Orders of one transaction.
pub(crate) const BATCH: usize = 256;

/// Someone who waits for an order's answer.
#[derive(Debug)]
pub(crate) struct Waiter {
    pub(crate) reply: oneshot::Sender<Result<OrderOutcome>>,
    /// Of the body this waiter sent: another body under the same key is a mistake of the caller.
    pub(crate) body_hash: [u8; 32],
    _permit: OwnedSemaphorePermit,
}

/// One order and everyone who sent its key.
#[derive(Debug)]
pub(crate) struct QueuedOrder {
    pub(crate) row: Box<OrderRow>,
    pub(crate) waiters: Vec<Waiter>,
}

/// What the next flush does.
pub(crate) enum Work {
    Orders(Vec<QueuedOrder>),
    Command(Run),
}

/// A key without the body it came with.
fn identity(key: &IdempotencyKey) -> IdempotencyKey {
    IdempotencyKey {
        body_hash: [0; 32],
        ..key.clone()
    }
}

#[derive(Default)]
pub(crate) struct Queue {
    orders: VecDeque<QueuedOrder>,
    /// Where a key waits, counted from the first order ever queued.
    keys: HashMap<IdempotencyKey, usize>,
    taken: usize,
    /// Keys of the batch that is being written.
    in_flight: HashSet<IdempotencyKey>,
    commands: VecDeque<Run>,
    command_next: bool,
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Queue({} orders, {} commands)",
            self.orders.len(),
            self.commands.len()
        )
    }
}

impl Queue {
    /// Queues an order; true when its key is already under way: it waits and this caller was folded into it, or it is being
    /// written and this caller will find its answer standing.
    pub(crate) fn push_order(
        &mut self,
        row: Box<OrderRow>,
        reply: oneshot::Sender<Result<OrderOutcome>>,
        permit: OwnedSemaphorePermit,
    ) -> bool {
        let waiter = Waiter {
            reply,
            body_hash: row.key.body_hash,
            _permit: permit,
        };
        let identity = identity(&row.key);
        if let Some(waiting) = self
            .keys
            .get(&identity)
            .and_then(|n| n.checked_sub(self.taken))
            .and_then(|n| self.orders.get_mut(n))
        {
            waiting.waiters.push(waiter);
            return true;
        }
        let following = self.in_flight.contains(&identity);
        self.keys
            .insert(identity, self.taken.saturating_add(self.orders.len()));
        self.orders.push_back(QueuedOrder {
            row,
            waiters: vec![waiter],
        });
        following
    }

    pub(crate) fn push_command(&mut self, run: Run) {
        self.commands.push_back(run);
    }

    /// The batch that was being written has its answers.
    pub(crate) fn flushed(&mut self) {
        self.in_flight.clear();
    }

    /// Orders and commands take turns, so that neither starves the other.
    pub(crate) fn next(&mut self) -> Option<Work> {
        if (self.command_next || self.orders.is_empty())
            && let Some(run) = self.commands.pop_front()
        {
            self.command_next = false;
            return Some(Work::Command(run));
        }
        if self.orders.is_empty() {
            return None;
        }
        self.command_next = true;
        let batch: Vec<QueuedOrder> = self.orders.drain(..self.orders.len().min(BATCH)).collect();
        self.taken = self.taken.saturating_add(batch.len());
        self.in_flight = batch.iter().map(|q| identity(&q.row.key)).collect();
        if self.orders.is_empty() {
            self.keys.clear();
        } else {
            let taken = self.taken;
            self.keys.retain(|_, n| *n >= taken);
        }
        Some(Work::Orders(batch))
    }
}

//! The rates of one process: of its own where it is alone, lent by the shared counters where they are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

use super::Verdict;
use super::lease::{Ask, Lease, Lent, Step};
use super::quota::Quota;
use super::shards::{Kept, Shards};
use crate::keys::Subject;

#[derive(Debug)]
pub(super) struct Rates {
    subjects: Shards<Subject, Entry>,
    /// Who waits for a question that somebody else puts. Few ever do.
    waiting: Mutex<HashMap<Subject, Arc<Notify>>>,
}

#[derive(Debug, Default)]
struct Entry {
    lease: Lease,
    /// What this process counted by itself: used until then.
    used_until: u64,
}

impl Entry {
    fn kept(self) -> Kept<Self> {
        Kept {
            ends: self.lease.ends().max(self.used_until),
            value: self,
        }
    }
}

impl Rates {
    pub(super) fn new(kept: usize) -> Self {
        Self {
            subjects: Shards::new(kept),
            waiting: Mutex::default(),
        }
    }

    /// One use, counted by this process alone.
    pub(super) fn alone(&self, subject: &Subject, quota: &Quota, now: u64) -> Verdict {
        self.change(subject, now, |entry| {
            let (verdict, used_until) = quota.take(entry.used_until, 1, now);
            entry.used_until = used_until;
            verdict
        })
    }

    /// One use of what was lent, and when that has to wait, how to.
    pub(super) fn step(
        &self,
        subject: &Subject,
        quota: &Quota,
        now: u64,
    ) -> (Step, Option<OwnedNotified>) {
        self.change(subject, now, |entry| {
            let step = entry.lease.take(quota, now);
            // Registered before the shard is let go, so that the answer cannot slip by.
            let wait = matches!(step, Step::Wait | Step::Ask(_)).then(|| self.wait(subject));
            (step, wait)
        })
    }

    /// Takes in the answer to a question, and wakes who waits for it.
    pub(super) fn answered(
        &self,
        subject: &Subject,
        quota: &Quota,
        ask: Ask,
        lent: Option<Lent>,
        now: u64,
    ) {
        self.change(subject, now, |entry| {
            entry.lease.answered(ask, lent, quota, now);
        });
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wait) = waiting.remove(subject) {
            wait.notify_waiters();
        }
    }

    fn wait(&self, subject: &Subject) -> OwnedNotified {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(waiting.entry(*subject).or_default()).notified_owned()
    }

    fn change<T>(&self, subject: &Subject, now: u64, change: impl FnOnce(&mut Entry) -> T) -> T {
        self.subjects.with(subject, now, |kept| {
            let mut entry = kept.unwrap_or_default();
            let answer = change(&mut entry);
            (answer, Some(entry.kept()))
        })
    }
}

/// May be done.
pub(super) fn allowed(left: u32) -> Verdict {
    Verdict {
        allowed: true,
        remaining: left,
        retry_after: Duration::ZERO,
    }
}

/// May not be done for so many microseconds.
pub(super) fn refused(micros: u64) -> Verdict {
    Verdict {
        allowed: false,
        remaining: 0,
        retry_after: Duration::from_micros(micros),
    }
}

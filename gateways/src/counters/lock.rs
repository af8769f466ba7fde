//! So many wrong tries within a time lock for a time. A sliding log: the times of the tries, of which there are few.

use std::time::Duration;

use super::{Hit, Verdict, micros};

/// Tries that a lock may allow at most; each is kept with its time, so a handful is what this is made for. What allows
/// hundreds is a [`super::Quota`].
const MOST: u32 = 8_192;

/// So many tries within a time, then none for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lock {
    /// 1 to 8,192.
    pub(super) tries: u32,
    /// Microseconds that a try is remembered.
    pub(super) within: u64,
    /// Microseconds that the lock holds.
    pub(super) hold: u64,
}

impl Lock {
    /// `tries` (1 to 8,192) within `within`; the last of them locks for `hold`.
    #[must_use]
    pub fn new(tries: u32, within: Duration, hold: Duration) -> Self {
        Self {
            tries: tries.clamp(1, MOST),
            within: micros(within).max(1),
            hold: micros(hold).max(1),
        }
    }

    /// Half as many tries.
    pub(super) fn halved(&self) -> Self {
        Self {
            tries: self.tries.div_ceil(2),
            ..*self
        }
    }
}

/// What is kept of one lock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tries {
    /// Locked until then; 0 is not locked.
    pub(super) until: u64,
    /// When the tries were, oldest first.
    pub(super) at: Vec<u64>,
}

impl Tries {
    pub(super) fn is_empty(&self) -> bool {
        self.until == 0 && self.at.is_empty()
    }

    /// How long this must be kept, from `now`.
    pub(super) fn keep(&self, lock: &Lock, now: u64) -> u64 {
        lock.within.max(self.until.saturating_sub(now))
    }

    /// A lock that ran out takes its tries with it.
    fn end_lock(&mut self, now: u64) {
        if self.until != 0 && self.until <= now {
            *self = Self::default();
        }
    }

    fn forget_old(&mut self, lock: &Lock, now: u64) {
        self.at.retain(|at| at.saturating_add(lock.within) > now);
    }

    fn count(&self) -> u32 {
        u32::try_from(self.at.len()).unwrap_or(u32::MAX)
    }

    fn refusal(&self, now: u64) -> Option<Verdict> {
        (self.until > now).then(|| Verdict {
            allowed: false,
            remaining: 0,
            retry_after: Duration::from_micros(self.until.saturating_sub(now)),
        })
    }

    pub(super) fn peek(&mut self, lock: &Lock, now: u64) -> Verdict {
        self.end_lock(now);
        if let Some(refusal) = self.refusal(now) {
            return refusal;
        }
        self.forget_old(lock, now);
        Verdict {
            allowed: true,
            remaining: lock.tries.saturating_sub(self.count()).max(1),
            retry_after: Duration::ZERO,
        }
    }

    pub(super) fn hit(&mut self, lock: &Lock, now: u64) -> Hit {
        let verdict = self.peek(lock, now);
        if !verdict.allowed {
            return Hit { verdict, at: None };
        }
        self.at.push(now);
        if self.count() >= lock.tries {
            self.until = now.saturating_add(lock.hold);
        }
        Hit {
            verdict: Verdict {
                remaining: lock.tries.saturating_sub(self.count()),
                ..verdict
            },
            at: Some(now),
        }
    }

    pub(super) fn forgive(&mut self, lock: &Lock, at: u64, now: u64) {
        self.end_lock(now);
        let Some(place) = self.at.iter().position(|a| *a == at) else {
            return;
        };
        self.at.remove(place);
        if self.count() < lock.tries {
            self.until = 0;
        }
    }
}

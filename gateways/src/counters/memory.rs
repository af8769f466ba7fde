//! Counters in this process's memory.

use super::lock::{Lock, Tries};
use super::quota::Quota;
use super::shards::{Kept, Shards};
use super::{Hit, Verdict};
use crate::keys::Key;

#[derive(Debug)]
pub(super) struct Memory {
    counters: Shards<Key, State>,
}

#[derive(Debug)]
enum State {
    UsedUntil(u64),
    Tries(Tries),
}

impl Memory {
    pub(super) fn new(kept: usize) -> Self {
        Self {
            counters: Shards::new(kept),
        }
    }

    pub(super) fn admit(&self, key: &Key, quota: &Quota, cost: u32, now: u64) -> Verdict {
        self.counters.with(key, now, |kept| {
            let used_until = match kept {
                Some(State::UsedUntil(until)) => until,
                _ => 0,
            };
            let (verdict, until) = quota.take(used_until, cost, now);
            let keep = Kept {
                ends: until,
                value: State::UsedUntil(until),
            };
            (verdict, Some(keep))
        })
    }

    pub(super) fn hit(&self, key: &Key, lock: &Lock, now: u64) -> Hit {
        self.tries(key, lock, now, |tries| tries.hit(lock, now))
    }

    pub(super) fn peek(&self, key: &Key, lock: &Lock, now: u64) -> Verdict {
        self.tries(key, lock, now, |tries| tries.peek(lock, now))
    }

    pub(super) fn forgive(&self, key: &Key, lock: &Lock, at: u64, now: u64) {
        self.tries(key, lock, now, |tries| tries.forgive(lock, at, now));
    }

    fn tries<T>(
        &self,
        key: &Key,
        lock: &Lock,
        now: u64,
        change: impl FnOnce(&mut Tries) -> T,
    ) -> T {
        self.counters.with(key, now, |kept| {
            let mut tries = match kept {
                Some(State::Tries(tries)) => tries,
                _ => Tries::default(),
            };
            let answer = change(&mut tries);
            let keep = (!tries.is_empty()).then(|| Kept {
                ends: now.saturating_add(tries.keep(lock, now)),
                value: State::Tries(tries),
            });
            (answer, keep)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sadu_domain::ids::TenantId;

    use super::*;
    use crate::keys::CounterName;

    const NAME: CounterName = CounterName::new("test");

    #[test]
    fn a_flood_of_subjects_stays_within_bounds_and_keeps_what_lasts_longest() {
        let memory = Memory::new(1_600);
        let tenant = TenantId::new();
        let lock = Lock::new(2, Duration::from_secs(900), Duration::from_secs(900));
        let locked = Key::counter(tenant, NAME, "the locked one");
        for _ in 0..2 {
            let _ = memory.hit(&locked, &lock, 1);
        }
        let quota = Quota::new(60, Duration::from_secs(60), 60);
        for n in 0..50_000_u32 {
            let key = Key::counter(tenant, NAME, n.to_le_bytes());
            assert!(memory.admit(&key, &quota, 1, 1 + u64::from(n)).allowed);
        }
        assert!(memory.counters.len() <= 1_600, "{}", memory.counters.len());
        assert!(!memory.peek(&locked, &lock, 50_000).allowed);
    }

    #[test]
    fn what_is_forgiven_takes_no_room() {
        let memory = Memory::new(100);
        let lock = Lock::new(2, Duration::from_secs(9), Duration::from_secs(9));
        let key = Key::counter(TenantId::new(), NAME, "x");
        let hit = memory.hit(&key, &lock, 5);
        memory.forgive(&key, &lock, 5, 6);
        assert!(hit.verdict.allowed);
        assert_eq!(memory.counters.len(), 0);
    }
}

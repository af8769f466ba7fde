//! Counters in this process's memory, in shards, so that few wait for each other; bounded, so that a flood of new subjects costs
//! old counters that are about to end, not memory.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use super::lock::{Lock, Tries};
use super::quota::Quota;
use super::{Hit, Verdict};
use crate::keys::Key;

const SHARDS: usize = 16;

#[derive(Debug)]
pub(super) struct Memory {
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
    kept_each: usize,
}

#[derive(Debug, Default)]
struct Shard {
    counters: HashMap<Key, Kept>,
}

#[derive(Debug)]
struct Kept {
    /// After this it says nothing any more.
    ends: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    UsedUntil(u64),
    Tries(Tries),
}

impl Memory {
    pub(super) fn new(kept: usize) -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::default()),
            hasher: RandomState::new(),
            kept_each: kept.div_ceil(SHARDS).max(4),
        }
    }

    pub(super) fn admit(&self, key: &Key, quota: &Quota, cost: u32, now: u64) -> Verdict {
        self.with(key, now, |kept| {
            let used_until = match kept {
                Some(State::UsedUntil(until)) => until,
                _ => 0,
            };
            let (verdict, until) = quota.take(used_until, cost, now);
            (verdict, Some((until, State::UsedUntil(until))))
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
        self.with(key, now, |kept| {
            let mut tries = match kept {
                Some(State::Tries(tries)) => tries,
                _ => Tries::default(),
            };
            let answer = change(&mut tries);
            let keep = (!tries.is_empty()).then(|| {
                (
                    now.saturating_add(tries.keep(lock, now)),
                    State::Tries(tries),
                )
            });
            (answer, keep)
        })
    }

    fn with<T>(
        &self,
        key: &Key,
        now: u64,
        change: impl FnOnce(Option<State>) -> (T, Option<(u64, State)>),
    ) -> T {
        let place = usize::try_from(self.hasher.hash_one(key)).unwrap_or(usize::MAX) % SHARDS;
        let Some(shard) = self.shards.get(place) else {
            // `place` is below the number of shards.
            return change(None).0;
        };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, keep) = change(shard.counters.remove(key).map(|kept| kept.state));
        if let Some((ends, state)) = keep {
            if shard.counters.len() >= self.kept_each {
                shard.make_room(self.kept_each, now);
            }
            shard.counters.insert(key.clone(), Kept { ends, state });
        }
        answer
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.shards
            .iter()
            .map(|s| s.lock().unwrap().counters.len())
            .sum()
    }
}

impl Shard {
    /// Drops what has ended, and at least a quarter: one such sweep then pays for many insertions.
    fn make_room(&mut self, kept: usize, now: u64) {
        self.counters.retain(|_, kept| kept.ends > now);
        let room = kept.saturating_sub(kept / 4);
        let too_many = self.counters.len().saturating_sub(room);
        if too_many == 0 {
            return;
        }
        metrics::counter!("counters_evicted_total")
            .increment(u64::try_from(too_many).unwrap_or(u64::MAX));
        let mut ends: Vec<u64> = self.counters.values().map(|kept| kept.ends).collect();
        let (_, last, _) = ends.select_nth_unstable(too_many.saturating_sub(1));
        let last = *last;
        self.counters.retain(|_, kept| kept.ends > last);
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
        assert!(memory.len() <= 1_600, "{}", memory.len());
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
        assert_eq!(memory.len(), 0);
    }
}

//! A table in shards, so that few wait for each other; bounded, so that a flood of new subjects costs old entries that are about
//! to end, not memory.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Mutex, PoisonError};

const SHARDS: usize = 16;

/// What is kept of one key, and until when it says anything.
#[derive(Debug)]
pub(super) struct Kept<V> {
    pub(super) ends: u64,
    pub(super) value: V,
}

#[derive(Debug)]
pub(super) struct Shards<K, V> {
    shards: [Mutex<HashMap<K, Kept<V>>>; SHARDS],
    hasher: RandomState,
    kept_each: usize,
}

impl<K: Hash + Eq + Clone, V> Shards<K, V> {
    /// A table of at most about so many.
    pub(super) fn new(kept: usize) -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::default()),
            hasher: RandomState::new(),
            kept_each: kept.div_ceil(SHARDS).max(4),
        }
    }

    /// Changes what is kept of `key`: `change` is given what has not ended at `now`, and answers with what is to be kept.
    pub(super) fn with<T>(
        &self,
        key: &K,
        now: u64,
        change: impl FnOnce(Option<V>) -> (T, Option<Kept<V>>),
    ) -> T {
        let place = usize::try_from(self.hasher.hash_one(key) % 16).unwrap_or(0);
        let Some(shard) = self.shards.get(place) else {
            // `place` is below the number of shards.
            return change(None).0;
        };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let had = shard.remove(key).filter(|kept| kept.ends > now);
        let (answer, keep) = change(had.map(|kept| kept.value));
        if let Some(kept) = keep {
            if shard.len() >= self.kept_each {
                make_room(&mut shard, self.kept_each, now);
            }
            shard.insert(key.clone(), kept);
        }
        answer
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.shards.iter().map(|s| s.lock().unwrap().len()).sum()
    }
}

/// Drops what has ended, and at least a quarter: one such sweep then pays for many insertions.
fn make_room<K: Hash + Eq, V>(shard: &mut HashMap<K, Kept<V>>, kept: usize, now: u64) {
    shard.retain(|_, kept| kept.ends > now);
    let room = kept.saturating_sub(kept / 4);
    let too_many = shard.len().saturating_sub(room);
    if too_many == 0 {
        return;
    }
    metrics::counter!("counters_evicted_total")
        .increment(u64::try_from(too_many).unwrap_or(u64::MAX));
    let mut ends: Vec<u64> = shard.values().map(|kept| kept.ends).collect();
    let (_, last, _) = ends.select_nth_unstable(too_many.saturating_sub(1));
    let last = *last;
    shard.retain(|_, kept| kept.ends > last);
}

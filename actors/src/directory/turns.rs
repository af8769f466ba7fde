//! Whose turn it is to look something up.

use std::hash::{BuildHasher, RandomState};

use tokio::sync::{Mutex, MutexGuard};

/// One at a time for one key: a herd for one host asks once, and a flood of unknown hosts holds up nobody else's.
#[derive(Debug)]
pub(super) struct Turns {
    stripes: Vec<Mutex<()>>,
    hasher: RandomState,
}

impl Turns {
    const STRIPES: u64 = 64;

    pub(super) async fn take(&self, key: impl std::hash::Hash) -> Option<MutexGuard<'_, ()>> {
        let stripe = self.hasher.hash_one(key).checked_rem(Self::STRIPES)?;
        let mutex = self.stripes.get(usize::try_from(stripe).ok()?)?;
        Some(mutex.lock().await)
    }
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            stripes: (0..Self::STRIPES).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
        }
    }
}

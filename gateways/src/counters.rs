//! Limits and locks: how often something was done, counted across processes in Redis or within one in memory.
//!
//! [`Counters::take`] is a rate on a busy path ("60 orders a minute and address"): processes lend themselves slices of it, and
//! hardly ever ask. [`Counters::admit`] is the same, exact to the last one, at the price of a question each time ("20 sign-ins
//! in a quarter of an hour"). [`Counters::hit`] is a lock ("five wrong answers lock for a quarter of an hour"). Called by
//! `src/limits`; what the numbers are is decided there. Keys come from [`crate::keys`].
//!
//! When Redis does not answer, the process counts for itself at half the rate: several processes then admit about as much
//! together as one rule allows, nobody waits for a server that is away, and no limit is ever off.

mod lease;
mod lock;
mod memory;
mod quota;
mod rates;
mod redis;
mod shards;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use secrecy::SecretString;

pub use self::lock::Lock;
use self::memory::Memory;
pub use self::quota::Quota;
use self::rates::Rates;
use self::redis::RedisCounters;
use crate::keys::{Key, Subject};
use crate::link::{DEADLINE, InvalidUrl};

/// What a counter answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it may be done.
    pub allowed: bool,
    /// How often it may be done again right now.
    pub remaining: u32,
    /// When it is refused: how long until it may be tried again. Else zero.
    pub retry_after: Duration,
}

/// A try that was counted, to be given back with [`Counters::forgive`] when it turns out not to be a wrong one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Hit {
    /// Whether it may be tried.
    pub verdict: Verdict,
    /// When it was counted, in the counter's own microseconds; `None` when it was refused.
    at: Option<u64>,
}

/// The counters. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Counters {
    /// Of one process.
    Memory(MemoryCounters),
    /// Shared in Redis.
    Redis(RedisCounters),
}

/// The counters of one process: at most [`Self::KEPT`] of them, the ones nearest to their end go first.
#[derive(Debug, Clone)]
pub struct MemoryCounters {
    memory: Arc<Memory>,
    rates: Arc<Rates>,
    clock: Clock,
}

impl MemoryCounters {
    /// Counters kept at most.
    pub const KEPT: usize = 200_000;
}

/// What tells the time of the counters.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The process's own for counters in memory, the server's for those in Redis: processes need not agree.
    #[default]
    Real,
    /// Microseconds that somebody sets, for tests.
    Set(Arc<AtomicU64>),
}

/// How shared counters behave.
#[derive(Debug, Clone)]
pub struct CountersConfig {
    /// Longest wait for Redis, per question; then this process counts.
    pub deadline: Duration,
    /// What tells the time.
    pub clock: Clock,
}

impl Default for CountersConfig {
    fn default() -> Self {
        Self {
            deadline: DEADLINE,
            clock: Clock::Real,
        }
    }
}

/// How the counters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountersHealth {
    /// Whether they are shared now; `None` when they never are.
    pub up: Option<bool>,
    /// Questions that this process answered by itself because Redis did not, since the start.
    pub alone: u64,
    /// Slices of rates that this process asked for, since the start.
    pub asked: u64,
}

impl Clock {
    /// Now, when it is set.
    fn set(&self) -> Option<u64> {
        match self {
            Self::Real => None,
            Self::Set(now) => Some(now.load(Ordering::Relaxed)),
        }
    }
}

impl Counters {
    /// Counters of this process alone.
    #[must_use]
    pub fn memory(clock: Clock) -> Self {
        Self::Memory(MemoryCounters {
            memory: Arc::new(Memory::new(MemoryCounters::KEPT)),
            rates: Arc::new(Rates::new(MemoryCounters::KEPT)),
            clock,
        })
    }

    /// Counters shared in the Redis at `url`. They count at once, whether Redis is there or not. Needs a running tokio runtime.
    ///
    /// # Errors
    /// The address cannot be read.
    pub fn redis(url: &SecretString, config: CountersConfig) -> Result<Self, InvalidUrl> {
        Ok(Self::Redis(RedisCounters::start(url, config)?))
    }

    /// Takes `cost` of a rate: 1 for one request, more to take a slice ahead (at most the burst). A refusal takes nothing.
    pub async fn admit(&self, key: &Key, quota: &Quota, cost: u32) -> Verdict {
        match self {
            Self::Memory(m) => m.memory.admit(key, quota, cost, m.now()),
            Self::Redis(r) => r.admit(key, quota, cost).await,
        }
    }

    /// Takes one of a rate. Where the counters are shared, mostly of a slice that this process was lent before: only a subject
    /// whose slice is used up faster than the next one comes waits for Redis.
    pub async fn take(&self, subject: &Subject, quota: &Quota) -> Verdict {
        match self {
            Self::Memory(m) => m.rates.alone(subject, quota, m.now()),
            Self::Redis(r) => r.take(subject, quota).await,
        }
    }

    /// Counts a try before it is known whether it is a wrong one, so that many at once are counted as many. The last one that
    /// the lock allows sets it. A refused try is not counted and does not prolong the lock: nobody can keep another out for
    /// ever. Give a right one back with [`Self::forgive`].
    pub async fn hit(&self, key: &Key, lock: &Lock) -> Hit {
        match self {
            Self::Memory(m) => m.memory.hit(key, lock, m.now()),
            Self::Redis(r) => r.hit(key, lock).await,
        }
    }

    /// Takes a counted try back, and the lock with it if that try had set it. Repeating it changes nothing.
    pub async fn forgive(&self, key: &Key, lock: &Lock, hit: Hit) {
        let Some(at) = hit.at else { return };
        match self {
            Self::Memory(m) => m.memory.forgive(key, lock, at, m.now()),
            Self::Redis(r) => r.forgive(key, lock, at).await,
        }
    }

    /// What [`Self::hit`] would answer, without counting.
    pub async fn peek(&self, key: &Key, lock: &Lock) -> Verdict {
        match self {
            Self::Memory(m) => m.memory.peek(key, lock, m.now()),
            Self::Redis(r) => r.peek(key, lock).await,
        }
    }

    /// How the counters are now.
    #[must_use]
    pub fn health(&self) -> CountersHealth {
        match self {
            Self::Memory(_) => CountersHealth {
                up: None,
                alone: 0,
                asked: 0,
            },
            Self::Redis(r) => r.health(),
        }
    }
}

impl MemoryCounters {
    fn now(&self) -> u64 {
        self.clock.set().unwrap_or_else(monotonic)
    }
}

/// Microseconds that never go back, of this process.
fn monotonic() -> u64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    micros(START.get_or_init(Instant::now).elapsed())
}

/// Longest time that is counted with: a year. Keeps all sums far below what a double holds exactly.
const LONGEST: u64 = 365 * 24 * 3600 * 1_000_000;

/// In whole microseconds, at most a year.
fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros())
        .unwrap_or(u64::MAX)
        .min(LONGEST)
}

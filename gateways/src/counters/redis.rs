//! Counters in Redis: one small script each, run where the counter is, on the server's clock. Every key has an end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use redis::{Cmd, ErrorKind, FromRedisValue, RedisResult, Script, ServerErrorKind};
use secrecy::SecretString;
use tokio::sync::futures::OwnedNotified;

use super::lease::{Ask, Lent, Step};
use super::memory::Memory;
use super::rates::{Rates, allowed, refused};
use super::{
    Clock, CountersConfig, CountersHealth, Hit, Lock, MemoryCounters, Quota, Verdict, monotonic,
};
use crate::keys::{Key, Subject};
use crate::link::{InvalidUrl, Link};

/// After a call without an answer Redis is not asked for this long, in microseconds: one caller waits, not all.
const LEAVE_ALONE: u64 = 250_000;

/// How often who waits for a slice is overtaken before this process counts for itself.
const ROUNDS: usize = 64;

/// A question for a slice under way. However it ends, who waits for it is told.
struct Pending {
    counters: RedisCounters,
    subject: Subject,
    quota: Quota,
    ask: Ask,
    lent: Option<Lent>,
}

impl Pending {
    fn take_in(&mut self, answer: Option<(u32, u64)>) {
        self.lent = answer.map(|(lent, more_in)| Lent { lent, more_in });
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        let now = self.counters.own_now();
        let Self {
            subject,
            quota,
            ask,
            lent,
            ..
        } = self;
        (self.counters.0.rates).answered(subject, quota, *ask, *lent, now);
    }
}

/// Counters shared in Redis, with those of this process to fall back on. Cheap to clone.
#[derive(Debug, Clone)]
pub struct RedisCounters(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    link: Link,
    admit: Source,
    lease: Source,
    lock: Source,
    clock: Clock,
    fallback: Memory,
    rates: Rates,
    /// By the monotonic clock.
    ask_after: AtomicU64,
    alone: AtomicU64,
    asked: AtomicU64,
}

/// A script and its hash.
#[derive(Debug)]
struct Source {
    text: &'static str,
    hash: String,
}

impl Source {
    fn new(text: &'static str) -> Self {
        let hash = Script::new(text).get_hash().to_owned();
        Self { text, hash }
    }

    fn command(&self, by_hash: bool, key: &Key, args: &[String]) -> Cmd {
        let mut cmd = Cmd::new();
        if by_hash {
            cmd.arg("EVALSHA").arg(&self.hash);
        } else {
            cmd.arg("EVAL").arg(self.text);
        }
        cmd.arg(1).arg(key.as_str()).arg(args);
        cmd
    }
}

impl RedisCounters {
    pub(super) fn start(url: &SecretString, config: CountersConfig) -> Result<Self, InvalidUrl> {
        Ok(Self(Arc::new(Inner {
            link: Link::start(url, "counters_up", config.deadline, Arc::new(|_| {}))?,
            admit: Source::new(include_str!("admit.lua")),
            lease: Source::new(include_str!("lease.lua")),
            lock: Source::new(include_str!("lock.lua")),
            clock: config.clock,
            fallback: Memory::new(MemoryCounters::KEPT),
            rates: Rates::new(MemoryCounters::KEPT),
            ask_after: AtomicU64::new(0),
            alone: AtomicU64::new(0),
            asked: AtomicU64::new(0),
        })))
    }

    pub(super) fn health(&self) -> CountersHealth {
        CountersHealth {
            up: Some(self.0.link.is_up()),
            alone: self.0.alone.load(Ordering::Relaxed),
            asked: self.0.asked.load(Ordering::Relaxed),
        }
    }

    pub(super) async fn admit(&self, key: &Key, quota: &Quota, cost: u32) -> Verdict {
        let args = [
            quota.interval.to_string(),
            quota.burst.to_string(),
            cost.to_string(),
            self.now_or_servers(),
        ];
        match self.ask(&self.0.admit, key, &args).await {
            Some((allowed, remaining, micros)) => verdict(allowed, remaining, micros),
            None => self
                .0
                .fallback
                .admit(key, &quota.halved(), cost, self.own_now()),
        }
    }

    pub(super) async fn take(&self, subject: &Subject, quota: &Quota) -> Verdict {
        // Nobody waits who finds a slice, and the future of who does is small.
        let (step, wait) = self.0.rates.step(subject, quota, self.own_now());
        match step {
            Step::Admit { left, ask } => {
                if let Some(ask) = ask {
                    self.borrow(*subject, *quota, ask);
                }
                allowed(left)
            }
            Step::Refuse(micros) => refused(micros),
            Step::Ask(_) | Step::Wait => {
                Box::pin(self.take_later(subject, quota, step, wait)).await
            }
        }
    }

    async fn take_later(
        &self,
        subject: &Subject,
        quota: &Quota,
        mut step: Step,
        mut wait: Option<OwnedNotified>,
    ) -> Verdict {
        // Each answer serves at least one who waits; who was overtaken this often is better served by this process alone.
        for _ in 0..ROUNDS {
            match step {
                Step::Admit { left, ask } => {
                    if let Some(ask) = ask {
                        self.borrow(*subject, *quota, ask);
                    }
                    return allowed(left);
                }
                Step::Refuse(micros) => return refused(micros),
                Step::Ask(ask) => self.borrow(*subject, *quota, ask),
                Step::Wait => {}
            }
            if let Some(wait) = wait {
                wait.await;
            }
            if !self.is_asked() {
                return self.take_alone(subject, quota);
            }
            (step, wait) = self.0.rates.step(subject, quota, self.own_now());
        }
        if let Step::Ask(ask) = step {
            // Nobody puts this one any more.
            let now = self.own_now();
            self.0.rates.answered(subject, quota, ask, None, now);
        }
        self.take_alone(subject, quota)
    }

    fn take_alone(&self, subject: &Subject, quota: &Quota) -> Verdict {
        let half = quota.halved();
        self.0.rates.alone(subject, &half, self.own_now())
    }

    /// Asks for a slice, in a task of its own: who wanted it may be gone before the answer comes.
    fn borrow(&self, subject: Subject, quota: Quota, ask: Ask) {
        let mut pending = Pending {
            counters: self.clone(),
            subject,
            quota,
            ask,
            lent: None,
        };
        if !self.is_asked() {
            self.note_alone();
            return;
        }
        self.0.asked.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(async move {
            let args = [
                quota.interval.to_string(),
                quota.burst.to_string(),
                ask.wanted.to_string(),
                ask.owed.to_string(),
                pending.counters.now_or_servers(),
            ];
            let key = subject.key();
            let counters = pending.counters.clone();
            let answer: Option<(u32, u64)> = counters.ask(&counters.0.lease, &key, &args).await;
            pending.take_in(answer);
        });
    }

    /// Whether Redis is asked at this moment.
    fn is_asked(&self) -> bool {
        self.0.link.is_up() && self.0.ask_after.load(Ordering::Relaxed) <= monotonic()
    }

    fn note_alone(&self) {
        self.0.alone.fetch_add(1, Ordering::Relaxed);
        metrics::counter!("counters_fallback_total").increment(1);
    }

    pub(super) async fn hit(&self, key: &Key, lock: &Lock) -> Hit {
        match self.tries("hit", key, lock, "").await {
            Some((verdict, at)) => Hit {
                verdict,
                at: at.parse().ok(),
            },
            None => self.0.fallback.hit(key, &lock.halved(), self.own_now()),
        }
    }

    pub(super) async fn peek(&self, key: &Key, lock: &Lock) -> Verdict {
        match self.tries("peek", key, lock, "").await {
            Some((verdict, _)) => verdict,
            None => self.0.fallback.peek(key, &lock.halved(), self.own_now()),
        }
    }

    pub(super) async fn forgive(&self, key: &Key, lock: &Lock, at: u64) {
        // Where it was counted is where it is found; the two clocks have no number in common.
        self.0
            .fallback
            .forgive(key, &lock.halved(), at, self.own_now());
        let _ = self.tries("forgive", key, lock, &at.to_string()).await;
    }

    async fn tries(
        &self,
        what: &str,
        key: &Key,
        lock: &Lock,
        at: &str,
    ) -> Option<(Verdict, String)> {
        let args = [
            what.to_owned(),
            lock.tries.to_string(),
            lock.within.to_string(),
            lock.hold.to_string(),
            self.now_or_servers(),
            at.to_owned(),
        ];
        let (allowed, remaining, micros, at) = self.ask(&self.0.lock, key, &args).await?;
        Some((verdict(allowed, remaining, micros), at))
    }

    /// Runs the script; `None` when Redis is away, silent or unwilling: then this process counts for itself.
    async fn ask<T: FromRedisValue>(
        &self,
        source: &Source,
        key: &Key,
        args: &[String],
    ) -> Option<T> {
        let answer = self.try_ask(source, key, args).await;
        if answer.is_none() {
            self.note_alone();
        }
        answer
    }

    async fn try_ask<T: FromRedisValue>(
        &self,
        source: &Source,
        key: &Key,
        args: &[String],
    ) -> Option<T> {
        if self.0.ask_after.load(Ordering::Relaxed) > monotonic() {
            return None;
        }
        let connection = self.0.link.connection()?;
        let mut answer: RedisResult<T> = connection.call(&source.command(true, key, args)).await;
        if matches!(&answer, Err(e) if e.kind() == ErrorKind::Server(ServerErrorKind::NoScript)) {
            answer = connection.call(&source.command(false, key, args)).await;
        }
        match answer {
            Ok(answer) => Some(answer),
            Err(error) => {
                let until = monotonic().saturating_add(LEAVE_ALONE);
                self.0.ask_after.store(until, Ordering::Relaxed);
                tracing::debug!(error = %error, "redis did not count; this process does");
                None
            }
        }
    }

    /// Empty where the server's clock is to be used.
    fn now_or_servers(&self) -> String {
        self.0
            .clock
            .set()
            .map(|now| now.to_string())
            .unwrap_or_default()
    }

    fn own_now(&self) -> u64 {
        self.0.clock.set().unwrap_or_else(monotonic)
    }
}

fn verdict(allowed: bool, remaining: u32, micros: u64) -> Verdict {
    Verdict {
        allowed,
        remaining,
        retry_after: Duration::from_micros(micros),
    }
}

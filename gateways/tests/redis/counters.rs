//! Limits and locks, in memory and in a real Redis, held against one plain model; and what they do when Redis is away.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::support::{RedisServer, patient, until};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use sadu_domain::ids::TenantId;
use sadu_gateways::counters::{Clock, Counters, CountersConfig, Hit, Lock, Quota};
use sadu_gateways::keys::{CounterName, Key, Owner};

const NAME: CounterName = CounterName::new("test");
const SOON: Duration = Duration::from_secs(10);
const MINUTE: Duration = Duration::from_secs(60);
const START: u64 = 1_795_000_000_000_000;

fn look_up() -> Lock {
    Lock::new(5, 15 * MINUTE, 15 * MINUTE)
}

/// What is done to one of three subjects, and how long after the step before.
#[derive(Debug, Clone)]
struct Step {
    after: u64,
    subject: u8,
    act: Act,
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Admit {
        cost: u32,
    },
    Hit,
    Peek,
    /// Of the tries counted so far, this one, modulo their number.
    Forgive {
        which: usize,
    },
}

#[derive(Debug, Clone)]
struct Case {
    quota: (u32, u64, u32),
    lock: (u32, u64, u64),
    steps: Vec<Step>,
}

fn cases() -> impl Strategy<Value = Case> {
    let act = prop_oneof![
        4 => (1_u32..4).prop_map(|cost| Act::Admit { cost }),
        4 => Just(Act::Hit),
        1 => Just(Act::Peek),
        1 => any::<usize>().prop_map(|which| Act::Forgive { which }),
    ];
    let after = prop_oneof![2 => Just(0_u64), 6 => 0_u64..500_000, 2 => 0_u64..10_000_000];
    let step = (after, 0_u8..3, act).prop_map(|(after, subject, act)| Step {
        after,
        subject,
        act,
    });
    (
        (1_u32..20, 1_000_u64..5_000_000, 3_u32..9),
        (1_u32..7, 1_000_u64..5_000_000, 1_000_u64..5_000_000),
        prop::collection::vec(step, 1..60),
    )
        .prop_map(|(quota, lock, steps)| Case { quota, lock, steps })
}

/// A bucket that fills with time, measured in microseconds of filling; and every try ever counted.
struct Model {
    interval: u64,
    burst: u64,
    buckets: HashMap<u8, (u64, u64)>,
    tries: u64,
    within: u64,
    hold: u64,
    /// Of each subject: counted tries of the present round, and the lock they set.
    rounds: HashMap<u8, (Vec<u64>, Option<u64>)>,
}

type Answer = (bool, u64, u64);

impl Model {
    fn new(case: &Case) -> Self {
        let (count, per, burst) = case.quota;
        let (tries, within, hold) = case.lock;
        Self {
            interval: per / u64::from(count),
            burst: u64::from(burst),
            buckets: HashMap::new(),
            tries: u64::from(tries),
            within,
            hold,
            rounds: HashMap::new(),
        }
    }

    fn admit(&mut self, subject: u8, cost: u64, now: u64) -> Answer {
        let full = self.burst * self.interval;
        let (level, seen) = self.buckets.entry(subject).or_insert((full, now));
        *level = full.min(*level + (now - *seen));
        *seen = now;
        let wanted = cost.min(self.burst) * self.interval;
        if *level < wanted {
            return (false, *level / self.interval, wanted - *level);
        }
        *level -= wanted;
        (true, *level / self.interval, 0)
    }

    fn round(&mut self, subject: u8, now: u64) -> &mut (Vec<u64>, Option<u64>) {
        let round = self.rounds.entry(subject).or_default();
        if round.1.is_some_and(|until| now >= until) {
            *round = (Vec::new(), None);
        }
        round
    }

    fn recent(&mut self, subject: u8, now: u64) -> u64 {
        let within = self.within;
        let (tries, _) = self.round(subject, now);
        tries.iter().filter(|at| now < *at + within).count() as u64
    }

    fn look(&mut self, subject: u8, now: u64) -> Answer {
        if let Some(until) = self.round(subject, now).1 {
            return (false, 0, until - now);
        }
        let recent = self.recent(subject, now);
        (true, self.tries.saturating_sub(recent).max(1), 0)
    }

    fn hit(&mut self, subject: u8, now: u64) -> Answer {
        let look = self.look(subject, now);
        if !look.0 {
            return look;
        }
        let within = self.within;
        self.round(subject, now).0.retain(|at| now < *at + within);
        self.round(subject, now).0.push(now);
        let recent = self.recent(subject, now);
        if recent >= self.tries {
            self.round(subject, now).1 = Some(now + self.hold);
        }
        (true, self.tries.saturating_sub(recent), 0)
    }

    fn forgive(&mut self, subject: u8, at: u64, now: u64) {
        let tries = self.tries;
        let round = self.round(subject, now);
        if let Some(place) = round.0.iter().position(|a| *a == at) {
            round.0.remove(place);
            if (round.0.len() as u64) < tries {
                round.1 = None;
            }
        }
    }
}

/// Runs the steps on the counters and on the model.
async fn compare(counters: &Counters, clock: &AtomicU64, case: &Case) -> Result<(), TestCaseError> {
    let tenant = TenantId::new();
    let (count, per, burst) = case.quota;
    let quota = Quota::new(count, Duration::from_micros(per), burst);
    let (tries, within, hold) = case.lock;
    let lock = Lock::new(
        tries,
        Duration::from_micros(within),
        Duration::from_micros(hold),
    );
    let mut model = Model::new(case);
    let mut hits: Vec<(u8, u64, Hit)> = Vec::new();
    let mut now = START;
    let micros = |d: Duration| d.as_micros() as u64;
    for (n, step) in case.steps.iter().enumerate() {
        now += step.after;
        clock.store(now, Ordering::Relaxed);
        let subject = step.subject;
        let rate = Key::counter(tenant, CounterName::new("rate"), [subject]);
        let key = Key::counter(tenant, NAME, [subject]);
        let (verdict, expected) = match step.act {
            Act::Admit { cost } => (
                counters.admit(&rate, &quota, cost).await,
                model.admit(subject, u64::from(cost), now),
            ),
            Act::Peek => (counters.peek(&key, &lock).await, model.look(subject, now)),
            Act::Hit => {
                let hit = counters.hit(&key, &lock).await;
                if hit.verdict.allowed {
                    hits.push((subject, now, hit));
                }
                (hit.verdict, model.hit(subject, now))
            }
            Act::Forgive { which } => {
                if !hits.is_empty() {
                    let (subject, at, hit) = hits[which % hits.len()];
                    let key = Key::counter(tenant, NAME, [subject]);
                    counters.forgive(&key, &lock, hit).await;
                    model.forgive(subject, at, now);
                }
                continue;
            }
        };
        let got = (
            verdict.allowed,
            u64::from(verdict.remaining),
            micros(verdict.retry_after),
        );
        prop_assert_eq!(got, expected, "step {} of {:?}", n, case);
    }
    Ok(())
}

fn check(
    cases_run: u32,
    counters: &Counters,
    clock: &AtomicU64,
    runtime: &tokio::runtime::Runtime,
) {
    let config = ProptestConfig {
        cases: cases_run,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    TestRunner::new(config)
        .run(&cases(), |case| {
            runtime.block_on(compare(counters, clock, &case))
        })
        .unwrap();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn counters_in_memory_are_as_the_model() {
    let now = Arc::new(AtomicU64::new(START));
    let counters = Counters::memory(Clock::Set(now.clone()));
    check(400, &counters, &now, &runtime());
}

#[test]
fn counters_in_redis_are_as_the_model() {
    let server = RedisServer::start();
    let runtime = runtime();
    let now = Arc::new(AtomicU64::new(START));
    let counters = runtime.block_on(async {
        let counters = Counters::redis(
            &server.url(),
            CountersConfig {
                clock: Clock::Set(now.clone()),
                ..patient()
            },
        )
        .unwrap();
        until("Redis is there", SOON, || {
            counters.health().up == Some(true)
        })
        .await;
        counters
    });
    check(60, &counters, &now, &runtime);
    assert_eq!(counters.health().alone, 0, "nothing was counted elsewhere");
    let keys = server.say("DBSIZE");
    assert!(!keys.starts_with(":0\r"), "{keys}");
}

async fn shared(server: &RedisServer) -> Counters {
    shared_with(server, patient()).await
}

async fn shared_with(server: &RedisServer, config: CountersConfig) -> Counters {
    let counters = Counters::redis(&server.url(), config).unwrap();
    until("Redis is there", SOON, || {
        counters.health().up == Some(true)
    })
    .await;
    counters
}

#[tokio::test]
async fn processes_count_together_and_many_at_once_are_as_many() {
    let server = RedisServer::start();
    let (a, b) = (shared(&server).await, shared(&server).await);
    let tenant = TenantId::new();
    let key = Key::counter(tenant, NAME, "NKH-229-5041-781");
    let tries = (0..100).map(|n| {
        let counters = if n % 2 == 0 { a.clone() } else { b.clone() };
        let key = key.clone();
        tokio::spawn(async move { counters.hit(&key, &look_up()).await })
    });
    let mut allowed = Vec::new();
    for hit in futures::future::join_all(tries).await {
        let hit = hit.unwrap();
        if hit.verdict.allowed {
            allowed.push(hit);
        }
    }
    assert_eq!(allowed.len(), 5);
    let locked = b.peek(&key, &look_up()).await;
    assert!(!locked.allowed);
    assert!(locked.retry_after > 14 * MINUTE && locked.retry_after <= 15 * MINUTE);
    // One of them was right after all.
    a.forgive(&key, &look_up(), allowed[0]).await;
    assert!(b.peek(&key, &look_up()).await.allowed);
    // Another tenant's reference of the same spelling is another's.
    let other = Key::counter(TenantId::new(), NAME, "NKH-229-5041-781");
    assert_eq!(b.peek(&other, &look_up()).await.remaining, 5);
}

#[tokio::test]
async fn every_key_has_an_end() {
    let server = RedisServer::start();
    let counters = shared(&server).await;
    let quota = Quota::new(60, MINUTE, 60);
    let locks = [
        look_up(),
        Lock::new(20, 24 * 60 * MINUTE, 24 * 60 * MINUTE),
        Lock::new(1, MINUTE, 60 * MINUTE),
    ];
    let mut keys = Vec::new();
    for (n, lock) in locks.iter().enumerate() {
        for owner in [Owner::Platform, TenantId::new().into()] {
            let (rate, key) = (
                Key::counter(owner, CounterName::new("rate"), [n as u8]),
                Key::counter(owner, NAME, [n as u8]),
            );
            assert!(counters.admit(&rate, &quota, 1).await.allowed);
            assert!(counters.hit(&key, lock).await.verdict.allowed);
            keys.extend([rate, key]);
        }
    }
    assert_eq!(server.say("DBSIZE"), format!(":{}\r\n", keys.len()));
    for key in &keys {
        let ttl = server.say(&format!("PTTL {}", key.as_str()));
        let ttl: i64 = ttl.trim_start_matches(':').trim().parse().unwrap();
        assert!(ttl > 0 && ttl <= 24 * 3600 * 1000, "{key:?} {ttl}");
    }
}

#[tokio::test]
async fn without_redis_a_process_counts_at_half_the_rate_and_does_not_wait() {
    let mut server = RedisServer::start();
    let counters = shared_with(&server, CountersConfig::default()).await;
    let quota = Quota::new(60, MINUTE, 60);
    let tenant = TenantId::new();
    let key = Key::counter(tenant, CounterName::new("rate"), "192.0.2.1");
    let lock_key = Key::counter(tenant, NAME, "192.0.2.1");
    let admitted = async |n: u32| {
        let mut admitted = 0;
        for _ in 0..n {
            admitted += u32::from(counters.admit(&key, &quota, 1).await.allowed);
        }
        admitted
    };

    server.freeze();
    let begun = Instant::now();
    let during = admitted(1_000).await;
    // Half of sixty, and what half a rate lets through while it runs.
    assert!((30..=33).contains(&during), "{during}");
    assert!(
        begun.elapsed() < Duration::from_millis(1_500),
        "{:?}",
        begun.elapsed()
    );
    server.thaw();
    server.crash();
    until("Redis is away", SOON, || {
        counters.health().up == Some(false)
    })
    .await;
    let mut wrong = Vec::new();
    for _ in 0..5 {
        wrong.push(counters.hit(&lock_key, &look_up()).await);
    }
    let allowed = wrong.iter().filter(|h| h.verdict.allowed).count();
    assert_eq!(allowed, 3, "half of five, rounded up");
    counters.forgive(&lock_key, &look_up(), wrong[0]).await;
    assert!(counters.peek(&lock_key, &look_up()).await.allowed);

    server.come_up();
    until("Redis is back", SOON, || counters.health().up == Some(true)).await;
    // Redis knows nothing of the key, so the whole burst is there again; a late answer now and then is counted elsewhere.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(admitted(1_000).await >= 60, "the whole rate again");
    assert!(counters.health().alone >= 1_000);
}

#[tokio::test]
async fn redis_that_is_emptied_or_restarted_counts_on() {
    let mut server = RedisServer::start();
    let counters = shared(&server).await;
    let key = Key::counter(TenantId::new(), NAME, "x");
    for _ in 0..5 {
        assert!(counters.hit(&key, &look_up()).await.verdict.allowed);
    }
    assert!(!counters.hit(&key, &look_up()).await.verdict.allowed);
    assert!(server.say("FLUSHALL").starts_with("+OK"));
    assert!(server.say("SCRIPT FLUSH").starts_with("+OK"));
    assert_eq!(counters.hit(&key, &look_up()).await.verdict.remaining, 4);
    server.crash();
    until("Redis is away", SOON, || {
        counters.health().up == Some(false)
    })
    .await;
    server.come_up();
    until("Redis is back", SOON, || counters.health().up == Some(true)).await;
    assert_eq!(counters.hit(&key, &look_up()).await.verdict.remaining, 4);
    assert!(!server.say("DBSIZE").starts_with(":0\r"));
}

/// A value that is not ours neither admits nor fails: it is replaced.
#[tokio::test]
async fn a_broken_value_is_replaced() {
    let server = RedisServer::start();
    let counters = shared(&server).await;
    let key = Key::counter(TenantId::new(), NAME, "x");
    assert!(
        server
            .say(&format!("SET {} rubbish", key.as_str()))
            .starts_with("+OK")
    );
    assert_eq!(counters.hit(&key, &look_up()).await.verdict.remaining, 4);
    let rate = Key::counter(TenantId::new(), NAME, "y");
    assert!(
        server
            .say(&format!("SET {} rubbish", rate.as_str()))
            .starts_with("+OK")
    );
    let quota = Quota::new(1, MINUTE, 2);
    assert_eq!(counters.admit(&rate, &quota, 1).await.remaining, 1);
}

#[tokio::test]
async fn numbers_at_the_edge_do_not_open_a_limit() {
    let memory = Counters::memory(Clock::Real);
    let server = RedisServer::start();
    let redis = shared(&server).await;
    for counters in [&memory, &redis] {
        let tenant = TenantId::new();
        let zero = Quota::new(0, Duration::ZERO, 0);
        let key = Key::counter(tenant, NAME, "zero");
        assert!(counters.admit(&key, &zero, 1).await.allowed);
        assert!(!counters.admit(&key, &zero, 1).await.allowed);
        let huge = Quota::new(1, Duration::MAX, u32::MAX);
        let key = Key::counter(tenant, NAME, "huge");
        assert!(counters.admit(&key, &huge, u32::MAX).await.allowed);
        assert!(!counters.admit(&key, &huge, u32::MAX).await.allowed);
        let lock = Lock::new(0, Duration::ZERO, Duration::MAX);
        let key = Key::counter(tenant, NAME, "lock");
        assert!(counters.hit(&key, &lock).await.verdict.allowed);
        assert!(!counters.hit(&key, &lock).await.verdict.allowed);
    }
}

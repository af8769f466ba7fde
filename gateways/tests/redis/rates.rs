//! Rates that two processes take in slices from one real Redis: how much they admit together, how seldom they ask, and what
//! they do without it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sadu_domain::ids::TenantId;
use sadu_gateways::counters::{Clock, Counters, CountersConfig, Quota};
use sadu_gateways::keys::{CounterName, Subject, Who};

use crate::support::{RedisServer, patient, until};

const NAME: CounterName = CounterName::new("rate");
const SOON: Duration = Duration::from_secs(10);
const START: u64 = 1_795_000_000_000_000;

fn everybody() -> Subject {
    Subject {
        owner: TenantId::new().into(),
        name: NAME,
        who: Who::All,
    }
}

fn address(last: u8) -> Subject {
    Subject {
        who: Who::Address([192, 0, 2, last].into()),
        ..everybody()
    }
}

async fn shared(server: &RedisServer, config: CountersConfig) -> Counters {
    let counters = Counters::redis(&server.url(), config).unwrap();
    until("Redis is there", SOON, || {
        counters.health().up == Some(true)
    })
    .await;
    counters
}

async fn admitted(counters: &Counters, subject: &Subject, quota: &Quota, tries: u32) -> u32 {
    let mut admitted = 0;
    for _ in 0..tries {
        admitted += u32::from(counters.take(subject, quota).await.allowed);
    }
    admitted
}

/// Ten seconds of a flood at twenty times a tenant's rate, on a clock that the test sets.
#[tokio::test]
async fn two_processes_admit_one_rate_and_ask_once_for_many() {
    let server = RedisServer::start();
    let now = Arc::new(AtomicU64::new(START));
    let config = CountersConfig {
        clock: Clock::Set(now.clone()),
        ..patient()
    };
    let pair = [
        shared(&server, config.clone()).await,
        shared(&server, config).await,
    ];
    let (quota, subject) = (Quota::new(50, Duration::from_secs(1), 200), everybody());
    let (seconds, each) = (10_u64, 1_000_u64);
    let mut total = 0;
    for n in 0..seconds * each {
        now.store(START + n * 1_000_000 / each, Ordering::Relaxed);
        total += u64::from(pair[(n % 2) as usize].take(&subject, &quota).await.allowed);
    }
    let rate = 200 + 50 * seconds;
    let asked: u64 = pair.iter().map(|c| c.health().asked).sum();
    println!(
        "{total} admitted of a rate of {rate}, {asked} questions for {} uses",
        seconds * each
    );
    assert!(total * 100 <= rate * 102, "{total} of {rate}");
    assert!(total * 100 >= rate * 90, "{total} of {rate}");
    assert!(asked * 50 <= seconds * each, "{asked} questions");
    assert!(pair.iter().all(|c| c.health().alone == 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_wait_for_one_slice_and_are_no_more_than_the_burst() {
    let server = RedisServer::start();
    let pair = [
        shared(&server, patient()).await,
        shared(&server, patient()).await,
    ];
    let (quota, subject) = (Quota::new(1, Duration::from_secs(3_600), 40), everybody());
    let tries = (0..400_usize).map(|n| {
        let (counters, quota) = (pair[n % 2].clone(), quota);
        tokio::spawn(async move { counters.take(&subject, &quota).await })
    });
    let answers = futures::future::join_all(tries).await;
    let (yes, no): (Vec<_>, Vec<_>) = answers
        .into_iter()
        .map(Result::unwrap)
        .partition(|v| v.allowed);
    // What one process was lent last is perhaps left over there; more than the burst there never is.
    assert!((20..=40).contains(&yes.len()), "{}", yes.len());
    assert!(no.iter().all(|v| v.retry_after > Duration::from_secs(1)));
    assert!(pair.iter().all(|c| c.health().alone == 0));
}

#[tokio::test]
async fn a_single_process_gets_the_whole_rate_to_the_last_one() {
    let server = RedisServer::start();
    let counters = shared(&server, patient()).await;
    let quota = Quota::new(60, Duration::from_secs(24 * 3_600), 60);
    for subject in [address(1), address(2), everybody()] {
        assert_eq!(admitted(&counters, &subject, &quota, 200).await, 60);
        let refused = counters.take(&subject, &quota).await;
        assert!(!refused.allowed && refused.retry_after > Duration::from_secs(1));
    }
}

#[tokio::test]
async fn who_asks_once_never_waits_for_redis() {
    let server = RedisServer::start();
    let counters = shared(&server, patient()).await;
    let quota = Quota::new(60, Duration::from_secs(60), 60);
    server.freeze();
    let begun = Instant::now();
    for last in 0..200 {
        assert!(counters.take(&address(last), &quota).await.allowed);
    }
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "nobody was asked"
    );
    assert_eq!(counters.health().asked, 0);
    server.thaw();
}

#[tokio::test]
async fn without_redis_a_process_takes_half_the_rate() {
    let mut server = RedisServer::start();
    let counters = shared(&server, CountersConfig::default()).await;
    let quota = Quota::new(60, Duration::from_secs(3_600), 60);
    server.freeze();
    // Half of sixty, and one that nobody has to ask for.
    assert_eq!(admitted(&counters, &everybody(), &quota, 500).await, 31);
    server.thaw();
    server.crash();
    until("Redis is away", SOON, || {
        counters.health().up == Some(false)
    })
    .await;
    let subject = everybody();
    assert_eq!(admitted(&counters, &subject, &quota, 500).await, 31);
    let refused = counters.take(&subject, &quota).await;
    assert!(
        refused.retry_after > Duration::from_secs(60),
        "at half the rate"
    );
    server.come_up();
    until("Redis is back", SOON, || counters.health().up == Some(true)).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(admitted(&counters, &everybody(), &quota, 500).await, 60);
}

//! The bus over a real Redis: who hears what, and what happens when Redis goes away.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use crate::support::{RedisServer, patient, until};
use sadu_domain::ids::TenantId;
use sadu_gateways::bus::{Bus, BusNews};
use sadu_gateways::counters::{Counters, Lock, Quota};
use sadu_gateways::keys::{CounterName, Key};
use secrecy::SecretString;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;
use uuid::Uuid;

/// For what must happen; generous, because other tests share the machine.
const SOON: Duration = Duration::from_secs(10);
/// How long after a restart of Redis news may stay away.
const BACK: Duration = Duration::from_secs(2);
/// Long enough for anything that is wrongly sent to arrive.
const QUIET: Duration = Duration::from_millis(150);

/// What is said arrives at least once: a word whose answer was late is said again.
struct Process {
    bus: Bus,
    news: Receiver<BusNews>,
    heard: HashSet<BusNews>,
}

impl Process {
    fn start(server: &RedisServer) -> Self {
        Self::start_at(&server.url())
    }

    fn start_at(url: &SecretString) -> Self {
        let (bus, news) = Bus::redis(url).unwrap();
        Self {
            bus,
            news,
            heard: HashSet::new(),
        }
    }

    async fn up(server: &RedisServer) -> Self {
        let process = Self::start(server);
        process.until_up().await;
        process
    }

    async fn until_up(&self) {
        until("the bus is up", SOON, || self.bus.health().up == Some(true)).await;
    }

    async fn until_down(&self) {
        until("the bus is down", SOON, || {
            self.bus.health().up == Some(false)
        })
        .await;
    }

    /// The next news that was not heard before.
    async fn hear(&mut self) -> BusNews {
        loop {
            let heard = timeout(SOON, self.news.recv()).await.expect("news");
            let heard = heard.expect("the bus runs");
            if self.heard.insert(heard) {
                return heard;
            }
        }
    }

    async fn hears_nothing(&mut self) {
        while let Ok(heard) = timeout(QUIET, self.news.recv()).await {
            assert!(self.heard.contains(&heard.unwrap()), "{heard:?}");
        }
    }
}

/// Waits until the server knows `n` listeners of the tenant.
async fn listeners(server: &RedisServer, tenant: TenantId, n: usize) {
    let (question, answer) = (
        format!("PUBSUB NUMSUB {}", Key::events(tenant).as_str()),
        format!(":{n}\r\n"),
    );
    until("the listeners are there", SOON, || {
        server.say(&question).ends_with(&answer)
    })
    .await;
}

#[tokio::test]
async fn the_others_hear_of_a_commit_and_its_own_process_does_not() {
    let server = RedisServer::start();
    let (mut a, mut b) = (Process::up(&server).await, Process::up(&server).await);
    let tenant = TenantId::new();
    a.bus.watch(tenant);
    b.bus.watch(tenant);
    listeners(&server, tenant, 2).await;

    a.bus.publish(tenant, 7, &[]);
    assert_eq!(b.hear().await, BusNews { tenant, seq: 7 });
    a.hears_nothing().await;

    b.bus.publish(tenant, 8, &[]);
    assert_eq!(a.hear().await, BusNews { tenant, seq: 8 });
    b.hears_nothing().await;
}

#[tokio::test]
async fn only_tenants_that_are_watched_are_heard() {
    let server = RedisServer::start();
    let (a, mut b) = (Process::up(&server).await, Process::up(&server).await);
    let (ours, theirs) = (TenantId::new(), TenantId::new());
    b.bus.watch(ours);
    listeners(&server, ours, 1).await;
    a.bus.publish(theirs, 1, &[]);
    a.bus.publish(ours, 2, &[]);
    assert_eq!(
        b.hear().await,
        BusNews {
            tenant: ours,
            seq: 2
        }
    );
    b.hears_nothing().await;

    b.bus.unwatch(ours);
    listeners(&server, ours, 0).await;
    a.bus.publish(ours, 3, &[]);
    b.hears_nothing().await;

    // On and off and on again ends as on.
    b.bus.watch(ours);
    b.bus.unwatch(ours);
    b.bus.watch(ours);
    listeners(&server, ours, 1).await;
    a.bus.publish(ours, 4, &[]);
    assert_eq!(b.hear().await.seq, 4);
}

#[tokio::test]
async fn a_flood_is_conflated_and_ends_with_the_newest() {
    let server = RedisServer::start();
    let (a, mut b) = (Process::up(&server).await, Process::up(&server).await);
    let tenant = TenantId::new();
    b.bus.watch(tenant);
    listeners(&server, tenant, 1).await;
    let begun = Instant::now();
    for seq in 1..=20_000 {
        a.bus.publish(tenant, seq, &[]);
    }
    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "publishing does not wait"
    );
    let (mut heard, mut last) = (0, 0);
    while last < 20_000 {
        let seq = b.hear().await.seq;
        assert!(seq > last, "{seq} after {last}");
        (heard, last) = (heard + 1, seq);
    }
    assert!(heard < 5_000, "{heard} messages for one tenant's flood");
    assert_eq!(a.bus.health().dropped, 0);
}

#[tokio::test]
async fn a_process_starts_without_redis_and_joins_later() {
    let mut server = RedisServer::absent();
    let (a, mut b) = (Process::start(&server), Process::start(&server));
    let tenant = TenantId::new();
    b.bus.watch(tenant);
    a.bus.publish(tenant, 1, &[]);
    assert_eq!(a.bus.health().up, Some(false));
    server.come_up();
    listeners(&server, tenant, 1).await;
    a.until_up().await;
    a.bus.publish(tenant, 2, &[]);
    while b.hear().await.seq != 2 {}
}

#[tokio::test]
async fn news_flow_again_after_a_crash_of_redis() {
    let mut server = RedisServer::start();
    let (mut a, mut b) = (Process::up(&server).await, Process::up(&server).await);
    let tenants: Vec<TenantId> = (0..300).map(|_| TenantId::new()).collect();
    for tenant in &tenants {
        a.bus.watch(*tenant);
        b.bus.watch(*tenant);
    }
    let last = *tenants.last().unwrap();
    for tenant in &tenants {
        listeners(&server, *tenant, 2).await;
    }
    for round in 1..=3 {
        server.crash();
        a.until_down().await;
        b.until_down().await;
        a.bus.publish(last, round * 10, &[]);
        server.come_up();
        let back = Instant::now();
        // What was said meanwhile, or what is said now: the newest arrives.
        let mut seq = round * 10;
        loop {
            seq += 1;
            a.bus.publish(last, seq, &[]);
            if let Ok(heard) = timeout(Duration::from_millis(50), b.news.recv()).await {
                assert_eq!(heard.unwrap().tenant, last);
                break;
            }
            assert!(
                back.elapsed() < BACK,
                "silent two seconds after the restart"
            );
        }
        for tenant in &tenants {
            listeners(&server, *tenant, 2).await;
        }
        while timeout(QUIET, b.news.recv()).await.is_ok() {}
        b.bus.publish(last, seq, &[]);
        while a.hear().await.seq != seq {}
    }
}

#[tokio::test]
async fn a_server_that_stalls_is_left_and_found_again() {
    let server = RedisServer::start();
    let (a, mut b) = (Process::up(&server).await, Process::up(&server).await);
    let tenant = TenantId::new();
    b.bus.watch(tenant);
    listeners(&server, tenant, 1).await;
    server.freeze();
    let begun = Instant::now();
    a.bus.publish(tenant, 1, &[]);
    assert!(begun.elapsed() < Duration::from_millis(20));
    a.until_down().await;
    b.until_down().await;
    server.thaw();
    b.until_up().await;
    a.until_up().await;
    listeners(&server, tenant, 1).await;
    a.bus.publish(tenant, 2, &[]);
    while b.hear().await.seq != 2 {}
}

#[tokio::test]
async fn emptying_redis_does_not_silence_the_bus() {
    let server = RedisServer::start();
    let (a, mut b) = (Process::up(&server).await, Process::up(&server).await);
    let tenant = TenantId::new();
    b.bus.watch(tenant);
    listeners(&server, tenant, 1).await;
    assert!(server.say("FLUSHALL").starts_with("+OK"));
    a.bus.publish(tenant, 3, &[]);
    assert_eq!(b.hear().await.seq, 3);
}

/// T65: what stands in the payload does not speak for another channel; and garbage is ignored, and counted.
#[tokio::test]
async fn forged_and_broken_messages_are_refused_and_counted() {
    let server = RedisServer::start();
    let mut process = Process::up(&server).await;
    let (ours, theirs) = (TenantId::new(), TenantId::new());
    process.bus.watch(ours);
    listeners(&server, ours, 1).await;
    let channel = Key::events(ours);
    let message = |tenant: TenantId, seq: i64| {
        format!(
            r#"{{"tenant":"{tenant}","seq":{seq},"origin":"{}"}}"#,
            Uuid::new_v4()
        )
        .into_bytes()
    };
    let bad = [
        message(theirs, 9),
        message(ours, -9),
        b"".to_vec(),
        b"\xff\xfe".to_vec(),
        b"{\"tenant\":".to_vec(),
        vec![b'['; 100_000],
    ];
    for payload in &bad {
        server.publish(channel.as_str(), payload);
    }
    server.publish(channel.as_str(), &message(ours, 5));
    assert_eq!(
        process.hear().await,
        BusNews {
            tenant: ours,
            seq: 5
        }
    );
    assert_eq!(process.bus.health().refused, bad.len() as u64);
    process.hears_nothing().await;
}

/// A cluster of one node: channels belong to slots there, and are said and heard as such.
#[tokio::test]
async fn a_cluster_is_spoken_to_with_sharded_channels() {
    let server = RedisServer::start_with(&["--cluster-enabled", "yes"]);
    server.become_cluster().await;
    server.allow("+spublish +ssubscribe +sunsubscribe +cluster|slots");
    let url = server.url_for("sadu:secret");
    let (a, mut b) = (Process::start_at(&url), Process::start_at(&url));
    let tenants: Vec<TenantId> = (0..20).map(|_| TenantId::new()).collect();
    for tenant in &tenants {
        b.bus.watch(*tenant);
        let question = format!("PUBSUB SHARDNUMSUB {}", Key::events(*tenant).as_str());
        until("the listener is there", SOON, || {
            server.say(&question).ends_with(":1\r\n")
        })
        .await;
    }
    for tenant in &tenants {
        a.bus.publish(*tenant, 4, &[]);
        assert_eq!(
            b.hear().await,
            BusNews {
                tenant: *tenant,
                seq: 4
            }
        );
    }
    let counters = Counters::redis(&url, patient()).unwrap();
    until("Redis is there", SOON, || {
        counters.health().up == Some(true)
    })
    .await;
    let lock = Lock::new(3, BACK, BACK);
    for tenant in &tenants {
        let key = Key::counter(*tenant, CounterName::new("locks"), "x");
        assert_eq!(counters.hit(&key, &lock).await.verdict.remaining, 2);
    }
}

/// The first thing said over `rediss://` is a TLS handshake, to whoever listens.
#[tokio::test]
async fn a_secure_address_is_never_spoken_to_in_the_clear() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("rediss://user:secret@127.0.0.1:{port}").into();
    let (bus, _news) = Bus::redis(&url).unwrap();
    let (mut stream, _) = timeout(SOON, listener.accept()).await.unwrap().unwrap();
    let mut first = [0; 3];
    timeout(SOON, stream.read_exact(&mut first))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(first[..2], [0x16, 0x03], "a TLS handshake");
    assert_eq!(bus.health().up, Some(false));
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    for url in ["", "http://127.0.0.1", "redis://", "127.0.0.1:6379"] {
        assert!(Bus::redis(&url.into()).is_err(), "{url}");
    }
}

#[tokio::test]
async fn the_last_clone_ends_the_bus() {
    let server = RedisServer::start();
    let process = Process::up(&server).await;
    let Process { bus, mut news, .. } = process;
    let clone = bus.clone();
    drop(bus);
    assert_eq!(clone.health().up, Some(true));
    drop(clone);
    let ended = timeout(SOON, news.recv()).await;
    assert_eq!(ended.expect("the sender is gone"), None);
    until("the connection is closed", SOON, || {
        server.say("CLIENT LIST").matches("resp=3").count() == 0
    })
    .await;
}

/// ISO-3: the rights that the settings' page names are enough, for the bus and for the counters.
#[tokio::test]
async fn a_user_with_few_rights_is_enough() {
    let server = RedisServer::start();
    server.allow("");
    let url = server.url_for("sadu:secret");
    let (a, _unheard) = Bus::redis(&url).unwrap();
    let (b, mut news) = Bus::redis(&url).unwrap();
    let tenant = TenantId::new();
    b.watch(tenant);
    let mut seq = 0;
    let heard = loop {
        seq += 1;
        assert!(seq < 200, "nothing is heard");
        a.publish(tenant, seq, &[]);
        if let Ok(heard) = timeout(Duration::from_millis(50), news.recv()).await {
            break heard.unwrap();
        }
    };
    assert_eq!(heard.tenant, tenant);

    let counters = Counters::redis(&url, patient()).unwrap();
    until("Redis is there", SOON, || {
        counters.health().up == Some(true)
    })
    .await;
    let key = Key::counter(tenant, CounterName::new("locks"), "x");
    let lock = Lock::new(3, BACK, BACK);
    let remaining = counters.hit(&key, &lock).await.verdict.remaining;
    assert_eq!(remaining, 2, "counted in Redis: by itself a process halves");
    let quota = Quota::new(9, BACK, 9);
    let key = Key::counter(tenant, CounterName::new("rates"), "x");
    assert_eq!(counters.admit(&key, &quota, 1).await.remaining, 8);
}

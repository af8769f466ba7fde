//! What tenants' actors survive: idleness, panics, a supervisor's death, more work than there is room for.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use futures::StreamExt;
use sqlx::{Connection, Executor};

use crate::client::{Client, gift, key, transfer};
use crate::ledger;
use crate::node::Options;
use crate::socket::{Frame, Socket, seq, seqs};
use crate::testapp::{TestApp, scale};

/// Panics that a test asked for say nothing.
pub(crate) fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let wanted = info.payload().downcast_ref::<String>();
            if !wanted.is_some_and(|text| text.starts_with("fault point")) {
                loud(info);
            }
        }));
    });
}

/// Tries again, with the same key, until it is placed; how often it was told to.
async fn place(visitor: &Client, key: &str, amount: i64) -> (crate::client::Answer, u32) {
    let mut tries = 0;
    loop {
        let answer = visitor.order(key, &gift("general", amount)).await;
        match answer.status {
            201 => return (answer, tries),
            503 => assert!(!answer.header("retry-after").is_empty(), "{}", answer.body),
            409 => assert_eq!(answer.code(), "idempotency.in_progress"),
            _ => panic!("{}: {}", answer.status, answer.body),
        }
        tries += 1;
        tokio::time::sleep(Duration::from_millis(rand::random_range(10..60))).await;
    }
}

async fn eventually(what: &str, condition: impl AsyncFn() -> bool) {
    let met = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    if tokio::time::timeout(Duration::from_secs(60), met)
        .await
        .is_err()
    {
        panic!("not in time: {what}");
    }
}

fn restless() -> Options {
    let mut options = Options::default();
    options.directory.idle = Duration::from_secs(1);
    options.directory.host_ttl = Duration::from_secs(1);
    options.directory.high_water = Duration::from_millis(200);
    options
}

#[actix_web::test]
async fn an_idle_tenant_sleeps_and_wakes_with_its_figures() {
    let app = TestApp::with(restless()).await;
    let visitor = app.visitor("nakhla");
    let awake = || app.node.app.directory.awake_count();
    for round in 1..=2 {
        place(&visitor, &key(), 1_000).await;
        assert_eq!(awake(), 1);
        eventually("the tenant sleeps", async || awake() == 0).await;
        let shown = visitor.item("general").await["awaiting_transfer"]["amount"].clone();
        assert_eq!(shown, 1_000 * round, "a tenant wakes with its figures");
        assert_eq!(awake(), 1);
    }
    // Somebody listens: it stays awake, and what happens is told.
    let staff = app.staff("nakhla").await;
    let (mut socket, _) = Socket::at(&staff, None).await;
    socket.quiet(Duration::from_secs(4)).await;
    assert_eq!(awake(), 1);
    place(&visitor, &key(), 1_000).await;
    assert_eq!(seqs(&socket.events(1).await), [3]);
    drop(socket);
    eventually("the tenant sleeps again", async || awake() == 0).await;
    app.stop().await;
}

/// Orders without end while tenants are put to sleep between them.
#[actix_web::test]
async fn falling_asleep_loses_nothing() {
    let app = TestApp::with(restless()).await;
    let rounds = scale(40, 5);
    let orders = (0..8).map(|n| {
        let visitor = app.visitor(if n % 2 == 0 { "nakhla" } else { "sidra" });
        async move {
            for round in 0..rounds {
                let pause = if round % 2 == 0 { 900..1_300 } else { 1..50 };
                tokio::time::sleep(Duration::from_millis(rand::random_range(pause))).await;
                place(&visitor, &key(), 1_000).await;
            }
        }
    });
    futures::future::join_all(orders).await;
    let mut behind = app.behind().await;
    let figures = ledger::verify(&mut behind, app.a.id).await;
    assert_eq!(figures.orders as usize, 4 * rounds);
    app.stop().await;
}

/// R5: one message in a hundred panics, under load.
#[actix_web::test]
async fn panics_lose_nothing_that_was_acknowledged() {
    hush();
    let app = TestApp::spawn().await;
    let staff = app.staff("nakhla").await;
    staff.json("/api/v1/admin/inbox").await;
    let each = scale(1_500, 60);
    // The last event, once it is known; before that, zero.
    let last = Arc::new(AtomicI64::new(0));
    app.node.faults.set_panics(10);
    let began = Instant::now();
    let watchers = (0..6).map(|_| {
        let (staff, last) = (staff.clone(), last.clone());
        async move {
            let (mut shown, mut again, mut silent) = (0, 0_u32, 0);
            let complete = |shown| (1..=shown).contains(&last.load(Ordering::Relaxed));
            while !complete(shown) {
                let Ok(mut socket) = Socket::open(&staff).await else {
                    // The tenant is being replaced: 503, come back.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                };
                again += 1;
                socket
                    .say(&serde_json::json!({ "type": "hello", "after_seq": shown, "epoch": null }))
                    .await;
                while !complete(shown) {
                    match socket.within(Duration::from_secs(1)).await {
                        Frame::Json(frame) => {
                            assert_ne!(frame["type"], "reset", "{frame}");
                            silent = 0;
                            for event in frame["events"].as_array().into_iter().flatten() {
                                assert!(seq(event) <= shown + 1, "{} after {shown}", seq(event));
                                shown = shown.max(seq(event));
                            }
                            socket.ack(shown).await;
                        }
                        Frame::Closed(..) => break,
                        // What a fault swallowed is looked up within seconds; a minute is for slow machines.
                        Frame::Silence => {
                            silent += 1;
                            assert!(silent < 60, "a socket missed what came after {shown}");
                        }
                    }
                }
            }
            (shown, again)
        }
    });
    let orders = async {
        let clients = (0..16).map(|n| {
            let visitor = app.visitor(if n % 4 == 0 { "sidra" } else { "nakhla" });
            async move {
                let (mut keys, mut tries) = (HashMap::new(), 0);
                for _ in 0..each {
                    let key = key();
                    let (answer, told) = place(&visitor, &key, 1_000).await;
                    tries += told;
                    keys.insert(key, answer.body);
                }
                (visitor, keys, tries)
            }
        });
        let placed = futures::future::join_all(clients).await;
        app.node.faults.set_panics(0);
        let ended = Instant::now();
        // No tenant stays dead.
        for label in ["nakhla", "sidra"] {
            place(&app.visitor(label), &key(), 1_000).await;
        }
        let back = ended.elapsed();
        let mut behind = app.behind().await;
        let events = ledger::verify(&mut behind, app.a.id).await.events;
        last.store(events, Ordering::Relaxed);
        (placed, back)
    };
    let ((placed, back), watched) = tokio::join!(orders, futures::future::join_all(watchers));
    let (mut acknowledged, mut retries) = (0, 0);
    for (visitor, keys, tries) in placed {
        retries += tries;
        acknowledged += keys.len();
        for (key, body) in keys {
            let again = visitor.order(&key, &gift("general", 1_000)).await;
            assert_eq!(
                (again.status, again.body, true),
                (201, body, again.headers.contains_key("idempotent-replayed"))
            );
        }
    }
    let mut behind = app.behind().await;
    let a = ledger::verify(&mut behind, app.a.id).await;
    let b = ledger::verify(&mut behind, app.b.id).await;
    assert_eq!((a.orders + b.orders) as usize, acknowledged + 2);
    for (shown, _) in &watched {
        assert_eq!(*shown, a.events, "a socket missed the end");
    }
    println!(
        "R5: {acknowledged} orders acknowledged, {retries} retries, {} socket connections, {:.1} s; every tenant answered {:.1} s after the last fault; nothing lost or doubled",
        watched.iter().map(|(_, again)| again).sum::<u32>(),
        began.elapsed().as_secs_f64(),
        back.as_secs_f64()
    );
    assert!(retries > 0, "no fault was met");
    app.stop().await;
}

#[actix_web::test]
async fn a_dead_supervisor_is_replaced() {
    hush();
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    place(&visitor, &key(), 1_000).await;
    let (mut socket, _) = Socket::at(&staff, None).await;
    app.node.faults.only("supervisor.applied");
    app.node.faults.set_panics(1_000);
    // Acknowledged although its news kills the supervisor.
    visitor
        .order("the-last-words", &gift("general", 1_000))
        .await
        .expect(201);
    tokio::time::sleep(Duration::from_millis(200)).await;
    app.node.faults.set_panics(0);
    let began = Instant::now();
    let (_, tries) = place(&visitor, &key(), 1_000).await;
    println!(
        "the tenant took orders again after {} ms and {tries} retries",
        began.elapsed().as_millis()
    );
    eventually("the new supervisor shows all three", async || {
        visitor.item("general").await["awaiting_transfer"]["amount"] == 3_000
    })
    .await;
    assert!(
        visitor
            .order("the-last-words", &gift("general", 1_000))
            .await
            .replayed()
    );
    // The socket hears what the old one still told, is sent away, and comes back to the rest.
    let (code, _, last) = socket.until_closed(Duration::from_secs(60)).await;
    assert_eq!(code, 1012);
    let (mut back, _) = Socket::at(&staff, Some(last.max(1))).await;
    let rest = usize::try_from(3 - last.max(1)).unwrap();
    assert_eq!(
        seqs(&back.events(rest).await),
        (last.max(1) + 1..=3).collect::<Vec<i64>>()
    );
    app.stop().await;
}

/// Somebody else holds the tenant's row: the queue fills, the rest is told to come back, and everything is placed in the end.
#[actix_web::test]
async fn a_full_house_answers_busy_and_forgets_nobody() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    place(&visitor, "before", 1_000).await;
    let mut behind = app.behind().await;
    let mut held = behind.begin().await.unwrap();
    held.execute("select 1 from app.tenant_counters for update")
        .await
        .unwrap();

    let keys: Vec<String> = (0..1_200).map(|_| key()).collect();
    let began = Instant::now();
    let tries = keys.iter().map(|key| {
        let visitor = visitor.clone();
        async move {
            let answer = visitor.order(key, &gift("general", 1_000)).await;
            (answer, began.elapsed())
        }
    });
    let answers: Vec<_> = futures::stream::iter(tries)
        .buffer_unordered(1_200)
        .collect()
        .await;
    let soon = answers
        .iter()
        .filter(|(_, after)| *after < Duration::from_millis(1_900))
        .count();
    for (answer, _) in &answers {
        assert_eq!(answer.problem(), (503, "busy".into()));
        assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
    }
    println!("of 1,200 orders {soon} were sent away before any lock gave up");
    // Reads go on meanwhile, and so does the neighbour.
    assert_eq!(
        visitor.item("general").await["awaiting_transfer"]["amount"],
        1_000
    );
    let neighbour = app.visitor("sidra");
    drop(held.rollback().await);
    place(&neighbour, &key(), 1_000).await;
    let all = keys.iter().map(|key| {
        let visitor = visitor.clone();
        async move { place(&visitor, key, 1_000).await }
    });
    let placed = futures::stream::iter(all)
        .buffer_unordered(128)
        .count()
        .await;
    assert_eq!(placed, keys.len());
    let figures = ledger::verify(&mut behind, app.a.id).await;
    assert_eq!(figures.orders as usize, keys.len() + 1);
    app.stop().await;
}

/// A retry that meets its first still running waits two seconds, then hears that it runs.
#[actix_web::test]
async fn a_retry_that_meets_its_first_is_told_so() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    place(&visitor, "before", 1_000).await;
    let mut behind = app.behind().await;
    // Longer than the two seconds of a follower, so that the first is still at it.
    let longer = format!(
        "alter role sadu_web in database {} set lock_timeout = '4s'",
        app.database.name
    );
    behind
        .execute(sqlx::raw_sql(sqlx::AssertSqlSafe(longer)))
        .await
        .unwrap();
    let app_two = app.another(Options::default()).await;
    let second = app_two.client("nakhla");
    place(&second, "warm", 1_000).await;
    let mut held = behind.begin().await.unwrap();
    held.execute("select 1 from app.tenant_counters for update")
        .await
        .unwrap();
    let body = gift("general", 1_000);
    let first = second.order("one-key", &body);
    let retry = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let began = Instant::now();
        let answer = second.order("one-key", &gift("general", 1_000)).await;
        (answer, began.elapsed())
    };
    let ((), first, (retry, waited)) = tokio::join!(
        async {
            tokio::time::sleep(Duration::from_millis(3_000)).await;
            drop(held.rollback().await);
        },
        first,
        retry
    );
    assert_eq!(retry.problem(), (409, "idempotency.in_progress".into()));
    println!("a retry waited {:.1} s for its first", waited.as_secs_f64());
    first.expect(201);
    let again = second.order("one-key", &gift("general", 1_000)).await;
    assert_eq!((again.status, again.replayed()), (201, true));
    app_two.end(crate::node::End::AtOnce).await;
    app.stop().await;
}

/// Confirmations and orders at once, with panics: the ledger holds.
#[actix_web::test]
async fn panics_leave_the_ledger_whole() {
    hush();
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    staff.json("/api/v1/admin/inbox").await;
    app.node.faults.set_panics(20);
    let work = (0..scale(600, 40)).map(|n| {
        let (visitor, staff) = (visitor.clone(), staff.clone());
        async move {
            let (order, _) = place(&visitor, &key(), 1_000).await;
            let id = order.json()["id"].as_str().unwrap().to_owned();
            let (path, key) = (format!("/api/v1/admin/orders/{id}/confirm-transfer"), key());
            loop {
                let answer = staff
                    .post(&path, &key, &transfer(1_000, &format!("F-{n}")))
                    .await;
                match answer.status {
                    200 => return,
                    503 => tokio::time::sleep(Duration::from_millis(20)).await,
                    _ => panic!("{}: {}", answer.status, answer.body),
                }
            }
        }
    });
    let done = futures::stream::iter(work)
        .buffer_unordered(16)
        .count()
        .await;
    app.node.faults.set_panics(0);
    let mut behind = app.behind().await;
    let figures = ledger::verify(&mut behind, app.a.id).await;
    assert_eq!(
        (figures.orders as usize, figures.payments as usize),
        (done, done)
    );
    println!("R5: {done} orders placed and confirmed with 2 % panics");
    eventually("the figures are shown", async || {
        visitor.item("general").await["raised"]["amount"] == 1_000 * done
    })
    .await;
    app.stop().await;
}

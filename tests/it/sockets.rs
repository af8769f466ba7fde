//! `/ws/inbox`: every event once and in order, whatever happened to the connection.

use std::time::{Duration, Instant};

use futures::StreamExt;
use serde_json::json;

use crate::client::{Client, NAME, PHONE, gift, key};
use crate::node::{End, Options};
use crate::socket::{Frame, Socket, seq, seqs};
use crate::testapp::{TestApp, scale};

const MOMENT: Duration = Duration::from_millis(300);

/// Places this many gifts, some at a time.
pub(crate) async fn place_many(visitor: &Client, n: usize) {
    let orders = (0..n).map(|_| {
        let visitor = visitor.clone();
        async move {
            visitor
                .order(&key(), &gift("general", 1_000))
                .await
                .expect(201)
        }
    });
    let placed = futures::stream::iter(orders)
        .buffer_unordered(64)
        .count()
        .await;
    assert_eq!(placed, n);
}

#[actix_web::test]
async fn an_order_is_told_once_with_the_next_number() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    let (mut socket, welcome) = Socket::at(&staff, None).await;
    assert_eq!(socket.protocol.as_deref(), Some("sadu.v1"));
    assert_eq!(welcome["seq"], 0);
    assert_eq!(welcome["heartbeat_s"], 20);
    assert_eq!(welcome["user"]["role"], "staff");
    let epoch: uuid::Uuid = welcome["epoch"].as_str().unwrap().parse().unwrap();
    assert!(!epoch.is_nil());

    let order = visitor
        .order(&key(), &gift("well", 5_000))
        .await
        .expect(201);
    let events = socket.events(1).await;
    assert_eq!(seqs(&events), [1]);
    let event = &events[0];
    assert_eq!(event["type"], "order.placed");
    assert_eq!(
        event["subject"],
        format!("order:{}", order["id"].as_str().unwrap())
    );
    assert_eq!(event["data"]["reference"], order["reference"]);
    assert_eq!(event["data"]["total"]["amount"], 5_000);
    let text = event.to_string();
    for secret in [NAME, PHONE, &PHONE[4..]] {
        assert!(!text.contains(secret), "{text}");
    }
    socket.quiet(MOMENT).await;
    // What it does not know it ignores; a ping is answered.
    socket.say(&json!({ "type": "dance" })).await;
    socket
        .say(&json!({ "type": "presence", "subject": null, "typing": false }))
        .await;
    socket.say(&json!({ "type": "ping" })).await;
    assert_eq!(socket.json().await, json!({ "type": "pong" }));
    // The list and the stream without a socket say the same.
    let page = staff.json("/api/v1/admin/inbox").await;
    assert_eq!(page["as_of_seq"], 1);
    assert_eq!(page["data"][0]["version"], 1);
    let read = staff.json("/api/v1/admin/inbox/events?after_seq=0").await;
    assert_eq!(read["events"], json!(events));
    app.stop().await;
}

#[actix_web::test]
async fn who_comes_back_gets_what_was_missed() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    place_many(&visitor, 5).await;
    let (mut socket, welcome) = Socket::at(&staff, Some(2)).await;
    assert_eq!(welcome["seq"], 5);
    assert_eq!(seqs(&socket.events(3).await), [3, 4, 5]);
    drop(socket);
    place_many(&visitor, 4).await;
    let (mut socket, _) = Socket::at(&staff, Some(5)).await;
    assert_eq!(seqs(&socket.events(4).await), [6, 7, 8, 9]);
    place_many(&visitor, 1).await;
    assert_eq!(seqs(&socket.events(1).await), [10]);
    socket.quiet(MOMENT).await;
    // Who has all gets nothing, and who comes new begins at the head.
    for after in [Some(10), None] {
        let (mut socket, _) = Socket::at(&staff, after).await;
        socket.quiet(MOMENT).await;
    }
    app.stop().await;
}

#[actix_web::test]
async fn another_stream_means_reload() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    place_many(&visitor, 3).await;
    let foreign = uuid::Uuid::new_v4().to_string();
    for (after, epoch) in [(Some(1), Some(foreign.as_str())), (Some(99), None)] {
        let mut socket = Socket::open(&staff).await.unwrap();
        let welcome = socket.hello(after, epoch).await;
        let head = welcome["seq"].as_i64().unwrap();
        assert_eq!(socket.json().await, json!({ "type": "reset", "seq": head }));
        // Nothing old comes after it, and everything new.
        socket.quiet(MOMENT).await;
        place_many(&visitor, 1).await;
        assert_eq!(seqs(&socket.events(1).await), [head + 1]);
    }
    let mut socket = Socket::open(&staff).await.unwrap();
    let (_, welcome) = Socket::at(&staff, None).await;
    let epoch = welcome["epoch"].as_str().unwrap().to_owned();
    socket.hello(Some(4), Some(&epoch)).await;
    assert_eq!(seqs(&socket.events(1).await), [5]);
    app.stop().await;
}

#[actix_web::test]
async fn what_is_no_longer_kept_means_reload() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    place_many(&visitor, 10).await;
    let mut behind = app.behind().await;
    // Kept apart, so that the books are whole again in the end.
    for sql in [
        "create table public.pruned as select * from app.inbox_events where seq <= 4",
        "delete from app.inbox_events where seq <= 4",
    ] {
        sqlx::query(sql).execute(&mut behind).await.unwrap();
    }
    // A process that has nothing of it in memory.
    let second = app.another(Options::default()).await;
    let there = second
        .client("nakhla")
        .with_token(staff.token.clone().unwrap());
    let (mut socket, _) = Socket::at(&there, Some(2)).await;
    assert_eq!(socket.json().await, json!({ "type": "reset", "seq": 10 }));
    socket.quiet(MOMENT).await;
    let read = there.json("/api/v1/admin/inbox/events?after_seq=2").await;
    assert_eq!(read["reset"], true);
    // The last one that was deleted is where the rest begins: no reload.
    let (mut kept, _) = Socket::at(&there, Some(4)).await;
    assert_eq!(seqs(&kept.events(6).await), [5, 6, 7, 8, 9, 10]);
    sqlx::query("insert into app.inbox_events select * from public.pruned")
        .execute(&mut behind)
        .await
        .unwrap();
    second.end(End::AtOnce).await;
    app.stop().await;
}

#[actix_web::test]
async fn a_long_absence_is_made_up_for() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    // More than a process keeps in memory, so that both memory and storage are read.
    let missed = scale(5_000, 1_100);
    place_many(&visitor, missed).await;
    let all: Vec<i64> = (1..=i64::try_from(missed).unwrap()).collect();
    let second = app.another(Options::default()).await;
    let there = second
        .client("nakhla")
        .with_token(staff.token.clone().unwrap());
    for client in [&staff, &there] {
        let began = Instant::now();
        let (mut socket, _) = Socket::at(client, Some(0)).await;
        assert_eq!(seqs(&socket.events(missed).await), all);
        println!(
            "{missed} missed events came in {} ms",
            began.elapsed().as_millis()
        );
        socket.quiet(MOMENT).await;
    }
    second.end(End::AtOnce).await;
    app.stop().await;
}

/// A client that the other process served a moment ago knows more than this one: that is no reason to reload.
#[actix_web::test]
async fn a_process_that_lags_looks_before_it_says_reload() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    let mut options = Options::default();
    options.directory.high_water = Duration::from_secs(600);
    let second = app.another(options).await;
    let there = second
        .client("nakhla")
        .with_token(staff.token.clone().unwrap());
    let (_idle, _) = Socket::at(&there, None).await;
    place_many(&visitor, 3).await;
    let (mut socket, welcome) = Socket::at(&there, Some(3)).await;
    assert_eq!(welcome["seq"], 3);
    socket.quiet(MOMENT).await;
    // And nothing that it never heard of is lost: its inbox looks every two seconds.
    place_many(&visitor, 2).await;
    assert_eq!(seqs(&socket.events(2).await), [4, 5]);
    second.end(End::AtOnce).await;
    app.stop().await;
}

#[actix_web::test]
async fn who_never_acknowledges_is_stopped_and_resumes() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    let (mut mute, _) = Socket::at(&staff, Some(0)).await;
    let (mut other, _) = Socket::at(&staff, Some(0)).await;
    let began = Instant::now();
    let total = 300;
    let watch = async {
        let mut seen = Vec::new();
        for _ in 0..total {
            visitor
                .order(&key(), &gift("general", 1_000))
                .await
                .expect(201);
            seen.extend(seqs(&other.events(1).await));
        }
        seen
    };
    let (seen, (code, reason, last)) =
        tokio::join!(watch, mute.until_closed(Duration::from_secs(90)));
    assert_eq!(seen, (1..=total).collect::<Vec<i64>>());
    assert_eq!((code, reason.as_str()), (1013, "resume"));
    // One frame an order: exactly the window came.
    assert!((256..total).contains(&last), "stopped after {last}");
    println!(
        "a mute socket got {last} of {total} events and was closed after {:.1} s",
        began.elapsed().as_secs_f64()
    );
    let (mut back, _) = Socket::at(&staff, Some(last)).await;
    let rest = usize::try_from(total - last).unwrap();
    assert_eq!(
        seqs(&back.events(rest).await),
        (last + 1..=total).collect::<Vec<i64>>()
    );
    back.quiet(MOMENT).await;
    app.stop().await;
}

#[actix_web::test]
async fn who_talks_too_much_is_closed() {
    let app = TestApp::spawn().await;
    let staff = app.staff("nakhla").await;
    let (mut chatty, _) = Socket::at(&staff, None).await;
    for _ in 0..200 {
        chatty
            .say(&json!({ "type": "presence", "subject": null, "typing": true }))
            .await;
    }
    assert_eq!(chatty.until_closed(Duration::from_secs(60)).await.0, 1008);
    let (mut large, _) = Socket::at(&staff, None).await;
    large
        .say(&json!({ "type": "ping", "x": "y".repeat(20 * 1024) }))
        .await;
    large.until_closed(Duration::from_secs(60)).await;
    app.stop().await;
}

#[actix_web::test]
async fn t66_whom_the_tenant_puts_out_is_closed() {
    let app = TestApp::spawn().await;
    let staff = app.staff("nakhla").await;
    let (mut socket, _) = Socket::at(&staff, None).await;
    let (mut admin, _) = Socket::at(&app.admin("nakhla").await, None).await;
    let mut behind = app.behind().await;
    sqlx::query("update app.users set status = 'disabled' where email = 'staff@nakhla.example'")
        .execute(&mut behind)
        .await
        .unwrap();
    let began = Instant::now();
    let (code, _, _) = socket.until_closed(Duration::from_secs(60)).await;
    assert_eq!(code, 1008);
    println!(
        "a disabled person's socket closed after {:.1} s",
        began.elapsed().as_secs_f64()
    );
    assert_eq!(Socket::open(&staff).await.err(), Some(401));
    admin.quiet(MOMENT).await;
    app.stop().await;
}

#[actix_web::test]
async fn a_process_that_ends_sends_its_sockets_elsewhere() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    let second = app.another(Options::default()).await;
    let there = second
        .client("nakhla")
        .with_token(staff.token.clone().unwrap());
    let (mut socket, _) = Socket::at(&there, Some(0)).await;
    let mut feed = there.request("GET", "/api/v1/live").send().await.unwrap();
    assert!(feed.chunk().await.unwrap().is_some());
    let began = Instant::now();
    let ((), (code, reason, _)) = tokio::join!(
        second.end(End::Gracefully),
        socket.until_closed(Duration::from_secs(60))
    );
    let reason: serde_json::Value = serde_json::from_str(&reason).unwrap();
    assert_eq!(code, 1012);
    assert!(reason["retry_after_ms"].as_u64().unwrap() > 0, "{reason}");
    while let Ok(Some(_)) = feed.chunk().await {}
    println!(
        "a process with a socket and a feed ended after {:.1} s",
        began.elapsed().as_secs_f64()
    );
    place_many(&visitor, 1).await;
    let (mut back, _) = Socket::at(&staff, Some(0)).await;
    assert_eq!(seqs(&back.events(1).await), [1]);
    app.stop().await;
}

/// R1, small: sockets cut again and again while orders come in; every one shows everything once and in order.
#[actix_web::test]
async fn sockets_cut_at_random_lose_nothing() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    let (clients, total) = (scale(200, 12), scale(2_000, 150));
    let last = i64::try_from(total).unwrap();
    let watchers = (0..clients).map(|_| {
        let staff = staff.clone();
        async move {
            let (mut shown, mut cuts) = (0, 0_u32);
            while shown < last {
                let (mut socket, _) = Socket::at(&staff, Some(shown)).await;
                let until = Instant::now() + Duration::from_millis(rand::random_range(50..400));
                while Instant::now() < until && shown < last {
                    match socket.within(until - Instant::now()).await {
                        Frame::Json(frame) => {
                            for event in frame["events"].as_array().into_iter().flatten() {
                                // The client drops what it has shown; it must never miss one.
                                assert!(seq(event) <= shown + 1, "{} after {shown}", seq(event));
                                shown = shown.max(seq(event));
                            }
                            if rand::random() {
                                socket.ack(shown).await;
                            }
                        }
                        Frame::Closed(code, reason) => panic!("closed: {code} {reason}"),
                        Frame::Silence => {}
                    }
                }
                cuts += 1;
            }
            cuts
        }
    });
    let began = Instant::now();
    let orders = async {
        for _ in 0..total / 10 {
            place_many(&visitor, 10).await;
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    };
    let ((), cuts) = tokio::join!(orders, futures::future::join_all(watchers));
    println!(
        "R1: {clients} sockets, {} cuts, {total} events each, {:.1} s",
        cuts.iter().sum::<u32>(),
        began.elapsed().as_secs_f64()
    );
    app.stop().await;
}

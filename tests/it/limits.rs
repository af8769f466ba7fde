//! Limits by rate (INP-1), the checkout form's defences (INP-2) and the number of sockets (INP-12), as callers meet them.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::browser::location;
use crate::client::{Answer, Client, gift, key, send};
use crate::node::{End, Options};
use crate::processes::Redis;
use crate::socket::{Frame, Socket};
use crate::testapp::TestApp;

const SOON: Duration = Duration::from_secs(30);

fn strict() -> Options {
    Options {
        ip_limit_factor: 1,
        ..Options::default()
    }
}

/// A product whose tenants take only this much. Nobody has asked for them yet, so nobody remembers more.
async fn limited(options: Options, limits: serde_json::Value) -> TestApp {
    let app = TestApp::with(options).await;
    sqlx::query(
        "update app.tenants set settings = settings || jsonb_build_object('limits', $1::jsonb)",
    )
    .bind(limits)
    .execute(&mut app.behind().await)
    .await
    .unwrap();
    app
}

fn wait_of(answer: &Answer) -> u64 {
    answer.header("retry-after").parse().unwrap()
}

async fn many(at: &[Client], n: usize) -> Vec<Answer> {
    let orders = (0..n).zip(at.iter().cycle()).map(|(_, client)| {
        let client = client.clone();
        async move { client.order(&key(), &gift("well", 1_000)).await }
    });
    futures::future::join_all(orders).await
}

fn placed(answers: &[Answer]) -> usize {
    answers.iter().filter(|a| a.status == 201).count()
}

#[actix_web::test]
async fn an_address_that_orders_too_often_waits_and_others_do_not() {
    let app = limited(strict(), json!({ "orders_per_address": 5 })).await;
    let visitor = app.visitor("nakhla");
    let begun = Instant::now();
    let mut answers = Vec::new();
    while begun.elapsed() < Duration::from_secs(60) {
        answers.push(visitor.order(&key(), &gift("well", 1_000)).await);
        if answers.last().unwrap().status == 429 {
            break;
        }
    }
    let refused = answers.pop().unwrap();
    // Five at once, and what a minute's five let through meanwhile.
    let most = 5 + usize::try_from(begun.elapsed().as_secs()).unwrap() / 12;
    assert!((5..=most).contains(&placed(&answers)), "{}", answers.len());
    assert_eq!(refused.problem(), (429, "rate_limited".into()));
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert!((1..=60).contains(&wait_of(&refused)), "{refused:?}");
    // Even what is no order is not looked at; the same address at another tenant is another's.
    let nonsense = visitor.order(&key(), &json!({ "kind": 7 })).await;
    assert_eq!(nonsense.problem(), (429, "rate_limited".into()));
    let there = app.visitor("sidra");
    there.order(&key(), &gift("well", 1_000)).await.expect(201);
    app.stop().await;
}

#[actix_web::test]
async fn the_form_of_somebody_who_waits_keeps_what_was_typed() {
    let app = limited(strict(), json!({ "orders_per_address": 1 })).await;
    for (lang, words) in [("ar", "انتظر قليلاً"), ("en", "wait a little")] {
        let label = if lang == "ar" { "nakhla" } else { "sidra" };
        let browser = app.browser();
        let form = |opened: String| {
            let fields = [
                ("key", key()),
                ("opened", opened),
                ("item", "well".to_owned()),
                ("amount.well", "7.250".to_owned()),
                ("name", "Latifa Almarzouq".to_owned()),
                ("phone", "+96530001234".to_owned()),
                ("note", "For my mother".to_owned()),
                ("method", "transfer".to_owned()),
            ];
            browser
                .request("POST", label, &format!("/{lang}/checkout"))
                .form(&fields)
        };
        let mut last = send(form(String::new())).await.unwrap();
        assert_eq!(last.status, 303, "{}", last.body);
        let begun = Instant::now();
        while last.status != 429 {
            assert!(begun.elapsed() < SOON * 4, "{}", last.status);
            last = send(form(String::new())).await.unwrap();
        }
        assert!((1..=60).contains(&wait_of(&last)));
        assert!(last.header("content-type").starts_with("text/html"));
        for kept in ["7.250", "Latifa Almarzouq", "For my mother", words] {
            assert!(last.body.contains(kept), "{kept} in {}", last.body);
        }
    }
    app.stop().await;
}

/// The hidden value of a field of the checkout.
fn field(page: &str, name: &str) -> String {
    let (_, rest) = page
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[actix_web::test]
async fn a_form_filled_in_by_a_program_is_not_taken_and_a_person_sends_it_once_more() {
    let options = Options {
        form_time: Duration::from_secs(2),
        ..Options::default()
    };
    let app = TestApp::with(options).await;
    let browser = app.browser();
    let page = browser.request("GET", "nakhla", "/en/checkout?item=well&amount=5.000");
    let page = send(page).await.unwrap();
    let opened = Instant::now();
    let form = |page: &str, homepage: &str| {
        let fields = [
            ("key", field(page, "key")),
            ("opened", field(page, "opened")),
            ("homepage", homepage.to_owned()),
            ("item", "well".to_owned()),
            ("amount.well", "5.000".to_owned()),
            ("name", "Latifa Almarzouq".to_owned()),
            ("phone", "+96530001234".to_owned()),
            ("method", "transfer".to_owned()),
        ];
        browser
            .request("POST", "nakhla", "/en/checkout")
            .form(&fields)
    };
    let unsure = |answer: &Answer| {
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert!(answer.body.contains("confirm once more") && answer.body.contains("Latifa"));
        // What gave it away is not told.
        assert!(!answer.body.contains("spam"));
        assert_eq!(field(&answer.body, "homepage"), "");
    };
    let hasty = send(form(&page.body, "")).await.unwrap();
    if opened.elapsed() < Duration::from_secs(1) {
        unsure(&hasty);
        assert_eq!(field(&hasty.body, "opened"), field(&page.body, "opened"));
    }
    let began = Instant::now();
    let forged = page
        .body
        .replace(&field(&page.body, "opened"), "1700000000.0123");
    unsure(&send(form(&forged, "")).await.unwrap());
    tokio::time::sleep(Duration::from_millis(2_100).saturating_sub(began.elapsed())).await;
    let trapped = send(form(&page.body, "https://example.com")).await.unwrap();
    unsure(&trapped);
    let taken = send(form(&page.body, "")).await.unwrap();
    assert_eq!(taken.status, 303, "{}", taken.body);
    // A program that says what it wants by JSON is nobody's form.
    let visitor = app.visitor("nakhla");
    visitor
        .order(&key(), &gift("well", 1_000))
        .await
        .expect(201);
    app.stop().await;
}

#[actix_web::test]
async fn sign_ins_are_counted_by_address_and_by_account() {
    let app = limited(
        strict(),
        json!({ "sign_ins_per_address": 6, "sign_ins_per_account": 2 }),
    )
    .await;
    for _ in 0..2 {
        let mut browser = app.browser();
        assert!(
            browser
                .sign_in("nakhla", "staff@nakhla")
                .await
                .contains("/admin/inbox")
        );
    }
    let mut browser = app.browser();
    let callback = browser.reach_callback("nakhla", "staff@nakhla").await;
    let refused = browser.get(&callback).await;
    assert_eq!(refused.status().as_u16(), 429);
    let wait: u64 = refused.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    // Another account of the same address is not held back by that …
    let mut other = app.browser();
    assert!(
        other
            .sign_in("nakhla", "admin@nakhla")
            .await
            .contains("/admin/inbox")
    );
    // … but by the address's own limit.
    let login = || send(app.request("GET", "nakhla", "/auth/login"));
    let mut begun = 0;
    let refused = loop {
        let answer = login().await.unwrap();
        if answer.status == 429 {
            break answer;
        }
        assert_eq!(answer.status, 303, "{}", answer.body);
        begun += 1;
        assert!(begun < 5, "four were begun before");
    };
    assert!(wait_of(&refused) > 1);
    assert!(refused.header("content-type").starts_with("text/html"));
    let elsewhere = send(app.request("GET", "sidra", "/auth/login"))
        .await
        .unwrap();
    assert_eq!(elsewhere.status, 303);
    app.stop().await;
}

#[actix_web::test]
async fn who_guesses_tokens_waits_and_who_has_one_does_not() {
    let app = limited(strict(), json!({ "bad_tokens_per_address": 3 })).await;
    let staff = app.staff("nakhla").await;
    let forged = app.visitor("nakhla").with_token("a.b.c".to_owned());
    let mut answers = Vec::new();
    for _ in 0..10 {
        answers.push(forged.get("/api/v1/admin/inbox").await.problem());
    }
    assert_eq!(answers[0], (401, "auth.invalid_token".into()));
    assert_eq!(answers[9], (429, "rate_limited".into()));
    let refused = forged.get("/api/v1/me").await;
    assert!((1..=60).contains(&wait_of(&refused)));
    assert_eq!(Socket::open(&forged).await.err(), Some(429));
    staff.get("/api/v1/admin/inbox").await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn two_processes_take_one_rate_and_without_redis_each_takes_half() {
    let mut redis = Redis::start();
    let options = Options {
        redis_port: Some(redis.port),
        ip_limit_factor: 1,
        ..Options::default()
    };
    let limits =
        json!({ "orders_per_second": 1, "orders_burst": 40, "orders_per_address": 1_000_000 });
    let app = limited(options, limits).await;
    let other = app.another(options).await;
    let up = |so: bool| {
        let nodes = [app.node.app.counters.clone(), other.app.counters.clone()];
        async move {
            let begun = Instant::now();
            while nodes.iter().any(|c| c.health().up != Some(so)) {
                assert!(begun.elapsed() < SOON, "redis is up: {so}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    };
    up(true).await;
    let pair = |label: &str| [app.visitor(label), other.client(label)];
    let seconds = |begun: Instant| usize::try_from(begun.elapsed().as_secs()).unwrap() + 1;

    let begun = Instant::now();
    let together = placed(&many(&pair("nakhla"), 160).await);
    let most = 40 + seconds(begun);
    assert!((20..=most).contains(&together), "{together} of {most}");

    redis.kill();
    up(false).await;
    for client in pair("sidra") {
        let begun = Instant::now();
        let alone = placed(&many(&[client], 80).await);
        let most = 20 + seconds(begun);
        assert!((20..=most).contains(&alone), "{alone} of {most}");
    }
    other.end(End::AtOnce).await;
    app.stop().await;
}

#[actix_web::test]
async fn the_eleventh_socket_of_a_person_closes_the_first() {
    let app = TestApp::with(strict()).await;
    let (staff, admin) = (app.staff("nakhla").await, app.admin("nakhla").await);
    let (mut another, _) = Socket::at(&admin, None).await;
    let mut sockets = Vec::new();
    for _ in 0..10 {
        sockets.push(Socket::at(&staff, None).await.0);
    }
    sockets[0].quiet(Duration::from_millis(200)).await;
    let (mut eleventh, _) = Socket::at(&staff, None).await;
    let (code, reason, _) = sockets[0].until_closed(SOON).await;
    assert_eq!((code, reason.as_str()), (1008, "replaced"));
    for socket in sockets[1..].iter_mut().chain([&mut eleventh, &mut another]) {
        socket.say(&json!({ "type": "ping" })).await;
        assert_eq!(socket.json().await, json!({ "type": "pong" }));
    }
    // One that was closed by its owner leaves its place to the next.
    drop(sockets.pop());
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (_twelfth, _) = Socket::at(&staff, None).await;
    eleventh.quiet(Duration::from_millis(200)).await;
    app.stop().await;
}

#[actix_web::test]
async fn a_tenant_with_all_its_sockets_is_told_to_wait() {
    let app = limited(strict(), json!({ "sockets": 3 })).await;
    let (staff, admin) = (app.staff("nakhla").await, app.admin("nakhla").await);
    let mut sockets = Vec::new();
    for client in [&staff, &staff, &admin] {
        sockets.push(Socket::at(client, None).await.0);
    }
    assert_eq!(Socket::open(&staff).await.err(), Some(429));
    assert!(Socket::open(&app.staff("sidra").await).await.is_ok());
    drop(sockets.pop());
    let begun = Instant::now();
    while Socket::open(&staff).await.is_err() {
        assert!(begun.elapsed() < SOON, "the place is not free again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for socket in &mut sockets {
        assert!(matches!(
            socket.within(Duration::from_millis(100)).await,
            Frame::Silence
        ));
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_refused_sign_in_begins_nothing() {
    let app = limited(strict(), json!({ "sign_ins_per_address": 1 })).await;
    let mut browser = app.browser();
    let first = browser
        .get(&format!("{}/auth/login", app.origin("nakhla")))
        .await;
    assert!(location(&first).contains("/authorize?"));
    let refused = browser
        .get(&format!("{}/auth/login", app.origin("nakhla")))
        .await;
    assert_eq!(refused.status().as_u16(), 429);
    assert!(refused.headers().get("set-cookie").is_none());
    let begun: i64 = sqlx::query_scalar("select count(*) from app.auth_handoffs")
        .fetch_one(&mut app.behind().await)
        .await
        .unwrap();
    assert_eq!(begun, 1);
    app.stop().await;
}

//! T36 from outside: the product through a real PgBouncer in transaction mode, with fewer connections than it asks for. The
//! journey of an order; handlers that panic (T21); clients that leave in the middle (T22). T18–T20, T23 and T24 through it are
//! in `db/tests/isolation/pooled.rs`.

use std::time::Duration;

use sadu_db::testing::{PgBouncer, TestCluster};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::client::{gift, key, transfer};
use crate::node::Options;
use crate::socket::Socket;
use crate::testapp::{TestApp, scale};

/// Connections of the server for each login; a node asks for eighteen.
const FEW: u32 = 4;

async fn through(pooled: bool) -> (Option<PgBouncer>, TestApp) {
    if !pooled {
        return (None, TestApp::spawn().await);
    }
    let cluster = TestCluster::shared().await.unwrap();
    let bouncer = PgBouncer::start(cluster, FEW).await.unwrap();
    let app = TestApp::through(&bouncer, Options::default()).await;
    (Some(bouncer), app)
}

#[tokio::test]
async fn t36_an_order_goes_its_way() {
    let (_bouncer, app) = through(true).await;
    let (mut socket, _) = Socket::at(&app.staff("nakhla").await, Some(0)).await;
    let (here, there) = (app.visitor("nakhla"), app.visitor("sidra"));
    // Both tenants at once, so that they take turns on the server's connections.
    let orders = (0..scale(200, 20)).map(|n| {
        let client = if n % 2 == 0 { &here } else { &there };
        async move {
            client
                .order(&key(), &gift("school", 3_000))
                .await
                .expect(201)
        }
    });
    let placed = futures::future::join_all(orders).await;
    for (label, prefix, n) in [("nakhla", "NKH-", 0), ("sidra", "SDR-", 1)] {
        let order = &placed[n];
        assert!(order["reference"].as_str().unwrap().starts_with(prefix));
        let staff = app.staff(label).await;
        let path = format!("/api/v1/admin/orders/{}", order["id"].as_str().unwrap());
        let confirm = format!("{path}/confirm-transfer");
        let answer = staff
            .post(&confirm, &key(), &transfer(3_000, "BANK-36"))
            .await;
        assert_eq!(answer.expect(200)["status"], "paid");
        assert_eq!(staff.json(&path).await["paid"]["amount"], 3_000);
        app.visitor(label).shows("school", "raised", 3_000).await;
    }
    socket.events(placed.len() / 2 + 1).await;
    let mut browser = app.browser();
    browser.sign_in("nakhla", "admin@nakhla").await;
    assert_eq!(browser.me("nakhla").await.1["role"], "tenant_admin");
    app.stop().await;
}

/// Reads of both tenants show their own.
async fn each_sees_its_own(app: &TestApp) {
    for (label, prefix) in [("nakhla", "SDR-"), ("sidra", "NKH-")] {
        let staff = app.staff(label).await;
        for list in ["orders?limit=100", "inbox?limit=100"] {
            let mut page = staff.get(&format!("/api/v1/admin/{list}")).await;
            // A tenant that is being replaced says so.
            for _ in 0..50 {
                if page.status != 503 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
                page = staff.get(&format!("/api/v1/admin/{list}")).await;
            }
            assert_eq!(page.status, 200, "{}", page.body);
            assert!(!page.body.contains(prefix), "{label} sees {prefix}");
        }
    }
}

async fn panics(pooled: bool) {
    crate::actors::hush();
    let (_bouncer, app) = through(pooled).await;
    let clients = [app.visitor("nakhla"), app.visitor("sidra")];
    let (mut well, mut failed) = (0, 0);
    app.node.faults.set_panics(150);
    for n in 0..scale(400, 60) {
        let answer = clients[n % 2].order(&key(), &gift("school", 1_000)).await;
        match answer.status {
            201 => well += 1,
            500 | 503 => failed += 1,
            other => panic!("{other}: {}", answer.body),
        }
        let other = if n % 2 == 0 { "NKH-" } else { "SDR-" };
        assert!(
            answer.status != 201 || answer.body.contains(other),
            "{}",
            answer.body
        );
    }
    app.node.faults.set_panics(0);
    println!("T21: {well} answered, {failed} met a panic");
    assert!(well > 0 && failed > 0, "{well} {failed}");
    each_sees_its_own(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn t21_a_panic_leaves_nothing_for_the_next_request() {
    panics(false).await;
}

#[tokio::test]
async fn t36_t21_a_panic_leaves_nothing_for_the_next_request() {
    panics(true).await;
}

async fn disconnects(pooled: bool) {
    let (_bouncer, app) = through(pooled).await;
    let tokens = [
        app.token("staff@nakhla").await,
        app.token("staff@sidra").await,
    ];
    for n in 0..scale(500, 80) {
        let (label, token) = (["nakhla", "sidra"][n % 2], &tokens[n % 2]);
        let body = gift("school", 1_000).to_string();
        let head = match n % 3 {
            0 => format!("GET /api/v1/admin/orders HTTP/1.1\r\nauthorization: Bearer {token}\r\n"),
            1 => "GET /api/v1/items HTTP/1.1\r\n".to_owned(),
            _ => format!(
                "POST /api/v1/orders HTTP/1.1\r\ncontent-type: application/json\r\nidempotency-key: {}\r\ncontent-length: {}\r\n",
                key(),
                body.len()
            ),
        };
        let body = if n % 3 == 2 { body } else { String::new() };
        let request = format!(
            "{head}host: {label}.localhost:{}\r\n\r\n{body}",
            app.node.port
        );
        let mut stream = TcpStream::connect(("127.0.0.1", app.node.port))
            .await
            .unwrap();
        // Somewhere in the request, or somewhere in its work.
        let sent = match n % 4 {
            0 => rand::random_range(1..request.len()),
            _ => request.len(),
        };
        stream.write_all(&request.as_bytes()[..sent]).await.unwrap();
        tokio::time::sleep(Duration::from_micros(rand::random_range(0..4_000))).await;
        drop(stream);
    }
    each_sees_its_own(&app).await;
    for label in ["nakhla", "sidra"] {
        let visitor = app.visitor(label);
        visitor
            .order(&key(), &gift("school", 1_000))
            .await
            .expect(201);
    }
    app.stop().await;
}

#[tokio::test]
async fn t22_a_client_that_leaves_leaves_nothing_behind() {
    disconnects(false).await;
}

#[tokio::test]
async fn t36_t22_a_client_that_leaves_leaves_nothing_behind() {
    disconnects(true).await;
}

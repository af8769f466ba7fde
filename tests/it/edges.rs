//! Where a request meets the wrong tenant above the database: what is told to others (T28), tokens with claims of another (T43),
//! pages dressed up as files (T59), sockets (T65, T67, T69, T70; T66 is in `sockets`, T68 in `platform`), logs (T78).

use std::time::Duration;

use serde_json::json;

use crate::client::{gift, key, pieces, transfer};
use crate::deployment::Deployment;
use crate::node;
use crate::socket::Socket;
use crate::testapp::{Browser, TestApp};

/// Longer than a socket may live on after its reason is gone; ends early.
const CLOSES: Duration = Duration::from_secs(30);
/// Longer than an event takes to another socket.
const MOMENT: Duration = Duration::from_millis(1_500);

#[tokio::test]
async fn t43_a_claim_of_another_tenant_is_not_asked() {
    let app = TestApp::spawn().await;
    let good = app.token("staff@nakhla").await;
    let other = app.b.id.to_string();
    // Signed by the provider itself: only what it says is the other tenant's, in every spelling that providers have.
    let claims = json!({
        "tenant_id": other, "tenant": "sidra", "custom:tenant_id": other, "https://sadu/tenant": other, "org_id": other,
        "org_slug": "sidra", "organization": "sidra", "role": "tenant_admin", "roles": ["tenant_admin", "platform_admin"],
        "custom:role": "tenant_admin", "org_role": "admin", "cognito:groups": ["sidra", "tenant_admin", "platform_admin"],
        "scope": "openid sadu:admin", "permissions": ["*"],
    });
    let token = node::sign_again(&good, &claims);
    let me = |label: &str| app.visitor(label).with_token(token.clone());
    // The probe can see: it is a token that is believed, at the home of its subject.
    let mine = me("nakhla").json("/api/v1/me").await;
    assert_eq!(
        (&mine["role"], &mine["tenant"]["slug"]),
        (&"staff".into(), &"nakhla".into())
    );
    assert_eq!(mine["email"], "staff@nakhla.example");
    for path in ["/api/v1/me", "/api/v1/admin/orders", "/api/v1/admin/audit"] {
        assert_eq!(
            me("sidra").get(path).await.problem(),
            (401, "auth.invalid_token".into()),
            "{path}"
        );
    }
    assert_eq!(
        me("nakhla").get("/api/v1/admin/funding").await.problem(),
        (403, "auth.forbidden".into())
    );
    app.stop().await;
}

#[tokio::test]
async fn t65_a_socket_hears_its_own_tenant_whatever_it_asks_for() {
    let app = TestApp::spawn().await;
    let (here, there) = (app.visitor("nakhla"), app.visitor("sidra"));
    let other = app.b.id.to_string();
    let theirs = there.order(&key(), &gift("well", 1_000)).await.expect(201);
    let theirs = theirs["id"].as_str().unwrap();
    let staff = app.staff("nakhla").await;
    for (n, hello) in [
        json!({ "type": "hello", "after_seq": 0, "epoch": null, "tenant": other, "tenant_id": other }),
        json!({ "type": "hello", "after_seq": 0, "epoch": null, "channel": format!("t:{other}:events"), "topic": "sidra" }),
        json!({ "type": "subscribe", "channel": format!("t:{other}:events"), "tenant": "sidra" }),
    ]
    .into_iter()
    .enumerate()
    {
        let mut socket = Socket::open(&staff).await.unwrap();
        socket.say(&hello).await;
        socket.say(&json!({ "type": "subscribe", "tenant": other, "subject": format!("order:{theirs}") })).await;
        if hello["type"] == "subscribe" {
            socket.hello(None, None).await;
        } else {
            assert_eq!(socket.json().await["type"], "welcome");
        }
        there.order(&key(), &gift("well", 1_000)).await.expect(201);
        let own = here.order(&key(), &gift("well", 1_000)).await.expect(201);
        // Everything up to the own order, and nothing else.
        let mut heard = String::new();
        while !heard.contains(own["id"].as_str().unwrap()) {
            let frame = socket.json().await;
            assert_eq!(frame["type"], "events", "{frame}");
            heard.push_str(&frame.to_string());
        }
        for foreign in [other.as_str(), theirs, "SDR-"] {
            assert!(!heard.contains(foreign), "hello {n} heard {foreign}");
        }
        socket.quiet(MOMENT).await;
    }
    // Nor does a header move it.
    for header in [
        "x-forwarded-host",
        "forwarded",
        "x-host",
        "x-tenant",
        "x-tenant-id",
    ] {
        let offer = format!("sadu.v1, bearer.{}", staff.token.as_ref().unwrap());
        let headers = [
            ("sec-websocket-protocol", offer),
            (header, "sidra.localhost".into()),
        ];
        let mut socket = Socket::open_with(&staff, &headers).await.unwrap();
        let welcome = socket.hello(None, None).await;
        assert_eq!(welcome["user"]["role"], "staff");
        assert_eq!(welcome["seq"], 3, "{header}");
    }
    app.stop().await;
}

/// The socket of a browser's session.
async fn of_browser(app: &TestApp, browser: &Browser<'_>, label: &str) -> Result<Socket, u16> {
    let headers = [
        (
            "cookie",
            format!("__Host-sid={}", browser.session(label).unwrap()),
        ),
        ("origin", app.origin(label)),
    ];
    Socket::open_with(&app.visitor(label), &headers).await
}

#[tokio::test]
async fn t67_a_session_that_is_revoked_closes_its_sockets() {
    let app = TestApp::spawn().await;
    let (mut one, mut two) = (app.browser(), app.browser());
    one.sign_in("nakhla", "staff@nakhla").await;
    two.sign_in("nakhla", "staff@nakhla").await;
    let mut socket = of_browser(&app, &one, "nakhla").await.unwrap();
    socket.hello(None, None).await;
    let mut stays = of_browser(&app, &two, "nakhla").await.unwrap();
    stays.hello(None, None).await;
    // By signing out.
    let csrf = one.csrf("nakhla").await;
    let out = one
        .request("POST", "nakhla", "/auth/logout")
        .form(&[("csrf", &csrf)]);
    assert_eq!(out.send().await.unwrap().status(), 303);
    assert_eq!(socket.until_closed(CLOSES).await.0, 1008);
    assert_eq!(of_browser(&app, &one, "nakhla").await.err(), Some(401));
    stays.quiet(MOMENT).await;
    // By somebody else, at another process.
    sqlx::query("delete from app.sessions")
        .execute(&mut app.behind().await)
        .await
        .unwrap();
    assert_eq!(stays.until_closed(CLOSES).await.0, 1008);
    app.stop().await;
}

#[tokio::test]
async fn t69_two_tabs_with_two_tenants_stay_apart() {
    let app = TestApp::spawn().await;
    let mut browser = app.browser();
    browser.sign_in("nakhla", "staff@nakhla").await;
    browser.sign_in("sidra", "admin@sidra").await;
    assert_ne!(browser.session("nakhla"), browser.session("sidra"));
    let mut sockets = Vec::new();
    for (label, role, id) in [
        ("nakhla", "staff", app.a.id),
        ("sidra", "tenant_admin", app.b.id),
    ] {
        let (status, me) = browser.me(label).await;
        assert_eq!((status, &me["role"]), (200, &role.into()));
        assert_eq!(me["tenant"]["id"], id.to_string());
        let mut socket = of_browser(&app, &browser, label).await.unwrap();
        socket.hello(None, None).await;
        sockets.push(socket);
    }
    assert_ne!(browser.csrf("nakhla").await, browser.csrf("sidra").await);
    for (n, label) in ["nakhla", "sidra"].into_iter().enumerate() {
        let order = app
            .visitor(label)
            .order(&key(), &gift("well", 1_000))
            .await
            .expect(201);
        let heard = sockets[n].events(1).await;
        assert!(heard[0].to_string().contains(order["id"].as_str().unwrap()));
        sockets[1 - n].quiet(MOMENT).await;
    }
    // Both cookies at one host, as a careless proxy might send them, are none.
    let both = format!(
        "__Host-sid={}; __Host-sid={}",
        browser.session("nakhla").unwrap(),
        browser.session("sidra").unwrap()
    );
    let twice = app
        .request("GET", "nakhla", "/api/v1/me")
        .header("cookie", both);
    assert_eq!(twice.send().await.unwrap().status(), 401);
    // Signing out in one tab leaves the other signed in.
    let csrf = browser.csrf("nakhla").await;
    let out = browser
        .request("POST", "nakhla", "/auth/logout")
        .form(&[("csrf", &csrf)]);
    assert_eq!(out.send().await.unwrap().status(), 303);
    assert_eq!(browser.me("nakhla").await.0, 401);
    assert_eq!(browser.me("sidra").await.0, 200);
    app.stop().await;
}

#[tokio::test]
async fn t70_a_place_in_another_stream_opens_nothing() {
    let app = TestApp::spawn().await;
    let there = app.visitor("sidra");
    for _ in 0..5 {
        there.order(&key(), &gift("well", 1_000)).await.expect(201);
    }
    let (_, theirs) = Socket::at(&app.staff("sidra").await, None).await;
    let epoch = theirs["epoch"].as_str().unwrap();
    app.visitor("nakhla")
        .order(&key(), &gift("well", 1_000))
        .await
        .expect(201);
    let staff = app.staff("nakhla").await;
    for after in [0, 1, theirs["seq"].as_i64().unwrap()] {
        let mut socket = Socket::open(&staff).await.unwrap();
        let welcome = socket.hello(Some(after), Some(epoch)).await;
        assert_ne!(welcome["epoch"], theirs["epoch"]);
        // Begin anew, from the head of the own stream.
        assert_eq!(socket.json().await, json!({ "type": "reset", "seq": 1 }));
        socket.quiet(Duration::from_millis(500)).await;
    }
    app.stop().await;
}

#[tokio::test]
async fn t78_no_log_line_of_one_tenant_carries_the_others_id() {
    // Two tenants of the demo besides the deployment's own, in a process of its own, which logs everything.
    let (deployment, _) = Deployment::logging("debug").await;
    let mut behind = deployment.behind().await;
    let mut ids = Vec::new();
    let labels = ["nakhla", "sidra"];
    for label in labels {
        let id: uuid::Uuid = sqlx::query_scalar("select id from app.tenants where slug = $1")
            .bind(label)
            .fetch_one(&mut behind)
            .await
            .unwrap();
        ids.push(vec![id.to_string()]);
    }
    let at = |label: &str| {
        deployment
            .client()
            .at(&format!("{label}.localhost:{}", deployment.port))
    };
    // Each other's orders, tokens and hosts, so that every refusal is logged too.
    let mut tokens = Vec::new();
    for (n, label) in labels.into_iter().enumerate() {
        let page = at(label).json("/api/v1/items?status=active&limit=1").await;
        let item = &page["data"][0];
        let slug = item["slug"].as_str().unwrap();
        let body = match item["price"].is_null() {
            true => gift(slug, 5_000),
            false => pieces(slug, 1),
        };
        let order = at(label).order(&key(), &body).await.expect(201);
        ids[n].push(order["id"].as_str().unwrap().to_owned());
        ids[n].push(order["reference"].as_str().unwrap().to_owned());
        tokens.push(node::token(deployment.port, &format!("staff@{label}")).await);
    }
    for (n, label) in labels.into_iter().enumerate() {
        let request = |method: &str, path: &str| {
            at(label)
                .request(method, path)
                .header("x-request-id", format!("t78-{label}-request"))
        };
        let mine = &ids[n];
        for path in [
            "/api/v1/site".to_owned(),
            "/en/".to_owned(),
            "/api/v1/admin/inbox".to_owned(),
            "/api/v1/me".to_owned(),
            "/api/v1/admin/users".to_owned(),
            format!("/api/v1/admin/orders/{}", mine[1]),
            format!("/api/v1/orders/{}?phone_last4=0000", mine[2]),
            "/admin/inbox?cursor=nonsense".to_owned(),
            "/nowhere".to_owned(),
        ] {
            for token in [None, Some(&tokens[n]), Some(&tokens[1 - n])] {
                let request = request("GET", &path);
                let request = match token {
                    Some(token) => request.bearer_auth(token),
                    None => request,
                };
                request.send().await.unwrap();
            }
        }
        let path = format!("/api/v1/admin/orders/{}/confirm-transfer", mine[1]);
        for body in [transfer(5_000, "T78"), json!({ "amount": "x" })] {
            let request = request("POST", &path).bearer_auth(&tokens[n]);
            request
                .header("idempotency-key", key())
                .json(&body)
                .send()
                .await
                .unwrap();
        }
    }
    let log = deployment.log();
    let mut seen = 0;
    for (n, label) in labels.into_iter().enumerate() {
        let other = &ids[1 - n];
        for line in log
            .lines()
            .filter(|line| line.contains(&format!("t78-{label}-request")))
        {
            seen += 1;
            for foreign in other {
                assert!(!line.contains(foreign.as_str()), "{label}: {line}");
            }
        }
        // Who was refused what is told.
        let request = format!("t78-{label}-request");
        let parts = [&request, "auth.forbidden", "/api/v1/admin/users", "user.id"];
        let told = |line: &&str| parts.iter().all(|part| line.contains(part));
        assert_eq!(log.lines().filter(told).count(), 1, "{log}");
        // Nor does a line carry both, whosever it is.
        for line in log.lines().filter(|line| line.contains(&ids[n][0])) {
            assert!(!line.contains(&other[0]), "{line}");
        }
    }
    println!(
        "T78: {seen} log lines of requests looked at, of {} in all",
        log.lines().count()
    );
    assert!(seen > 0, "nothing was logged of these requests");
    deployment.end().await;
}

#[tokio::test]
async fn t28_nothing_that_is_told_to_others_holds_personal_data() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let placed = visitor.order(&key(), &gift("well", 2_000)).await;
    let order = placed.expect(201);
    let staff = app.staff("nakhla").await;
    let path = format!(
        "/api/v1/admin/orders/{}/confirm-transfer",
        order["id"].as_str().unwrap()
    );
    staff
        .post(&path, &key(), &transfer(2_000, "T28"))
        .await
        .expect(200);
    let mut behind = app.behind().await;
    // Postgres tells nobody anything: whoever listens to a database hears every tenant.
    let notifiers: i64 = sqlx::query_scalar(
        "select count(*) from pg_proc where pronamespace in ('app'::regnamespace, 'plat'::regnamespace) and prosrc ~* 'notify'",
    )
    .fetch_one(&mut behind)
    .await
    .unwrap();
    assert_eq!(notifiers, 0);
    // What sockets, workers, administrators and callers who ask again are told.
    let told: Vec<String> = sqlx::query_scalar(
        "select t::text from app.inbox_events t union all select t::text from app.outbox t
         union all select t::text from app.audit_logs t union all select t::text from app.idempotency_keys t",
    )
    .fetch_all(&mut behind)
    .await
    .unwrap();
    assert!(told.len() >= 4, "{told:?}");
    for row in &told {
        for personal in [
            crate::client::NAME,
            crate::client::PHONE,
            &crate::client::PHONE[4..],
        ] {
            assert!(!row.contains(personal), "{row}");
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn t59_a_page_dressed_up_as_a_file_is_kept_by_nobody() {
    let app = TestApp::spawn().await;
    let order = app
        .visitor("nakhla")
        .order(&key(), &gift("well", 2_000))
        .await
        .expect(201);
    let (id, reference) = (
        order["id"].as_str().unwrap(),
        order["reference"].as_str().unwrap(),
    );
    let mut browser = app.browser();
    browser.sign_in("nakhla", "admin@nakhla").await;
    let mut tried = 0;
    for page in [
        "/admin".to_owned(),
        "/admin/inbox".to_owned(),
        format!("/admin/inbox/{id}"),
        "/admin/audit".to_owned(),
        "/api/v1/me".to_owned(),
        format!("/api/v1/admin/orders/{id}"),
        format!("/en/o/{reference}"),
        "/en/track".to_owned(),
    ] {
        for dress in [
            "/x.css",
            "/static/x.css",
            ";x.css",
            "%2Fx.css",
            "%3Bx.js",
            "/..%2Fx.png",
            ".css",
            "%00.css",
            "/%2e%2e/static/x.css",
        ] {
            let path = format!("{page}{dress}");
            let answer = browser
                .request("GET", "nakhla", &path)
                .send()
                .await
                .unwrap();
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            let body = answer.text().await.unwrap();
            assert!(matches!(status, 303 | 400 | 404), "{path}: {status}");
            assert!(
                !body.contains("admin@nakhla.example") && !body.contains(id),
                "{path}"
            );
            let kept = headers
                .get("cache-control")
                .map(|h| h.to_str().unwrap().to_owned());
            assert!(kept.is_some_and(|kept| kept.contains("no-store")), "{path}");
            tried += 1;
        }
    }
    println!("T59: {tried} pages dressed up as files, none answered");
    app.stop().await;
}

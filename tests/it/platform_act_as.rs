//! T76: somebody of the platform inside a tenant (security.md, ISO-8): for a reason, for minutes, looking only, and seen by the tenant.

use std::time::Duration;

use sadu_db::{Db, DbConfig};
use serde_json::{Value, json};

use crate::client::{Answer, Client, gift, key, transfer};
use crate::platform::{post, seen_by};
use crate::socket::Socket;
use crate::testapp::TestApp;

/// A browser inside a tenant: its session cookie.
struct Inside {
    client: Client,
    cookie: String,
}

impl Inside {
    async fn by(app: &TestApp, url: &str) -> Result<Self, u16> {
        let client = app.visitor("nakhla");
        let prefix = format!("http://nakhla.localhost:{}", client.port);
        let answer = client.get(url.strip_prefix(&prefix).unwrap()).await;
        if answer.status != 303 {
            return Err(answer.status);
        }
        assert_eq!(answer.header("location"), "/admin");
        let cookie = answer.header("set-cookie").split(';').next().unwrap();
        Ok(Self {
            client,
            cookie: cookie.to_owned(),
        })
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let request = self
            .client
            .request(method, path)
            .header("cookie", &self.cookie);
        match method {
            "GET" => request,
            _ => request
                .header("origin", self.origin())
                .header("sec-fetch-site", "same-origin"),
        }
    }

    fn origin(&self) -> String {
        format!("http://nakhla.localhost:{}", self.client.port)
    }

    async fn get(&self, path: &str) -> Answer {
        crate::client::send(self.request("GET", path))
            .await
            .unwrap()
    }

    async fn csrf(&self) -> String {
        let me = self.get("/api/v1/me").await.expect(200);
        me["csrf_token"].as_str().unwrap().to_owned()
    }

    async fn write(&self, path: &str, body: &Value) -> Answer {
        let request = self
            .request("POST", path)
            .header("x-csrf-token", self.csrf().await)
            .header("idempotency-key", key())
            .json(body);
        crate::client::send(request).await.unwrap()
    }

    async fn socket(&self) -> Result<Socket, u16> {
        let headers = [("cookie", self.cookie.clone()), ("origin", self.origin())];
        Socket::open_with(&self.client, &headers).await
    }
}

async fn way_in(app: &TestApp, root: &Client, body: &Value) -> Answer {
    let path = format!("/api/v1/platform/tenants/{}/act-as", app.a.id);
    post(root, &path, body).await
}

async fn enter(app: &TestApp, root: &Client, write: bool) -> Inside {
    let body = json!({ "reason": "A refund looks stuck", "ticket": "HELP-7", "minutes": 15, "write": write });
    let way = way_in(app, root, &body).await.expect(201);
    Inside::by(app, way["url"].as_str().unwrap()).await.unwrap()
}

#[actix_web::test]
async fn t76_nobody_enters_without_reason_ticket_and_end() {
    let app = TestApp::spawn().await;
    let root = app.root().await;
    let whole = json!({ "reason": "A refund looks stuck", "ticket": "HELP-7", "minutes": 15 });
    for (field, bad) in [
        ("reason", json!("")),
        ("reason", Value::Null),
        ("ticket", json!(" ")),
        ("minutes", json!(0)),
        ("minutes", json!(31)),
        ("minutes", json!(-5)),
    ] {
        let mut body = whole.clone();
        match bad {
            Value::Null => drop(body.as_object_mut().unwrap().remove(field)),
            bad => body[field] = bad,
        }
        let answer = way_in(&app, &root, &body).await;
        assert_eq!(answer.problem(), (422, "request.invalid".into()), "{body}");
        assert_eq!(answer.json()["errors"][0]["field"], field);
    }
    // A tenant's own administrator has no such door, and a proof of identity from long ago does not open it.
    let admin = app.admin("nakhla").await.at(&root.host);
    assert_eq!(way_in(&app, &admin, &whole).await.status, 401);
    let mut browser = app.browser();
    browser.sign_in("platform", "root@platform").await;
    let mut behind = app.behind().await;
    sqlx::query("update plat.platform_sessions set auth_time = now() - interval '16 minutes'")
        .execute(&mut behind)
        .await
        .unwrap();
    let me = browser.request("GET", "platform", "/api/v1/platform/me");
    let me = crate::client::send(me).await.unwrap().json();
    let path = format!("/api/v1/platform/tenants/{}/act-as", app.a.id);
    let old = browser
        .request("POST", "platform", &path)
        .header("x-csrf-token", me["csrf_token"].as_str().unwrap())
        .json(&whole);
    let old = crate::client::send(old).await.unwrap();
    assert_eq!(old.problem(), (403, "auth.step_up_required".into()));
    assert_eq!(seen_by(&app, app.a.id).await, []);
    app.stop().await;
}

#[actix_web::test]
async fn t76_who_is_inside_looks_and_does_nothing_else() {
    let app = TestApp::spawn().await;
    let root = app.root().await;
    let visitor = app.visitor("nakhla");
    let mut given = gift("well", 5_000);
    given["note"] = json!("House 12, behind the mosque");
    let order = visitor.order(&key(), &given).await.expect(201);
    let id = order["id"].as_str().unwrap();
    let inside = enter(&app, &root, false).await;

    // What the donor wrote is for the tenant's own people, and what would be refused is not offered.
    let path = format!("/api/v1/admin/orders/{id}");
    let own = app.staff("nakhla").await.json(&path).await;
    assert_eq!(own["note"], "House 12, behind the mosque");
    assert_eq!(inside.get(&path).await.expect(200)["note"], Value::Null);
    let page = inside.get(&format!("/admin/inbox/{id}?lang=en")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("only-looks"), "{}", page.body);
    for hidden in [
        "House 12",
        "data-act=\"claim\"",
        "data-act=\"resolve\"",
        "data-transfer",
        "data-reveal",
    ] {
        assert!(!page.body.contains(hidden), "{hidden}");
    }

    let me = inside.get("/api/v1/me").await.expect(200);
    assert_eq!(
        (&me["acting"], &me["name"]),
        (&json!("looking"), &json!("Sadu Operations"))
    );
    assert_eq!(
        inside
            .get(&format!("/api/v1/admin/orders/{id}"))
            .await
            .status,
        200
    );
    for (path, lang, word) in [
        ("/admin", "en", "The platform is looking into this tenant"),
        ("/admin/inbox", "en", "looking only"),
        ("/admin/inbox", "ar", "للاطلاع فقط"),
    ] {
        let page = inside.get(&format!("{path}?lang={lang}")).await;
        assert_eq!(page.status, 200);
        assert!(
            page.body.contains(word) && page.body.contains("/auth/leave"),
            "{path} {lang}"
        );
    }
    let mut socket = inside.socket().await.unwrap();
    assert_eq!(
        socket.hello(None, None).await["user"]["name"],
        "Sadu Operations"
    );

    let claim = format!("/api/v1/admin/inbox/order:{id}/claim");
    let confirm = format!("/api/v1/admin/orders/{id}/confirm-transfer");
    for path in [&claim, &confirm] {
        let answer = inside.write(path, &transfer(5_000, "B-1")).await;
        assert_eq!(answer.problem(), (403, "auth.read_only".into()), "{path}");
        // However it is spelt.
        let answer = inside
            .write(&path.replace("order", "%6frder"), &transfer(5_000, "B-1"))
            .await;
        assert_eq!(answer.status, 403, "{path}");
    }
    let form = inside
        .request("POST", &format!("/admin/inbox/{id}/claim"))
        .form(&[("csrf", inside.csrf().await)]);
    assert_eq!(form.send().await.unwrap().status(), 403);
    // With a grant to write, money and the tenant's own work stay closed all the same.
    let writing = enter(&app, &root, true).await;
    assert_eq!(writing.get("/api/v1/me").await.json()["acting"], "writing");
    for path in [&claim, &confirm] {
        let answer = writing.write(path, &transfer(5_000, "B-1")).await;
        assert_eq!(answer.problem(), (403, "auth.read_only".into()), "{path}");
    }
    visitor.shows("well", "raised", 0).await;
    // The cookie counts nowhere else.
    let elsewhere = app
        .request("GET", "sidra", "/api/v1/me")
        .header("cookie", &inside.cookie);
    let elsewhere = crate::client::send(elsewhere).await.unwrap();
    assert_eq!(elsewhere.problem(), (401, "auth.invalid_token".into()));
    app.stop().await;
}

#[actix_web::test]
async fn t76_a_way_in_is_good_once_at_its_tenant() {
    let app = TestApp::spawn().await;
    let root = app.root().await;
    let body = json!({ "reason": "Looking", "ticket": "HELP-8", "minutes": 1 });
    let way = way_in(&app, &root, &body).await.expect(201);
    let url = way["url"].as_str().unwrap();
    let path = url
        .split("localhost")
        .nth(1)
        .unwrap()
        .split_once('/')
        .unwrap()
        .1;
    let elsewhere = app.visitor("sidra").get(&format!("/{path}")).await;
    assert_eq!(elsewhere.status, 400);
    let inside = Inside::by(&app, url).await.unwrap();
    assert_eq!(inside.get("/api/v1/me").await.status, 200);
    // Somebody saw the address: the session that it began ends.
    assert_eq!(Inside::by(&app, url).await.err(), Some(400));
    let gone = until(&inside, 401).await;
    assert_eq!(gone, 401);
    let told: Vec<_> = seen_by(&app, app.a.id).await;
    assert_eq!(
        told.last().unwrap(),
        &("support.end".into(), json!({ "why": "replayed" }))
    );
    // One that nobody used within its minute.
    let unused = way_in(&app, &root, &body).await.expect(201);
    let mut behind = app.behind().await;
    sqlx::query("update app.support_sessions set code_expires_at = now() - interval '1 second' where began_at is null")
        .execute(&mut behind)
        .await
        .unwrap();
    let late = Inside::by(&app, unused["url"].as_str().unwrap()).await;
    assert_eq!(late.err(), Some(400));
    app.stop().await;
}

/// The status of `me`, once it is this one; what one process believes of a session it believes for five seconds.
async fn until(inside: &Inside, status: u16) -> u16 {
    let mut seen = 0;
    for _ in 0..300 {
        seen = inside.get("/api/v1/me").await.status;
        if seen == status {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    seen
}

#[actix_web::test]
async fn t76_it_ends_by_the_clock_and_by_leaving_and_the_tenant_reads_it() {
    let app = TestApp::spawn().await;
    let root = app.root().await;
    let expired = enter(&app, &root, false).await;
    let mut socket = expired.socket().await.unwrap();
    socket.hello(None, None).await;
    assert_eq!(expired.get("/api/v1/me").await.status, 200);
    let mut behind = app.behind().await;
    sqlx::query(
        "update app.support_sessions set granted_at = now() - interval '20 minutes', expires_at = now() - interval '1 second'",
    )
    .execute(&mut behind)
    .await
    .unwrap();
    let (code, _, _) = socket.until_closed(Duration::from_secs(60)).await;
    assert_eq!(code, 1008);
    assert_eq!(until(&expired, 401).await, 401);
    assert_eq!(expired.socket().await.err(), Some(401));

    let left = enter(&app, &root, false).await;
    let out = left
        .request("POST", "/auth/leave")
        .form(&[("csrf", left.csrf().await)]);
    let out = crate::client::send(out).await.unwrap();
    assert_eq!(out.status, 200);
    assert!(
        out.body.contains("http://platform.localhost")
            && out.header("set-cookie").contains("Max-Age=0")
    );
    assert_eq!(until(&left, 401).await, 401);

    // The end by the clock is written by whoever looks; nobody writes it twice.
    let mut config = DbConfig::new(app.database.url("sadu_web"));
    config.platform_url = Some(app.database.url("sadu_platform"));
    config.acquire_timeout = Duration::from_secs(15);
    let db = Db::connect(config).await.unwrap();
    sadu::upkeep::end_due(&db).await.unwrap();
    assert_eq!(sadu::upkeep::end_due(&db).await.unwrap(), 0);
    db.close().await;
    let log = seen_by(&app, app.a.id).await;
    let told: Vec<(&str, Option<&str>)> = log
        .iter()
        .map(|(action, diff)| (action.as_str(), diff["why"].as_str()))
        .collect();
    for expected in [
        ("support.grant", None),
        ("support.begin", None),
        ("support.end", Some("left")),
        ("support.end", Some("expired")),
    ] {
        assert!(told.contains(&expected), "{told:?}");
    }
    assert_eq!(told.len(), 6, "{told:?}");
    for (action, diff) in log.iter().filter(|(action, _)| action != "support.end") {
        assert_eq!(
            (&diff["reason"], &diff["ticket"], &diff["write"]),
            (
                &json!("A refund looks stuck"),
                &json!("HELP-7"),
                &json!(false)
            ),
            "{action}"
        );
    }
    app.stop().await;
}

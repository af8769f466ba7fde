//! Those who run the platform: their own sign-in on their own host, and what they may do to a tenant.

use std::time::Duration;

use sadu_db::PlatformAdmin;
use serde_json::{Value, json};

use crate::client::{Client, PHONE, gift, key};
use crate::node::Options;
use crate::socket::Socket;
use crate::testapp::{Browser, TestApp, location};

impl TestApp {
    /// Lets this demo account run the platform.
    pub(crate) async fn appoint(&self, username: &str) {
        let admin = PlatformAdmin {
            email: format!("{username}.example"),
            name: "Sadu Operations".into(),
            issuer: format!("http://id.localhost:{}", self.node.port),
            subject: format!("dev|{username}"),
        };
        let migrator = self.database.url("sadu_migrator");
        sadu_db::appoint(&migrator, &admin).await.unwrap();
    }

    /// Somebody who runs the platform, as a program.
    pub(crate) async fn root(&self) -> Client {
        self.appoint("root@platform").await;
        let token = self.token("root@platform").await;
        self.node.client("platform").with_token(token)
    }
}

/// Sends JSON.
pub(crate) async fn post(client: &Client, path: &str, body: &Value) -> crate::client::Answer {
    crate::client::send(client.request("POST", path).json(body))
        .await
        .unwrap()
}

async fn root_in_a_browser(app: &TestApp) -> Browser<'_> {
    app.appoint("root@platform").await;
    let mut browser = app.browser();
    assert_eq!(browser.sign_in("platform", "root@platform").await, "/");
    browser
}

async fn me(browser: &Browser<'_>) -> (u16, Value) {
    let answer = browser.request("GET", "platform", "/api/v1/platform/me");
    let answer = crate::client::send(answer).await.unwrap();
    (answer.status, answer.json())
}

/// Entries of a tenant's log that came by the platform's door: action, and what is told.
pub(crate) async fn seen_by(
    app: &TestApp,
    tenant: sadu_domain::ids::TenantId,
) -> Vec<(String, Value)> {
    let mut behind = app.behind().await;
    sqlx::query_as(
        "select l.action, l.diff from app.audit_logs l join plat.platform_admins a on l.via = 'platform:' || a.id and l.actor_id = a.id::text
         where l.tenant_id = $1 and l.actor_role = 'platform_admin' order by l.seq",
    )
    .bind(tenant.as_uuid())
    .fetch_all(&mut behind)
    .await
    .unwrap()
}

#[actix_web::test]
async fn the_platform_has_a_sign_in_of_its_own() {
    let app = TestApp::spawn().await;
    let mut browser = root_in_a_browser(&app).await;
    let (status, who) = me(&browser).await;
    assert_eq!(
        (status, &who["email"]),
        (200, &json!("root@platform.example"))
    );
    let page = browser
        .request("GET", "platform", "/")
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("Aid Society"));

    let cookie = format!("__Host-sid={}", browser.session("platform").unwrap());
    let at = |label: &str, path: &str| app.request("GET", label, path).header("cookie", &cookie);
    let here = crate::client::send(at("platform", "/api/v1/platform/tenants")).await;
    assert_eq!(here.unwrap().status, 200);
    // The platform's cookie at a tenant, and a tenant's at the platform.
    let crossed = crate::client::send(at("nakhla", "/api/v1/me"))
        .await
        .unwrap();
    assert_eq!(crossed.problem(), (401, "auth.invalid_token".into()));
    browser.sign_in("nakhla", "admin@nakhla").await;
    let theirs = format!("__Host-sid={}", browser.session("nakhla").unwrap());
    let crossed = app
        .request("GET", "platform", "/api/v1/platform/tenants")
        .header("cookie", theirs);
    let crossed = crate::client::send(crossed).await.unwrap();
    assert_eq!(crossed.problem(), (401, "auth.invalid_token".into()));

    // Out, with proof that our own page asks; the cookie is then worth nothing.
    let out = browser
        .request("POST", "platform", "/auth/logout")
        .form(&[("csrf", "x")]);
    assert_eq!(out.send().await.unwrap().status(), 403);
    let csrf = me(&browser).await.1["csrf_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let out = browser
        .request("POST", "platform", "/auth/logout")
        .form(&[("csrf", &csrf)])
        .send()
        .await
        .unwrap();
    assert_eq!(location(&out), "/auth/signed-out");
    browser.keep("platform", &out);
    let stale = crate::client::send(at("platform", "/api/v1/platform/me"))
        .await
        .unwrap();
    assert_eq!(stale.problem(), (401, "auth.invalid_token".into()));
    app.stop().await;
}

#[actix_web::test]
async fn a_sign_in_to_the_platform_counts_once_and_where_it_began() {
    let app = TestApp::spawn().await;
    app.appoint("root@platform").await;
    let (mut root, mut other) = (app.browser(), app.browser());
    let callback = root.reach_callback("platform", "root@platform").await;
    // Pressed on somebody else's browser.
    let finish = location(&root.get(&callback).await);
    assert_eq!(other.get(&finish).await.status(), 400);
    assert!(other.session("platform").is_none());
    // At a tenant.
    let elsewhere = finish.replace("platform.localhost", "nakhla.localhost");
    assert_eq!(root.get(&elsewhere).await.status(), 400);
    assert_eq!(location(&root.get(&finish).await), "/");
    assert_eq!(me(&root).await.0, 200);
    // The callback once, the code once: a second time ends the session that it began.
    assert_eq!(root.get(&callback).await.status(), 400);
    assert_eq!(other.get(&finish).await.status(), 400);
    assert_eq!(me(&root).await.0, 401);
    app.stop().await;
}

#[actix_web::test]
async fn nobody_else_runs_the_platform() {
    let app = TestApp::spawn().await;
    let root = app.root().await;
    assert_eq!(root.get("/api/v1/platform/tenants").await.status, 200);
    // A tenant's administrator is nobody here, and the platform's is nobody there.
    let admin = app.admin("nakhla").await;
    let there = admin.at(&root.host).get("/api/v1/platform/tenants").await;
    assert_eq!(there.problem(), (401, "auth.invalid_token".into()));
    let here = root.at(&admin.host).get("/api/v1/me").await;
    assert_eq!(here.problem(), (401, "auth.invalid_token".into()));
    // Without a second factor: no token, no session.
    app.appoint("nomfa@nakhla").await;
    let weak = app.token("nomfa@nakhla").await;
    let weak = app.node.client("platform").with_token(weak);
    let answer = weak.get("/api/v1/platform/tenants").await;
    assert_eq!(answer.problem(), (403, "auth.mfa_required".into()));
    let mut browser = app.browser();
    let callback = browser.reach_callback("platform", "nomfa@nakhla").await;
    assert_eq!(browser.get(&callback).await.status(), 403);
    assert!(browser.session("platform").is_none());
    // Somebody who is not of the platform at all.
    let callback = browser.reach_callback("platform", "staff@sidra").await;
    assert_eq!(browser.get(&callback).await.status(), 403);
    // Its routes are on its host alone, and tenants' routes are not.
    for (label, path) in [
        ("nakhla", "/api/v1/platform/tenants"),
        ("auth", "/api/v1/platform/tenants"),
        ("platform", "/api/v1/admin/orders"),
        ("platform", "/api/v1/site"),
        ("platform", "/admin"),
    ] {
        let answer = root.at(&format!("{label}.localhost")).get(path).await;
        assert_eq!(answer.status, 404, "{label}{path}");
    }
    // Whoever is dismissed is out with the next request.
    let migrator = app.database.url("sadu_migrator");
    assert!(
        sadu_db::dismiss(&migrator, "root@platform.example")
            .await
            .unwrap()
    );
    let answer = root.get("/api/v1/platform/tenants").await;
    assert_eq!(answer.problem(), (401, "auth.invalid_token".into()));
    app.stop().await;
}

#[actix_web::test]
async fn the_platforms_host_can_be_kept_to_some_networks() {
    let from_elsewhere = Options {
        platform_network: Some("192.0.2.0/24"),
        ..Options::default()
    };
    let app = TestApp::with(from_elsewhere).await;
    let root = app.root().await;
    // As if there were no such host; a header says nothing where no proxy is trusted.
    for forwarded in ["203.0.113.7", "192.0.2.7"] {
        let request = root
            .request("GET", "/api/v1/platform/tenants")
            .header("x-forwarded-for", forwarded);
        let answer = crate::client::send(request).await.unwrap();
        assert_eq!(answer.problem(), (404, "tenant.not_found".into()));
    }
    assert_eq!(app.visitor("nakhla").get("/api/v1/site").await.status, 200);
    app.stop().await;

    let from_here = Options {
        platform_network: Some("127.0.0.0/8"),
        ..Options::default()
    };
    let app = TestApp::with(from_here).await;
    let root = app.root().await;
    assert_eq!(root.get("/api/v1/platform/tenants").await.status, 200);
    app.stop().await;
}

/// Waits until the home page answers with this: what the platform changes is seen within moments, not with the answer.
async fn shows(visitor: &Client, status: u16) {
    for _ in 0..300 {
        if visitor.get("/en/").await.status == status {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the home page never answered {status}");
}

async fn takes_no_money(visitor: &Client) {
    for _ in 0..300 {
        let answer = visitor.order(&key(), &gift("well", 5_000)).await;
        if answer.code() == "tenant.collection_suspended" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("money is still taken");
}

#[actix_web::test]
async fn t68_a_tenant_that_is_switched_off_is_gone_everywhere_within_seconds() {
    let app = TestApp::spawn().await;
    let root = app.root().await;
    let visitor = app.visitor("nakhla");
    let order = visitor.order(&key(), &gift("well", 5_000)).await;
    let reference = order.expect(201)["reference"].as_str().unwrap().to_owned();
    let (mut socket, _) = Socket::at(&app.staff("nakhla").await, None).await;
    let (mut neighbour, _) = Socket::at(&app.staff("sidra").await, None).await;

    let listed = root.json("/api/v1/platform/tenants").await;
    let row = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["slug"] == "nakhla");
    let row = row.unwrap().clone();
    assert_eq!(
        (&row["status"], &row["name"]["en"]),
        (&json!("active"), &json!("Aid Society"))
    );
    let path = |act: &str| {
        format!(
            "/api/v1/platform/tenants/{}/{act}",
            row["id"].as_str().unwrap()
        )
    };

    let mute = post(&root, &path("suspend"), &json!({ "reason": " " })).await;
    assert_eq!(mute.problem(), (422, "request.invalid".into()));
    assert_eq!(mute.json()["errors"][0]["field"], "reason");
    let because = json!({ "reason": "Licence expired" });
    let done = post(&root, &path("suspend"), &because).await.expect(200);
    assert_eq!(
        (&done["status"], &done["was"]),
        (&json!("suspended"), &json!("active"))
    );
    let (code, _, _) = socket.until_closed(Duration::from_secs(30)).await;
    assert_eq!(code, 1008);

    // Visitors are told, in both languages, by whom and where to ask; programs get a code; the neighbour notices nothing.
    for (lang, word, name) in [
        ("en", "paused for now", "Aid Society"),
        ("ar", "متوقف حالياً", "جمعية العون"),
    ] {
        let request = reqwest::Client::new()
            .get(format!("http://127.0.0.1:{}/{lang}/items", app.node.port))
            .header("host", &visitor.host)
            .header("accept-language", lang);
        let page = crate::client::send(request).await.unwrap();
        assert_eq!(page.status, 404);
        assert!(
            page.body.contains(word)
                && page.body.contains(name)
                && page.body.contains(&format!("href=\"/{lang}/track\"")),
            "{}",
            page.body
        );
    }
    // Those who gave find their gift and what they gave to; nothing is taken.
    assert_eq!(visitor.get("/en/track").await.status, 200);
    let form = [
        ("reference", reference.as_str()),
        ("last4", &PHONE[PHONE.len() - 4..]),
    ];
    let found = crate::client::send(visitor.request("POST", "/en/track").form(&form))
        .await
        .unwrap();
    assert!(found.status < 400 && found.status != 200, "{}", found.body);
    assert_eq!(visitor.get("/en/items/well").await.status, 200);
    for closed in ["/en/checkout", "/en/items", "/admin/inbox", "/auth/login"] {
        assert_eq!(visitor.get(closed).await.status, 404, "{closed}");
    }
    let answer = visitor.order(&key(), &gift("well", 5_000)).await;
    assert_eq!(answer.problem(), (404, "tenant.suspended".into()));
    let staff = app.staff("nakhla").await;
    assert_eq!(
        staff.get("/api/v1/admin/inbox").await.problem(),
        (404, "tenant.suspended".into())
    );
    assert_eq!(app.visitor("sidra").get("/en/").await.status, 200);
    neighbour.quiet(Duration::from_millis(500)).await;

    // The same again changes nothing and writes nothing.
    let again = post(&root, &path("suspend"), &because).await.expect(200);
    assert_eq!(again["was"], "suspended");
    let because = json!({ "reason": "Licence renewed" });
    post(&root, &path("activate"), &because).await.expect(200);
    shows(&visitor, 200).await;
    let money = json!({ "reason": "Campaign permit ended", "collection_only": true });
    let half = post(&root, &path("suspend"), &money).await.expect(200);
    assert_eq!(half["status"], "collection_suspended");
    takes_no_money(&visitor).await;
    assert_eq!(visitor.get("/en/").await.status, 200);

    let log = seen_by(&app, app.a.id).await;
    let actions: Vec<&str> = log.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(
        actions,
        ["tenant.suspend", "tenant.activate", "tenant.suspend"]
    );
    assert_eq!(
        log[0].1,
        json!({ "before": "active", "after": "suspended", "reason": "Licence expired" })
    );
    assert_eq!(seen_by(&app, app.b.id).await, []);
    let audit = root.json("/api/v1/platform/audit").await;
    assert_eq!(audit["chain"], json!({ "entries": 3, "first_bad": null }));
    assert_eq!(audit["data"][2]["diff"]["tenant"], row["id"]);

    // One that is closed stays closed, and one that never was is not there.
    let mut behind = app.behind().await;
    sqlx::query("update app.tenants set status = 'closed' where slug = 'sidra'")
        .execute(&mut behind)
        .await
        .unwrap();
    let closed = format!("/api/v1/platform/tenants/{}/activate", app.b.id);
    assert_eq!(
        post(&root, &closed, &because).await.problem(),
        (409, "tenant.closed".into())
    );
    for unknown in [uuid::Uuid::now_v7().to_string(), "x".into()] {
        let path = format!("/api/v1/platform/tenants/{unknown}/activate");
        assert_eq!(
            post(&root, &path, &because).await.problem(),
            (404, "tenant.not_found".into())
        );
    }
    app.stop().await;
}

#[actix_web::test]
async fn the_platforms_log_shows_what_was_done_to_it() {
    let app = TestApp::spawn().await;
    let root = app.root().await;
    for reason in ["one", "two", "three"] {
        for act in ["suspend", "activate"] {
            let path = format!("/api/v1/platform/tenants/{}/{act}", app.a.id);
            post(&root, &path, &json!({ "reason": reason }))
                .await
                .expect(200);
        }
    }
    let mut behind = app.behind().await;
    let refused = sqlx::query("delete from plat.platform_audit_logs where seq = 2")
        .execute(&mut behind)
        .await;
    assert!(refused.is_err(), "the log can be cut");
    for (forgery, expected) in [
        (
            "update plat.platform_audit_logs set diff = '{}' where seq = 4",
            4,
        ),
        ("delete from plat.platform_audit_logs where seq = 2", 3),
        ("delete from plat.platform_audit_logs where seq = 6", 6),
    ] {
        // Only somebody who owns the database gets past the trigger; the chain still shows it.
        for sql in [
            "begin",
            "alter table plat.platform_audit_logs disable trigger no_change",
            forgery,
        ] {
            sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
                .execute(&mut behind)
                .await
                .unwrap();
        }
        let bad: Option<i64> =
            sqlx::query_scalar("select first_bad from plat.platform_audit_check()")
                .fetch_one(&mut behind)
                .await
                .unwrap();
        sqlx::query("rollback").execute(&mut behind).await.unwrap();
        assert_eq!(bad, Some(expected), "{forgery}");
    }
    let browser = root_in_a_browser(&app).await;
    for (lang, words) in [
        (
            "en",
            [
                "Tenant <a href=\"/?q=nakhla\"><bdi>Aid Society</bdi></a>",
                "<bdi>Active</bdi>",
                "<bdi>Switched off</bdi>",
            ],
        ),
        (
            "ar",
            [
                "الجهة <a href=\"/?q=nakhla\"><bdi>جمعية العون</bdi></a>",
                "<bdi>تعمل</bdi>",
                "<bdi>متوقفة</bdi>",
            ],
        ),
    ] {
        let page = browser.request("GET", "platform", &format!("/audit?lang={lang}"));
        let page = crate::client::send(page).await.unwrap();
        assert_eq!(page.status, 200);
        for word in words {
            assert!(page.body.contains(word), "{word}: {}", page.body);
        }
        assert!(!page.body.contains(&app.a.id.to_string()));
    }
    app.stop().await;
}

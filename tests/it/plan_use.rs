//! What a tenant uses of its plan: the figure that is shown is the one that refuses, each tenant sees its own, and the words say how far.

use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::client::{Answer, Client, key, send};
use crate::pictures::MEDIA;
use crate::platform_plans::{add_item, add_person, listed, put};
use crate::testapp::TestApp;

const PLAN: &str = "/api/v1/admin/settings/plan";
const PLENTY: i64 = 1_000;

fn used(usage: &Value, of: &str) -> i64 {
    usage[of]["used"].as_i64().unwrap()
}

/// The limits of the plan that everybody here is on.
async fn limit(root: &Client, items: i64, staff: i64, storage: i64) {
    let limits =
        json!({ "items": items, "staff": staff, "storage_bytes": storage, "ai_tokens": 7_000 });
    put(root, "plans/growth", &limits).await.expect(200);
}

/// What nakhla uses, after a look whether both sides are told the same.
async fn usage(root: &Client, admin: &Client) -> Value {
    let own = admin.json(PLAN).await["usage"].clone();
    assert_eq!(listed(root, "nakhla").await["usage"], own);
    own
}

async fn announce(who: &Client, item: &str, bytes: i64) -> Answer {
    let sha256 = format!(
        "{}{}",
        uuid::Uuid::now_v7().simple(),
        uuid::Uuid::now_v7().simple()
    );
    let picture = json!({ "item": item, "type": "image/jpeg", "bytes": bytes, "sha256": sha256 });
    who.post(MEDIA, &key(), &picture).await
}

async fn behind(connection: &mut PgConnection, sql: &'static str) {
    let changed = sqlx::query(sql).execute(connection).await.unwrap();
    assert!(changed.rows_affected() > 0, "{sql}");
}

/// With a limit one beyond the figure there is room for one and for no more; what was refused is not counted.
async fn items_are_refused_by_the_figure(root: &Client, admin: &Client) {
    let n = used(&usage(root, admin).await, "items");
    limit(root, n + 1, PLENTY, PLENTY).await;
    let slug = |n: i64| format!("one-more-{n}-{}", uuid::Uuid::now_v7().simple());
    add_item(admin, &slug(n)).await.expect(201);
    let full = add_item(admin, &slug(n)).await;
    assert_eq!(full.problem(), (409, "plan.items_reached".into()));
    let now = usage(root, admin).await["items"].clone();
    assert_eq!(
        now,
        json!({ "used": n + 1, "limit": n + 1, "level": "full" })
    );
}

async fn people_are_refused_by_the_figure(root: &Client, admin: &Client) {
    let n = used(&usage(root, admin).await, "staff");
    limit(root, PLENTY, n + 1, PLENTY).await;
    let who = || format!("p{}", uuid::Uuid::now_v7().simple());
    add_person(admin, &who()).await.expect(201);
    let full = add_person(admin, &who()).await;
    assert_eq!(full.problem(), (409, "plan.staff_reached".into()));
    let now = usage(root, admin).await["staff"].clone();
    assert_eq!(
        now,
        json!({ "used": n + 1, "limit": n + 1, "level": "full" })
    );
}

async fn bytes_are_refused_by_the_figure(root: &Client, admin: &Client, item: &str) {
    let n = used(&usage(root, admin).await, "storage_bytes");
    limit(root, PLENTY, PLENTY, n + 500).await;
    let full = announce(admin, item, 501).await;
    assert_eq!(full.problem(), (409, "media.storage_full".into()));
    announce(admin, item, 500).await.expect(201);
    let full = announce(admin, item, 1).await;
    assert_eq!(full.problem(), (409, "media.storage_full".into()));
    let now = usage(root, admin).await["storage_bytes"].clone();
    assert_eq!(
        now,
        json!({ "used": n + 500, "limit": n + 500, "level": "full" })
    );
}

#[actix_web::test]
async fn what_is_shown_is_what_refuses() {
    let app = TestApp::spawn().await;
    let (root, admin) = (app.root().await, app.admin("nakhla").await);
    let mut connection = app.behind().await;
    let c = &mut connection;
    let before = listed(&root, "sidra").await["usage"].clone();

    // Whatever state things are in: after each change by somebody else the figure moves as said, and refuses again where it stands.
    items_are_refused_by_the_figure(&root, &admin).await;
    let items = [
        (
            "update app.catalog_items c set status = 'archived' from app.tenants t where t.id = c.tenant_id and t.slug = 'nakhla' and c.slug = 'bread'",
            -1,
        ),
        (
            "update app.catalog_items c set status = 'cancelled' from app.tenants t where t.id = c.tenant_id and t.slug = 'nakhla' and c.slug = 'school'",
            -1,
        ),
        (
            "update app.catalog_items c set status = 'completed' from app.tenants t where t.id = c.tenant_id and t.slug = 'nakhla' and c.slug = 'well'",
            0,
        ),
        // A neighbour's thing is nobody else's.
        (
            "update app.catalog_items c set status = 'archived' from app.tenants t where t.id = c.tenant_id and t.slug = 'sidra' and c.slug = 'paused'",
            0,
        ),
    ];
    for (sql, by) in items {
        let n = used(&usage(&root, &admin).await, "items");
        behind(c, sql).await;
        assert_eq!(used(&usage(&root, &admin).await, "items"), n + by, "{sql}");
        items_are_refused_by_the_figure(&root, &admin).await;
    }

    people_are_refused_by_the_figure(&root, &admin).await;
    let people = [
        (
            "update app.users u set status = 'disabled' from app.tenants t where t.id = u.tenant_id and t.slug = 'nakhla' and u.email like 'staff@%'",
            -1,
        ),
        // An invitation that ran out holds its place until the account is switched off.
        (
            "update app.invitations i set expires_at = now() - interval '1 day' from app.tenants t where t.id = i.tenant_id and t.slug = 'nakhla'",
            0,
        ),
        (
            "update app.users u set status = 'disabled' from app.tenants t where t.id = u.tenant_id and t.slug = 'sidra' and u.email like 'staff@%'",
            0,
        ),
    ];
    for (sql, by) in people {
        let n = used(&usage(&root, &admin).await, "staff");
        behind(c, sql).await;
        assert_eq!(used(&usage(&root, &admin).await, "staff"), n + by, "{sql}");
        people_are_refused_by_the_figure(&root, &admin).await;
    }

    let (general, theirs) = (item_of(c, "nakhla").await, item_of(c, "sidra").await);
    bytes_are_refused_by_the_figure(&root, &admin, &general).await;
    let files = [
        // Drawn; removed and not forgotten yet; the two that came since, refused.
        (
            r#"update app.media set state = 'ready', drawn = '{"variants":[],"blur":""}', drawn_bytes = 40, uploaded_at = now() where bytes = 500 and state = 'pending'"#,
            40,
        ),
        (
            "update app.media set removed_at = now() where state = 'ready'",
            0,
        ),
        (
            "update app.media set state = 'rejected', refusal = 'media.broken' where state = 'pending'",
            -1_000,
        ),
    ];
    for (sql, by) in files {
        let n = used(&usage(&root, &admin).await, "storage_bytes");
        behind(c, sql).await;
        assert_eq!(
            used(&usage(&root, &admin).await, "storage_bytes"),
            n + by,
            "{sql}"
        );
        bytes_are_refused_by_the_figure(&root, &admin, &general).await;
    }
    let n = used(&usage(&root, &admin).await, "storage_bytes");
    limit(&root, PLENTY, PLENTY, n + PLENTY).await;
    announce(&app.admin("sidra").await, &theirs, 700)
        .await
        .expect(201);
    assert_eq!(used(&usage(&root, &admin).await, "storage_bytes"), n);
    let after = listed(&root, "sidra").await["usage"].clone();
    for (of, by) in [("items", -1), ("staff", -1), ("storage_bytes", 700)] {
        assert_eq!(used(&after, of), used(&before, of) + by, "{of}");
    }
    app.stop().await;
}

async fn item_of(connection: &mut PgConnection, slug: &'static str) -> String {
    let sql = "select c.id::text from app.catalog_items c join app.tenants t on t.id = c.tenant_id where t.slug = $1 and c.slug = 'general'";
    sqlx::query_scalar(sql)
        .bind(slug)
        .fetch_one(connection)
        .await
        .unwrap()
}

#[actix_web::test]
async fn four_fifths_and_the_whole_are_said_in_words_to_both_sides() {
    let app = TestApp::spawn().await;
    let (root, admin) = (app.root().await, app.admin("nakhla").await);
    add_person(&admin, "noura").await.expect(201);
    add_item(&admin, "eighth").await.expect(201);
    let general = item_of(&mut app.behind().await, "nakhla").await;
    announce(&admin, &general, 8_000).await.expect(201);
    let mut browser = app.browser();
    browser.sign_in("nakhla", "admin@nakhla").await;
    let mut console = app.browser();
    console.sign_in("platform", "root@platform").await;
    let figures = usage(&root, &admin).await;
    let used = ["items", "staff", "storage_bytes"].map(|of| used(&figures, of));
    assert_eq!(used, [8, 4, 8_000]);

    // Exactly at each step and one short of it; only one limit at a time is anything but roomy.
    let steps = [
        ([10, PLENTY, 10_000_000], "near"),
        ([11, PLENTY, 10_000_000], "room"),
        ([8, PLENTY, 10_000_000], "full"),
        ([9, PLENTY, 10_000_000], "near"),
        ([PLENTY, 5, 10_000_000], "near"),
        ([PLENTY, 6, 10_000_000], "room"),
        ([PLENTY, 4, 10_000_000], "full"),
        ([PLENTY, PLENTY, 10_000], "near"),
        ([PLENTY, PLENTY, 10_001], "room"),
        ([PLENTY, PLENTY, 8_000], "full"),
        ([PLENTY, PLENTY, 8_001], "near"),
        // A limit that was lowered takes nothing away.
        ([3, PLENTY, 10_000_000], "full"),
    ];
    for (limits, level) in steps {
        limit(&root, limits[0], limits[1], limits[2]).await;
        let told = usage(&root, &admin).await;
        let levels = ["items", "staff", "storage_bytes"]
            .map(|of| told[of]["level"].as_str().unwrap().to_owned());
        let tight = levels.iter().filter(|at| *at != "room").count();
        assert_eq!(tight, usize::from(level != "room"), "{limits:?} {levels:?}");
        assert!(levels.iter().any(|at| at == level), "{limits:?} {levels:?}");
        for (lang, near, full) in [
            ("en", "Nearly used", "All used"),
            ("ar", "قارب الحد", "بلغ الحد"),
        ] {
            let own = browser.request(
                "GET",
                "nakhla",
                &format!("/admin/settings/plan?lang={lang}"),
            );
            let all = console.request("GET", "platform", &format!("/?q=nakhla&lang={lang}"));
            for page in [own, all] {
                let page = send(page).await.unwrap();
                assert_eq!(page.status, 200);
                let counts = [near, full].map(|word| page.body.matches(word).count());
                let wanted = [usize::from(level == "near"), usize::from(level == "full")];
                assert_eq!(counts, wanted, "{lang} {limits:?} {}", page.body);
            }
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn each_tenant_sees_its_own_and_its_administrators_alone() {
    let app = TestApp::spawn().await;
    let (root, admin, theirs) = (
        app.root().await,
        app.admin("nakhla").await,
        app.admin("sidra").await,
    );
    for slug in ["one", "two", "three"] {
        add_item(&admin, slug).await.expect(201);
    }
    limit(&root, 20, 9, 5_000).await;
    let start = json!({ "plan": "start" });
    put(&root, &format!("tenants/{}/plan", app.b.id), &start)
        .await
        .expect(200);
    let own = admin.json(PLAN).await;
    assert_eq!(own["id"], "growth");
    assert_eq!(
        own["usage"]["items"],
        json!({ "used": 10, "limit": 20, "level": "room" })
    );
    // Nothing uses any tokens yet, so nothing is said of what is used.
    assert_eq!(own["usage"]["ai_tokens"], json!({ "limit": 7_000 }));
    let other = theirs.json(PLAN).await;
    assert_eq!(
        (&other["id"], &other["usage"]["items"]["used"]),
        (&json!("start"), &json!(7))
    );
    assert_eq!(listed(&root, "sidra").await["usage"], other["usage"]);

    // Not with another tenant's people, not without any, and not by those who work there.
    let mut foreign = app.admin("nakhla").await;
    foreign.host = theirs.host.clone();
    assert_eq!(foreign.get(PLAN).await.status, 401);
    assert_eq!(app.visitor("nakhla").get(PLAN).await.status, 401);
    let staff = app.staff("nakhla").await;
    assert_eq!(
        staff.get(PLAN).await.problem(),
        (403, "auth.forbidden".into())
    );
    assert_eq!(staff.get("/api/v1/admin/items").await.status, 200);
    let mut browser = app.browser();
    browser.sign_in("nakhla", "staff@nakhla").await;
    let refused = send(browser.request("GET", "nakhla", "/admin/settings/plan"))
        .await
        .unwrap();
    assert_eq!(refused.status, 403);
    // A page of theirs says nothing of storage or of people.
    let items = browser.request("GET", "nakhla", "/admin/items?lang=en");
    let items = send(items).await.unwrap().body;
    assert!(
        items.contains("10 of 20")
            && !items.contains("Storage")
            && !items.contains("settings/plan"),
        "{items}"
    );
    app.stop().await;
}

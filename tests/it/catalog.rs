//! The catalog as staff write it and visitors see it.

use serde_json::{Value, json};

use crate::client::{Answer, Client, gift, key, send, transfer};
use crate::seed::WELL;
use crate::socket::Socket;
use crate::testapp::TestApp;

const ITEMS: &str = "/api/v1/admin/items";

/// A project that can be published as it is.
fn project(slug: &str) -> Value {
    json!({
        "kind": "project", "slug": slug,
        "title": { "ar": "مدرسة القرية", "en": "Village school" },
        "summary": { "ar": "ستة فصول", "en": "Six classrooms" },
        "story": { "ar": "قصة المدرسة", "en": "" },
        "target": 900_000, "suggested": [5_000, 10_000], "overfunding": "close", "tags": ["education"],
    })
}

async fn create(who: &Client, body: &Value) -> Value {
    who.post(ITEMS, &key(), body).await.expect(201)
}

async fn step(who: &Client, id: &str, step: &str) -> Answer {
    who.post(&format!("{ITEMS}/{id}/{step}"), &key(), &json!({}))
        .await
}

async fn put(who: &Client, id: &str, body: &Value) -> Answer {
    send(who.request("PUT", &format!("{ITEMS}/{id}")).json(body))
        .await
        .unwrap()
}

async fn delete(who: &Client, id: &str) -> Answer {
    send(who.request("DELETE", &format!("{ITEMS}/{id}")))
        .await
        .unwrap()
}

/// The item as it stands, ready to be sent back with changes.
async fn editable(who: &Client, id: &str) -> Value {
    let item = who.json(&format!("{ITEMS}/{id}")).await;
    let fils = |field: &str| item[field]["amount"].clone();
    let amounts = item["suggested"].as_array().unwrap().iter();
    let suggested: Vec<&Value> = amounts.map(|money| &money["amount"]).collect();
    json!({
        "suggested": suggested,
        "kind": item["kind"], "slug": item["slug"], "title": item["title"], "summary": item["summary"], "story": item["story"],
        "price": fils("price"), "target": fils("target"), "stock": item["stock_total"], "overfunding": item["overfunding"],
        "tags": item["tags"], "revision": item["revision"],
    })
}

/// Waits until a page of the item answers so.
async fn until(visitor: &Client, slug: &str, status: u16) {
    for _ in 0..500 {
        if visitor.get(&format!("/api/v1/items/{slug}")).await.status == status {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{slug} does not answer {status}");
}

/// Newest first: who did what to the item.
async fn audited(app: &TestApp, tenant: uuid::Uuid, id: &str) -> Vec<(String, String, Value)> {
    sqlx::query_as(
        "select action, actor_role, diff from app.audit_logs where tenant_id = $1 and object_type = 'item' and object_id = $2
          order by seq desc",
    )
    .bind(tenant)
    .bind(id)
    .fetch_all(&mut app.behind().await)
    .await
    .unwrap()
}

#[actix_web::test]
async fn a_project_goes_from_draft_to_its_visitors() {
    let app = TestApp::spawn().await;
    let (staff, admin) = (app.staff("nakhla").await, app.admin("nakhla").await);
    let (visitor, neighbour) = (app.visitor("nakhla"), app.visitor("sidra"));
    let (mut socket, _) = Socket::at(&staff, None).await;

    let made = create(&staff, &project("village-school")).await;
    let id = made["id"].as_str().unwrap();
    assert_eq!(
        (&made["status"], &made["revision"]),
        (&json!("draft"), &json!(1))
    );
    assert_eq!(made["steps"], json!(["submit", "publish"]));
    until(&visitor, "village-school", 404).await;

    assert_eq!(
        step(&staff, id, "submit").await.expect(200)["status"],
        "review"
    );
    assert_eq!(
        step(&staff, id, "publish").await.problem(),
        (403, "auth.forbidden".into())
    );
    let published = step(&admin, id, "publish").await.expect(200);
    assert_eq!(published["status"], "active");
    let told = socket.events(1).await;
    assert_eq!(told[0]["type"], "item.published");
    assert_eq!(told[0]["subject"], format!("item:{id}"));
    assert_eq!(told[0]["data"]["slug"], "village-school");

    until(&visitor, "village-school", 200).await;
    assert_eq!(
        neighbour.get("/api/v1/items/village-school").await.status,
        404
    );
    visitor
        .order(&key(), &gift("village-school", 5_000))
        .await
        .expect(201);

    assert_eq!(
        step(&admin, id, "pause").await.expect(200)["status"],
        "paused"
    );
    assert_eq!(
        step(&admin, id, "pause").await.problem(),
        (409, "item.invalid_transition".into())
    );
    step(&admin, id, "activate").await.expect(200);
    let log = audited(&app, app.a.id.as_uuid(), id).await;
    let said: Vec<(&str, &str)> = log
        .iter()
        .map(|(a, r, _)| (a.as_str(), r.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            ("item.activate", "tenant_admin"),
            ("item.pause", "tenant_admin"),
            ("item.publish", "tenant_admin"),
            ("item.submit", "staff"),
            ("item.create", "staff"),
        ]
    );
    assert_eq!(
        log[1].2,
        json!({ "before": { "status": "active" }, "after": { "status": "paused" } })
    );
    app.stop().await;
}

#[actix_web::test]
async fn publishing_lists_what_is_missing() {
    let app = TestApp::spawn().await;
    let admin = app.admin("nakhla").await;
    let bare = json!({ "kind": "sponsorship", "title": { "ar": "كفالة", "en": "" } });
    let made = create(&admin, &bare).await;
    let id = made["id"].as_str().unwrap();
    assert!(made["slug"].as_str().unwrap().starts_with("item-"));
    let missing = [
        "title.en",
        "summary.ar",
        "summary.en",
        "story.ar",
        "price",
        "unit",
    ];
    let detail = admin.json(&format!("{ITEMS}/{id}")).await;
    let fields = |list: &Value| -> Vec<String> {
        let list = list.as_array().unwrap().iter();
        list.map(|e| e["field"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(fields(&detail["blockers"]), missing);
    let refused = step(&admin, id, "publish").await;
    assert_eq!(refused.problem(), (409, "item.not_ready".into()));
    assert_eq!(fields(&refused.json()["errors"]), missing);
    assert_eq!(
        step(&admin, id, "complete").await.problem(),
        (409, "item.invalid_transition".into())
    );
    app.stop().await;
}

#[actix_web::test]
async fn a_stale_edit_is_refused_and_a_gift_makes_none_stale() {
    let app = TestApp::spawn().await;
    let (staff, other, visitor) = (
        app.staff("nakhla").await,
        app.admin("nakhla").await,
        app.visitor("nakhla"),
    );
    let id = visitor.item("well").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mine = editable(&staff, &id).await;
    let mut theirs = editable(&other, &id).await;
    for field in ["summary", "story"] {
        theirs[field] = json!({ "ar": "ماء", "en": "Water" });
    }
    let first = put(&other, &id, &theirs).await.expect(200);
    assert_eq!(first["revision"], mine["revision"].as_i64().unwrap() + 1);
    assert_eq!(
        put(&staff, &id, &mine).await.problem(),
        (409, "item.revision_conflict".into())
    );
    // The same again changes nothing, and writes nothing.
    let again = editable(&other, &id).await;
    assert_eq!(
        put(&other, &id, &again).await.expect(200)["revision"],
        first["revision"]
    );
    assert_eq!(audited(&app, app.a.id.as_uuid(), &id).await.len(), 1);

    // A gift that fills the project changes its state, not what its editor holds.
    let mut mine = editable(&staff, &id).await;
    let order = visitor.order(&key(), &gift("well", WELL)).await.expect(201);
    let path = format!(
        "/api/v1/admin/orders/{}/confirm-transfer",
        order["id"].as_str().unwrap()
    );
    staff
        .post(&path, &key(), &transfer(WELL, "A1"))
        .await
        .expect(200);
    mine["tags"] = json!(["water"]);
    let saved = put(&staff, &id, &mine).await.expect(200);
    assert_eq!(
        (&saved["status"], &saved["tags"]),
        (&json!("funded"), &json!(["water"]))
    );

    // Funded, executing, and done only with a proof.
    assert_eq!(
        step(&other, &id, "execute").await.expect(200)["status"],
        "executing"
    );
    assert_eq!(
        step(&other, &id, "complete").await.problem(),
        (409, "item.no_proof".into())
    );
    app.stop().await;
}

#[actix_web::test]
async fn edits_keep_what_givers_were_promised() {
    let app = TestApp::spawn().await;
    let (admin, visitor) = (app.admin("nakhla").await, app.visitor("nakhla"));
    let made = create(&admin, &project("school-two")).await;
    let id = made["id"].as_str().unwrap();
    step(&admin, id, "publish").await.expect(200);
    until(&visitor, "school-two", 200).await;
    let order = visitor
        .order(&key(), &gift("school-two", 500_000))
        .await
        .expect(201);
    let path = format!(
        "/api/v1/admin/orders/{}/confirm-transfer",
        order["id"].as_str().unwrap()
    );
    admin
        .post(&path, &key(), &transfer(500_000, "B1"))
        .await
        .expect(200);

    let base = editable(&admin, id).await;
    let with = |changes: Value| {
        let mut body = base.clone();
        for (field, value) in changes.as_object().unwrap() {
            body[field] = value.clone();
        }
        body
    };
    for (changes, field, code) in [
        (json!({ "slug": "other" }), "slug", "item.fixed"),
        (
            json!({ "kind": "fund", "target": null }),
            "kind",
            "item.fixed",
        ),
        (
            json!({ "target": 499_999 }),
            "target",
            "item.target_below_raised",
        ),
        (
            json!({ "target": 950_000 }),
            "reason",
            "item.reason_required",
        ),
        (
            json!({ "summary": { "ar": "", "en": "x" } }),
            "summary.ar",
            "request.field_required",
        ),
        (
            json!({ "overfunding": { "overflow": "well" } }),
            "overfunding",
            "item.overflow_invalid",
        ),
    ] {
        let refused = put(&admin, id, &with(changes.clone())).await;
        assert_eq!(refused.status, 422, "{changes}: {}", refused.body);
        let errors = refused.json()["errors"].clone();
        assert_eq!(
            (&errors[0]["field"], &errors[0]["code"]),
            (&json!(field), &json!(code)),
            "{changes}"
        );
    }
    for body in [
        json!({ "revision": 1, "owner": "me" }),
        json!({ "status": "active", "revision": 2 }),
    ] {
        assert_eq!(put(&admin, id, &body).await.status, 400, "{body}");
    }
    let risen = with(json!({ "target": 950_000, "reason": "A seventh classroom" }));
    put(&admin, id, &risen).await.expect(200);
    let log = audited(&app, app.a.id.as_uuid(), id).await;
    assert_eq!(
        log[0].2,
        json!({ "before": { "target": 900_000 }, "after": { "target": 950_000 }, "reason": "A seventh classroom" })
    );
    visitor.shows("school-two", "target", 950_000).await;

    // What it promises for money is for whoever may publish; staff mend its words.
    let staff = app.staff("nakhla").await;
    let base = editable(&staff, id).await;
    let with = |field: &str, value: Value| {
        let mut body = base.clone();
        body[field] = value;
        body["reason"] = json!("More pupils");
        body
    };
    let refused = put(&staff, id, &with("target", json!(990_000))).await;
    let error = refused.json()["errors"][0].clone();
    assert_eq!(
        (refused.status, &error["field"], &error["code"]),
        (422, &json!("target"), &json!("auth.forbidden"))
    );
    let words = json!({ "ar": "ستة فصول", "en": "Six classrooms" });
    put(&staff, id, &with("summary", words)).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn drafts_go_and_published_items_stay() {
    let app = TestApp::spawn().await;
    let (admin, foreign) = (app.admin("nakhla").await, app.admin("sidra").await);
    let key = key();
    let made = admin.post(ITEMS, &key, &project("gone")).await;
    let again = admin.post(ITEMS, &key, &project("gone")).await;
    assert!(again.replayed() && again.body == made.body);
    assert_eq!(
        admin.post(ITEMS, &key, &project("else")).await.problem().1,
        "idempotency.key_reused"
    );
    let taken = admin
        .post(ITEMS, &crate::client::key(), &project("gone"))
        .await;
    assert_eq!(taken.json()["errors"][0]["code"], "item.slug_taken");
    let id = made.json()["id"].as_str().unwrap().to_owned();

    // Another tenant's item is as unknown as none, whatever is asked of it.
    let missing = uuid::Uuid::now_v7().to_string();
    for verb in ["submit", "publish", "pause", "archive"] {
        let (theirs, none) = (
            step(&foreign, &id, verb).await,
            step(&foreign, &missing, verb).await,
        );
        assert_eq!(
            (theirs.problem(), none.problem()),
            ((404, "not_found".into()), (404, "not_found".into()))
        );
    }
    assert_eq!(
        put(&foreign, &id, &editable(&admin, &id).await)
            .await
            .status,
        404
    );
    assert_eq!(delete(&foreign, &id).await.status, 404);

    assert_eq!(delete(&admin, &id).await.status, 204);
    assert_eq!(admin.get(&format!("{ITEMS}/{id}")).await.status, 404);
    let well = app.visitor("nakhla").item("well").await["id"].clone();
    assert_eq!(
        delete(&admin, well.as_str().unwrap()).await.problem(),
        (409, "item.not_draft".into())
    );

    let names = async |query: &str| -> Vec<String> {
        let page = admin.json(&format!("{ITEMS}?limit=100{query}")).await;
        let rows = page["data"].as_array().unwrap().iter();
        rows.map(|i| i["slug"].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(names("").await.contains(&"draft".to_owned()));
    assert_eq!(names("&status=paused").await, ["paused"]);
    assert_eq!(admin.get(&format!("{ITEMS}?status=odd")).await.status, 422);
    app.stop().await;
}

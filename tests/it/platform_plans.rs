//! Plans: what a tenant may have is set by the platform, held where something is added, and shown to both.

use serde_json::{Value, json};

use crate::client::{Answer, Client, in_language, key, send};
use crate::platform::seen_by;
use crate::testapp::TestApp;

const ITEMS: &str = "/api/v1/admin/items";
const USERS: &str = "/api/v1/admin/users";

pub(crate) async fn put(root: &Client, path: &str, body: &Value) -> Answer {
    let request = root.request("PUT", &format!("/api/v1/platform/{path}"));
    send(request.json(body)).await.unwrap()
}

pub(crate) async fn listed(root: &Client, slug: &str) -> Value {
    let all = root.json("/api/v1/platform/tenants").await;
    let rows = all["data"].as_array().unwrap();
    rows.iter().find(|row| row["slug"] == slug).unwrap().clone()
}

fn limits(items: i64, staff: i64) -> Value {
    json!({ "items": items, "staff": staff, "storage_bytes": 1_000, "ai_tokens": 0 })
}

pub(crate) async fn in_english(request: reqwest::RequestBuilder, body: &Value) -> Answer {
    let request = request
        .header("accept-language", "en")
        .header("idempotency-key", key());
    send(request.json(body)).await.unwrap()
}

pub(crate) async fn add_item(admin: &Client, slug: &str) -> Answer {
    let item = json!({ "kind": "fund", "slug": slug, "title": { "ar": "صندوق", "en": "Fund" } });
    in_english(admin.request("POST", ITEMS), &item).await
}

pub(crate) async fn add_person(admin: &Client, who: &str) -> Answer {
    let new = json!({ "email": format!("{who}@nakhla.example"), "name": "Noura", "role": "staff" });
    in_english(admin.request("POST", USERS), &new).await
}

#[actix_web::test]
async fn a_plan_holds_where_something_is_added() {
    let app = TestApp::spawn().await;
    let root = app.root().await;
    let admin = app.admin("nakhla").await;
    let row = listed(&root, "nakhla").await;
    let (items, seats) = (
        row["usage"]["items"]["used"].as_i64().unwrap(),
        row["usage"]["staff"]["used"].as_i64().unwrap(),
    );
    assert_eq!((row["plan"].as_str(), seats), (Some("growth"), 3));

    // Room for one more of each on the small plan, and the tenant is put on it.
    put(&root, "plans/start", &limits(items + 1, seats + 1))
        .await
        .expect(200);
    let path = format!("tenants/{}/plan", app.a.id);
    let moved = put(&root, &path, &json!({ "plan": "start" }))
        .await
        .expect(200);
    assert_eq!(
        (&moved["was"], &moved["plan"]),
        (&json!("growth"), &json!("start"))
    );
    let last = add_item(&admin, "last").await.expect(201);
    let full = add_item(&admin, "beyond").await;
    assert_eq!(full.problem(), (409, "plan.items_reached".into()));
    let told = full.json()["errors"][0]["message"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(told.contains(&format!("{} items", items + 1)), "{told}");
    let arabic = in_language(admin.request("POST", ITEMS), "ar");
    let arabic = send(
        arabic.json(&json!({ "kind": "fund", "slug": "beyond", "title": { "ar": "س", "en": "" } })),
    )
    .await
    .unwrap();
    assert!(
        arabic.body.contains(&format!("وهو {}", items + 1)),
        "{}",
        arabic.body
    );
    // What is over makes room; what never was is taken out.
    let id = last["id"].as_str().unwrap();
    send(admin.request("DELETE", &format!("{ITEMS}/{id}")))
        .await
        .unwrap();
    add_item(&admin, "beyond").await.expect(201);

    let noura = add_person(&admin, "noura").await.expect(201);
    let full = add_person(&admin, "more").await;
    assert_eq!(full.problem(), (409, "plan.staff_reached".into()));
    assert!(
        full.body.contains(&format!("{} people", seats + 1)),
        "{}",
        full.body
    );
    // Who is switched off makes room, and needs room to come back.
    let of = |verb: &str| format!("{USERS}/{}/{verb}", noura["id"].as_str().unwrap());
    admin
        .post(&of("disable"), &key(), &json!({}))
        .await
        .expect(200);
    add_person(&admin, "more").await.expect(201);
    let back = admin.post(&of("enable"), &key(), &json!({})).await;
    assert_eq!(back.problem(), (409, "plan.staff_reached".into()));

    // The neighbour is on another plan.
    let neighbour = app.admin("sidra").await;
    add_item(&neighbour, "beyond").await.expect(201);
    // A larger limit counts at once, on every page a moment later.
    put(&root, "plans/start", &limits(items + 2, 50))
        .await
        .expect(200);
    add_item(&admin, "after").await.expect(201);
    admin
        .post(&of("enable"), &key(), &json!({}))
        .await
        .expect(200);

    let told = seen_by(&app, app.a.id).await;
    assert_eq!(
        told,
        [(
            "tenant.set_plan".to_owned(),
            json!({ "before": "growth", "after": "start" })
        )]
    );
    let audit = root.json("/api/v1/platform/audit").await;
    let actions: Vec<&str> = audit["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        ["plan.set_limits", "tenant.set_plan", "plan.set_limits"]
    );
    assert_eq!(audit["data"][0]["diff"]["after"]["items"], items + 2);
    assert_eq!(audit["chain"], json!({ "entries": 3, "first_bad": null }));
    app.stop().await;
}

#[actix_web::test]
async fn what_is_no_plan_and_no_limit_is_named() {
    let app = TestApp::spawn().await;
    let root = app.root().await;
    let path = format!("tenants/{}/plan", app.a.id);
    let none = put(&root, &path, &json!({ "plan": "golden" })).await;
    assert_eq!(none.problem(), (422, "request.invalid".into()));
    assert_eq!(none.json()["errors"][0]["code"], "plan.not_found");
    let nobody = format!("tenants/{}/plan", uuid::Uuid::now_v7());
    let none = put(&root, &nobody, &json!({ "plan": "start" })).await;
    assert_eq!(none.problem(), (404, "tenant.not_found".into()));
    let none = put(&root, "plans/golden", &limits(5, 5)).await;
    assert_eq!(none.problem(), (404, "plan.not_found".into()));
    // A name that no row can have.
    let none = put(&root, &path, &json!({ "plan": "k\0J" })).await;
    assert_eq!(none.problem(), (400, "request.malformed".into()));
    let none = put(&root, "plans/k%00J", &limits(5, 5)).await;
    assert_eq!(none.problem(), (400, "request.malformed".into()));
    let wild = put(&root, "plans/start", &limits(0, 10_001)).await;
    let fields: Vec<Value> = wild.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["field"].clone())
        .collect();
    assert_eq!(
        (wild.status, fields),
        (422, vec![json!("items"), json!("staff")])
    );
    // The same again changes nothing and writes nothing.
    put(&root, &path, &json!({ "plan": "growth" }))
        .await
        .expect(200);
    let plans = root.json("/api/v1/platform/plans").await;
    assert_eq!(plans["data"][1]["tenants"], 2);
    put(&root, "plans/growth", &plans["data"][1]["limits"])
        .await
        .expect(200);
    let audit = root.json("/api/v1/platform/audit").await;
    assert_eq!(audit["chain"]["entries"], 0);
    app.stop().await;
}

#[actix_web::test]
async fn both_sides_see_what_is_used() {
    let app = TestApp::spawn().await;
    let root = app.root().await;
    // Three people of three; items well below.
    put(&root, "plans/growth", &limits(1_000, 3))
        .await
        .expect(200);
    let mut admin = app.browser();
    admin.sign_in("nakhla", "admin@nakhla").await;
    let page = |path: &'static str| {
        admin
            .request("GET", "nakhla", path)
            .header("accept-language", "en")
    };
    let mut people = String::new();
    for _ in 0..100 {
        people = send(page("/admin/users")).await.unwrap().body;
        if people.contains("3 of 3") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(
        people.contains("3 of 3. There is no room for more"),
        "{people}"
    );
    let items = send(page("/admin/items")).await.unwrap().body;
    assert!(
        items.contains("of 1000") && !items.contains("no room"),
        "{items}"
    );

    let mut console = app.browser();
    console.sign_in("platform", "root@platform").await;
    let shown = console.request("GET", "platform", "/?lang=en");
    let shown = send(shown).await.unwrap().body;
    assert!(
        shown.contains("3 of 3") && shown.contains("All used"),
        "{shown}"
    );
    app.stop().await;
}

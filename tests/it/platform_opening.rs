//! A tenant is opened from the console, and works: its host in every process, its first administrator, its drafts, its first order.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Answer, Client, key, pieces, send};
use crate::node::Options;
use crate::testapp::{TestApp, location};

const TENANTS: &str = "/api/v1/platform/tenants";

fn shop() -> Value {
    json!({
        "slug": "waha", "name": { "ar": "متجر الواحة", "en": "Waha Shop" }, "kind": "shop", "template": "shop",
        "first_admin_email": "admin@masar.example", "plan": "start",
    })
}

fn charity(slug: &str) -> Value {
    json!({
        "slug": slug, "name": { "ar": "جمعية الواحة", "en": "Waha Society" }, "kind": "charity", "template": "charity",
        "licence": { "number": "K-7/2026" }, "first_admin_email": "noura@waha.example", "plan": "growth",
    })
}

async fn open(root: &Client, body: &Value) -> Answer {
    root.post(TENANTS, &key(), body).await
}

/// Waits until a page answers with this status; says how long that took.
async fn answers(visitor: &Client, path: &str, status: u16) -> Duration {
    let begun = Instant::now();
    while visitor.get(path).await.status != status {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "{path} never answers {status}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    begun.elapsed()
}

#[actix_web::test]
async fn a_new_tenant_takes_its_first_order_within_a_minute() {
    let app = TestApp::spawn().await;
    let other = app.another(Options::default()).await;
    let begun = Instant::now();
    let root = app.root().await;
    let (here, there) = (app.visitor("waha"), other.client("waha"));
    // Both processes have just learnt that this host is nobody's.
    assert_eq!(here.get("/en/").await.status, 404);
    assert_eq!(there.get("/en/").await.status, 404);
    let opened = open(&root, &shop()).await.expect(201);
    assert_eq!(
        (opened["plan"].as_str(), opened["reference_prefix"].as_str()),
        (Some("start"), Some("WAH"))
    );
    assert_eq!(
        here.get("/en/").await.status,
        200,
        "the host answers at once"
    );
    answers(&there, "/ar/", 200).await;
    // It asks for no money: what it offers are drafts, and it has no account.
    assert_eq!(here.json("/api/v1/items").await["data"], json!([]));
    let refused = here.order(&key(), &pieces("dates-1kg", 1)).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    for (lang, word) in [("ar", "كيف أدفع؟"), ("en", "How do I pay?")] {
        assert!(here.get(&format!("/{lang}/faq")).await.body.contains(word));
    }

    // The one whom the link lets in, and nobody else.
    let link = opened["invitation"]["url"].as_str().unwrap().to_owned();
    assert!(link.starts_with(&app.origin("waha")), "{link}");
    let mut stranger = app.browser();
    let callback = stranger.reach_callback("waha", "admin@masar").await;
    assert_eq!(
        stranger.get(&callback).await.status(),
        403,
        "the address alone opens nothing"
    );
    let mut browser = app.browser();
    let callback = browser
        .reach_callback_by_invitation("waha", "admin@masar", &link)
        .await;
    let finish = location(&browser.get(&callback).await);
    browser.get(&finish).await;
    let (status, me) = browser.me("waha").await;
    assert_eq!((status, &me["role"]), (200, &json!("tenant_admin")));

    // They publish what they have read, and somebody buys it.
    let admin = app.admin_of("waha", "admin@masar").await;
    let items = admin.json("/api/v1/admin/items").await;
    let items = items["data"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert!(items.iter().all(|item| item["status"] == "draft"));
    let dates = items
        .iter()
        .find(|item| item["slug"] == "dates-1kg")
        .unwrap();
    let publish = format!(
        "/api/v1/admin/items/{}/publish",
        dates["id"].as_str().unwrap()
    );
    admin.post(&publish, &key(), &json!({})).await.expect(200);
    answers(&here, "/en/items/dates-1kg", 200).await;
    let mut order = pieces("dates-1kg", 2);
    order["payment_method"] = json!("cash_on_delivery");
    let placed = here.order(&key(), &order).await.expect(201);
    assert!(placed["reference"].as_str().unwrap().starts_with("WAH-"));
    assert_eq!(placed["total"]["amount"], 7_000);
    // Its donor's name is sealed under its own key, which every process opens.
    let at = format!(
        "/api/v1/orders/{}?phone_last4=",
        placed["reference"].as_str().unwrap()
    );
    let last4 = &crate::client::PHONE[crate::client::PHONE.len() - 4..];
    there.json(&format!("{at}{last4}")).await;
    let took = begun.elapsed();
    println!("opened, entered, published and ordered from within {took:?}");
    assert!(took < Duration::from_secs(60), "{took:?}");

    // Both logs say who opened it.
    let log = admin.json("/api/v1/admin/audit?action=tenant.open").await;
    assert_eq!(log["data"][0]["diff"]["after"]["slug"], "waha", "{log}");
    let log = root.json("/api/v1/platform/audit").await;
    assert_eq!(log["data"][0]["action"], "tenant.open");
    assert_eq!(log["data"][0]["diff"]["tenant"], opened["id"]);
    other.end(crate::node::End::AtOnce).await;
    app.stop().await;
}

#[actix_web::test]
async fn a_double_click_opens_one_tenant() {
    let app = TestApp::spawn().await;
    let root = app.root().await;
    let (once, body) = (key(), charity("waha"));
    let (a, b) = tokio::join!(
        root.post(TENANTS, &once, &body),
        root.post(TENANTS, &once, &body)
    );
    let (first, second) = if a.replayed() { (b, a) } else { (a, b) };
    assert!(!first.replayed() && second.replayed());
    let (first, second) = (first.expect(201), second.expect(201));
    assert_eq!(
        (&first["id"], &first["url"]),
        (&second["id"], &second["url"])
    );
    // The link is told once.
    assert!(first["invitation"]["url"].is_string() && second["invitation"].is_null());
    let reused = root.post(TENANTS, &once, &charity("other")).await;
    assert_eq!(reused.problem(), (422, "idempotency.key_reused".into()));
    assert_eq!(app.visitor("other").get("/en/").await.status, 404);
    let listed = root.json(TENANTS).await;
    assert_eq!(listed["data"].as_array().unwrap().len(), 3);
    // The charity's drafts, with the fund that takes what is beyond a target.
    let mut behind = app.behind().await;
    let drafts: Vec<(String, String)> = sqlx::query_as(
        "select i.slug, i.status from app.catalog_items i join app.tenants t on t.id = i.tenant_id where t.slug = 'waha' order by i.position",
    )
    .fetch_all(&mut behind)
    .await
    .unwrap();
    let slugs: Vec<&str> = drafts.iter().map(|(slug, _)| slug.as_str()).collect();
    assert_eq!(slugs, ["general", "first-project", "zakat"]);
    assert!(drafts.iter().all(|(_, status)| status == "draft"));
    app.stop().await;
}

#[actix_web::test]
async fn what_is_taken_or_amiss_is_said_beside_its_field() {
    let app = TestApp::spawn().await;
    let root = app.root().await;
    let with = |field: &str, value: Value| {
        let mut body = charity("waha");
        body[field] = value;
        body
    };
    for (body, field, code) in [
        (with("slug", json!("nakhla")), "slug", "tenant.slug_taken"),
        (with("slug", json!("media")), "slug", "tenant.slug_reserved"),
        (with("slug", json!("a b")), "slug", "tenant.slug_invalid"),
        (
            with("reference_prefix", json!("NKH")),
            "reference_prefix",
            "tenant.prefix_taken",
        ),
        (
            with("reference_prefix", json!("LIO")),
            "reference_prefix",
            "tenant.prefix_invalid",
        ),
        (with("plan", json!("golden")), "plan", "plan.not_found"),
        (
            with("licence", Value::Null),
            "licence.number",
            "request.field_required",
        ),
        (
            with("first_admin_email", json!("noura")),
            "first_admin_email",
            "user.email_invalid",
        ),
        (
            with("template", json!("shop")),
            "template",
            "request.field_invalid",
        ),
    ] {
        let answer = open(&root, &body).await;
        assert_eq!(answer.status, 422, "{body} {}", answer.body);
        let fault = &answer.json()["errors"][0];
        assert_eq!(
            (fault["field"].as_str(), fault["code"].as_str()),
            (Some(field), Some(code))
        );
    }
    // Nothing of it was kept.
    assert_eq!(
        root.json(TENANTS).await["data"].as_array().unwrap().len(),
        2
    );
    assert_eq!(
        root.json("/api/v1/platform/audit").await["chain"]["entries"],
        0
    );
    // A prefix that would be taken gives way to the next.
    let first = open(&root, &charity("nakhlah")).await.expect(201);
    let second = open(&root, &charity("nakhlas")).await.expect(201);
    assert_ne!(first["reference_prefix"], second["reference_prefix"]);
    app.stop().await;
}

#[actix_web::test]
async fn the_console_opens_a_tenant_and_keeps_what_was_typed() {
    let app = TestApp::spawn().await;
    app.appoint("root@platform").await;
    let mut browser = app.browser();
    browser.sign_in("platform", "root@platform").await;
    let page = browser.request("GET", "platform", "/tenants/new?lang=en");
    let page = send(page).await.unwrap().body;
    let hidden = |page: &str, name: &str| {
        let (_, rest) = page
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let (csrf, key) = (hidden(&page, "csrf"), hidden(&page, "key"));
    let fields = |slug: &'static str, key: &str| {
        [
            ("csrf", csrf.clone()),
            ("key", key.to_owned()),
            ("kind", "charity".into()),
            ("begin", "with".into()),
            ("slug", slug.into()),
            ("name_ar", "جمعية الواحة".into()),
            ("name_en", "Waha Society".into()),
            ("prefix", String::new()),
            ("licence", "K-7/2026".into()),
            ("licence_until", "٢٠٢٧-١٢-٣١".into()),
            ("admin_email", "noura@waha.example".into()),
            ("admin_name", "نورة".into()),
            ("plan", "start".into()),
        ]
    };
    let sent = |slug: &'static str, key: &str| {
        browser
            .request("POST", "platform", "/tenants/new?lang=en")
            .form(&fields(slug, key))
    };
    let back = send(sent("nakhla", &key)).await.unwrap();
    assert_eq!(back.status, 422);
    assert!(
        back.body.contains("Another tenant has this address")
            && back.body.contains("value=\"نورة\""),
        "{}",
        back.body
    );
    let ready = send(sent("waha", &hidden(&back.body, "key")))
        .await
        .unwrap();
    assert_eq!(ready.status, 201, "{}", ready.body);
    assert!(
        ready.body.contains("The tenant is ready") && ready.body.contains("/auth/invitation?code=")
    );
    // Back in the browser, mended, sent once more: they are led to what they opened, and may open another one.
    let again = send(sent("wahah", &hidden(&back.body, "key")))
        .await
        .unwrap();
    assert_eq!(again.status, 422);
    assert!(
        again.body.contains("This form has opened a tenant already")
            && again.body.contains("//waha.localhost"),
        "{}",
        again.body
    );
    assert_ne!(hidden(&again.body, "key"), hidden(&back.body, "key"));
    let until: Value = sqlx::query_scalar("select licence from app.tenants where slug = 'waha'")
        .fetch_one(&mut app.behind().await)
        .await
        .unwrap();
    assert_eq!(until["valid_until"], "2027-12-31");
    app.stop().await;
}

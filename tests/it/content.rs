//! The pages that a tenant writes itself: sanitised, in both languages, shown at once, and never at another tenant.

use serde_json::{Value, json};

use crate::client::{Answer, Client, says, send};
use crate::testapp::TestApp;

const PAGES: &str = "/api/v1/admin/pages";

async fn put(who: &Client, page: &str, body: &Value) -> Answer {
    let path = format!("{PAGES}/{page}");
    send(who.request("PUT", &path).json(body)).await.unwrap()
}

fn page(revision: i64, ar: &str, en: &str) -> Value {
    json!({ "revision": revision, "title": { "ar": "", "en": "" }, "body": { "ar": ar, "en": en } })
}

#[actix_web::test]
async fn what_is_written_is_shown_sanitised_and_at_this_tenant_alone() {
    let app = TestApp::spawn().await;
    let (admin, visitor) = (app.admin("nakhla").await, app.visitor("nakhla"));
    let before = admin.json(&format!("{PAGES}/policies")).await;
    assert_eq!(
        (&before["revision"], &before["body"]["en"]),
        (&json!(0), &json!(""))
    );
    let text = "# Refunds\n\nWithin **30** days.<script>alert(1)</script>\n\n[a](javascript:alert(1)) [b](data:text/html,x) [c](https://x.example) \
        safe&#x202E;gpj";
    let saved = put(
        &admin,
        "policies",
        &page(0, "## الاسترداد\n\nخلال 30 يوماً\u{202E}", text),
    )
    .await
    .expect(200);
    assert_eq!(saved["revision"], 1);
    assert_eq!(saved["body"]["ar"], "## الاسترداد\n\nخلال 30 يوماً");
    let shown = says(&visitor, "/en/policies", "<h2>Refunds</h2>").await;
    assert!(
        shown.contains("<strong>30</strong> days.&lt;script&gt;"),
        "{shown}"
    );
    assert!(
        !shown.contains("<script>alert")
            && !shown.contains("javascript:")
            && !shown.contains("data:text")
    );
    assert!(!shown.contains('\u{202E}'));
    assert!(shown.contains(r#"<a href="https://x.example" rel="noopener noreferrer">c</a>"#));
    let arabic = visitor.get("/ar/policies").await.body;
    assert!(arabic.contains("<h2>الاسترداد</h2>"), "{arabic}");
    let neighbour = app.visitor("sidra").get("/en/policies").await.body;
    assert!(!neighbour.contains("Refunds"));

    let stale = put(&admin, "policies", &page(0, "", "Mine")).await;
    assert_eq!(stale.problem(), (409, "page.revision_conflict".into()));
    assert!(
        stale.json()["errors"][1]["message"]
            .as_str()
            .unwrap()
            .contains("# Refunds")
    );
    let log: Vec<(String, Option<String>, Value)> = sqlx::query_as(
        "select action, object_id, diff from app.audit_logs where tenant_id = $1 and object_type = 'page'",
    )
    .bind(app.a.id.as_uuid())
    .fetch_all(&mut app.behind().await)
    .await
    .unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!(
        (log[0].0.as_str(), log[0].1.as_deref()),
        ("page.edit", Some("policies"))
    );
    assert_eq!(log[0].2["before"]["body"]["en"], "");
    app.stop().await;
}

#[actix_web::test]
async fn every_page_is_there_before_anybody_wrote_one() {
    let app = TestApp::spawn().await;
    let (admin, visitor) = (app.admin("nakhla").await, app.visitor("nakhla"));
    for topic in [
        "about",
        "faq",
        "policies",
        "privacy",
        "contact",
        "transparency",
    ] {
        for lang in ["ar", "en"] {
            let answer = visitor.get(&format!("/{lang}/{topic}")).await;
            assert_eq!(answer.status, 200, "{lang}/{topic}");
            let footer = answer.body.split("<footer").nth(1).unwrap();
            assert!(footer.contains(&format!("/{lang}/privacy")), "{topic}");
        }
    }
    let notice = visitor.get("/en/privacy").await.body;
    for word in [
        "phone number",
        "How long",
        "Your rights",
        "Aid Society",
        "26 of 2024",
    ] {
        assert!(notice.contains(word), "{word}: {notice}");
    }
    let notice = visitor.get("/ar/privacy").await.body;
    for word in ["رقم هاتفك", "كم نحتفظ", "حقوقك", "26 لسنة 2024"] {
        assert!(notice.contains(word), "{word}");
    }
    let map = visitor.get("/sitemap.xml").await.body;
    assert!(
        map.contains("/ar/privacy<") && map.contains("/en/about<"),
        "{map}"
    );
    // A notice can be changed, not emptied; and there are no other pages.
    let empty = put(&admin, "privacy", &page(0, " ", "")).await;
    assert_eq!(empty.problem(), (422, "request.invalid".into()));
    assert_eq!(empty.json()["errors"][0]["field"], "body.ar");
    assert_eq!(
        put(&admin, "imprint", &page(0, "a", "b")).await.problem(),
        (404, "not_found".into())
    );
    let raw = put(
        &admin,
        "faq",
        &json!({ "revision": 0, "title": {}, "body": {}, "html": "x" }),
    )
    .await;
    assert_eq!(raw.problem(), (400, "request.malformed".into()));
    app.stop().await;
}

#[actix_web::test]
async fn the_preview_shows_what_visitors_will_see_and_keeps_nothing() {
    let app = TestApp::spawn().await;
    let mut browser = app.browser();
    browser.sign_in("nakhla", "admin@nakhla").await;
    let fields = [
        ("revision", "0"),
        ("body.en", "**Bold** <img src=x onerror=alert(1)>"),
        ("preview", "1"),
    ];
    let answer = browser
        .form("nakhla", "/admin/pages/contact", &fields)
        .await;
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.unwrap();
    assert!(
        page.contains("<strong>Bold</strong> &lt;img src=x onerror=alert(1)&gt;"),
        "{page}"
    );
    let visitor = app.visitor("nakhla");
    assert!(!visitor.get("/en/contact").await.body.contains("Bold"));
    let admin = app.admin("nakhla").await;
    assert_eq!(admin.json(&format!("{PAGES}/contact")).await["revision"], 0);
    app.stop().await;
}

//! Branding and settings: saved whole against a revision, shown at once everywhere, and never at another tenant.

use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::location;
use crate::client::{Answer, Client, says, send};
use crate::node::Options;
use crate::testapp::{FORGOTTEN, TestApp};

const SETTINGS: &str = "/api/v1/admin/settings";

async fn put(who: &Client, body: &Value) -> Answer {
    send(who.request("PUT", SETTINGS).json(body)).await.unwrap()
}

/// The settings as they are, with `change` made to them.
async fn changed(admin: &Client, change: impl FnOnce(&mut Value)) -> Value {
    let mut settings = admin.json(SETTINGS).await;
    change(&mut settings);
    settings
}

/// Newest first: what was done to the settings, and by whom.
async fn audited(app: &TestApp) -> Vec<(String, String, Value)> {
    sqlx::query_as(
        "select action, actor_role, diff from app.audit_logs where tenant_id = $1 and object_type = 'settings' order by seq desc",
    )
    .bind(app.a.id.as_uuid())
    .fetch_all(&mut app.behind().await)
    .await
    .unwrap()
}

#[actix_web::test]
async fn what_is_saved_is_shown_at_once_and_at_this_tenant_alone() {
    let app = TestApp::spawn().await;
    let other = app.another(Options::default()).await;
    let (admin, visitor) = (app.admin("nakhla").await, app.visitor("nakhla"));
    let neighbour = app.visitor("sidra").json("/api/v1/site").await;
    let sent = changed(&admin, |s| {
        s["hero"] = json!({ "ar": "خطوة بخطوة", "en": "Step by step" });
        s["footer"] = json!({ "ar": "", "en": "First line\nSecond <line>" });
        s["primary"] = json!("#1E4E8C");
        s["notify_emails"] = json!(["office@nakhla.example"]);
        s["email"] = json!("hello@nakhla.example");
        s["address"] = json!({ "ar": "السالمية", "en": "Salmiya" });
    })
    .await;
    assert_eq!(sent["revision"], 1);
    let saved = put(&admin, &sent).await.expect(200);
    assert_eq!(saved["revision"], 2);
    let told: Vec<&str> = saved["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["field"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "address.ar",
            "address.en",
            "email",
            "footer.en",
            "hero.ar",
            "hero.en",
            "notify_emails",
            "primary"
        ]
    );

    let home = says(&visitor, "/en/", "Step by step").await;
    assert!(
        home.contains("First line<br>Second &#60;line&#62;"),
        "{home}"
    );
    assert!(home.contains("mailto:hello@nakhla.example"));
    let stylesheet = home.split("/brand-").nth(1).unwrap();
    let stylesheet = format!("/brand-{}", stylesheet.split('"').next().unwrap());
    let colours = visitor.get(&stylesheet).await.body;
    assert!(colours.contains("--primary:#1e4e8c"), "{colours}");
    assert!(visitor.get("/en/contact").await.body.contains("Salmiya"));
    says(&visitor, "/ar/", "خطوة بخطوة").await;
    says(&other.client("nakhla"), "/en/", "Step by step").await;
    assert_eq!(
        visitor.json("/api/v1/site").await["hero"]["en"],
        "Step by step"
    );
    let site = visitor.get("/api/v1/site").await.body;
    assert!(
        !site.contains("office@"),
        "whom to notify is nobody's business"
    );
    assert_eq!(app.visitor("sidra").json("/api/v1/site").await, neighbour);

    let log = audited(&app).await;
    assert_eq!(log.len(), 1);
    let (action, role, diff) = &log[0];
    assert_eq!(
        (action.as_str(), role.as_str()),
        ("settings.edit", "tenant_admin")
    );
    assert_eq!(diff["before"]["primary"], "#0F6B4F");
    assert_eq!(diff["after"]["primary"], "#1E4E8C");
    assert_eq!(
        diff["after"]["notify_emails"],
        json!(["o•••@nakhla.example"])
    );
    assert!(diff["after"].get("name").is_none(), "{diff}");

    // Saved again as it is: nothing happened.
    let again = changed(&admin, |_| {}).await;
    let again = put(&admin, &again).await.expect(200);
    assert_eq!(
        (&again["revision"], &again["changes"]),
        (&json!(2), &json!([]))
    );
    assert_eq!(audited(&app).await.len(), 1);
    other.end(crate::node::End::AtOnce).await;
    app.stop().await;
}

#[actix_web::test]
async fn who_saves_second_is_told_what_stands_there_now() {
    let app = TestApp::spawn().await;
    let admin = app.admin("nakhla").await;
    let first = changed(&admin, |s| s["tagline"]["en"] = json!("Water first")).await;
    let second = changed(&admin, |s| s["phone"] = json!("22440000")).await;
    put(&admin, &first).await.expect(200);
    let stale = put(&admin, &second).await;
    assert_eq!(stale.problem(), (409, "settings.revision_conflict".into()));
    let errors = stale.json()["errors"].clone();
    assert_eq!(errors[1]["field"], "tagline.en");
    assert_eq!(errors[1]["message"], "It is now: Water first");
    assert_eq!(
        errors.as_array().unwrap().len(),
        2,
        "the other is their own: {errors}"
    );
    let tagline = admin.json(SETTINGS).await["tagline"]["en"].clone();
    assert_eq!(tagline, "Water first");
    app.stop().await;
}

#[actix_web::test]
async fn what_cannot_be_taken_is_told_at_its_field() {
    let app = TestApp::spawn().await;
    let admin = app.admin("nakhla").await;
    let pale = changed(&admin, |s| s["primary"] = json!("#2FA37C")).await;
    let refused = put(&admin, &pale).await;
    assert_eq!(refused.problem(), (422, "request.invalid".into()));
    let error = refused.json()["errors"][0].clone();
    assert_eq!(error["field"], "primary");
    assert_eq!(error["code"], "settings.colour_contrast");
    let message = error["message"].as_str().unwrap();
    let nearest = message.rsplit(' ').next().unwrap().trim_end_matches('.');
    let near = changed(&admin, |s| s["primary"] = json!(nearest)).await;
    put(&admin, &near).await.expect(200);

    let unknown = changed(&admin, |s| s["status"] = json!("active")).await;
    assert_eq!(
        put(&admin, &unknown).await.problem(),
        (400, "request.malformed".into())
    );
    let unknown = changed(&admin, |s| s["name"]["fr"] = json!("Société")).await;
    assert_eq!(
        put(&admin, &unknown).await.problem(),
        (400, "request.malformed".into())
    );
    let mut short = changed(&admin, |_| {}).await;
    for field in ["hero", "revision"] {
        short.as_object_mut().unwrap().remove(field);
    }
    let missing = put(&admin, &short).await;
    assert_eq!(missing.problem(), (422, "request.invalid".into()));
    let fields: Vec<Value> = missing.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].clone())
        .collect();
    assert_eq!(fields, ["hero", "revision"]);
    assert_eq!(audited(&app).await.len(), 1);
    app.stop().await;
}

#[actix_web::test]
async fn settings_change_by_an_administrator_with_a_fresh_proof() {
    let app = TestApp::spawn().await;
    let (admin, staff) = (app.admin("nakhla").await, app.staff("nakhla").await);
    assert_eq!(
        staff.get(SETTINGS).await.problem(),
        (403, "auth.forbidden".into())
    );
    assert_eq!(
        put(&staff, &json!({})).await.problem(),
        (403, "auth.forbidden".into())
    );
    let mut browser = app.browser();
    browser.sign_in("nakhla", "admin@nakhla").await;
    sqlx::query("update app.sessions set auth_time = now() - interval '16 minutes'")
        .execute(&mut app.behind().await)
        .await
        .unwrap();
    tokio::time::sleep(FORGOTTEN).await;
    let csrf = browser.csrf("nakhla").await;
    let body = changed(&admin, |s| {
        s["tagline"]["en"] = json!("Somebody at an open desk")
    })
    .await;
    let stale = browser
        .request("PUT", "nakhla", SETTINGS)
        .header("x-csrf-token", &csrf)
        .json(&body);
    let stale = send(stale).await.unwrap();
    assert_eq!(stale.problem(), (403, "auth.step_up_required".into()));
    assert!(audited(&app).await.is_empty());
    app.stop().await;
}

#[actix_web::test]
async fn a_tenant_of_one_language_has_no_pages_in_the_other() {
    let app = TestApp::spawn().await;
    let (admin, visitor) = (app.admin("nakhla").await, app.visitor("nakhla"));
    let both = visitor.get("/ar/").await.body;
    assert!(both.contains(r#"class="lang""#) && both.contains(r#"hreflang="en""#));
    let one = changed(&admin, |s| {
        s["languages"] = json!(["ar"]);
        s["name"]["en"] = json!("");
    })
    .await;
    put(&admin, &one).await.expect(200);
    for _ in 0..500 {
        if visitor.get("/en/").await.status == 302 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let moved = async |path: &str| {
        let answer = visitor.request("GET", path).send().await.unwrap();
        assert_eq!(answer.status(), 302, "{path}");
        location(&answer)
    };
    assert_eq!(moved("/en/items?q=well").await, "/ar/items?q=well");
    assert_eq!(moved("/en/").await, "/ar/");
    assert_eq!(moved("/").await, "/ar/");
    let sent = visitor
        .request("POST", "/en/track")
        .form(&[("reference", "x")]);
    assert_eq!(send(sent).await.unwrap().status, 404);
    for path in ["/ar/", "/ar/items/well", "/ar/contact"] {
        let page = visitor.get(path).await.body;
        assert!(!page.contains(r#"class="lang""#), "{path}");
        assert!(!page.contains(r#"hreflang="en""#), "{path}");
    }
    let map = visitor.get("/sitemap.xml").await.body;
    assert!(
        map.contains("/ar/items/well") && !map.contains("/en/"),
        "{map}"
    );
    assert_eq!(
        visitor.json("/api/v1/site").await["languages"],
        json!(["ar"])
    );
    app.stop().await;
}

#[actix_web::test]
async fn digits_and_the_calendar_are_the_tenants() {
    let app = TestApp::spawn().await;
    let (admin, visitor) = (app.admin("nakhla").await, app.visitor("nakhla"));
    let licence = json!({ "number": "A-7", "authority": { "ar": "", "en": "" }, "valid_until": "2027-02-08" });
    let sent = changed(&admin, |s| {
        s["licence"] = licence;
        s["digits"] = json!("arabic_indic");
        s["hijri"] = json!(true);
    })
    .await;
    put(&admin, &sent).await.expect(200);
    let page = says(
        &visitor,
        "/ar/items/well",
        "٨ فبراير ٢٠٢٧ · ١ رمضان ١٤٤٨ هـ",
    )
    .await;
    assert!(page.contains(r#"data-digits="arabic""#));
    assert!(
        page.contains(r#"<bdi dir="ltr" class="num">٢٠</bdi>"#),
        "{page}"
    );
    let english = visitor.get("/en/items/well").await.body;
    assert!(
        english.contains("8 February 2027 · 1 Ramadan 1448 AH"),
        "{english}"
    );
    // The moon was seen a day later than the tables say.
    let moved = changed(&admin, |s| s["hijri_offset"] = json!(-1)).await;
    put(&admin, &moved).await.expect(200);
    says(&visitor, "/en/", "30 Shaban 1448 AH").await;
    let without = changed(&admin, |s| s["hijri"] = json!(false)).await;
    put(&admin, &without).await.expect(200);
    let page = says(&visitor, "/en/", "8 February 2027<").await;
    assert!(!page.contains("AH"), "{page}");
    app.stop().await;
}

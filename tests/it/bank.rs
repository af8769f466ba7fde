//! The account that transfers go to: checked, saved against a revision, shown to whoever pays, told to every administrator; and what a
//! tenant that has none yet cannot do.

use serde_json::{Value, json};

use crate::client::{Answer, Client, PHONE, gift, key, says, send};
use crate::mail::{active_admin, mailed, text};
use crate::testapp::{FORGOTTEN, TestApp, location};
use crate::worker::{until, worker};

const BANK: &str = "/api/v1/admin/settings/bank";
const IBAN: &str = "KW45DEMO0000000000001000010101";

async fn put(who: &Client, body: &Value) -> Answer {
    send(who.request("PUT", BANK).json(body)).await.unwrap()
}

fn account(revision: i64, iban: &str) -> Value {
    json!({
        "bank": { "ar": "البنك التجاري", "en": "Commercial Bank" },
        "beneficiary": { "ar": "جمعية العون", "en": "Aid Society" },
        "iban": iban, "revision": revision,
    })
}

#[actix_web::test]
async fn a_new_account_is_shown_to_whoever_pays_and_kept_on_record_masked() {
    let app = TestApp::spawn().await;
    let (admin, visitor) = (app.admin("nakhla").await, app.visitor("nakhla"));
    let neighbour = app.visitor("sidra").get("/en/contact").await.body;
    let typed = account(1, " kw45-demo ٠٠٠٠ ٠٠٠٠ ٠٠٠٠ ١٠٠٠ ٠١٠١ ٠١ ");
    let saved = put(&admin, &typed).await.expect(200);
    assert_eq!(
        (&saved["iban"], &saved["revision"]),
        (&json!(IBAN), &json!(2))
    );
    let fields: Vec<&str> = saved["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["bank.ar", "bank.en", "iban"]);

    let grouped = "KW45 DEMO 0000 0000 0000 1000 0101 01";
    says(&visitor, "/en/contact", grouped).await;
    let order = visitor
        .order(&key(), &gift("well", 5_000))
        .await
        .expect(201);
    let link: url::Url = order["track_url"].as_str().unwrap().parse().unwrap();
    let path = format!("{}?{}", link.path(), link.query().unwrap_or_default());
    let thanks = visitor.get(&path).await.body;
    assert!(
        thanks.contains(grouped) && thanks.contains("Commercial Bank"),
        "{thanks}"
    );
    assert_eq!(
        app.visitor("sidra").get("/en/contact").await.body,
        neighbour
    );

    let diff: Value = sqlx::query_scalar(
        "select diff from app.audit_logs where tenant_id = $1 and action = 'bank.edit'",
    )
    .bind(app.a.id.as_uuid())
    .fetch_one(&mut app.behind().await)
    .await
    .unwrap();
    assert_eq!(diff["after"]["iban"], "KW45 DEMO •••• 0101");
    assert_eq!(diff["after"]["bank"]["en"], "Commercial Bank");
    assert!(!diff.to_string().contains("100001"), "{diff}");
    app.stop().await;
}

#[actix_web::test]
async fn an_account_is_saved_against_its_own_revision() {
    let app = TestApp::spawn().await;
    let admin = app.admin("nakhla").await;
    put(&admin, &account(1, IBAN)).await.expect(200);
    let second = put(&admin, &account(1, "KW66DEMO0000000000001000020102")).await;
    assert_eq!(second.problem(), (409, "bank.revision_conflict".into()));
    let errors = second.json()["errors"].clone();
    assert_eq!(
        (errors[0]["field"].as_str(), errors[0]["message"].as_str()),
        (
            Some("iban"),
            Some("It is now: KW45DEMO0000000000001000010101")
        )
    );
    // Settings that were open meanwhile are no older for it, and take nothing of the account back.
    let mut settings = admin.json("/api/v1/admin/settings").await;
    assert_eq!(settings["revision"], 1);
    settings["tagline"]["en"] = json!("Water first");
    let sent = admin
        .request("PUT", "/api/v1/admin/settings")
        .json(&settings);
    send(sent).await.unwrap().expect(200);
    let now = admin.json(BANK).await;
    assert_eq!((&now["iban"], &now["revision"]), (&json!(IBAN), &json!(2)));
    app.stop().await;
}

#[actix_web::test]
async fn what_is_no_account_in_kuwait_is_told_at_its_field() {
    let app = TestApp::spawn().await;
    let admin = app.admin("nakhla").await;
    for (iban, word) in [
        ("GB82WEST12345698765432", "begins with KW"),
        ("KW81CBKU00000000000012345601", "this has 28"),
        ("KW81CBKU0000000000001234560102", "check digits"),
    ] {
        let refused = put(&admin, &account(1, iban)).await;
        assert_eq!(refused.problem(), (422, "request.invalid".into()));
        let error = refused.json()["errors"][0].clone();
        assert_eq!(
            (error["field"].as_str(), error["code"].as_str()),
            (Some("iban"), Some("bank.iban_invalid"))
        );
        assert!(error["message"].as_str().unwrap().contains(word), "{error}");
    }
    let mut short = account(1, "");
    short["bank"]["en"] = json!(" ");
    let refused = put(&admin, &short).await.json()["errors"].clone();
    let fields: Vec<&str> = refused
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["bank.en", "iban"]);
    assert_eq!(admin.json(BANK).await["revision"], 1);
    app.stop().await;
}

#[actix_web::test]
async fn a_proof_that_is_too_old_changes_no_account_and_loses_nothing() {
    let app = TestApp::spawn().await;
    let mut browser = app.browser();
    browser.sign_in("nakhla", "admin@nakhla").await;
    sqlx::query("update app.sessions set auth_time = now() - interval '16 minutes'")
        .execute(&mut app.behind().await)
        .await
        .unwrap();
    tokio::time::sleep(FORGOTTEN).await;
    let csrf = browser.csrf("nakhla").await;
    let put = browser
        .request("PUT", "nakhla", BANK)
        .header("x-csrf-token", &csrf)
        .json(&account(1, IBAN));
    assert_eq!(
        send(put).await.unwrap().problem(),
        (403, "auth.step_up_required".into())
    );
    let form = [
        ("csrf", csrf.as_str()),
        ("revision", "1"),
        ("bank.en", "Typed bank"),
        ("iban", IBAN),
    ];
    let post = browser
        .request("POST", "nakhla", "/admin/settings/bank?lang=en")
        .form(&form);
    let page = send(post).await.unwrap();
    assert_eq!(page.status, 403);
    assert!(
        page.body.contains("Confirm it is you") && page.body.contains("Typed bank"),
        "{}",
        page.body
    );
    let stored: i64 =
        sqlx::query_scalar("select count(*) from app.audit_logs where action = 'bank.edit'")
            .fetch_one(&mut app.behind().await)
            .await
            .unwrap();
    assert_eq!(stored, 0);
    app.stop().await;
}

#[actix_web::test]
async fn every_administrator_is_told_and_whoever_else_is_named() {
    let app = TestApp::spawn().await;
    let admin = app.admin("nakhla").await;
    active_admin(&app).await;
    let mut settings = admin.json("/api/v1/admin/settings").await;
    settings["notify_emails"] = json!(["office@nakhla.example", "admin@nakhla.example"]);
    let sent = admin
        .request("PUT", "/api/v1/admin/settings")
        .json(&settings);
    send(sent).await.unwrap().expect(200);
    put(&admin, &account(1, IBAN)).await.expect(200);
    let worker = worker(&app, 4).await;
    let visitor = app.visitor("nakhla");
    until("both mails", async || mailed(&visitor).await.len() == 2).await;
    let mails = mailed(&visitor).await;
    let mut to: Vec<&str> = mails.iter().map(|mail| text(mail, "to")).collect();
    to.sort_unstable();
    assert_eq!(to, ["admin@nakhla.example", "office@nakhla.example"]);
    for mail in &mails {
        let said = text(mail, "text");
        for word in [
            "تغيّر الحساب البنكي",
            "The bank account changed",
            "KW45 DEMO •••• 0101",
            "/admin/settings/bank",
        ] {
            assert!(said.contains(word), "{word}: {said}");
        }
        assert!(
            !said.contains("1000 0101") && !said.contains("10000101"),
            "{said}"
        );
    }
    worker.stop().await;
    app.stop().await;
}

/// A charity that was just opened, and its first administrator.
async fn opened(app: &TestApp) -> Client {
    let charity = json!({
        "slug": "waha", "name": { "ar": "جمعية الواحة", "en": "Waha Society" }, "kind": "charity", "template": "charity",
        "licence": { "number": "K-7/2026" }, "first_admin_email": "admin@masar.example", "plan": "growth",
    });
    let root = app.root().await;
    let opened = root
        .post("/api/v1/platform/tenants", &key(), &charity)
        .await
        .expect(201);
    let link = opened["invitation"]["url"].as_str().unwrap();
    let mut browser = app.browser();
    let callback = browser
        .reach_callback_by_invitation("waha", "admin@masar", link)
        .await;
    let finish = location(&browser.get(&callback).await);
    browser.get(&finish).await;
    app.admin_of("waha", "admin@masar").await
}

#[actix_web::test]
async fn a_charity_without_an_account_publishes_nothing_and_says_what_is_missing() {
    let app = TestApp::spawn().await;
    let admin = opened(&app).await;
    let visitor = app.visitor("waha");
    let items = admin.json("/api/v1/admin/items").await["data"].clone();
    let fund = items
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["slug"] == "general")
        .unwrap();
    let id = fund["id"].as_str().unwrap();
    let blockers = admin.json(&format!("/api/v1/admin/items/{id}")).await["blockers"].clone();
    assert_eq!(
        (blockers[0]["field"].as_str(), blockers[0]["code"].as_str()),
        (Some("payment"), Some("item.no_way_to_pay")),
        "{blockers}"
    );
    let publish = format!("/api/v1/admin/items/{id}/publish");
    let refused = admin.post(&publish, &key(), &json!({})).await;
    assert_eq!(refused.problem(), (409, "item.not_ready".into()));
    assert_eq!(refused.json()["errors"][0]["code"], "item.no_way_to_pay");
    let page = admin.get(&format!("/admin/items/{id}?lang=en")).await.body;
    assert!(
        page.contains(r#"<a href="/admin/settings/bank">Add the bank account"#),
        "{page}"
    );
    let home = visitor.get("/en/").await.body;
    assert!(
        home.contains("Giving here has not begun yet") && !home.contains("class=\"give\""),
        "{home}"
    );
    let checkout = visitor.get("/en/checkout?item=general&amount=5").await.body;
    assert!(!checkout.contains("data-checkout"), "{checkout}");

    // The account opens it all.
    put(&admin, &account(1, IBAN)).await.expect(200);
    admin.post(&publish, &key(), &json!({})).await.expect(200);
    let home = says(&visitor, "/en/", "class=\"give\"").await;
    assert!(!home.contains("has not begun"), "{home}");
    let order = visitor
        .order(&key(), &gift("general", 5_000))
        .await
        .expect(201);
    assert_eq!(order["next_step"]["iban"], IBAN, "{order}");
    let last4 = &PHONE[PHONE.len() - 4..];
    let reference = order["reference"].as_str().unwrap();
    let known = visitor
        .json(&format!("/api/v1/orders/{reference}?phone_last4={last4}"))
        .await;
    assert_eq!(known["status"], "awaiting_transfer");
    app.stop().await;
}

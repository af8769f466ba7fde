//! Questions, policy, delivery and the price of gold: saved whole against a revision, shown where people look for them.

use serde_json::{Value, json};

use crate::client::{Answer, Client, says, send};
use crate::testapp::TestApp;

const TERMS: &str = "/api/v1/admin/settings/terms";

async fn put(who: &Client, body: &Value) -> Answer {
    send(who.request("PUT", TERMS).json(body)).await.unwrap()
}

fn text(ar: &str, en: &str) -> Value {
    json!({ "ar": ar, "en": en })
}

fn terms(revision: i64) -> Value {
    json!({
        "faq": [{ "q": text("متى يصل؟", "When does it arrive?"), "a": text("خلال يوم", "Within a <day>") }],
        "policy": text("يُسترد خلال شهر", "Back within a month"), "delivery": text("", ""),
        "gold_price": { "gram": 41_250, "on": "2026-01-05", "source": text("السوق", "the market") }, "revision": revision,
    })
}

#[actix_web::test]
async fn what_is_saved_stands_where_people_look_for_it() {
    let app = TestApp::spawn().await;
    let (admin, visitor) = (app.admin("nakhla").await, app.visitor("nakhla"));
    let saved = put(&admin, &terms(1)).await.expect(200);
    assert_eq!(saved["revision"], 2);
    let fields: Vec<&str> = saved["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["field"].as_str().unwrap())
        .collect();
    assert!(
        fields.contains(&"faq[0].q.en") && fields.contains(&"gold_price.gram"),
        "{fields:?}"
    );
    let faq = says(&visitor, "/en/faq", "When does it arrive?").await;
    assert!(faq.contains("Within a &#60;day&#62;"), "{faq}");
    for path in [
        "/en/policies",
        "/en/items/well",
        "/en/checkout?item=well&amount=5",
    ] {
        assert!(
            visitor.get(path).await.body.contains("Back within a month"),
            "{path}"
        );
    }
    assert!(visitor.get("/ar/faq").await.body.contains("متى يصل؟"));
    let zakat = visitor.get("/en/zakat").await.body;
    assert!(
        zakat.contains("value=\"41.250\"") && zakat.contains("5 January 2026, from the market."),
        "{zakat}"
    );
    // That day is long gone, and it says so.
    assert!(zakat.contains("some days old"));
    assert!(
        !app.visitor("sidra")
            .get("/en/faq")
            .await
            .body
            .contains("When does it arrive?")
    );
    let second = put(&admin, &terms(1)).await;
    assert_eq!(second.problem(), (409, "terms.revision_conflict".into()));
    app.stop().await;
}

#[actix_web::test]
async fn what_cannot_be_taken_is_told_at_its_field() {
    let app = TestApp::spawn().await;
    let admin = app.admin("nakhla").await;
    let mut body = terms(1);
    body["faq"] = json!([{ "q": text("كيف؟", ""), "a": text("هكذا", "So") }]);
    body["gold_price"]["gram"] = json!(0);
    body["gold_price"]["on"] = json!("2199-01-01");
    let refused = put(&admin, &body).await;
    assert_eq!(refused.problem(), (422, "request.invalid".into()));
    let mut fields: Vec<String> = refused.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["field"].as_str().unwrap().to_owned())
        .collect();
    fields.sort_unstable();
    assert_eq!(fields, ["faq[0].q.en", "gold_price.gram", "gold_price.on"]);
    body["gold_price"]["gram"] = json!(12.5);
    assert_eq!(
        put(&admin, &body).await.problem(),
        (400, "request.malformed".into())
    );
    let mut unknown = terms(1);
    unknown["faq"][0]["html"] = json!("<b>");
    assert_eq!(
        put(&admin, &unknown).await.problem(),
        (400, "request.malformed".into())
    );
    assert_eq!(admin.json(TERMS).await["revision"], 1);
    app.stop().await;
}

#[actix_web::test]
async fn the_form_gives_room_for_more_questions_and_loses_nothing() {
    let app = TestApp::spawn().await;
    let mut browser = app.browser();
    browser.sign_in("nakhla", "admin@nakhla").await;
    let csrf = browser.csrf("nakhla").await;
    let page = |fields: &[(&'static str, &'static str)]| {
        let mut form = vec![
            ("csrf", csrf.as_str()),
            ("revision", "1"),
            ("faq[0].q.en", "Typed question"),
            ("gold_price.gram", "1,250"),
            ("gold_price.on", "2026-01-05"),
        ];
        form.extend_from_slice(fields);
        send(
            browser
                .request("POST", "nakhla", "/admin/settings/terms?lang=en")
                .form(&form),
        )
    };
    let more = page(&[("more", "1")]).await.unwrap();
    assert_eq!(more.status, 200);
    assert!(
        more.body.contains("value=\"Typed question\"")
            && more.body.contains("name=\"faq[3].q.ar\""),
        "{}",
        more.body
    );
    let refused = page(&[]).await.unwrap();
    assert_eq!(refused.status, 422);
    assert!(
        refused.body.contains("value=\"1,250\"")
            && refused.body.contains("e-gold_price.gram-error"),
        "{}",
        refused.body
    );
    app.stop().await;
}

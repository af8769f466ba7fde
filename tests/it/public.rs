//! What anybody can read: the site, the items, and their live figures.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{gift, key, send, transfer};
use crate::seed::{STOCK, WELL};
use crate::testapp::TestApp;

#[actix_web::test]
async fn the_site_and_its_items() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let site = visitor.json("/api/v1/site").await;
    assert_eq!(site["name"]["en"], "Aid Society");
    assert_eq!(site["languages"], json!(["ar", "en"]));
    assert_eq!(site["currency"], "KWD");
    assert_eq!(site["payment_methods"], json!(["transfer"]));

    let items = visitor.json("/api/v1/items").await;
    let slugs: Vec<&str> = items["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["slug"].as_str().unwrap())
        .collect();
    assert_eq!(
        slugs,
        ["general", "well", "school", "dates", "bread", "paused"]
    );
    assert_eq!(items["next_cursor"], Value::Null);

    let well = visitor.item("well").await;
    let money = |fils: i64| json!({ "amount": fils, "currency": "KWD" });
    for field in ["raised", "in_flight", "awaiting_transfer", "pledged"] {
        assert_eq!(well[field], money(0), "{field}");
    }
    assert_eq!(well["target"], money(WELL));
    assert_eq!(well["remaining"], money(WELL));
    assert_eq!((&well["percent"], &well["donors"]), (&json!(0), &json!(0)));
    assert_eq!(visitor.item("general").await["target"], Value::Null);
    assert_eq!(visitor.item("dates").await["stock"], STOCK);
    let by_id = format!("/api/v1/items/{}", well["id"].as_str().unwrap());
    assert_eq!(visitor.json(&by_id).await, well);
    for hidden in ["draft", "nowhere"] {
        let path = format!("/api/v1/items/{hidden}");
        assert_eq!(
            visitor.get(&path).await.problem(),
            (404, "not_found".into())
        );
    }
    app.stop().await;
}

#[actix_web::test]
async fn items_are_found_by_misspelt_words() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let slugs = async |query: &str| -> Vec<String> {
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let page = visitor.json(&format!("/api/v1/items?q={query}")).await;
        let rows = page["data"].as_array().unwrap().iter();
        rows.map(|i| i["slug"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(slugs("shcool").await, ["school"]);
    assert_eq!(slugs("the bred").await, ["bread"]);
    assert_eq!(slugs("العنوانُ").await.len(), 6, "the title of each");
    assert_eq!(slugs("عنوان well").await, ["well"]);
    assert_eq!(slugs("draft").await, [""; 0], "hidden things stay hidden");
    assert_eq!(slugs("elephant").await, [""; 0]);
    assert_eq!(slugs("…").await.len(), 6, "no word, no filter");
    let page = visitor.get("/en/items?q=shcool&status=active").await;
    assert_eq!(page.status, 200);
    let text = page.body;
    assert!(text.contains("/en/items/school") && !text.contains("/en/items/bread"));
    assert!(
        text.contains("/ar/items?q=shcool"),
        "the other language keeps the search"
    );
    app.stop().await;
}

#[actix_web::test]
async fn slips_in_an_address_lead_on_and_stay_here() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let led = async |method: &str, path: &str| {
        let answer = send(visitor.request(method, path)).await.unwrap();
        (answer.status, answer.header("location").to_owned())
    };
    for (path, to) in [
        (
            "/ar/items/well/?utm_source=x&q=a%20b",
            "/ar/items/well?utm_source=x&q=a%20b",
        ),
        ("/AR/", "/ar/"),
        ("/EN/transparency", "/en/transparency"),
        ("/AR//evil.example/", "/ar//evil.example"),
    ] {
        assert_eq!(led("GET", path).await, (308, to.to_owned()), "{path}");
        assert_eq!(led("HEAD", path).await.0, 308, "{path}");
    }
    for path in ["//evil.example/", "/fr/", "/admin/nowhere/", "/ar/nowhere"] {
        assert_eq!(led("GET", path).await.0, 404, "{path}");
    }
    assert_eq!(led("POST", "/ar/checkout/").await.0, 404);
    app.stop().await;
}

#[actix_web::test]
async fn an_amount_that_is_not_taken_is_told_before_a_name_is_asked_for() {
    let app = TestApp::spawn().await;
    let (charity, shop) = (app.visitor("nakhla"), app.visitor("sidra"));
    for (visitor, query, told) in [
        (&charity, "item=well&other=-5", "above zero"),
        (&charity, "item=well&other=0", "above zero"),
        (
            &charity,
            "item=well&other=1,250",
            "KWD 1.250 or KWD 1,250.000",
        ),
        (&charity, "item=well&other=25.1234", "three decimals"),
        (&charity, "item=well&other=1e9", "in digits"),
        (&charity, "item=well&other=99999999", "largest amount here"),
        (&charity, "item=well&other=", "enter an amount"),
        (&shop, "item=dates&quantity=0", "from 1 to 999"),
        (&shop, "item=dates&quantity=abc", "from 1 to 999"),
    ] {
        let page = visitor.get(&format!("/en/checkout?{query}")).await;
        assert_eq!(page.status, 200);
        let (_, error) = page.body.split_once("class=\"error\"").expect(query);
        let error = error.split("</p>").next().unwrap();
        assert!(error.contains(told), "{query}: {error}");
        assert!(!page.body.contains("donor-name"), "{query}");
        assert!(page.body.contains("method=\"get\" action=\"/en/checkout\""));
    }
    // Nobody chose yet: the step, and no reproach.
    let page = charity.get("/en/checkout?item=well").await.body;
    assert!(!page.contains("class=\"error\"") && !page.contains("donor-name"));
    // Its answer goes on.
    let page = charity
        .get("/en/checkout?item=well&amount.well=5")
        .await
        .body;
    assert!(page.contains("donor-name") && page.contains(">5.000<"));
    app.stop().await;
}

#[actix_web::test]
async fn the_example_of_a_reference_is_the_tenants_own() {
    let app = TestApp::spawn().await;
    let form = [("reference", "12"), ("last4", "1234")];
    for (tenant, prefix) in [("nakhla", "NKH"), ("sidra", "SDR")] {
        let request = app.visitor(tenant).request("POST", "/en/track");
        let answer = send(request.form(&form)).await.unwrap();
        assert_eq!(answer.status, 422);
        let example = format!("It looks like {prefix}-229-5041-781.");
        assert!(answer.body.contains(&example), "{}", answer.body);
    }
    app.stop().await;
}

#[actix_web::test]
async fn what_comes_next_is_true_of_what_was_given_to() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let page = async |item: &str| {
        let placed = visitor.order(&key(), &gift(item, 5_000)).await.expect(201);
        let track = url::Url::parse(placed["track_url"].as_str().unwrap()).unwrap();
        let query = track.query().unwrap();
        let reference = placed["reference"].as_str().unwrap();
        visitor
            .get(&format!("/en/o/{reference}?{query}"))
            .await
            .body
    };
    let well = page("well").await;
    assert!(well.contains("fully funded") && well.contains("90 days"));
    let fund = page("general").await;
    assert!(fund.contains("without waiting for a target"));
    assert!(!fund.contains("fully funded") && !fund.contains("90 days"));
    app.stop().await;
}

#[actix_web::test]
async fn lists_come_in_pages_bound_to_tenant_and_query() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let (mut seen, mut path) = (Vec::new(), "/api/v1/items?limit=4".to_owned());
    let cursor = loop {
        let page = visitor.json(&path).await;
        let rows = page["data"].as_array().unwrap();
        assert!(rows.len() <= 4);
        seen.extend(rows.iter().map(|i| i["slug"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => path = format!("/api/v1/items?limit=4&cursor={next}"),
            None => break path.split("cursor=").nth(1).unwrap().to_owned(),
        }
    };
    assert_eq!(seen.len(), 6);
    let bad = |answer: crate::client::Answer| {
        assert_eq!(answer.problem(), (422, "cursor.invalid".into()))
    };
    bad(visitor
        .get(&format!("/api/v1/items?kind=fund&cursor={cursor}"))
        .await);
    bad(visitor.get("/api/v1/items?cursor=4.0000000000000000").await);
    bad(app
        .visitor("sidra")
        .get(&format!("/api/v1/items?limit=4&cursor={cursor}"))
        .await);
    app.stop().await;
}

/// Reads server-sent events until one satisfies.
async fn until(
    feed: &mut reqwest::Response,
    text: &mut String,
    wanted: impl Fn(&Value) -> bool,
) -> Value {
    let found = async {
        loop {
            while let Some((message, rest)) = text.split_once("\n\n") {
                let data = message.lines().find_map(|l| l.strip_prefix("data: "));
                let id = message.lines().find_map(|l| l.strip_prefix("id: "));
                let value: Value = serde_json::from_str(data.unwrap_or("null")).unwrap();
                assert_eq!(id.unwrap_or_default(), value["version"].to_string());
                *text = rest.to_owned();
                if wanted(&value) {
                    return value;
                }
            }
            let chunk = feed.chunk().await.unwrap().expect("the feed goes on");
            text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    };
    tokio::time::timeout(Duration::from_secs(60), found)
        .await
        .expect("a message comes")
}

#[actix_web::test]
async fn the_live_feed_shows_money_arriving() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let mut feed = visitor
        .request("GET", "/api/v1/live?items=well")
        .send()
        .await
        .unwrap();
    assert_eq!(feed.headers()["content-type"], "text/event-stream");
    let mut text = String::new();
    let first = until(&mut feed, &mut text, |_| true).await;
    assert_eq!(
        (&first["item"], &first["raised"]["amount"]),
        (&json!("well"), &json!(0))
    );
    let order = visitor
        .order(&key(), &gift("well", 5_000))
        .await
        .expect(201);
    visitor
        .order(&key(), &gift("general", 1_000))
        .await
        .expect(201);
    let awaited = until(&mut feed, &mut text, |v| {
        v["awaiting_transfer"]["amount"] == 5_000
    })
    .await;
    assert_eq!(awaited["item"], "well");
    let staff = app.staff("nakhla").await;
    let path = format!(
        "/api/v1/admin/orders/{}/confirm-transfer",
        order["id"].as_str().unwrap()
    );
    staff
        .post(&path, &key(), &transfer(5_000, "B-9"))
        .await
        .expect(200);
    let raised = until(&mut feed, &mut text, |v| v["raised"]["amount"] == 5_000).await;
    assert_eq!(raised["percent"], 25);
    assert_eq!(raised["donors"], 1);
    assert_eq!(raised["version"], visitor.item("well").await["version"]);
    app.stop().await;
}

//! `POST /api/v1/orders`: the contract of api.md, field by field.

use serde_json::{Value, json};

use crate::client::{self, Client, gift, key, pieces};
use crate::seed::{DATES, IBAN, STOCK};
use crate::testapp::TestApp;

const ORDERS: &str = "/api/v1/orders";

/// The fields of one object, in the order of the wire.
fn fields(body: &str) -> Vec<String> {
    let value: serde_json::Map<String, Value> = serde_json::from_str(body).unwrap();
    let mut names: Vec<String> = value.keys().cloned().collect();
    names.sort_by_key(|name| body.find(&format!("\"{name}\":")));
    names
}

#[actix_web::test]
async fn an_order_answers_as_the_contract_says() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let request = visitor
        .request("POST", ORDERS)
        .header("idempotency-key", key())
        .header("x-request-id", "a-request-of-mine")
        .json(&gift("well", 5_000));
    let answer = client::send(request).await.unwrap();
    let order = answer.expect(201);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("x-request-id"), "a-request-of-mine");
    assert!(!answer.replayed());
    assert_eq!(
        fields(&answer.body),
        [
            "id",
            "reference",
            "kind",
            "status",
            "total",
            "track_url",
            "next_step",
            "created_at"
        ]
    );
    let id: uuid::Uuid = order["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(id.get_version_num(), 7);
    let reference = order["reference"].as_str().unwrap();
    assert!(reference.starts_with("NKH-2"), "{reference}");
    assert_eq!(order["kind"], "donation");
    assert_eq!(order["status"], "awaiting_transfer");
    let money = json!({ "amount": 5_000, "currency": "KWD" });
    assert_eq!(order["total"], money);
    let next = &order["next_step"];
    assert_eq!(next["type"], "instructions");
    assert_eq!(next["beneficiary"], "Aid Society");
    assert_eq!(next["bank"], "Bank");
    assert_eq!(next["iban"], IBAN);
    assert_eq!(next["amount"], money);
    assert_eq!(next["reference"], reference);
    let at = |v: &Value| chrono::DateTime::parse_from_rfc3339(v.as_str().unwrap()).unwrap();
    let days = (at(&next["expires_at"]) - at(&order["created_at"])).num_days();
    assert_eq!(days, 14);
    assert!(order["created_at"].as_str().unwrap().ends_with('Z'));
    let track = order["track_url"].as_str().unwrap();
    let page = format!(
        "http://nakhla.localhost:{}/en/o/{reference}?token=",
        app.node.port
    );
    assert!(track.starts_with(&page), "{track}");
    for secret in [client::NAME, "30001234"] {
        assert!(!answer.body.contains(secret));
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_key_gives_its_first_answer_again() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let body = gift("general", 1_000);
    let first = visitor.order("one-key", &body).await;
    first.expect(201);
    for _ in 0..3 {
        let again = visitor.order("one-key", &body).await;
        assert_eq!(again.status, 201);
        assert_eq!(again.body, first.body);
        assert!(again.replayed());
    }
    let other = visitor.order("one-key", &gift("general", 2_000)).await;
    assert_eq!(other.problem(), (422, "idempotency.key_reused".into()));
    // Another tenant's keys are other keys.
    let there = app.visitor("sidra").order("one-key", &body).await;
    assert_eq!(there.status, 201);
    assert!(!there.replayed());
    assert_ne!(there.json()["id"], first.json()["id"]);
    app.stop().await;
}

#[actix_web::test]
async fn what_is_no_request_is_refused() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let post = || visitor.request("POST", ORDERS);
    let body = gift("general", 1_000).to_string();
    let json = |request: reqwest::RequestBuilder, body: &str| {
        request
            .header("content-type", "application/json")
            .body(body.to_owned())
    };
    let keyed = || post().header("idempotency-key", key());
    let large = format!("{{\"kind\":\"{}\"}}", "x".repeat(256 * 1024));
    let unknown_field = body.replacen("{", "{\"tenant_id\":\"x\",", 1);
    let cases = [
        (
            "no key",
            json(post(), &body),
            400,
            "idempotency.key_required",
        ),
        (
            "a blank key",
            json(post().header("idempotency-key", ""), &body),
            400,
            "idempotency.key_required",
        ),
        (
            "a key with a space",
            json(post().header("idempotency-key", "a b"), &body),
            400,
            "idempotency.key_invalid",
        ),
        (
            "a key of 256",
            json(post().header("idempotency-key", "k".repeat(256)), &body),
            400,
            "idempotency.key_invalid",
        ),
        ("no JSON", json(keyed(), "{"), 400, "request.malformed"),
        ("no body", json(keyed(), ""), 400, "request.malformed"),
        (
            "a field too many",
            json(keyed(), &unknown_field),
            400,
            "request.malformed",
        ),
        (
            "another content type",
            keyed()
                .header("content-type", "text/plain")
                .body(body.clone()),
            415,
            "request.unsupported_media_type",
        ),
        (
            "no content type",
            keyed().body(body.clone()),
            415,
            "request.unsupported_media_type",
        ),
        ("too large", json(keyed(), &large), 413, "request.too_large"),
    ];
    for (what, request, status, code) in cases {
        let answer = client::send(request).await.unwrap();
        assert_eq!(answer.problem(), (status, code.into()), "{what}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    // What is readable and of another shape is named.
    let problem = client::send(json(keyed(), &unknown_field)).await;
    let problem = problem.unwrap().json();
    let [error] = &problem["errors"].as_array().unwrap()[..] else {
        panic!("{problem}");
    };
    assert_eq!(
        (&error["field"], &error["code"]),
        (&"tenant_id".into(), &"request.field_unknown".into())
    );
    let said = error["message"].as_str().unwrap();
    assert!(
        said.starts_with("This field is not known here"),
        "{problem}"
    );
    let longest = json(post().header("idempotency-key", "k".repeat(255)), &body);
    assert_eq!(client::send(longest).await.unwrap().status, 201);
    app.stop().await;
}

#[actix_web::test]
async fn an_unknown_and_a_foreign_item_are_the_same() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let foreign = app.visitor("sidra").item("general").await["id"].clone();
    let refuse = async |item: &str| {
        let request = visitor
            .request("POST", ORDERS)
            .header("idempotency-key", "same")
            .header("x-request-id", "the-same-request")
            .json(&gift(item, 1_000));
        client::send(request).await.unwrap()
    };
    let unknown = refuse("018f0000-0000-7000-8000-000000000000").await;
    assert_eq!(unknown.problem(), (422, "request.invalid".into()));
    let problem = unknown.json();
    let error = &problem["errors"][0];
    assert_eq!(problem["errors"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&error["field"], &error["code"]),
        (&"items[0].item".into(), &"item.not_found".into())
    );
    for same in [foreign.as_str().unwrap(), "nowhere", "draft"] {
        let answer = refuse(same).await;
        assert_eq!(answer.body, unknown.body, "{same}");
        assert_eq!(answer.status, 422);
    }
    app.stop().await;
}

#[actix_web::test]
async fn what_is_closed_or_sold_out_is_a_conflict() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let closed = visitor.order(&key(), &gift("paused", 1_000)).await;
    assert_eq!(closed.problem(), (409, "item.closed".into()));
    let all = visitor
        .order(&key(), &pieces("dates", STOCK))
        .await
        .expect(201);
    assert_eq!(all["total"]["amount"], DATES * STOCK);
    let none = visitor.order(&key(), &pieces("dates", 1)).await;
    assert_eq!(none.problem(), (409, "item.out_of_stock".into()));
    app.stop().await;
}

/// R8, small: many buyers at once for the last boxes, each beside a gift that must not suffer.
#[actix_web::test]
async fn one_bad_order_fails_alone() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    visitor.order(&key(), &gift("general", 1)).await.expect(201);
    let buyers = futures::future::join_all((0..40).map(|n| {
        let visitor = visitor.clone();
        async move {
            let body = if n % 2 == 0 {
                pieces("dates", 1)
            } else {
                gift("general", 1_000)
            };
            (n % 2 == 0, visitor.order(&key(), &body).await)
        }
    }));
    let (mut sold, mut refused) = (0, 0);
    for (buys, answer) in buyers.await {
        match answer.status {
            201 if buys => sold += 1,
            201 => {}
            _ => {
                assert!(buys, "a gift failed: {}", answer.body);
                assert_eq!(answer.problem(), (409, "item.out_of_stock".into()));
                refused += 1;
            }
        }
    }
    assert_eq!((sold, refused), (STOCK, 20 - STOCK));
    app.stop().await;
}

#[actix_web::test]
async fn problems_speak_the_callers_language() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let ask = async |language: Option<&str>| {
        let mut request = Client::new(visitor.port, &visitor.host)
            .request("POST", ORDERS)
            .header("idempotency-key", key())
            .json(&gift("nowhere", 1_000))
            .build()
            .unwrap();
        request.headers_mut().remove("accept-language");
        if let Some(language) = language {
            let value = language.parse().unwrap();
            request.headers_mut().insert("accept-language", value);
        }
        let answer = reqwest::Client::builder()
            .no_proxy()
            .build()
            .unwrap()
            .execute(request)
            .await
            .unwrap();
        let spoken = answer.headers()["content-language"].clone();
        let problem: Value = answer.json().await.unwrap();
        (spoken.to_str().unwrap().to_owned(), problem)
    };
    let arabic = |text: &Value| {
        let text = text.as_str().unwrap();
        text.chars().any(|c| ('\u{0600}'..='\u{06FF}').contains(&c))
    };
    for (header, spoken) in [
        (Some("en-GB,en;q=0.9"), "en"),
        (Some("ar"), "ar"),
        (Some("ar-KW,en;q=0.5"), "ar"),
        (Some("fr"), "ar"),
        (None, "ar"),
    ] {
        let (language, problem) = ask(header).await;
        assert_eq!(language, spoken, "{header:?}");
        for text in [
            &problem["title"],
            &problem["detail"],
            &problem["errors"][0]["message"],
        ] {
            assert_eq!(arabic(text), spoken == "ar", "{header:?}: {text}");
        }
    }
    app.stop().await;
}

//! `GET /api/v1/orders/{reference}`: what a reference alone reveals, what a proof opens, and how guessing ends.

use serde_json::Value;

use crate::client::{Client, NAME, PHONE, gift, key, transfer};
use crate::node::Options;
use crate::testapp::TestApp;

async fn placed(visitor: &Client) -> (String, String) {
    let order = visitor
        .order(&key(), &gift("well", 5_000))
        .await
        .expect(201);
    let track = url::Url::parse(order["track_url"].as_str().unwrap()).unwrap();
    let token = track.query_pairs().find(|(name, _)| name == "token");
    (
        order["reference"].as_str().unwrap().to_owned(),
        token.unwrap().1.into_owned(),
    )
}

fn names(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[actix_web::test]
async fn a_reference_shows_the_state_and_a_proof_the_rest() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let (reference, token) = placed(&visitor).await;
    let path = format!("/api/v1/orders/{reference}");
    let plain = visitor.json(&path).await;
    assert_eq!(names(&plain), ["reference", "state"]);
    assert_eq!(plain["state"], "waiting");
    // Read out loosely, it is the same reference.
    let loose = reference.to_lowercase().replace('-', "");
    assert_eq!(
        visitor.json(&format!("/api/v1/orders/{loose}")).await,
        plain
    );
    // A token that does not fit is no token.
    let wrong = visitor
        .json(&format!("{path}?token={}", "0".repeat(32)))
        .await;
    assert_eq!(wrong, plain);

    let by_digits = visitor.get(&format!("{path}?phone_last4=1234")).await;
    let by_token = visitor.get(&format!("{path}?token={token}")).await;
    assert_eq!(by_digits.body, by_token.body);
    let open = by_token.expect(200);
    assert_eq!(open["status"], "awaiting_transfer");
    assert_eq!(open["kind"], "donation");
    assert_eq!(open["total"]["amount"], 5_000);
    assert_eq!(open["paid"]["amount"], 0);
    assert_eq!(open["items"][0]["item"], "well");
    assert_eq!(open["timeline"][0]["what"], "placed");
    assert_eq!(open["next_step"]["type"], "instructions");
    for body in [&by_digits.body, &by_token.body] {
        for secret in [NAME, PHONE, &PHONE[1..], &PHONE[4..]] {
            assert!(!body.contains(secret), "{secret} in {body}");
        }
    }

    let staff = app.staff("nakhla").await;
    let id = staff.json("/api/v1/admin/inbox").await["data"][0]["order"]["id"].clone();
    let confirm = format!(
        "/api/v1/admin/orders/{}/confirm-transfer",
        id.as_str().unwrap()
    );
    staff
        .post(&confirm, &key(), &transfer(5_000, "B-1"))
        .await
        .expect(200);
    let paid = visitor.json(&format!("{path}?token={token}")).await;
    assert_eq!(
        (&paid["state"], &paid["status"]),
        (&"received".into(), &"paid".into())
    );
    assert_eq!(paid["paid"]["amount"], 5_000);
    assert_eq!(paid["timeline"][1]["what"], "payment");
    assert_eq!(paid["next_step"]["type"], "none");
    app.stop().await;
}

#[actix_web::test]
async fn guessing_digits_locks_the_reference() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let (reference, token) = placed(&visitor).await;
    let (other, _) = placed(&visitor).await;
    let guess = async |reference: &str, digits: &str| {
        visitor
            .get(&format!("/api/v1/orders/{reference}?phone_last4={digits}"))
            .await
    };
    for wrong in ["0000", "0001", "0002", "0003", "0004"] {
        let answer = guess(&reference, wrong).await;
        assert_eq!(answer.problem(), (403, "order.contact_mismatch".into()));
    }
    // Even the right digits are too late; the wait is said.
    let locked = guess(&reference, "1234").await;
    assert_eq!(locked.problem(), (429, "order.locked".into()));
    let wait: u64 = locked.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    // The link of the order and other orders are not locked; nor is the same address at another tenant.
    let path = format!("/api/v1/orders/{reference}");
    assert_eq!(
        visitor.json(&format!("{path}?token={token}")).await["kind"],
        "donation"
    );
    assert_eq!(visitor.json(&path).await["state"], "waiting");
    assert_eq!(guess(&other, "1234").await.status, 200);
    app.stop().await;
}

#[actix_web::test]
async fn guessing_digits_locks_the_address() {
    let app = TestApp::with(Options {
        ip_limit_factor: 1,
        ..Options::default()
    })
    .await;
    let visitor = app.visitor("nakhla");
    for n in 0..5 {
        let (reference, _) = placed(&visitor).await;
        let path = format!("/api/v1/orders/{reference}?phone_last4=000{n}");
        assert_eq!(visitor.get(&path).await.status, 403);
    }
    let (fresh, _) = placed(&visitor).await;
    let path = format!("/api/v1/orders/{fresh}?phone_last4=1234");
    assert_eq!(
        visitor.get(&path).await.problem(),
        (429, "order.locked".into())
    );
    let (there, _) = placed(&app.visitor("sidra")).await;
    let path = format!("/api/v1/orders/{there}?phone_last4=1234");
    assert_eq!(app.visitor("sidra").get(&path).await.status, 200);
    app.stop().await;
}

/// Five tries at once are five tries, not five times five.
#[actix_web::test]
async fn guesses_beside_each_other_count_too() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let (reference, _) = placed(&visitor).await;
    let guesses = (0..40).map(|n| {
        let visitor = visitor.clone();
        let path = format!("/api/v1/orders/{reference}?phone_last4=9{n:03}");
        async move { visitor.get(&path).await.status }
    });
    let answers = futures::future::join_all(guesses).await;
    let tried = answers.iter().filter(|status| **status == 403).count();
    assert!(
        (5..=6).contains(&tried),
        "{tried} of 40 guesses were looked at: {answers:?}"
    );
    app.stop().await;
}

//! An order of one tenant, looked for at the other by every route that there is.

use serde_json::json;

use crate::client::{gift, key, transfer};
use crate::socket::Socket;
use crate::testapp::TestApp;

#[actix_web::test]
async fn an_order_is_invisible_to_the_other_tenant() {
    let app = TestApp::spawn().await;
    let (here, there) = (app.visitor("nakhla"), app.visitor("sidra"));
    let order = here.order(&key(), &gift("well", 5_000)).await.expect(201);
    let id = order["id"].as_str().unwrap();
    let reference = order["reference"].as_str().unwrap();
    let track = order["track_url"].as_str().unwrap();
    let token = track.split("token=").nth(1).unwrap();

    let missing = there.get("/api/v1/orders/SDR-200-0000-000").await;
    assert_eq!(missing.problem(), (404, "order.not_found".into()));
    for query in ["", "?phone_last4=1234", &format!("?token={token}")] {
        let answer = there
            .get(&format!("/api/v1/orders/{reference}{query}"))
            .await;
        assert_eq!(answer.problem(), (404, "order.not_found".into()), "{query}");
    }

    let staff = app.staff("sidra").await;
    let unknown = uuid::Uuid::now_v7();
    // A foreign id and one that never was: the same answer, byte for byte but for the request's own id.
    let same = async |method: &str, path: &dyn Fn(&str) -> String| {
        let mut answers = Vec::new();
        for target in [id.to_owned(), unknown.to_string()] {
            let request = staff
                .request(method, &path(&target))
                .header("x-request-id", "the-same-request");
            let request = match method {
                "POST" => request
                    .header("idempotency-key", key())
                    .json(&transfer(5_000, "X-1")),
                _ => request,
            };
            let answer = crate::client::send(request).await.unwrap();
            assert_eq!(answer.status, 404, "{}", answer.body);
            answers.push(answer.body);
        }
        assert_eq!(answers[0], answers[1]);
    };
    same("GET", &|id| format!("/api/v1/admin/orders/{id}")).await;
    same("POST", &|id| {
        format!("/api/v1/admin/orders/{id}/confirm-transfer")
    })
    .await;
    same("POST", &|id| {
        format!("/api/v1/admin/inbox/order:{id}/claim")
    })
    .await;
    same("POST", &|id| {
        format!("/api/v1/admin/inbox/order:{id}/resolve")
    })
    .await;

    for list in [
        "/api/v1/admin/inbox".to_owned(),
        "/api/v1/admin/orders".to_owned(),
        format!("/api/v1/admin/inbox?q={reference}"),
    ] {
        let page = staff.json(&list).await;
        assert_eq!(page["data"], json!([]), "{list}");
    }
    let events = staff.json("/api/v1/admin/inbox/events?after_seq=0").await;
    assert_eq!(events["events"], json!([]));
    let (mut socket, welcome) = Socket::at(&staff, Some(0)).await;
    assert_eq!(welcome["seq"], 0);
    // Whoever is of the other tenant is nobody here.
    let theirs = app.staff("nakhla").await;
    let crossed = app
        .visitor("sidra")
        .with_token(theirs.token.clone().unwrap());
    for path in ["/api/v1/admin/inbox", "/api/v1/me"] {
        assert_eq!(
            crossed.get(path).await.problem(),
            (401, "auth.invalid_token".into())
        );
    }
    assert_eq!(Socket::open(&crossed).await.err(), Some(401));

    here.order(&key(), &gift("well", 1_000)).await.expect(201);
    socket.quiet(std::time::Duration::from_millis(2_500)).await;
    assert_eq!(there.item("well").await["awaiting_transfer"]["amount"], 0);
    assert_eq!(
        theirs.json("/api/v1/admin/inbox").await["data"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    app.stop().await;
}

//! Confirming a transfer that staff saw at the bank: the payment, the ledger, the totals, the events and the audit entry.

use serde_json::{Value, json};

use crate::client::{Answer, Client, gift, key, pieces, transfer};
use crate::seed::{DATES, WELL};
use crate::socket::Socket;
use crate::testapp::TestApp;

/// Places an order; answers where its transfer is confirmed.
async fn place(visitor: &Client, body: &Value) -> String {
    let order = visitor.order(&key(), body).await.expect(201);
    let id = order["id"].as_str().unwrap();
    format!("/api/v1/admin/orders/{id}/confirm-transfer")
}

async fn confirm(staff: &Client, path: &str, amount: i64, bank_reference: &str) -> Answer {
    staff
        .post(path, &key(), &transfer(amount, bank_reference))
        .await
}

/// Kinds of the stream's events.
async fn kinds(staff: &Client) -> Vec<String> {
    let page = staff.json("/api/v1/admin/inbox/events?after_seq=0").await;
    let events = page["events"].as_array().unwrap();
    events
        .iter()
        .map(|e| e["type"].as_str().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn a_full_transfer_pays_the_order() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    let path = place(&visitor, &gift("school", 5_000)).await;
    visitor.shows("school", "awaiting_transfer", 5_000).await;
    let (mut socket, welcome) = Socket::at(&staff, None).await;
    let head = welcome["seq"].as_i64().unwrap();

    let body = transfer(5_000, " ft 2411 ");
    let first = staff.post(&path, "a-key", &body).await;
    let paid = first.expect(200);
    assert_eq!(paid["status"], "paid");
    for (field, amount) in [("total", 5_000), ("paid", 5_000), ("excess", 0)] {
        assert_eq!(
            paid[field],
            json!({ "amount": amount, "currency": "KWD" }),
            "{field}"
        );
    }
    let events = socket.events(1).await;
    assert_eq!(events[0]["type"], "order.paid");
    assert_eq!(events[0]["seq"], head + 1);
    assert_eq!(
        events[0]["subject"],
        format!("order:{}", paid["id"].as_str().unwrap())
    );
    visitor.shows("school", "raised", 5_000).await;
    let school = visitor.item("school").await;
    assert_eq!(school["raised"]["amount"], 5_000);
    assert_eq!(school["awaiting_transfer"]["amount"], 0);
    assert_eq!(school["donors"], 1);
    assert_eq!(school["version"], head + 1);

    // The same again is the first answer; the key with another body, or on another order, is refused.
    let again = staff.post(&path, "a-key", &body).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    assert!(again.replayed());
    let other = staff
        .post(&path, "a-key", &transfer(4_000, "FT 2411"))
        .await;
    assert_eq!(other.problem(), (422, "idempotency.key_reused".into()));
    let elsewhere = place(&visitor, &gift("school", 5_000)).await;
    let other = staff.post(&elsewhere, "a-key", &body).await;
    assert_eq!(other.problem(), (422, "idempotency.key_reused".into()));
    // Nothing is left to pay; and one line of the bank counts once, however it is typed.
    let more = confirm(&staff, &path, 1_000, "FT 2412").await;
    assert_eq!(more.problem(), (409, "order.not_payable".into()));
    let twice = confirm(&staff, &elsewhere, 5_000, "FT  2411").await;
    assert_eq!(
        twice.problem(),
        (409, "payment.duplicate_bank_reference".into())
    );
    assert_eq!(
        kinds(&staff).await,
        ["order.placed", "order.paid", "order.placed"]
    );
    app.stop().await;
}

#[actix_web::test]
async fn work_on_a_row_is_told_once_however_often_it_is_asked_for() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    let order = visitor.order(&key(), &gift("school", 5_000)).await;
    let subject = format!(
        "/api/v1/admin/inbox/order:{}",
        order.expect(201)["id"].as_str().unwrap()
    );
    for _ in 0..3 {
        let claimed = staff
            .post(&format!("{subject}/claim"), &key(), &json!({}))
            .await;
        assert_eq!(claimed.expect(200)["yours"], true);
    }
    let later = app.admin("nakhla").await;
    let claimed = later
        .post(&format!("{subject}/claim"), &key(), &json!({}))
        .await;
    assert_eq!(claimed.expect(200)["yours"], false);
    for client in [&staff, &later, &staff] {
        let done = client
            .post(&format!("{subject}/resolve"), &key(), &json!({}))
            .await;
        assert_eq!(done.status, 204);
    }
    assert_eq!(
        kinds(&staff).await,
        ["order.placed", "subject.claimed", "subject.resolved"]
    );
    app.stop().await;
}

#[actix_web::test]
async fn every_confirmation_is_audited_with_who_and_where() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    let path = place(&visitor, &gift("school", 5_000)).await;
    let request = staff
        .request("POST", &path)
        .header("idempotency-key", key())
        .header("x-request-id", "the-one-that-paid")
        .json(&transfer(5_000, "B-1"));
    let paid = crate::client::send(request).await.unwrap().expect(200);
    let me = staff.json("/api/v1/me").await;
    let mut behind = app.behind().await;
    type Row = (
        String,
        String,
        Option<String>,
        Option<String>,
        Option<String>,
        Value,
    );
    let rows: Vec<Row> = sqlx::query_as(
        "select actor_id, actor_role, host(ip), request_id, object_id, diff from app.audit_logs
          where action = 'order.confirm_transfer'",
    )
    .fetch_all(&mut behind)
    .await
    .unwrap();
    assert_eq!(rows.len(), 1);
    let (actor, role, ip, request, object, diff) = &rows[0];
    assert_eq!(
        Some(actor.as_str()),
        me["id"].as_str().or(me["user_id"].as_str())
    );
    assert_eq!(role, "staff");
    assert_eq!(ip.as_deref(), Some("127.0.0.1"));
    assert_eq!(request.as_deref(), Some("the-one-that-paid"));
    assert_eq!(object.as_deref(), paid["id"].as_str());
    assert_eq!(diff["before"]["status"], "awaiting_transfer");
    assert_eq!(diff["after"]["status"], "paid");
    // What was refused leaves none.
    confirm(&staff, &path, 1, "B-2").await;
    let after: i64 = sqlx::query_scalar(
        "select count(*) from app.audit_logs where action = 'order.confirm_transfer'",
    )
    .fetch_one(&mut behind)
    .await
    .unwrap();
    assert_eq!(after, 1);
    app.stop().await;
}

#[actix_web::test]
async fn short_transfers_add_up() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    let mut body = gift("school", 3_000);
    body["items"] =
        json!([{ "item": "school", "amount": 3_000 }, { "item": "general", "amount": 2_000 }]);
    let path = place(&visitor, &body).await;
    let part = confirm(&staff, &path, 2_000, "S-1").await.expect(200);
    assert_eq!(
        (&part["status"], &part["paid"]["amount"]),
        (&"part_paid".into(), &2_000.into())
    );
    visitor.shows("school", "raised", 1_200).await;
    visitor.shows("school", "awaiting_transfer", 1_800).await;
    visitor.shows("general", "raised", 800).await;
    visitor.shows("general", "awaiting_transfer", 1_200).await;
    let rest = confirm(&staff, &path, 3_000, "S-2").await.expect(200);
    assert_eq!(
        (&rest["status"], &rest["paid"]["amount"]),
        (&"paid".into(), &5_000.into())
    );
    visitor.shows("school", "raised", 3_000).await;
    visitor.shows("school", "awaiting_transfer", 0).await;
    visitor.shows("general", "raised", 2_000).await;
    visitor.shows("general", "awaiting_transfer", 0).await;
    visitor.shows("school", "donors", 1).await;
    assert_eq!(
        kinds(&staff).await,
        ["order.placed", "order.part_paid", "order.paid"]
    );
    app.stop().await;
}

#[actix_web::test]
async fn too_much_for_goods_is_refused_and_for_a_gift_is_kept() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    let goods = place(&visitor, &pieces("dates", 2)).await;
    let over = confirm(&staff, &goods, 2 * DATES + 1, "G-1").await;
    assert_eq!(over.problem(), (422, "request.invalid".into()));
    assert_eq!(over.json()["errors"][0]["code"], "order.amount_mismatch");
    confirm(&staff, &goods, 2 * DATES, "G-1").await.expect(200);

    let path = place(&visitor, &gift("general", 5_000)).await;
    let over = confirm(&staff, &path, 6_000, "G-2").await.expect(200);
    assert_eq!(
        (&over["status"], &over["excess"]["amount"]),
        (&"paid".into(), &1_000.into())
    );
    visitor.shows("general", "raised", 6_000).await;
    visitor.shows("general", "awaiting_transfer", 0).await;
    app.stop().await;
}

#[actix_web::test]
async fn what_a_well_does_not_need_goes_to_its_fund() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    let most = place(&visitor, &gift("well", WELL - 5_000)).await;
    let last = place(&visitor, &gift("well", 8_000)).await;
    let late = place(&visitor, &gift("well", 4_000)).await;
    confirm(&staff, &most, WELL - 5_000, "W-1")
        .await
        .expect(200);
    assert_eq!(visitor.item("well").await["status"], "active");
    confirm(&staff, &last, 8_000, "W-2").await.expect(200);
    visitor.shows("well", "raised", WELL).await;
    let well = visitor.item("well").await;
    assert_eq!(well["percent"], 100);
    assert_eq!(well["remaining"]["amount"], 0);
    visitor.shows("general", "raised", 3_000).await;
    // Money that was promised before is taken, all of it by the fund; the news is told once.
    confirm(&staff, &late, 4_000, "W-3").await.expect(200);
    visitor.shows("well", "raised", WELL).await;
    visitor.shows("general", "raised", 7_000).await;
    let told = kinds(&staff).await;
    assert_eq!(
        told.iter().filter(|k| *k == "item.funded").count(),
        1,
        "{told:?}"
    );
    // The status follows as soon as this process has read the catalog anew.
    let funded = async {
        while visitor.item("well").await["status"] != "funded" {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), funded)
        .await
        .expect("the well is shown as funded");
    let closed = visitor.order(&key(), &gift("well", 1_000)).await;
    assert_eq!(closed.problem(), (409, "item.closed".into()));
    app.stop().await;
}

/// One order that names an item twice has one giver, also when a part of it overflows.
#[actix_web::test]
async fn a_giver_is_counted_once_an_item() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    let mut body = gift("well", 1);
    body["items"] = json!([
        { "item": "well", "amount": 15_000 },
        { "item": "well", "amount": 9_000 },
        { "item": "general", "amount": 1_000 },
    ]);
    let order = visitor.order(&key(), &body).await;
    // Whether the request may name an item twice is the contract's choice; if it may, the books must say one giver.
    if order.status == 201 {
        let id = order.json()["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/admin/orders/{id}/confirm-transfer");
        confirm(&staff, &path, 10_000, "D-1").await.expect(200);
        confirm(&staff, &path, 15_000, "D-2").await.expect(200);
        visitor.shows("well", "donors", 1).await;
        visitor.shows("general", "donors", 1).await;
        // Each of both has one, and so has the tenant: it is one giver, and one gift.
        let funding = app.admin("nakhla").await;
        let funding = funding.json("/api/v1/admin/funding").await;
        assert_eq!(funding["donors"], 1, "{funding}");
        let listed = app.root().await.json("/api/v1/platform/tenants").await;
        let of = listed["data"].as_array().unwrap();
        let nakhla = of.iter().find(|row| row["slug"] == "nakhla").unwrap();
        assert_eq!(nakhla["donors"], 1, "{nakhla}");
    } else {
        assert_eq!(order.status, 422, "{}", order.body);
    }
    app.stop().await;
}

/// Many confirmations at once of one order, and of one line of the bank.
#[actix_web::test]
async fn a_race_of_confirmations_posts_once() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    let one = place(&visitor, &gift("school", 5_000)).await;
    let race = (0..24).map(|n| {
        let (staff, path) = (staff.clone(), one.clone());
        async move {
            confirm(&staff, &path, 5_000, &format!("R-{n}"))
                .await
                .status
        }
    });
    let mut done = futures::future::join_all(race).await;
    done.sort_unstable();
    assert_eq!((done[0], done[1]), (200, 409), "{done:?}");

    let mut paths = Vec::new();
    for _ in 0..12 {
        paths.push(place(&visitor, &gift("school", 1_000)).await);
    }
    let race = paths.iter().map(|path| {
        let staff = staff.clone();
        async move { confirm(&staff, path, 1_000, "ONE LINE").await.status }
    });
    let mut done = futures::future::join_all(race).await;
    done.sort_unstable();
    assert_eq!((done[0], done[1]), (200, 409), "{done:?}");
    visitor.shows("school", "raised", 6_000).await;
    app.stop().await;
}

#[actix_web::test]
async fn who_may_confirm() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let path = place(&visitor, &gift("school", 5_000)).await;
    let guest = confirm(&visitor, &path, 5_000, "P-1").await;
    assert_eq!(guest.problem(), (401, "auth.required".into()));
    // Authority is decided before body, content type and key are looked at.
    let nothing = crate::client::send(visitor.request("POST", &path))
        .await
        .unwrap();
    assert_eq!(nothing.status, 401);
    let nomfa = app
        .visitor("nakhla")
        .with_token(app.token("nomfa@nakhla").await);
    let refused = confirm(&nomfa, &path, 5_000, "P-1").await;
    assert_eq!(refused.problem(), (403, "auth.mfa_required".into()));
    let foreign = confirm(&app.staff("sidra").await, &path, 5_000, "P-1").await;
    let staff = app.staff("sidra").await;
    let there = path.clone();
    let at_b = confirm(&staff, &there, 5_000, "P-1").await;
    assert_eq!(at_b.problem(), (404, "order.not_found".into()));
    assert_eq!(foreign.status, 404);
    let staff = app.staff("nakhla").await;
    for (body, field) in [
        (
            json!({ "amount": 0, "currency": "KWD", "received_on": "2026-11-01", "bank_reference": "X" }),
            "amount",
        ),
        (
            json!({ "amount": 1, "currency": "USD", "received_on": "2026-11-01", "bank_reference": "X" }),
            "currency",
        ),
        (
            json!({ "amount": 1, "currency": "KWD", "received_on": "2999-01-01", "bank_reference": "X" }),
            "received_on",
        ),
        (
            json!({ "amount": 1, "currency": "KWD", "received_on": "2026-11-01", "bank_reference": " " }),
            "bank_reference",
        ),
    ] {
        let answer = staff.post(&path, &key(), &body).await;
        assert_eq!(answer.status, 422);
        assert_eq!(answer.json()["errors"][0]["field"], field);
    }
    let keyless = crate::client::send(staff.request("POST", &path).json(&transfer(5_000, "P-1")))
        .await
        .unwrap();
    assert_eq!(keyless.problem(), (400, "idempotency.key_required".into()));
    confirm(&app.admin("nakhla").await, &path, 5_000, "P-1")
        .await
        .expect(200);
    app.stop().await;
}

//! Ids of one tenant used at the other (T38–T40, T45, T53): in bodies, arrays, filters, searches, keys and cursors. Ids in paths are
//! in [`crate::bola`].

use sadu_db::testing::tally;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bola::rows_of;
use crate::client::{Client, gift, key, pieces, send};
use crate::testapp::TestApp;

/// The ids of the items of a tenant, by slug.
async fn items(client: &Client) -> Vec<(String, String)> {
    let page = client.json("/api/v1/items?limit=100").await;
    let data = page["data"].as_array().unwrap();
    let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    data.iter()
        .map(|item| (text(item, "slug"), text(item, "id")))
        .collect()
}

#[tokio::test]
async fn t38_an_order_takes_no_item_of_another_tenant() {
    let app = TestApp::spawn().await;
    let (here, there) = (app.visitor("sidra"), app.visitor("nakhla"));
    let own = items(&here).await;
    let mut cases = 0;
    for (slug, foreign) in items(&there).await {
        let mine = &own.iter().find(|(known, _)| *known == slug).unwrap().1;
        // The probe can see: the tenant's own id is taken.
        let order = |item: &str| match slug.as_str() {
            "dates" | "bread" => pieces(item, 1),
            _ => gift(item, 2_000),
        };
        let first = here.order(&key(), &order(mine)).await;
        assert!(matches!(first.status, 201 | 409), "{slug}: {}", first.body);
        let missing = Uuid::now_v7().to_string();
        for shape in 0..3 {
            let mut answers = Vec::new();
            for item in [&foreign, &missing] {
                let mut body = order(item);
                let line = body["items"][0].clone();
                let good = order(mine)["items"][0].clone();
                match shape {
                    0 => {}
                    1 => body["items"] = json!([good, line]),
                    _ => body["items"] = json!([line, good]),
                }
                let request = here
                    .request("POST", "/api/v1/orders")
                    .header("x-request-id", "the-same-request")
                    .header("idempotency-key", key());
                let answer = send(request.json(&body)).await.unwrap();
                assert!((400..500).contains(&answer.status), "{}", answer.body);
                answers.push((answer.status, answer.body.replace(item.as_str(), "«id»")));
            }
            assert_eq!(answers[0], answers[1], "{slug}");
            cases += 1;
        }
    }
    // Nor does one tenant's figure move by another's order.
    assert_eq!(there.item("well").await["awaiting_transfer"]["amount"], 0);
    tally("isolation cases", cases);
    println!("foreign ids in bodies: {cases} cases");
    app.stop().await;
}

#[tokio::test]
async fn t39_filters_and_searches_find_nothing_of_another_tenant() {
    let app = TestApp::spawn().await;
    let (here, there) = (app.visitor("sidra"), app.visitor("nakhla"));
    let placed = there.order(&key(), &gift("well", 4_000)).await.expect(201);
    here.order(&key(), &gift("well", 1_000)).await.expect(201);
    let reference = placed["reference"].as_str().unwrap();
    let id = placed["id"].as_str().unwrap();
    let token = placed["track_url"]
        .as_str()
        .unwrap()
        .split("token=")
        .nth(1)
        .unwrap();
    let staff = app.staff("sidra").await;
    for list in ["/api/v1/admin/inbox", "/api/v1/admin/orders"] {
        for q in [
            reference,
            &reference.replace('-', ""),
            &reference.to_lowercase(),
            id,
        ] {
            let page = staff.json(&format!("{list}?q={q}")).await;
            assert_eq!(page["data"], json!([]), "{list} {q}");
        }
        for query in [
            "",
            "?view=all",
            "?view=transfers",
            "?view=paid",
            "?limit=100",
        ] {
            let page = staff.get(&format!("{list}{query}")).await;
            assert_eq!(page.status, 200, "{}", page.body);
            for foreign in [reference, id, &app.a.id.to_string()] {
                assert!(!page.body.contains(foreign), "{list}{query}");
            }
        }
    }
    // The other tenant's log is full, and none of it is found from here.
    let theirs = app.staff("nakhla").await;
    let path = format!("/api/v1/admin/orders/{id}/confirm-transfer");
    let confirmed = theirs
        .post(&path, &key(), &crate::client::transfer(4_000, "T39"))
        .await;
    confirmed.expect(200);
    let theirs = theirs.json("/api/v1/me").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let admin = app.admin("sidra").await;
    for filter in [format!("actor={theirs}"), format!("object=order:{id}")] {
        let page = admin.json(&format!("/api/v1/admin/audit?{filter}")).await;
        assert_eq!(page["data"], json!([]), "{filter}");
    }
    for whole in [
        "?limit=100",
        "/export?format=jsonl",
        "/export?format=csv",
        "/export?format=verification",
    ] {
        let log = admin.get(&format!("/api/v1/admin/audit{whole}")).await;
        assert_eq!(log.status, 200, "{whole}");
        for foreign in [id, &theirs, &app.a.id.to_string()] {
            assert!(!log.body.contains(foreign), "T79: {whole}");
        }
    }
    let own = items(&here).await;
    for (slug, foreign) in items(&there).await {
        let missing = Uuid::now_v7().to_string();
        let mut answers = Vec::new();
        for item in [&foreign, &missing] {
            let request = here
                .request("GET", &format!("/api/v1/items/{item}"))
                .header("x-request-id", "the-same-request");
            let answer = send(request).await.unwrap();
            assert_eq!(answer.status, 404, "{slug}");
            answers.push(answer.body.replace(item.as_str(), "«id»"));
            let page = here.json(&format!("/api/v1/items?q={item}")).await;
            assert_eq!(page["data"], json!([]), "{slug}");
        }
        assert_eq!(answers[0], answers[1]);
        // The feed of another tenant's item tells nothing, while that of the own item does.
        let mine = &own.iter().find(|(known, _)| *known == slug).unwrap().1;
        assert_eq!(first_event(&here, &foreign).await, None, "{slug}");
        assert!(first_event(&here, mine).await.is_some(), "{slug}");
    }
    // A donor's link of one tenant opens nothing at the other, not even beside a reference of its own.
    let mine = here.order(&key(), &gift("well", 1_500)).await.expect(201);
    let mine = mine["reference"].as_str().unwrap();
    let with = here
        .json(&format!("/api/v1/orders/{mine}?token={token}"))
        .await;
    let without = here.json(&format!("/api/v1/orders/{mine}")).await;
    assert_eq!(with, without);
    assert_eq!(with.get("total"), None);
    app.stop().await;
}

/// The first event of the live feed, if there is one at once.
async fn first_event(client: &Client, item: &str) -> Option<String> {
    let request = client.request("GET", &format!("/api/v1/live?items={item}"));
    let mut answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    // The present state is sent first, or nothing for twenty seconds.
    let chunk = tokio::time::timeout(std::time::Duration::from_secs(2), answer.chunk()).await;
    chunk
        .ok()
        .and_then(|chunk| chunk.unwrap())
        .map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn t40_nobody_sets_what_is_not_theirs_to_set() {
    let app = TestApp::spawn().await;
    let here = app.visitor("nakhla");
    let other = app.b.id.to_string();
    let extra = [
        ("tenant_id", json!(other)),
        ("tenant", json!(other)),
        ("id", json!(Uuid::now_v7())),
        ("reference", json!("NKH-229-5041-781")),
        ("status", json!("paid")),
        ("total", json!({ "amount": 1, "currency": "KWD" })),
        ("paid", json!({ "amount": 5_000, "currency": "KWD" })),
        ("owner", json!(Uuid::now_v7())),
        ("role", json!("tenant_admin")),
        ("created_at", json!("2020-01-01T00:00:00Z")),
        ("expires_at", json!("2099-01-01T00:00:00Z")),
    ];
    let before = rows_of(&app, &other).await;
    let places = ["", "donor", "items"];
    for (name, value) in &extra {
        for place in places {
            let mut body = gift("school", 5_000);
            match place {
                "" => body[name] = value.clone(),
                "donor" => body["donor"][name] = value.clone(),
                _ => body["items"][0][name] = value.clone(),
            }
            let answer = here.order(&key(), &body).await;
            if answer.status != 201 {
                assert!(
                    matches!(answer.status, 400 | 422),
                    "{place}.{name}: {}",
                    answer.body
                );
                continue;
            }
            let placed = answer.json();
            assert_eq!(placed["status"], "awaiting_transfer", "{place}.{name}");
            assert_eq!(placed["total"]["amount"], 5_000, "{place}.{name}");
            assert_ne!(placed.get(*name), Some(value), "{place}.{name}");
        }
    }
    // Staff and the form of the page, with what belongs to another row.
    let order = here.order(&key(), &gift("school", 5_000)).await.expect(201);
    let id = order["id"].as_str().unwrap();
    let staff = app.staff("nakhla").await;
    for (name, value) in &extra {
        let mut body = crate::client::transfer(1_000, &format!("B-{name}"));
        body[name] = value.clone();
        let path = format!("/api/v1/admin/orders/{id}/confirm-transfer");
        let answer = staff.post(&path, &key(), &body).await;
        if answer.status == 200 {
            let confirmed = answer.json();
            assert_eq!(confirmed["id"], id, "{name}");
            assert_eq!(confirmed["total"]["amount"], 5_000, "{name}");
        } else {
            assert!(
                matches!(answer.status, 400 | 409 | 422),
                "{name}: {}",
                answer.body
            );
        }
    }
    let mut behind = app.behind().await;
    let (rows, right): (i64, i64) = sqlx::query_as(
        "select count(*), count(*) filter (where tenant_id::text = $1 and created_at > now() - interval '1 hour')
         from app.orders",
    )
    .bind(app.a.id.to_string())
    .fetch_one(&mut behind)
    .await
    .unwrap();
    assert!(
        rows > 0 && rows == right,
        "{right} of {rows} orders are where they belong"
    );
    let me = staff.json("/api/v1/me").await;
    assert_eq!(me["role"], "staff");
    assert_eq!(rows_of(&app, &other).await, before);
    app.stop().await;
}

#[tokio::test]
async fn t45_an_idempotency_key_counts_at_its_own_tenant() {
    let app = TestApp::spawn().await;
    let (here, there) = (app.visitor("nakhla"), app.visitor("sidra"));
    let key = key();
    let first = here.order(&key, &gift("well", 3_000)).await;
    let body = first.expect(201);
    // The same key, the same body: another tenant's order, not the first one's answer.
    let second = there.order(&key, &gift("well", 3_000)).await;
    assert_ne!(second.expect(201)["id"], body["id"]);
    assert!(!second.replayed());
    assert!(!second.body.contains("NKH-"), "{}", second.body);
    // Each is given again at its own place, and another body is a conflict only there.
    for (client, own) in [(&here, &first), (&there, &second)] {
        let again = client.order(&key, &gift("well", 3_000)).await;
        assert!(again.replayed());
        assert_eq!(again.body, own.body);
        let other = client.order(&key, &gift("well", 3_001)).await;
        assert_eq!(other.problem(), (422, "idempotency.key_reused".into()));
    }
    // Staff of both confirm under one key.
    let key = crate::client::key();
    for (label, order) in [("nakhla", &first), ("sidra", &second)] {
        let order = order.json();
        let path = format!(
            "/api/v1/admin/orders/{}/confirm-transfer",
            order["id"].as_str().unwrap()
        );
        let staff = app.staff(label).await;
        let answer = staff
            .post(&path, &key, &crate::client::transfer(3_000, "SAME-1"))
            .await;
        assert_eq!(answer.expect(200)["id"], order["id"]);
        assert!(!answer.replayed());
    }
    app.stop().await;
}

#[tokio::test]
async fn t53_a_cursor_counts_at_its_own_tenant_and_list() {
    let app = TestApp::spawn().await;
    for label in ["nakhla", "sidra"] {
        let visitor = app.visitor(label);
        for _ in 0..3 {
            visitor
                .order(&key(), &gift("school", 1_000))
                .await
                .expect(201);
        }
    }
    let (a, b) = (app.admin("nakhla").await, app.admin("sidra").await);
    // Something for the log: everybody signs in.
    for client in [
        &a,
        &b,
        &app.staff("nakhla").await,
        &app.staff("sidra").await,
    ] {
        client.json("/api/v1/me").await;
    }
    let mut tried = 0;
    for list in [
        "/api/v1/items?limit=1",
        "/api/v1/items?limit=1&kind=fund",
        "/api/v1/admin/inbox?limit=1",
        "/api/v1/admin/inbox?limit=1&view=transfers",
        "/api/v1/admin/orders?limit=1",
        "/api/v1/admin/audit?limit=1",
    ] {
        let page = a.json(list).await;
        let cursor = page["next_cursor"]
            .as_str()
            .unwrap_or_else(|| panic!("{list} is one page"));
        a.json(&format!("{list}&cursor={cursor}")).await;
        let invalid = (422, "cursor.invalid".to_owned());
        assert_eq!(
            b.get(&format!("{list}&cursor={cursor}")).await.problem(),
            invalid,
            "{list}"
        );
        // Nor can the position inside be moved by hand.
        let (position, seal) = cursor.split_once('.').unwrap();
        let moved = match position.parse::<u64>() {
            Ok(n) => (n + 1).to_string(),
            Err(_) => Uuid::now_v7().to_string(),
        };
        for forged in [
            format!("{moved}.{seal}"),
            format!("{position}."),
            position.to_owned(),
            format!("{position}.{}", "0".repeat(seal.len())),
        ] {
            let answer = a.get(&format!("{list}&cursor={forged}")).await;
            assert_eq!(answer.problem(), invalid, "{list} {forged}");
            tried += 1;
        }
        let other = if list.contains("items") {
            "/api/v1/items?kind=project"
        } else {
            "/api/v1/admin/inbox?view=paid"
        };
        let answer = a.get(&format!("{other}&cursor={cursor}")).await;
        assert_eq!(answer.problem(), invalid, "{list} at {other}");
    }
    tally("isolation cases", tried);
    println!("cursors: {tried} forged, none accepted");
    app.stop().await;
}

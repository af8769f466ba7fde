//! A donor's details: who may look, for a reason that is kept, how often; and the change of keys under everybody's feet.

use std::time::Duration;

use sadu_actors::rotation::{Done, Plan, rotate};
use sadu_db::seal::MasterKey;
use sadu_db::{TenantCtx, tenants};
use serde_json::{Value, json};

use crate::client::{Client, NAME, PHONE, gift, key, send};
use crate::node::Options;
use crate::seed;
use crate::testapp::{TestApp, scale};

async fn placed(visitor: &Client) -> (String, Value) {
    let mut body = gift("school", 5_000);
    body["donor"]["email"] = json!("latifa@example.com");
    let order = visitor.order(&key(), &body).await.expect(201);
    (order["id"].as_str().unwrap().to_owned(), order)
}

fn because(reason: &str) -> Value {
    json!({ "reason": reason })
}

#[actix_web::test]
async fn staff_see_a_donor_for_a_reason_that_is_kept() {
    let app = TestApp::spawn().await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    let (id, _) = placed(&visitor).await;
    let path = format!("/api/v1/admin/orders/{id}/reveal");
    let reason = "The bank asks who sent it, call 9991 2345";
    let answer = staff.post(&path, &key(), &because(reason)).await;
    assert_eq!(
        answer.expect(200),
        json!({ "name": NAME, "phone": PHONE, "email": "latifa@example.com" })
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    // Not even an idempotency key keeps the answer: the same again is another look.
    let same = key();
    for _ in 0..2 {
        staff.post(&path, &same, &because(reason)).await.expect(200);
    }
    let mut behind = app.behind().await;
    let entries: Vec<(Value, String)> = sqlx::query_as(
        "select diff, row_to_json(l)::text from app.audit_logs l where action = 'donor.reveal'",
    )
    .fetch_all(&mut behind)
    .await
    .unwrap();
    assert_eq!(entries.len(), 3);
    for (diff, whole) in &entries {
        assert_eq!(diff["fields"], json!(["name", "phone", "email"]));
        assert_eq!(diff["reason"], "The bank asks who sent it, call ***");
        for secret in [NAME, PHONE, "latifa", "9991 2345"] {
            assert!(!whole.contains(secret), "{whole}");
        }
        // Four digits alone stand in a hash or a clock now and then.
        assert!(!diff.to_string().contains("2345"), "{diff}");
    }
    let kept: i64 = sqlx::query_scalar(
        "select count(*) from app.idempotency_keys where response::text like '%latifa%' or response::text like '%Latifa%'",
    )
    .fetch_one(&mut behind)
    .await
    .unwrap();
    assert_eq!(kept, 0);

    for bad in ["", "because", "       \t "] {
        let answer = staff.post(&path, &key(), &because(bad)).await;
        assert_eq!(answer.problem(), (422, "request.invalid".into()), "{bad:?}");
        assert_eq!(answer.json()["errors"][0]["code"], "donor.reveal_reason");
    }
    let unknown = staff
        .post(&path, &key(), &json!({ "reason": reason, "all": true }))
        .await;
    assert_eq!(unknown.status, 400);
    let foreign = app.staff("sidra").await;
    let answer = foreign.post(&path, &key(), &because(reason)).await;
    assert_eq!(answer.problem(), (404, "order.not_found".into()));
    let guest = visitor.post(&path, &key(), &because(reason)).await;
    assert_eq!(guest.problem(), (401, "auth.required".into()));
    app.stop().await;
}

#[actix_web::test]
async fn nobody_takes_the_whole_list_home() {
    let strict = Options {
        ip_limit_factor: 1,
        ..Options::default()
    };
    let app = TestApp::with(strict).await;
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    let (id, _) = placed(&visitor).await;
    let path = format!("/api/v1/admin/orders/{id}/reveal");
    let why = because("Checking the whole list");
    let mut seen = 0;
    let refused = loop {
        let answer = staff.post(&path, &key(), &why).await;
        if answer.status != 200 {
            break answer;
        }
        seen += 1;
        assert!(seen < 60, "there is no end to it");
    };
    assert_eq!(refused.problem(), (429, "rate_limited".into()));
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert!(seen >= 20, "{seen}");
    // A colleague has a count of their own.
    let admin = app.admin("nakhla").await;
    admin.post(&path, &key(), &why).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn the_page_shows_a_donor_once_and_keeps_nothing() {
    let app = TestApp::spawn().await;
    let (id, _) = placed(&app.visitor("nakhla")).await;
    let mut browser = app.browser();
    browser.sign_in("nakhla", "staff@nakhla").await;
    let csrf = browser.csrf("nakhla").await;
    let page = format!("/admin/inbox/{id}");
    let ask = async |reason: &str| {
        let form = [("csrf", csrf.as_str()), ("reason", reason)];
        let request = browser
            .request("POST", "nakhla", &format!("{page}/reveal"))
            .form(&form);
        send(request).await.unwrap()
    };
    let plain = send(browser.request("GET", "nakhla", &page)).await.unwrap();
    assert!(plain.body.contains("data-reveal") && !plain.body.contains(NAME));
    let shown = ask("The bank asks who sent it").await;
    assert_eq!(shown.status, 200);
    assert_eq!(shown.header("cache-control"), "no-store");
    for secret in [NAME, PHONE, "latifa@example.com"] {
        assert!(shown.body.contains(secret), "{secret}");
    }
    let mended = ask("why <not>").await;
    assert_eq!(mended.status, 200);
    let short = ask("<b>x").await;
    assert_eq!(short.status, 422);
    assert!(short.body.contains("Please say why") && !short.body.contains(NAME));
    let again = send(browser.request("GET", "nakhla", &page)).await.unwrap();
    assert!(!again.body.contains(NAME));
    app.stop().await;
}

/// Everything that hangs on keys works, whichever of them it was made with.
async fn all_works(app: &TestApp, made: &[(String, Value)]) {
    let (visitor, staff) = (app.visitor("nakhla"), app.staff("nakhla").await);
    for (id, order) in made {
        let reference = order["reference"].as_str().unwrap();
        let by_digits = visitor
            .json(&format!("/api/v1/orders/{reference}?phone_last4=1234"))
            .await;
        assert_eq!(by_digits["status"], "awaiting_transfer");
        let link: url::Url = order["track_url"].as_str().unwrap().parse().unwrap();
        let token = link
            .query_pairs()
            .find(|(name, _)| name == "token")
            .unwrap();
        let by_link = visitor
            .json(&format!("/api/v1/orders/{reference}?token={}", token.1))
            .await;
        assert_eq!(by_link["status"], "awaiting_transfer");
        let detail = staff.json(&format!("/api/v1/admin/orders/{id}")).await;
        assert_eq!(detail["donor"]["phone"], "+965 •••• 1234");
    }
}

/// Donors found by the look-up code of their phone.
async fn found(app: &TestApp, master: &MasterKey) -> i64 {
    let mut tx = app
        .node
        .app
        .db
        .tenant(TenantCtx::vouch(app.a.id))
        .await
        .unwrap();
    let keys = tenants::keys(&mut tx, master).await.unwrap();
    tx.commit().await.unwrap();
    let codes: Vec<Vec<u8>> = keys
        .lookups(PHONE)
        .iter()
        .map(|code| code.to_vec())
        .collect();
    sqlx::query_scalar(
        "select count(*) from app.donors where tenant_id = $1 and phone_hmac = any ($2)",
    )
    .bind(app.a.id.as_uuid())
    .bind(codes)
    .fetch_one(&mut app.behind().await)
    .await
    .unwrap()
}

/// Waits until the first tenant has so many keys.
async fn keys_there_are(app: &TestApp, count: i64) {
    let mut behind = app.behind().await;
    let there = async {
        let keys = "select count(*) from app.tenant_keys where tenant_id = $1";
        while sqlx::query_scalar::<_, i64>(keys)
            .bind(app.a.id.as_uuid())
            .fetch_one(&mut behind)
            .await
            .unwrap()
            != count
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), there)
        .await
        .expect("the keys are there");
}

/// Waits until a donor's name is under the newest key.
async fn some_are_sealed_anew(app: &TestApp) {
    let mut behind = app.behind().await;
    let there = async {
        let anew = "select count(*) from app.donors d where tenant_id = $1 and app.uses_key(name_sealed,
                     (select id from app.tenant_keys where tenant_id = $1 order by created_at desc limit 1))";
        while sqlx::query_scalar::<_, i64>(anew)
            .bind(app.a.id.as_uuid())
            .fetch_one(&mut behind)
            .await
            .unwrap()
            == 0
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(180), there)
        .await
        .expect("the next key seals");
}

#[actix_web::test]
async fn keys_are_changed_under_way_and_a_run_may_be_cut_short() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let mut made = Vec::new();
    for _ in 0..scale(600, 20) {
        made.push(placed(&visitor).await);
    }
    let plan = Plan {
        data_keys: true,
        older_than: Duration::ZERO,
        grace: Duration::from_secs(20),
    };
    let resume = Plan {
        older_than: Duration::from_secs(60 * 60),
        ..plan
    };
    let db = app.node.app.db.clone();
    let master = seed::master();
    // Cut short once the first tenant has its next key, as by a crash.
    tokio::select! {
        _ = rotate(&db, &master, plan) => panic!("the time of grace is longer than this"),
        () = keys_there_are(&app, 2) => {}
    }
    made.push(placed(&visitor).await);
    all_works(&app, &made[made.len() - 3..]).await;
    assert_eq!(found(&app, &master).await, made.len() as i64);
    // Started again, and cut short with a part sealed anew.
    tokio::select! {
        _ = rotate(&db, &master, resume) => panic!("the time of grace is longer than this"),
        () = some_are_sealed_anew(&app) => {}
    }
    made.push(placed(&visitor).await);
    all_works(&app, &made[made.len() - 3..]).await;
    assert_eq!(found(&app, &master).await, made.len() as i64);
    // The run that ends, with orders all the while.
    let (going, visitor_) = (std::cell::Cell::new(true), visitor.clone());
    let ordering = async {
        let mut more = Vec::new();
        while going.get() {
            more.push(placed(&visitor_).await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        more
    };
    let running = async {
        // A first run that was cut short very early made no key for the second tenant; this one makes none for the first.
        let done = rotate(&db, &master, resume).await.unwrap();
        going.set(false);
        done
    };
    let (done, more) = tokio::join!(running, ordering);
    made.extend(more);
    assert_eq!(done.tenants, 2);
    assert!(done.dropped >= 1, "{done:?}");
    all_works(&app, &made).await;
    assert_eq!(found(&app, &master).await, made.len() as i64);
    keys_there_are(&app, 1).await;
    let again = rotate(&db, &master, resume).await.unwrap();
    assert_eq!((again.added, again.slices, again.dropped), (0, 0, 0));

    // The master key: wrapped anew, both open meanwhile, the old one alone nothing any more.
    let both = MasterKey::new(&[8; 32])
        .unwrap()
        .with_previous(&[7; 32])
        .unwrap();
    let only_master = Plan {
        data_keys: false,
        ..plan
    };
    let done = rotate(&db, &both, only_master).await.unwrap();
    let expected = Done {
        tenants: 2,
        rewrapped: done.rewrapped,
        ..Done::default()
    };
    assert_eq!(done, expected);
    assert!(done.rewrapped >= 2);
    all_works(&app, &made[..2]).await;
    let new = MasterKey::new(&[8; 32]).unwrap();
    assert_eq!(found(&app, &new).await, made.len() as i64);
    // Who changed what is in the log.
    let entries: Vec<String> = sqlx::query_scalar(
        "select diff ->> 'step' from app.audit_logs where action = 'keys.rotate' and tenant_id = $1 order by seq",
    )
    .bind(app.a.id.as_uuid())
    .fetch_all(&mut app.behind().await)
    .await
    .unwrap();
    assert_eq!(entries, ["begun", "finished", "rewrapped"]);
    app.stop().await;
}

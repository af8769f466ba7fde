//! What the worker does because time passed, and what the platform sees of it.

use chrono::Utc;
use sadu_db::{Job, TenantCtx, WriteTx};
use sadu_domain::ids::TenantId;
use sadu_domain::job::{DayPassed, HourPassed, JobData, OrderPlaced};
use serde_json::json;
use sqlx::PgConnection;

use crate::client::{gift, key, transfer};
use crate::node::End;
use crate::testapp::TestApp;
use crate::worker::{LEFT, count, until, worker};

async fn passes<J: JobData>(app: &TestApp, tenant: TenantId, job: J) {
    let writers = app.node.app.db.writers();
    let ctx = TenantCtx::vouch(tenant);
    let mut tx = WriteTx::begin(&writers, ctx, Utc::now()).await.unwrap();
    tx.enqueue(Job::of(&job).unwrap());
    tx.commit().await.unwrap();
    let mut behind = app.behind().await;
    until("all done", async || count(&mut behind, LEFT).await == 0).await;
}

async fn run(behind: &mut PgConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(behind).await.unwrap();
}

/// Ends without looking at the books: the test has bent them.
async fn end(app: TestApp) {
    app.node.end(End::AtOnce).await;
}

#[actix_web::test]
async fn figures_that_left_the_ledger_are_said_and_left_alone() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let order = app
        .visitor("nakhla")
        .order(&key(), &gift("well", 5_000))
        .await;
    let id = order.expect(201)["id"].as_str().unwrap().to_owned();
    let staff = app.staff("nakhla").await;
    let path = format!("/api/v1/admin/orders/{id}/confirm-transfer");
    staff
        .post(&path, &key(), &transfer(5_000, "B-1"))
        .await
        .expect(200);
    let worker = worker(&app, 4).await;
    let shown = "select coalesce(sum(raised), 0)::bigint from app.item_totals";
    passes(&app, app.a.id, HourPassed).await;
    assert_eq!(count(&mut behind, shown).await, 5_000);
    run(
        &mut behind,
        "update app.item_totals set raised = raised + 7 where raised > 0",
    )
    .await;
    passes(&app, app.a.id, HourPassed).await;
    // Not mended by itself: somebody has to see it.
    assert_eq!(count(&mut behind, shown).await, 5_007);
    worker.stop().await;
    end(app).await;
}

#[actix_web::test]
async fn an_item_whose_licence_ended_is_paused_once_and_everybody_sees_it() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let visitor = app.visitor("nakhla");
    run(
        &mut behind,
        r#"update app.catalog_items set licence = '{"number":"L-1","authority":{"ar":"و","en":"M"},"valid_until":"2020-01-01"}' where slug = 'well'"#,
    )
    .await;
    let worker = worker(&app, 4).await;
    for _ in 0..2 {
        passes(&app, app.a.id, HourPassed).await;
    }
    until("it is shown", async || {
        visitor.item("well").await["status"] == "paused"
    })
    .await;
    assert_eq!(visitor.item("school").await["status"], "active");
    let closed = visitor.order(&key(), &gift("well", 5_000)).await;
    assert_eq!(closed.code(), "item.closed");
    let entries: Vec<(String, String, serde_json::Value)> = sqlx::query_as(
        "select actor_id, object_type, diff from app.audit_logs where action = 'item.pause' and tenant_id = $1",
    )
    .bind(app.a.id.as_uuid())
    .fetch_all(&mut behind)
    .await
    .unwrap();
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert_eq!(
        (entries[0].0.as_str(), entries[0].1.as_str()),
        ("system", "item")
    );
    assert_eq!(
        entries[0].2["after"],
        json!({ "status": "paused", "licence_until": "2020-01-01" })
    );
    // The neighbour's item of the same name ended too, and waits for its own hour.
    let open = "select count(*) from app.catalog_items where slug = 'well' and status = 'active'";
    let hours = count(&mut behind, open).await;
    passes(&app, app.b.id, HourPassed).await;
    assert!(hours <= 1, "{hours}");
    assert_eq!(count(&mut behind, open).await, 0);
    worker.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn what_is_kept_for_a_time_goes_after_it() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let visitor = app.visitor("nakhla");
    for _ in 0..2 {
        visitor
            .order(&key(), &gift("well", 1_000))
            .await
            .expect(201);
    }
    run(
        &mut behind,
        "update app.idempotency_keys set created_at = now() - interval '31 days' where key = (select min(key) from app.idempotency_keys);
         update app.inbox_events set at = now() - interval '31 days' where seq = (select min(seq) from app.inbox_events)",
    )
    .await;
    let worker = worker(&app, 4).await;
    passes(&app, app.a.id, DayPassed).await;
    for sql in [
        "select count(*) from app.idempotency_keys",
        "select count(*) from app.inbox_events",
    ] {
        assert_eq!(count(&mut behind, sql).await, 1, "{sql}");
    }
    worker.stop().await;
    end(app).await;
}

#[actix_web::test]
async fn a_dead_job_is_seen_by_the_platform_and_run_again() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let root = app.root().await;
    let nobody = uuid::Uuid::now_v7();
    sqlx::query("insert into app.outbox (tenant_id, kind, payload) values ($1, $2, $3)")
        .bind(app.a.id.as_uuid())
        .bind(OrderPlaced::KIND)
        .bind(json!({ "order": nobody }))
        .execute(&mut behind)
        .await
        .unwrap();
    let waits = root.json("/api/v1/platform/jobs").await;
    assert_eq!(
        (&waits["waiting"], &waits["failed"]),
        (&json!(1), &json!(0))
    );
    let worker = worker(&app, 4).await;
    let failed = "select count(*) from jobs._private_jobs where last_error like '%no such row%'";
    until("it failed", async || count(&mut behind, failed).await == 1).await;
    let id: i64 =
        sqlx::query_scalar("select id from jobs._private_jobs where last_error is not null")
            .fetch_one(&mut behind)
            .await
            .unwrap();
    let again = format!("/api/v1/platform/jobs/{id}/replay");
    let early = root.post(&again, &key(), &json!({})).await;
    assert_eq!(
        early.problem(),
        (404, "job.not_found".into()),
        "it pauses, and is not dead"
    );
    run(
        &mut behind,
        "update jobs._private_jobs set attempts = max_attempts where last_error is not null",
    )
    .await;
    let view = root.get("/api/v1/platform/jobs").await;
    assert!(
        !view.body.contains(&nobody.to_string()),
        "no payload: {}",
        view.body
    );
    let view = view.json();
    assert_eq!(view["failed"], 1);
    let dead = &view["dead"][0];
    assert_eq!(
        (&dead["id"], &dead["kind"], &dead["tries"], &dead["error"]),
        (
            &json!(id),
            &json!("order_placed"),
            &json!(8),
            &json!("no such row")
        )
    );
    assert_eq!(dead["tenant"], json!(app.a.id));
    assert_eq!(
        root.post(&again, &key(), &json!({})).await.expect(200),
        json!({ "id": id })
    );
    // It has all its tries again, and uses the first of them.
    let tried = "select count(*) from jobs._private_jobs where attempts = 1 and last_error like '%no such row%'";
    until("it ran again", async || {
        count(&mut behind, tried).await == 1
    })
    .await;
    let log = root.json("/api/v1/platform/audit").await;
    let entries: Vec<_> = log["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["action"] == "job.replay")
        .collect();
    assert_eq!(entries.len(), 1);
    assert_eq!(
        (&entries[0]["object_id"], &entries[0]["diff"]),
        (&json!(id.to_string()), &json!({ "kind": "order_placed" }))
    );
    for unknown in ["0", "x", "99999999999999999999"] {
        let path = format!("/api/v1/platform/jobs/{unknown}/replay");
        assert_eq!(
            root.post(&path, &key(), &json!({})).await.problem(),
            (404, "job.not_found".into())
        );
    }
    worker.stop().await;
    app.stop().await;
}

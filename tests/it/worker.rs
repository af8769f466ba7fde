//! The worker: jobs run once their commit is there, as their row's tenant, again when they fail, and nobody waits for somebody else's.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use chrono::Utc;
use sadu::worker::{Job, JobCtx, JobError, Pace, Registry, Worker, WorkerParts};
use sadu_actors::mail::Mailer;
use sadu_db::{Db, DbConfig, DbError, Jobs, TenantCtx, TlsPolicy, WriteTx, orders, tenants};
use sadu_domain::ids::{OrderId, TenantId};
use sadu_domain::job::{JobData, OrderPlaced};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::client::{gift, key};
use crate::node::{PATIENCE, mail_folder};
use crate::testapp::TestApp;

/// What jobs of this process saw, by the mark they carry: each test has marks of its own.
static SEEN: LazyLock<Mutex<HashMap<Uuid, Vec<Seen>>>> = LazyLock::new(Mutex::default);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    /// Whose job it was, as the worker said.
    said: TenantId,
    /// Whose rows its transaction showed.
    showed: TenantId,
    /// Whether the order it names was there.
    order: bool,
}

fn seen(mark: Uuid) -> Vec<Seen> {
    SEEN.lock().unwrap().get(&mark).cloned().unwrap_or_default()
}

/// Looks around, then ends as it is told.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Look {
    mark: Uuid,
    order: Option<OrderId>,
    end: Ending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Ending {
    Well,
    /// After so many milliseconds.
    Late(u64),
    Failing,
    /// In the middle of a transaction.
    Panicking,
}

impl JobData for Look {
    const KIND: &'static str = "test_look";
    const MAX_TRIES: i16 = 3;
}

impl Job for Look {
    async fn run(&self, ctx: &JobCtx) -> Result<(), JobError> {
        let mut tx = ctx.read().await?;
        let showed = tenants::load(&mut tx).await?.id;
        let order = match self.order {
            Some(order) => orders::get(&mut tx, order).await.is_ok(),
            None => false,
        };
        assert!(self.end != Ending::Panicking, "as the test asked for");
        tx.rollback().await?;
        if let Ending::Late(ms) = self.end {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
        let look = Seen {
            said: ctx.tenant_id(),
            showed,
            order,
        };
        SEEN.lock()
            .unwrap()
            .entry(self.mark)
            .or_default()
            .push(look);
        match self.end {
            Ending::Failing => Err(DbError::Busy.into()),
            _ => Ok(()),
        }
    }
}

fn look(end: Ending) -> Look {
    Look {
        mark: Uuid::new_v4(),
        order: None,
        end,
    }
}

/// A worker beside the program, as `sadu dev` runs one; with so many connections for its jobs.
pub(crate) async fn worker(app: &TestApp, connections: u32) -> Worker {
    let folder = mail_folder(&app.database.name);
    worker_with(app, connections, Mailer::folder(folder)).await
}

/// The same, with its mail going elsewhere.
pub(crate) async fn worker_with(app: &TestApp, connections: u32, mailer: Mailer) -> Worker {
    let mut config = DbConfig::new(app.database.url("sadu_worker"));
    config.acquire_timeout = PATIENCE;
    config.read_connections = connections;
    let jobs = app.database.url("sadu_jobs");
    Worker::start(WorkerParts {
        db: Db::connect(config).await.unwrap(),
        jobs: Jobs::connect(jobs, TlsPolicy::AsGiven).await.unwrap(),
        directory: app.node.app.directory.clone(),
        mailer,
        site: app.node.app.site.clone(),
        studio: crate::pictures::studio(app),
        registry: Registry::product().with::<Look>(),
        pace: Pace {
            outbox: Duration::from_millis(20),
            poll: Duration::from_millis(50),
            ..Pace::default()
        },
    })
}

async fn open(app: &TestApp, tenant: TenantId) -> WriteTx {
    let writers = app.node.app.db.writers();
    let ctx = TenantCtx::vouch(tenant);
    WriteTx::begin(&writers, ctx, Utc::now()).await.unwrap()
}

async fn enqueue<J: JobData>(app: &TestApp, tenant: TenantId, jobs: &[J]) {
    let mut tx = open(app, tenant).await;
    for job in jobs {
        tx.enqueue(sadu_db::Job::of(job).unwrap());
    }
    tx.commit().await.unwrap();
}

/// Waits until this holds.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(30), "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub(crate) async fn count(behind: &mut PgConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(behind).await.unwrap()
}

pub(crate) const LEFT: &str =
    "select (select count(*) from app.outbox) + (select count(*) from jobs._private_jobs)";

#[tokio::test]
async fn a_job_is_there_with_its_commit_and_runs_once() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let (kept, dropped) = (look(Ending::Well), look(Ending::Well));
    let mut tx = open(&app, app.a.id).await;
    tx.enqueue(sadu_db::Job::of(&dropped).unwrap());
    tx.rollback().await;
    enqueue(&app, app.a.id, &[kept]).await;
    let worker = worker(&app, 4).await;
    until("all done", async || count(&mut behind, LEFT).await == 0).await;
    let as_a = Seen {
        said: app.a.id,
        showed: app.a.id,
        order: false,
    };
    assert_eq!(seen(kept.mark), [as_a]);
    assert_eq!(seen(dropped.mark), []);
    worker.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn every_order_has_its_job_and_the_worker_does_it() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let visitor = app.visitor("nakhla");
    for _ in 0..3 {
        visitor
            .order(&key(), &gift("well", 1_000))
            .await
            .expect(201);
    }
    let waiting = "select count(*) from app.outbox where kind = 'order_placed'";
    assert_eq!(count(&mut behind, waiting).await, 3);
    let worker = worker(&app, 4).await;
    until("all done", async || count(&mut behind, LEFT).await == 0).await;
    worker.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_job_that_fails_is_tried_again_and_then_kept_as_dead() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let fails = look(Ending::Failing);
    enqueue(&app, app.a.id, &[fails]).await;
    let worker = worker(&app, 4).await;
    let tried = "select coalesce(max(attempts), 0)::bigint from jobs._private_jobs where last_error is not null and locked_at is null";
    for n in 1..=3 {
        until("a try", async || count(&mut behind, tried).await == n).await;
        // It pauses, longer each time.
        let pause = "select (extract(epoch from run_at - now()) * 1000)::bigint from jobs._private_jobs where last_error is not null";
        let pause = count(&mut behind, pause).await;
        // e¹ s after the first, e² s after the second; less what looking took.
        assert!(pause > 1_500 * n, "{pause} ms after try {n}");
        sqlx::query("update jobs._private_jobs set run_at = now()")
            .execute(&mut behind)
            .await
            .unwrap();
    }
    let error: String = sqlx::query_scalar(
        "select last_error from jobs._private_jobs where last_error is not null",
    )
    .fetch_one(&mut behind)
    .await
    .unwrap();
    assert_eq!(error, r#"TaskError("the database is busy")"#);
    // Dead: kept, and not run a fourth time.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(seen(fails.mark).len(), 3);
    until("the others are done", async || {
        count(&mut behind, LEFT).await == 1
    })
    .await;
    worker.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_tenant_with_a_thousand_jobs_holds_back_nobody_else() {
    let app = TestApp::spawn().await;
    let (mut many, one) = (look(Ending::Late(10)), look(Ending::Well));
    many.order = None;
    enqueue(&app, app.a.id, &vec![many; 1_000]).await;
    let worker = worker(&app, 8).await;
    until("A at work", async || seen(many.mark).len() > 20).await;
    let before = seen(many.mark).len();
    enqueue(&app, app.b.id, &[one]).await;
    until("B's one job", async || !seen(one.mark).is_empty()).await;
    let after = seen(many.mark).len();
    println!(
        "B's one job ran while A did {} of its thousand",
        after - before
    );
    assert!(after < 500, "B waited for A: {before} to {after}");
    worker.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn t71_a_forged_payload_acts_on_its_own_tenant_only() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let theirs = app
        .visitor("sidra")
        .order(&key(), &gift("well", 1_000))
        .await;
    let theirs: OrderId = theirs.expect(201)["id"].as_str().unwrap().parse().unwrap();
    let forged = Look {
        order: Some(theirs),
        ..look(Ending::Well)
    };
    // A row of A's, with everything in its payload that could mean B.
    let mut payload = serde_json::to_value(forged).unwrap();
    for name in ["tenant", "tenant_id", "t"] {
        payload[name] = serde_json::json!(app.b.id);
    }
    payload["job"] = payload.clone();
    let of_b = serde_json::json!({ "order": theirs, "tenant": app.b.id });
    for (kind, payload) in [(Look::KIND, &payload), (OrderPlaced::KIND, &of_b)] {
        sqlx::query("insert into app.outbox (tenant_id, kind, payload) values ($1, $2, $3)")
            .bind(app.a.id.as_uuid())
            .bind(kind)
            .bind(payload)
            .execute(&mut behind)
            .await
            .unwrap();
    }
    let worker = worker(&app, 4).await;
    until("both were tried", async || {
        let failed =
            "select count(*) from jobs._private_jobs where last_error like '%no such row%'";
        !seen(forged.mark).is_empty() && count(&mut behind, failed).await == 1
    })
    .await;
    let as_a = Seen {
        said: app.a.id,
        showed: app.a.id,
        order: false,
    };
    assert_eq!(seen(forged.mark), [as_a]);
    worker.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn t72_a_crash_between_two_tenants_jobs_leaves_no_context() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    // One connection: every job gets what the one before left.
    let worker = worker(&app, 1).await;
    for _ in 0..10 {
        for (crashing, next) in [(app.a.id, app.b.id), (app.b.id, app.a.id)] {
            let after = look(Ending::Well);
            enqueue(&app, crashing, &[look(Ending::Panicking)]).await;
            until("a crash", async || {
                let crashed =
                    "select count(*) from jobs._private_jobs where last_error is not null";
                count(&mut behind, crashed).await > 0
            })
            .await;
            enqueue(&app, next, &[after]).await;
            until("the next", async || !seen(after.mark).is_empty()).await;
            let own = Seen {
                said: next,
                showed: next,
                order: false,
            };
            assert_eq!(seen(after.mark), [own]);
            // What crashed; the others are left to end in their own time.
            sqlx::query(
                "delete from jobs._private_jobs where last_error is not null and locked_at is null",
            )
            .execute(&mut behind)
            .await
            .unwrap();
        }
    }
    worker.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn an_end_lets_what_runs_come_to_its_end_and_takes_nothing_new() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let slow = look(Ending::Late(700));
    enqueue(&app, app.a.id, &[slow]).await;
    let worker = worker(&app, 4).await;
    until("it runs", async || {
        let running = "select count(*) from jobs.jobs where locked_at is not null and task_identifier = 'test_look'";
        count(&mut behind, running).await == 1
    })
    .await;
    let begun = Instant::now();
    worker.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(seen(slow.mark).len(), 1, "it was let come to its end");
    let late = look(Ending::Well);
    enqueue(&app, app.a.id, &[late]).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let waiting = "select count(*) from app.outbox where kind = 'test_look'";
    assert_eq!(count(&mut behind, waiting).await, 1, "nobody takes it");
    assert_eq!(seen(late.mark), []);
    app.stop().await;
}

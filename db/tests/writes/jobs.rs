//! From the outbox into the job library: nothing lost, nothing doubled, the tenants take turns, and the row says whose job it is.

use std::collections::BTreeMap;

use sadu_db::jobs::Kind;
use sadu_db::{Job, Jobs, TlsPolicy};
use sadu_domain::ids::{OrderId, TenantId};
use sadu_domain::job::{HourPassed, JobData, OrderPlaced};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::support::{Seeded, World};

async fn jobs(world: &World) -> Jobs {
    let url = world.database.url("sadu_jobs");
    Jobs::connect(url, TlsPolicy::AsGiven).await.unwrap()
}

/// A world with an empty outbox.
async fn world() -> World {
    let world = World::new().await;
    let mut behind = world.behind().await;
    sqlx::query("delete from app.outbox")
        .execute(&mut behind)
        .await
        .unwrap();
    world
}

async fn enqueue(world: &World, of: &Seeded, n: usize) {
    let writers = world.db.writers();
    let mut tx = world.write(&writers, of).await;
    for _ in 0..n {
        let order = OrderPlaced {
            order: OrderId::new(),
        };
        tx.enqueue(Job::of(&order).unwrap());
    }
    tx.commit().await.unwrap();
}

fn kinds() -> [Kind; 1] {
    [Kind::of::<OrderPlaced>()]
}

/// What stands in the library, by tenant.
async fn moved(behind: &mut PgConnection) -> BTreeMap<Uuid, usize> {
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(
        "select (payload ->> 'tenant')::uuid, count(*) from jobs._private_jobs group by 1",
    )
    .fetch_all(behind)
    .await
    .unwrap();
    rows.into_iter()
        .map(|(tenant, n)| (tenant, usize::try_from(n).unwrap()))
        .collect()
}

async fn waiting(behind: &mut PgConnection) -> i64 {
    sqlx::query_scalar("select count(*) from app.outbox")
        .fetch_one(behind)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_tenants_take_turns_and_nobody_floods_the_library() {
    let world = world().await;
    let mut behind = world.behind().await;
    enqueue(&world, &world.a, 1_000).await;
    enqueue(&world, &world.b, 1).await;
    let jobs = jobs(&world).await;
    assert_eq!(jobs.move_due(&kinds()).await.unwrap(), 17);
    let (a, b) = (world.a.tenant.as_uuid(), world.b.tenant.as_uuid());
    assert_eq!(moved(&mut behind).await, BTreeMap::from([(a, 16), (b, 1)]));
    // Until some of A's are done there is no room for more of A, and always some for B.
    enqueue(&world, &world.b, 3).await;
    assert_eq!(jobs.move_due(&kinds()).await.unwrap(), 3);
    sqlx::query(
        "delete from jobs._private_jobs where id in (
           select id from jobs._private_jobs where payload ->> 'tenant' = $1 order by id limit 5)",
    )
    .bind(a.to_string())
    .execute(&mut behind)
    .await
    .unwrap();
    assert_eq!(jobs.move_due(&kinds()).await.unwrap(), 5);
    // Whoever waits out a pause after a failure takes up no room.
    sqlx::query("update jobs._private_jobs set run_at = now() + interval '1 hour', attempts = 1")
        .execute(&mut behind)
        .await
        .unwrap();
    assert_eq!(jobs.move_due(&kinds()).await.unwrap(), 16);
    assert_eq!(waiting(&mut behind).await, 1_000 - 16 - 5 - 16);
}

#[tokio::test]
async fn movers_side_by_side_move_every_job_once() {
    let world = world().await;
    let mut behind = world.behind().await;
    for of in [&world.a, &world.b] {
        enqueue(&world, of, 150).await;
    }
    let ids: Vec<Uuid> = sqlx::query_scalar("select id from app.outbox order by id")
        .fetch_all(&mut behind)
        .await
        .unwrap();
    let movers = futures::future::join_all((0..4).map(|_| jobs(&world))).await;
    let mut seen: Vec<Uuid> = Vec::new();
    while seen.len() < ids.len() {
        let round = movers.iter().map(|mover| async {
            mover.move_due(&kinds()).await.unwrap();
        });
        futures::future::join_all(round).await;
        let done: Vec<Uuid> =
            sqlx::query_scalar("delete from jobs._private_jobs returning (payload ->> 'id')::uuid")
                .fetch_all(&mut behind)
                .await
                .unwrap();
        seen.extend(done);
    }
    seen.sort();
    assert_eq!(seen, ids);
}

#[tokio::test]
async fn what_is_not_known_or_not_due_stays_and_what_is_refused_is_not_lost() {
    let world = world().await;
    let mut behind = world.behind().await;
    enqueue(&world, &world.a, 2).await;
    sqlx::query(
        "insert into app.outbox (tenant_id, kind, payload, run_at)
         values ($1, 'of_tomorrow', '{}', now()), ($1, 'order_placed', '{}', now() + interval '1 hour')",
    )
    .bind(world.a.tenant.as_uuid())
    .execute(&mut behind)
    .await
    .unwrap();
    // The library refuses: what was claimed in the same statement is in the outbox again.
    sqlx::raw_sql("alter table jobs._private_jobs add constraint broken check (false) not valid")
        .execute(&mut behind)
        .await
        .unwrap();
    let jobs = jobs(&world).await;
    jobs.move_due(&kinds()).await.unwrap_err();
    assert_eq!(waiting(&mut behind).await, 4);
    sqlx::raw_sql("alter table jobs._private_jobs drop constraint broken")
        .execute(&mut behind)
        .await
        .unwrap();
    assert_eq!(jobs.move_due(&kinds()).await.unwrap(), 2);
    assert_eq!(jobs.move_due(&kinds()).await.unwrap(), 0);
    let left: Vec<String> = sqlx::query_scalar("select kind from app.outbox order by 1")
        .fetch_all(&mut behind)
        .await
        .unwrap();
    assert_eq!(left, ["of_tomorrow", "order_placed"]);
}

#[tokio::test]
async fn the_row_says_whose_job_it_is() {
    let world = world().await;
    let mut behind = world.behind().await;
    let (a, b) = (world.a.tenant, world.b.tenant);
    // As A's own role may write it, with everything in it that could mean B.
    let forged = serde_json::json!({ "tenant": b, "tenant_id": b, "id": Uuid::nil(), "job": { "tenant": b } });
    sqlx::query("insert into app.outbox (tenant_id, kind, payload) values ($1, $2, $3)")
        .bind(a.as_uuid())
        .bind(OrderPlaced::KIND)
        .bind(&forged)
        .execute(&mut behind)
        .await
        .unwrap();
    jobs(&world).await.move_due(&kinds()).await.unwrap();
    let (tenant, queue, payload): (Uuid, String, serde_json::Value) = sqlx::query_as(
        "select (p.payload ->> 'tenant')::uuid, j.queue_name, p.payload -> 'job' from jobs._private_jobs p join jobs.jobs j on j.id = p.id",
    )
    .fetch_one(&mut behind)
    .await
    .unwrap();
    assert_eq!(TenantId::from_uuid(tenant), a);
    assert!(queue.starts_with(&a.to_string()), "{queue}");
    assert_eq!(payload, forged);
}

#[tokio::test]
async fn the_login_of_the_jobs_reaches_nothing_of_a_tenants() {
    use sqlx::Connection;
    let world = World::new().await;
    let url = world.database.url("sadu_jobs");
    let mut conn = PgConnection::connect(secrecy::ExposeSecret::expose_secret(&url))
        .await
        .unwrap();
    for attempt in [
        "select 1 from app.orders",
        "select 1 from app.outbox",
        "insert into app.outbox (tenant_id, kind, payload) values (gen_random_uuid(), 'x', '{}')",
        "select 1 from plat.tenant_domains",
        "set role sadu_tenant",
        "set role sadu_cross",
        "create schema mine",
    ] {
        let refused = sqlx::raw_sql(attempt).execute(&mut conn).await.unwrap_err();
        let code = refused
            .as_database_error()
            .unwrap()
            .code()
            .unwrap()
            .into_owned();
        assert_eq!(code, "42501", "{attempt}");
    }
    // And the logins of the others are not let in as it.
    for (login, fault) in [
        ("sadu_web", "member of sadu_tenant"),
        ("sadu_worker", "member of sadu_tenant"),
        ("sadu_migrator", "owning role"),
    ] {
        let refusal = Jobs::connect(world.database.url(login), TlsPolicy::AsGiven)
            .await
            .unwrap_err()
            .to_string();
        assert!(refusal.contains(fault), "{login}: {refusal}");
    }
}

#[tokio::test]
async fn an_hour_passes_once_for_all_workers() {
    let world = world().await;
    let mut behind = world.behind().await;
    let workers = futures::future::join_all((0..4).map(|_| jobs(&world))).await;
    let hour = std::time::Duration::from_secs(3_600);
    let kind = Kind::of::<HourPassed>();
    let given = workers.iter().map(|worker| worker.pass(kind, hour));
    let given = futures::future::join_all(given).await;
    let given: i64 = given.into_iter().map(Result::unwrap).sum();
    assert_eq!(given, 2, "one job for each of two tenants");
    sqlx::query("update jobs.turns set at = at - interval '61 minutes'")
        .execute(&mut behind)
        .await
        .unwrap();
    assert_eq!(workers[0].pass(kind, hour).await.unwrap(), 2);
    // Nobody ran the first ones: they stand once, not twice.
    assert_eq!(moved(&mut behind).await.values().sum::<usize>(), 2);
    let sums = workers[0].sums().await.unwrap();
    assert_eq!(
        (sums.len(), sums[0].kind.as_str(), sums[0].waiting),
        (1, "hour_passed", 2)
    );
}

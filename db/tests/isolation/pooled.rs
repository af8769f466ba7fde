//! T36: T18–T20, T23 and T24 again through a real PgBouncer in transaction mode, where a connection of the product is another
//! one of the server in every transaction, and four of them serve everybody. T21, T22 and the journey of an order through it are
//! in `tests/it/pooled.rs`.

use sadu_db::testing::{PgBouncer, TestCluster};
use secrecy::ExposeSecret;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

use super::connections::{
    an_error_leaves_nothing_for_the_next_borrower, begin_cancelled_at_random_points,
    often_and_in_turns, reads_cancelled_at_random_points, writes_cancelled_at_random_points,
};
use crate::support::{Door, World};

/// The tenant and the role that a connection has.
const LEFT: &str = "select coalesce(nullif(current_setting('app.current_tenant', true), ''), 'none') || ' ' || current_setting('role')";

#[tokio::test]
async fn t36_t18_an_error_leaves_nothing_for_the_next_borrower() {
    an_error_leaves_nothing_for_the_next_borrower(Door::PgBouncer).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t36_t19_begin_cancelled_at_random_points() {
    begin_cancelled_at_random_points(Door::PgBouncer).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t36_t20_reads_cancelled_at_random_points() {
    reads_cancelled_at_random_points(Door::PgBouncer).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t36_t20_writes_cancelled_at_random_points() {
    writes_cancelled_at_random_points(Door::PgBouncer).await;
}

#[tokio::test]
async fn t36_t24_statements_follow_the_tenant() {
    let world = World::at(Door::PgBouncer, |c| {
        c.read_connections = 12;
        c.write_connections = 1;
    })
    .await;
    often_and_in_turns(&world).await;
    // More connections of the product than of the server, all at once, so that they take turns on them.
    let turns = (0..120).map(|n| {
        let of = if n % 2 == 0 { &world.a } else { &world.b };
        let world = &world;
        async move {
            let mut tx = world.tx(of).await;
            let tenant = sadu_db::tenants::load(&mut tx).await.unwrap();
            assert_eq!(tenant.id, of.tenant);
            tx.commit().await.unwrap();
        }
    });
    futures::future::join_all(turns).await;
    let at_the_server: i64 = sqlx::query_scalar(
        "select count(*) from pg_stat_activity where datname = current_database() and usename = 'sadu_web'",
    )
    .fetch_one(&mut world.behind().await)
    .await
    .unwrap();
    assert!(
        (1..=4).contains(&at_the_server),
        "{at_the_server} connections"
    );
    // Whoever takes one of them next is nobody: what the product set went with its transactions.
    let bouncer = world.bouncer.as_ref().unwrap();
    let url = bouncer.before(&world.database).url("sadu_web");
    let mut strangers = Vec::new();
    for _ in 0..4 {
        let mut stranger = PgConnection::connect(url.expose_secret()).await.unwrap();
        stranger.execute("begin").await.unwrap();
        assert_eq!(
            value(&mut stranger, LEFT.to_owned()).await.as_deref(),
            Some("none none")
        );
        strangers.push(stranger);
    }
}

/// Runs one statement by the simple protocol, which needs no statement to stay.
async fn value(conn: &mut PgConnection, sql: String) -> Option<String> {
    let rows = conn
        .fetch_all(sqlx::raw_sql(AssertSqlSafe(sql)))
        .await
        .unwrap();
    rows.last().and_then(|row| row.get(0))
}

async fn pid(conn: &mut PgConnection) -> Option<String> {
    value(conn, "select pg_backend_pid()::text".to_owned()).await
}

#[tokio::test]
async fn t36_t23_a_savepoint_gives_the_tenant_back_and_the_next_client_nothing() {
    let world = World::new().await;
    let cluster = TestCluster::shared().await.unwrap();
    let bouncer = PgBouncer::start(cluster, 1).await.unwrap();
    let url = bouncer.before(&world.database).url("sadu_web");
    let (mut one, mut two) = (
        PgConnection::connect(url.expose_secret()).await.unwrap(),
        PgConnection::connect(url.expose_secret()).await.unwrap(),
    );
    assert_eq!(pid(&mut one).await, pid(&mut two).await, "they share it");
    let enter = |of| {
        format!(
            "select set_config('role', 'sadu_tenant', true), set_config('app.current_tenant', '{of}', true)"
        )
    };
    let whose = || "select string_agg(slug, ',') from app.tenants".to_owned();
    for end in ["commit", "rollback"] {
        one.execute("begin").await.unwrap();
        value(&mut one, enter(world.a.tenant)).await;
        assert_eq!(value(&mut one, whose()).await.as_deref(), Some("alpha"));
        one.execute("savepoint s").await.unwrap();
        value(&mut one, enter(world.b.tenant)).await;
        assert_eq!(value(&mut one, whose()).await.as_deref(), Some("bravo"));
        one.execute("rollback to savepoint s").await.unwrap();
        assert_eq!(value(&mut one, whose()).await.as_deref(), Some("alpha"));
        one.execute(end).await.unwrap();
        // The next client of the same server's connection is nobody.
        let left = value(&mut two, LEFT.to_owned()).await;
        assert_eq!(left.as_deref(), Some("none none"), "after {end}");
        two.execute("select from app.tenants").await.unwrap_err();
    }
    // One that leaves in the middle takes the server's connection with it.
    one.execute("begin").await.unwrap();
    value(&mut one, enter(world.a.tenant)).await;
    let before = pid(&mut one).await;
    drop(one);
    two.execute("begin").await.unwrap();
    value(&mut two, enter(world.b.tenant)).await;
    assert_eq!(value(&mut two, whose()).await.as_deref(), Some("bravo"));
    two.execute("commit").await.unwrap();
    assert_ne!(pid(&mut two).await, before);
}

//! When the server goes away, or ends a session: nothing hangs, nothing is counted as a leak, the next one works.

use std::time::{Duration, Instant};

use chrono::Utc;
use sadu_db::{DbError, Fault, WriteTx, items, orders};
use sqlx::{AssertSqlSafe, Executor, PgConnection};

use crate::support::{World, counters, rows};

/// Ends every session of the product in this database, as a restart does. Says how many there were.
async fn end_all(behind: &mut PgConnection) -> usize {
    let ended: Vec<bool> = sqlx::query_scalar(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'sadu'",
    )
    .fetch_all(&mut *behind)
    .await
    .unwrap();
    for _ in 0..200 {
        let left: i64 = sqlx::query_scalar("select count(*) from pg_stat_activity where datname = current_database() and application_name = 'sadu'")
            .fetch_one(&mut *behind)
            .await
            .unwrap();
        if left == 0 {
            return ended.len();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("sessions did not end");
}

#[tokio::test]
async fn idle_connections_that_died_are_replaced_unnoticed() {
    counters::watch();
    let world = World::with(|c| {
        c.read_connections = 4;
        c.write_connections = 4;
    })
    .await;
    let writers = world.db.writers();
    let mut behind = world.behind().await;
    for _ in 0..5 {
        // Warm four of each.
        let (mut reads, mut writes) = (Vec::new(), Vec::new());
        for _ in 0..4 {
            reads.push(world.tx(&world.a).await);
            writes.push(writers.tenant(world.b.ctx()).await.unwrap());
        }
        for tx in reads.into_iter().chain(writes) {
            tx.commit().await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(end_all(&mut behind).await >= 8);
        for _ in 0..6 {
            let mut tx = world.tx(&world.a).await;
            assert_eq!(items::list(&mut tx).await.unwrap().len(), 2);
            tx.commit().await.unwrap();
            world
                .write(&writers, &world.a)
                .await
                .commit()
                .await
                .unwrap();
        }
    }
    assert_eq!(counters::count("pool_dirty_total"), 0, "death is not dirt");
}

#[tokio::test]
async fn a_session_ended_in_its_transaction_is_weather() {
    let world = World::with(|c| c.write_connections = 1).await;
    let writers = world.db.writers();
    let mut behind = world.behind().await;
    let before = world.snapshot(&world.a).await;

    let mut tx = world.write(&writers, &world.a).await;
    end_all(&mut behind).await;
    let now = tx.now();
    let lost = orders::place(tx.tx(), now, &[rows::order(&world.a, "lost")])
        .await
        .unwrap_err();
    assert_eq!(lost.fault(), Fault::Weather, "{lost:?}");
    drop(tx);

    let tx = world.write(&writers, &world.a).await;
    end_all(&mut behind).await;
    let lost = tx.commit().await.unwrap_err();
    assert_eq!(lost.fault(), Fault::Weather, "{lost:?}");

    assert_eq!(world.snapshot(&world.a).await, before);
    world
        .write(&writers, &world.a)
        .await
        .commit()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_session_that_idles_in_its_transaction_is_weather() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    let sql = format!(
        "alter role sadu_web in database {} set idle_in_transaction_session_timeout = '200ms'",
        world.database.name
    );
    behind
        .execute(sqlx::raw_sql(AssertSqlSafe(sql)))
        .await
        .unwrap();
    let writers = world.db.writers();
    let mut tx = world.write(&writers, &world.a).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let lost = items::list(tx.tx()).await.unwrap_err();
    assert_eq!(lost.fault(), Fault::Weather, "{lost:?}");
}

#[tokio::test]
async fn no_connection_free_is_busy_and_in_time() {
    let world = World::with(|c| {
        c.read_connections = 2;
        c.write_connections = 2;
        c.acquire_timeout = Duration::from_secs(1);
    })
    .await;
    let writers = world.db.writers();
    let held = [world.tx(&world.a).await, world.tx(&world.a).await];
    let written = [
        writers.tenant(world.a.ctx()).await.unwrap(),
        writers.tenant(world.a.ctx()).await.unwrap(),
    ];
    let began = Instant::now();
    assert!(matches!(
        world.db.tenant(world.b.ctx()).await,
        Err(DbError::Busy)
    ));
    assert!(matches!(
        WriteTx::begin(&writers, world.b.ctx(), Utc::now()).await,
        Err(DbError::Busy)
    ));
    assert!(
        began.elapsed() < Duration::from_secs(60),
        "{:?}",
        began.elapsed()
    );
    // Dropped without an end: their connections are closed, their places are free.
    drop(held);
    drop(written);
    for _ in 0..4 {
        drop(world.tx(&world.b).await);
        drop(world.write(&writers, &world.b).await);
    }
}

#[tokio::test]
async fn failures_do_not_use_up_the_writers() {
    let world = World::with(|c| {
        c.write_connections = 2;
        c.acquire_timeout = Duration::from_secs(5);
    })
    .await;
    let writers = world.db.writers();
    for n in 0..40 {
        let mut tx = writers.tenant(world.a.ctx()).await.unwrap();
        let refusal = orders::place(
            &mut tx,
            Utc::now(),
            &[rows::pieces(&world.a, &format!("f{n}"), 5_000)],
        )
        .await
        .unwrap_err();
        assert!(refusal.is_constraint("item_totals_stock"));
        match n % 3 {
            0 => tx.rollback().await.unwrap(),
            1 => drop(tx),
            _ => drop(tx.commit().await.unwrap_err()),
        }
    }
    let mut behind = world.behind().await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let open: i64 = sqlx::query_scalar("select count(*) from pg_stat_activity where datname = current_database() and application_name = 'sadu'")
        .fetch_one(&mut behind)
        .await
        .unwrap();
    assert!(open <= 10 + 2, "{open} sessions");
}

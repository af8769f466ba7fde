//! T18–T20, T24: connections that are handed on, after errors, cancellations and time-outs, and plans that are kept.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use chrono::Utc;
use futures::StreamExt;
use sadu_db::{DbError, TenantTx, WriteTx, inbox_events, items, orders, tenants, users};
use sadu_domain::access::Role;
use sadu_domain::event::EventKind;
use sadu_domain::ids::{EventSubject, UserId};
use sqlx::{AssertSqlSafe, Executor, PgConnection};

use crate::support::attack::Attack;
use crate::support::{Door, Seeded, World, counters, scale};

/// A future that is dropped when it was not ready after so many polls, or so many microseconds.
struct Impatient<F> {
    inner: Pin<Box<F>>,
    polls: u32,
}

impl<F: Future> Future for Impatient<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == 0 {
            return Poll::Ready(None);
        }
        self.polls -= 1;
        match self.inner.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if self.polls == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// Gives up at a random point: half by polls, half by the clock.
async fn impatient<F: Future>(future: F) -> Option<F::Output> {
    if rand::random() {
        let polls = rand::random_range(1..14);
        Impatient {
            inner: Box::pin(future),
            polls,
        }
        .await
    } else {
        let patience = Duration::from_micros(rand::random_range(0..3_000));
        tokio::time::timeout(patience, future).await.ok()
    }
}

/// A transaction of this tenant shows its rows alone.
async fn only(tx: &mut TenantTx, of: &Seeded) {
    let tenant = tenants::load(tx).await.unwrap();
    assert_eq!(tenant.id, of.tenant);
    let seen = items::list(tx).await.unwrap();
    assert_eq!(seen.len(), 2);
    assert!(seen.iter().all(|i| [of.fund, of.product].contains(&i.id)));
    let seen = orders::list(tx, orders::OrderView::All, None, 1_000)
        .await
        .unwrap();
    assert!(seen.len() >= 3);
    assert!(
        seen.iter()
            .all(|o| o.note.as_deref() == Some(of.marker.as_str()))
    );
}

/// No session of this database sits in a transaction.
async fn quiet(behind: &mut PgConnection) {
    for _ in 0..100 {
        let busy: i64 = sqlx::query_scalar(
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'",
        )
        .fetch_one(&mut *behind)
        .await
        .unwrap();
        if busy == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("a session stayed in its transaction");
}

#[tokio::test]
async fn t18_an_error_leaves_nothing_for_the_next_borrower() {
    an_error_leaves_nothing_for_the_next_borrower(Door::Direct).await;
}

pub(super) async fn an_error_leaves_nothing_for_the_next_borrower(door: Door) {
    counters::watch();
    let world = World::at(door, |c| {
        c.read_connections = 1;
        c.write_connections = 1;
    })
    .await;
    let writers = world.db.writers();
    for round in 0..scale(400) {
        let mut tx = if round % 2 == 0 {
            world.tx(&world.a).await
        } else {
            writers.tenant(world.a.ctx()).await.unwrap()
        };
        let twice =
            users::invite(&mut tx, UserId::new(), "m@example.com", "Twin", Role::Staff).await;
        assert!(
            twice
                .unwrap_err()
                .is_constraint("users_tenant_id_email_key")
        );
        match round % 3 {
            0 => tx.rollback().await.unwrap(),
            1 => drop(tx),
            // The error was swallowed: the commit must say so, whatever Postgres answers.
            _ => assert!(matches!(tx.commit().await, Err(DbError::Other(_)))),
        }
        only(&mut world.tx(&world.b).await, &world.b).await;
        only(&mut writers.tenant(world.b.ctx()).await.unwrap(), &world.b).await;
    }
    assert_eq!(counters::count("pool_dirty_total"), 0);
    quiet(&mut world.behind().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t19_begin_cancelled_at_random_points() {
    begin_cancelled_at_random_points(Door::Direct).await;
}

pub(super) async fn begin_cancelled_at_random_points(door: Door) {
    counters::watch();
    for size in 1..=4 {
        let world = World::at(door, |c| {
            c.read_connections = size;
        })
        .await;
        let world = &world;
        let finished = std::sync::atomic::AtomicUsize::new(0);
        let rounds = scale(2_000) / 4;
        futures::stream::iter(0..rounds)
            .for_each_concurrent(size as usize + 1, |round| {
                let finished = &finished;
                async move {
                    let (mine, other) = if round % 2 == 0 {
                        (&world.a, &world.b)
                    } else {
                        (&world.b, &world.a)
                    };
                    if let Some(tx) = impatient(world.db.tenant(mine.ctx())).await {
                        drop(tx.unwrap());
                        finished.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    }
                    let mut tx = world.tx(other).await;
                    only(&mut tx, other).await;
                    tx.commit().await.unwrap();
                }
            })
            .await;
        let finished = finished.into_inner();
        assert!(finished < rounds, "nothing was cancelled");
        quiet(&mut world.behind().await).await;
        // No permit was lost: the whole pool can still be borrowed at once.
        let mut all = Vec::new();
        for _ in 0..size {
            all.push(world.tx(&world.b).await);
        }
        for tx in all {
            tx.rollback().await.unwrap();
        }
        world.db.close().await;
    }
    assert_eq!(counters::count("pool_dirty_total"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t20_reads_cancelled_at_random_points() {
    reads_cancelled_at_random_points(Door::Direct).await;
}

pub(super) async fn reads_cancelled_at_random_points(door: Door) {
    counters::watch();
    let world = World::at(door, |c| {
        c.read_connections = 3;
    })
    .await;
    let world = &world;
    futures::stream::iter(0..scale(2_000))
        .for_each_concurrent(4, |round| async move {
            let (mine, other) = if round % 2 == 0 {
                (&world.a, &world.b)
            } else {
                (&world.b, &world.a)
            };
            let _ = impatient(async {
                let mut tx = world.tx(mine).await;
                loop {
                    only(&mut tx, mine).await;
                }
            })
            .await;
            let mut tx = world.tx(other).await;
            only(&mut tx, other).await;
            tx.commit().await.unwrap();
        })
        .await;
    quiet(&mut world.behind().await).await;
    assert_eq!(counters::count("pool_dirty_total"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t20_writes_cancelled_at_random_points() {
    writes_cancelled_at_random_points(Door::Direct).await;
}

pub(super) async fn writes_cancelled_at_random_points(door: Door) {
    let world = World::at(door, |c| {
        c.write_connections = 2;
    })
    .await;
    let writers = &world.db.writers();
    let world = &world;
    let done = &std::sync::atomic::AtomicI64::new(0);
    let rounds = scale(2_000);
    futures::stream::iter(0..rounds)
        .for_each_concurrent(3, |round| async move {
            let mine = if round % 2 == 0 { &world.a } else { &world.b };
            let work = async {
                let mut tx = WriteTx::begin(writers, mine.ctx(), Utc::now()).await?;
                only(tx.tx(), mine).await;
                tx.emit(
                    EventKind::SubjectClaimed,
                    EventSubject::Order(mine.orders[0]),
                    &mine.marker,
                )?;
                tx.emit(
                    EventKind::SubjectResolved,
                    EventSubject::Order(mine.orders[0]),
                    &mine.marker,
                )?;
                tx.commit().await
            };
            match impatient(work).await {
                Some(Ok(_)) => drop(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed)),
                // A cancelled neighbour's session may hold the tenant's row until the server notices.
                Some(Err(DbError::Busy)) | None => {}
                Some(Err(e)) => panic!("{e:?}"),
            }
        })
        .await;
    let done = done.load(std::sync::atomic::Ordering::Relaxed);
    assert!((done as usize) < rounds, "nothing was cancelled");
    let mut behind = world.behind().await;
    quiet(&mut behind).await;
    for of in [&world.a, &world.b] {
        let mut tx = world.tx(of).await;
        let stretch = inbox_events::after(&mut tx, 0, 100_000).await.unwrap();
        assert!(!stretch.gone, "the stream has a gap");
        assert_eq!(stretch.events.last().unwrap().seq, stretch.head);
        let all: Vec<_> = stretch
            .events
            .iter()
            .filter(|e| e.data.get().contains("marker"))
            .collect();
        assert!(
            all.iter().all(|e| e.data.get().contains(&of.marker)),
            "an event of another tenant"
        );
        tx.commit().await.unwrap();
    }
    // No permit was lost: both connections can still be borrowed at once.
    let (one, two) = (
        writers.tenant(world.a.ctx()).await,
        writers.tenant(world.b.ctx()).await,
    );
    one.unwrap().rollback().await.unwrap();
    two.unwrap().rollback().await.unwrap();
}

#[tokio::test]
async fn t24_a_generic_plan_follows_the_tenant() {
    let world = World::with(|c| c.write_connections = 1).await;
    often_and_in_turns(&world).await;
    // Without the product's own `tenant_id = $1`: the policy alone.
    for mode in ["auto", "force_generic_plan"] {
        let seen = prepared(&world, mode).await;
        for (n, (tenant, slug)) in seen.iter().enumerate() {
            let of = if n % 24 < 12 { &world.a } else { &world.b };
            assert_eq!(tenant, &of.tenant.to_string(), "{mode} {n}");
            assert!(of.marker.ends_with(slug), "{mode} {n}");
        }
    }
    // The probe can see: with an IMMUTABLE helper the kept plan keeps the first tenant.
    let mut behind = world.behind().await;
    behind
        .execute("alter function app.tenant() immutable")
        .await
        .unwrap();
    let seen = prepared(&world, "force_generic_plan").await;
    assert!(
        seen.iter()
            .skip(12)
            .any(|(tenant, _)| *tenant == world.a.tenant.to_string()),
        "the test would not notice a plan that keeps its tenant"
    );
}

/// The same statements on one connection, more often than a plan stays a custom one.
pub(super) async fn often_and_in_turns(world: &World) {
    let writers = world.db.writers();
    for _ in 0..15 {
        for of in [&world.a, &world.b] {
            let mut tx = writers.tenant(of.ctx()).await.unwrap();
            only(&mut tx, of).await;
            tx.commit().await.unwrap();
        }
    }
}

/// One prepared statement on one connection: twelve times as A, twelve times as B, twelve times as A again.
async fn prepared(world: &World, mode: &str) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    attack
        .conn
        .execute(sqlx::raw_sql(AssertSqlSafe(format!(
            "set plan_cache_mode = {mode}"
        ))))
        .await
        .unwrap();
    attack
        .conn
        .execute("prepare p as select id::text, slug from app.tenants")
        .await
        .unwrap();
    for of in [&world.a, &world.b, &world.a] {
        for _ in 0..12 {
            attack.conn.execute("commit; begin").await.unwrap();
            let enter = format!(
                "select set_config('role', 'sadu_tenant', true), set_config('app.current_tenant', '{}', true)",
                of.tenant
            );
            attack
                .conn
                .execute(sqlx::raw_sql(AssertSqlSafe(enter)))
                .await
                .unwrap();
            let row = sqlx::raw_sql("execute p")
                .fetch_one(&mut attack.conn)
                .await
                .unwrap();
            seen.push((sqlx::Row::get(&row, 0), sqlx::Row::get(&row, 1)));
        }
    }
    seen
}

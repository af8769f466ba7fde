//! The event stream: what a reader finds after a number, and what pruning leaves.

use chrono::{TimeDelta, Utc};
use sadu_db::inbox_events::{self, RETENTION_DAYS, Stretch};
use sadu_db::{WriteTx, WriterSet};
use sadu_domain::event::EventKind;
use sadu_domain::ids::EventSubject;
use sqlx::{AssertSqlSafe, Executor};

use crate::support::World;

async fn emit(world: &World, writers: &WriterSet, days_ago: i64) {
    let at = Utc::now() - TimeDelta::days(days_ago);
    let mut tx = WriteTx::begin(writers, world.a.ctx(), at).await.unwrap();
    tx.emit(
        EventKind::SubjectClaimed,
        EventSubject::Order(world.a.orders[0]),
        &days_ago,
    )
    .unwrap();
    tx.commit().await.unwrap();
}

async fn after(world: &World, seq: i64, limit: i64) -> Stretch {
    let mut tx = world.tx(&world.a).await;
    let stretch = inbox_events::after(&mut tx, seq, limit).await.unwrap();
    tx.commit().await.unwrap();
    stretch
}

async fn prune(world: &World) -> u64 {
    let mut tx = world.tx(&world.a).await;
    let done = inbox_events::prune(&mut tx, Utc::now()).await.unwrap();
    tx.commit().await.unwrap();
    done
}

fn seqs(stretch: &Stretch) -> Vec<i64> {
    stretch.events.iter().map(|e| e.seq).collect()
}

#[tokio::test]
async fn a_reader_gets_all_after_its_number_in_order() {
    // The seed leaves four events.
    let world = World::new().await;
    let all = after(&world, 0, 100).await;
    assert_eq!(
        (seqs(&all), all.head, all.gone),
        (vec![1, 2, 3, 4], 4, false)
    );
    let some = after(&world, 1, 2).await;
    assert_eq!((seqs(&some), some.head, some.gone), (vec![2, 3], 4, false));
    for at_or_past_the_end in [4, 5, i64::MAX] {
        let none = after(&world, at_or_past_the_end, 100).await;
        assert_eq!((seqs(&none), none.head, none.gone), (vec![], 4, false));
    }
}

#[tokio::test]
async fn pruning_forgets_the_oldest_and_says_so() {
    let world = World::new().await;
    let writers = world.db.writers();
    assert_eq!(prune(&world).await, 0, "all of it is young");
    let mut behind = world.behind().await;
    behind
        .execute("update app.inbox_events set at = at - interval '31 days' where seq < 3")
        .await
        .unwrap();
    assert_eq!(prune(&world).await, 2);
    let gone = after(&world, 0, 100).await;
    assert!(gone.gone);
    assert!(after(&world, 1, 100).await.gone, "2 is missing");
    let kept = after(&world, 2, 100).await;
    assert_eq!((seqs(&kept), kept.gone), (vec![3, 4], false));
    // Of another tenant nothing was pruned.
    let others: i64 = sqlx::query_scalar(AssertSqlSafe(format!(
        "select count(*) from app.inbox_events where tenant_id = '{}'",
        world.b.tenant
    )))
    .fetch_one(&mut behind)
    .await
    .unwrap();
    assert_eq!(others, 4);
    // All of it old: the stream is empty, its head stands, and whoever is behind must reload.
    behind
        .execute("update app.inbox_events set at = at - interval '31 days'")
        .await
        .unwrap();
    assert_eq!(prune(&world).await, 2);
    let empty = after(&world, 2, 100).await;
    assert_eq!((seqs(&empty), empty.head, empty.gone), (vec![], 4, true));
    assert!(!after(&world, 4, 100).await.gone);
    emit(&world, &writers, 0).await;
    assert_eq!(seqs(&after(&world, 4, 100).await), [5]);
}

#[tokio::test]
async fn clocks_that_differ_make_no_hole() {
    let world = World::new().await;
    let writers = world.db.writers();
    // Two processes whose clocks differ: a younger number with an older time.
    for days_ago in [
        RETENTION_DAYS + 2,
        RETENTION_DAYS - 1,
        RETENTION_DAYS + 1,
        0,
    ] {
        emit(&world, &writers, days_ago).await;
    }
    let mut behind = world.behind().await;
    behind
        .execute("update app.inbox_events set at = at - interval '60 days' where seq <= 4")
        .await
        .unwrap();
    // 5 is old, 6 young, 7 old again: only what lies before 6 may go.
    assert_eq!(prune(&world).await, 5);
    let kept = after(&world, 5, 100).await;
    assert_eq!((seqs(&kept), kept.gone), (vec![6, 7, 8], false));
}

#[tokio::test]
async fn a_hole_anywhere_means_reload() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    behind
        .execute(sqlx::raw_sql(AssertSqlSafe(format!(
            "delete from app.inbox_events where seq = 3 and tenant_id = '{}'",
            world.a.tenant
        ))))
        .await
        .unwrap();
    assert!(after(&world, 0, 100).await.gone);
    assert!(after(&world, 1, 100).await.gone);
    assert!(after(&world, 2, 100).await.gone);
    assert!(!after(&world, 3, 100).await.gone);
}

//! [`WriteTx`]: rows, totals, events, jobs and audit entries commit together, or none does.

use chrono::Utc;
use sadu_db::{
    DbError, Fault, Job, TotalsDelta, WriteTx, WriterSet, inbox_events, items, orders, tenants,
    users,
};
use sadu_domain::access::Role;
use sadu_domain::event::EventKind;
use sadu_domain::ids::{EventSubject, ItemId, UserId};
use sqlx::{AssertSqlSafe, Executor};

use crate::support::{World, rows};

/// A transaction with something of everything.
async fn everything(world: &World, writers: &WriterSet) -> WriteTx {
    let mut tx = world.write(writers, &world.a).await;
    users::invite(
        tx.tx(),
        UserId::new(),
        "new@example.com",
        "New",
        Role::Staff,
    )
    .await
    .unwrap();
    tx.add(
        world.a.fund,
        TotalsDelta {
            raised: 7,
            donors: 1,
            ..TotalsDelta::default()
        },
    );
    tx.add(
        world.a.fund,
        TotalsDelta {
            raised: 3,
            ..TotalsDelta::default()
        },
    );
    tx.emit(
        EventKind::ItemFunded,
        EventSubject::Item(world.a.fund),
        &"funded",
    )
    .unwrap();
    tx.emit(
        EventKind::ItemPublished,
        EventSubject::Item(world.a.product),
        &"published",
    )
    .unwrap();
    tx.enqueue(Job {
        kind: "tell",
        payload: serde_json::json!({ "n": 1 }),
    });
    tx.audit(rows::audit("everything"));
    tx.config_changed();
    tx
}

#[tokio::test]
async fn a_commit_tells_what_stands() {
    let world = World::new().await;
    let writers = world.db.writers();
    let tx = everything(&world, &writers).await;
    let (next, now) = (tx.next_seq(), tx.now());
    let others = world.snapshot(&world.b).await;
    let committed = tx.commit().await.unwrap();
    // Two events were waiting, so the next number is the third.
    assert_eq!(committed.seq, next - 1);
    assert!(committed.config_changed);
    let mut tx = world.tx(&world.a).await;
    let stretch = inbox_events::after(&mut tx, next - 3, 10).await.unwrap();
    assert_eq!(stretch.head, committed.seq);
    let told: Vec<_> = committed
        .events
        .iter()
        .map(|e| (e.seq, e.kind, e.subject, e.data.get().to_owned()))
        .collect();
    let stored: Vec<_> = stretch
        .events
        .iter()
        .map(|e| (e.seq, e.kind, e.subject, e.data.get().to_owned()))
        .collect();
    assert_eq!(told, stored);
    assert_eq!(told.len(), 2);
    assert!((stretch.events[0].at - now).abs() < chrono::TimeDelta::milliseconds(1));
    let totals = items::totals_since(&mut tx, -1).await.unwrap();
    assert_eq!(committed.totals, [(world.a.fund, totals[&world.a.fund])]);
    assert_eq!(totals[&world.a.fund].raised.get(), rows::GIFT + 10);
    assert_eq!(totals[&world.a.fund].version, committed.seq);
    assert_eq!(tenants::load(&mut tx).await.unwrap().version, 1);
    tx.commit().await.unwrap();
    let mut behind = world.behind().await;
    let jobs: i64 = sqlx::query_scalar(
        "select count(*) from app.outbox where kind = 'tell' and payload = '{\"n\": 1}'",
    )
    .fetch_one(&mut behind)
    .await
    .unwrap();
    assert_eq!(jobs, 1);
    assert_eq!(world.snapshot(&world.b).await, others);
}

#[tokio::test]
async fn nothing_to_tell_takes_no_number() {
    let world = World::new().await;
    let writers = world.db.writers();
    let tx = world.write(&writers, &world.a).await;
    let next = tx.next_seq();
    let committed = tx.commit().await.unwrap();
    assert_eq!(committed.seq, next - 1);
    assert!(
        committed.events.is_empty() && committed.totals.is_empty() && !committed.config_changed
    );
}

#[tokio::test]
async fn dropped_or_rolled_back_leaves_nothing() {
    let world = World::new().await;
    let writers = world.db.writers();
    let before = world.snapshot(&world.a).await;
    everything(&world, &writers).await.rollback().await;
    drop(everything(&world, &writers).await);
    assert_eq!(world.snapshot(&world.a).await, before);
}

#[tokio::test]
async fn when_one_part_fails_none_stays() {
    let world = World::with(|c| c.write_connections = 1).await;
    let writers = world.db.writers();
    let mut behind = world.behind().await;
    let head = world.write(&writers, &world.a).await.next_seq() - 1;
    let sql = format!(
        "alter table app.outbox add constraint outbox_bad check (kind <> 'bad');
         insert into app.inbox_events values ('{}', {}, 'item.funded', now(), 'item', gen_random_uuid(), '1')",
        world.a.tenant,
        head + 3
    );
    behind
        .execute(sqlx::raw_sql(AssertSqlSafe(sql)))
        .await
        .unwrap();
    let before = world.snapshot(&world.a).await;

    let mut failed = Vec::new();
    // An item without totals.
    let mut tx = everything(&world, &writers).await;
    tx.add(
        ItemId::new(),
        TotalsDelta {
            raised: 1,
            ..TotalsDelta::default()
        },
    );
    failed.push(tx.commit().await.unwrap_err());
    assert!(matches!(failed[0], DbError::NotFound), "{failed:?}");
    // More pieces than there are.
    let mut tx = everything(&world, &writers).await;
    tx.add(
        world.a.product,
        TotalsDelta {
            reserved: 1_001,
            ..TotalsDelta::default()
        },
    );
    failed.push(tx.commit().await.unwrap_err());
    assert!(failed[1].is_constraint("item_totals_stock"), "{failed:?}");
    // A number that is taken: the third event's.
    let mut tx = everything(&world, &writers).await;
    tx.emit(EventKind::ItemFunded, EventSubject::Item(world.a.fund), &1)
        .unwrap();
    failed.push(tx.commit().await.unwrap_err());
    assert!(failed[2].is_constraint("inbox_events_pkey"), "{failed:?}");
    // A job that is refused.
    let mut tx = everything(&world, &writers).await;
    tx.enqueue(Job {
        kind: "bad",
        payload: serde_json::json!({}),
    });
    failed.push(tx.commit().await.unwrap_err());
    assert!(failed[3].is_constraint("outbox_bad"), "{failed:?}");
    // An entry that names no actor.
    let mut tx = everything(&world, &writers).await;
    let mut entry = rows::audit("nobody");
    entry.actor.id = String::new();
    tx.audit(entry);
    failed.push(tx.commit().await.unwrap_err());
    assert_eq!(failed[4].fault(), Fault::Defect, "{failed:?}");
    assert_eq!(world.snapshot(&world.a).await, before);

    // The writers' one place is free again, and the next one works.
    everything(&world, &writers).await.commit().await.unwrap();
    assert_ne!(world.snapshot(&world.a).await, before);
}

#[tokio::test]
async fn a_refused_commit_keeps_its_connection() {
    let world = World::with(|c| c.write_connections = 1).await;
    let writers = world.db.writers();
    let mut behind = world.behind().await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let mut tx = world.write(&writers, &world.a).await;
        let pids: Vec<i32> = sqlx::query_scalar(
            "select pid from pg_stat_activity where datname = current_database() and state = 'idle in transaction' and query like '%tenant_counters%'",
        )
        .fetch_all(&mut behind)
        .await
        .unwrap();
        seen.push(pids);
        tx.add(ItemId::new(), TotalsDelta::default());
        tx.commit().await.unwrap_err();
    }
    assert_eq!(seen[0].len(), 1, "{seen:?}");
    assert!(seen.iter().all(|p| *p == seen[0]), "{seen:?}");
}

#[tokio::test]
async fn a_swallowed_error_fails_the_commit() {
    let world = World::new().await;
    let writers = world.db.writers();
    let before = world.snapshot(&world.a).await;
    // With nothing further to write, Postgres would answer this COMMIT with a ROLLBACK and no error.
    let mut tx = world.write(&writers, &world.a).await;
    let twin = users::invite(tx.tx(), UserId::new(), "m@example.com", "Twin", Role::Staff).await;
    assert!(twin.unwrap_err().is_constraint("users_tenant_id_email_key"));
    let error = tx.commit().await.unwrap_err();
    assert_eq!(error.fault(), Fault::Defect, "{error:?}");
    let mut tx = everything(&world, &writers).await;
    users::invite(tx.tx(), UserId::new(), "m@example.com", "Twin", Role::Staff)
        .await
        .unwrap_err();
    tx.commit().await.unwrap_err();
    assert_eq!(world.snapshot(&world.a).await, before);
}

#[tokio::test]
async fn a_batch_inside_another_write_is_noticed() {
    let world = World::new().await;
    let writers = world.db.writers();
    let before = world.snapshot(&world.a).await;
    // The batch takes numbers by itself; a commit that set the counter back would stop the tenant for good.
    let mut tx = world.write(&writers, &world.a).await;
    let now = tx.now();
    orders::place(tx.tx(), now, &[rows::order(&world.a, "inside")])
        .await
        .unwrap();
    tx.config_changed();
    let error = tx.commit().await.unwrap_err();
    assert!(matches!(error, DbError::Corrupt(_)), "{error:?}");
    assert_eq!(world.snapshot(&world.a).await, before);
    everything(&world, &writers).await.commit().await.unwrap();
}

#[tokio::test]
async fn the_second_writer_waits_and_then_is_told_busy() {
    let world = World::new().await;
    let writers = world.db.writers();
    let held = world.write(&writers, &world.a).await;
    // Another tenant is not held up: it would be told busy as well.
    let other = world.write(&writers, &world.b).await;
    other.commit().await.unwrap();
    let busy = WriteTx::begin(&writers, world.a.ctx(), Utc::now())
        .await
        .unwrap_err();
    assert!(matches!(busy, DbError::Busy), "{busy:?}");
    held.commit().await.unwrap();
    world
        .write(&writers, &world.a)
        .await
        .commit()
        .await
        .unwrap();
}

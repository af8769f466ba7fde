//! `place_orders`: batches, replays, races and refusals.

use std::collections::{HashMap, HashSet};

use chrono::Utc;
use futures::StreamExt;
use sadu_db::orders::{self, OrderRow, Placed, Touch};
use sadu_db::{DbError, TotalsDelta, WriteTx, WriterSet, idempotency, inbox_events, items};
use sadu_domain::event::EventKind;
use sadu_domain::ids::{EventSubject, ItemId};
use sadu_domain::money::Fils;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use crate::support::{Seeded, World, rows, scale};

async fn place(writers: &WriterSet, of: &Seeded, batch: &[OrderRow]) -> Result<Placed, DbError> {
    let mut tx = writers.tenant(of.ctx()).await?;
    match orders::place(&mut tx, Utc::now(), batch).await {
        Ok(placed) => tx.commit().await.map(|()| placed),
        Err(error) => {
            tx.rollback().await?;
            Err(error)
        }
    }
}

async fn head(world: &World, of: &Seeded) -> i64 {
    let mut tx = world.tx(of).await;
    let (head, _) = inbox_events::head(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    head
}

async fn totals(world: &World, of: &Seeded, item: ItemId) -> sadu_domain::catalog::ItemTotals {
    let mut tx = world.tx(of).await;
    let all = items::totals_since(&mut tx, -1).await.unwrap();
    tx.commit().await.unwrap();
    all[&item]
}

async fn count(behind: &mut PgConnection, of: &Seeded, what: &str) -> i64 {
    let sql = format!(
        "select count(*) from app.{what} and tenant_id = '{}'",
        of.tenant
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(behind)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_batch_of_256_is_numbered_in_its_order() {
    let world = World::new().await;
    let writers = world.db.writers();
    let before = head(&world, &world.a).await;
    let awaiting = totals(&world, &world.a, world.a.fund)
        .await
        .awaiting_transfer;
    let batch: Vec<OrderRow> = (0..256)
        .map(|n| rows::order(&world.a, &format!("k{n}")))
        .collect();
    let placed = place(&writers, &world.a, &batch).await.unwrap();
    assert_eq!(placed.base, before);
    assert_eq!(placed.fresh, batch.iter().map(|r| r.id.as_uuid()).collect());
    assert_eq!(placed.totals.len(), 1);
    let now = totals(&world, &world.a, world.a.fund).await;
    assert_eq!(placed.totals[0], (world.a.fund, now));
    assert_eq!(
        now.awaiting_transfer.get(),
        awaiting.get() + 256 * rows::GIFT
    );
    assert_eq!(now.version, before + 256);

    let mut tx = world.tx(&world.a).await;
    let stretch = inbox_events::after(&mut tx, before, 1_000).await.unwrap();
    assert!(!stretch.gone);
    assert_eq!(stretch.head, before + 256);
    assert_eq!(stretch.events.len(), 256);
    for (n, (event, row)) in stretch.events.iter().zip(&batch).enumerate() {
        assert_eq!(event.seq, before + 1 + n as i64);
        assert_eq!(event.kind, EventKind::OrderPlaced);
        assert_eq!(event.subject, EventSubject::Order(row.id));
        let stored = orders::get(&mut tx, row.id).await.unwrap();
        assert_eq!(
            (stored.version, stored.total, stored.reference.as_str()),
            (event.seq, row.total, row.reference.as_str())
        );
        assert_eq!(stored.lines[0].amount, Fils::new(rows::GIFT));
    }
    tx.commit().await.unwrap();
    let mut behind = world.behind().await;
    assert_eq!(
        count(&mut behind, &world.a, "outbox where kind = 'order_placed'").await,
        256 + 3
    );
    assert_eq!(
        count(&mut behind, &world.a, "donors where true").await,
        256 + 3
    );
}

#[tokio::test]
async fn replays_take_no_number_and_leave_no_trace() {
    let world = World::new().await;
    let writers = world.db.writers();
    let first: Vec<OrderRow> = (0..6)
        .map(|n| rows::order(&world.a, &format!("k{n}")))
        .collect();
    place(&writers, &world.a, &first).await.unwrap();
    let base = head(&world, &world.a).await;
    let before = totals(&world, &world.a, world.a.fund).await;

    // Old and new keys by turns.
    let mixed: Vec<OrderRow> = (3..9)
        .rev()
        .map(|n| rows::order(&world.a, &format!("k{n}")))
        .collect();
    let placed = place(&writers, &world.a, &mixed).await.unwrap();
    assert_eq!(placed.base, base);
    let new: HashSet<Uuid> = mixed[..3].iter().map(|r| r.id.as_uuid()).collect();
    assert_eq!(placed.fresh, new);
    let now = totals(&world, &world.a, world.a.fund).await;
    assert_eq!(
        now.awaiting_transfer.get(),
        before.awaiting_transfer.get() + 3 * rows::GIFT
    );
    let mut tx = world.tx(&world.a).await;
    let events = inbox_events::after(&mut tx, base, 100)
        .await
        .unwrap()
        .events;
    let told: Vec<EventSubject> = events.iter().map(|e| e.subject).collect();
    assert_eq!(
        told,
        mixed[..3]
            .iter()
            .map(|r| EventSubject::Order(r.id))
            .collect::<Vec<_>>()
    );
    // The answer of the first call stands under the key, and another body under it is told apart.
    let mut key = rows::key("k4");
    let remembered = idempotency::find(&mut tx, &key).await.unwrap().unwrap();
    assert_eq!(remembered.op_id, first[4].id.as_uuid());
    assert_eq!(remembered.response, first[4].response);
    assert!(remembered.same_body);
    key.body_hash = [0; 32];
    assert!(
        !idempotency::find(&mut tx, &key)
            .await
            .unwrap()
            .unwrap()
            .same_body
    );
    // The key is its actor's and its route's.
    key.actor = "somebody".into();
    assert!(idempotency::find(&mut tx, &key).await.unwrap().is_none());
    tx.commit().await.unwrap();

    let snapshot = world.snapshot(&world.a).await;
    let again: Vec<OrderRow> = (0..9)
        .map(|n| rows::order(&world.a, &format!("k{n}")))
        .collect();
    let placed = place(&writers, &world.a, &again).await.unwrap();
    assert!(placed.fresh.is_empty() && placed.totals.is_empty());
    assert_eq!(placed.base, base + 3);
    assert_eq!(world.snapshot(&world.a).await, snapshot);
}

#[tokio::test]
async fn one_key_twice_in_a_batch_is_one_order() {
    let world = World::new().await;
    let writers = world.db.writers();
    let base = head(&world, &world.a).await;
    let batch = [
        rows::order(&world.a, "twin"),
        rows::order(&world.a, "twin"),
        rows::order(&world.a, "single"),
    ];
    let placed = place(&writers, &world.a, &batch).await.unwrap();
    assert_eq!(placed.fresh.len(), 2);
    assert!(placed.fresh.contains(&batch[0].id.as_uuid()));
    assert_eq!(head(&world, &world.a).await, base + 2);
}

#[tokio::test]
async fn keys_of_two_tenants_do_not_meet() {
    let world = World::new().await;
    let writers = world.db.writers();
    for of in [&world.a, &world.b] {
        let placed = place(&writers, of, &[rows::order(of, "same")])
            .await
            .unwrap();
        assert_eq!(placed.fresh.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_keys_from_two_processes_make_one_order_each() {
    const KEYS: usize = 400;
    let world = World::new().await;
    world.patient().await;
    let before = totals(&world, &world.a, world.a.fund).await;
    let base = head(&world, &world.a).await;
    let processes = [world.db.writers(), world.db.writers()];
    let requests = scale(7_680).max(2 * KEYS);
    // Each request is a key; batches as they would meet in a queue, the same keys on both sides.
    let batches: Vec<Vec<usize>> = (0..requests)
        .collect::<Vec<_>>()
        .chunks(16)
        .map(|c| {
            let folded: HashSet<usize> = c.iter().map(|n| (n / 2 + n % 7) % KEYS).collect();
            folded.into_iter().collect()
        })
        .collect();
    let (world_, processes_) = (&world, &processes);
    let answers: Vec<(Vec<OrderRow>, Placed)> =
        futures::stream::iter(batches.into_iter().enumerate())
            .map(|(n, keys)| async move {
                let batch: Vec<OrderRow> = keys
                    .iter()
                    .map(|k| rows::order(&world_.a, &format!("race-{k}")))
                    .collect();
                let placed = place(&processes_[n % 2], &world_.a, &batch).await.unwrap();
                (batch, placed)
            })
            .buffer_unordered(8)
            .collect()
            .await;
    let mut of_key: HashMap<String, Uuid> = HashMap::new();
    for (batch, placed) in &answers {
        for row in batch
            .iter()
            .filter(|r| placed.fresh.contains(&r.id.as_uuid()))
        {
            let twin = of_key.insert(row.key.key.clone(), row.id.as_uuid());
            assert_eq!(twin, None, "two orders under {}", row.key.key);
        }
    }
    let made = of_key.len() as i64;
    assert!(made > 300, "{made}");
    let mut tx = world.tx(&world.a).await;
    for (key, id) in &of_key {
        let remembered = idempotency::find(&mut tx, &rows::key(key))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(remembered.op_id, *id);
    }
    let stretch = inbox_events::after(&mut tx, base, 100_000).await.unwrap();
    assert!(!stretch.gone, "the stream has a gap");
    assert_eq!(
        (stretch.events.len() as i64, stretch.head),
        (made, base + made)
    );
    let told: HashSet<Uuid> = stretch.events.iter().map(|e| e.subject.uuid()).collect();
    assert_eq!(told, of_key.values().copied().collect());
    tx.commit().await.unwrap();
    let now = totals(&world, &world.a, world.a.fund).await;
    assert_eq!(
        now.awaiting_transfer.get(),
        before.awaiting_transfer.get() + made * rows::GIFT
    );
    let mut behind = world.behind().await;
    let stored = count(&mut behind, &world.a, "orders where true").await;
    assert_eq!(stored, made + 3);
}

#[tokio::test]
async fn a_row_beyond_the_stock_refuses_and_leaves_nothing() {
    let world = World::new().await;
    let writers = world.db.writers();
    let before = world.snapshot(&world.a).await;
    let batch = [
        rows::order(&world.a, "good"),
        rows::pieces(&world.a, "much", 999),
        rows::pieces(&world.a, "more", 2),
    ];
    let refusal = place(&writers, &world.a, &batch).await.unwrap_err();
    assert!(refusal.is_constraint("item_totals_stock"), "{refusal:?}");
    assert_eq!(refusal.fault(), sadu_db::Fault::Row);
    assert_eq!(world.snapshot(&world.a).await, before);
    // One by one, the rows that fit go through.
    let mut fits = Vec::new();
    for row in batch {
        fits.push(place(&writers, &world.a, &[row]).await.is_ok());
    }
    assert_eq!(fits, [true, true, false]);
    assert_eq!(
        totals(&world, &world.a, world.a.product).await.reserved,
        999
    );
}

#[tokio::test]
async fn an_order_for_an_item_that_is_not_there_refuses() {
    let world = World::new().await;
    let writers = world.db.writers();
    let before = world.snapshot(&world.a).await;
    let others = world.snapshot(&world.b).await;
    for item in [ItemId::new(), world.b.fund] {
        let mut row = rows::order(&world.a, "lost");
        row.touches = vec![Touch {
            item,
            awaiting_transfer: rows::GIFT,
            pieces: 0,
        }];
        let batch = [rows::order(&world.a, "good"), row];
        let refusal = place(&writers, &world.a, &batch).await.unwrap_err();
        assert!(matches!(refusal, DbError::Refused(_)), "{refusal:?}");
        assert_eq!(refusal.fault(), sadu_db::Fault::Row);
    }
    assert_eq!(world.snapshot(&world.a).await, before);
    assert_eq!(world.snapshot(&world.b).await, others);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_writers_never_deadlock() {
    let world = World::new().await;
    world.patient().await;
    let (one, two) = (world.db.writers(), world.db.writers());
    let base = head(&world, &world.a).await;
    for n in 0..120 {
        let batch = || async {
            let rows = [
                rows::order(&world.a, &format!("d{n}")),
                rows::pieces(&world.a, &format!("e{n}"), 1),
            ];
            place(&one, &world.a, &rows).await
        };
        let admin = || async {
            let mut tx = WriteTx::begin(&two, world.a.ctx(), Utc::now()).await?;
            // The other order of items, the audit head, a counter besides.
            tx.add(
                world.a.product,
                TotalsDelta {
                    reserved: 1,
                    ..TotalsDelta::default()
                },
            );
            tx.add(
                world.a.fund,
                TotalsDelta {
                    awaiting_transfer: 1,
                    ..TotalsDelta::default()
                },
            );
            sadu_db::tenants::lease_references(tx.tx(), 10).await?;
            tx.emit(
                EventKind::SubjectClaimed,
                EventSubject::Item(world.a.fund),
                &n,
            )?;
            tx.audit(rows::audit("deadlock"));
            tx.config_changed();
            tx.commit().await
        };
        let (placed, committed) = tokio::join!(batch(), admin());
        placed.unwrap();
        committed.unwrap();
    }
    assert_eq!(head(&world, &world.a).await, base + 360);
    let mut tx = world.tx(&world.a).await;
    assert!(!inbox_events::after(&mut tx, 0, 10_000).await.unwrap().gone);
}

//! The ledger: money is posted once, adds up, and is never changed.

use chrono::Utc;
use sadu_db::payments::{self, Allocation, PaymentRow};
use sadu_db::{DbError, TotalsDelta, items, orders};
use sadu_domain::ids::{OrderId, PaymentId};
use sadu_domain::money::Fils;
use sadu_domain::order::{OrderStatus, PaymentMethod};
use secrecy::ExposeSecret;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::support::attack::Attack;
use crate::support::{Seeded, World, rows};

fn payment(
    of: &Seeded,
    order: OrderId,
    bank_reference: &str,
    amount: i64,
) -> (PaymentRow, Allocation) {
    let row = PaymentRow {
        id: PaymentId::new(),
        order,
        account: payments::TRANSFER_ACCOUNT.into(),
        provider_payment_id: bank_reference.into(),
        method: PaymentMethod::Transfer,
        amount: Fils::new(amount),
        received_on: Utc::now().date_naive(),
        posted_by: Some(of.user),
        version: 1,
    };
    let allocation = Allocation {
        line: 0,
        item: of.fund,
        amount: row.amount,
    };
    (row, allocation)
}

#[tokio::test]
async fn a_bank_reference_posts_once() {
    let world = World::new().await;
    let before = world.snapshot(&world.a).await;
    // BANK-1 was posted for the first order of each tenant.
    for order in [world.a.orders[0], world.a.orders[1]] {
        let (row, allocation) = payment(&world.a, order, "BANK-1", 10);
        let mut tx = world.tx(&world.a).await;
        let twice = payments::post(&mut tx, &row, &[allocation], Utc::now())
            .await
            .unwrap_err();
        assert!(twice.is_constraint("payments_once"), "{twice:?}");
        tx.rollback().await.unwrap();
    }
    assert_eq!(world.snapshot(&world.a).await, before);
    // The same number on another account is another payment.
    let (mut row, allocation) = payment(&world.a, world.a.orders[1], "BANK-1", 10);
    row.account = "acc-2".into();
    let mut tx = world.tx(&world.a).await;
    payments::post(&mut tx, &row, &[allocation], Utc::now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn allocations_sum_to_their_payment() {
    let world = World::new().await;
    let before = world.snapshot(&world.a).await;
    let (row, whole) = payment(&world.a, world.a.orders[1], "BANK-2", 100);
    let part = |line, amount| Allocation {
        line,
        amount: Fils::new(amount),
        ..whole
    };
    for wrong in [
        vec![],
        vec![part(0, 99)],
        vec![part(0, 60), part(1, 41)],
        vec![part(0, i64::MAX), part(1, i64::MAX)],
    ] {
        let mut tx = world.tx(&world.a).await;
        let refusal = payments::post(&mut tx, &row, &wrong, Utc::now())
            .await
            .unwrap_err();
        assert!(matches!(refusal, DbError::Corrupt(_)), "{refusal:?}");
        // Even if that is overlooked, nothing was begun.
        tx.commit().await.unwrap();
    }
    // Nor can a part be negative, so that the sum is right and its parts are not.
    let mut tx = world.tx(&world.a).await;
    let refusal = payments::post(&mut tx, &row, &[part(0, 101), part(1, -1)], Utc::now())
        .await
        .unwrap_err();
    assert!(
        refusal.is_constraint("allocations_amount_check"),
        "{refusal:?}"
    );
    tx.rollback().await.unwrap();
    assert_eq!(world.snapshot(&world.a).await, before);
    let mut tx = world.tx(&world.a).await;
    payments::post(&mut tx, &row, &[part(0, 60), part(1, 40)], Utc::now())
        .await
        .unwrap();
    let sums = payments::allocated(&mut tx, world.a.orders[1], 2)
        .await
        .unwrap();
    assert_eq!(sums, [Fils::new(60), Fils::new(40)]);
    assert_eq!(
        orders::get(&mut tx, world.a.orders[1]).await.unwrap().paid,
        Fils::new(100)
    );
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_figures_of_an_item_are_the_ledgers() {
    let world = World::new().await;
    let writers = world.db.writers();
    let mut expected = rows::GIFT;
    for n in 0..20 {
        let order = world.a.orders[1 + n % 2];
        let (mut row, allocation) = payment(&world.a, order, &format!("N-{n}"), 100 + n as i64);
        let mut tx = world.write(&writers, &world.a).await;
        row.version = tx.next_seq();
        let now = tx.now();
        payments::post(tx.tx(), &row, &[allocation], now)
            .await
            .unwrap();
        tx.add(
            world.a.fund,
            TotalsDelta {
                raised: row.amount.get(),
                donors: i64::from(n < 2),
                ..TotalsDelta::default()
            },
        );
        // One in four is given up at the last moment.
        if n % 4 == 3 {
            tx.rollback().await;
        } else {
            tx.commit().await.unwrap();
            expected += row.amount.get();
        }
    }
    let mut tx = world.tx(&world.a).await;
    let ledger = items::ledger_totals(&mut tx).await.unwrap();
    let shown = items::totals_since(&mut tx, -1).await.unwrap();
    assert_eq!(ledger[&world.a.fund], (Fils::new(expected), 3));
    assert_eq!(
        (shown[&world.a.fund].raised, shown[&world.a.fund].donors),
        ledger[&world.a.fund]
    );
    assert_eq!(
        payments::of_order(&mut tx, world.a.orders[0])
            .await
            .unwrap()
            .len(),
        1
    );
    tx.commit().await.unwrap();
}

/// The superuser, and the owner that the migrations run as.
async fn mighty(world: &World) -> [(&'static str, PgConnection); 2] {
    let mut owner = PgConnection::connect(world.database.url("sadu_migrator").expose_secret())
        .await
        .unwrap();
    owner.execute("set role sadu_owner").await.unwrap();
    [("superuser", world.behind().await), ("owner", owner)]
}

#[tokio::test]
async fn what_was_written_down_stays() {
    let world = World::new().await;
    let before = world.snapshot(&world.a).await;
    for (who, mut conn) in mighty(&world).await {
        for table in ["payments", "allocations", "audit_logs"] {
            for attempt in [
                format!("update app.{table} set tenant_id = tenant_id"),
                format!("delete from app.{table}"),
                format!("truncate app.{table} cascade"),
            ] {
                match conn
                    .execute(sqlx::raw_sql(AssertSqlSafe(attempt.clone())))
                    .await
                {
                    // Row security forced on the owner: it does not even see the rows.
                    Ok(done) => assert!(
                        who == "owner" && done.rows_affected() == 0,
                        "{who}: {attempt}"
                    ),
                    Err(e) => assert!(
                        e.to_string().contains("append-only"),
                        "{who}: {attempt}: {e}"
                    ),
                }
            }
        }
    }
    // With the owner let past the policies, the triggers still hold.
    let mut behind = world.behind().await;
    for table in ["payments", "allocations", "audit_logs"] {
        let sql = format!(
            "begin; alter table app.{table} no force row level security; set local role sadu_owner; delete from app.{table}"
        );
        let refused = behind
            .execute(sqlx::raw_sql(AssertSqlSafe(sql)))
            .await
            .unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
        behind.execute("rollback").await.unwrap();
    }
    assert_eq!(world.snapshot(&world.a).await, before);
}

#[tokio::test]
async fn what_an_order_promised_does_not_change() {
    let world = World::new().await;
    let changes = [
        "items = '[]'",
        "total = total + 1",
        "currency = 'USD'",
        "kind = 'order'",
        "reference = 'other' || reference",
        "donor_id = gen_random_uuid()",
        "id = gen_random_uuid()",
        "created_at = created_at - interval '1 day'",
    ];
    let before = world.snapshot(&world.a).await;
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    for change in changes {
        let refusal = attack
            .run(format!("update app.orders set {change}"))
            .await
            .unwrap_err();
        assert_eq!(refusal.code, "P0001", "{change}: {refusal:?}");
    }
    attack.commit().await;
    for (who, mut conn) in mighty(&world).await {
        for change in changes {
            match conn
                .execute(sqlx::raw_sql(AssertSqlSafe(format!(
                    "update app.orders set {change}"
                ))))
                .await
            {
                Ok(done) => assert!(
                    who == "owner" && done.rows_affected() == 0,
                    "{who}: {change}"
                ),
                Err(e) => assert!(
                    e.to_string().contains("does not change"),
                    "{who}: {change}: {e}"
                ),
            }
        }
    }
    assert_eq!(world.snapshot(&world.a).await, before);
    let mut tx = world.tx(&world.a).await;
    orders::set_status(&mut tx, world.a.orders[0], OrderStatus::Paid, 9, Utc::now())
        .await
        .unwrap();
    // Another tenant's order is not there.
    let foreign =
        orders::set_status(&mut tx, world.b.orders[0], OrderStatus::Paid, 9, Utc::now()).await;
    assert!(matches!(foreign, Err(DbError::NotFound)));
    assert!(matches!(
        orders::get(&mut tx, world.b.orders[0]).await,
        Err(DbError::NotFound)
    ));
    tx.commit().await.unwrap();
}

//! Changing keys: slices under the tenant's lock, what the database refuses, and every sealed column named where it must be.

use chrono::Utc;
use sadu_db::orders::{self, SealedDonor};
use sadu_db::rotation::{self, SEALED, SealedColumn};
use sadu_db::seal::{MasterKey, TenantKeys};
use sadu_db::{DbError, tenants};
use sadu_domain::ids::DonorId;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::support::{Seeded, World, master, rows, scale};

const PHONE: &str = "+96599912345";

/// The tenant's keys as they are now.
async fn keys(world: &World, of: &Seeded) -> TenantKeys {
    let mut tx = world.tx(of).await;
    let keys = tenants::keys(&mut tx, &master()).await.unwrap();
    tx.commit().await.unwrap();
    keys
}

/// Rows that were sealed by nobody, as the seed has them, go; orders with sealed donors come.
async fn donors(world: &World, of: &Seeded, count: usize) -> Vec<DonorId> {
    let keys = keys(world, of).await;
    let writers = world.db.writers();
    let mut ids = Vec::new();
    for _ in 0..count.div_ceil(256) {
        let batch: Vec<_> = (0..count.min(256))
            .map(|_| {
                let id = DonorId::new();
                let seal = |place, text| keys.seal(place, id.as_uuid(), text).unwrap();
                let mut row = rows::order(of, &Uuid::new_v4().to_string());
                row.donor = SealedDonor {
                    id,
                    name: seal("donors.name", "مريم"),
                    phone: seal("donors.phone", PHONE),
                    email: Some(seal("donors.email", "m@example.com")),
                    phone_hmac: keys.lookup(PHONE),
                };
                ids.push(id);
                row
            })
            .collect();
        let mut tx = writers.tenant(of.ctx()).await.unwrap();
        orders::place(&mut tx, Utc::now(), &batch).await.unwrap();
        tx.commit().await.unwrap();
    }
    ids
}

/// The seed's rows hold bytes that no key sealed.
async fn unseal_seed(world: &World, of: &Seeded) {
    let k = keys(world, of).await;
    let mut behind = world.behind().await;
    for SealedColumn {
        table,
        column,
        place,
        ..
    } in SEALED
    {
        let ids: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(format!(
            "select id from app.{table} where tenant_id = $1 and {column} is not null"
        )))
        .bind(of.tenant.as_uuid())
        .fetch_all(&mut behind)
        .await
        .unwrap();
        for id in ids {
            sqlx::query(AssertSqlSafe(format!(
                "update app.{table} set {column} = $3 where tenant_id = $1 and id = $2"
            )))
            .bind(of.tenant.as_uuid())
            .bind(id)
            .bind(k.seal(place, id, "seed").unwrap())
            .execute(&mut behind)
            .await
            .unwrap();
        }
    }
}

async fn add(world: &World, of: &Seeded) {
    let mut tx = world.tx(of).await;
    let keys = tenants::keys(&mut tx, &master()).await.unwrap();
    rotation::add(&mut tx, &master(), &keys).await.unwrap();
    tx.commit().await.unwrap();
    // Time passes: every process has heard of it.
    let mut behind = world.behind().await;
    sqlx::query("update app.tenant_keys set created_at = created_at - interval '1 minute' where tenant_id = $1")
        .bind(of.tenant.as_uuid())
        .execute(&mut behind)
        .await
        .unwrap();
}

/// One slice of a column; whether there was anything to do.
async fn slice(world: &World, of: &Seeded, column: SealedColumn) -> bool {
    let writers = world.db.writers();
    let mut tx = world.write(&writers, of).await;
    let keys = tenants::keys(tx.tx(), &master()).await.unwrap();
    let last = rotation::reseal(tx.tx(), &keys, column, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    last.is_some()
}

/// Donors found by their phone, as a look-up does it.
async fn found(world: &World, of: &Seeded) -> i64 {
    let codes: Vec<Vec<u8>> = keys(world, of)
        .await
        .lookups(PHONE)
        .iter()
        .map(|code| code.to_vec())
        .collect();
    let mut behind = world.behind().await;
    sqlx::query_scalar(
        "select count(*) from app.donors where tenant_id = $1 and phone_hmac = any ($2)",
    )
    .bind(of.tenant.as_uuid())
    .bind(codes)
    .fetch_one(&mut behind)
    .await
    .unwrap()
}

/// Every donor opens.
async fn all_open(world: &World, of: &Seeded, ids: &[DonorId]) {
    let keys = keys(world, of).await;
    let mut tx = world.tx(of).await;
    for id in ids {
        let donor = orders::donor(&mut tx, *id).await.unwrap();
        let open = |place, sealed| keys.open(place, id.as_uuid(), sealed).unwrap();
        assert_eq!(open("donors.name", &donor.name), "مريم");
        assert_eq!(open("donors.phone", &donor.phone), PHONE);
        assert_eq!(open("donors.email", &donor.email.unwrap()), "m@example.com");
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn every_sealed_column_is_changed_and_guarded() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    let mut there: Vec<(String, String)> = sqlx::query_as(
        "select c.relname::text, a.attname::text from pg_attribute a join pg_class c on c.oid = a.attrelid
          where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') and a.attname like '%\\_sealed' and not a.attisdropped",
    )
    .fetch_all(&mut behind)
    .await
    .unwrap();
    let mut named: Vec<(String, String)> = SEALED
        .iter()
        .map(|s| (s.table.to_owned(), s.column.to_owned()))
        .collect();
    there.sort();
    named.sort();
    assert_eq!(
        there, named,
        "name each sealed column in `rotation::SEALED`"
    );
    let guard: String = sqlx::query_scalar(
        "select prosrc from pg_proc where oid = 'app.tenant_key_in_use'::regproc",
    )
    .fetch_one(&mut behind)
    .await
    .unwrap();
    for (table, column) in there {
        let from = format!("from app.{table} ");
        let (_, rest) = guard.split_once(&from).expect(&from);
        let alias = rest.split(' ').next().unwrap();
        assert!(
            guard.contains(&format!("app.uses_key({alias}.{column}, old.id)")),
            "the trigger on app.tenant_keys looks at app.{table}.{column}"
        );
    }
}

#[tokio::test]
async fn a_change_may_stop_anywhere_and_everything_opens_all_the_while() {
    let world = World::new().await;
    unseal_seed(&world, &world.a).await;
    unseal_seed(&world, &world.b).await;
    let count = scale(6_000).max(300);
    let ids = donors(&world, &world.a, count).await;
    let of = &world.a;
    let other = world.snapshot(&world.b).await;
    let before = keys(&world, of).await;
    add(&world, of).await;
    let during = keys(&world, of).await;
    assert_eq!(during.ids().count(), 2);
    assert_eq!(found(&world, of).await, ids.len() as i64);

    let mut slices = 0;
    for column in SEALED {
        while slice(&world, of, column).await {
            slices += 1;
            // As after a crash here: a process that starts anew reads and finds everything.
            if slices % 3 == 1 {
                all_open(&world, of, &ids).await;
                assert_eq!(found(&world, of).await, ids.len() as i64);
            }
            // The key before is still in use, and stays.
            if SEALED[..4].contains(&column) {
                let mut tx = world.tx(of).await;
                let refused = rotation::drop_key(&mut tx, before.sealing_id()).await;
                assert!(matches!(refused, Err(DbError::Refused(_))), "{refused:?}");
                tx.rollback().await.unwrap();
            }
        }
    }
    assert!(slices >= 3 * ids.len().div_ceil(256));

    let mut tx = world.tx(of).await;
    let newest = rotation::drop_key(&mut tx, during.sealing_id()).await;
    assert!(
        matches!(newest, Err(DbError::Refused(_))),
        "the newest stays"
    );
    tx.rollback().await.unwrap();
    let mut tx = world.tx(of).await;
    rotation::drop_key(&mut tx, before.sealing_id())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let after = keys(&world, of).await;
    assert_eq!(after.ids().collect::<Vec<_>>(), [during.sealing_id()]);
    all_open(&world, of, &ids).await;
    assert_eq!(found(&world, of).await, ids.len() as i64);
    assert_eq!(after.reference_key(), before.reference_key());
    assert_eq!(after.sign("track"), before.sign("track"));
    assert_eq!(world.snapshot(&world.b).await, other, "B is untouched");

    // What a process sealed under the key that is gone would be lost: that is what the time of grace is for.
    let late = before.seal("donors.name", ids[0].as_uuid(), "x").unwrap();
    assert!(after.open("donors.name", ids[0].as_uuid(), &late).is_err());
}

#[tokio::test]
async fn one_value_that_does_not_open_stops_its_slice_whole() {
    let world = World::new().await;
    unseal_seed(&world, &world.a).await;
    let of = &world.a;
    let ids = donors(&world, of, 4).await;
    let mut behind = world.behind().await;
    sqlx::query("update app.donors set name_sealed = set_byte(name_sealed, 40, 255 - get_byte(name_sealed, 40)) where id = $1")
        .bind(ids[2].as_uuid())
        .execute(&mut behind)
        .await
        .unwrap();
    add(&world, of).await;
    let writers = world.db.writers();
    let mut tx = world.write(&writers, of).await;
    let keys = tenants::keys(tx.tx(), &master()).await.unwrap();
    let stopped = rotation::reseal(tx.tx(), &keys, SEALED[0], None).await;
    assert!(matches!(stopped, Err(DbError::Seal)), "{stopped:?}");
    tx.rollback().await;
    let mut tx = world.tx(of).await;
    let first = orders::donor(&mut tx, ids[0]).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!keys.is_current(&first.name));
}

#[tokio::test]
async fn a_new_master_key_takes_over_tenant_by_tenant() {
    let world = World::new().await;
    unseal_seed(&world, &world.a).await;
    let ids = donors(&world, &world.a, 3).await;
    let both = MasterKey::new(&[8; 32])
        .unwrap()
        .with_previous(&[7; 32])
        .unwrap();
    let new = MasterKey::new(&[8; 32]).unwrap();
    let writers = world.db.writers();
    let mut tx = world.write(&writers, &world.a).await;
    assert_eq!(rotation::rewrap(tx.tx(), &both).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let mut tx = world.tx(&world.a).await;
    assert_eq!(rotation::rewrap(&mut tx, &both).await.unwrap(), 0);
    let keys = tenants::keys(&mut tx, &new).await.unwrap();
    let donor = orders::donor(&mut tx, ids[0]).await.unwrap();
    assert_eq!(
        keys.open("donors.phone", ids[0].as_uuid(), &donor.phone)
            .unwrap(),
        PHONE
    );
    let old = tenants::keys(&mut tx, &master()).await;
    assert!(matches!(old, Err(DbError::Seal)));
    tx.commit().await.unwrap();
    // B has not had its turn: both keys read it, the new one alone does not.
    let mut tx = world.tx(&world.b).await;
    assert!(tenants::keys(&mut tx, &both).await.is_ok());
    assert!(tenants::keys(&mut tx, &new).await.is_err());
    let refused = rotation::rewrap(&mut tx, &new).await;
    assert!(matches!(refused, Err(DbError::Seal)));
    tx.commit().await.unwrap();
}

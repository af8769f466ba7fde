//! T77, in the database: a tenant with a row in every table is deleted. No table of any schema holds a word of it but its tombstone and
//! the platform's log, the neighbour is as before, byte for byte, and a run that is cut short anywhere ends the same.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use sadu_db::erasure::Tombstone;
use sadu_db::jobs::Kind;
use sadu_db::testing::{fingerprint, holding};
use sadu_db::{DbError, Eraser, Jobs, TlsPolicy, domains, tenants};
use sadu_domain::ids::TenantId;
use secrecy::ExposeSecret;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::support::{Seeded, World, attack, master, rows};

/// A few rows at a time, so that there is much to be cut short.
const SLICE: i64 = 2;
/// What may name a tenant that is gone, by its id, its slug and its hosts.
const REMEMBER: [&str; 2] = ["plat.platform_audit_logs", "plat.tenant_tombstones"];

/// Fills what the seed leaves empty, and takes some jobs into the library.
async fn fill(world: &World) {
    let mut behind = world.behind().await;
    behind
        .execute("insert into plat.platform_admins (id, email, name) values (gen_random_uuid(), 'ops@sadu.example', 'Ops')")
        .await
        .unwrap();
    for of in [&world.a, &world.b] {
        sqlx::query(
            "insert into plat.tenant_openings (admin_id, key, body_hash, tenant_id) select id, $2, sha256('x'), $1 from plat.platform_admins",
        )
        .bind(of.tenant.as_uuid())
        .bind(&of.marker)
        .execute(&mut behind)
        .await
        .unwrap();
    }
    let jobs = world.database.url("sadu_jobs");
    let jobs = Jobs::connect(jobs, TlsPolicy::AsGiven).await.unwrap();
    let kind = Kind {
        name: "order_paid",
        tries: 8,
    };
    assert_eq!(jobs.move_due(&[kind]).await.unwrap(), 2);
    jobs.close().await;
}

/// As the console closes a tenant and takes its archive.
async fn close(world: &World, of: &Seeded) {
    for act in ["close_tenant($1, 'x', $2)", "note_tenant_export($1, $2)"] {
        as_platform(world, act, of.tenant).await;
    }
}

async fn as_platform(world: &World, act: &str, tenant: TenantId) -> Option<String> {
    let url = world.database.url("sadu_platform");
    let mut conn = PgConnection::connect(url.expose_secret()).await.unwrap();
    sqlx::query_scalar(AssertSqlSafe(format!("select plat.{act}")))
        .bind(tenant.as_uuid())
        .bind(serde_json::json!({ "actor_id": "ops" }))
        .fetch_one(&mut conn)
        .await
        .unwrap()
}

async fn eraser(world: &World) -> Eraser {
    Eraser::connect(&world.database.url("sadu_migrator"))
        .await
        .unwrap()
}

/// Deletes, or goes on deleting; ends after so many transactions, as a process that is killed does.
async fn erase(world: &World, slug: &str, mut transactions: usize) -> Option<Tombstone> {
    let mut eraser = eraser(world).await;
    let tombstone = match eraser.tombstone(slug).await.unwrap() {
        Some(tombstone) => tombstone,
        None => {
            let found = eraser.find(slug).await.unwrap().unwrap();
            let due = found.standing.due(Utc::now() + TimeDelta::days(31));
            let begun = eraser.begin(slug, &found, due.unwrap(), 5).await.unwrap();
            transactions -= 1;
            begun
        }
    };
    if tombstone.deleted_at.is_some() {
        return Some(tombstone);
    }
    let tables = eraser.tables().await.unwrap();
    for table in tables.iter().filter(|table| !table.is_of_tenants()) {
        let mut more = true;
        while more {
            if transactions == 0 {
                return None;
            }
            more = eraser
                .slice(tombstone.tenant(), table, SLICE)
                .await
                .unwrap();
            // One that found nothing stands for no step of its own.
            transactions -= usize::from(more);
        }
    }
    if transactions == 0 {
        return None;
    }
    Some(eraser.finish(tombstone.tenant()).await.unwrap())
}

/// What names the tenant, and what only its own rows hold.
fn words(of: &Seeded, slug: &str) -> (Vec<String>, Vec<String>) {
    let id = of.tenant.as_uuid();
    let names = vec![
        id.to_string(),
        id.simple().to_string(),
        slug.to_owned(),
        format!("{slug}.example"),
    ];
    let mut inner = vec![of.marker.clone(), of.user.to_string()];
    inner.extend([of.fund.to_string(), of.product.to_string()]);
    inner.extend(of.orders.iter().map(ToString::to_string));
    (names, inner)
}

async fn assert_gone(world: &World, of: &Seeded, slug: &str) {
    let mut behind = world.behind().await;
    let (mut names, inner) = words(of, slug);
    assert_eq!(holding(&mut behind, &inner).await.unwrap(), []);
    names.extend(inner);
    let mut left = holding(&mut behind, &names).await.unwrap();
    left.retain(|(table, _)| !REMEMBER.contains(&table.as_str()));
    assert_eq!(left, [], "of {slug}");
}

#[tokio::test]
async fn t77_nothing_of_a_deleted_tenant_is_left_and_the_neighbour_is_as_before() {
    let world = World::new().await;
    fill(&world).await;
    close(&world, &world.a).await;
    let mut behind = world.behind().await;
    for (of, slug) in [(&world.a, "alpha"), (&world.b, "bravo")] {
        let held = holding(&mut behind, &words(of, slug).0).await.unwrap();
        for (table, _, rows) in fingerprint(&mut behind, of.tenant).await.unwrap() {
            assert!(rows > 0, "{table} has no row: seed one in db/tests/support");
            let found = held.iter().any(|(found, n)| *found == table && *n >= rows);
            assert!(found, "the search does not find all of {table}");
        }
    }
    let before = fingerprint(&mut behind, world.b.tenant).await.unwrap();

    let tombstone = erase(&world, "alpha", usize::MAX).await.unwrap();
    assert_gone(&world, &world.a, "alpha").await;
    let after = fingerprint(&mut behind, world.b.tenant).await.unwrap();
    assert_eq!(after, before);

    assert_eq!(tombstone.hosts, ["alpha.example"]);
    assert_eq!((tombstone.objects, tombstone.jobs), (5, 1));
    let without_rows: Vec<_> = tombstone.counts.values().filter(|n| **n < 1).collect();
    assert!(without_rows.is_empty(), "{:?}", tombstone.counts);
    let told: Vec<(String, String, i64)> = sqlx::query_as(
        "select action, actor_id, (diff ->> 'rows')::bigint from plat.platform_audit_logs where object_id = $1 and actor_role = 'operator' order by seq",
    )
    .bind(world.a.tenant.to_string())
    .fetch_all(&mut behind)
    .await
    .unwrap();
    let login = || "sadu_migrator".to_owned();
    // The first stands with the end of keys and counters.
    assert_eq!(
        told,
        [
            ("tenant.delete_begin".to_owned(), login(), 2),
            ("tenant.delete".to_owned(), login(), tombstone.rows())
        ]
    );
    // Once more, and nothing happens.
    let again = erase(&world, "alpha", usize::MAX).await.unwrap();
    assert_eq!(again, tombstone);
}

#[tokio::test]
async fn t77_cut_short_after_every_transaction_it_ends_the_same() {
    let world = World::new().await;
    fill(&world).await;
    close(&world, &world.a).await;
    close(&world, &world.b).await;
    let whole = erase(&world, "bravo", usize::MAX).await.unwrap();
    let mut runs = 0;
    let cut = loop {
        runs += 1;
        if let Some(tombstone) = erase(&world, "alpha", 1).await {
            break tombstone;
        }
        assert!(runs < 500, "it never ends");
    };
    assert!(runs > 5, "{runs} runs");
    assert_eq!(cut.counts, whole.counts);
    assert_eq!(
        (cut.objects, cut.jobs, cut.audit_seq),
        (whole.objects, whole.jobs, whole.audit_seq)
    );
    assert_gone(&world, &world.a, "alpha").await;
    assert_gone(&world, &world.b, "bravo").await;
}

#[tokio::test]
async fn t77_killed_at_any_moment_it_ends_the_same() {
    let world = std::sync::Arc::new(World::new().await);
    fill(&world).await;
    close(&world, &world.a).await;
    close(&world, &world.b).await;
    let whole = erase(&world, "bravo", usize::MAX).await.unwrap();
    let mut patience = Duration::from_millis(3);
    let ended = loop {
        let run = tokio::spawn({
            let world = world.clone();
            async move { erase(&world, "alpha", usize::MAX).await }
        });
        let kill = run.abort_handle();
        tokio::time::sleep(patience).await;
        kill.abort();
        match run.await {
            Ok(tombstone) => break tombstone.unwrap(),
            Err(error) => assert!(error.is_cancelled(), "{error}"),
        }
        patience += Duration::from_millis(2);
        assert!(patience < Duration::from_secs(60), "it never ends");
    };
    assert_eq!(ended.counts, whole.counts);
    assert_gone(&world, &world.a, "alpha").await;
}

#[tokio::test]
async fn the_owner_reaches_no_tenant_but_the_one_that_is_being_deleted() {
    let world = World::new().await;
    fill(&world).await;
    close(&world, &world.a).await;
    let mut behind = world.behind().await;
    let url = world.database.url("sadu_migrator");
    let mut owner = PgConnection::connect(url.expose_secret()).await.unwrap();
    owner
        .execute("set role sadu_owner; set search_path = pg_catalog")
        .await
        .unwrap();
    let tables = attack::tables(&mut behind).await;
    // Nobody is being deleted: the owner sees nothing at all.
    for table in &tables {
        let sql = format!("select count(*) from app.{}", table.name);
        let seen: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&mut owner)
            .await
            .unwrap();
        assert_eq!(seen, 0, "{}", table.name);
    }
    let before = world.snapshot(&world.b).await;
    assert_eq!(erase(&world, "alpha", 1).await, None);
    for table in &tables {
        owner.execute("begin").await.unwrap();
        // Without a word of which tenant.
        let sql = format!("delete from app.{}", table.name);
        // What is referred to is held by its keys; what is not goes, of this tenant alone.
        let _ = owner.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await;
        owner.execute("rollback").await.unwrap();
    }
    owner.execute("delete from app.inbox_events").await.unwrap();
    assert_eq!(world.snapshot(&world.b).await, before);
    // It changes nothing and adds nothing either.
    for change in [
        "update app.subjects set version = 7",
        "update app.audit_logs set action = 'x.y'",
    ] {
        let refused = owner.execute(change).await.unwrap_err();
        let code = refused.as_database_error().unwrap().code().unwrap();
        assert_eq!(code, "42501", "{change}: {refused}");
    }
    // The neighbour is not being deleted.
    let mut eraser = eraser(&world).await;
    let tables = eraser.tables().await.unwrap();
    let refused = eraser.slice(world.b.tenant, &tables[0], SLICE).await;
    assert!(matches!(refused, Err(DbError::NotFound)), "{refused:?}");
    assert!(matches!(
        eraser.finish(world.b.tenant).await,
        Err(DbError::NotFound)
    ));
}

#[tokio::test]
async fn what_is_being_deleted_opens_nothing_takes_nothing_and_is_found_nowhere() {
    let world = World::new().await;
    fill(&world).await;
    close(&world, &world.a).await;
    assert_eq!(erase(&world, "alpha", 1).await, None);
    let mut tx = world.tx(&world.a).await;
    // The keys went first: what was sealed is noise from here on.
    assert!(tenants::keys(&mut tx, &master()).await.is_err());
    tx.rollback().await.unwrap();
    let writers = world.db.writers();
    let late = sadu_db::WriteTx::begin(&writers, world.a.ctx(), Utc::now()).await;
    assert!(late.is_err(), "a write took a counter that is gone");
    let mut tx = writers.tenant(world.a.ctx()).await.unwrap();
    let order = [rows::order(&world.a, "late")];
    assert!(
        sadu_db::orders::place(&mut tx, Utc::now(), &order)
            .await
            .is_err()
    );
    drop(tx);
    let mut behind = world.behind().await;
    for (sql, count) in [
        ("select count(*) from plat.resolve_host('alpha', null)", 0),
        (
            "select count(*) from plat.resolve_host(null, 'alpha.example')",
            0,
        ),
        ("select count(*) from plat.resolve_host('bravo', null)", 1),
        ("select count(*) from plat.tenant_ids()", 1),
        ("select count(*) from plat.list_tenants()", 1),
    ] {
        let found: i64 = sqlx::query_scalar(sql)
            .fetch_one(&mut behind)
            .await
            .unwrap();
        assert_eq!(found, count, "{sql}");
    }
    // Half of it is no archive.
    let export = "note_tenant_export($1, $2)";
    assert_eq!(as_platform(&world, export, world.a.tenant).await, None);
}

#[tokio::test]
async fn slug_and_hosts_of_a_deleted_tenant_stay_taken() {
    let world = World::new().await;
    fill(&world).await;
    close(&world, &world.a).await;
    let mut eraser = eraser(&world).await;
    let found = eraser.find("alpha").await.unwrap().unwrap();
    let due = found
        .standing
        .due(Utc::now() + TimeDelta::days(31))
        .unwrap();
    // Somebody took the archive once more meanwhile: its log does not end where it was found to end.
    let export = "note_tenant_export($1, $2)";
    as_platform(&world, export, world.a.tenant).await.unwrap();
    let stale = eraser.begin("alpha", &found, due, 0).await;
    assert!(matches!(stale, Err(DbError::Busy)), "{stale:?}");
    assert_eq!(eraser.tombstone("alpha").await.unwrap(), None);
    erase(&world, "alpha", usize::MAX).await.unwrap();

    let id = TenantId::new();
    let ctx = sadu_db::TenantCtx::vouch(id);
    let mut tx = world.db.tenant(ctx).await.unwrap();
    let refused = tenants::create(&mut tx, &rows::tenant(id, "alpha", "AAA"), &master()).await;
    assert!(
        refused.unwrap_err().is_constraint("tenants_slug_key"),
        "as one that is taken"
    );
    tx.rollback().await.unwrap();
    let mut tx = world.tx(&world.b).await;
    assert!(!domains::available(&mut tx, "alpha.example").await.unwrap());
    domains::claim(&mut tx, "alpha.example", &"t".repeat(32))
        .await
        .unwrap();
    let seen = [format!("sadu-verify={}", "t".repeat(32))];
    let state = domains::activate(&mut tx, "alpha.example", &seen).await;
    assert_eq!(state.unwrap(), domains::Activation::Taken);
    tx.rollback().await.unwrap();
}

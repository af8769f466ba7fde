//! T29–T31: side doors of the planner and the statistics, and errors used as eyes.

use sqlx::{AssertSqlSafe, Executor};

use crate::support::World;
use crate::support::attack::{Attack, rows_of, tables};

#[tokio::test]
async fn t29_statistics_hide_guarded_tables() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    behind.execute("analyze").await.unwrap();
    let known: i64 = sqlx::query_scalar("select count(*) from pg_stats where schemaname = 'app'")
        .fetch_one(&mut behind)
        .await
        .unwrap();
    assert!(known > 50, "there are statistics to hide");
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    for view in ["pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"] {
        let seen = attack
            .value(format!(
                "select count(*) from {view} where schemaname = 'app'"
            ))
            .await;
        assert_eq!(seen, Ok(0), "{view}");
    }
    for catalog in ["pg_statistic", "pg_authid", "pg_statistic_ext_data"] {
        assert_eq!(
            attack
                .value(format!("select count(*) from {catalog}"))
                .await
                .unwrap_err()
                .code,
            "42501",
            "{catalog}"
        );
    }
}

#[tokio::test]
async fn t29_activity_shows_no_values_of_others() {
    let world = World::new().await;
    const SECRET: &str = "a-secret-reference-of-b";
    // B's session, as the product has it: values are bound, never written into the text.
    let mut tx = world.tx(&world.b).await;
    let found = sadu_db::orders::find_by_reference(&mut tx, SECRET)
        .await
        .unwrap();
    assert!(found.is_none());
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    let seen = attack.texts("select query from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()").await;
    assert!(seen.iter().all(|q| !q.contains(SECRET)), "{seen:?}");
    assert!(
        seen.iter().all(|q| q == "<insufficient privilege>"),
        "as sadu_tenant no text at all: {seen:?}"
    );
    // The login itself sees the texts of its sessions, and still no value.
    attack.conn.execute("reset role").await.unwrap();
    let seen = attack.texts("select query from pg_stat_activity where pid <> pg_backend_pid() and usename = current_user").await;
    assert!(
        seen.iter().any(|q| q.contains("app.orders")),
        "B's statement is there to be seen: {seen:?}"
    );
    assert!(
        seen.iter()
            .all(|q| !q.contains(SECRET) && !q.contains(&world.b.marker)),
        "{seen:?}"
    );
    tx.rollback().await.unwrap();
}

#[tokio::test]
async fn t30_system_columns_reach_no_foreign_row() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    for table in tables(&mut behind).await {
        let (name, key) = (&table.name, table.key);
        let places: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!(
            "select ctid::text from app.{name} where {key} = '{}'",
            world.b.tenant
        )))
        .fetch_all(&mut behind)
        .await
        .unwrap();
        assert!(!places.is_empty(), "{name}");
        for place in places {
            assert_eq!(
                attack
                    .value(format!(
                        "select count(*) from app.{name} where ctid = '{place}'"
                    ))
                    .await,
                Ok(0),
                "{name} {place}"
            );
        }
        let (_, own) = rows_of(&mut behind, &table, world.a.tenant).await;
        for all in [
            format!("select count(*) from app.{name} where ctid >= '(0,0)'"),
            format!("select count(*) from app.{name} where tableoid = 'app.{name}'::regclass"),
            format!("select count(*) from app.{name} where xmin::text::bigint > 0"),
            format!("select count(*) from app.{name} tablesample system (100)"),
            format!("select count(*) from only app.{name}"),
            format!("with x as materialized (select * from app.{name}) select count(*) from x"),
            format!(
                "select count(*) from app.{name} where ({key} = '{}') is not null",
                world.b.tenant
            ),
        ] {
            assert_eq!(attack.value(all.clone()).await, Ok(own), "{all}");
        }
    }
}

#[tokio::test]
async fn t30_explain_shows_no_values_of_others() {
    let world = World::new().await;
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    for query in [
        "select * from app.orders where note like 'marker%'",
        "select * from app.orders o join app.inbox_events e on e.subject_id = o.id where o.note <> 'x'",
        "select note, count(*) from app.orders group by note order by note",
    ] {
        let plan = attack
            .texts(format!("explain (analyze, verbose, buffers) {query}"))
            .await
            .join("\n");
        assert!(plan.contains("actual time"), "{plan}");
        assert!(
            !plan.contains(&world.b.marker) && !plan.contains(&world.b.tenant.to_string()),
            "{plan}"
        );
    }
}

#[tokio::test]
async fn t31_errors_do_not_see_foreign_rows() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    // A row of B on which each probe would trip, were it evaluated there.
    let sql = format!(
        "update app.orders set note = 'not a number' where tenant_id = '{}'; update app.orders set note = '1' where tenant_id = '{}'",
        world.b.tenant, world.a.tenant
    );
    behind
        .execute(sqlx::raw_sql(AssertSqlSafe(sql)))
        .await
        .unwrap();
    behind.execute("analyze").await.unwrap();
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    let probes = [
        (
            "22P02",
            "select count(*) from app.orders where note::int > 0",
        ),
        (
            "22012",
            "select count(*) from app.orders where 1 / (length(note) - 12) <> 7",
        ),
        (
            "22P02",
            "select count(*) from app.orders where (case when note = '1' then '1' else note end)::int = 1",
        ),
        (
            "22P02",
            "select coalesce(sum(note::int), 0) from app.orders",
        ),
        (
            "22P02",
            "select count(*) from app.orders o join app.donors d on d.id = o.donor_id and o.note::int = 1",
        ),
    ];
    for (trip, probe) in probes {
        let tripped = sqlx::query(AssertSqlSafe(probe))
            .fetch_one(&mut behind)
            .await
            .unwrap_err();
        let code = tripped
            .as_database_error()
            .unwrap()
            .code()
            .unwrap()
            .into_owned();
        assert_eq!(code, trip, "from behind it trips: {probe}");
        assert_eq!(attack.value(probe).await, Ok(3), "{probe}");
    }
}

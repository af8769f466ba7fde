//! T01–T08, over every table of the catalog: reading without a tenant, and reaching for another's rows.

use crate::support::World;
use crate::support::attack::{Attack, Refusal, Table, row_of, rows_of, tables};
use sqlx::PgConnection;

/// No tenant, an empty one and an unknown one see nothing, but there is something to see.
async fn sees_nothing(first: &str) {
    let world = World::new().await;
    let mut behind = world.behind().await;
    let mut attack = Attack::with(&world.database, first).await;
    for table in tables(&mut behind).await {
        let name = &table.name;
        let (_, rows) = rows_of(&mut behind, &table, world.a.tenant).await;
        assert!(rows > 0, "seed app.{name} in tests/support/mod.rs");
        let seen = attack
            .value(format!("select count(*) from app.{name}"))
            .await;
        assert_eq!(seen, Ok(0), "{name}");
    }
    for name in views(&mut behind).await {
        let seen = attack
            .value(format!("select count(*) from app.{name}"))
            .await;
        assert_eq!(seen, Ok(0), "{name}");
    }
}

async fn views(behind: &mut PgConnection) -> Vec<String> {
    let views: Vec<String> =
        sqlx::query_scalar("select relname::text from pg_class where relnamespace = 'app'::regnamespace and relkind = 'v'")
            .fetch_all(behind)
            .await
            .unwrap();
    assert!(!views.is_empty());
    views
}

#[tokio::test]
async fn t01_no_tenant_set() {
    sees_nothing("select set_config('role', 'sadu_tenant', true)").await;
}

#[tokio::test]
async fn t01_outside_a_transaction_the_login_reaches_no_table() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    let mut attack = Attack::with(
        &world.database,
        &format!(
            "select set_config('app.current_tenant', '{}', true)",
            world.a.tenant
        ),
    )
    .await;
    for table in tables(&mut behind).await {
        let seen = attack
            .value(format!("select count(*) from app.{}", table.name))
            .await;
        assert_eq!(seen.unwrap_err().code, "42501", "{}", table.name);
    }
}

#[tokio::test]
async fn t02_empty_tenant() {
    sees_nothing("select set_config('role', 'sadu_tenant', true), set_config('app.current_tenant', '', true)").await;
}

#[tokio::test]
async fn t03_malformed_tenant() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    for malformed in [
        "nobody",
        "0",
        "' or true --",
        "null",
        "00000000-0000-0000-0000-00000000000",
    ] {
        let quoted = malformed.replace('\'', "''");
        let mut attack = Attack::with(
            &world.database,
            &format!("select set_config('role', 'sadu_tenant', true), set_config('app.current_tenant', '{quoted}', true)"),
        )
        .await;
        for table in tables(&mut behind).await {
            let seen = attack
                .value(format!("select count(*) from app.{}", table.name))
                .await;
            assert_eq!(
                seen.unwrap_err().code,
                "22P02",
                "{malformed} on {}",
                table.name
            );
        }
    }
}

#[tokio::test]
async fn t04_unknown_tenant() {
    sees_nothing(&format!(
        "select set_config('role', 'sadu_tenant', true), set_config('app.current_tenant', '{}', true)",
        uuid::Uuid::new_v4()
    ))
    .await;
}

#[tokio::test]
async fn t04_a_tenant_sees_all_of_its_own_and_nothing_else() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    for table in tables(&mut behind).await {
        let (name, key) = (&table.name, table.key);
        let (_, own) = rows_of(&mut behind, &table, world.a.tenant).await;
        let (_, others) = rows_of(&mut behind, &table, world.b.tenant).await;
        assert!(
            own > 0 && others > 0,
            "seed app.{name} in tests/support/mod.rs"
        );
        let seen = attack
            .value(format!("select count(*) from app.{name}"))
            .await;
        assert_eq!(seen, Ok(own), "{name}");
        let foreign = attack
            .value(format!(
                "select count(*) from app.{name} where {key} = '{}' or {key} is distinct from '{}'",
                world.b.tenant, world.a.tenant
            ))
            .await;
        assert_eq!(foreign, Ok(0), "{name}");
    }
}

/// Runs `attempt` for every table as A, commits what went through, and sees B's rows unmoved.
struct Siege {
    world: World,
    behind: PgConnection,
    tables: Vec<Table>,
    before: Vec<(String, i64)>,
    attack: Attack,
}

impl Siege {
    async fn begin() -> Self {
        let world = World::new().await;
        let mut behind = world.behind().await;
        let tables = tables(&mut behind).await;
        let mut before = Vec::new();
        for table in &tables {
            let rows = rows_of(&mut behind, table, world.b.tenant).await;
            assert!(
                rows.1 > 0,
                "seed app.{} in tests/support/mod.rs",
                table.name
            );
            before.push(rows);
        }
        let attack = Attack::on(&world.database, world.a.tenant).await;
        Self {
            world,
            behind,
            tables,
            before,
            attack,
        }
    }

    async fn end(mut self) {
        self.attack.commit().await;
        for (table, before) in self.tables.iter().zip(&self.before) {
            let after = rows_of(&mut self.behind, table, self.world.b.tenant).await;
            assert_eq!(&after, before, "rows of B in app.{}", table.name);
        }
    }
}

fn refused_by(may: bool, answer: &Result<u64, Refusal>, what: &str) {
    let refusal = answer.as_ref().expect_err(what);
    if may {
        assert!(refusal.by_policy(), "{what}: {refusal:?}");
    } else {
        assert_eq!(refusal.code, "42501", "{what}: {refusal:?}");
    }
}

#[tokio::test]
async fn t05_insert_with_anothers_tenant_id() {
    let mut siege = Siege::begin().await;
    let b = siege.world.b.tenant;
    for table in siege.tables.clone() {
        let (name, key) = (&table.name, table.key);
        let answer = siege
            .attack
            .run(format!("insert into app.{name} select (jsonb_populate_record(x, '{{\"{key}\": \"{b}\"}}')).* from app.{name} x limit 1"))
            .await;
        refused_by(table.may_insert, &answer, name);
    }
    siege.end().await;
}

#[tokio::test]
async fn t06_update_that_moves_a_row() {
    let mut siege = Siege::begin().await;
    let (a, b) = (siege.world.a.tenant, siege.world.b.tenant);
    for table in siege.tables.clone() {
        let (name, key) = (&table.name, table.key);
        let away = siege
            .attack
            .run(format!("update app.{name} set {key} = '{b}'"))
            .await;
        refused_by(table.may_update, &away, name);
        if table.may_update {
            let (_, own) = rows_of(&mut siege.behind, &table, a).await;
            let all = siege
                .attack
                .run(format!("update app.{name} set {key} = {key}"))
                .await;
            assert_eq!(
                all,
                Ok(own as u64),
                "an update without a condition touches its own rows: {name}"
            );
            let theirs = siege
                .attack
                .run(format!(
                    "update app.{name} set {key} = '{a}' where {key} = '{b}'"
                ))
                .await;
            assert_eq!(theirs, Ok(0), "{name}");
        }
    }
    siege.end().await;
}

#[tokio::test]
async fn t06_where_a_tenant_stands_is_not_its_own_to_say() {
    let mut siege = Siege::begin().await;
    for change in [
        "plan_id = 'large'",
        "status = 'trial'",
        "slug = 'another'",
        "reference_prefix = 'ZZZ'",
        "kind = 'shop'",
    ] {
        let answer = siege
            .attack
            .run(format!("update app.tenants set {change}"))
            .await;
        assert_eq!(answer.unwrap_err().code, "42501", "{change}");
    }
    let own = siege
        .attack
        .run("update app.tenants set tagline_en = tagline_en")
        .await;
    assert_eq!(own, Ok(1));
    for read in ["plat.plans", "plat.tenant_openings"] {
        let answer = siege.attack.run(format!("select from {read}")).await;
        assert_eq!(answer.unwrap_err().code, "42501", "{read}");
    }
    siege.end().await;
}

#[tokio::test]
async fn t07_delete_by_anothers_id() {
    let mut siege = Siege::begin().await;
    let b = siege.world.b.tenant;
    let mut deletable = 0;
    for table in siege.tables.clone() {
        let (name, key) = (&table.name, table.key);
        let row = row_of(&mut siege.behind, &table, b).await;
        let by_key: Vec<String> = table
            .primary
            .iter()
            .map(|c| format!("{c}::text = '{}'", row[c].to_string().trim_matches('"')))
            .collect();
        for condition in [format!("{key} = '{b}'"), by_key.join(" and ")] {
            let answer = siege
                .attack
                .run(format!("delete from app.{name} where {condition}"))
                .await;
            if table.may_delete {
                assert_eq!(answer, Ok(0), "{name}");
            } else {
                assert_eq!(answer.unwrap_err().code, "42501", "{name}");
            }
        }
        if table.may_delete {
            deletable += 1;
            // Without a condition it takes its own rows, or is held back by what refers to or was sealed with them.
            match siege.attack.run(format!("delete from app.{name}")).await {
                Ok(own) => assert!(own > 0, "{name}"),
                Err(refusal) => assert!(
                    ["23503", "P0001"].contains(&refusal.code.as_str()),
                    "{name}"
                ),
            }
        }
    }
    assert!(deletable > 0);
    siege.end().await;
}

#[tokio::test]
async fn t08_upsert_onto_anothers_row() {
    let mut siege = Siege::begin().await;
    let (a, b) = (siege.world.a.tenant, siege.world.b.tenant);
    for table in siege.tables.clone() {
        let (name, key) = (&table.name, table.key);
        let row = row_of(&mut siege.behind, &table, b)
            .await
            .to_string()
            .replace('\'', "''");
        let source = format!(
            "insert into app.{name} select * from jsonb_populate_record(null::app.{name}, '{row}')"
        );
        let silent = siege
            .attack
            .run(format!("{source} on conflict do nothing"))
            .await;
        refused_by(table.may_insert, &silent, name);
        let conflict = format!(
            "{source} on conflict ({}) do update set {key} = excluded.{key}",
            table.primary.join(", ")
        );
        let loud = siege.attack.run(conflict).await;
        refused_by(table.may_insert && table.may_update, &loud, name);
        // Under one's own id, B's other key values meet nothing of B's.
        let mut own = row_of(&mut siege.behind, &table, b).await;
        own[key] = a.to_string().into();
        let own = own.to_string().replace('\'', "''");
        let answer = siege
            .attack
            .run(format!("insert into app.{name} select * from jsonb_populate_record(null::app.{name}, '{own}') on conflict do nothing"))
            .await;
        if let Err(refusal) = answer {
            assert!(
                ["42501", "23503"].contains(&refusal.code.as_str()),
                "{name}: {refusal:?}"
            );
        }
    }
    siege.end().await;
}

//! T09–T11: foreign keys, cascades and unique keys, each as the catalog has it. Their checks bypass row security, so the
//! tenant must be part of every one.

use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

use crate::support::World;
use crate::support::attack::{Attack, Table, row_of, rows_of, tables};

/// A value of a column's type that no other row has.
fn fresh(kind: &str) -> String {
    let id = uuid::Uuid::new_v4();
    match kind {
        "uuid" => format!("'{id}'::uuid"),
        "bytea" => format!("sha256('{id}')"),
        "bigint" | "integer" | "smallint" => (id.as_u128() % 30_000 + 1_000).to_string(),
        "text" => format!("'x{}'", id.simple()),
        other => panic!("no fresh value for a key of type {other}"),
    }
}

/// An INSERT of A's first row of a table with these columns changed.
fn insert(table: &Table, changed: &[(String, String)]) -> String {
    let set: Vec<String> = changed.iter().map(|(c, v)| format!("'{c}', {v}")).collect();
    let name = &table.name;
    format!(
        "insert into app.{name} select (jsonb_populate_record(x, jsonb_build_object({}))).* from app.{name} x limit 1",
        set.join(", ")
    )
}

/// Columns of the table's unique keys except the tenant, with their types.
async fn key_columns(behind: &mut PgConnection, table: &str) -> Vec<(String, String)> {
    sqlx::query_as(
        "select distinct a.attname::text, format_type(a.atttypid, null)
           from pg_index x join pg_attribute a on a.attrelid = x.indrelid and a.attnum = any (x.indkey::int2[])
          where x.indrelid = ('app.' || $1)::regclass and x.indisunique and a.attname <> 'tenant_id'",
    )
    .bind(table)
    .fetch_all(behind)
    .await
    .unwrap()
}

#[tokio::test]
async fn t09_foreign_key_to_anothers_row() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    let tables = tables(&mut behind).await;
    let find = |name: &str| tables.iter().find(|t| t.name == name).unwrap().clone();
    let keys = sqlx::query(
        "select k.conname::text as name, c.relname::text as child, f.relname::text as parent,
                array_agg(a.attname::text order by i) as columns, array_agg(b.attname::text order by i) as parents
           from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class f on f.oid = k.confrelid,
                generate_subscripts(k.conkey, 1) i, pg_attribute a, pg_attribute b
          where k.contype = 'f' and c.relnamespace = 'app'::regnamespace
            and f.relnamespace = 'app'::regnamespace and f.relname <> 'tenants'
            and a.attrelid = k.conrelid and a.attnum = k.conkey[i] and b.attrelid = k.confrelid and b.attnum = k.confkey[i]
          group by 1, 2, 3",
    )
    .fetch_all(&mut behind)
    .await
    .unwrap();
    assert!(keys.len() >= 10, "{}", keys.len());
    for key in keys {
        let name: String = key.get("name");
        let child = find(&key.get::<String, _>("child"));
        let parent = find(&key.get::<String, _>("parent"));
        let theirs = row_of(&mut behind, &parent, world.b.tenant).await;
        let (columns, parents): (Vec<String>, Vec<String>) =
            (key.get("columns"), key.get("parents"));
        let mut changed: Vec<(String, String)> = columns
            .iter()
            .zip(&parents)
            .filter(|(c, _)| *c != "tenant_id")
            .map(|(c, p)| (c.clone(), theirs[p].to_string().replace('"', "'")))
            .collect();
        assert_eq!(changed.len(), 1, "{name}");
        if child.may_update {
            let (column, value) = &changed[0];
            let one = format!("ctid = (select min(ctid) from app.{})", child.name);
            let answer = attack
                .run(format!(
                    "update app.{} set {column} = {value} where {one}",
                    child.name
                ))
                .await;
            assert_ne!(answer, Ok(0), "{name} was not tried");
            let refusal = answer.unwrap_err();
            // A trigger that forbids any change of the column is as good.
            assert!(
                ["23503", "P0001"].contains(&refusal.code.as_str()),
                "{name}: {refusal:?}"
            );
        }
        assert!(child.may_insert, "{name} is not tried");
        for (column, kind) in key_columns(&mut behind, &child.name).await {
            if !changed.iter().any(|(c, _)| *c == column) {
                changed.push((column, fresh(&kind)));
            }
        }
        let refusal = attack.run(insert(&child, &changed)).await.unwrap_err();
        assert_eq!(refusal.code, "23503", "{name}: {refusal:?}");
    }
}

#[tokio::test]
async fn t10_nothing_cascades_across() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    let tables = tables(&mut behind).await;
    let mut before = Vec::new();
    for table in &tables {
        before.push(rows_of(&mut behind, table, world.b.tenant).await);
    }
    // Even the superuser, who may delete everything of A, takes no row of B with it. Children first.
    behind
        .execute("set session_replication_role = origin")
        .await
        .unwrap();
    for table in &tables {
        let sql = format!("alter table app.{} disable trigger user", table.name);
        behind
            .execute(sqlx::raw_sql(AssertSqlSafe(sql)))
            .await
            .unwrap();
    }
    behind
        .execute(sqlx::raw_sql(AssertSqlSafe(format!(
            "delete from plat.tenant_domains where tenant_id = '{}'",
            world.a.tenant
        ))))
        .await
        .unwrap();
    let mut left: Vec<&Table> = tables.iter().collect();
    for _ in 0..tables.len() {
        let mut again = Vec::new();
        for table in left {
            let sql = format!(
                "delete from app.{} where {} = '{}'",
                table.name, table.key, world.a.tenant
            );
            if behind
                .execute(sqlx::raw_sql(AssertSqlSafe(sql)))
                .await
                .is_err()
            {
                again.push(table);
            }
        }
        left = again;
    }
    assert!(left.is_empty(), "{left:?}");
    for (table, before) in tables.iter().zip(before) {
        assert_eq!(rows_of(&mut behind, table, world.a.tenant).await.1, 0);
        assert_eq!(
            rows_of(&mut behind, table, world.b.tenant).await,
            before,
            "{}",
            table.name
        );
    }
}

/// Inserts, as A, rows that have B's values in one unique key; returns the keys that answered "already there".
async fn oracle(world: &World, behind: &mut PgConnection) -> (usize, Vec<String>) {
    let keys = sqlx::query(
        "select i.relname::text as name, c.relname::text as tab, array_agg(a.attname::text) as columns
           from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
           join pg_attribute a on a.attrelid = c.oid and a.attnum = any (x.indkey::int2[])
          where x.indisunique and c.relnamespace = 'app'::regnamespace and c.relname <> 'tenants' group by 1, 2",
    )
    .fetch_all(&mut *behind)
    .await
    .unwrap();
    let tables = tables(behind).await;
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    let (mut tried, mut told) = (0, Vec::new());
    for key in keys {
        let name: String = key.get("name");
        let table = tables
            .iter()
            .find(|t| t.name == key.get::<String, _>("tab"))
            .unwrap();
        let columns: Vec<String> = key.get("columns");
        if !table.may_insert || columns.len() < 2 && columns[0] == "tenant_id" {
            continue;
        }
        let theirs = row_of(behind, table, world.b.tenant).await;
        let mut changed = Vec::new();
        for (column, kind) in key_columns(behind, &table.name).await {
            if columns.contains(&column) {
                let value = match &theirs[&column] {
                    serde_json::Value::String(s) => format!("'{s}'"),
                    other => other.to_string(),
                };
                changed.push((column, value));
            } else {
                changed.push((column, fresh(&kind)));
            }
        }
        tried += 1;
        match attack.run(insert(table, &changed)).await {
            Err(refusal) if refusal.code == "23505" => told.push(name),
            // A row may also fail at a foreign key or check of its own tenant: that says nothing about B.
            Err(refusal) => assert!(
                ["23503", "23514"].contains(&refusal.code.as_str()),
                "{name}: {refusal:?}"
            ),
            Ok(done) => assert_eq!(done, 1, "{name}"),
        }
    }
    (tried, told)
}

#[tokio::test]
async fn t11_unique_keys_tell_nothing_about_others() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    // The tenants look alike; where a key holds the same value in both, B's gets one that A has not.
    let sql = format!(
        "set session_replication_role = replica;
         update app.users set email = 'b-' || email where tenant_id = '{b}';
         update app.catalog_items set slug = 'b-' || slug where tenant_id = '{b}';
         update app.payments set provider_payment_id = 'b-' || provider_payment_id where tenant_id = '{b}';
         update app.inbox_events set seq = seq + 1000 where tenant_id = '{b}';
         update app.content_pages set slug = 'contact' where tenant_id = '{b}';
         update app.idempotency_keys set key = 'b-' || key where tenant_id = '{b}';
         set session_replication_role = origin;",
        b = world.b.tenant
    );
    behind
        .execute(sqlx::raw_sql(AssertSqlSafe(sql)))
        .await
        .unwrap();
    let (tried, told) = oracle(&world, &mut behind).await;
    assert!(tried >= 15, "{tried}");
    assert_eq!(told, Vec::<String>::new());
    // The probe can see: a key without the tenant tells at once.
    behind
        .execute("create unique index loose on app.users (id)")
        .await
        .unwrap();
    let (_, told) = oracle(&world, &mut behind).await;
    assert!(told.contains(&"loose".to_owned()), "{told:?}");
}

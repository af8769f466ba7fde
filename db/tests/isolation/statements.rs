//! T12–T15, T17, T23, T25–T27: statements that go around a WHERE.

use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::support::World;
use crate::support::attack::{Attack, rows_of, tables};

#[tokio::test]
async fn t12_copy_out_is_filtered_and_copy_in_refused() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    for table in tables(&mut behind).await {
        let mut attack = Attack::on(&world.database, world.a.tenant).await;
        let name = &table.name;
        let (_, own) = rows_of(&mut behind, &table, world.a.tenant).await;
        let chunks: Vec<Vec<u8>> = attack
            .conn
            .copy_out_raw(&format!("copy app.{name} to stdout"))
            .await
            .unwrap()
            .map_ok(|b| b.to_vec())
            .try_collect()
            .await
            .unwrap();
        let text = String::from_utf8(chunks.concat()).unwrap();
        assert_eq!(text.lines().count() as i64, own, "{name}");
        assert!(!text.contains(&world.b.tenant.to_string()), "{name}");
        let Err(refused) = attack
            .conn
            .copy_in_raw(&format!("copy app.{name} from stdin"))
            .await
        else {
            panic!("copy into {name} was let in");
        };
        let code = refused
            .as_database_error()
            .unwrap()
            .code()
            .unwrap()
            .into_owned();
        assert!(
            ["0A000", "42501"].contains(&code.as_str()),
            "{name}: {refused}"
        );
    }
}

#[tokio::test]
async fn t13_truncate_is_refused() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    for table in tables(&mut behind).await {
        let refusal = attack
            .run(format!("truncate app.{} cascade", table.name))
            .await
            .unwrap_err();
        assert_eq!(refusal.code, "42501", "{}", table.name);
    }
}

#[tokio::test]
async fn t14_row_security_cannot_be_switched_off() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    attack.run("set local row_security = off").await.unwrap();
    for table in tables(&mut behind).await {
        let refusal = attack
            .value(format!("select count(*) from app.{}", table.name))
            .await
            .unwrap_err();
        assert_eq!(refusal.code, "42501", "{}", table.name);
        assert!(
            refusal.message.contains("row-level security"),
            "{refusal:?}"
        );
        let ddl = attack
            .run(format!(
                "alter table app.{} disable row level security",
                table.name
            ))
            .await
            .unwrap_err();
        assert_eq!(ddl.code, "42501", "{}", table.name);
    }
    let policy = attack
        .run("drop policy tenant_guard on app.orders")
        .await
        .unwrap_err();
    assert_eq!(policy.code, "42501");
}

#[tokio::test]
async fn t15_no_other_role_can_be_taken_on() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    let roles: Vec<String> = sqlx::query_scalar(
        "select rolname::text from pg_roles where rolname not in ('sadu_web', 'sadu_tenant')",
    )
    .fetch_all(&mut behind)
    .await
    .unwrap();
    for role in [
        "sadu_owner",
        "sadu_cross",
        "sadu_audit",
        "sadu_platform",
        "sadu_migrator",
        "sadu_worker",
        "sadu_jobs",
    ] {
        assert!(roles.contains(&role.to_owned()), "{role}");
    }
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    for role in roles {
        for attempt in [
            format!("set role \"{role}\""),
            format!("select set_config('role', '{role}', true)"),
            format!("set session authorization \"{role}\""),
        ] {
            let refusal = attack.run(attempt.clone()).await.unwrap_err();
            assert_eq!(refusal.code, "42501", "{attempt}: {refusal:?}");
        }
    }
    for attempt in [
        "grant sadu_owner to sadu_web",
        "alter role sadu_web bypassrls",
        "create role more",
        "alter table app.orders owner to sadu_tenant",
    ] {
        assert_eq!(
            attack.run(attempt).await.unwrap_err().code,
            "42501",
            "{attempt}"
        );
    }
}

#[tokio::test]
async fn t17_partitions_are_out_of_reach() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    // None of our tables is partitioned yet. The day one is, this is what a guarded parent gives, and its parts must not.
    let ours: i64 = sqlx::query_scalar(
        "select count(*) from pg_class where relnamespace = 'app'::regnamespace and relispartition",
    )
    .fetch_one(&mut behind)
    .await
    .unwrap();
    assert_eq!(ours, 0, "attack each new partition here by name");
    let sql = format!(
        "set role sadu_owner;
         create table app.parted (tenant_id uuid not null, id uuid not null, primary key (tenant_id, id)) partition by hash (tenant_id);
         alter table app.parted enable row level security; alter table app.parted force row level security;
         create policy tenant_guard on app.parted as restrictive for all to sadu_tenant
           using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
         create policy tenant_rw on app.parted for all to sadu_tenant using (true) with check (true);
         create table app.part0 partition of app.parted for values with (modulus 1, remainder 0);
         grant select, insert, update, delete on app.parted to sadu_tenant;
         reset role;
         insert into app.parted values ('{a}', '{a}'), ('{b}', '{b}');",
        a = world.a.tenant,
        b = world.b.tenant
    );
    behind
        .execute(sqlx::raw_sql(AssertSqlSafe(sql)))
        .await
        .unwrap();
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    assert_eq!(attack.value("select count(*) from app.parted").await, Ok(1));
    for attempt in [
        "select count(*) from app.part0",
        "update app.part0 set id = id",
        "delete from app.part0",
    ] {
        assert_eq!(
            attack.run(attempt).await.unwrap_err().code,
            "42501",
            "{attempt}"
        );
    }
}

#[tokio::test]
async fn t23_a_savepoint_gives_the_tenant_back() {
    let world = World::new().await;
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    let whose = "select count(*) from app.tenants where id = app.tenant() and slug = 'alpha'";
    attack.conn.execute("savepoint s").await.unwrap();
    let switch = format!(
        "select set_config('app.current_tenant', '{}', true)",
        world.b.tenant
    );
    attack
        .conn
        .execute(sqlx::raw_sql(AssertSqlSafe(switch)))
        .await
        .unwrap();
    assert_eq!(
        attack.value(whose).await,
        Ok(0),
        "within the savepoint it is B"
    );
    attack
        .conn
        .execute("rollback to savepoint s")
        .await
        .unwrap();
    assert_eq!(attack.value(whose).await, Ok(1), "after it, A again");
    // An error inside a savepoint, and the role with it.
    attack
        .run("select set_config('role', 'none', true), 1 / 0")
        .await
        .unwrap_err();
    assert_eq!(attack.value(whose).await, Ok(1));
    let conn = attack.commit().await;
    empty(conn).await;
}

/// After the transaction, neither tenant nor role are left.
async fn empty(mut conn: PgConnection) {
    let left: (Option<String>, String, String) = sqlx::query_as(
        "select nullif(current_setting('app.current_tenant', true), ''), current_setting('role'), current_user::text",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    assert_eq!(left, (None, "none".into(), "sadu_web".into()));
    conn.close().await.unwrap();
}

#[tokio::test]
async fn t25_nothing_outlives_the_transaction_by_itself() {
    let world = World::new().await;
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    for temporary in [
        "create temp table kept as select * from app.orders",
        "select * into temp kept from app.orders",
        "create table app.kept as select * from app.orders",
        "create table public.kept (id int)",
        "create temp view kept as select * from app.orders",
        "create function pg_temp.probe(x text) returns bool language sql cost 0.0001 as 'select true'",
    ] {
        assert_eq!(
            attack.run(temporary).await.unwrap_err().code,
            "42501",
            "{temporary}"
        );
    }
    // A held cursor does outlive it: what the pool does about that is tested beside the pool.
    attack
        .conn
        .execute("declare kept cursor with hold for select note from app.orders")
        .await
        .unwrap();
    let mut conn = attack.commit().await;
    conn.execute("close all").await.unwrap();
    empty(conn).await;
}

#[tokio::test]
async fn t26_no_sequence_tells_of_others() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    let open: Vec<String> = sqlx::query_scalar(
        "select c.oid::regclass::text from pg_class c where case when c.relkind = 'S' then has_sequence_privilege('sadu_tenant', c.oid, 'usage, select, update') else false end",
    )
    .fetch_all(&mut behind)
    .await
    .unwrap();
    assert_eq!(open, Vec::<String>::new());
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    assert_eq!(
        attack.value("select lastval()").await.unwrap_err().code,
        "55000"
    );
}

#[tokio::test]
async fn t27_large_objects_are_out_of_reach() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    behind
        .execute("select lo_from_bytea(4711, 'of somebody')")
        .await
        .unwrap();
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    for attempt in [
        "select lo_create(0)",
        "select lo_creat(-1)",
        "select lo_from_bytea(0, 'x')",
        "select lo_open(4711, 262144)",
        "select lo_get(4711)",
        "select lo_get(4711, 0, 4)",
        "select lo_put(4711, 0, 'x')",
        "select lo_unlink(4711)",
        "select lo_import('/etc/passwd')",
        "select lo_export(4711, '/tmp/x')",
        "select * from pg_largeobject",
        "select pg_read_file('postgresql.conf')",
        "copy app.orders to program 'cat'",
        "copy app.orders to '/tmp/x'",
    ] {
        assert_eq!(
            attack.run(attempt).await.unwrap_err().code,
            "42501",
            "{attempt}"
        );
    }
}

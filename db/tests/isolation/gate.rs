//! T32–T35: the catalog gate and what it must find, and the logins that may not boot.

use sadu_db::testing::{TestCluster, TestDatabase};
use sadu_db::{Db, DbConfig};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::support::attack::Attack;
use crate::support::{World, config};

const GATE: &str = include_str!("../gate/gate.sql");
const MUTATIONS: &str = include_str!("../gate/gate_mutations.txt");

async fn fresh() -> (TestDatabase, PgConnection) {
    let database = TestCluster::shared().await.unwrap().fresh().await.unwrap();
    let mut behind = PgConnection::connect(database.admin_url().expose_secret())
        .await
        .unwrap();
    behind
        .execute("set search_path = pg_catalog")
        .await
        .unwrap();
    (database, behind)
}

async fn gate(conn: &mut PgConnection) -> Vec<(String, String)> {
    sqlx::query_as(GATE)
        .persistent(false)
        .fetch_all(conn)
        .await
        .unwrap()
}

async fn run(conn: &mut PgConnection, sql: &str) {
    conn.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned())))
        .await
        .unwrap_or_else(|e| panic!("{sql}: {e}"));
}

#[tokio::test]
async fn t32_the_gate_passes_our_schema() {
    let (_, mut behind) = fresh().await;
    assert_eq!(gate(&mut behind).await, []);
}

#[tokio::test]
async fn t32_the_gate_finds_every_seeded_violation() {
    let (_, mut behind) = fresh().await;
    let mut tried = 0;
    for line in MUTATIONS.lines().filter(|l| !l.starts_with('#')) {
        let (rule, sql) = line.split_once(" | ").unwrap();
        run(&mut behind, "begin").await;
        run(&mut behind, sql).await;
        let found = gate(&mut behind).await;
        run(&mut behind, "rollback").await;
        assert!(
            found.iter().any(|(r, _)| r.starts_with(rule)),
            "{line}\nfound only {found:?}"
        );
        tried += 1;
    }
    assert!(tried >= 50, "{tried}");
    for n in 1..=26 {
        assert!(
            MUTATIONS.contains(&format!("\nR{n:02} |")),
            "no mutation proves rule R{n:02}"
        );
    }
    assert_eq!(gate(&mut behind).await, [], "a mutation stayed");
}

#[tokio::test]
async fn t33_logins_that_see_past_the_policies_do_not_boot() {
    let (database, mut behind) = fresh().await;
    for ours in ["sadu_web", "sadu_worker"] {
        Db::connect(DbConfig::new(database.url(ours)))
            .await
            .unwrap()
            .close()
            .await;
    }
    // Roles belong to the cluster: these are this test's own.
    let made = [
        ("boot_plain", "login", "sadu_tenant", None),
        (
            "boot_super",
            "login superuser",
            "sadu_tenant",
            Some("superuser"),
        ),
        (
            "boot_bypass",
            "login bypassrls",
            "sadu_tenant",
            Some("BYPASSRLS"),
        ),
        (
            "boot_roles",
            "login createrole",
            "sadu_tenant",
            Some("create roles"),
        ),
        (
            "boot_owner",
            "login",
            "sadu_tenant, sadu_owner",
            Some("owning role"),
        ),
        (
            "boot_cross",
            "login noinherit",
            "sadu_tenant, sadu_cross",
            Some("owning role"),
        ),
        (
            "boot_reader",
            "login",
            "sadu_tenant, pg_read_all_data",
            Some("past the policies"),
        ),
        (
            "boot_through",
            "login noinherit",
            "sadu_tenant, boot_bypass",
            Some("past the policies"),
        ),
        (
            "boot_alone",
            "login",
            "",
            Some("not a member of sadu_tenant"),
        ),
    ];
    for (role, attributes, member_of, fault) in made {
        run(
            &mut behind,
            &format!("create role {role} {attributes} password 'test'"),
        )
        .await;
        if !member_of.is_empty() {
            run(&mut behind, &format!("grant {member_of} to {role}")).await;
        }
        run(
            &mut behind,
            &format!("grant connect on database {} to {role}", database.name),
        )
        .await;
        let answer = Db::connect(DbConfig::new(database.url(role))).await;
        match (answer, fault) {
            (Ok(db), None) => db.close().await,
            (Err(e), Some(fault)) => assert!(e.to_string().contains(fault), "{role}: {e}"),
            (answer, fault) => panic!("{role}: {answer:?}, expected {fault:?}"),
        }
    }
    // The owner of the schemas itself, with a login.
    run(&mut behind, "create role boot_schema login password 'test'; grant sadu_tenant to boot_schema; alter schema plat owner to boot_schema").await;
    run(
        &mut behind,
        &format!("grant connect on database {} to boot_schema", database.name),
    )
    .await;
    let refusal = Db::connect(DbConfig::new(database.url("boot_schema")))
        .await
        .unwrap_err();
    assert!(refusal.to_string().contains("owns the schema"), "{refusal}");
}

#[tokio::test]
async fn t33_the_console_boots_with_its_own_login_only() {
    let (database, _) = fresh().await;
    let with = |url: SecretString| DbConfig {
        platform_url: Some(url),
        ..config(&database)
    };
    Db::connect(with(database.url("sadu_platform")))
        .await
        .unwrap()
        .close()
        .await;
    for (url, fault) in [
        (database.admin_url(), "superuser"),
        (database.url("sadu_migrator"), "owning role"),
        (database.url("sadu_web"), "a member of sadu_tenant"),
    ] {
        let refusal = Db::connect(with(url)).await.unwrap_err().to_string();
        assert!(refusal.contains(fault), "{refusal}");
    }
}

#[tokio::test]
async fn t34_a_migration_that_forgets_the_guard_is_found() {
    let (database, mut behind) = fresh().await;
    let mut migrator = PgConnection::connect(database.url("sadu_migrator").expose_secret())
        .await
        .unwrap();
    // As the next migration would run, and as one writes it in haste: everything but the guard.
    run(
        &mut migrator,
        "set role sadu_owner; set search_path = plat;
         create table app.wishes (tenant_id uuid not null references app.tenants (id), id uuid not null, primary key (tenant_id, id));
         alter table app.wishes enable row level security;
         alter table app.wishes force row level security;
         create policy tenant_rw on app.wishes for all to sadu_tenant using (true) with check (true);
         grant select, insert on app.wishes to sadu_tenant;",
    )
    .await;
    let rules = |found: Vec<(String, String)>| -> Vec<(String, String)> {
        let short = |(rule, table): (String, String)| (rule[..3].to_owned(), table);
        found.into_iter().map(short).collect()
    };
    let wishes = |rule: &str| (rule.to_owned(), "wishes".to_owned());
    let found = rules(gate(&mut behind).await);
    assert_eq!(found, [wishes("R03"), wishes("R26")]);
    // How its rows are reached when a tenant is deleted, `sadu migrate` sees to; whose they are it cannot know.
    sadu_db::migrate(&database.url("sadu_migrator"))
        .await
        .unwrap();
    let found = rules(gate(&mut behind).await);
    assert_eq!(found, [wishes("R03")]);
}

#[tokio::test]
async fn t35_a_backfill_that_touched_nothing_is_noticed() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    let mut migrator = PgConnection::connect(world.database.url("sadu_migrator").expose_secret())
        .await
        .unwrap();
    run(&mut migrator, "set role sadu_owner").await;
    // Under FORCE the owner sees no row: no error, nothing done. That is the trap.
    let done = migrator
        .execute("update app.catalog_items set position = 7")
        .await
        .unwrap();
    assert_eq!(done.rows_affected(), 0);
    // With the row count asserted, as in every backfill, it fails loudly.
    let careless = migrator
        .execute(
            "do $$
             declare done bigint;
             begin
               update app.catalog_items set position = 7;
               get diagnostics done = row_count;
               if done <> 4 then raise exception 'backfill touched % rows of 4', done; end if;
             end $$",
        )
        .await
        .unwrap_err();
    assert!(
        careless
            .to_string()
            .contains("backfill touched 0 rows of 4"),
        "{careless}"
    );
    // The right form goes tenant by tenant, through the tenant's own door.
    let mut done = 0;
    for tenant in [world.a.tenant, world.b.tenant] {
        let mut door = Attack::on(&world.database, tenant).await;
        done += door
            .run("update app.catalog_items set position = 7")
            .await
            .unwrap();
        door.commit().await;
    }
    assert_eq!(done, 4);
    let left: i64 =
        sqlx::query_scalar("select count(*) from app.catalog_items where position <> 7")
            .fetch_one(&mut behind)
            .await
            .unwrap();
    assert_eq!(left, 0);
}

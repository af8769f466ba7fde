//! What a borrower leaves behind is gone before the next one, and what could not be cleared is noticed.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests make their own tenants"
)]

use sadu_domain::ids::TenantId;
use secrecy::ExposeSecret;
use sqlx::AssertSqlSafe;

use super::*;
use crate::testing::{TestCluster, TestDatabase};

async fn one_connection() -> (TestDatabase, Db) {
    let database = TestCluster::shared().await.unwrap().fresh().await.unwrap();
    let config = DbConfig {
        read_connections: 1,
        ..DbConfig::new(database.url("sadu_web"))
    };
    let db = Db::connect(config).await.unwrap();
    (database, db)
}

async fn text(conn: &mut PgConnection, sql: &'static str) -> String {
    let value: Option<String> = sqlx::query_scalar(sql).fetch_one(conn).await.unwrap();
    value.unwrap_or_default()
}

const WHO: &str = "select pg_backend_pid()::text";
const LEFT: &str = "select (select count(*) from pg_cursors)::text || ' ' || (select count(*) from pg_listening_channels())::text
  || ' ' || (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())::text
  || ' ' || coalesce(current_setting('app.current_tenant', true), '') || ' ' || current_setting('role') || ' ' || current_setting('work_mem')";

#[tokio::test]
async fn nothing_is_left_for_the_next_borrower() {
    let (_, db) = one_connection().await;
    let mut tx = db.tenant(TenantCtx::nobody()).await.unwrap();
    let pid = text(tx.conn().unwrap(), WHO).await;
    let clean = text(tx.conn().unwrap(), LEFT).await;
    tx.commit().await.unwrap();
    // Each of these outlives its transaction.
    let tenant = TenantId::new();
    for leave in [
        "declare kept cursor with hold for select 1".to_owned(),
        "listen news".to_owned(),
        "select pg_advisory_lock(1), pg_advisory_lock_shared(2)".to_owned(),
        format!("set session app.current_tenant = '{tenant}'"),
        "set session role sadu_tenant".to_owned(),
        "set session work_mem = '77MB'".to_owned(),
    ] {
        let mut tx = db.tenant(TenantCtx::vouch(tenant)).await.unwrap();
        let conn = tx.conn().unwrap();
        assert_eq!(text(conn, WHO).await, pid, "not the same connection");
        conn.execute(sqlx::raw_sql(AssertSqlSafe(leave.clone())))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut next = db.tenant(TenantCtx::nobody()).await.unwrap();
        let conn = next.conn().unwrap();
        assert_eq!(text(conn, WHO).await, pid, "not the same connection");
        assert_eq!(text(conn, LEFT).await, clean, "{leave}");
        next.commit().await.unwrap();
    }
    // A transaction that nobody ended, below the doors.
    for open in ["begin", "begin; savepoint s; select 1"] {
        let mut conn = acquire(db.reads()).await.unwrap();
        conn.execute(sqlx::raw_sql(open)).await.unwrap();
        drop(conn);
        let mut next = db.tenant(TenantCtx::nobody()).await.unwrap();
        let conn = next.conn().unwrap();
        assert_eq!(text(conn, WHO).await, pid, "not the same connection");
        assert_eq!(text(conn, LEFT).await, clean, "{open}");
        next.commit().await.unwrap();
    }
}

#[tokio::test]
async fn role_and_tenant_end_with_the_transaction() {
    let (_, db) = one_connection().await;
    let ctx = TenantCtx::vouch(TenantId::new());
    for end in ["commit", "rollback"] {
        // The writers' connections are not scrubbed: what the door sets must end by itself.
        for mut tx in [
            db.tenant(ctx).await.unwrap(),
            db.writers().tenant(ctx).await.unwrap(),
        ] {
            let conn = tx.conn().unwrap();
            let inside = text(conn, LEFT).await;
            assert!(inside.contains(&format!("{} sadu_tenant", ctx.tenant())));
            conn.execute(end).await.unwrap();
            assert_eq!(state(conn).await, State::Clean, "{end}");
        }
    }
}

#[tokio::test]
async fn a_transaction_without_an_end_takes_its_connection_along() {
    let (_, db) = one_connection().await;
    let mut tx = db.tenant(TenantCtx::nobody()).await.unwrap();
    let pid = text(tx.conn().unwrap(), WHO).await;
    drop(tx);
    let mut next = db.tenant(TenantCtx::nobody()).await.unwrap();
    assert_ne!(text(next.conn().unwrap(), WHO).await, pid);
    next.commit().await.unwrap();
}

#[tokio::test]
async fn dirt_and_death_are_told_apart() {
    let (database, _) = one_connection().await;
    let url = database.url("sadu_web");
    let mut conn = PgConnection::connect(url.expose_secret()).await.unwrap();
    assert_eq!(state(&mut conn).await, State::Clean);
    for dirty in [
        "begin",
        "begin; select set_config('app.current_tenant', 'x', true)",
        "set app.current_tenant = 'x'",
        "set role sadu_tenant",
    ] {
        conn.execute(sqlx::raw_sql(dirty)).await.unwrap();
        assert_eq!(state(&mut conn).await, State::Dirty, "{dirty}");
        conn.execute(sqlx::raw_sql(SCRUB)).await.unwrap();
        assert_eq!(state(&mut conn).await, State::Clean, "{dirty}");
    }
    // A transaction that failed answers with errors; it lives, and is not clean.
    conn.execute("begin").await.unwrap();
    conn.execute("select 1 / 0").await.unwrap_err();
    assert_eq!(state(&mut conn).await, State::Dirty);
    conn.execute(sqlx::raw_sql(SCRUB)).await.unwrap();
    assert_eq!(state(&mut conn).await, State::Clean);

    let pid = text(&mut conn, WHO).await;
    let mut admin = PgConnection::connect(database.admin_url().expose_secret())
        .await
        .unwrap();
    let end = format!("select pg_terminate_backend({pid}, 5000)");
    admin
        .execute(sqlx::raw_sql(AssertSqlSafe(end)))
        .await
        .unwrap();
    assert_eq!(state(&mut conn).await, State::Dead);
}

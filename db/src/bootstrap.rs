//! `sadu bootstrap`: roles, the database and its schemas, made once with an admin login. Running it again changes nothing but
//! the passwords.

use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection};

use crate::error::DbError;

/// Passwords of the five logins.
#[derive(Debug, Clone)]
pub struct RolePasswords {
    /// `sadu_migrator`.
    pub migrator: SecretString,
    /// `sadu_web`.
    pub web: SecretString,
    /// `sadu_worker`.
    pub worker: SecretString,
    /// `sadu_jobs`.
    pub jobs: SecretString,
    /// `sadu_platform`.
    pub platform: SecretString,
}

const ROLES: &str = "
do $$
declare r text;
begin
  foreach r in array array['sadu_owner', 'sadu_tenant', 'sadu_cross', 'sadu_audit'] loop
    if not exists (select 1 from pg_roles where rolname = r) then execute format('create role %I nologin', r); end if;
  end loop;
  foreach r in array array['sadu_migrator', 'sadu_web', 'sadu_worker', 'sadu_jobs', 'sadu_platform'] loop
    if not exists (select 1 from pg_roles where rolname = r) then execute format('create role %I login noinherit', r); end if;
  end loop;
  foreach r in array array['sadu_owner', 'sadu_tenant', 'sadu_cross', 'sadu_audit', 'sadu_migrator', 'sadu_web', 'sadu_worker', 'sadu_jobs', 'sadu_platform'] loop
    execute format('alter role %I nosuperuser nobypassrls nocreaterole nocreatedb noreplication', r);
  end loop;
end $$;
grant sadu_owner, sadu_cross, sadu_audit, sadu_jobs to sadu_migrator;
grant sadu_tenant to sadu_web, sadu_worker;
alter role sadu_web set statement_timeout = '5s';
alter role sadu_web set lock_timeout = '2s';
alter role sadu_web set idle_in_transaction_session_timeout = '10s';
alter role sadu_web set search_path = pg_catalog, pg_temp;
alter role sadu_worker set statement_timeout = '60s';
alter role sadu_worker set lock_timeout = '5s';
alter role sadu_worker set idle_in_transaction_session_timeout = '60s';
alter role sadu_worker set search_path = pg_catalog, pg_temp;
alter role sadu_jobs set statement_timeout = '60s';
alter role sadu_jobs set lock_timeout = '5s';
alter role sadu_jobs set search_path = pg_catalog, pg_temp;
alter role sadu_platform set statement_timeout = '10s';
alter role sadu_platform set search_path = pg_catalog, pg_temp;
";

// The job library would make its schema and the list of its migrations by itself, if its login might make schemas.
const SCHEMAS: &str = "
revoke create on schema public from public;
revoke execute on all functions in schema public from public;
revoke execute on function lo_create(oid), lo_creat(int), lo_from_bytea(oid, bytea), lo_open(oid, int), lo_get(oid),
  lo_get(oid, bigint, int), lo_put(oid, bigint, bytea), lo_unlink(oid) from public;
create schema if not exists app authorization sadu_owner;
create schema if not exists plat authorization sadu_owner;
create schema if not exists jobs authorization sadu_jobs;
create table if not exists jobs.migrations (id int primary key, ts timestamptz default now() not null, breaking boolean not null default false);
alter table jobs.migrations owner to sadu_jobs;
";

/// Makes roles and the database named in `database`; returns when both stand.
///
/// # Errors
/// The database's; a login that may not create roles says so.
pub async fn bootstrap(
    admin_url: &SecretString,
    database: &str,
    passwords: &RolePasswords,
) -> Result<(), DbError> {
    let options = PgConnectOptions::from_str(admin_url.expose_secret())?;
    let mut admin = options.connect().await?;
    // Two processes may bootstrap one cluster at the same instant; roles are the cluster's, so they take turns.
    admin.execute("select pg_advisory_lock(7236847)").await?;
    admin.execute(sqlx::raw_sql(ROLES)).await?;
    for (role, password) in [
        ("sadu_migrator", &passwords.migrator),
        ("sadu_web", &passwords.web),
        ("sadu_worker", &passwords.worker),
        ("sadu_jobs", &passwords.jobs),
        ("sadu_platform", &passwords.platform),
    ] {
        let sql = format!(
            "alter role {role} password '{}'",
            password.expose_secret().replace('\'', "''")
        );
        admin.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    }
    create_database(&mut admin, database).await?;
    admin.execute("select pg_advisory_unlock(7236847)").await?;
    admin.close().await?;
    let mut inside = options.database(database).connect().await?;
    inside.execute(sqlx::raw_sql(SCHEMAS)).await?;
    inside.close().await?;
    Ok(())
}

async fn create_database(admin: &mut PgConnection, database: &str) -> Result<(), DbError> {
    let quoted = format!("\"{}\"", database.replace('"', "\"\""));
    let exists: bool =
        sqlx::query_scalar("select exists (select 1 from pg_database where datname = $1)")
            .bind(database)
            .fetch_one(&mut *admin)
            .await?;
    if !exists {
        admin
            .execute(sqlx::raw_sql(AssertSqlSafe(format!(
                "create database {quoted}"
            ))))
            .await?;
    }
    grant_database(admin, database).await
}

/// Who may connect: the five logins, and nobody may make temporary tables. A database copied from a template needs it again.
pub(crate) async fn grant_database(
    admin: &mut PgConnection,
    database: &str,
) -> Result<(), DbError> {
    let quoted = format!("\"{}\"", database.replace('"', "\"\""));
    let sql = format!(
        "revoke all on database {quoted} from public; grant connect on database {quoted} to sadu_web, sadu_worker, sadu_jobs, sadu_platform, sadu_migrator"
    );
    admin.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    Ok(())
}

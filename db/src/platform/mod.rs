//! [`PlatformTx`]: the console's door. Its login owns nothing; it reaches the platform's own tables in `plat`, and tenants' rows only
//! through the functions of `sadu_cross`.
//!
//! `sign_in` has the platform's sign-ins and sessions, `opening` makes a tenant, `tenants` has what may be done to one, `plans` how
//! much tenants may have, `jobs` what waits for the worker, `audit` its log.

pub mod audit;
pub mod jobs;
pub mod opening;
pub mod plans;
pub mod sign_in;
pub mod tenants;

use sadu_domain::ids::TenantId;
use secrecy::{ExposeSecret, SecretString};
use sqlx::pool::PoolConnection;
use sqlx::{Connection, Executor, PgConnection, Postgres};
use uuid::Uuid;

use crate::error::DbError;
use crate::pool::{Db, acquire};
use crate::tx::{COMMIT, Isolation, begin};

/// A transaction of the platform console.
#[derive(Debug)]
pub struct PlatformTx {
    conn: Option<PoolConnection<Postgres>>,
}

impl PlatformTx {
    /// Begins on the platform's own pool and login.
    ///
    /// # Errors
    /// `Busy` when the process has no platform pool or no connection came free.
    pub async fn begin(db: &Db) -> Result<Self, DbError> {
        let pool = db.platform_pool().ok_or(DbError::Busy)?;
        let mut tx = Self {
            conn: Some(acquire(pool).await?),
        };
        let begin = begin(Isolation::ReadCommitted, db.prepared());
        tx.conn()?.execute(begin).await?;
        Ok(tx)
    }

    pub(crate) fn conn(&mut self) -> Result<&mut PgConnection, DbError> {
        self.conn
            .as_deref_mut()
            .ok_or(DbError::Other(sqlx::Error::PoolClosed))
    }

    /// Commits.
    ///
    /// # Errors
    /// The database's.
    pub async fn commit(mut self) -> Result<(), DbError> {
        self.conn()?.execute(COMMIT).await?;
        drop(self.conn.take());
        Ok(())
    }
}

impl Drop for PlatformTx {
    fn drop(&mut self) {
        if let Some(conn) = &mut self.conn {
            conn.close_on_drop();
        }
    }
}

/// Somebody who runs the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformAdmin {
    /// Lower-case; one account each.
    pub email: String,
    /// As colleagues see it.
    pub name: String,
    /// The provider that signs them in.
    pub issuer: String,
    /// Who they are there.
    pub subject: String,
}

/// Lets somebody run the platform, or moves them to another identity. `migrator` is the login of `sadu_migrator`: none of the
/// logins that serve may do this.
///
/// # Errors
/// The database's.
pub async fn appoint(migrator: &SecretString, admin: &PlatformAdmin) -> Result<(), DbError> {
    let mut conn = PgConnection::connect(migrator.expose_secret()).await?;
    conn.execute("set role sadu_owner; set search_path = pg_catalog, pg_temp")
        .await?;
    sqlx::query(
        "insert into plat.platform_admins (id, email, name, issuer, subject) values ($1, lower($2), $3, $4, $5)
         on conflict (email) do update
         set name = excluded.name, issuer = excluded.issuer, subject = excluded.subject, dismissed_at = null",
    )
    .bind(Uuid::now_v7())
    .bind(&admin.email)
    .bind(&admin.name)
    .bind(&admin.issuer)
    .bind(&admin.subject)
    .execute(&mut conn)
    .await?;
    conn.close().await?;
    Ok(())
}

/// Lets somebody run the platform no longer; their sessions end with it. False when there is no such person.
///
/// # Errors
/// The database's.
pub async fn dismiss(migrator: &SecretString, email: &str) -> Result<bool, DbError> {
    let mut conn = PgConnection::connect(migrator.expose_secret()).await?;
    conn.execute("set role sadu_owner; set search_path = pg_catalog, pg_temp")
        .await?;
    let done = sqlx::query(
        "update plat.platform_admins set dismissed_at = now() where email = lower($1) and dismissed_at is null",
    )
    .bind(email)
    .execute(&mut conn)
    .await?;
    conn.close().await?;
    Ok(done.rows_affected() > 0)
}

/// Lets a tenant answer on a name without proof, as the operator may: for a name that is not in public DNS. `migrator` is the login of
/// `sadu_migrator`.
///
/// # Errors
/// `Constraint` when the name is taken.
pub async fn register_domain(
    migrator: &SecretString,
    tenant: TenantId,
    host: &str,
) -> Result<(), DbError> {
    let mut conn = PgConnection::connect(migrator.expose_secret()).await?;
    conn.execute("set role sadu_owner; set search_path = pg_catalog, pg_temp")
        .await?;
    sqlx::query(
        "insert into plat.tenant_domains (host, tenant_id, state, verified_at) values ($1, $2, 'live', now())",
    )
    .bind(host)
    .bind(tenant.as_uuid())
    .execute(&mut conn)
    .await?;
    conn.close().await?;
    Ok(())
}

/// Forgets what a tenant's commits so far left to be done; answers how many jobs that were. For a history that is written at once, before
/// anybody is served: nobody is to be told of what they only look back on. `migrator` is the login of `sadu_migrator`.
///
/// # Errors
/// The database's.
pub async fn forget_jobs(migrator: &SecretString, tenant: TenantId) -> Result<u64, DbError> {
    let mut conn = PgConnection::connect(migrator.expose_secret()).await?;
    conn.execute("set role sadu_cross; set search_path = pg_catalog, pg_temp")
        .await?;
    let done = sqlx::query("delete from app.outbox where tenant_id = $1")
        .bind(tenant.as_uuid())
        .execute(&mut conn)
        .await?;
    conn.close().await?;
    Ok(done.rows_affected())
}

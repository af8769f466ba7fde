//! The migration step: runs as `sadu_migrator`, taking on `sadu_owner`; the list of what ran lives in `plat`. Then what every tenant table
//! has for the day its tenant is deleted, and the job library's own migrations, as `sadu_jobs`.

use secrecy::{ExposeSecret, SecretString};
use sqlx::migrate::Migrator;
use sqlx::{Connection, Executor, PgConnection};

use crate::erasure::catalog::POLICIES;
use crate::error::DbError;
use crate::jobs;

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// Version of the newest migration this program knows.
#[must_use]
pub fn latest_version() -> i64 {
    MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0)
}

/// Brings the database up to [`latest_version`]. `url` is the login of `sadu_migrator`.
///
/// # Errors
/// The database's; a migration that failed left nothing.
pub async fn migrate(url: &SecretString) -> Result<(), DbError> {
    let mut conn = PgConnection::connect(url.expose_secret()).await?;
    conn.execute("set role sadu_owner; set search_path = plat; set lock_timeout = '2s'")
        .await?;
    MIGRATIONS
        .run_direct(None, &mut conn, false)
        .await
        .map_err(|e| DbError::Other(sqlx::Error::Migrate(Box::new(e))))?;
    conn.execute(POLICIES).await?;
    conn.close().await?;
    jobs::migrate(url).await
}

//! Names of a tenant's own (security.md, ISO-2): claimed by the tenant, in service once DNS proves the claim, given up with a
//! tombstone of thirty days.
//!
//! Called by the commands of `actors` and by the reads of `src`; the daily look of `src/upkeep` is at the end.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::error::DbError;
use crate::platform::PlatformTx;
use crate::tx::TenantTx;

/// A claim that waits for its proof.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Claim {
    /// The name.
    pub host: String,
    /// What DNS must hold.
    pub token: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// A name that the tenant has or had.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Domain {
    /// The name.
    pub host: String,
    /// `live`, `suspended` or `released`.
    pub state: String,
    /// When it was proven.
    pub verified_at: Option<DateTime<Utc>>,
    /// When its proof was last looked at.
    pub checked_at: Option<DateTime<Utc>>,
    /// Times in a row that the proof was gone.
    pub failures: i32,
    /// When it was given up.
    pub released_at: Option<DateTime<Utc>>,
}

/// What became of a claim that was to be proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// In service.
    Live,
    /// There is no claim on it.
    NoClaim,
    /// The proof is not there.
    Unproven,
    /// It is somebody else's.
    Taken,
}

/// Claims a name with a fresh token; an older claim of the tenant on it is replaced.
///
/// # Errors
/// The database's.
pub async fn claim(tx: &mut TenantTx, host: &str, token: &str) -> Result<(), DbError> {
    sqlx::query(
        "insert into app.domain_claims (tenant_id, host, token) values ($1, $2, $3)
         on conflict (tenant_id, host) do update set token = excluded.token, created_at = now()",
    )
    .bind(tx.tenant().as_uuid())
    .bind(host)
    .bind(token)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Drops a claim; true when there was one.
///
/// # Errors
/// The database's.
pub async fn drop_claim(tx: &mut TenantTx, host: &str) -> Result<bool, DbError> {
    let done = sqlx::query("delete from app.domain_claims where tenant_id = $1 and host = $2")
        .bind(tx.tenant().as_uuid())
        .bind(host)
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Claims that wait for their proof, by name.
///
/// # Errors
/// The database's.
pub async fn claims(tx: &mut TenantTx) -> Result<Vec<Claim>, DbError> {
    Ok(sqlx::query_as(
        "select host, token, created_at from app.domain_claims where tenant_id = $1 order by host limit 100",
    )
    .bind(tx.tenant().as_uuid())
    .fetch_all(tx.conn()?)
    .await?)
}

/// Names that the tenant has or had, by name.
///
/// # Errors
/// The database's.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Domain>, DbError> {
    Ok(sqlx::query_as(
        "select host, state, verified_at, checked_at, failures, released_at from plat.domain_states()",
    )
    .fetch_all(tx.conn()?)
    .await?)
}

/// Whether the tenant may claim a name.
///
/// # Errors
/// The database's.
pub async fn available(tx: &mut TenantTx, host: &str) -> Result<bool, DbError> {
    Ok(sqlx::query_scalar("select plat.domain_available($1)")
        .bind(host)
        .fetch_one(tx.conn()?)
        .await?)
}

/// Puts a claimed name into service, if `seen` (the TXT records that DNS holds for it) proves the claim.
///
/// # Errors
/// The database's.
pub async fn activate(
    tx: &mut TenantTx,
    host: &str,
    seen: &[String],
) -> Result<Activation, DbError> {
    let state: String = sqlx::query_scalar("select plat.activate_domain($1, $2)")
        .bind(host)
        .bind(seen)
        .fetch_one(tx.conn()?)
        .await?;
    match state.as_str() {
        "live" => Ok(Activation::Live),
        "no_claim" => Ok(Activation::NoClaim),
        "unproven" => Ok(Activation::Unproven),
        "taken" => Ok(Activation::Taken),
        _ => Err(DbError::Corrupt("domain activation".into())),
    }
}

/// Gives a name up; true when it was the tenant's.
///
/// # Errors
/// The database's.
pub async fn release(tx: &mut TenantTx, host: &str) -> Result<bool, DbError> {
    Ok(sqlx::query_scalar("select plat.release_domain($1)")
        .bind(host)
        .fetch_one(tx.conn()?)
        .await?)
}

/// Names in service whose proof was not looked at for a day, with their tokens; a hundred at most.
///
/// # Errors
/// The database's.
pub async fn due(tx: &mut PlatformTx) -> Result<Vec<(String, String)>, DbError> {
    Ok(sqlx::query_as("select host, token from plat.domains_due()")
        .fetch_all(tx.conn()?)
        .await?)
}

/// Notes whether the proof was there; the third time in a row that it was not, the name is served no longer. Returns the name's
/// state, `None` when it was looked at meanwhile.
///
/// # Errors
/// The database's.
pub async fn note_check(
    tx: &mut PlatformTx,
    host: &str,
    token: &str,
    good: bool,
) -> Result<Option<String>, DbError> {
    Ok(
        sqlx::query_scalar("select plat.note_domain_check($1, $2, $3)")
            .bind(host)
            .bind(token)
            .bind(good)
            .fetch_one(tx.conn()?)
            .await?,
    )
}

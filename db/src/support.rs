//! Somebody of the platform inside a tenant (security.md, ISO-8): begun once by a one-time code, ended by leaving or by the clock.
//!
//! Only `platform::tenants::act_as` makes a row. Called by the commands of `actors` and by `src/auth`.

use chrono::{DateTime, Utc};
use sadu_domain::ids::SessionId;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use crate::error::DbError;
use crate::tx::TenantTx;

/// Such a session, under way.
#[derive(Debug, Clone, FromRow)]
pub struct Support {
    /// Its id; not the secret.
    pub id: Uuid,
    /// Who.
    pub admin_id: Uuid,
    /// The person's name, as the tenant sees it.
    pub admin_name: String,
    /// Whether more than looking is allowed.
    pub may_write: bool,
    /// The one host on which it counts.
    pub host: String,
    /// When the person last proved who they are.
    pub auth_time: DateTime<Utc>,
    /// Key of its CSRF tokens.
    pub csrf_secret: Vec<u8>,
    /// When it ends whatever happens.
    pub expires_at: DateTime<Utc>,
}

/// A session to be begun.
#[derive(Debug, Clone)]
pub struct Begin {
    /// SHA-256 of the one-time code.
    pub code_hash: [u8; 32],
    /// The host that was asked.
    pub host: String,
    /// SHA-256 of the cookie.
    pub token_hash: [u8; 32],
    /// Key of its CSRF tokens.
    pub csrf_secret: [u8; 32],
}

/// What the log says of one that began.
#[derive(Debug, Clone, FromRow)]
pub struct Begun {
    /// Its id.
    pub id: Uuid,
    /// Who.
    pub admin_id: Uuid,
    /// The person's name.
    pub admin_name: String,
    /// Why.
    pub reason: String,
    /// Where it was asked for.
    pub ticket: String,
    /// Whether more than looking is allowed.
    pub may_write: bool,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// The session of a cookie, unless it ended.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut TenantTx, token_hash: &[u8; 32]) -> Result<Option<Support>, DbError> {
    Ok(sqlx::query_as(
        "select id, admin_id, admin_name, may_write, host, auth_time, csrf_secret, expires_at from app.support_sessions
         where tenant_id = $1 and token_hash = $2 and ended_at is null and expires_at > now()",
    )
    .bind(tx.tenant().as_uuid())
    .bind(token_hash.as_slice())
    .fetch_optional(tx.conn()?)
    .await?)
}

/// Whether this one-time code was ever given out: a guess costs a read, never a write.
///
/// # Errors
/// The database's.
pub async fn knows_code(tx: &mut TenantTx, code_hash: &[u8; 32]) -> Result<bool, DbError> {
    Ok(sqlx::query_scalar(
        "select exists (select 1 from app.support_sessions where tenant_id = $1 and code_hash = $2)",
    )
    .bind(tx.tenant().as_uuid())
    .bind(code_hash.as_slice())
    .fetch_one(tx.conn()?)
    .await?)
}

/// Begins a session with its one-time code, once.
///
/// # Errors
/// The database's.
pub async fn begin(tx: &mut TenantTx, begin: &Begin) -> Result<Option<Begun>, DbError> {
    Ok(sqlx::query_as(
        "update app.support_sessions set began_at = now(), host = $3, token_hash = $4, csrf_secret = $5
         where tenant_id = $1 and code_hash = $2 and began_at is null and ended_at is null
           and code_expires_at > now() and expires_at > now()
         returning id, admin_id, admin_name, reason, ticket, may_write, expires_at",
    )
    .bind(tx.tenant().as_uuid())
    .bind(begin.code_hash.as_slice())
    .bind(&begin.host)
    .bind(begin.token_hash.as_slice())
    .bind(begin.csrf_secret.as_slice())
    .fetch_optional(tx.conn()?)
    .await?)
}

/// Ends a session whose code came again; its id and person when there was one.
///
/// # Errors
/// The database's.
pub async fn end_replayed(
    tx: &mut TenantTx,
    code_hash: &[u8; 32],
) -> Result<Option<(Uuid, Uuid)>, DbError> {
    let row = sqlx::query(
        "update app.support_sessions set ended_at = now(), end_reason = 'replayed'
         where tenant_id = $1 and code_hash = $2 and began_at is not null and ended_at is null returning id, admin_id",
    )
    .bind(tx.tenant().as_uuid())
    .bind(code_hash.as_slice())
    .fetch_optional(tx.conn()?)
    .await?;
    row.map(|row| Ok((row.try_get("id")?, row.try_get("admin_id")?)))
        .transpose()
}

/// Ends a session because its person leaves; true when it had not ended.
///
/// # Errors
/// The database's.
pub async fn leave(tx: &mut TenantTx, id: SessionId) -> Result<bool, DbError> {
    let done = sqlx::query(
        "update app.support_sessions set ended_at = now(), end_reason = 'left'
         where tenant_id = $1 and id = $2 and ended_at is null",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id.as_uuid())
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() == 1)
}

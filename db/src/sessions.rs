//! Server-side sessions. The cookie holds 256 random bits, the row their SHA-256; what a session may do is read from the
//! user each time, so that a change of role or a removal counts at once.
//!
//! Called by the commands and queries of sign-in.

use chrono::{DateTime, Utc};
use sadu_domain::access::Role;
use sadu_domain::ids::{SessionId, UserId};
use sqlx::Row;

use crate::error::DbError;
use crate::tx::TenantTx;
use crate::users;

/// A session without activity ends after this long, in minutes.
const IDLE_MINUTES: i32 = 30;

/// The provider is asked again about a session after this long, in minutes.
const RENEW_MINUTES: i32 = 15;

/// A session that has not ended, with its user as it is now.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id; not the secret.
    pub id: SessionId,
    /// Who.
    pub user_id: UserId,
    /// The user's name.
    pub name: String,
    /// The user's address.
    pub email: String,
    /// The user's role now.
    pub role: Role,
    /// The one host on which it counts.
    pub host: String,
    /// Whether a second factor was proven when it began.
    pub mfa: bool,
    /// When the person last proved who they are.
    pub auth_time: DateTime<Utc>,
    /// Key of its CSRF tokens.
    pub csrf_secret: Vec<u8>,
    /// To the minute.
    pub last_seen_at: DateTime<Utc>,
    /// Whether it is time to ask the provider again whether the person still has a place there.
    pub renewal_due: bool,
    /// When it ends whatever happens.
    pub expires_at: DateTime<Utc>,
    /// Somebody of the platform acts here; none for the tenant's own people.
    pub acting: Option<Acting>,
}

/// Somebody of the platform inside the tenant, as `support` keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// Who, at the platform.
    pub admin: uuid::Uuid,
    /// Whether more than looking is allowed.
    pub write: bool,
}

/// A session to be begun.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// SHA-256 of the cookie's value.
    pub token_hash: [u8; 32],
    /// Who.
    pub user_id: UserId,
    /// The one host on which it counts.
    pub host: String,
    /// Whether a second factor was proven.
    pub mfa: bool,
    /// When the person proved who they are.
    pub auth_time: DateTime<Utc>,
    /// Key of its CSRF tokens.
    pub csrf_secret: [u8; 32],
    /// The provider's refresh token, sealed.
    pub refresh_sealed: Option<Vec<u8>>,
    /// When it ends whatever happens.
    pub expires_at: DateTime<Utc>,
}

/// The session of a cookie, unless it ended, lay idle, or its user was disabled.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut TenantTx, token_hash: &[u8; 32]) -> Result<Option<Session>, DbError> {
    let row = sqlx::query(
        "select s.id, s.user_id, s.host, s.mfa, s.auth_time, s.csrf_secret, s.last_seen_at, s.expires_at, u.name, u.email, u.role,
                s.refresh_sealed is not null and s.verified_at < now() - make_interval(mins => $4) as renewal_due
         from app.sessions s
         join app.users u on u.tenant_id = s.tenant_id and u.id = s.user_id
         where s.tenant_id = $1 and s.token_hash = $2 and u.tenant_id = $1 and u.status = 'active'
           and s.expires_at > now() and s.last_seen_at > now() - make_interval(mins => $3)",
    )
    .bind(tx.tenant().as_uuid())
    .bind(token_hash.as_slice())
    .bind(IDLE_MINUTES)
    .bind(RENEW_MINUTES)
    .fetch_optional(tx.conn()?)
    .await?;
    row.map(|row| {
        Ok(Session {
            id: SessionId::from_uuid(row.try_get("id")?),
            user_id: UserId::from_uuid(row.try_get("user_id")?),
            name: row.try_get("name")?,
            email: row.try_get("email")?,
            role: users::role(&row)?,
            host: row.try_get("host")?,
            mfa: row.try_get("mfa")?,
            auth_time: row.try_get("auth_time")?,
            csrf_secret: row.try_get("csrf_secret")?,
            last_seen_at: row.try_get("last_seen_at")?,
            renewal_due: row.try_get("renewal_due")?,
            expires_at: row.try_get("expires_at")?,
            acting: None,
        })
    })
    .transpose()
}

/// A session of a person, as they see it themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    /// Its id; not the secret.
    pub id: SessionId,
    /// The one host on which it counts.
    pub host: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// To the minute.
    pub last_seen_at: DateTime<Utc>,
}

/// Sessions of a user that have not ended, the latest in use first; at most 50.
///
/// # Errors
/// The database's.
pub async fn of_user(tx: &mut TenantTx, user: UserId) -> Result<Vec<OwnSession>, DbError> {
    sqlx::query(
        "select id, host, created_at, last_seen_at from app.sessions
         where tenant_id = $1 and user_id = $2 and expires_at > now() and last_seen_at > now() - make_interval(mins => $3)
         order by last_seen_at desc, id desc limit 50",
    )
    .bind(tx.tenant().as_uuid())
    .bind(user.as_uuid())
    .bind(IDLE_MINUTES)
    .fetch_all(tx.conn()?)
    .await?
    .iter()
    .map(|row| {
        Ok(OwnSession {
            id: SessionId::from_uuid(row.try_get("id")?),
            host: row.try_get("host")?,
            created_at: row.try_get("created_at")?,
            last_seen_at: row.try_get("last_seen_at")?,
        })
    })
    .collect()
}

/// Begins a session.
///
/// # Errors
/// The database's.
pub async fn insert(tx: &mut TenantTx, new: &NewSession) -> Result<(), DbError> {
    sqlx::query(
        "insert into app.sessions (tenant_id, id, token_hash, user_id, host, mfa, auth_time, csrf_secret, expires_at, refresh_sealed)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(tx.tenant().as_uuid())
    .bind(new.id.as_uuid())
    .bind(new.token_hash.as_slice())
    .bind(new.user_id.as_uuid())
    .bind(&new.host)
    .bind(new.mfa)
    .bind(new.auth_time)
    .bind(new.csrf_secret.as_slice())
    .bind(new.expires_at)
    .bind(new.refresh_sealed.as_deref())
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Notes activity of a session and its user; does nothing when it was noted within the last 50 seconds.
///
/// # Errors
/// The database's.
pub async fn touch(tx: &mut TenantTx, id: SessionId) -> Result<(), DbError> {
    sqlx::query(
        "with touched as (
           update app.sessions set last_seen_at = now()
           where tenant_id = $1 and id = $2 and last_seen_at < now() - interval '50 seconds'
           returning user_id
         )
         update app.users u set last_seen_at = now() from touched t where u.tenant_id = $1 and u.id = t.user_id",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id.as_uuid())
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Takes the sealed refresh token of a session whose renewal is due, for one caller in the whole cluster: whoever comes second
/// finds that it is not due any more.
///
/// # Errors
/// The database's.
pub async fn claim_renewal(tx: &mut TenantTx, id: SessionId) -> Result<Option<Vec<u8>>, DbError> {
    Ok(sqlx::query_scalar(
        "update app.sessions set verified_at = now()
         where tenant_id = $1 and id = $2 and refresh_sealed is not null and verified_at < now() - make_interval(mins => $3)
         returning refresh_sealed",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id.as_uuid())
    .bind(RENEW_MINUTES)
    .fetch_optional(tx.conn()?)
    .await?)
}

/// Keeps the next refresh token of a session.
///
/// # Errors
/// The database's.
pub async fn keep_refresh(tx: &mut TenantTx, id: SessionId, sealed: &[u8]) -> Result<(), DbError> {
    sqlx::query("update app.sessions set refresh_sealed = $3 where tenant_id = $1 and id = $2")
        .bind(tx.tenant().as_uuid())
        .bind(id.as_uuid())
        .bind(sealed)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Ends a session; true when there was one.
///
/// # Errors
/// The database's.
pub async fn end(tx: &mut TenantTx, id: SessionId) -> Result<bool, DbError> {
    let done = sqlx::query("delete from app.sessions where tenant_id = $1 and id = $2")
        .bind(tx.tenant().as_uuid())
        .bind(id.as_uuid())
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Ends the session of a cookie, as a new sign-in in the same browser does.
///
/// # Errors
/// The database's.
pub async fn end_by_token(tx: &mut TenantTx, token_hash: &[u8; 32]) -> Result<(), DbError> {
    sqlx::query("delete from app.sessions where tenant_id = $1 and token_hash = $2")
        .bind(tx.tenant().as_uuid())
        .bind(token_hash.as_slice())
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Ends every session of a user; returns how many there were.
///
/// # Errors
/// The database's.
pub async fn end_all_of(tx: &mut TenantTx, user: UserId) -> Result<u64, DbError> {
    let done = sqlx::query("delete from app.sessions where tenant_id = $1 and user_id = $2")
        .bind(tx.tenant().as_uuid())
        .bind(user.as_uuid())
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected())
}

/// Removes sessions that ended, a bounded number at a time.
///
/// # Errors
/// The database's.
pub async fn sweep(tx: &mut TenantTx) -> Result<(), DbError> {
    sqlx::query(
        "delete from app.sessions where tenant_id = $1 and id in (
           select id from app.sessions
           where tenant_id = $1 and (expires_at < now() or last_seen_at < now() - make_interval(mins => $2)) limit 50)",
    )
    .bind(tx.tenant().as_uuid())
    .bind(IDLE_MINUTES)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

//! Sign-ins and sessions of those who run the platform. They never meet a tenant's: other tables, another login, another pool.
//!
//! Called by `src/auth/platform`. Each step of a sign-in is one UPDATE whose WHERE is the whole condition.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::PlatformTx;
use crate::error::DbError;

/// A sign-in lives this long until the callback, in seconds.
const START_LIFE: i32 = 600;
/// A one-time code lives this long, in seconds.
const CODE_LIFE: i32 = 60;
/// A session without activity ends after this long, in minutes.
const IDLE_MINUTES: i32 = 15;
/// A session ends after this long, whatever happens, in hours: the provider is not asked again in between.
const ABSOLUTE_HOURS: i32 = 4;

/// Somebody who runs the platform.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Admin {
    /// Who.
    pub id: Uuid,
    /// As tenants see it.
    pub name: String,
    /// Lower-case.
    pub email: String,
}

/// A session that has not ended, with its person as they are now.
#[derive(Debug, Clone, FromRow)]
pub struct Session {
    /// Its id; not the secret.
    pub id: Uuid,
    /// Who.
    #[sqlx(flatten)]
    pub admin: SessionAdmin,
    /// When the person last proved who they are.
    pub auth_time: DateTime<Utc>,
    /// Key of its CSRF tokens.
    pub csrf_secret: Vec<u8>,
    /// When it ends whatever happens.
    pub expires_at: DateTime<Utc>,
}

/// The person of a session.
#[derive(Debug, Clone, FromRow)]
pub struct SessionAdmin {
    /// Who.
    pub admin_id: Uuid,
    /// As tenants see it.
    pub name: String,
    /// Lower-case.
    pub email: String,
}

/// A session to be begun with a one-time code.
#[derive(Debug, Clone)]
pub struct Finish {
    /// SHA-256 of the code.
    pub code_hash: [u8; 32],
    /// SHA-256 of the nonce in this browser's cookie.
    pub nonce_hash: [u8; 32],
    /// SHA-256 of the session's cookie.
    pub token_hash: [u8; 32],
    /// Key of its CSRF tokens.
    pub csrf_secret: [u8; 32],
}

/// What became of a one-time code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finished {
    /// Good, and used up now: this person's session began.
    Begun(Uuid),
    /// Used before; the session that it began has ended.
    Replayed,
    /// Unknown, expired, or of another browser.
    Unknown,
}

/// The person with this identity, unless dismissed.
///
/// # Errors
/// The database's.
pub async fn find_admin(
    tx: &mut PlatformTx,
    issuer: &str,
    subject: &str,
) -> Result<Option<Admin>, DbError> {
    Ok(sqlx::query_as(
        "select id, name, email from plat.platform_admins where issuer = $1 and subject = $2 and dismissed_at is null",
    )
    .bind(issuer)
    .bind(subject)
    .fetch_optional(tx.conn()?)
    .await?)
}

/// Begins a sign-in, and clears a few old ones away.
///
/// # Errors
/// The database's.
pub async fn start(tx: &mut PlatformTx, id: Uuid, nonce_hash: &[u8; 32]) -> Result<(), DbError> {
    sqlx::query(
        "delete from plat.platform_handoffs where id in (
           select id from plat.platform_handoffs where expires_at < now() - interval '1 day' limit 50)",
    )
    .execute(tx.conn()?)
    .await?;
    sqlx::query(
        "insert into plat.platform_handoffs (id, nonce_hash, expires_at) values ($1, $2, now() + make_interval(secs => $3))",
    )
    .bind(id)
    .bind(nonce_hash.as_slice())
    .bind(START_LIFE)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Takes a sign-in for the callback; true once.
///
/// # Errors
/// The database's.
pub async fn claim(tx: &mut PlatformTx, id: Uuid) -> Result<bool, DbError> {
    let done = sqlx::query(
        "update plat.platform_handoffs set state = 'claimed' where id = $1 and state = 'started' and expires_at > now()",
    )
    .bind(id)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes a claimed sign-in ready to be finished with a one-time code; true when it was.
///
/// # Errors
/// The database's.
pub async fn ready(
    tx: &mut PlatformTx,
    id: Uuid,
    code_hash: &[u8; 32],
    admin: Uuid,
    auth_time: DateTime<Utc>,
) -> Result<bool, DbError> {
    let done = sqlx::query(
        "update plat.platform_handoffs
         set state = 'ready', code_hash = $2, admin_id = $3, auth_time = $4, expires_at = now() + make_interval(secs => $5)
         where id = $1 and state = 'claimed'",
    )
    .bind(id)
    .bind(code_hash.as_slice())
    .bind(admin)
    .bind(auth_time)
    .bind(CODE_LIFE)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Exchanges a one-time code for a session. The session takes the sign-in's id, so that a code that comes again finds it and ends it.
///
/// # Errors
/// The database's.
pub async fn finish(tx: &mut PlatformTx, finish: &Finish) -> Result<Finished, DbError> {
    let row = sqlx::query(
        "update plat.platform_handoffs h set state = 'done'
         from plat.platform_admins a
         where h.code_hash = $1 and h.nonce_hash = $2 and h.state = 'ready' and h.expires_at > now()
           and a.id = h.admin_id and a.dismissed_at is null
         returning h.id, h.admin_id, h.auth_time",
    )
    .bind(finish.code_hash.as_slice())
    .bind(finish.nonce_hash.as_slice())
    .fetch_optional(tx.conn()?)
    .await?;
    let Some(row) = row else {
        return replayed(tx, &finish.code_hash).await;
    };
    let (id, admin): (Uuid, Uuid) = (row.try_get("id")?, row.try_get("admin_id")?);
    sqlx::query(
        "delete from plat.platform_sessions where expires_at < now() or last_seen_at < now() - make_interval(mins => $1)",
    )
    .bind(IDLE_MINUTES)
    .execute(tx.conn()?)
    .await?;
    sqlx::query(
        "insert into plat.platform_sessions (id, token_hash, admin_id, mfa, auth_time, csrf_secret, expires_at)
         values ($1, $2, $3, true, $4, $5, now() + make_interval(hours => $6))",
    )
    .bind(id)
    .bind(finish.token_hash.as_slice())
    .bind(admin)
    .bind(row.try_get::<DateTime<Utc>, _>("auth_time")?)
    .bind(finish.csrf_secret.as_slice())
    .bind(ABSOLUTE_HOURS)
    .execute(tx.conn()?)
    .await?;
    Ok(Finished::Begun(admin))
}

async fn replayed(tx: &mut PlatformTx, code_hash: &[u8; 32]) -> Result<Finished, DbError> {
    let used: Option<Uuid> = sqlx::query_scalar(
        "select id from plat.platform_handoffs where code_hash = $1 and state = 'done'",
    )
    .bind(code_hash.as_slice())
    .fetch_optional(tx.conn()?)
    .await?;
    let Some(id) = used else {
        return Ok(Finished::Unknown);
    };
    end(tx, id).await?;
    Ok(Finished::Replayed)
}

/// The session of a cookie, unless it ended, lay idle, or its person was dismissed; notes that it was used, once a minute.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut PlatformTx, token_hash: &[u8; 32]) -> Result<Option<Session>, DbError> {
    let found: Option<Session> = sqlx::query_as(
        "select s.id, s.admin_id, a.name, a.email, s.auth_time, s.csrf_secret, s.expires_at
         from plat.platform_sessions s join plat.platform_admins a on a.id = s.admin_id
         where s.token_hash = $1 and s.mfa and a.dismissed_at is null
           and s.expires_at > now() and s.last_seen_at > now() - make_interval(mins => $2)",
    )
    .bind(token_hash.as_slice())
    .bind(IDLE_MINUTES)
    .fetch_optional(tx.conn()?)
    .await?;
    if let Some(session) = &found {
        sqlx::query(
            "update plat.platform_sessions set last_seen_at = now() where id = $1 and last_seen_at < now() - interval '1 minute'",
        )
        .bind(session.id)
        .execute(tx.conn()?)
        .await?;
    }
    Ok(found)
}

/// Ends a session.
///
/// # Errors
/// The database's.
pub async fn end(tx: &mut PlatformTx, id: Uuid) -> Result<(), DbError> {
    sqlx::query("delete from plat.platform_sessions where id = $1")
        .bind(id)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

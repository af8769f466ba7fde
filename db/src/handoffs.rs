//! A sign-in on its way: begun on the tenant's host, claimed once by the callback on the auth host, finished once by a
//! one-time code on the tenant's host again.
//!
//! Called by the commands of sign-in. Each step is one UPDATE whose WHERE is the whole condition, so that two that run at
//! once cannot both succeed.

use chrono::{DateTime, Utc};
use sadu_domain::ids::UserId;
use sqlx::Row;
use uuid::Uuid;

use crate::error::DbError;
use crate::tx::TenantTx;

/// A sign-in lives this long until the callback, in seconds.
const START_LIFE: i32 = 600;
/// A one-time code lives this long, in seconds.
const CODE_LIFE: i32 = 60;

/// A sign-in to be begun.
#[derive(Debug, Clone)]
pub struct NewHandoff {
    /// Random; part of the `state` that travels.
    pub id: Uuid,
    /// The tenant's host on which it was begun and must be finished.
    pub host: String,
    /// SHA-256 of the nonce in the browser's cookie on that host.
    pub nonce_hash: [u8; 32],
    /// The nonce that the ID token must hold.
    pub oidc_nonce: String,
    /// The PKCE verifier, sealed.
    pub verifier_sealed: Vec<u8>,
    /// Local path to go to at the end.
    pub return_to: String,
    /// SHA-256 of the invitation's link from which it was begun.
    pub invitation_hash: Option<[u8; 32]>,
}

/// A sign-in that the callback claimed.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Where it was begun.
    pub host: String,
    /// The nonce that the ID token must hold.
    pub oidc_nonce: String,
    /// The PKCE verifier, sealed.
    pub verifier_sealed: Vec<u8>,
    /// SHA-256 of the invitation's link from which it was begun.
    pub invitation_hash: Option<[u8; 32]>,
}

/// What became of a one-time code.
#[derive(Debug, Clone)]
pub enum Finish {
    /// Good, and used up now.
    Done {
        /// The sign-in.
        id: Uuid,
        /// Who.
        user_id: UserId,
        /// Whether a second factor was proven.
        mfa: bool,
        /// When the person proved who they are.
        auth_time: DateTime<Utc>,
        /// Where to go.
        return_to: String,
        /// The provider's refresh token, sealed for the session that takes the sign-in's id.
        refresh_sealed: Option<Vec<u8>>,
    },
    /// Used before: whoever used it first may not be the right one.
    Replayed(Uuid),
    /// Unknown, expired, or of another browser or host.
    Unknown,
}

/// Begins a sign-in, and clears a few old ones away.
///
/// # Errors
/// The database's.
pub async fn start(tx: &mut TenantTx, new: &NewHandoff) -> Result<(), DbError> {
    let tenant = tx.tenant().as_uuid();
    sqlx::query(
        "delete from app.auth_handoffs where tenant_id = $1 and id in (
           select id from app.auth_handoffs where tenant_id = $1 and expires_at < now() - interval '1 day' limit 50)",
    )
    .bind(tenant)
    .execute(tx.conn()?)
    .await?;
    sqlx::query(
        "insert into app.auth_handoffs (tenant_id, id, host, nonce_hash, oidc_nonce, pkce_verifier_sealed, return_to, invitation_hash, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $9, now() + make_interval(secs => $8))",
    )
    .bind(tenant)
    .bind(new.id)
    .bind(&new.host)
    .bind(new.nonce_hash.as_slice())
    .bind(&new.oidc_nonce)
    .bind(&new.verifier_sealed)
    .bind(&new.return_to)
    .bind(START_LIFE)
    .bind(new.invitation_hash.as_ref().map(<[u8; 32]>::as_slice))
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Takes the verifier out of a sign-in: whoever comes second finds none.
///
/// # Errors
/// The database's.
pub async fn claim(tx: &mut TenantTx, id: Uuid) -> Result<Option<Claimed>, DbError> {
    let row = sqlx::query(
        "with mine as (
           select tenant_id, id, pkce_verifier_sealed from app.auth_handoffs
           where tenant_id = $1 and id = $2 and state = 'started' and pkce_verifier_sealed <> '' and expires_at > now()
           for update
         )
         update app.auth_handoffs h set pkce_verifier_sealed = ''
         from mine m where h.tenant_id = $1 and h.tenant_id = m.tenant_id and h.id = m.id
         returning h.host, h.oidc_nonce, m.pkce_verifier_sealed, h.invitation_hash",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id)
    .fetch_optional(tx.conn()?)
    .await?;
    row.map(|row| {
        let invitation: Option<Vec<u8>> = row.try_get("invitation_hash")?;
        Ok(Claimed {
            invitation_hash: invitation
                .map(|hash| hash.try_into())
                .transpose()
                .map_err(|_| DbError::Corrupt("auth_handoffs.invitation_hash".into()))?,
            host: row.try_get("host")?,
            oidc_nonce: row.try_get("oidc_nonce")?,
            verifier_sealed: row.try_get("pkce_verifier_sealed")?,
        })
    })
    .transpose()
}

/// Where a sign-in that may still go forward was begun: a guess costs a read, never a write.
///
/// # Errors
/// The database's.
pub async fn host_of(tx: &mut TenantTx, id: Uuid) -> Result<Option<String>, DbError> {
    Ok(sqlx::query_scalar(
        "select host from app.auth_handoffs where tenant_id = $1 and id = $2 and state = 'started' and expires_at > now()",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id)
    .fetch_optional(tx.conn()?)
    .await?)
}

/// Whether this one-time code was ever given out: a guess costs a read, never a write.
///
/// # Errors
/// The database's.
pub async fn knows_code(tx: &mut TenantTx, code_hash: &[u8; 32]) -> Result<bool, DbError> {
    Ok(sqlx::query_scalar(
        "select exists (select 1 from app.auth_handoffs where tenant_id = $1 and code_hash = $2)",
    )
    .bind(tx.tenant().as_uuid())
    .bind(code_hash.as_slice())
    .fetch_one(tx.conn()?)
    .await?)
}

/// What is known of the person when the provider has answered.
#[derive(Debug, Clone)]
pub struct Ready {
    /// SHA-256 of the one-time code.
    pub code_hash: [u8; 32],
    /// Who.
    pub user: UserId,
    /// Whether a second factor was proven.
    pub mfa: bool,
    /// When the person proved who they are.
    pub auth_time: DateTime<Utc>,
    /// The provider's refresh token, sealed.
    pub refresh_sealed: Option<Vec<u8>>,
}

/// Makes a claimed sign-in ready to be finished with a one-time code; true when it was.
///
/// # Errors
/// The database's.
pub async fn ready(tx: &mut TenantTx, id: Uuid, ready: &Ready) -> Result<bool, DbError> {
    let done = sqlx::query(
        "update app.auth_handoffs
         set state = 'ready', code_hash = $3, user_id = $4, mfa = $5, auth_time = $6, refresh_sealed = $7,
             expires_at = now() + make_interval(secs => $8)
         where tenant_id = $1 and id = $2 and state = 'started'",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id)
    .bind(ready.code_hash.as_slice())
    .bind(ready.user.as_uuid())
    .bind(ready.mfa)
    .bind(ready.auth_time)
    .bind(ready.refresh_sealed.as_deref())
    .bind(CODE_LIFE)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Uses a one-time code up, for the browser and host that began the sign-in.
///
/// # Errors
/// The database's.
pub async fn finish(
    tx: &mut TenantTx,
    code_hash: &[u8; 32],
    nonce_hash: &[u8; 32],
    host: &str,
) -> Result<Finish, DbError> {
    let tenant = tx.tenant().as_uuid();
    let row = sqlx::query(
        "with mine as (
           select tenant_id, id, refresh_sealed from app.auth_handoffs
           where tenant_id = $1 and code_hash = $2 and nonce_hash = $3 and host = $4 and state = 'ready' and expires_at > now()
           for update
         )
         update app.auth_handoffs h set state = 'done', refresh_sealed = null
         from mine m where h.tenant_id = $1 and h.tenant_id = m.tenant_id and h.id = m.id
         returning h.id, h.user_id, h.mfa, h.auth_time, h.return_to, m.refresh_sealed",
    )
    .bind(tenant)
    .bind(code_hash.as_slice())
    .bind(nonce_hash.as_slice())
    .bind(host)
    .fetch_optional(tx.conn()?)
    .await?;
    if let Some(row) = row {
        return Ok(Finish::Done {
            id: row.try_get("id")?,
            user_id: UserId::from_uuid(row.try_get("user_id")?),
            mfa: row.try_get("mfa")?,
            auth_time: row.try_get("auth_time")?,
            return_to: row.try_get("return_to")?,
            refresh_sealed: row.try_get("refresh_sealed")?,
        });
    }
    let used: Option<Uuid> = sqlx::query_scalar(
        "select id from app.auth_handoffs where tenant_id = $1 and code_hash = $2 and state = 'done'",
    )
    .bind(tenant)
    .bind(code_hash.as_slice())
    .fetch_optional(tx.conn()?)
    .await?;
    Ok(used.map_or(Finish::Unknown, Finish::Replayed))
}

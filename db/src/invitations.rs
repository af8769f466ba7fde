//! Invitations: a one-time link by which somebody who was added gets in. The link holds 256 random bits, the row their SHA-256.
//!
//! Called by the commands of users and sign-in. A user has at most one open invitation (`invitations_open`); binding uses it up
//! in one statement, so that of two who come at once one gets in.

use chrono::{DateTime, Utc};
use sadu_domain::ids::UserId;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::error::DbError;
use crate::tx::TenantTx;
use crate::users::User;

/// An invitation lives this long, in days.
const LIFE_DAYS: i32 = 7;

/// How an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Good.
    Open,
    /// Nobody came in time.
    Expired,
    /// Somebody came by it.
    Used,
    /// Taken back, or replaced by a newer one.
    Withdrawn,
}

/// An invitation that was given out here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: Uuid,
    /// Whom it lets in.
    pub user: UserId,
    /// How it stands now.
    pub standing: Standing,
    /// SHA-256 of its link.
    pub token_hash: [u8; 32],
}

impl Invitation {
    fn read(row: &PgRow) -> Result<Self, DbError> {
        let standing = match (row.try_get("state")?, row.try_get("late")?) {
            ("open", false) => Standing::Open,
            ("open", true) => Standing::Expired,
            ("used", _) => Standing::Used,
            ("withdrawn", _) => Standing::Withdrawn,
            _ => return Err(DbError::Corrupt("invitations.state".into())),
        };
        let hash: Vec<u8> = row.try_get("token_hash")?;
        Ok(Self {
            id: row.try_get("id")?,
            user: UserId::from_uuid(row.try_get("user_id")?),
            standing,
            token_hash: hash
                .try_into()
                .map_err(|_| DbError::Corrupt("invitations.token_hash".into()))?,
        })
    }
}

/// Gives out an invitation, under this new id, in place of an open one.
///
/// # Errors
/// The database's.
pub async fn issue(
    tx: &mut TenantTx,
    id: Uuid,
    user: UserId,
    token_hash: &[u8; 32],
    invited_by: UserId,
) -> Result<DateTime<Utc>, DbError> {
    withdraw(tx, user).await?;
    Ok(sqlx::query_scalar(
        "insert into app.invitations (tenant_id, id, user_id, token_hash, invited_by, expires_at)
         values ($1, $2, $3, $4, $5, now() + make_interval(days => $6)) returning expires_at",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id)
    .bind(user.as_uuid())
    .bind(token_hash.as_slice())
    .bind(invited_by.as_uuid())
    .bind(LIFE_DAYS)
    .fetch_one(tx.conn()?)
    .await?)
}

/// Takes the open invitation of a user back; true when there was one.
///
/// # Errors
/// The database's.
pub async fn withdraw(tx: &mut TenantTx, user: UserId) -> Result<bool, DbError> {
    let done = sqlx::query(
        "update app.invitations set state = 'withdrawn' where tenant_id = $1 and user_id = $2 and state = 'open'",
    )
    .bind(tx.tenant().as_uuid())
    .bind(user.as_uuid())
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The invitation of a link; another tenant's is as unknown as none.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut TenantTx, token_hash: &[u8; 32]) -> Result<Option<Invitation>, DbError> {
    sqlx::query(
        "select id, user_id, state, expires_at <= now() as late, token_hash from app.invitations
          where tenant_id = $1 and token_hash = $2",
    )
    .bind(tx.tenant().as_uuid())
    .bind(token_hash.as_slice())
    .fetch_optional(tx.conn()?)
    .await?
    .map(|row| Invitation::read(&row))
    .transpose()
}

/// The invitation with this id.
///
/// # Errors
/// `NotFound`.
pub async fn get(tx: &mut TenantTx, id: Uuid) -> Result<Invitation, DbError> {
    let row = sqlx::query(
        "select id, user_id, state, expires_at <= now() as late, token_hash from app.invitations where tenant_id = $1 and id = $2",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id)
    .fetch_one(tx.conn()?)
    .await?;
    Invitation::read(&row)
}

/// Uses an open invitation up and binds the identity to its user, if this is the address that was invited. `email` is one
/// that the identity provider has verified.
///
/// # Errors
/// The database's.
pub async fn accept(
    tx: &mut TenantTx,
    token_hash: &[u8; 32],
    email: &str,
    issuer: &str,
    subject: &str,
) -> Result<Option<User>, DbError> {
    sqlx::query(
        "with mine as (
           update app.invitations i set state = 'used', used_at = now()
           from app.users u
           where i.tenant_id = $1 and i.token_hash = $2 and i.state = 'open' and i.expires_at > now()
             and u.tenant_id = $1 and u.id = i.user_id and u.email = lower($3)
             and u.issuer is null and u.subject is null and u.status = 'invited'
             and not exists (select 1 from app.users o where o.tenant_id = $1 and o.issuer = $4 and o.subject = $5)
           returning i.user_id
         )
         update app.users u set issuer = $4, subject = $5, status = 'active', updated_at = now()
         from mine m where u.tenant_id = $1 and u.id = m.user_id
         returning u.id, u.email, u.name, u.role, u.status, u.last_seen_at",
    )
    .bind(tx.tenant().as_uuid())
    .bind(token_hash.as_slice())
    .bind(email)
    .bind(issuer)
    .bind(subject)
    .fetch_optional(tx.conn()?)
    .await?
    .map(|row| User::read(&row))
    .transpose()
}

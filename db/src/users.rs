//! Staff and administrators of a tenant. The identity is (issuer, subject); an e-mail address only invites.
//!
//! Called by the commands of sign-in and of the tenant's settings.

use chrono::{DateTime, Utc};
use sadu_domain::access::Role;
use sadu_domain::ids::UserId;
use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::error::DbError;
use crate::tx::TenantTx;

/// Somebody who works for the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id here.
    pub id: UserId,
    /// Lower-case.
    pub email: String,
    /// As colleagues see it.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// `invited`, `active` or `disabled`.
    pub status: String,
    /// Last request with a session or token, to the minute.
    pub last_seen_at: Option<DateTime<Utc>>,
}

impl User {
    fn read(row: &PgRow) -> Result<Self, DbError> {
        Ok(Self {
            id: UserId::from_uuid(row.try_get("id")?),
            email: row.try_get("email")?,
            name: row.try_get("name")?,
            role: role(row)?,
            status: row.try_get("status")?,
            last_seen_at: row.try_get("last_seen_at")?,
        })
    }
}

pub(crate) fn role(row: &PgRow) -> Result<Role, DbError> {
    row.try_get::<&str, _>("role")?
        .parse()
        .map_err(|_| DbError::Corrupt("users.role".into()))
}

/// The active user that this identity was bound to.
///
/// # Errors
/// The database's.
pub async fn find_by_identity(
    tx: &mut TenantTx,
    issuer: &str,
    subject: &str,
) -> Result<Option<User>, DbError> {
    sqlx::query(
        "select id, email, name, role, status, last_seen_at from app.users
         where tenant_id = $1 and issuer = $2 and subject = $3 and status = 'active'",
    )
    .bind(tx.tenant().as_uuid())
    .bind(issuer)
    .bind(subject)
    .fetch_optional(tx.conn()?)
    .await?
    .map(|row| User::read(&row))
    .transpose()
}

/// Binds an identity to the invited user with this verified e-mail address, once: an account that is already bound, or
/// disabled, is left as it is.
///
/// # Errors
/// The database's.
pub async fn bind_identity(
    tx: &mut TenantTx,
    email: &str,
    issuer: &str,
    subject: &str,
) -> Result<Option<User>, DbError> {
    sqlx::query(
        "update app.users set issuer = $3, subject = $4, status = 'active', updated_at = now()
         where tenant_id = $1 and email = lower($2) and issuer is null and subject is null and status <> 'disabled'
         returning id, email, name, role, status, last_seen_at",
    )
    .bind(tx.tenant().as_uuid())
    .bind(email)
    .bind(issuer)
    .bind(subject)
    .fetch_optional(tx.conn()?)
    .await?
    .map(|row| User::read(&row))
    .transpose()
}

/// Everybody, by name.
///
/// # Errors
/// The database's.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<User>, DbError> {
    sqlx::query(
        "select id, email, name, role, status, last_seen_at from app.users where tenant_id = $1 order by name, id",
    )
    .bind(tx.tenant().as_uuid())
    .fetch_all(tx.conn()?)
    .await?
    .iter()
    .map(User::read)
    .collect()
}

/// Invites somebody: the e-mail address is what a first sign-in is matched by.
///
/// # Errors
/// `Constraint` `users_tenant_id_email_key` when the address is already there.
pub async fn invite(
    tx: &mut TenantTx,
    id: UserId,
    email: &str,
    name: &str,
    role: Role,
) -> Result<(), DbError> {
    sqlx::query(
        "insert into app.users (tenant_id, id, email, name, role) values ($1, $2, lower($3), $4, $5)",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id.as_uuid())
    .bind(email)
    .bind(name)
    .bind(role.as_str())
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// The role of a user as it is now.
///
/// # Errors
/// `NotFound` when there is no such user.
pub async fn role_of(tx: &mut TenantTx, id: UserId) -> Result<Role, DbError> {
    let row = sqlx::query("select role from app.users where tenant_id = $1 and id = $2")
        .bind(tx.tenant().as_uuid())
        .bind(id.as_uuid())
        .fetch_one(tx.conn()?)
        .await?;
    role(&row)
}

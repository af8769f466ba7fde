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
    pub(crate) fn read(row: &PgRow) -> Result<Self, DbError> {
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

/// Binds an identity to the user with this verified e-mail address who was set up without an invitation (the founding
/// administrator of a tenant), once: an account that is already bound, disabled, or waiting for its link is left as it is.
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
           and not exists (select 1 from app.invitations i where i.tenant_id = $1 and i.user_id = users.id)
           and not exists (select 1 from app.users o where o.tenant_id = $1 and o.issuer = $3 and o.subject = $4)
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

/// A user as the administrators' list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: User,
    /// Whether an identity was bound: somebody has signed in as this user.
    pub bound: bool,
    /// State (`open`, `used` or `withdrawn`) and end of the newest invitation.
    pub invitation: Option<(String, DateTime<Utc>)>,
}

macro_rules! members {
    ($which:literal) => {
        concat!(
            "select u.id, u.email, u.name, u.role, u.status, u.last_seen_at, u.subject is not null as bound,
                    i.state as invitation, i.expires_at as invited_until
             from app.users u
             left join lateral (
               select state, expires_at from app.invitations i where i.tenant_id = $1 and i.user_id = u.id
               order by i.created_at desc, i.id desc limit 1) i on true
             where u.tenant_id = $1 and ",
            $which
        )
    };
}

impl Member {
    fn read(row: &PgRow) -> Result<Self, DbError> {
        let state: Option<String> = row.try_get("invitation")?;
        let until: Option<DateTime<Utc>> = row.try_get("invited_until")?;
        Ok(Self {
            user: User::read(row)?,
            bound: row.try_get("bound")?,
            invitation: state.zip(until),
        })
    }
}

/// Members in the order in which they were added, those after `after`, at most `limit`.
///
/// # Errors
/// The database's.
pub async fn members(
    tx: &mut TenantTx,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<Member>, DbError> {
    sqlx::query(members!(
        "($2::uuid is null or u.id > $2) order by u.id limit $3"
    ))
    .bind(tx.tenant().as_uuid())
    .bind(after.map(UserId::as_uuid))
    .bind(limit)
    .fetch_all(tx.conn()?)
    .await?
    .iter()
    .map(Member::read)
    .collect()
}

/// One member.
///
/// # Errors
/// `NotFound` when there is no such user.
pub async fn member(tx: &mut TenantTx, id: UserId) -> Result<Member, DbError> {
    let row = sqlx::query(members!("u.id = $2"))
        .bind(tx.tenant().as_uuid())
        .bind(id.as_uuid())
        .fetch_one(tx.conn()?)
        .await?;
    Member::read(&row)
}

/// Addresses of the administrators who can act, in no order that means anything.
///
/// # Errors
/// The database's.
pub async fn addresses_of_admins(tx: &mut TenantTx) -> Result<Vec<String>, DbError> {
    Ok(sqlx::query_scalar(
        "select email from app.users where tenant_id = $1 and role = 'tenant_admin' and status = 'active' order by id",
    )
    .bind(tx.tenant().as_uuid())
    .fetch_all(tx.conn()?)
    .await?)
}

/// Administrators who can act, besides this one.
///
/// # Errors
/// The database's.
pub async fn other_admins(tx: &mut TenantTx, id: UserId) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar(
        "select count(*) from app.users
         where tenant_id = $1 and id <> $2 and role = 'tenant_admin' and status = 'active'",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id.as_uuid())
    .fetch_one(tx.conn()?)
    .await?)
}

/// Gives a user another role.
///
/// # Errors
/// The database's.
pub async fn set_role(tx: &mut TenantTx, id: UserId, role: Role) -> Result<(), DbError> {
    sqlx::query(
        "update app.users set role = $3, updated_at = now() where tenant_id = $1 and id = $2",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id.as_uuid())
    .bind(role.as_str())
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Switches a user off, or on again: then `active` if somebody has signed in as them before, else `invited`.
///
/// # Errors
/// The database's.
pub async fn set_enabled(tx: &mut TenantTx, id: UserId, enabled: bool) -> Result<(), DbError> {
    sqlx::query(
        "update app.users
         set status = case when not $3 then 'disabled' when subject is null then 'invited' else 'active' end,
             updated_at = now()
         where tenant_id = $1 and id = $2",
    )
    .bind(tx.tenant().as_uuid())
    .bind(id.as_uuid())
    .bind(enabled)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Adds somebody by e-mail address; [`crate::invitations`] holds the link that lets them in.
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

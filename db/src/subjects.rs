//! Who works on what. A subject without a row is open and nobody's.

use chrono::{DateTime, Utc};
use sadu_domain::ids::{EventSubject, UserId};
use sqlx::Row;
use uuid::Uuid;

use crate::error::DbError;
use crate::tx::TenantTx;

/// Work state of a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkState {
    /// Who has it, and their name.
    pub owner: Option<(UserId, String)>,
    /// When it was resolved.
    pub resolved_at: Option<DateTime<Utc>>,
    /// Event number of the last change.
    pub version: i64,
}

/// Takes a subject for a user, unless someone has it; returns who has it now, and whether they took it just now.
///
/// # Errors
/// The database's.
pub async fn claim(
    tx: &mut TenantTx,
    subject: EventSubject,
    user: UserId,
    version: i64,
) -> Result<(UserId, bool), DbError> {
    let row = sqlx::query(
        "insert into app.subjects as s (tenant_id, kind, id, owner_id, version) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, kind, id) do update
           set owner_id = coalesce(s.owner_id, excluded.owner_id),
               version = case when s.owner_id is null then excluded.version else s.version end, updated_at = now()
         returning owner_id, version = $5 as taken",
    )
    .bind(tx.tenant().as_uuid())
    .bind(subject.kind())
    .bind(subject.uuid())
    .bind(user.as_uuid())
    .bind(version)
    .fetch_one(tx.conn()?)
    .await?;
    Ok((
        UserId::from_uuid(row.try_get("owner_id")?),
        row.try_get("taken")?,
    ))
}

/// Marks a subject done; returns whether it was not yet.
///
/// # Errors
/// The database's.
pub async fn resolve(
    tx: &mut TenantTx,
    subject: EventSubject,
    at: DateTime<Utc>,
    version: i64,
) -> Result<bool, DbError> {
    let done = sqlx::query(
        "insert into app.subjects as s (tenant_id, kind, id, resolved_at, version) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, kind, id) do update set resolved_at = excluded.resolved_at, version = excluded.version, updated_at = now()
          where s.resolved_at is null",
    )
    .bind(tx.tenant().as_uuid())
    .bind(subject.kind())
    .bind(subject.uuid())
    .bind(at)
    .bind(version)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Work states of these subjects, in the order given.
///
/// # Errors
/// The database's.
pub async fn states(
    tx: &mut TenantTx,
    subjects: &[EventSubject],
) -> Result<Vec<Option<WorkState>>, DbError> {
    let kinds: Vec<&str> = subjects.iter().map(EventSubject::kind).collect();
    let ids: Vec<Uuid> = subjects.iter().map(EventSubject::uuid).collect();
    let rows = sqlx::query(
        "select s.id is not null as known, s.owner_id, u.name, s.resolved_at, coalesce(s.version, 0) as version
           from unnest($2::text[], $3::uuid[]) with ordinality as a (kind, id, ord)
           left join app.subjects s on s.tenant_id = $1 and s.kind = a.kind and s.id = a.id
           left join app.users u on u.tenant_id = $1 and u.id = s.owner_id
          order by a.ord",
    )
    .bind(tx.tenant().as_uuid())
    .bind(&kinds)
    .bind(&ids)
    .fetch_all(tx.conn()?)
    .await?;
    rows.iter()
        .map(|r| {
            if !r.try_get::<bool, _>("known")? {
                return Ok(None);
            }
            let owner: Option<Uuid> = r.try_get("owner_id")?;
            let name: Option<String> = r.try_get("name")?;
            Ok(Some(WorkState {
                owner: owner.map(|o| (UserId::from_uuid(o), name.unwrap_or_default())),
                resolved_at: r.try_get("resolved_at")?,
                version: r.try_get("version")?,
            }))
        })
        .collect()
}

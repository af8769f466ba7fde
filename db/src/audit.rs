//! Who did what: entries for `plat.audit_append()`, always the last statement of the transaction they tell of; and reading them
//! back, as lists and as pieces of an export. Whether the chain is whole is `audit_chain`'s.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::error::DbError;
use crate::tx::TenantTx;

/// Who acts, and from where. Travels with every command of a signed-in person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Actor {
    /// Stable id: a user's UUID, or `system`.
    #[serde(rename = "actor_id")]
    pub id: String,
    /// Role at the time: `staff`, `tenant_admin`, `platform_admin`, `system`.
    #[serde(rename = "actor_role")]
    pub role: String,
    /// `platform:{id}` when someone acts for the tenant, else none.
    pub via: Option<String>,
    /// Address of the caller.
    pub ip: Option<IpAddr>,
    /// Browser or program, cut to 200 characters.
    pub user_agent: Option<String>,
    /// The request this belongs to.
    pub request_id: Option<String>,
}

/// One entry of the audit log. `diff` holds before and after with personal data masked.
#[derive(Debug, Clone, Serialize)]
pub struct AuditEntry {
    /// Who.
    #[serde(flatten)]
    pub actor: Actor,
    /// What: `noun.verb`, as in `order.confirm_transfer`.
    pub action: &'static str,
    /// On what kind of thing.
    pub object_type: &'static str,
    /// On which one.
    pub object_id: Option<String>,
    /// Before and after.
    pub diff: serde_json::Value,
}

pub(crate) async fn append(tx: &mut TenantTx, entries: &[AuditEntry]) -> Result<(), DbError> {
    if entries.is_empty() {
        return Ok(());
    }
    sqlx::query("select plat.audit_append($1)")
        .bind(sqlx::types::Json(entries))
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// An entry as it was kept.
#[derive(Debug, Clone)]
pub struct AuditRecord {
    /// Its number: gap-free from 1.
    pub seq: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// Who, and from where.
    pub actor: Actor,
    /// The actor's name now, when it is one of the tenant's people.
    pub actor_name: Option<String>,
    /// What: `noun.verb`.
    pub action: String,
    /// On what kind of thing.
    pub object_type: String,
    /// On which one.
    pub object_id: Option<String>,
    /// Before and after.
    pub diff: Value,
    /// Hash of the entry before; one zero byte before the first.
    pub prev_hash: Vec<u8>,
    /// SHA-256 of `prev_hash` and `canonical`.
    pub hash: Vec<u8>,
    /// The text that was hashed: every field as one JSON array.
    pub canonical: String,
}

/// Which entries a list shows; what is none is not asked.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Id of who acted.
    pub actor: Option<String>,
    /// `noun.verb`.
    pub action: Option<String>,
    /// Kind of thing.
    pub object_type: Option<String>,
    /// Which one.
    pub object_id: Option<String>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "l.tenant_id, l.seq, l.at, l.actor_id, l.actor_role, l.via, host(l.ip) as ip, l.user_agent, l.request_id, l.action, \
     l.object_type, l.object_id, l.diff, l.prev_hash, l.hash, u.name as actor_name, \
     jsonb_build_array(l.tenant_id, l.seq, extract(epoch from l.at)::text, l.actor_id, l.actor_role, l.via, l.ip, l.user_agent, \
     l.request_id, l.action, l.object_type, l.object_id, l.diff)::text as canonical";
const FROM: &str = "from app.audit_logs l left join app.users u on u.tenant_id = l.tenant_id and u.id::text = l.actor_id";

/// A page of entries, newest first; `before` is the last number of the page before.
///
/// # Errors
/// The database's.
pub async fn list(
    tx: &mut TenantTx,
    filter: &AuditFilter,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<AuditRecord>, DbError> {
    let sql = format!(
        "select {COLUMNS} {FROM}
          where l.tenant_id = $1 and ($2::bigint is null or l.seq < $2) and ($3::text is null or l.actor_id = $3)
            and ($4::text is null or l.action = $4) and ($5::text is null or l.object_type = $5)
            and ($6::text is null or l.object_id = $6) and ($7::timestamptz is null or l.at >= $7)
            and ($8::timestamptz is null or l.at < $8)
          order by l.seq desc limit $9"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tx.tenant().as_uuid())
        .bind(before)
        .bind(&filter.actor)
        .bind(&filter.action)
        .bind(&filter.object_type)
        .bind(&filter.object_id)
        .bind(filter.from)
        .bind(filter.until)
        .bind(limit)
        .fetch_all(tx.conn()?)
        .await?;
    let tenant = tx.tenant().as_uuid();
    rows.iter().map(|row| record(tenant, row)).collect()
}

/// Entries after `after` up to `until`, oldest first: a piece of an export. Nothing in the log ever changes, so that pieces read
/// one after another are one whole.
///
/// # Errors
/// The database's.
pub async fn slice(
    tx: &mut TenantTx,
    after: i64,
    until: i64,
    limit: i64,
) -> Result<Vec<AuditRecord>, DbError> {
    let sql = format!(
        "select {COLUMNS} {FROM} where l.tenant_id = $1 and l.seq > $2 and l.seq <= $3 order by l.seq limit $4"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tx.tenant().as_uuid())
        .bind(after)
        .bind(until)
        .bind(limit)
        .fetch_all(tx.conn()?)
        .await?;
    let tenant = tx.tenant().as_uuid();
    rows.iter().map(|row| record(tenant, row)).collect()
}

fn record(tenant: Uuid, row: &PgRow) -> Result<AuditRecord, DbError> {
    if row.try_get::<Uuid, _>("tenant_id")? != tenant {
        return Err(DbError::ForeignRow);
    }
    let ip: Option<String> = row.try_get("ip")?;
    Ok(AuditRecord {
        seq: row.try_get("seq")?,
        at: row.try_get("at")?,
        actor: Actor {
            id: row.try_get("actor_id")?,
            role: row.try_get("actor_role")?,
            via: row.try_get("via")?,
            ip: ip.and_then(|ip| ip.parse().ok()),
            user_agent: row.try_get("user_agent")?,
            request_id: row.try_get("request_id")?,
        },
        actor_name: row.try_get("actor_name")?,
        action: row.try_get("action")?,
        object_type: row.try_get("object_type")?,
        object_id: row.try_get("object_id")?,
        diff: row.try_get("diff")?,
        prev_hash: row.try_get("prev_hash")?,
        hash: row.try_get("hash")?,
        canonical: row.try_get("canonical")?,
    })
}

/// Whose entries may be asked for: the tenant's people, by name.
///
/// # Errors
/// The database's.
pub async fn people(tx: &mut TenantTx) -> Result<Vec<(Uuid, String)>, DbError> {
    Ok(
        sqlx::query_as("select id, name from app.users where tenant_id = $1 order by name, id")
            .bind(tx.tenant().as_uuid())
            .fetch_all(tx.conn()?)
            .await?,
    )
}

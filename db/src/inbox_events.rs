//! The gap-free stream: append inside a write, read a stretch for those who missed it.

use chrono::{DateTime, Utc};
use sadu_domain::event::InboxEvent;
use serde_json::value::RawValue;
use sqlx::Row;
use uuid::Uuid;

use crate::error::DbError;
use crate::tenants::parse;
use crate::tx::TenantTx;
use crate::write::PendingEvent;

/// Days an event can be read again (api.md); older ones mean `reset`.
pub const RETENTION_DAYS: i64 = 30;

/// What a reader finds after a number.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// The events, in order, without a gap from the number asked for.
    pub events: Vec<InboxEvent>,
    /// The tenant's last number at this instant.
    pub head: i64,
    /// True when the number asked for is older than what is kept: the reader must reload.
    pub gone: bool,
}

pub(crate) async fn append(
    tx: &mut TenantTx,
    base: i64,
    at: DateTime<Utc>,
    pending: &[PendingEvent],
) -> Result<Vec<InboxEvent>, DbError> {
    if pending.is_empty() {
        return Ok(Vec::new());
    }
    let tenant = tx.tenant().as_uuid();
    let kinds: Vec<&str> = pending.iter().map(|e| e.kind.as_str()).collect();
    let subject_kinds: Vec<&str> = pending.iter().map(|e| e.subject.kind()).collect();
    let subject_ids: Vec<Uuid> = pending.iter().map(|e| e.subject.uuid()).collect();
    let data: Vec<&str> = pending.iter().map(|e| e.data.get()).collect();
    sqlx::query(
        "insert into app.inbox_events (tenant_id, seq, kind, at, subject_kind, subject_id, data)
         select $1, $2 + u.ord, u.kind, $3, u.skind, u.sid, u.data::jsonb
           from unnest($4::text[], $5::text[], $6::uuid[], $7::text[]) with ordinality as u (kind, skind, sid, data, ord)",
    )
    .bind(tenant)
    .bind(base)
    .bind(at)
    .bind(&kinds)
    .bind(&subject_kinds)
    .bind(&subject_ids)
    .bind(&data)
    .execute(tx.conn()?)
    .await?;
    let mut seq = base;
    Ok(pending
        .iter()
        .map(|e| {
            seq = seq.saturating_add(1);
            InboxEvent {
                seq,
                kind: e.kind,
                at,
                subject: e.subject,
                data: e.data.clone(),
            }
        })
        .collect())
}

/// Up to `limit` events after `after_seq`.
///
/// # Errors
/// The database's.
pub async fn after(tx: &mut TenantTx, after_seq: i64, limit: i64) -> Result<Stretch, DbError> {
    let tenant = tx.tenant().as_uuid();
    let head: i64 = sqlx::query_scalar("select seq from app.tenant_counters where tenant_id = $1")
        .bind(tenant)
        .fetch_one(tx.conn()?)
        .await?;
    if after_seq >= head {
        return Ok(Stretch {
            events: Vec::new(),
            head,
            gone: false,
        });
    }
    let rows = sqlx::query(
        "select seq, kind, at, subject_kind, subject_id, data::text as data from app.inbox_events
          where tenant_id = $1 and seq > $2 order by seq limit $3",
    )
    .bind(tenant)
    .bind(after_seq)
    .bind(limit)
    .fetch_all(tx.conn()?)
    .await?;
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        let kind: String = row.try_get("kind")?;
        let subject_kind: String = row.try_get("subject_kind")?;
        events.push(InboxEvent {
            seq: row.try_get("seq")?,
            kind: parse(&kind, "event kind")?,
            at: row.try_get("at")?,
            subject: parse(
                &format!("{subject_kind}:{}", row.try_get::<Uuid, _>("subject_id")?),
                "event subject",
            )?,
            data: RawValue::from_string(row.try_get("data")?)
                .map_err(|_| DbError::Corrupt("event data".into()))?,
        });
    }
    // One number that is missing anywhere would be a silent hole on somebody's screen.
    let expected = (1..).map(|n| after_seq.saturating_add(n));
    let gone = events.is_empty() || events.iter().zip(expected).any(|(e, seq)| e.seq != seq);
    Ok(Stretch { events, head, gone })
}

/// The tenant's head and the epoch of its stream; a restore from a backup changes the epoch.
///
/// # Errors
/// The database's.
pub async fn head(tx: &mut TenantTx) -> Result<(i64, Uuid), DbError> {
    let tenant = tx.tenant().as_uuid();
    let row = sqlx::query("select seq, epoch from app.tenant_counters where tenant_id = $1")
        .bind(tenant)
        .fetch_one(tx.conn()?)
        .await?;
    Ok((row.try_get("seq")?, row.try_get("epoch")?))
}

/// Deletes events past their retention, from the oldest number to the last before one that is kept: the clocks of two
/// processes may differ, the numbers have no gap. Returns how many.
///
/// # Errors
/// The database's.
pub async fn prune(tx: &mut TenantTx, now: DateTime<Utc>) -> Result<u64, DbError> {
    let tenant = tx.tenant().as_uuid();
    let done = sqlx::query(
        "delete from app.inbox_events where tenant_id = $1 and seq < coalesce(
           (select min(k.seq) from app.inbox_events k where k.tenant_id = $1 and k.at >= $2), 9223372036854775807)",
    )
        .bind(tenant)
        .bind(now - chrono::TimeDelta::days(RETENTION_DAYS))
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected())
}

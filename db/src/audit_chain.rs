//! Whether the audit log is whole: every entry's hash, every link, every number, and its end; and what is anchored outside.

use sadu_domain::ids::TenantId;
use sqlx::Row;
use uuid::Uuid;

use crate::error::DbError;
use crate::platform::PlatformTx;
use crate::tx::TenantTx;

/// What a look at the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Entries there are.
    pub entries: i64,
    /// Number and hash at which the chain ends, as kept apart from it; none before the first entry.
    pub head: Option<(i64, Vec<u8>)>,
    /// The first number that does not follow from the one before.
    pub first_bad: Option<i64>,
}

/// Entries that one statement looks at: far less than the statement's time allows.
const SLICE: i64 = 20_000;
/// What stands before the first entry.
const GENESIS: &[u8] = &[0];

/// Where the chain ends, as kept apart from it.
///
/// # Errors
/// The database's.
pub async fn head(tx: &mut TenantTx) -> Result<Option<(i64, Vec<u8>)>, DbError> {
    Ok(
        sqlx::query_as("select seq, hash from app.audit_heads where tenant_id = $1")
            .bind(tx.tenant().as_uuid())
            .fetch_optional(tx.conn()?)
            .await?,
    )
}

/// Looks at the whole chain: every entry's hash, every link, every number, and the head. `tx` must see one instant.
///
/// # Errors
/// The database's.
pub async fn verify(tx: &mut TenantTx) -> Result<Verified, DbError> {
    let tenant = tx.tenant().as_uuid();
    let head = head(tx).await?;
    let entries: i64 =
        sqlx::query_scalar("select count(*) from app.audit_logs where tenant_id = $1")
            .bind(tenant)
            .fetch_one(tx.conn()?)
            .await?;
    let (mut last, mut hash, mut floor) = (0_i64, GENESIS.to_vec(), i64::MIN);
    let mut first_bad = None;
    loop {
        let row = sqlx::query(
            "select min(seq) filter (where not ok) as bad, max(seq) as last, (array_agg(hash order by seq desc))[1] as hash
               from (select seq, hash,
                       hash = sha256(prev_hash || convert_to(jsonb_build_array(tenant_id, seq, extract(epoch from at)::text, actor_id,
                         actor_role, via, ip, user_agent, request_id, action, object_type, object_id, diff)::text, 'UTF8'))
                       and prev_hash = coalesce(lag(hash) over (order by seq), $4)
                       and seq = coalesce(lag(seq) over (order by seq), $3) + 1 as ok
                       from (select * from app.audit_logs where tenant_id = $1 and seq > $2 order by seq limit $5) piece) c",
        )
        .bind(tenant)
        .bind(floor)
        .bind(last)
        .bind(&hash)
        .bind(SLICE)
        .fetch_one(tx.conn()?)
        .await?;
        let Some(end) = row.try_get::<Option<i64>, _>("last")? else {
            break;
        };
        first_bad = row.try_get("bad")?;
        if first_bad.is_some() {
            break;
        }
        (last, floor, hash) = (end, end, row.try_get("hash")?);
    }
    if first_bad.is_none() {
        let (end, end_hash) = match &head {
            Some((seq, hash)) => (*seq, hash.as_slice()),
            None => (0, GENESIS),
        };
        if end != last || end_hash != hash {
            first_bad = Some(last.saturating_add(1));
        }
    }
    Ok(Verified {
        entries,
        head,
        first_bad,
    })
}

/// The hashes that the chain has now at these numbers; a number without an entry is missing.
///
/// # Errors
/// The database's.
pub async fn hashes_at(tx: &mut TenantTx, seqs: &[i64]) -> Result<Vec<(i64, Vec<u8>)>, DbError> {
    Ok(sqlx::query_as(
        "select seq, hash from app.audit_logs where tenant_id = $1 and seq = any ($2) order by seq",
    )
    .bind(tx.tenant().as_uuid())
    .bind(seqs)
    .fetch_all(tx.conn()?)
    .await?)
}

/// The end of a tenant's chain, for the anchoring job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainHead {
    /// Whose.
    pub tenant: TenantId,
    /// Number of its last entry.
    pub seq: i64,
    /// That entry's hash.
    pub hash: Vec<u8>,
}

/// Where every tenant's chain ends.
///
/// # Errors
/// The database's.
pub async fn heads(tx: &mut PlatformTx) -> Result<Vec<ChainHead>, DbError> {
    let rows: Vec<(Uuid, i64, Vec<u8>)> =
        sqlx::query_as("select tenant_id, seq, hash from plat.audit_heads()")
            .fetch_all(tx.conn()?)
            .await?;
    let head = |(tenant, seq, hash)| ChainHead {
        tenant: TenantId::from_uuid(tenant),
        seq,
        hash,
    };
    Ok(rows.into_iter().map(head).collect())
}

/// [`hashes_at`] of any tenant, for the anchoring job.
///
/// # Errors
/// The database's.
pub async fn hashes_of(
    tx: &mut PlatformTx,
    tenant: TenantId,
    seqs: &[i64],
) -> Result<Vec<(i64, Vec<u8>)>, DbError> {
    Ok(
        sqlx::query_as("select seq, hash from plat.audit_hashes($1, $2)")
            .bind(tenant.as_uuid())
            .bind(seqs)
            .fetch_all(tx.conn()?)
            .await?,
    )
}

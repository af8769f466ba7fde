//! Changing keys: a tenant's next data key, re-sealing what is under the one before, dropping it; and wrapping data keys anew when
//! the master key changes.
//!
//! Every step is a transaction of its own that holds the tenant's counter row like any other write, and leaves everything readable:
//! it may be cut short anywhere and begun again. The state is in the rows themselves: each sealed value names its key.

use sadu_domain::ids::TenantId;
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use crate::error::DbError;
use crate::platform::PlatformTx;
use crate::seal::{MasterKey, TenantKeys, WrappedKey};
use crate::tx::TenantTx;

/// Rows re-sealed in one transaction at most.
pub const SLICE: i64 = 256;

/// A column that holds sealed values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedColumn {
    /// Its table in `app`; its key is (tenant_id, id).
    pub table: &'static str,
    /// Its name.
    pub column: &'static str,
    /// What a value is bound to.
    pub place: &'static str,
    /// The column with the value's look-up code, where it has one.
    pub code: Option<&'static str>,
}

const fn sealed(table: &'static str, column: &'static str, place: &'static str) -> SealedColumn {
    SealedColumn {
        table,
        column,
        place,
        code: None,
    }
}

/// Every sealed column there is; a test compares it with the catalog and with the trigger on `app.tenant_keys`.
pub const SEALED: [SealedColumn; 6] = [
    sealed("donors", "name_sealed", "donors.name"),
    SealedColumn {
        code: Some("phone_hmac"),
        ..sealed("donors", "phone_sealed", "donors.phone")
    },
    sealed("donors", "email_sealed", "donors.email"),
    sealed("sessions", "refresh_sealed", "sessions.refresh_sealed"),
    sealed(
        "auth_handoffs",
        "pkce_verifier_sealed",
        "auth_handoffs.pkce_verifier_sealed",
    ),
    sealed("auth_handoffs", "refresh_sealed", "sessions.refresh_sealed"),
];

/// Every tenant there is.
///
/// # Errors
/// The database's.
pub async fn tenants(tx: &mut PlatformTx) -> Result<Vec<TenantId>, DbError> {
    let ids: Vec<Uuid> = sqlx::query_scalar("select plat.tenant_ids()")
        .fetch_all(tx.conn()?)
        .await?;
    Ok(ids.into_iter().map(TenantId::from_uuid).collect())
}

/// The tenant's data keys, newest first.
///
/// # Errors
/// The database's.
pub async fn stored(tx: &mut TenantTx) -> Result<Vec<WrappedKey>, DbError> {
    let rows = sqlx::query(
        "select id, wrapped, created_at from app.tenant_keys where tenant_id = $1 order by created_at desc, id desc",
    )
    .bind(tx.tenant().as_uuid())
    .fetch_all(tx.conn()?)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(WrappedKey {
                id: row.try_get("id")?,
                wrapped: row.try_get("wrapped")?,
                created_at: row.try_get("created_at")?,
            })
        })
        .collect()
}

/// Adds the next data key; it opens at once, and seals once every process has heard of it. Answers with its id.
///
/// # Errors
/// `Seal` under another master key.
pub async fn add(
    tx: &mut TenantTx,
    master: &MasterKey,
    keys: &TenantKeys,
) -> Result<Uuid, DbError> {
    let id = Uuid::now_v7();
    sqlx::query("insert into app.tenant_keys (tenant_id, id, wrapped, created_at) values ($1, $2, $3, clock_timestamp())")
        .bind(tx.tenant().as_uuid())
        .bind(id)
        .bind(master.wrap_next(keys, id)?)
        .execute(tx.conn()?)
        .await?;
    Ok(id)
}

/// Wraps the tenant's data keys with the present master key; answers how many were not.
///
/// # Errors
/// `Seal` when neither the present nor the previous master key opens one.
pub async fn rewrap(tx: &mut TenantTx, master: &MasterKey) -> Result<usize, DbError> {
    let tenant = tx.tenant();
    let mut changed = 0_usize;
    for key in stored(tx).await? {
        let Some(wrapped) = master.rewrap(tenant, key.id, &key.wrapped)? else {
            continue;
        };
        sqlx::query("update app.tenant_keys set wrapped = $3 where tenant_id = $1 and id = $2")
            .bind(tenant.as_uuid())
            .bind(key.id)
            .bind(wrapped)
            .execute(tx.conn()?)
            .await?;
        changed = changed.saturating_add(1);
    }
    Ok(changed)
}

/// Re-seals up to [`SLICE`] values of a column that are not under the key that seals, in order of id after `after`. Answers with the
/// last id, or none when nothing was left.
///
/// # Errors
/// `Seal` when a value does not open: nothing of the slice is kept.
pub async fn reseal(
    tx: &mut TenantTx,
    keys: &TenantKeys,
    column: SealedColumn,
    after: Option<Uuid>,
) -> Result<Option<Uuid>, DbError> {
    let SealedColumn {
        table,
        column: name,
        place,
        code,
    } = column;
    let sql = format!(
        "select id, {name} as sealed from app.{table}
          where tenant_id = $1 and ($2::uuid is null or id > $2) and {name} is not null
            and not (get_byte({name}, 0) = 2 and substring({name} from 2 for 16) = $3)
          order by id limit {SLICE} for update"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(tx.tenant().as_uuid())
        .bind(after)
        .bind(&keys.sealing_id().as_bytes()[..])
        .fetch_all(tx.conn()?)
        .await?;
    let (mut ids, mut values, mut codes) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        let id: Uuid = row.try_get("id")?;
        let plain = keys.open(place, id, &row.try_get::<Vec<u8>, _>("sealed")?)?;
        ids.push(id);
        values.push(keys.seal(place, id, &plain)?);
        codes.push(keys.lookup(&plain).to_vec());
    }
    if ids.is_empty() {
        return Ok(None);
    }
    let with_code = code.map_or_else(String::new, |code| format!(", {code} = n.code"));
    let sql = format!(
        "update app.{table} t set {name} = n.sealed{with_code}
           from unnest($2::uuid[], $3::bytea[], $4::bytea[]) as n (id, sealed, code) where t.tenant_id = $1 and t.id = n.id"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(tx.tenant().as_uuid())
        .bind(&ids)
        .bind(&values)
        .bind(&codes)
        .execute(tx.conn()?)
        .await?;
    Ok(ids.last().copied())
}

/// Drops a key that nothing is sealed with any more. The database itself refuses one that is in use.
///
/// # Errors
/// `Refused` when it is in use.
pub async fn drop_key(tx: &mut TenantTx, id: Uuid) -> Result<(), DbError> {
    sqlx::query("delete from app.tenant_keys where tenant_id = $1 and id = $2")
        .bind(tx.tenant().as_uuid())
        .bind(id)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

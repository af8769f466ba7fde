//! What may be asked before a tenant is known: who answers on a host, and how far tenants have come.

use sadu_domain::ids::TenantId;
use sqlx::Row;
use uuid::Uuid;

use crate::error::DbError;
use crate::pool::Db;
use crate::tx::{Isolation, TenantCtx, TenantTx};

/// A tenant as a host names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Its id.
    pub tenant: TenantId,
    /// Its slug.
    pub slug: String,
    /// Its status, as stored.
    pub status: String,
}

/// How far a tenant has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HighWater {
    /// Which.
    pub tenant: TenantId,
    /// Its last event number.
    pub seq: i64,
    /// Moves with every change of settings, catalog or staff.
    pub config_version: i64,
}

/// Which name is looked up.
#[derive(Debug, Clone, Copy)]
pub enum HostName<'a> {
    /// The label under the base domain.
    Slug(&'a str),
    /// A whole custom domain, lower-case ASCII.
    Domain(&'a str),
}

async fn outside(db: &Db) -> Result<TenantTx, DbError> {
    TenantTx::begin_pooled(db, TenantCtx::nobody(), Isolation::ReadCommitted).await
}

/// The tenant of a host, or none.
///
/// # Errors
/// The database's.
pub async fn resolve(db: &Db, name: HostName<'_>) -> Result<Option<Resolved>, DbError> {
    let (slug, domain) = match name {
        HostName::Slug(s) => (Some(s), None),
        HostName::Domain(d) => (None, Some(d)),
    };
    let mut tx = outside(db).await?;
    let row = sqlx::query("select tenant_id, slug, status from plat.resolve_host($1, $2)")
        .bind(slug)
        .bind(domain)
        .fetch_optional(tx.conn()?)
        .await?;
    tx.commit().await?;
    row.map(|r| {
        Ok(Resolved {
            tenant: TenantId::from_uuid(r.try_get("tenant_id")?),
            slug: r.try_get("slug")?,
            status: r.try_get("status")?,
        })
    })
    .transpose()
}

/// Heads of these tenants, in one statement.
///
/// # Errors
/// The database's.
pub async fn high_water(db: &Db, tenants: &[TenantId]) -> Result<Vec<HighWater>, DbError> {
    let ids: Vec<Uuid> = tenants.iter().map(|t| t.as_uuid()).collect();
    let mut tx = outside(db).await?;
    let rows = sqlx::query("select tenant_id, seq, config_version from plat.high_water($1)")
        .bind(&ids)
        .fetch_all(tx.conn()?)
        .await?;
    tx.commit().await?;
    rows.into_iter()
        .map(|r| {
            Ok(HighWater {
                tenant: TenantId::from_uuid(r.try_get("tenant_id")?),
                seq: r.try_get("seq")?,
                config_version: r.try_get("config_version")?,
            })
        })
        .collect()
}

/// Version of the newest migration that ran; none on an empty database.
///
/// # Errors
/// The database's.
pub async fn schema_version(db: &Db) -> Result<Option<i64>, DbError> {
    let mut tx = outside(db).await?;
    let version = sqlx::query_scalar("select plat.schema_version()")
        .fetch_one(tx.conn()?)
        .await?;
    tx.commit().await?;
    Ok(version)
}

//! What the platform sees of its tenants and may do to one. Every act is written in the tenant's own audit log and in the platform's,
//! in the transaction that does it.

use chrono::{DateTime, Utc};
use sadu_domain::ids::TenantId;
use sadu_domain::lang::Bilingual;
use sadu_domain::plan::{PlanLimits, PlanUse};
use sadu_domain::tenant::{TenantKind, TenantStatus};
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::PlatformTx;
use crate::audit::Actor;
use crate::error::DbError;
use crate::tenants::parse;

/// A tenant as the console lists it. Figures are sums; no row of a tenant's is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: TenantId,
    /// Its label under the base domain.
    pub slug: String,
    /// Its name.
    pub name: Bilingual,
    /// Charity or shop.
    pub kind: TenantKind,
    /// Where it stands.
    pub status: TenantStatus,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// People who may work there.
    pub staff: i64,
    /// Money that arrived, in fils.
    pub raised: i64,
    /// Gifts and orders that money arrived for.
    pub donors: i64,
    /// Names of its own that it answers on.
    pub domains: i64,
    /// Id of its plan.
    pub plan: String,
    /// What its plan allows.
    pub limits: PlanLimits,
    /// What it uses of that.
    pub used: PlanUse,
}

#[derive(FromRow)]
struct ListedRow {
    id: Uuid,
    slug: String,
    name_ar: String,
    name_en: String,
    kind: String,
    status: String,
    created_at: DateTime<Utc>,
    staff: i64,
    raised: i64,
    donors: i64,
    domains: i64,
    plan_id: String,
    items: i64,
    seats: i64,
    storage_bytes: i64,
    max_items: i64,
    max_seats: i64,
    max_storage_bytes: i64,
    max_ai_tokens: i64,
}

/// Every tenant, oldest first.
///
/// # Errors
/// The database's.
pub async fn list(tx: &mut PlatformTx) -> Result<Vec<Listed>, DbError> {
    let rows: Vec<ListedRow> = sqlx::query_as(
        "select id, slug, name_ar, name_en, kind, status, created_at, staff, raised, donors, domains, plan_id, items, seats,
                storage_bytes, max_items, max_seats, max_storage_bytes, max_ai_tokens
           from plat.list_tenants()",
    )
    .fetch_all(tx.conn()?)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Listed {
                id: TenantId::from_uuid(row.id),
                slug: row.slug,
                name: Bilingual {
                    ar: row.name_ar,
                    en: row.name_en,
                },
                kind: parse(&row.kind, "tenant kind")?,
                status: parse(&row.status, "tenant status")?,
                created_at: row.created_at,
                staff: row.staff,
                raised: row.raised,
                donors: row.donors,
                domains: row.domains,
                plan: row.plan_id,
                limits: PlanLimits {
                    items: row.max_items,
                    staff: row.max_seats,
                    storage_bytes: row.max_storage_bytes,
                    ai_tokens: row.max_ai_tokens,
                },
                used: PlanUse {
                    items: row.items,
                    staff: row.seats,
                    storage_bytes: row.storage_bytes,
                },
            })
        })
        .collect()
}

/// Puts a tenant into a state; returns the one it was in, `None` when there is no such tenant. A closed one stays closed.
///
/// # Errors
/// `Refused` for a state that is not the platform's to give, or without a reason.
pub async fn set_status(
    tx: &mut PlatformTx,
    tenant: TenantId,
    status: TenantStatus,
    reason: &str,
    actor: &Actor,
) -> Result<Option<TenantStatus>, DbError> {
    let was: Option<String> = sqlx::query_scalar("select plat.set_tenant_status($1, $2, $3, $4)")
        .bind(tenant.as_uuid())
        .bind(status.as_str())
        .bind(reason)
        .bind(Json(actor))
        .fetch_one(tx.conn()?)
        .await?;
    was.map(|was| parse(&was, "tenant status")).transpose()
}

/// Closes a tenant for good, and ends its sessions; returns the state it was in, `None` when there is no such tenant.
///
/// # Errors
/// `Refused` without a reason.
pub async fn close(
    tx: &mut PlatformTx,
    tenant: TenantId,
    reason: &str,
    actor: &Actor,
) -> Result<Option<TenantStatus>, DbError> {
    let was: Option<String> = sqlx::query_scalar("select plat.close_tenant($1, $2, $3)")
        .bind(tenant.as_uuid())
        .bind(reason)
        .bind(Json(actor))
        .fetch_one(tx.conn()?)
        .await?;
    was.map(|was| parse(&was, "tenant status")).transpose()
}

/// Notes in both logs that everything of a closed tenant is taken away; returns its slug, `None` when there is no such tenant or it is
/// not closed.
///
/// # Errors
/// The database's.
pub async fn note_export(
    tx: &mut PlatformTx,
    tenant: TenantId,
    actor: &Actor,
) -> Result<Option<String>, DbError> {
    Ok(sqlx::query_scalar("select plat.note_tenant_export($1, $2)")
        .bind(tenant.as_uuid())
        .bind(Json(actor))
        .fetch_one(tx.conn()?)
        .await?)
}

/// Leave to look into a tenant.
#[derive(Debug, Clone)]
pub struct Grant<'a> {
    /// Which tenant.
    pub tenant: TenantId,
    /// Its own id.
    pub id: Uuid,
    /// SHA-256 of the one-time code that begins it.
    pub code_hash: [u8; 32],
    /// For how long, 1 to 30.
    pub minutes: i32,
    /// Whether more than looking is allowed.
    pub write: bool,
    /// Why.
    pub reason: &'a str,
    /// Where it was asked for.
    pub ticket: &'a str,
    /// When the person last proved who they are.
    pub auth_time: DateTime<Utc>,
    /// The person's name, as the tenant sees it.
    pub name: &'a str,
}

/// What [`act_as`] gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// Label of the tenant's host.
    pub slug: String,
    /// When it ends, whatever happens.
    pub until: DateTime<Utc>,
}

/// Lets the actor into a tenant; `None` when there is no such tenant, or it shows no pages.
///
/// # Errors
/// `Constraint` `support_sessions_time_box` for another number of minutes.
pub async fn act_as(
    tx: &mut PlatformTx,
    grant: &Grant<'_>,
    actor: &Actor,
) -> Result<Option<Granted>, DbError> {
    let row = sqlx::query(
        "select plat.act_as($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as slug, now() + make_interval(mins => $4) as until",
    )
    .bind(grant.tenant.as_uuid())
    .bind(grant.id)
    .bind(grant.code_hash.as_slice())
    .bind(grant.minutes)
    .bind(grant.write)
    .bind(grant.reason)
    .bind(grant.ticket)
    .bind(grant.auth_time)
    .bind(grant.name)
    .bind(Json(actor))
    .fetch_one(tx.conn()?)
    .await?;
    let slug: Option<String> = row.try_get("slug")?;
    slug.map(|slug| {
        Ok(Granted {
            slug,
            until: row.try_get("until")?,
        })
    })
    .transpose()
}

/// Ends what has run out, with its entries; returns how many there were, at most a hundred.
///
/// # Errors
/// The database's.
pub async fn end_due_support(tx: &mut PlatformTx) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar("select plat.end_due_support()")
        .fetch_one(tx.conn()?)
        .await?)
}

//! Opening a tenant: everything that makes one, in one statement, with its entries in both audit logs.

use chrono::{DateTime, Utc};
use sadu_domain::ids::{TenantId, UserId};
use sadu_domain::money::Fils;
use sadu_domain::opening::{Beginning, Opening};
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::types::Json;
use uuid::Uuid;

use super::PlatformTx;
use crate::audit::Actor;
use crate::error::DbError;

/// What is made outside the database: ids, the wrapped key, and what is kept of the invitation's link.
#[derive(Debug, Clone)]
pub struct Made {
    /// The tenant's id.
    pub tenant: TenantId,
    /// Id of its first data key.
    pub key: Uuid,
    /// That key, wrapped.
    pub wrapped: Vec<u8>,
    /// Id of its first administrator.
    pub admin: UserId,
    /// SHA-256 of the link that lets them in.
    pub invitation: [u8; 32],
}

/// The caller's Idempotency-Key and what it stands for.
#[derive(Debug, Clone, Copy)]
pub struct Once<'a> {
    /// The key.
    pub key: &'a str,
    /// SHA-256 of the body.
    pub body_hash: [u8; 32],
}

/// A tenant that was opened, now or when its key was used first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Its id.
    pub tenant: TenantId,
    /// Its label.
    pub slug: String,
    /// Its plan.
    pub plan: String,
    /// What its references begin with.
    pub prefix: String,
    /// How long the invitation is good; none when this is a first answer given again.
    pub invited_until: Option<DateTime<Utc>>,
    /// The key was used for this very body.
    pub same_body: bool,
}

/// Opens a tenant, or finds the one that the key stands for; `None` when that one is gone.
///
/// # Errors
/// `Constraint` `tenants_slug_key`, `tenants_reference_prefix_key` or `tenants_plan_id_fkey` for what is taken or unknown.
pub async fn open(
    tx: &mut PlatformTx,
    opening: &Opening,
    made: &Made,
    once: Option<Once<'_>>,
    actor: &Actor,
) -> Result<Option<Opened>, DbError> {
    let tenant = json!({
        "id": made.tenant, "slug": opening.slug, "name_ar": opening.name.ar, "name_en": opening.name.en, "kind": opening.kind,
        "branding": opening.branding, "settings": opening.settings, "licence": opening.licence, "plan_id": opening.plan,
    });
    let prefixes: Vec<&str> = opening
        .prefixes
        .iter()
        .map(|prefix| prefix.as_str())
        .collect();
    let admin =
        json!({ "id": made.admin, "email": opening.admin.email, "name": opening.admin.name });
    let items: Vec<Value> = opening.items.iter().map(item).collect();
    let row = sqlx::query(
        "select tenant_id, slug, plan_id, reference_prefix, invited_until, replayed, same_body
           from plat.open_tenant($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(Json(tenant))
    .bind(&prefixes)
    .bind(made.key)
    .bind(&made.wrapped)
    .bind(Json(admin))
    .bind(made.invitation.as_slice())
    .bind(Json(items))
    .bind(once.map(|once| once.key))
    .bind(once.map(|once| once.body_hash.to_vec()))
    .bind(Json(actor))
    .fetch_one(tx.conn()?)
    .await?;
    let Some(tenant) = row.try_get::<Option<Uuid>, _>("tenant_id")? else {
        return Ok(None);
    };
    Ok(Some(Opened {
        tenant: TenantId::from_uuid(tenant),
        slug: row.try_get("slug")?,
        plan: row.try_get("plan_id")?,
        prefix: row.try_get("reference_prefix")?,
        invited_until: row.try_get("invited_until")?,
        same_body: row.try_get("same_body")?,
    }))
}

/// An item as `open_tenant` reads it; sums are fils. Its status is not told: it is a draft.
fn item(begun: &Beginning) -> Value {
    let item = &begun.item;
    let suggested: Vec<i64> = item.suggested.iter().map(|sum| sum.get()).collect();
    json!({
        "id": item.id, "slug": item.slug, "kind": item.kind, "title": item.title, "summary": item.summary, "story": item.story,
        "price": item.price.map(Fils::get), "target": item.target.map(Fils::get), "suggested": suggested,
        "zakat_eligible": item.zakat_eligible, "overfunding": item.overfunding, "tags": item.tags, "stock": begun.stock,
    })
}

//! Who did what: entries for `plat.audit_append()`, always the last statement of the transaction they tell of.

use std::net::IpAddr;

use serde::Serialize;

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

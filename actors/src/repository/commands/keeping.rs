//! What is done to a tenant's rows because time passed. Called by the worker, hourly and daily.

use sadu_db::{AuditEntry, WriteTx, idempotency, inbox_events, items, notifications, tenants};
use sadu_domain::catalog::ItemStatus;
use sadu_domain::ids::ItemId;
use serde_json::json;

use crate::error::Result;
use crate::repository::Command;
use crate::repository::commands::sessions::Caller;

/// How long who-was-told-of-what is kept, in days: longer than any job can come again.
const NOTICE_DAYS: i32 = 90;
/// How long the first answer to a key is kept, in days (security.md asks for one at least).
const KEY_DAYS: i32 = 30;

/// How many rows went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Events past their retention.
    pub events: u64,
    /// First answers to keys.
    pub keys: u64,
    /// Notes of messages.
    pub notices: u64,
}

/// Takes away what is kept for a time only.
#[derive(Debug, Clone, Copy)]
pub struct Prune;

impl Command for Prune {
    type Output = Pruned;
    const NAME: &'static str = "tenant.prune";

    async fn run(self, tx: &mut WriteTx) -> Result<Pruned> {
        let now = tx.now();
        Ok(Pruned {
            events: inbox_events::prune(tx.tx(), now).await?,
            keys: idempotency::prune(tx.tx(), KEY_DAYS).await?,
            notices: notifications::prune(tx.tx(), NOTICE_DAYS).await?,
        })
    }
}

/// Pauses every active item whose licence ended before today, as the tenant's day is; answers which. An entry each tells of it, and the
/// commit tells every process.
#[derive(Debug, Clone, Copy)]
pub struct PauseUnlicensed;

impl Command for PauseUnlicensed {
    type Output = Vec<ItemId>;
    const NAME: &'static str = "item.pause_unlicensed";

    async fn run(self, tx: &mut WriteTx) -> Result<Vec<ItemId>> {
        let tenant = tenants::load(tx.tx()).await?;
        let today = tenant.day(tx.now());
        let mut paused = Vec::new();
        for item in items::list(tx.tx()).await? {
            let Some(licence) = item.licence.as_ref().filter(|l| !l.is_valid_on(today)) else {
                continue;
            };
            if item.status != ItemStatus::Active {
                continue;
            }
            items::set_status(tx.tx(), item.id, ItemStatus::Paused).await?;
            tx.audit(AuditEntry {
                actor: Caller::default().acts_as("system".to_owned(), "system"),
                action: "item.pause",
                object_type: "item",
                object_id: Some(item.id.to_string()),
                diff: json!({
                    "before": { "status": item.status },
                    "after": { "status": ItemStatus::Paused, "licence_until": licence.valid_until },
                }),
            });
            paused.push(item.id);
        }
        if !paused.is_empty() {
            tx.config_changed();
        }
        Ok(paused)
    }
}

//! An hour passed, for one tenant: what an item shows must be what its ledger says, and an item whose licence ended is paused.
//!
//! A difference is a defect of ours, and money: it is said loudly and left as it is, because what mended it by itself would hide it.

use std::collections::HashMap;

use sadu_actors::commands::keeping::PauseUnlicensed;
use sadu_db::items;
use sadu_domain::catalog::{Item, ItemTotals};
use sadu_domain::ids::ItemId;
use sadu_domain::job::HourPassed;
use sadu_domain::money::Fils;

use crate::worker::job::{Job, JobCtx, JobError};

impl Job for HourPassed {
    async fn run(&self, ctx: &JobCtx) -> Result<(), JobError> {
        // Both sides as they stood at one instant.
        let mut tx = ctx.read_at_once().await?;
        let shown = items::catalog(&mut tx).await?;
        let ledger = items::ledger_totals(&mut tx).await?;
        tx.commit().await?;
        let wrong = different(&shown, &ledger);
        for item in &wrong {
            tracing::error!(
                tenant.id = %ctx.tenant_id(),
                what = %item,
                "an item's figures are not what the ledger says; nothing was changed"
            );
        }
        for (of, n) in [
            ("totals_compared_total", shown.len()),
            ("totals_wrong_total", wrong.len()),
        ] {
            metrics::counter!(of).increment(u64::try_from(n).unwrap_or(u64::MAX));
        }
        for item in ctx.tenant().await?.execute(PauseUnlicensed).await? {
            tracing::info!(tenant.id = %ctx.tenant_id(), what = %item, "an item was paused: its licence ended");
        }
        Ok(())
    }
}

/// Items that show something else than their ledger says.
fn different(shown: &[(Item, ItemTotals)], ledger: &HashMap<ItemId, (Fils, i64)>) -> Vec<ItemId> {
    shown
        .iter()
        .filter(|(item, totals)| {
            let said = ledger.get(&item.id).copied().unwrap_or_default();
            (totals.raised, totals.donors) != said
        })
        .map(|(item, _)| item.id)
        .collect()
}

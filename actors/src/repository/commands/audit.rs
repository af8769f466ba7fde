//! Exporting the audit log is itself an entry of it.

use sadu_db::{Actor, AuditEntry, WriteTx};
use serde_json::json;

use crate::error::Result;
use crate::repository::Command;

/// Notes that somebody takes the audit log away, before the first byte of it leaves.
#[derive(Debug)]
pub struct NoteAuditExport {
    /// Who.
    pub actor: Actor,
    /// `jsonl`, `csv` or `verification`.
    pub format: &'static str,
}

impl Command for NoteAuditExport {
    type Output = ();
    const NAME: &'static str = "audit.export";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        tx.audit(AuditEntry {
            actor: self.actor,
            action: Self::NAME,
            object_type: "audit",
            object_id: None,
            diff: json!({ "format": self.format }),
        });
        Ok(())
    }
}

//! What an administrator writes on the tenant's own pages. One save is one audit entry.

use sadu_db::{Actor, AuditEntry, WriteTx, content, tenants};
use sadu_domain::changes::{Change, differences};
use sadu_domain::content::{PageDraft, PageName, default};
use sadu_domain::error::Code;
use serde_json::Value;

use super::changes::changes;
use super::settings::{described, stale};
use crate::error::{Error, Result};
use crate::repository::Command;

/// A change to a page: the whole of it as the editor has it.
#[derive(Debug)]
pub struct EditPage {
    /// Which.
    pub name: PageName,
    /// What was sent.
    pub draft: PageDraft,
    /// The revision the editor began with; 0 where there was our own text.
    pub revision: i64,
    /// Who.
    pub actor: Actor,
}

/// The page as committed.
#[derive(Debug, Clone)]
pub struct SavedPage {
    /// Its text.
    pub page: PageDraft,
    /// To be sent with the next change.
    pub revision: i64,
    /// What this save changed; nothing when nothing differs.
    pub changes: Vec<Change>,
}

impl Command for EditPage {
    type Output = SavedPage;
    const NAME: &'static str = "page.edit";

    async fn run(self, tx: &mut WriteTx) -> Result<SavedPage> {
        let tenant = tenants::load(tx.tx()).await?;
        let stored = content::list(tx.tx()).await?;
        let (before, revision) = stored
            .into_iter()
            .find(|(name, _, _)| *name == self.name)
            .map_or_else(
                || (default(self.name, &tenant), 0),
                |(_, page, revision)| (page, revision),
            );
        if revision != self.revision {
            let now = stale(Code::PageRevisionConflict, &before, &self.draft);
            return Err(Error::Blocked(Code::PageRevisionConflict, now));
        }
        let page = self.draft.parse(self.name).map_err(Error::Invalid)?;
        let told = differences(&before, &page);
        if told.is_empty() {
            return Ok(SavedPage {
                page,
                revision,
                changes: told,
            });
        }
        let revision = content::save(tx.tx(), self.name, &page).await?;
        tx.audit(AuditEntry {
            actor: self.actor,
            action: Self::NAME,
            object_type: "page",
            object_id: Some(self.name.to_string()),
            diff: Value::Object(changes(&described(&before), &described(&page))),
        });
        tx.config_changed();
        Ok(SavedPage {
            page,
            revision,
            changes: told,
        })
    }
}

//! The writes on a tenant's logo: room is kept, it came, it is taken away. What it looks like is drawn by the worker, as with any picture.

use sadu_db::media;
use sadu_db::media::logo::{self, NewLogo};
use sadu_db::{Actor, AuditEntry, Job, WriteTx};
use sadu_domain::ids::MediaId;
use sadu_domain::job::MediaUploaded;
use serde_json::{Value, json};

use super::media::room_in_storage;
use crate::error::Result;
use crate::repository::Command;

/// Keeps room for a logo that is about to be put into the bucket. What is cut short after it is forgotten, like an upload that never came.
#[derive(Debug)]
pub struct AnnounceLogo {
    /// What is to come; checked.
    pub new: NewLogo,
}

/// The original is in the bucket. The logo that is shown stays until this one is ready.
#[derive(Debug)]
pub struct KeepLogo {
    /// Which, as it was announced.
    pub new: NewLogo,
    /// Who.
    pub actor: Actor,
}

/// Takes the logo away; the woven mark stands there again.
#[derive(Debug)]
pub struct RemoveLogo {
    /// Who.
    pub actor: Actor,
}

fn entry(actor: Actor, action: &'static str, id: Option<MediaId>, diff: Value) -> AuditEntry {
    AuditEntry {
        actor,
        action,
        object_type: "logo",
        object_id: id.map(|id| id.to_string()),
        diff,
    }
}

impl Command for AnnounceLogo {
    type Output = ();
    const NAME: &'static str = "logo.announce";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        room_in_storage(tx, self.new.bytes).await?;
        let now = tx.now();
        Ok(logo::announce(tx.tx(), &self.new, now).await?)
    }
}

impl Command for KeepLogo {
    type Output = ();
    const NAME: &'static str = "logo.keep";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        let (now, new) = (tx.now(), self.new);
        logo::remove(tx.tx(), true, now).await?;
        if media::uploaded(tx.tx(), new.id, now).await? {
            tx.enqueue(Job::of(&MediaUploaded { media: new.id })?);
            let diff = json!({ "after": { "type": new.content_type, "bytes": new.bytes, "sha256": new.sha256 } });
            tx.audit(entry(self.actor, Self::NAME, Some(new.id), diff));
        }
        Ok(())
    }
}

impl Command for RemoveLogo {
    type Output = bool;
    const NAME: &'static str = "logo.remove";

    /// Answers whether there was one.
    async fn run(self, tx: &mut WriteTx) -> Result<bool> {
        let now = tx.now();
        let was = logo::newest(tx.tx()).await?;
        let Some(was) = was else { return Ok(false) };
        logo::remove(tx.tx(), false, now).await?;
        let diff = json!({ "before": { "type": was.content_type, "bytes": was.bytes } });
        tx.audit(entry(self.actor, Self::NAME, Some(was.id), diff));
        tx.config_changed();
        Ok(true)
    }
}

//! The writes on pictures: announced, sent, looked at, described, put in order, taken off.
//!
//! Called by `src/api/admin/media` and `src/media`. The bucket was spoken to before: nothing here waits for it inside a transaction.

use chrono::TimeDelta;
use sadu_db::idempotency::IdempotencyKey;
use sadu_db::media::{self, Media, NewMedia, logo};
use sadu_db::{Actor, AuditEntry, Job, WriteTx, items, plans};
use sadu_domain::catalog::ItemStatus;
use sadu_domain::error::Code;
use sadu_domain::ids::{ItemId, MediaId};
use sadu_domain::job::MediaUploaded;
use sadu_domain::lang::Bilingual;
use sadu_domain::media::{Drawn, MediaRefusal, PER_ITEM};
use serde_json::{Value, json};

use super::keyed::{self, Answer};
use crate::error::{Error, Result};
use crate::repository::Command;

/// How long what was taken off an item can be put back.
pub const KEPT: TimeDelta = TimeDelta::days(1);

/// Keeps room for a picture that is about to be sent.
#[derive(Debug)]
pub struct AnnounceMedia {
    /// What is to come; checked.
    pub new: NewMedia,
    /// Who.
    pub actor: Actor,
    /// The caller's key, where there is one.
    pub key: Option<IdempotencyKey>,
    /// What is answered, and remembered under the key.
    pub answer: String,
}

/// Says that an original is in the bucket, as it was announced.
#[derive(Debug)]
pub struct CompleteMedia {
    /// Which.
    pub id: MediaId,
    /// Who.
    pub actor: Actor,
}

/// Changes what a picture says and where it stands; what is `None` stays.
#[derive(Debug)]
pub struct EditMedia {
    /// Which.
    pub id: MediaId,
    /// What it shows.
    pub alt: Option<Bilingual>,
    /// On which item; also brings back one that was removed.
    pub item: Option<ItemId>,
    /// Its place among the pictures of its item, from 0.
    pub position: Option<usize>,
    /// Who.
    pub actor: Actor,
}

/// Takes a picture off its item. For a day it can be put back.
#[derive(Debug)]
pub struct RemoveMedia {
    /// Which.
    pub id: MediaId,
    /// Who.
    pub actor: Actor,
}

/// Keeps what came of looking at an original.
#[derive(Debug)]
pub struct FinishMedia {
    /// Which.
    pub id: MediaId,
    /// Its variants, or why there are none.
    pub outcome: std::result::Result<Drawn, MediaRefusal>,
}

/// Forgets pictures whose objects are gone.
#[derive(Debug)]
pub struct ForgetMedia {
    /// Which.
    pub ids: Vec<MediaId>,
}

fn entry(actor: Actor, action: &'static str, id: MediaId, diff: Value) -> AuditEntry {
    AuditEntry {
        actor,
        action,
        object_type: "media",
        object_id: Some(id.to_string()),
        diff,
    }
}

impl Command for AnnounceMedia {
    type Output = Answer;
    const NAME: &'static str = "media.announce";

    async fn run(self, tx: &mut WriteTx) -> Result<Answer> {
        if let Some(first) = keyed::first(tx, self.key.as_ref()).await? {
            return Ok(first);
        }
        let item = self.new.item;
        room_on(tx, item).await?;
        room_in_storage(tx, self.new.bytes).await?;
        let now = tx.now();
        media::announce(tx.tx(), &self.new, now).await?;
        let diff = json!({ "after": { "item": item, "type": self.new.content_type, "bytes": self.new.bytes, "sha256": self.new.sha256 } });
        tx.audit(entry(self.actor, Self::NAME, self.new.id, diff));
        let id = self.new.id.as_uuid();
        keyed::keep(tx, self.key.as_ref(), 201, self.answer, id).await
    }
}

impl Command for CompleteMedia {
    type Output = Media;
    const NAME: &'static str = "media.complete";

    async fn run(self, tx: &mut WriteTx) -> Result<Media> {
        let before = media::find(tx.tx(), self.id).await?;
        let item = before.item.ok_or(Error::NotFound(Code::NotFound))?;
        if !before.uploaded {
            room_on(tx, item).await?;
        }
        let now = tx.now();
        // Said twice, it is looked at once.
        if media::uploaded(tx.tx(), self.id, now).await? {
            tx.enqueue(Job::of(&MediaUploaded { media: self.id })?);
            let diff = json!({ "after": { "item": item, "uploaded": true } });
            tx.audit(entry(self.actor, Self::NAME, self.id, diff));
        }
        Ok(media::find(tx.tx(), self.id).await?)
    }
}

impl Command for EditMedia {
    type Output = Media;
    const NAME: &'static str = "media.edit";

    async fn run(self, tx: &mut WriteTx) -> Result<Media> {
        let before = media::find(tx.tx(), self.id).await?;
        let now = tx.now();
        if before.removed_at.is_some_and(|at| now - at > KEPT) {
            // Its objects may be gone at any moment.
            return Err(Error::NotFound(Code::NotFound));
        }
        if let Some(alt) = &self.alt {
            media::describe(tx.tx(), self.id, alt).await?;
        }
        if let Some(item) = self.item.filter(|item| before.item != Some(*item)) {
            room_on(tx, item).await?;
            media::attach(tx.tx(), self.id, item).await?;
        }
        let item = self.item.or(before.item);
        let mut place = Value::Null;
        if let (Some(position), Some(item)) = (self.position, item) {
            let others = media::of_item(tx.tx(), item).await?;
            let mut order: Vec<MediaId> = others.iter().map(|m| m.id).collect();
            order.retain(|id| *id != self.id);
            let position = position.min(order.len());
            order.insert(position, self.id);
            media::place(tx.tx(), item, &order).await?;
            place = position.into();
        }
        let after = media::find(tx.tx(), self.id).await?;
        let diff = json!({
            "before": { "alt": before.alt, "item": before.item },
            "after": { "alt": after.alt, "item": after.item, "position": place },
        });
        tx.audit(entry(self.actor, Self::NAME, self.id, diff));
        tx.config_changed();
        Ok(after)
    }
}

impl Command for RemoveMedia {
    type Output = ();
    const NAME: &'static str = "media.remove";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        let before = media::find(tx.tx(), self.id).await?;
        let now = tx.now();
        media::remove(tx.tx(), self.id, now).await?;
        let diff = json!({ "before": { "item": before.item, "alt": before.alt } });
        tx.audit(entry(self.actor, Self::NAME, self.id, diff));
        tx.config_changed();
        Ok(())
    }
}

impl Command for FinishMedia {
    type Output = bool;
    const NAME: &'static str = "media.finish";

    /// Answers whether the picture still waited for it.
    async fn run(self, tx: &mut WriteTx) -> Result<bool> {
        let now = tx.now();
        let news = match self.outcome {
            Ok(drawn) => media::finish(tx.tx(), self.id, &drawn).await?,
            Err(refusal) => media::refuse(tx.tx(), self.id, refusal).await?,
        };
        if news {
            // Nothing of an item's picture.
            logo::succeed(tx.tx(), self.id, now).await?;
            tx.config_changed();
        }
        Ok(news)
    }
}

impl Command for ForgetMedia {
    type Output = ();
    const NAME: &'static str = "media.forget";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        Ok(media::forget(tx.tx(), &self.ids).await?)
    }
}

/// The plan has room for that many bytes more.
pub(super) async fn room_in_storage(tx: &mut WriteTx, bytes: i64) -> Result<()> {
    let used = plans::used(tx.tx()).await?.storage_bytes;
    let room = plans::load(tx.tx()).await?.limits.storage_bytes;
    if used.saturating_add(bytes) > room {
        return Err(Error::Conflict(Code::MediaStorageFull));
    }
    Ok(())
}

/// The item is there, its life is not over, and it has room for one more.
async fn room_on(tx: &mut WriteTx, item: ItemId) -> Result<()> {
    let status = items::status(tx.tx(), item)
        .await?
        .ok_or(Error::Refused(Code::ItemNotFound))?;
    if matches!(status, ItemStatus::Archived | ItemStatus::Cancelled) {
        return Err(Error::Conflict(Code::ItemInvalidTransition));
    }
    if media::of_item(tx.tx(), item).await?.len() >= PER_ITEM {
        return Err(Error::Conflict(Code::MediaTooMany));
    }
    Ok(())
}

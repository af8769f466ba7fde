//! [`take_in`]: an original that lies in this process's own memory, put into the bucket for whoever sent it.
//!
//! It then goes the way of one that a browser sent there itself: announced, there, looked at by the worker.

use sadu_actors::TenantHandle;
use sadu_actors::commands::media::{AnnounceMedia, CompleteMedia};
use sadu_actors::storage::StorageError;
use sadu_actors::storage::objects::{Key, Objects};
use sadu_db::Actor;
use sadu_db::idempotency::IdempotencyKey;
use sadu_db::media::{self, Media, NewMedia};
use sadu_domain::ids::{ItemId, MediaId, UserId};
use sadu_domain::media::PictureType;
use sha2::{Digest, Sha256};

/// A picture as somebody gave it to us.
#[derive(Debug, Clone)]
pub struct Original {
    /// The item that it shows.
    pub item: ItemId,
    /// What it is said to be.
    pub content_type: PictureType,
    /// All of it.
    pub bytes: Vec<u8>,
    /// Whose it is, where somebody sent it.
    pub by: Option<UserId>,
    /// The key it came under, where there is one: what comes again under it is the picture that is there.
    pub key: Option<IdempotencyKey>,
}

/// Why an original was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// No such item, no room on it, or none left in the plan; or the database.
    #[error("{0}")]
    Act(#[from] sadu_actors::Error),
    /// The bucket.
    #[error("{0}")]
    Storage(#[from] StorageError),
}

/// Keeps room for an original, puts it into the bucket and hands it to the worker. What is cut short in between is forgotten after two
/// days, like an upload that never came.
///
/// # Errors
/// `item.not_found`, `item.invalid_transition`, `media.too_many`, `media.storage_full`, `idempotency.key_reused`; the bucket's.
pub async fn take_in(
    objects: &Objects,
    tenant: &TenantHandle,
    original: Original,
    actor: Actor,
) -> Result<Media, IntakeError> {
    let id = MediaId::new();
    let Original {
        item,
        content_type,
        bytes,
        by,
        key,
    } = original;
    let new = NewMedia {
        id,
        item,
        content_type,
        bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        sha256: hex::encode(Sha256::digest(&bytes)),
        by,
    };
    let announce = AnnounceMedia {
        new,
        actor: actor.clone(),
        key,
        answer: format!("{{\"id\":\"{id}\"}}"),
    };
    let announced = tenant.execute(announce).await?;
    let id = MediaId::from_uuid(announced.id);
    if announced.replayed {
        let known = find(tenant, id).await?;
        if known.uploaded {
            return Ok(known);
        }
    }
    let place = Key::incoming(tenant.id(), id);
    objects.write(&place, content_type.as_str(), bytes).await?;
    Ok(tenant.execute(CompleteMedia { id, actor }).await?)
}

/// One picture, as it stands.
///
/// # Errors
/// `not_found`, `busy`.
pub(crate) async fn find(tenant: &TenantHandle, id: MediaId) -> sadu_actors::Result<Media> {
    let mut tx = tenant.read().await?;
    let found = media::find(&mut tx, id).await;
    tx.commit().await?;
    Ok(found?)
}

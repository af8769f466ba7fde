//! [`process`]: the job of one original. It may be done twice: what is decided stays decided, and keys are the same.

use chrono::Utc;
use sadu_actors::TenantHandle;
use sadu_actors::commands::media::{FinishMedia, ForgetMedia, KEPT};
use sadu_actors::storage::StorageError;
use sadu_actors::storage::objects::{Key, Objects};
use sadu_db::DbError;
use sadu_db::media::{self, Media};
use sadu_domain::ids::MediaId;
use sadu_domain::media::{Drawn, MediaRefusal, MediaState, Purpose};
use sha2::{Digest, Sha256};

use super::apart::{Apart, draw_apart};
use super::draw::Drawing;

/// Pictures forgotten at a time.
const AT_ONCE: i64 = 20;

/// What a picture needs: a bucket, and a process to be drawn in.
#[derive(Debug, Clone)]
pub struct Studio {
    /// The bucket.
    pub objects: Objects,
    /// The process.
    pub apart: Apart,
}

/// Why nothing can be said about a picture yet: it is to be tried again.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// The database.
    #[error("{0}")]
    Db(#[from] DbError),
    /// A write through the tenant's repository.
    #[error("{0}")]
    Act(#[from] sadu_actors::Error),
    /// The bucket.
    #[error("{0}")]
    Storage(#[from] StorageError),
    /// The child process could not be started or spoken to.
    #[error("the child process for pictures: {0}")]
    Child(#[from] std::io::Error),
}

/// Looks at an original, keeps what was drawn from it, and says so. Then forgets what nobody needs any longer.
///
/// # Errors
/// When the bucket, the database or the child process could not be reached: to be tried again.
pub async fn process(
    studio: &Studio,
    tenant: &TenantHandle,
    id: MediaId,
) -> Result<(), ProcessError> {
    let mut tx = tenant.read_at_once().await?;
    let found = media::any(&mut tx, id).await;
    tx.commit().await?;
    let waiting = match found {
        Ok(media) if media.state == MediaState::Pending && media.uploaded => media,
        // Decided, or forgotten.
        Ok(_) | Err(DbError::NotFound) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let outcome = look(studio, tenant, &waiting).await?;
    let outcome = match outcome {
        Ok(drawing) => Ok(keep(&studio.objects, tenant, id, drawing).await?),
        Err(refusal) => {
            tracing::info!(code = refusal.as_str(), "a picture was refused");
            Err(refusal)
        }
    };
    let refused = outcome.is_err();
    tenant.execute(FinishMedia { id, outcome }).await?;
    if refused {
        studio
            .objects
            .remove(&Key::incoming(tenant.id(), id))
            .await?;
    }
    forget(&studio.objects, tenant).await
}

async fn look(
    studio: &Studio,
    tenant: &TenantHandle,
    media: &Media,
) -> Result<Result<Drawing, MediaRefusal>, ProcessError> {
    let key = Key::incoming(tenant.id(), media.id);
    // Asked first: what is longer than announced is not taken into memory.
    if studio.objects.length(&key).await? != Some(media.bytes) {
        return Ok(Err(MediaRefusal::Differs));
    }
    let original = studio.objects.read(&key).await?;
    if hex::encode(Sha256::digest(&original)) != media.sha256 {
        return Ok(Err(MediaRefusal::Differs));
    }
    let drawing = draw_apart(&studio.apart, media.content_type, &original).await?;
    let small = |drawing: &Drawing| media.purpose == Purpose::Logo && !drawing.drawn.fills_a_head();
    Ok(match drawing {
        Ok(drawing) if small(&drawing) => Err(MediaRefusal::TooSmall),
        drawn => drawn,
    })
}

async fn keep(
    objects: &Objects,
    tenant: &TenantHandle,
    id: MediaId,
    drawing: Drawing,
) -> Result<Drawn, ProcessError> {
    for (variant, file) in drawing.drawn.variants.iter().zip(drawing.files) {
        let key = Key::variant(tenant.id(), id, variant.name());
        objects
            .write(&key, variant.format.media_type(), file)
            .await?;
    }
    Ok(drawing.drawn)
}

/// Objects first, then their rows: what is cut short is found again.
async fn forget(objects: &Objects, tenant: &TenantHandle) -> Result<(), ProcessError> {
    // Twice as long: nobody is just putting it back.
    let before = Utc::now() - KEPT - KEPT;
    let mut tx = tenant.read_at_once().await?;
    let stale = media::stale(&mut tx, before, AT_ONCE).await?;
    tx.commit().await?;
    if stale.is_empty() {
        return Ok(());
    }
    for (id, drawn) in &stale {
        objects.remove(&Key::incoming(tenant.id(), *id)).await?;
        for variant in drawn.iter().flat_map(|drawn| &drawn.variants) {
            let key = Key::variant(tenant.id(), *id, variant.name());
            objects.remove(&key).await?;
        }
    }
    let ids = stale.into_iter().map(|(id, _)| id).collect();
    Ok(tenant.execute(ForgetMedia { ids }).await?)
}

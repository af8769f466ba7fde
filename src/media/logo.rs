//! [`take_in_logo`]: a tenant's logo, put into the bucket for whoever sent it. It then goes the way of every picture.

use sadu_actors::TenantHandle;
use sadu_actors::commands::logo::{AnnounceLogo, KeepLogo};
use sadu_actors::storage::objects::{Key, Objects};
use sadu_db::Actor;
use sadu_db::media::logo::NewLogo;
use sadu_domain::ids::{MediaId, UserId};
use sadu_domain::media::PictureType;
use sha2::{Digest, Sha256};

use super::IntakeError;

/// A logo as somebody gave it to us.
#[derive(Debug, Clone)]
pub struct OriginalLogo {
    /// What its first bytes say it is.
    pub content_type: PictureType,
    /// All of it.
    pub bytes: Vec<u8>,
    /// Who sends it.
    pub by: Option<UserId>,
}

/// Keeps room for a logo, puts it into the bucket and hands it to the worker. What is cut short in between is forgotten after two days,
/// like an upload that never came.
///
/// # Errors
/// `media.storage_full`, `busy`; the bucket's.
pub async fn take_in_logo(
    objects: &Objects,
    tenant: &TenantHandle,
    original: OriginalLogo,
    actor: Actor,
) -> Result<(), IntakeError> {
    let OriginalLogo {
        content_type,
        bytes,
        by,
    } = original;
    let new = NewLogo {
        id: MediaId::new(),
        content_type,
        bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        sha256: hex::encode(Sha256::digest(&bytes)),
        by,
    };
    tenant.execute(AnnounceLogo { new: new.clone() }).await?;
    let place = Key::incoming(tenant.id(), new.id);
    objects.write(&place, content_type.as_str(), bytes).await?;
    Ok(tenant.execute(KeepLogo { new, actor }).await?)
}

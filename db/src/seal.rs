//! Columns that name a person are sealed with the tenant's key before they reach SQL, and opened here alone.
//!
//! A tenant has a random data key, wrapped by the deployment's master key ([`master`]). From it two keys are derived: one seals
//! (AES-256-GCM), one makes look-up codes (HMAC-SHA-256). While keys are changed there are two data keys: the newest seals as soon
//! as every process has heard of it, both open and both have look-up codes. What must outlive every change (the permutation of reference numbers, the links in mails that
//! were sent) has keys of its own, which each data key carries on.
//!
//! A sealed value is `2 | id of the data key (16) | nonce (12) | ciphertext | tag (16)`, bound to tenant, column and row, so that
//! it opens nowhere else. `1 | nonce | ciphertext | tag` is the form before keys could be changed; every key is tried on it.

pub mod anchor;
pub mod master;

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::{digest, hkdf, hmac};
use chrono::{DateTime, TimeDelta, Utc};
use sadu_domain::ids::TenantId;
use uuid::Uuid;

pub use self::master::MasterKey;
use crate::error::DbError;

const NO_KEY_ID: u8 = 1;
const WITH_KEY_ID: u8 = 2;
const KEY_ID: usize = 16;
const NONCE: usize = 12;

/// The keys of one tenant.
pub struct TenantKeys {
    tenant: TenantId,
    /// Newest first; never empty.
    data: Vec<DataKey>,
    reference: [u8; 32],
    token: [u8; 32],
    sign: hmac::Key,
}

/// A data key opens from the moment it is made, and seals only after this: until then there may be processes that have not heard of
/// it and could not open what is sealed with it.
pub const HEARD_EVERYWHERE: TimeDelta = TimeDelta::seconds(30);

/// A data key as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// Its id, which sealed values name.
    pub id: Uuid,
    /// The key, wrapped.
    pub wrapped: Vec<u8>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// What is derived from one data key.
struct DataKey {
    id: Uuid,
    seals_from: DateTime<Utc>,
    seal: RandomizedNonceKey,
    lookup: hmac::Key,
}

impl std::fmt::Debug for TenantKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TenantKeys({}, ***)", self.tenant)
    }
}

/// Derives 32 bytes for one purpose.
fn derive(root: &hkdf::Prk, info: &'static str) -> Result<[u8; 32], DbError> {
    let mut out = [0_u8; 32];
    root.expand(&[info.as_bytes()], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut out))
        .map_err(|_| DbError::Seal)?;
    Ok(out)
}

fn root(data_key: &[u8]) -> hkdf::Prk {
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"sadu tenant key v1").extract(data_key)
}

fn aead(key: &[u8]) -> Result<RandomizedNonceKey, DbError> {
    RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| DbError::Seal)
}

impl DataKey {
    fn new(id: Uuid, seals_from: DateTime<Utc>, data_key: &[u8]) -> Result<Self, DbError> {
        let root = root(data_key);
        Ok(Self {
            id,
            seals_from,
            seal: aead(&derive(&root, "seal")?)?,
            lookup: hmac::Key::new(hmac::HMAC_SHA256, &derive(&root, "lookup")?),
        })
    }
}

impl TenantKeys {
    /// The key that seals now.
    fn sealing(&self) -> Option<&DataKey> {
        let now = Utc::now();
        self.data
            .iter()
            .find(|key| key.seals_from <= now)
            .or(self.data.last())
    }

    /// Id of the key that seals now.
    #[must_use]
    pub fn sealing_id(&self) -> Uuid {
        self.sealing().map_or(Uuid::nil(), |key| key.id)
    }

    /// Ids of all keys that open, newest first.
    pub fn ids(&self) -> impl Iterator<Item = Uuid> {
        self.data.iter().map(|key| key.id)
    }

    /// Seals a value for `column` of the row `row`.
    ///
    /// # Errors
    /// `Seal` when the system has no randomness.
    pub fn seal(&self, column: &'static str, row: Uuid, value: &str) -> Result<Vec<u8>, DbError> {
        let key = self.sealing().ok_or(DbError::Seal)?;
        let mut out = vec![WITH_KEY_ID];
        out.extend_from_slice(key.id.as_bytes());
        let aad = context(self.tenant, WITH_KEY_ID, column, row);
        seal_into(&mut out, &key.seal, &aad, value.as_bytes())?;
        Ok(out)
    }

    /// Opens what [`Self::seal`] sealed for the same column and row, under any of the keys.
    ///
    /// # Errors
    /// `Seal` when it was sealed for another place, under a key that is gone, or changed.
    pub fn open(&self, column: &'static str, row: Uuid, sealed: &[u8]) -> Result<String, DbError> {
        let (version, rest) = sealed.split_first().ok_or(DbError::Seal)?;
        let aad = context(self.tenant, *version, column, row);
        let plain = match *version {
            NO_KEY_ID => self
                .data
                .iter()
                .find_map(|key| open_body(&key.seal, &aad, rest).ok())
                .ok_or(DbError::Seal)?,
            WITH_KEY_ID => {
                let (id, body) = rest.split_at_checked(KEY_ID).ok_or(DbError::Seal)?;
                let key = self
                    .data
                    .iter()
                    .find(|key| key.id.as_bytes() == id)
                    .ok_or(DbError::Seal)?;
                open_body(&key.seal, &aad, body)?
            }
            _ => return Err(DbError::Seal),
        };
        String::from_utf8(plain).map_err(|_| DbError::Seal)
    }

    /// Whether a value is sealed under the key that seals now.
    #[must_use]
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        sealed
            .split_first()
            .and_then(|(version, rest)| Some((*version, rest.get(..KEY_ID)?)))
            .is_some_and(|(version, id)| {
                version == WITH_KEY_ID && id == self.sealing_id().as_bytes()
            })
    }

    /// The look-up code to be stored with a value: equal values of one tenant have equal codes, and nothing else can be learnt
    /// from it.
    #[must_use]
    pub fn lookup(&self, value: &str) -> [u8; 32] {
        self.sealing()
            .map_or([0; 32], |key| code(&key.lookup, value))
    }

    /// The codes under which a value may be stored: more than one while keys are being changed.
    #[must_use]
    pub fn lookups(&self, value: &str) -> Vec<[u8; 32]> {
        self.data
            .iter()
            .map(|key| code(&key.lookup, value))
            .collect()
    }

    /// A code that proves that this tenant made `value`, for links and cursors. Outlives every change of keys.
    #[must_use]
    pub fn sign(&self, value: &str) -> [u8; 32] {
        code(&self.sign, value)
    }

    /// The key of the tenant's reference permutation.
    #[must_use]
    pub fn reference_key(&self) -> [u8; 32] {
        self.reference
    }
}

fn code(key: &hmac::Key, value: &str) -> [u8; 32] {
    let mut out = [0_u8; 32];
    for (to, from) in out
        .iter_mut()
        .zip(hmac::sign(key, value.as_bytes()).as_ref())
    {
        *to = *from;
    }
    out
}

/// SHA-256, as request bodies and tokens are kept.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0_u8; 32];
    for (to, from) in out
        .iter_mut()
        .zip(digest::digest(&digest::SHA256, bytes).as_ref())
    {
        *to = *from;
    }
    out
}

fn context(tenant: TenantId, version: u8, column: &str, row: Uuid) -> Vec<u8> {
    let mut aad = Vec::with_capacity(33_usize.saturating_add(column.len()));
    aad.extend_from_slice(tenant.as_uuid().as_bytes());
    aad.extend_from_slice(row.as_bytes());
    aad.push(version);
    aad.extend_from_slice(column.as_bytes());
    aad
}

/// Appends nonce, ciphertext and tag.
fn seal_into(
    out: &mut Vec<u8>,
    key: &RandomizedNonceKey,
    aad: &[u8],
    plain: &[u8],
) -> Result<(), DbError> {
    let mut body = plain.to_vec();
    let nonce = key
        .seal_in_place_append_tag(Aad::from(aad), &mut body)
        .map_err(|_| DbError::Seal)?;
    out.extend_from_slice(nonce.as_ref());
    out.append(&mut body);
    Ok(())
}

fn open_body(key: &RandomizedNonceKey, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, DbError> {
    let (nonce, body) = sealed.split_at_checked(NONCE).ok_or(DbError::Seal)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| DbError::Seal)?;
    let mut body = body.to_vec();
    let plain = key
        .open_in_place(nonce, Aad::from(aad), &mut body)
        .map_err(|_| DbError::Seal)?;
    Ok(plain.to_vec())
}

#[cfg(test)]
mod tests;

//! Columns that name a person are sealed with the tenant's key before they reach SQL, and opened here alone.
//!
//! A tenant has a random data key, wrapped by the deployment's master key. From it three keys are derived: one seals
//! (AES-256-GCM), one makes look-up codes (HMAC-SHA-256), one permutes reference numbers. A sealed value is
//! `1 | nonce (12) | ciphertext | tag (16)`, bound to tenant, column and row, so that it opens nowhere else.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::{digest, hkdf, hmac, rand};
use sadu_domain::ids::TenantId;
use uuid::Uuid;

use crate::error::DbError;

const VERSION: u8 = 1;
const NONCE: usize = 12;

/// The deployment's key; from the environment, never stored.
pub struct MasterKey(RandomizedNonceKey);

/// The keys of one tenant.
pub struct TenantKeys {
    tenant: TenantId,
    seal: RandomizedNonceKey,
    lookup: hmac::Key,
    reference: [u8; 32],
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(***)")
    }
}

impl std::fmt::Debug for TenantKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TenantKeys({}, ***)", self.tenant)
    }
}

impl MasterKey {
    /// From 32 bytes.
    ///
    /// # Errors
    /// `Seal` when they are not 32.
    pub fn new(bytes: &[u8]) -> Result<Self, DbError> {
        Ok(Self(
            RandomizedNonceKey::new(&AES_256_GCM, bytes).map_err(|_| DbError::Seal)?,
        ))
    }

    /// A new data key for a tenant, wrapped.
    ///
    /// # Errors
    /// `Seal` when the system has no randomness.
    pub fn wrap_new(&self, tenant: TenantId) -> Result<Vec<u8>, DbError> {
        let mut key = [0_u8; 32];
        rand::fill(&mut key).map_err(|_| DbError::Seal)?;
        seal(
            &self.0,
            &context(tenant, "tenant_keys", tenant.as_uuid()),
            &key,
        )
    }

    /// Opens a wrapped data key and derives the tenant's keys.
    ///
    /// # Errors
    /// `Seal` under another master key or for another tenant.
    pub fn unwrap(&self, tenant: TenantId, wrapped: &[u8]) -> Result<TenantKeys, DbError> {
        let data_key = open(
            &self.0,
            &context(tenant, "tenant_keys", tenant.as_uuid()),
            wrapped,
        )?;
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"sadu tenant key v1").extract(&data_key);
        let derive = |info: &'static str| -> Result<[u8; 32], DbError> {
            let mut out = [0_u8; 32];
            root.expand(&[info.as_bytes()], hkdf::HKDF_SHA256)
                .and_then(|okm| okm.fill(&mut out))
                .map_err(|_| DbError::Seal)?;
            Ok(out)
        };
        Ok(TenantKeys {
            tenant,
            seal: RandomizedNonceKey::new(&AES_256_GCM, &derive("seal")?)
                .map_err(|_| DbError::Seal)?,
            lookup: hmac::Key::new(hmac::HMAC_SHA256, &derive("lookup")?),
            reference: derive("reference")?,
        })
    }
}

impl TenantKeys {
    /// Seals a value for `column` of the row `row`.
    ///
    /// # Errors
    /// `Seal` when the system has no randomness.
    pub fn seal(&self, column: &'static str, row: Uuid, value: &str) -> Result<Vec<u8>, DbError> {
        seal(
            &self.seal,
            &context(self.tenant, column, row),
            value.as_bytes(),
        )
    }

    /// Opens what [`Self::seal`] sealed for the same column and row.
    ///
    /// # Errors
    /// `Seal` when it was sealed for another place or changed.
    pub fn open(&self, column: &'static str, row: Uuid, sealed: &[u8]) -> Result<String, DbError> {
        String::from_utf8(open(
            &self.seal,
            &context(self.tenant, column, row),
            sealed,
        )?)
        .map_err(|_| DbError::Seal)
    }

    /// The look-up code of a value: equal values of one tenant have equal codes, and nothing else can be learnt from it.
    #[must_use]
    pub fn lookup(&self, value: &str) -> [u8; 32] {
        let mut out = [0_u8; 32];
        for (to, from) in out
            .iter_mut()
            .zip(hmac::sign(&self.lookup, value.as_bytes()).as_ref())
        {
            *to = *from;
        }
        out
    }

    /// The key of the tenant's reference permutation.
    #[must_use]
    pub fn reference_key(&self) -> [u8; 32] {
        self.reference
    }
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

fn context(tenant: TenantId, column: &str, row: Uuid) -> Vec<u8> {
    let mut aad = Vec::with_capacity(33_usize.saturating_add(column.len()));
    aad.extend_from_slice(tenant.as_uuid().as_bytes());
    aad.extend_from_slice(row.as_bytes());
    aad.push(VERSION);
    aad.extend_from_slice(column.as_bytes());
    aad
}

fn seal(key: &RandomizedNonceKey, aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, DbError> {
    let mut body = plain.to_vec();
    let nonce = key
        .seal_in_place_append_tag(Aad::from(aad), &mut body)
        .map_err(|_| DbError::Seal)?;
    let mut out = Vec::with_capacity(body.len().saturating_add(NONCE).saturating_add(1));
    out.push(VERSION);
    out.extend_from_slice(nonce.as_ref());
    out.append(&mut body);
    Ok(out)
}

fn open(key: &RandomizedNonceKey, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, DbError> {
    let (version, rest) = sealed.split_first().ok_or(DbError::Seal)?;
    let (nonce, body) = rest.split_at_checked(NONCE).ok_or(DbError::Seal)?;
    if *version != VERSION {
        return Err(DbError::Seal);
    }
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| DbError::Seal)?;
    let mut body = body.to_vec();
    let plain = key
        .open_in_place(nonce, Aad::from(aad), &mut body)
        .map_err(|_| DbError::Seal)?;
    Ok(plain.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(tenant: TenantId) -> TenantKeys {
        let master = MasterKey::new(&[7; 32]).unwrap();
        let wrapped = master.wrap_new(tenant).unwrap();
        master.unwrap(tenant, &wrapped).unwrap()
    }

    #[test]
    fn opens_only_in_its_place() {
        let keys = keys(TenantId::new());
        let row = Uuid::now_v7();
        let sealed = keys.seal("donors.name", row, "مريم").unwrap();
        assert_eq!(keys.open("donors.name", row, &sealed).unwrap(), "مريم");
        assert!(keys.open("donors.email", row, &sealed).is_err());
        assert!(keys.open("donors.name", Uuid::now_v7(), &sealed).is_err());
        let mut bent = sealed.clone();
        let last = bent.len() - 1;
        bent[last] ^= 1;
        assert!(keys.open("donors.name", row, &bent).is_err());
        assert!(keys.open("donors.name", row, &sealed[..5]).is_err());
    }

    #[test]
    fn another_tenant_or_master_opens_nothing() {
        let (a, b) = (TenantId::new(), TenantId::new());
        let master = MasterKey::new(&[7; 32]).unwrap();
        let wrapped = master.wrap_new(a).unwrap();
        assert!(master.unwrap(b, &wrapped).is_err());
        assert!(
            MasterKey::new(&[8; 32])
                .unwrap()
                .unwrap(a, &wrapped)
                .is_err()
        );
        assert_ne!(
            keys(a).lookup("+96599912345"),
            keys(b).lookup("+96599912345")
        );
    }
}

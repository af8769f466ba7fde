//! The deployment's key: from the environment, never stored. It wraps the data keys of tenants, and signs the anchors of their
//! audit logs.
//!
//! While it is being changed there are two: the present one wraps, both unwrap.

use aws_lc_rs::aead::RandomizedNonceKey;
use aws_lc_rs::{hkdf, rand};
use sadu_domain::ids::TenantId;
use uuid::Uuid;

use super::anchor::AnchorKey;
use super::{
    DataKey, HEARD_EVERYWHERE, NO_KEY_ID, TenantKeys, WrappedKey, aead, context, derive, hmac,
    open_body, root, seal_into,
};
use crate::error::DbError;

/// What a wrapped key is bound to.
const PLACE: &str = "tenant_keys";
/// Length of a data key, and of each key that it carries on.
const KEY: usize = 32;

/// The deployment's key, and the one before while it is being changed.
pub struct MasterKey {
    current: Wrapper,
    previous: Option<Wrapper>,
}

struct Wrapper {
    wrap: RandomizedNonceKey,
    anchor: [u8; KEY],
}

/// What is wrapped: the data key, and the keys that it carries on.
struct Payload {
    data: [u8; KEY],
    reference: [u8; KEY],
    token: [u8; KEY],
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(***)")
    }
}

impl Wrapper {
    fn new(bytes: &[u8]) -> Result<Self, DbError> {
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"sadu master key v1").extract(bytes);
        Ok(Self {
            wrap: aead(bytes)?,
            anchor: derive(&root, "audit anchor")?,
        })
    }

    /// Opens a wrapped key. Before keys could be changed it was bound to the tenant alone.
    fn open(&self, tenant: TenantId, id: Uuid, wrapped: &[u8]) -> Result<Vec<u8>, DbError> {
        let (version, body) = wrapped.split_first().ok_or(DbError::Seal)?;
        if *version != NO_KEY_ID {
            return Err(DbError::Seal);
        }
        [id, tenant.as_uuid()]
            .into_iter()
            .find_map(|row| {
                open_body(&self.wrap, &context(tenant, NO_KEY_ID, PLACE, row), body).ok()
            })
            .ok_or(DbError::Seal)
    }

    fn close(&self, tenant: TenantId, id: Uuid, plain: &[u8]) -> Result<Vec<u8>, DbError> {
        let mut out = vec![NO_KEY_ID];
        let aad = context(tenant, NO_KEY_ID, PLACE, id);
        seal_into(&mut out, &self.wrap, &aad, plain)?;
        Ok(out)
    }
}

impl Payload {
    fn random() -> Result<[u8; KEY], DbError> {
        let mut key = [0_u8; KEY];
        rand::fill(&mut key).map_err(|_| DbError::Seal)?;
        Ok(key)
    }

    fn read(bytes: &[u8]) -> Result<Self, DbError> {
        let part = |n: usize| {
            let from = n.saturating_mul(KEY);
            bytes
                .get(from..from.saturating_add(KEY))
                .and_then(|part| part.try_into().ok())
                .ok_or(DbError::Seal)
        };
        let data: [u8; KEY] = part(0)?;
        if bytes.len() == KEY {
            // The first form: everything was derived from the data key.
            let root = root(&data);
            return Ok(Self {
                data,
                reference: derive(&root, "reference")?,
                token: derive(&root, "lookup")?,
            });
        }
        Ok(Self {
            data,
            reference: part(1)?,
            token: part(2)?,
        })
    }

    fn bytes(&self) -> Vec<u8> {
        [self.data, self.reference, self.token].concat()
    }
}

impl MasterKey {
    /// From 32 bytes.
    ///
    /// # Errors
    /// `Seal` when they are not 32.
    pub fn new(bytes: &[u8]) -> Result<Self, DbError> {
        Ok(Self {
            current: Wrapper::new(bytes)?,
            previous: None,
        })
    }

    /// The same, which also unwraps what the key before it wrapped.
    ///
    /// # Errors
    /// `Seal` when it is not 32 bytes.
    pub fn with_previous(self, bytes: &[u8]) -> Result<Self, DbError> {
        Ok(Self {
            previous: Some(Wrapper::new(bytes)?),
            ..self
        })
    }

    /// Signs anchors.
    ///
    /// # Errors
    /// `Seal`; never in practice.
    pub fn anchor_key(&self) -> Result<AnchorKey, DbError> {
        AnchorKey::new(&self.current.anchor)
    }

    /// Public keys of the anchors that this deployment signed: with the present key, and with the one before.
    ///
    /// # Errors
    /// `Seal`; never in practice.
    pub fn anchor_public_keys(&self) -> Result<Vec<Vec<u8>>, DbError> {
        [Some(&self.current), self.previous.as_ref()]
            .into_iter()
            .flatten()
            .map(|wrapper| Ok(AnchorKey::new(&wrapper.anchor)?.public_key()))
            .collect()
    }

    /// A new data key for a tenant that has none, wrapped.
    ///
    /// # Errors
    /// `Seal` when the system has no randomness.
    pub fn wrap_new(&self, tenant: TenantId, id: Uuid) -> Result<Vec<u8>, DbError> {
        let payload = Payload {
            data: Payload::random()?,
            reference: Payload::random()?,
            token: Payload::random()?,
        };
        self.current.close(tenant, id, &payload.bytes())
    }

    /// The next data key of a tenant, wrapped; it carries on what must outlive the change.
    ///
    /// # Errors
    /// `Seal` when the system has no randomness.
    pub fn wrap_next(&self, keys: &TenantKeys, id: Uuid) -> Result<Vec<u8>, DbError> {
        let payload = Payload {
            data: Payload::random()?,
            reference: keys.reference,
            token: keys.token,
        };
        self.current.close(keys.tenant, id, &payload.bytes())
    }

    /// The same data key wrapped by the present master key; none when it is already.
    ///
    /// # Errors
    /// `Seal` when neither master key opens it.
    pub fn rewrap(
        &self,
        tenant: TenantId,
        id: Uuid,
        wrapped: &[u8],
    ) -> Result<Option<Vec<u8>>, DbError> {
        if self.current.open(tenant, id, wrapped).is_ok() {
            return Ok(None);
        }
        let plain = self.open(tenant, id, wrapped)?;
        self.current.close(tenant, id, &plain).map(Some)
    }

    fn open(&self, tenant: TenantId, id: Uuid, wrapped: &[u8]) -> Result<Vec<u8>, DbError> {
        [Some(&self.current), self.previous.as_ref()]
            .into_iter()
            .flatten()
            .find_map(|wrapper| wrapper.open(tenant, id, wrapped).ok())
            .ok_or(DbError::Seal)
    }

    /// Opens the wrapped data keys of a tenant, newest first, and derives what they stand for.
    ///
    /// # Errors
    /// `Seal` under another master key, for another tenant, or without any key.
    pub fn unwrap(&self, tenant: TenantId, wrapped: &[WrappedKey]) -> Result<TenantKeys, DbError> {
        let mut data = Vec::with_capacity(wrapped.len());
        let mut newest = None;
        for key in wrapped {
            let payload = Payload::read(&self.open(tenant, key.id, &key.wrapped)?)?;
            let seals_from = key
                .created_at
                .checked_add_signed(HEARD_EVERYWHERE)
                .unwrap_or(key.created_at);
            data.push(DataKey::new(key.id, seals_from, &payload.data)?);
            newest.get_or_insert(payload);
        }
        let newest = newest.ok_or(DbError::Seal)?;
        Ok(TenantKeys {
            tenant,
            data,
            reference: newest.reference,
            token: newest.token,
            sign: hmac::Key::new(hmac::HMAC_SHA256, &newest.token),
        })
    }
}

//! [`Key`]: the only place that makes an object's key.

use sadu_domain::ids::{MediaId, TenantId};
use sadu_domain::media::VariantName;

/// Where something lies in the bucket: always under the prefix of its tenant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// An original, as it was sent: `{tenant}/incoming/{media}`. It is never shown.
    #[must_use]
    pub fn incoming(tenant: TenantId, media: MediaId) -> Self {
        Self(format!("{tenant}/incoming/{media}"))
    }

    /// What is shown: `{tenant}/media/{media}/{variant}`.
    #[must_use]
    pub fn variant(tenant: TenantId, media: MediaId, variant: VariantName) -> Self {
        Self(format!("{tenant}/media/{media}/{variant}"))
    }

    /// What every key of a tenant begins with.
    pub(super) fn prefix(tenant: TenantId) -> String {
        format!("{tenant}/")
    }

    /// As S3 has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_lies_under_its_tenant_and_is_plain() {
        let (tenant, media) = (TenantId::new(), MediaId::new());
        let name = "960.webp".parse().unwrap();
        let keys = [
            Key::incoming(tenant, media),
            Key::variant(tenant, media, name),
        ];
        for key in &keys {
            assert!(key.as_str().starts_with(&Key::prefix(tenant)));
            let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'/');
            assert!(key.as_str().bytes().all(plain) && !key.as_str().contains(".."));
        }
        assert_ne!(keys[0], keys[1]);
    }
}

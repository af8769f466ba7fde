//! The one builder of Redis keys and channels.
//!
//! Every one of them is `t:{tenant}:…`. The braces are part of the key: a cluster then keeps all of a tenant in one slot. What a
//! user typed is never in a key, only its hash, so no text can reach another tenant's keys or a pattern.

use std::fmt;
use std::net::IpAddr;

use sadu_domain::ids::TenantId;
use sha2::{Digest, Sha256};

/// Whose key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A tenant's.
    Tenant(TenantId),
    /// The platform's own hosts, where no tenant is. Not an id, so it is nobody's.
    Platform,
}

impl From<TenantId> for Owner {
    fn from(tenant: TenantId) -> Self {
        Self::Tenant(tenant)
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tenant(tenant) => tenant.fmt(f),
            Self::Platform => f.write_str("platform"),
        }
    }
}

/// The name of a counter, as written in the code: `a-z`, `0-9` and `_`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CounterName(&'static str);

impl CounterName {
    /// Meant for constants: a wrong name then does not compile.
    ///
    /// # Panics
    /// On an empty name or another character.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        assert!(!name.is_empty(), "a counter has a name");
        let mut rest = name.as_bytes();
        while let [first, others @ ..] = rest {
            assert!(
                matches!(first, b'a'..=b'z' | b'0'..=b'9' | b'_'),
                "a counter's name is a-z, 0-9 and _"
            );
            rest = others;
        }
        Self(name)
    }

    /// The name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// Whose rate it is, within its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// Everybody of the owner together.
    All,
    /// An address, or the network it stands for.
    Address(IpAddr),
    /// Anybody else, by 16 bytes of a hash.
    Hash([u8; 16]),
}

/// What a rate counts: small enough to be looked up on every request; its [`Key`] is made when Redis is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subject {
    /// Whose limit it is.
    pub owner: Owner,
    /// Which limit.
    pub name: CounterName,
    /// Who is counted.
    pub who: Who,
}

impl Subject {
    /// Where it is kept in Redis.
    #[must_use]
    pub fn key(&self) -> Key {
        match self.who {
            Who::All => Key::counter(self.owner, self.name, [0]),
            Who::Address(address) => Key::counter(self.owner, self.name, address.to_string()),
            Who::Hash(hash) => Key::counter(self.owner, self.name, hash),
        }
    }
}

/// A key or channel in Redis.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// The channel on which it is said how far a tenant's events have come.
    #[must_use]
    pub fn events(tenant: TenantId) -> Self {
        Self(format!("t:{{{tenant}}}:events"))
    }

    /// The tenant of a channel made by [`Self::events`]; `None` for any other spelling.
    #[must_use]
    pub fn tenant_of_events(channel: &[u8]) -> Option<TenantId> {
        let channel = std::str::from_utf8(channel).ok()?;
        let id = channel.strip_prefix("t:{")?.strip_suffix("}:events")?;
        let tenant: TenantId = id.parse().ok()?;
        (Self::events(tenant).as_str() == channel).then_some(tenant)
    }

    /// The counter `name` of one subject: an address, a reference, an account. The subject is hashed together with its owner.
    /// A hash hides little of what is easily guessed, such as a phone: hand in the tenant's own look-up code of it instead.
    #[must_use]
    pub fn counter(owner: impl Into<Owner>, name: CounterName, subject: impl AsRef<[u8]>) -> Self {
        let owner = owner.into();
        let mut hash = Sha256::new();
        hash.update(owner.to_string());
        hash.update([0]);
        hash.update(subject);
        let digest = hash.finalize();
        // 128 bits are more than enough to keep subjects apart.
        let short = digest.get(..16).unwrap_or(&digest);
        Self(format!(
            "t:{{{owner}}}:limit:{}:{}",
            name.as_str(),
            hex::encode(short)
        ))
    }

    /// What every key of a tenant matches, and no other key.
    pub(crate) fn pattern(tenant: TenantId) -> String {
        format!("t:{{{tenant}}}:*")
    }

    /// As it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

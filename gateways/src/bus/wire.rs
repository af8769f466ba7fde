//! One message of the bus, as it travels: a small JSON object that names its tenant, so that it can be held against the channel.

use sadu_domain::ids::TenantId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::keys::Key;

/// Longest message that is looked at, in bytes; ours have about 130.
const LONGEST: usize = 512;

/// How far a tenant has come, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Message {
    pub(super) tenant: TenantId,
    pub(super) seq: i64,
    /// The process that committed; it does not listen to itself.
    pub(super) origin: Uuid,
}

/// Why a message is not listened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Not a message, or on a channel that is no tenant's.
    Garbage,
    /// It speaks of another tenant than its channel.
    OtherTenant,
}

impl Refusal {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Garbage => "garbage",
            Self::OtherTenant => "other_tenant",
        }
    }
}

impl Message {
    pub(super) fn encode(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }

    pub(super) fn decode(channel: &[u8], payload: &[u8]) -> Result<Self, Refusal> {
        let tenant = Key::tenant_of_events(channel).ok_or(Refusal::Garbage)?;
        if payload.len() > LONGEST {
            return Err(Refusal::Garbage);
        }
        let message: Self = serde_json::from_slice(payload).map_err(|_| Refusal::Garbage)?;
        if message.tenant != tenant {
            return Err(Refusal::OtherTenant);
        }
        if message.seq < 0 {
            return Err(Refusal::Garbage);
        }
        Ok(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_held_against_its_channel() {
        let (a, b) = (TenantId::new(), TenantId::new());
        let message = Message {
            tenant: a,
            seq: 7,
            origin: Uuid::now_v7(),
        };
        let payload = message.encode().unwrap();
        let on = |key: &Key| Message::decode(key.as_str().as_bytes(), &payload);
        assert_eq!(on(&Key::events(a)), Ok(message));
        assert_eq!(on(&Key::events(b)), Err(Refusal::OtherTenant));
        assert_eq!(Message::decode(b"events", &payload), Err(Refusal::Garbage));
    }

    #[test]
    fn what_is_not_a_message_is_refused() {
        let tenant = TenantId::new();
        let key = Key::events(tenant);
        let origin = Uuid::now_v7();
        let long = " ".repeat(600);
        for payload in [
            String::new(),
            "7".into(),
            "{}".into(),
            format!(r#"{{"tenant":"{tenant}","seq":1}}"#),
            format!(r#"{{"tenant":"{tenant}","seq":-1,"origin":"{origin}"}}"#),
            format!(r#"{{"tenant":"{tenant}","seq":1.5,"origin":"{origin}"}}"#),
            format!(r#"{{"tenant":"*","seq":1,"origin":"{origin}"}}"#),
            format!(r#"{{"tenant":"{tenant}","seq":1,"origin":"{origin}"}}{long}"#),
        ] {
            assert_eq!(
                Message::decode(key.as_str().as_bytes(), payload.as_bytes()),
                Err(Refusal::Garbage),
                "{payload}"
            );
        }
    }
}

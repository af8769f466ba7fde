//! Identifiers: newtypes over UUID, so that an order's id is never passed where an item's is meant.
//!
//! All are `Copy`, 16 bytes, serialised as the plain UUID string. New ones are UUIDv7: they sort by time, which
//! keeps b-tree inserts at the right edge.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// A text is not an identifier of the expected form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh UUIDv7.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "every call gives another value; a default would hide that")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// Wraps an id that was read from storage or a route.
            #[must_use]
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The bare UUID, for storage.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    /// A charity or a shop.
    TenantId;
    /// A row of `catalog_items`.
    ItemId;
    /// A row of `orders`, whatever its kind.
    OrderId;
    /// A row of `donors` (the PII register).
    DonorId;
    /// A staff member or administrator.
    UserId;
    /// Money known to have arrived.
    PaymentId;
    /// One try at one payment provider.
    AttemptId;
    /// Part of a payment, credited to one line.
    AllocationId;
    /// A refund, in any of its states.
    RefundId;
    /// A stock or in-flight hold with an expiry.
    HoldId;
    /// A promise to pay later, with its schedule.
    PledgeId;
    /// A published or drafted piece of evidence.
    ProofId;
    /// An uploaded object.
    MediaId;
    /// A chat between a visitor and the tenant.
    ConversationId;
    /// One message of a conversation.
    MessageId;
    /// An imported bank statement line.
    StatementLineId;
    /// A document the assistant may quote.
    KnowledgeDocId;
    /// A server-side sign-in session.
    SessionId;
    /// One command: repeated with the same id it returns the first result.
    OpId;
}

/// What an inbox event or an inbox route is about; written `kind:uuid`, e.g. `order:0192…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventSubject {
    /// An order, donation or pledge instalment.
    Order(OrderId),
    /// A conversation.
    Conversation(ConversationId),
    /// A bank line without an order.
    Transfer(StatementLineId),
    /// A refund request.
    Refund(RefundId),
    /// A pledge.
    Pledge(PledgeId),
    /// A proof.
    Proof(ProofId),
    /// A catalog item.
    Item(ItemId),
    /// The tenant itself (e.g. its budget).
    Tenant(TenantId),
}

impl EventSubject {
    /// The word before the colon.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Order(_) => "order",
            Self::Conversation(_) => "conversation",
            Self::Transfer(_) => "transfer",
            Self::Refund(_) => "refund",
            Self::Pledge(_) => "pledge",
            Self::Proof(_) => "proof",
            Self::Item(_) => "item",
            Self::Tenant(_) => "tenant",
        }
    }

    /// The UUID after the colon.
    #[must_use]
    pub const fn uuid(&self) -> Uuid {
        match self {
            Self::Order(id) => id.as_uuid(),
            Self::Conversation(id) => id.as_uuid(),
            Self::Transfer(id) => id.as_uuid(),
            Self::Refund(id) => id.as_uuid(),
            Self::Pledge(id) => id.as_uuid(),
            Self::Proof(id) => id.as_uuid(),
            Self::Item(id) => id.as_uuid(),
            Self::Tenant(id) => id.as_uuid(),
        }
    }
}

impl fmt::Display for EventSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind(), self.uuid())
    }
}

impl FromStr for EventSubject {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (kind, id) = text.split_once(':').ok_or(InvalidId)?;
        Ok(match kind {
            "order" => Self::Order(id.parse()?),
            "conversation" => Self::Conversation(id.parse()?),
            "transfer" => Self::Transfer(id.parse()?),
            "refund" => Self::Refund(id.parse()?),
            "pledge" => Self::Pledge(id.parse()?),
            "proof" => Self::Proof(id.parse()?),
            "item" => Self::Item(id.parse()?),
            "tenant" => Self::Tenant(id.parse()?),
            _ => return Err(InvalidId),
        })
    }
}

impl Serialize for EventSubject {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EventSubject {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_subject_survives_the_wire() {
        let id = OrderId::new();
        let subject = EventSubject::Order(id);
        assert_eq!(subject.to_string(), format!("order:{id}"));
        let json = serde_json::to_string(&subject).unwrap();
        assert_eq!(
            serde_json::from_str::<EventSubject>(&json).unwrap(),
            subject
        );
        assert_eq!("order:".parse::<EventSubject>(), Err(InvalidId));
        assert_eq!(
            format!("donor:{id}").parse::<EventSubject>(),
            Err(InvalidId)
        );
    }

    #[test]
    fn ids_are_plain_uuids_in_json_and_sort_by_time() {
        let first = ItemId::new();
        let second = ItemId::new();
        assert!(first < second);
        assert_eq!(
            serde_json::to_string(&first).unwrap(),
            format!("\"{first}\"")
        );
    }
}

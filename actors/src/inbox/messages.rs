//! What an inbox is asked and what it tells, and the subscription that a socket holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix::prelude::*;
use bytestring::ByteString;
use sadu_domain::event::InboxEvent;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::Inbox;
use super::hub::SubscriberId;

/// What a socket is told.
#[derive(Debug, Clone, Message)]
#[rtype(result = "()")]
pub enum Deliver {
    /// A text frame, ready to send.
    Frame(ByteString),
    /// Close: 1013, resume from your last number.
    TooSlow,
    /// Close: 1012, this side restarts.
    Restarting,
}

/// What a socket is told first.
#[derive(Debug, Clone, Copy)]
pub struct Welcome {
    /// The tenant's last event number.
    pub seq: i64,
    /// The stream's epoch; changes with a restore.
    pub epoch: Uuid,
    /// What the client showed is of another stream: it reloads and goes on from `seq`.
    pub reset: bool,
}

/// Where a client comes in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Resume {
    /// The last number it has shown; none begins at the head.
    pub after_seq: Option<i64>,
    /// The epoch it was shown in, where it knows it.
    pub epoch: Option<Uuid>,
}

/// A subscription; ends when it is dropped.
#[derive(Debug)]
pub struct Subscription {
    id: SubscriberId,
    inbox: Addr<Inbox>,
    dropped: Arc<AtomicBool>,
}

/// How a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is served.
    Live,
    /// The inbox gave it up: the client did not keep pace. It may not have been told, when its mailbox was full.
    TooSlow,
    /// The inbox behind it is gone.
    Gone,
}

impl Subscription {
    pub(crate) fn new(admitted: Admitted, inbox: Addr<Inbox>) -> Self {
        Self {
            id: admitted.id,
            inbox,
            dropped: admitted.dropped,
        }
    }

    /// The client has shown everything up to `seq`.
    pub fn ack(&self, seq: i64) {
        // A lost ack is repeated with the next one.
        let _ = self.inbox.try_send(Ack { id: self.id, seq });
    }

    /// Unless it is live, subscribe again from the last number shown.
    #[must_use]
    pub fn standing(&self) -> Standing {
        if !self.inbox.connected() {
            Standing::Gone
        } else if self.dropped.load(Ordering::Relaxed) {
            Standing::TooSlow
        } else {
            Standing::Live
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let _ = self.inbox.try_send(Unsubscribe { id: self.id });
    }
}

#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct Subscribe {
    pub(crate) to: Recipient<Deliver>,
    pub(crate) from: Resume,
    pub(crate) reply: oneshot::Sender<Admitted>,
}

/// Somebody is in.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(super) id: SubscriberId,
    pub(super) dropped: Arc<AtomicBool>,
    pub(crate) welcome: Welcome,
}

/// This process drains.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct Drain;

#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Unsubscribe {
    pub(super) id: SubscriberId,
}

#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Ack {
    pub(super) id: SubscriberId,
    pub(super) seq: i64,
}

/// Events that were just committed in this process.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct CommittedEvents {
    pub(crate) events: Vec<InboxEvent>,
}

/// The tenant has come at least this far, elsewhere.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct HeadMoved {
    pub(crate) seq: i64,
}

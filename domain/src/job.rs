//! What a job is: data and constants. A write enqueues it with its commit (`db::Job::of`), the worker runs it (`src/worker`); both
//! sides see the same type here.
//!
//! A payload holds ids and nothing that anybody typed. Whose job it is says the row it is written in, never the payload.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use uuid::Uuid;

use crate::ids::{MediaId, OrderId, UserId};

/// A kind of job.
pub trait JobData: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name in storage: noun and verb in the past (`order_placed`). Never changed once it was written.
    const KIND: &'static str;
    /// How often it is tried, with growing pauses, before it is dead.
    const MAX_TRIES: i16 = 8;
}

/// An order was placed. Written by `place_orders` (migrations/0010) for every order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPlaced {
    /// Which.
    pub order: OrderId,
}

impl JobData for OrderPlaced {
    const KIND: &'static str = "order_placed";
}

/// Money came in for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPayment {
    /// Which order.
    pub order: OrderId,
}

impl JobData for OrderPayment {
    const KIND: &'static str = "order_payment";
}

/// Somebody was invited, or invited again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationMade {
    /// Which invitation.
    pub invitation: Uuid,
}

impl JobData for InvitationMade {
    const KIND: &'static str = "invitation_made";
}

/// The account that transfers go to is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankChanged {
    /// Who changed it; nobody of the tenant's own when the platform acted for it.
    pub by: Option<UserId>,
}

impl JobData for BankChanged {
    const KIND: &'static str = "bank_changed";
}

/// An hour passed. Every tenant gets one an hour, from the worker itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourPassed;

impl JobData for HourPassed {
    const KIND: &'static str = "hour_passed";
    const MAX_TRIES: i16 = 4;
}

/// A day passed. Every tenant gets one a day, from the worker itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayPassed;

impl JobData for DayPassed {
    const KIND: &'static str = "day_passed";
    const MAX_TRIES: i16 = 4;
}

/// An original lies in the bucket and waits to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaUploaded {
    /// Which.
    pub media: MediaId,
}

impl JobData for MediaUploaded {
    const KIND: &'static str = "media_uploaded";
}

//! What we call: Redis, DNS, S3, and the mail server.
//!
//! Reading order: [`bus`] (a commit here is heard of in the other processes) · [`counters`] (limits and locks) · [`keys`] (the one
//! builder of every key and channel) · [`dns`] (who owns a name) · [`storage`] (what nobody may change or take away) · [`mail`] · `link` (the
//! connection that both are on).
//! Called by `actors`; calls `domain`.
//!
//! Redis is never the truth: what is lost there costs time (the bus) or strictness (the counters), never data.

pub mod bus;
pub mod counters;
pub mod dns;
pub mod keys;
mod link;
pub mod mail;
pub mod storage;

pub use link::InvalidUrl;

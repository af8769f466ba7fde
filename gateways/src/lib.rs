//! What we call: Redis, DNS, S3, and the mail server.
//!
//! Reading order: [`bus`] (a commit here is heard of in the other processes) · [`counters`] (limits and locks) · [`keys`] (the one
//! builder of every key and channel) · [`dns`] (who owns a name) · [`storage`] (what nobody may change or take away) · [`mail`] ·
//! [`erasure`] (what a tenant has in Redis, taken away) · `link` (the connection that all of Redis is on).
//! Called by `actors`; calls `domain`.
//!
//! Redis is never the truth: what is lost there costs time (the bus) or strictness (the counters), never data.

pub mod bus;
pub mod counters;
pub mod dns;
pub mod erasure;
pub mod keys;
mod link;
pub mod mail;
pub mod storage;

pub use link::InvalidUrl;

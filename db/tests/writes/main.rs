//! The write path against a real database, as the restricted role: batches, transactions that hold together, the ledger, the
//! audit chain, the event stream, and what happens when the server goes away.
#![cfg(feature = "embedded")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods,
    reason = "tests, which make their own tenants"
)]

#[path = "../support/mod.rs"]
mod support;

mod audit;
mod events;
mod jobs;
mod ledger;
mod place_orders;
mod rotation;
mod together;
mod weather;

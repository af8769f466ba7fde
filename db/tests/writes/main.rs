//! The write path against a real database, as the restricted role: batches, transactions that hold together, the ledger, the
//! audit chain, the event stream, and what happens when the server goes away.
#![cfg(feature = "embedded")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod audit;
mod events;
mod ledger;
mod place_orders;
mod together;
mod weather;

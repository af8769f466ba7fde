//! The adversarial isolation suite: two tenants that look alike, and no row may cross. Functions carry the numbers of the
//! security requirements (T01 …); tables, policies and functions are enumerated from the catalog, so that a new one is attacked
//! on the day it comes. `SADU_SCALE=full` repeats as often as the requirements say; without it a twentieth of that is done.
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

mod catalog;
mod connections;
mod erasure;
mod gate;
mod keys;
mod pooled;
mod probes;
mod rows;
mod statements;

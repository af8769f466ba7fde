//! What we call, for real: every test that needs Redis starts a `redis-server` of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "tests"
)]

mod bus;
mod counters;
mod erasure;
mod keys;
mod rates;
mod support;

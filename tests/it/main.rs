//! The product from outside: a real process on a real port, a real Postgres as the restricted role.
#![cfg(feature = "dev")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::as_conversions,
    clippy::panic,
    reason = "tests"
)]

mod auth;
mod auth_session;
mod testapp;

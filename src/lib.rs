//! Sadu.

pub mod auth;
#[cfg(feature = "dev")]
pub mod dev;

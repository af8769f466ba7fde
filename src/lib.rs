//! Sadu.

pub mod auth;
pub mod config;
#[cfg(feature = "dev")]
pub mod dev;

//! Sadu.

pub mod assets;
pub mod auth;
pub mod config;
#[cfg(feature = "dev")]
pub mod dev;
pub mod pages;

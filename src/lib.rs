//! Sadu.

pub mod auth;

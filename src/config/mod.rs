//! One struct per concern, read from the environment and checked at start.

pub mod anchors;
pub mod auth;
pub mod mail;
pub mod network;
pub mod provider;
pub mod redis;
pub mod secrets;
pub mod site;
pub mod storage;

//! How the world talks to Sadu: command line, HTTP, WebSocket, pages, sign-in.
//!
//! Reading order: `cli` → `startup` (the process) → `wire` (its connections) → `router` (every route on one page) →
//! `middleware::front_door` (what each request passes) → `api`, `pages`, `ws` (one file a noun) with `checkout`, `lookup`
//! and `kept`, which JSON and pages share → `error` (the only place that knows both codes and HTTP). docs/architecture.md walks through real
//! operations. `worker` does what is to happen after a commit.

pub mod api;
pub mod assets;
pub mod auth;
pub mod checkout;
pub mod cli;
pub mod config;
pub mod csv;
#[cfg(feature = "dev")]
pub mod demo;
#[cfg(feature = "dev")]
pub mod dev;
pub mod erasure;
pub mod error;
pub mod keeping;
pub mod kept;
pub mod limits;
pub mod lookup;
pub mod media;
pub mod middleware;
pub mod pages;
pub mod resource;
pub mod router;
pub mod startup;
pub mod state;
mod tar;
pub mod telemetry;
pub mod upkeep;
mod wire;
pub mod worker;
pub mod ws;

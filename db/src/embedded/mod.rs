//! A real Postgres for development and tests: a small launcher over the system's own binaries.
//!
//! Called by `sadu dev` and by the integration tests; never compiled into the image (cargo feature `embedded`).
//! Everything lives in one folder, closed to other users:
//! `cluster/` (the data), `run/` (the unix socket), `password` (of the superuser), `postgres.log`, `lock`.
//!
//! Blocking and std only: call it from `main` or from `spawn_blocking`.
//!
//! Reading order: [`launcher`] (start and stop) · [`home`] (the folder) · [`binaries`] · [`account`] · [`liveness`].

mod account;
mod binaries;
mod error;
mod home;
mod launcher;
mod liveness;

pub(crate) use account::Account;
pub use error::EmbeddedError;
pub use launcher::{EmbeddedConfig, EmbeddedPostgres};

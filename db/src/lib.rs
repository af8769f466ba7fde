//! Where it is kept: SQL under Row Level Security.
//!
//! Reading order: [`Db`] (pools and their discipline) · [`TenantTx`] (the one door to a tenant's rows) · [`WriterSet`] and
//! [`WriteTx`] (the same door for writes: counters first, events and audit together) · one file a noun with its SQL.
//! Called by `actors` (and by `src/` for wiring and development data); calls Postgres, nothing else.
//!
//! Invariant: every statement on a tenant table runs inside a [`TenantTx`], as `sadu_tenant`, with one tenant set locally.

pub mod audit;
pub mod audit_chain;
mod bootstrap;
mod config;
pub mod content;
pub mod domains;
#[cfg(feature = "embedded")]
pub mod embedded;
pub mod erasure;
mod error;
pub mod export;
pub mod handoffs;
pub mod hosts;
pub mod idempotency;
pub mod inbox_events;
pub mod invitations;
pub mod items;
pub mod jobs;
pub mod media;
mod migrate;
pub mod notifications;
pub mod orders;
pub mod payments;
pub mod plans;
pub mod platform;
mod pool;
mod posture;
pub mod proofs;
pub mod rotation;
pub mod seal;
pub mod sessions;
pub mod subjects;
pub mod support;
pub mod tenants;
#[cfg(feature = "embedded")]
pub mod testing;
mod tx;
pub mod users;
mod write;
mod writer;

pub use audit::{Actor, AuditEntry};
pub use bootstrap::{RolePasswords, bootstrap};
pub use config::{DbConfig, TlsPolicy};
pub use erasure::Eraser;
pub use error::{DbError, Fault};
pub use jobs::Jobs;
pub use migrate::{latest_version, migrate};
pub use platform::{PlatformAdmin, PlatformTx, appoint, dismiss, forget_jobs, register_domain};
pub use pool::Db;
pub use tx::{TenantCtx, TenantTx};
pub use write::{Committed, Job, PendingEvent, TotalsDelta, WriteTx};
pub use writer::WriterSet;

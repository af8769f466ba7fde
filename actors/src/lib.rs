//! Who acts: one supervisor a tenant, its repository, its inbox.
//!
//! Reading order: [`Directory`] (host → [`TenantHandle`]) · `tenant` (supervisor, snapshot, handle) · `repository` (every write) ·
//! `inbox` (the gap-free stream to staff) · `checkout` (placing an order, start to end) · `search` (within a tenant's texts) ·
//! `anchors` (audit logs, signed and kept elsewhere) · `rotation` (changing keys) · `erasure` (a tenant, deleted).
//! Called by `src/`; calls `db` and `gateways`. Handlers here are a few lines; the logic is plain functions beside them.
//!
//! Invariants: no `Addr` leaves this crate; nothing here holds an address of something above, events go up only as
//! `Recipient<Deliver>`; a caller is answered only after COMMIT.

pub mod anchors;
pub mod checkout;
mod directory;
pub mod domains;
pub mod erasure;
mod error;
mod faults;
pub mod inbox;
mod repository;
pub mod rotation;
pub mod search;
mod system;
mod tenant;

pub use sadu_gateways::{bus, counters, dns, keys, mail, storage};

pub use directory::{Directory, DirectoryConfig};
pub use error::{Error, Result};
pub use faults::Faults;
pub use inbox::{Deliver, Resume, Standing, Subscription, Welcome};
pub use repository::Command;
pub use repository::commands;
pub use system::{Arbiters, Home};
pub use tenant::{Catalog, TenantHandle, TenantSnapshot};

//! A tenant in memory: [`TenantSnapshot`] (what everyone reads), `TenantSupervisor` (its only writer), [`TenantHandle`] (the only
//! public door).

mod handle;
pub(crate) mod reading;
mod references;
mod snapshot;
pub(crate) mod supervisor;

pub use handle::TenantHandle;
pub(crate) use handle::{PERMITS, Shared, log_failure};
pub(crate) use references::ReferenceNumbers;
pub use snapshot::{Catalog, TenantSnapshot};

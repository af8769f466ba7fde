//! The bus between processes: after a commit, one says how far a tenant has come; the others look. It carries news, never truth:
//! what it loses is found by comparing heads in Postgres.

use sadu_domain::event::InboxEvent;
use sadu_domain::ids::TenantId;
use tokio::sync::mpsc;

/// A tenant has come this far in another process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusNews {
    /// Which.
    pub tenant: TenantId,
    /// Its last event number.
    pub seq: i64,
}

/// The bus of a process. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Bus {
    /// One process alone: there is nobody to tell.
    Alone,
}

impl Bus {
    /// The bus of a process that is alone.
    #[must_use]
    pub fn alone() -> (Self, mpsc::Receiver<BusNews>) {
        let (_, news) = mpsc::channel(1);
        (Self::Alone, news)
    }

    /// Tells the others; never waits.
    pub fn publish(&self, _tenant: TenantId, _seq: i64, _events: &[InboxEvent]) {
        match self {
            Self::Alone => {}
        }
    }

    /// Hears news of this tenant from now on.
    pub fn watch(&self, _tenant: TenantId) {
        match self {
            Self::Alone => {}
        }
    }

    /// No longer hears of it.
    pub fn unwatch(&self, _tenant: TenantId) {
        match self {
            Self::Alone => {}
        }
    }
}

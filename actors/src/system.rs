//! Where tenant actors live: a few arbiters of their own, never the HTTP workers', each with its own writer connections.

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use actix::{Arbiter, ArbiterHandle};
use sadu_db::{Db, WriterSet};
use sadu_domain::ids::TenantId;

/// One arbiter and the writer connections whose sockets live on it.
#[derive(Debug, Clone)]
pub struct Home {
    pub(crate) arbiter: ArbiterHandle,
    pub(crate) writers: WriterSet,
}

/// The arbiters of a process; a tenant always lives on the same one.
#[derive(Debug)]
pub struct Arbiters {
    homes: Vec<Home>,
    owned: Vec<Arbiter>,
    hasher: std::hash::BuildHasherDefault<std::collections::hash_map::DefaultHasher>,
}

impl Arbiters {
    /// Starts `count` arbiters (at least one).
    #[must_use]
    pub fn start(count: usize, db: &Db) -> Arc<Self> {
        let owned: Vec<Arbiter> = (0..count.max(1)).map(|_| Arbiter::new()).collect();
        let homes = owned
            .iter()
            .map(|a| Home {
                arbiter: a.handle(),
                writers: db.writers(),
            })
            .collect();
        Arc::new(Self {
            homes,
            owned,
            hasher: std::hash::BuildHasherDefault::default(),
        })
    }

    pub(crate) fn home(&self, tenant: TenantId) -> Option<&Home> {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(tenant.as_uuid().as_bytes());
        let slots = u64::try_from(self.homes.len()).ok()?;
        let slot = hasher.finish().checked_rem(slots)?;
        self.homes.get(usize::try_from(slot).ok()?)
    }

    /// Stops the arbiters; their actors stop with them.
    pub fn stop(&self) {
        for arbiter in &self.owned {
            arbiter.stop();
        }
    }
}

//! [`Directory`]: host → [`TenantHandle`]. Starts a tenant when its host is first asked for, replaces it when its supervisor died,
//! stops it when it has been idle. A plain struct: its look-up is one read lock and no message.

mod care;
mod turns;

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicUsize};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use actix::{Actor, Addr};
use arc_swap::{ArcSwap, ArcSwapOption};
use chrono::Utc;
use sadu_db::hosts::{self, HostName};
use sadu_db::seal::MasterKey;
use sadu_db::{Db, TenantCtx};
use sadu_domain::ids::TenantId;
use sadu_domain::reference::ReferenceKey;
use sadu_gateways::bus::Bus;
use tokio::sync::{Semaphore, watch};

use self::turns::Turns;
use crate::error::{Error, Result};
use crate::faults::Faults;
use crate::system::Arbiters;
use crate::tenant::supervisor::{Drain, Started, Stop, TenantSupervisor};
use crate::tenant::{PERMITS, ReferenceNumbers, Shared, TenantHandle, reading};

/// How the directory behaves.
#[derive(Debug, Clone, Copy)]
pub struct DirectoryConfig {
    /// A tenant nobody asked for this long is stopped.
    pub idle: Duration,
    /// How long a host's answer is believed.
    pub host_ttl: Duration,
    /// How long it is believed that a host is nobody's: another process may open a tenant on it.
    pub absence_ttl: Duration,
    /// How often heads in Postgres are compared with ours.
    pub high_water: Duration,
}

impl Default for DirectoryConfig {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(15 * 60),
            host_ttl: Duration::from_secs(30),
            absence_ttl: Duration::from_secs(1),
            high_water: Duration::from_secs(2),
        }
    }
}

/// Names kept at most, known and unknown; beyond it the whole map starts over.
const HOSTS_KEPT: usize = 20_000;

#[derive(Debug, Clone)]
struct HostEntry {
    tenant: Option<TenantHandle>,
    asked: Instant,
}

/// Every tenant that is awake in this process.
#[derive(Debug)]
pub struct Directory {
    db: Db,
    master: Arc<MasterKey>,
    arbiters: Arc<Arbiters>,
    bus: Bus,
    faults: Faults,
    config: DirectoryConfig,
    hosts: RwLock<HashMap<String, HostEntry>>,
    awake: RwLock<HashMap<TenantId, TenantHandle>>,
    looking: Turns,
    waking: Turns,
}

/// Ends a supervisor whose start was given up: an actor with a timer does not end when its last address goes.
struct Unless {
    started: bool,
    supervisor: Addr<TenantSupervisor>,
}

impl Drop for Unless {
    fn drop(&mut self) {
        if !self.started {
            let _ = self.supervisor.try_send(Stop);
        }
    }
}

impl Directory {
    /// A directory with nobody awake.
    #[must_use]
    pub fn new(
        db: Db,
        master: MasterKey,
        arbiters: Arc<Arbiters>,
        bus: Bus,
        faults: Faults,
        config: DirectoryConfig,
    ) -> Arc<Self> {
        Arc::new(Self {
            db,
            master: Arc::new(master),
            arbiters,
            bus,
            faults,
            config,
            hosts: RwLock::default(),
            awake: RwLock::default(),
            looking: Turns::default(),
            waking: Turns::default(),
        })
    }

    /// The tenant of a host, started if it sleeps. `key` is the host in its one spelling, `name` what it means.
    ///
    /// # Errors
    /// `NotFound` for an unknown host, `Busy` when the database does not answer in time.
    pub async fn resolve(&self, key: &str, name: HostName<'_>) -> Result<TenantHandle> {
        if let Some(known) = self.known(key) {
            return known.ok_or(Error::NotFound(sadu_domain::error::Code::TenantNotFound));
        }
        // In a box of its own: every request moves this future, and few come here.
        Box::pin(self.look_up(key, name)).await
    }

    async fn look_up(&self, key: &str, name: HostName<'_>) -> Result<TenantHandle> {
        let _turn = self.looking.take(key).await;
        if let Some(known) = self.known(key) {
            return known.ok_or(Error::NotFound(sadu_domain::error::Code::TenantNotFound));
        }
        let found = hosts::resolve(&self.db, name).await?;
        let tenant = match found {
            Some(resolved) => Some(self.wake(resolved.tenant).await?),
            None => None,
        };
        let mut hosts = self.hosts.write().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= HOSTS_KEPT {
            hosts.clear();
        }
        hosts.insert(
            key.to_owned(),
            HostEntry {
                tenant: tenant.clone(),
                asked: Instant::now(),
            },
        );
        tenant.ok_or(Error::NotFound(sadu_domain::error::Code::TenantNotFound))
    }

    fn known(&self, key: &str) -> Option<Option<TenantHandle>> {
        let hosts = self.hosts.read().unwrap_or_else(PoisonError::into_inner);
        let entry = hosts.get(key)?;
        let believed = match entry.tenant {
            Some(_) => self.config.host_ttl,
            None => self.config.absence_ttl,
        };
        if entry.asked.elapsed() > believed {
            return None;
        }
        match &entry.tenant {
            Some(handle) if handle.alive() => {
                handle.touch();
                Some(Some(handle.clone()))
            }
            Some(_) => None,
            None => Some(None),
        }
    }

    /// The tenant that somebody has vouched for without a host, started if it sleeps: a job's.
    ///
    /// # Errors
    /// `NotFound` when there is no such tenant, `Busy` when the database does not answer in time.
    pub async fn of(&self, ctx: TenantCtx) -> Result<TenantHandle> {
        self.wake(ctx.tenant()).await
    }

    async fn wake(&self, tenant: TenantId) -> Result<TenantHandle> {
        // A tenant may answer on several hosts.
        let _turn = self.waking.take(tenant).await;
        if let Some(handle) = self
            .awake
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&tenant)
            && handle.alive()
        {
            handle.touch();
            return Ok(handle.clone());
        }
        let handle = self.start(tenant).await?;
        {
            let mut awake = self.awake.write().unwrap_or_else(PoisonError::into_inner);
            awake.insert(tenant, handle.clone());
            // Whoever was here before may have been put away, and the bus with it, since the start began.
            self.bus.watch(tenant);
        }
        metrics::gauge!("tenants_awake").set(f64::from(
            u32::try_from(self.awake_count()).unwrap_or(u32::MAX),
        ));
        Ok(handle)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the host resolver proved the tenant: one of the three places that may vouch"
    )]
    async fn start(&self, tenant: TenantId) -> Result<TenantHandle> {
        let ctx = TenantCtx::vouch(tenant);
        let home = self.arbiters.home(tenant).ok_or(Error::Internal)?.clone();
        let snapshot = reading::load(&self.db, ctx).await?;
        let keys = reading::keys(&self.db, ctx, &self.master).await?;
        let (changes, _) = watch::channel(snapshot.version);
        let shared = Arc::new(Shared {
            ctx,
            db: self.db.clone(),
            home: home.clone(),
            reference_key: ReferenceKey::new(keys.reference_key()),
            master: self.master.clone(),
            keys: ArcSwap::from_pointee(keys),
            snapshot: ArcSwap::from_pointee(snapshot),
            changes,
            children: ArcSwapOption::empty(),
            supervisor: OnceLock::new(),
            permits: Arc::new(Semaphore::new(PERMITS)),
            references: ReferenceNumbers::default(),
            subscribers: AtomicUsize::new(0),
            last_used: AtomicI64::new(Utc::now().timestamp()),
            faults: self.faults.clone(),
            bus: self.bus.clone(),
        });
        // Before the first read of the inbox, so that nothing falls between the two.
        self.bus.watch(tenant);
        let supervisor = TenantSupervisor::start_in_arbiter(&home.arbiter, {
            let shared = shared.clone();
            |_| TenantSupervisor::new(shared)
        });
        let mut unless = Unless {
            started: false,
            supervisor: supervisor.clone(),
        };
        supervisor.send(Started).await.map_err(|_| Error::Busy)?;
        let _ = shared.supervisor.set(supervisor);
        unless.started = true;
        Ok(TenantHandle { shared })
    }

    /// Tenants awake now.
    #[must_use]
    pub fn awake_count(&self) -> usize {
        self.awake
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    fn awake_handles(&self) -> Vec<TenantHandle> {
        self.awake
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect()
    }

    /// A data key for a tenant that is to be opened, wrapped under the deployment's key.
    ///
    /// # Errors
    /// `Internal` when the system has no randomness.
    pub fn first_key(&self, tenant: TenantId, id: uuid::Uuid) -> Result<Vec<u8>> {
        Ok(self.master.wrap_new(tenant, id)?)
    }

    /// Forgets who answers on a host: it is asked again with the next request.
    pub fn forget_host(&self, host: &str) {
        self.hosts
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(host);
    }

    /// Looks now whether this tenant moved elsewhere, if it is awake here: for those who wrote around its actors.
    pub async fn look_at(&self, tenant: TenantId) {
        self.compare_heads(&[tenant]).await;
    }

    /// This process is about to end: sockets are sent elsewhere, feeds wake up and see it. Writes under way go on.
    pub fn drain(&self) {
        for handle in self.awake_handles() {
            if let Some(supervisor) = handle.shared.supervisor.get() {
                let _ = supervisor.try_send(Drain);
            }
        }
    }
}

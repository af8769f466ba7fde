//! [`TenantHandle`]: the only public door to a tenant's actors. It takes a permit before it sends, gives every message a
//! deadline, and answers `Busy` where either is not to be had: actix mailboxes are not a bound by themselves.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix::{Addr, Recipient};
use arc_swap::{ArcSwap, ArcSwapOption};
use chrono::Utc;
use sadu_db::orders::OrderRow;
use sadu_db::seal::{MasterKey, TenantKeys};
use sadu_db::{Committed, Db, DbError, TenantCtx, TenantTx};
use sadu_domain::error::Code;
use sadu_domain::ids::TenantId;
use sadu_domain::reference::ReferenceKey;
use sadu_gateways::bus::Bus;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

use crate::error::{Error, Result};
use crate::faults::Faults;
use crate::inbox::{CommittedEvents, Deliver, Inbox, Resume, Subscribe, Subscription, Welcome};
use crate::repository::{
    Command, EnqueueCommand, EnqueueOrder, LeaseReferences, OrderOutcome, TenantRepository, boxed,
};
use crate::system::Home;
use crate::tenant::references::ReferenceNumbers;
use crate::tenant::snapshot::TenantSnapshot;
use crate::tenant::supervisor::{Applied, Revive, TenantSupervisor};

/// Longest wait for the answer to a write.
const WRITE_DEADLINE: Duration = Duration::from_secs(5);
/// Longest wait of a retry that meets its first request still running (api.md).
const FOLLOWER_DEADLINE: Duration = Duration::from_secs(2);
/// Writes of one tenant under way in one process.
pub(crate) const PERMITS: usize = 1024;

#[derive(Debug)]
pub(crate) struct Children {
    pub(crate) repository: Addr<TenantRepository>,
    pub(crate) inbox: Addr<Inbox>,
}

/// What the actors of one tenant share, and the handle reads.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) ctx: TenantCtx,
    pub(crate) db: Db,
    pub(crate) home: Home,
    pub(crate) master: Arc<MasterKey>,
    pub(crate) keys: ArcSwap<TenantKeys>,
    pub(crate) reference_key: ReferenceKey,
    pub(crate) snapshot: ArcSwap<TenantSnapshot>,
    pub(crate) changes: watch::Sender<i64>,
    pub(crate) children: ArcSwapOption<Children>,
    pub(crate) supervisor: OnceLock<Addr<TenantSupervisor>>,
    pub(crate) permits: Arc<Semaphore>,
    pub(crate) references: ReferenceNumbers,
    pub(crate) subscribers: AtomicUsize,
    pub(crate) last_used: AtomicI64,
    pub(crate) faults: Faults,
    pub(crate) bus: Bus,
}

impl Shared {
    /// Tells those who must know of a commit: the supervisor (snapshot), the inbox (staff), the bus (other processes).
    /// Every one of them heals by itself when a message is lost, so none is waited for.
    pub(crate) fn announce(&self, base: i64, committed: Committed) {
        let tenant = self.ctx.tenant();
        self.bus.publish(tenant, committed.seq, &committed.events);
        if let Some(children) = &*self.children.load()
            && !committed.events.is_empty()
            && children
                .inbox
                .try_send(CommittedEvents {
                    events: committed.events,
                })
                .is_err()
        {
            metrics::counter!("inbox_announce_lost_total").increment(1);
        }
        if let Some(supervisor) = self.supervisor.get() {
            let applied = Applied {
                base,
                seq: committed.seq,
                totals: committed.totals,
                config_changed: committed.config_changed,
            };
            if supervisor.try_send(applied).is_err() {
                metrics::counter!("snapshot_announce_lost_total").increment(1);
            }
        }
    }

    pub(crate) fn revive(&self) {
        if let Some(supervisor) = self.supervisor.get() {
            // Full means it is already looking; closed means the directory will replace the whole tenant.
            let _ = supervisor.try_send(Revive);
        }
    }
}

/// One tenant, as the layers above see it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct TenantHandle {
    pub(crate) shared: Arc<Shared>,
}

impl TenantHandle {
    /// The tenant.
    #[must_use]
    pub fn id(&self) -> TenantId {
        self.shared.ctx.tenant()
    }

    /// The tenant as it looks now; no lock, no message, no SQL.
    #[must_use]
    pub fn snapshot(&self) -> Arc<TenantSnapshot> {
        self.shared.snapshot.load_full()
    }

    /// Whether its pages are shown at all; asked with every request, so no copy of the snapshot is taken.
    #[must_use]
    pub fn serves_pages(&self) -> bool {
        self.shared.snapshot.load().tenant.status.serves_pages()
    }

    /// Ticks with the version of each new snapshot.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<i64> {
        self.shared.changes.subscribe()
    }

    /// The tenant's keys: sealing, look-up codes, signatures. They change while the process runs: do not keep them.
    #[must_use]
    pub fn keys(&self) -> Arc<TenantKeys> {
        self.shared.keys.load_full()
    }

    pub(crate) fn reference_key(&self) -> &ReferenceKey {
        &self.shared.reference_key
    }

    /// A read transaction on the tenant's rows.
    ///
    /// # Errors
    /// `Busy` when no connection came free in time.
    pub async fn read(&self) -> Result<TenantTx> {
        Ok(self.shared.db.tenant(self.shared.ctx).await?)
    }

    /// The same, where every statement sees one instant.
    ///
    /// # Errors
    /// `Busy` when no connection came free in time.
    pub async fn read_at_once(&self) -> Result<TenantTx> {
        Ok(self.shared.db.tenant_snapshot(self.shared.ctx).await?)
    }

    pub(crate) fn touch(&self) {
        self.shared
            .last_used
            .store(Utc::now().timestamp(), Ordering::Relaxed);
    }

    /// False once the tenant was evicted or is being replaced in this process: ask the directory again.
    #[must_use]
    pub fn is_awake(&self) -> bool {
        self.alive()
    }

    pub(crate) fn alive(&self) -> bool {
        self.shared.supervisor.get().is_some_and(Addr::connected)
    }

    /// The right to have one write under way; held until it is answered.
    pub(crate) fn permit(&self) -> Result<OwnedSemaphorePermit> {
        self.shared
            .permits
            .clone()
            .try_acquire_owned()
            .map_err(|_| Error::Busy)
    }

    fn children(&self) -> Result<Arc<Children>> {
        self.shared.children.load_full().ok_or(Error::Busy)
    }

    /// Gives the row to the repository; answers after its COMMIT.
    pub(crate) async fn enqueue_order(
        &self,
        row: OrderRow,
        permit: OwnedSemaphorePermit,
    ) -> Result<OrderOutcome> {
        let (reply, answer) = oneshot::channel();
        let following = Arc::new(AtomicBool::new(false));
        let message = EnqueueOrder {
            row: Box::new(row),
            reply,
            following: following.clone(),
            permit,
        };
        if self.children()?.repository.try_send(message).is_err() {
            self.shared.revive();
            return Err(Error::Busy);
        }
        tokio::pin!(answer);
        if let Ok(done) = tokio::time::timeout(FOLLOWER_DEADLINE, &mut answer).await {
            return self.answered(done);
        }
        if following.load(Ordering::Relaxed) {
            return Err(Error::Conflict(Code::IdempotencyInProgress));
        }
        let rest = WRITE_DEADLINE.saturating_sub(FOLLOWER_DEADLINE);
        self.answered(
            tokio::time::timeout(rest, answer)
                .await
                .map_err(|_| Error::Busy)?,
        )
    }

    /// Runs a command in a transaction of its own; answers after its COMMIT.
    ///
    /// # Errors
    /// The command's own, or `Busy`.
    pub async fn execute<C: Command>(&self, command: C) -> Result<C::Output> {
        let permit = self.permit()?;
        self.run(command, Some(permit)).await
    }

    async fn run<C: Command>(
        &self,
        command: C,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Result<C::Output> {
        let (reply, answer) = oneshot::channel();
        let message = EnqueueCommand {
            run: boxed(command, reply, permit),
        };
        if self.children()?.repository.try_send(message).is_err() {
            self.shared.revive();
            return Err(Error::Busy);
        }
        self.answered(
            tokio::time::timeout(WRITE_DEADLINE, answer)
                .await
                .map_err(|_| Error::Busy)?,
        )
    }

    fn answered<T>(
        &self,
        done: std::result::Result<Result<T>, oneshot::error::RecvError>,
    ) -> Result<T> {
        // Nobody will answer any more: the actor died with the message. Whether it was written is told by a retry.
        done.unwrap_or_else(|_| {
            self.shared.revive();
            Err(Error::Busy)
        })
    }

    /// The next number for a reference. The caller holds a permit, which bounds those who wait here; the lease itself needs
    /// none, or a full house of waiting orders would keep out the one thing they wait for.
    pub(crate) async fn next_reference_number(&self) -> Result<u64> {
        if let Some(number) = self.shared.references.take() {
            return Ok(number);
        }
        // In a box of its own: every order moves this future, and one in a thousand comes here.
        tokio::time::timeout(WRITE_DEADLINE, Box::pin(self.lease_number()))
            .await
            .map_err(|_| Error::Busy)?
    }

    async fn lease_number(&self) -> Result<u64> {
        loop {
            if let Some(number) = self.shared.references.take() {
                return Ok(number);
            }
            let _refilling = self.shared.references.refill.lock().await;
            if let Some(number) = self.shared.references.take() {
                return Ok(number);
            }
            let size = self.shared.references.wanted();
            let first = self.run(LeaseReferences { size }, None).await?;
            self.shared.references.refilled(first, size);
        }
    }

    /// Subscribes a staff socket to the inbox: everything after the number it comes with, then live.
    ///
    /// # Errors
    /// `Busy` while the inbox is being replaced.
    pub async fn subscribe(
        &self,
        to: Recipient<Deliver>,
        from: Resume,
    ) -> Result<(Subscription, Welcome)> {
        let children = self.children()?;
        let (reply, answer) = oneshot::channel();
        if children
            .inbox
            .try_send(Subscribe { to, from, reply })
            .is_err()
        {
            self.shared.revive();
            return Err(Error::Busy);
        }
        let admitted = self.answered(
            tokio::time::timeout(WRITE_DEADLINE, answer)
                .await
                .map_err(|_| Error::Busy)?
                .map(Ok),
        )?;
        let welcome = admitted.welcome;
        Ok((Subscription::new(admitted, children.inbox.clone()), welcome))
    }
}

impl From<&TenantHandle> for TenantCtx {
    fn from(handle: &TenantHandle) -> Self {
        handle.shared.ctx
    }
}

/// Logs a failure that has nobody to answer to.
pub(crate) fn log_failure(what: &'static str, error: &DbError) {
    tracing::warn!(what, error = %error, cause = ?std::error::Error::source(error).map(ToString::to_string), "background work failed; it will be tried again");
}

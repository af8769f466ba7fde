//! [`WriteTx`]: a write transaction as the whole product means it.
//!
//! It begins by locking the tenant's counter row (first lock everywhere: one writer a tenant, no deadlocks) and ends by writing
//! what belongs together: totals, events, jobs, the counter, and the audit entries last. Callers only state facts; the order is
//! kept here.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sadu_domain::catalog::ItemTotals;
use sadu_domain::event::{EventKind, InboxEvent};
use sadu_domain::ids::EventSubject;
use sadu_domain::ids::ItemId;
use sadu_domain::job::JobData;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::audit::{self, AuditEntry};
use crate::error::DbError;
use crate::inbox_events;
use crate::items;
use crate::tx::{TenantCtx, TenantTx};
use crate::writer::WriterSet;

/// An event that has no number yet.
#[derive(Debug, Clone)]
pub struct PendingEvent {
    /// What happened.
    pub kind: EventKind,
    /// To what.
    pub subject: EventSubject,
    /// Its data as JSON text, free of personal data.
    pub data: Box<RawValue>,
}

/// A job for the worker, written in the caller's transaction.
#[derive(Debug, Clone)]
pub struct Job {
    /// Verb and noun, as in `order_paid`.
    pub kind: &'static str,
    /// What the handler needs: ids only.
    pub payload: serde_json::Value,
}

impl Job {
    /// This job, ready for [`WriteTx::enqueue`].
    ///
    /// # Errors
    /// `Corrupt` when the data is not JSON; no type of `domain::job` is like that.
    pub fn of<J: JobData>(data: &J) -> Result<Self, DbError> {
        Ok(Self {
            kind: J::KIND,
            payload: serde_json::to_value(data).map_err(|_| DbError::Corrupt("job".into()))?,
        })
    }
}

/// What a transaction adds to the totals of one item, in fils and pieces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TotalsDelta {
    /// Money that arrived.
    pub raised: i64,
    /// Promised by transfer, not arrived.
    pub awaiting_transfer: i64,
    /// Pledged and not paid.
    pub pledged: i64,
    /// Givers.
    pub donors: i64,
    /// Pieces held.
    pub reserved: i64,
}

/// What was committed, for those who must be told.
#[derive(Debug, Clone, Default)]
pub struct Committed {
    /// The tenant's last event number.
    pub seq: i64,
    /// The new events, in order.
    pub events: Vec<InboxEvent>,
    /// Totals of the items that changed, as they now stand.
    pub totals: Vec<(ItemId, ItemTotals)>,
    /// Whether settings, catalog or staff changed with it.
    pub config_changed: bool,
}

/// An open write transaction.
#[derive(Debug)]
pub struct WriteTx {
    tx: TenantTx,
    seq: i64,
    now: DateTime<Utc>,
    events: Vec<PendingEvent>,
    jobs: Vec<Job>,
    audit: Vec<AuditEntry>,
    totals: BTreeMap<ItemId, TotalsDelta>,
    config_changed: bool,
}

impl WriteTx {
    /// Begins, and takes the tenant's counter row.
    ///
    /// # Errors
    /// `Busy` when the lock or a connection was not granted in time.
    pub async fn begin(
        writers: &WriterSet,
        ctx: TenantCtx,
        now: DateTime<Utc>,
    ) -> Result<Self, DbError> {
        Self::within(writers.tenant(ctx).await?, now).await
    }

    /// The same in a transaction that is open already, e.g. the one that made the tenant.
    ///
    /// # Errors
    /// `NotFound` when the tenant has no counters.
    pub async fn within(mut tx: TenantTx, now: DateTime<Utc>) -> Result<Self, DbError> {
        let seq = lock_counters(&mut tx).await?;
        Ok(Self {
            tx,
            seq,
            now,
            events: Vec::new(),
            jobs: Vec::new(),
            audit: Vec::new(),
            totals: BTreeMap::new(),
            config_changed: false,
        })
    }

    /// The transaction, for the functions of this crate.
    pub fn tx(&mut self) -> &mut TenantTx {
        &mut self.tx
    }

    /// The tenant's last number before this transaction.
    #[must_use]
    pub fn base(&self) -> i64 {
        self.seq
    }

    /// The one time of everything in this transaction.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The number the next event of this transaction will get.
    #[must_use]
    pub fn next_seq(&self) -> i64 {
        self.seq
            .saturating_add(1)
            .saturating_add(i64::try_from(self.events.len()).unwrap_or(i64::MAX))
    }

    /// Emits an event with the commit.
    ///
    /// # Errors
    /// `Corrupt` when the data is not JSON; no type of `domain::event` is like that.
    pub fn emit(
        &mut self,
        kind: EventKind,
        subject: EventSubject,
        data: &impl Serialize,
    ) -> Result<(), DbError> {
        let data = serde_json::value::to_raw_value(data)
            .map_err(|_| DbError::Corrupt("event data".into()))?;
        self.events.push(PendingEvent {
            kind,
            subject,
            data,
        });
        Ok(())
    }

    /// Enqueues a job with the commit.
    pub fn enqueue(&mut self, job: Job) {
        self.jobs.push(job);
    }

    /// Writes an audit entry with the commit.
    pub fn audit(&mut self, entry: AuditEntry) {
        self.audit.push(entry);
    }

    /// Says that settings, catalog or staff change with the commit: every process reloads them.
    pub fn config_changed(&mut self) {
        self.config_changed = true;
    }

    /// Adds to an item's totals with the commit: one UPDATE an item however often it is named.
    pub fn add(&mut self, item: ItemId, delta: TotalsDelta) {
        let sum = self.totals.entry(item).or_default();
        sum.raised = sum.raised.saturating_add(delta.raised);
        sum.awaiting_transfer = sum
            .awaiting_transfer
            .saturating_add(delta.awaiting_transfer);
        sum.pledged = sum.pledged.saturating_add(delta.pledged);
        sum.donors = sum.donors.saturating_add(delta.donors);
        sum.reserved = sum.reserved.saturating_add(delta.reserved);
    }

    /// Writes what was said so far and goes on at another time, in the same transaction: a history is kept whole or not at all.
    ///
    /// # Errors
    /// As [`Self::commit`]; nothing of the transaction may be kept then.
    pub async fn turn_to(&mut self, now: DateTime<Utc>) -> Result<(), DbError> {
        self.write().await?;
        self.seq = lock_counters(&mut self.tx).await?;
        self.now = now;
        self.events.clear();
        self.jobs.clear();
        self.audit.clear();
        self.totals.clear();
        Ok(())
    }

    /// Writes what belongs together and commits.
    ///
    /// # Errors
    /// A constraint that refused, or `Unavailable` when it is not known whether the commit happened. `Corrupt` when something
    /// else in this transaction took event numbers.
    pub async fn commit(mut self) -> Result<Committed, DbError> {
        match self.write().await {
            Ok(committed) => {
                self.tx.commit().await?;
                Ok(committed)
            }
            Err(error) => {
                // The server answered, so the connection is good: one bad row shall not cost a new one.
                self.rollback().await;
                Err(error)
            }
        }
    }

    async fn write(&mut self) -> Result<Committed, DbError> {
        let tenant = self.tx.tenant();
        let count = i64::try_from(self.events.len()).unwrap_or(i64::MAX);
        let last = self.seq.saturating_add(count);
        let totals = items::apply_totals(&mut self.tx, &self.totals, last).await?;
        let events = inbox_events::append(&mut self.tx, self.seq, self.now, &self.events).await?;
        if !self.jobs.is_empty() {
            let ids: Vec<Uuid> = self.jobs.iter().map(|_| Uuid::now_v7()).collect();
            let kinds: Vec<&str> = self.jobs.iter().map(|j| j.kind).collect();
            let payloads: Vec<serde_json::Value> =
                self.jobs.iter().map(|j| j.payload.clone()).collect();
            sqlx::query(
                "insert into app.outbox (tenant_id, id, kind, payload, run_at, created_at)
                 select $1, u.id, u.kind, u.payload, $5, $5 from unnest($2::uuid[], $3::text[], $4::jsonb[]) as u (id, kind, payload)",
            )
            .bind(tenant.as_uuid())
            .bind(&ids)
            .bind(&kinds)
            .bind(&payloads)
            .bind(self.now)
            .execute(self.tx.conn()?)
            .await?;
        }
        if count > 0 || self.config_changed {
            let done = sqlx::query(
                "update app.tenant_counters set seq = $2, config_version = config_version + $3 where tenant_id = $1 and seq = $4",
            )
            .bind(tenant.as_uuid())
            .bind(last)
            .bind(i64::from(self.config_changed))
            .bind(self.seq)
            .execute(self.tx.conn()?)
            .await?;
            if done.rows_affected() != 1 {
                return Err(DbError::Corrupt("event number".into()));
            }
        }
        audit::append(&mut self.tx, &self.audit).await?;
        Ok(Committed {
            seq: last,
            events,
            totals,
            config_changed: self.config_changed,
        })
    }

    /// Gives up; the connection is kept.
    pub async fn rollback(self) {
        let _ = self.tx.rollback().await;
    }
}

async fn lock_counters(tx: &mut TenantTx) -> Result<i64, DbError> {
    let tenant = tx.tenant().as_uuid();
    Ok(
        sqlx::query_scalar("select seq from app.tenant_counters where tenant_id = $1 for update")
            .bind(tenant)
            .fetch_one(tx.conn()?)
            .await?,
    )
}

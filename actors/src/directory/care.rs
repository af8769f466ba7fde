//! Looking after what is awake: heads in Postgres, news from the bus, tenants that nobody asks for any more.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use chrono::Utc;
use sadu_db::hosts::{self, HighWater};
use sadu_domain::ids::TenantId;
use sadu_gateways::bus::BusNews;

use super::Directory;
use crate::tenant::supervisor::{Nudge, Stop};
use crate::tenant::{PERMITS, TenantHandle};

impl Directory {
    /// Looks after what is awake until the process ends: heads in Postgres, news from the bus, idle tenants.
    pub async fn look_after(self: Arc<Self>, mut news: tokio::sync::mpsc::Receiver<BusNews>) {
        let mut tick = tokio::time::interval(self.config.high_water);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = tick.tick() => {
                    self.evict_idle();
                    let everyone: Vec<TenantId> =
                        self.awake_handles().iter().map(TenantHandle::id).collect();
                    self.compare_heads(&everyone).await;
                }
                Some(first) = news.recv() => {
                    let mut told = HashMap::from([(first.tenant, first.seq)]);
                    while let Ok(more) = news.try_recv() {
                        let seq = told.entry(more.tenant).or_insert(more.seq);
                        *seq = more.seq.max(*seq);
                    }
                    self.compare_heads(&self.news_to_us(&told)).await;
                }
            }
        }
    }

    /// Those of which the bus may know more than we do. Its numbers are no more than a reason to look: a wrong one must not
    /// become the head of an inbox.
    fn news_to_us(&self, told: &HashMap<TenantId, i64>) -> Vec<TenantId> {
        let awake = self.awake.read().unwrap_or_else(PoisonError::into_inner);
        told.iter()
            .filter(|(tenant, seq)| {
                // The same number again: its configuration may have changed.
                awake
                    .get(tenant)
                    .is_some_and(|handle| **seq >= handle.shared.snapshot.load().version)
            })
            .map(|(tenant, _)| *tenant)
            .collect()
    }

    /// Heals what the bus lost, and sees changes of configuration made elsewhere. One statement for all these tenants.
    pub(super) async fn compare_heads(&self, tenants: &[TenantId]) {
        if tenants.is_empty() {
            return;
        }
        match hosts::high_water(&self.db, tenants).await {
            Ok(marks) => marks.iter().for_each(|mark| self.nudge(mark)),
            Err(error) => crate::tenant::log_failure("comparing heads", &error),
        }
    }

    fn nudge(&self, mark: &HighWater) {
        let awake = self.awake.read().unwrap_or_else(PoisonError::into_inner);
        let Some(handle) = awake.get(&mark.tenant) else {
            return;
        };
        let snapshot = handle.shared.snapshot.load();
        if (mark.seq > snapshot.version || mark.config_version > snapshot.tenant.version)
            && let Some(supervisor) = handle.shared.supervisor.get()
        {
            let _ = supervisor.try_send(Nudge {
                seq: mark.seq,
                config_version: Some(mark.config_version),
            });
        }
    }

    /// Stops tenants that nobody asked for and nobody listens to. A handle in use keeps its tenant awake.
    fn evict_idle(&self) {
        let oldest = Utc::now()
            .timestamp()
            .saturating_sub(i64::try_from(self.config.idle.as_secs()).unwrap_or(i64::MAX));
        let mut hosts = self.hosts.write().unwrap_or_else(PoisonError::into_inner);
        hosts.retain(|_, e| {
            e.tenant.as_ref().is_none_or(|h| !idle(h, oldest))
                && e.asked.elapsed() < self.config.idle.max(self.config.host_ttl)
        });
        let mut awake = self.awake.write().unwrap_or_else(PoisonError::into_inner);
        awake.retain(|id, handle| {
            if handle.alive() && !idle(handle, oldest) {
                return true;
            }
            self.bus.unwatch(*id);
            if let Some(supervisor) = handle.shared.supervisor.get() {
                let _ = supervisor.try_send(Stop);
            }
            metrics::counter!("tenant_evictions_total").increment(1);
            false
        });
        metrics::gauge!("tenants_awake")
            .set(f64::from(u32::try_from(awake.len()).unwrap_or(u32::MAX)));
    }
}

fn idle(handle: &TenantHandle, oldest: i64) -> bool {
    handle.shared.last_used.load(Ordering::Relaxed) < oldest
        && handle.shared.subscribers.load(Ordering::Relaxed) == 0
        && handle.shared.changes.receiver_count() == 0
        && handle.shared.permits.available_permits() == PERMITS
}

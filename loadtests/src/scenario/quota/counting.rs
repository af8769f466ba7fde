//! One process of the measurement: it checks a quota for a time, and says how often and what came of it.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use sadu_domain::ids::TenantId;
use sadu_gateways::counters::{Counters, CountersConfig, Quota};
use sadu_gateways::keys::{CounterName, Subject, Who};

use super::now_ms;
use crate::machine;

const NAME: CounterName = CounterName::new("bench");
/// Requests that a process has under way.
const AT_ONCE: usize = 64;

/// A process of the measurement: `quota HOW PORT TENANT START_MS MS PER_SECOND BURST OFFERED SCATTERED`.
///
/// # Errors
/// When an argument is missing or Redis is not there.
pub(crate) fn count(arguments: &[String]) -> anyhow::Result<()> {
    let [
        _,
        how,
        port,
        tenant,
        start,
        time,
        per_second,
        burst,
        offered,
        scattered,
    ] = arguments
    else {
        bail!("quota HOW PORT TENANT START_MS MS PER_SECOND BURST OFFERED SCATTERED");
    };
    let tenant: TenantId = tenant.parse().ok().context("not a tenant's id")?;
    let job = Job {
        asks_always: how == "each",
        quota: Quota::new(per_second.parse()?, Duration::from_secs(1), burst.parse()?),
        subject: Subject {
            owner: tenant.into(),
            name: NAME,
            who: Who::All,
        },
        scattered: scattered.parse()?,
        every: match offered.parse::<u32>()? {
            0 => None,
            rate => Some(Duration::from_secs(1) * u32::try_from(AT_ONCE)? / rate),
        },
        checks: Arc::default(),
        admitted: Arc::default(),
    };
    let (start, time): (u64, u64) = (start.parse()?, time.parse()?);
    let url = format!("redis://127.0.0.1:{port}").into();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let health = runtime.block_on(async {
        // Longer than the product waits: what is measured is how often Redis is asked, not how busy this machine is.
        let config = CountersConfig {
            deadline: Duration::from_secs(2),
            ..CountersConfig::default()
        };
        let counters = Counters::redis(&url, config)?;
        while counters.health().up != Some(true) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let wait = start.saturating_sub(now_ms()?);
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let end = Instant::now() + Duration::from_millis(time);
        let loops = (0..AT_ONCE).map(|n| job.clone().run(counters.clone(), n, end));
        futures::future::join_all(loops).await;
        anyhow::Ok(counters.health())
    })?;
    let checks = job.checks.load(Ordering::Relaxed);
    let asked = if job.asks_always {
        checks
    } else {
        health.asked
    };
    let cpu = machine::cpu(std::process::id()).as_micros();
    writeln!(
        std::io::stdout(),
        "{checks} {} {asked} {} {cpu}",
        job.admitted.load(Ordering::Relaxed),
        health.alone
    )?;
    Ok(())
}

#[derive(Clone)]
struct Job {
    asks_always: bool,
    quota: Quota,
    subject: Subject,
    scattered: bool,
    /// Pause of one of the loops between two checks.
    every: Option<Duration>,
    checks: Arc<AtomicU64>,
    admitted: Arc<AtomicU64>,
}

impl Job {
    async fn run(self, counters: Counters, n: usize, end: Instant) {
        let n = u32::try_from(n).unwrap_or_default();
        let parts = u32::try_from(AT_ONCE).unwrap_or(1);
        let mut due = Instant::now() + self.every.map_or(Duration::ZERO, |e| e * n / parts);
        loop {
            if self.every.is_some() {
                tokio::time::sleep_until(due.into()).await;
            } else {
                // As a server does between two requests.
                tokio::task::yield_now().await;
            }
            if Instant::now() >= end {
                return;
            }
            due += self.every.unwrap_or_default();
            let mut subject = self.subject;
            if self.scattered {
                subject.who = Who::Address(rand::random::<u128>().to_be_bytes().into());
            }
            let verdict = if self.asks_always {
                counters.admit(&subject.key(), &self.quota, 1).await
            } else {
                counters.take(&subject, &self.quota).await
            };
            self.checks.fetch_add(1, Ordering::Relaxed);
            self.admitted
                .fetch_add(u64::from(verdict.allowed), Ordering::Relaxed);
        }
    }
}

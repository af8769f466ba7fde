//! The peer of P4 and P5: pgbench, one transaction an order, the same rows (`pgbench/order.sql`).

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::load::Outcome;
use crate::plan::Plan;
use crate::stage::Stage;

/// Connections of the peer.
pub(crate) const CLIENTS: usize = 32;

/// Runs the script over so many tenants.
///
/// # Errors
/// What pgbench says.
pub(crate) fn orders(stage: &Stage, plan: &Plan, tenants: usize) -> anyhow::Result<Outcome> {
    // Ids of a run begin with its number, so that no two runs meet.
    static RUN: AtomicU32 = AtomicU32::new(2000);
    let run = RUN.fetch_add(1, Ordering::Relaxed);
    let log = stage
        .keep("pgbench.marker", b"")?
        .with_file_name(format!("pgbench-{run}"));
    let (connection, password) = stage.peer();
    let seconds = plan.each.as_secs().max(1).to_string();
    let done = Command::new(program())
        .args([
            "-n",
            "-M",
            "prepared",
            "-j",
            "1",
            "-c",
            &CLIENTS.to_string(),
            "-T",
            &seconds,
        ])
        .args([
            "-D",
            &format!("run={run}"),
            "-D",
            "k=100000000000",
            "-D",
            &format!("tenants={tenants}"),
        ])
        .arg("--log")
        .arg(format!("--log-prefix={}", log.display()))
        .arg("-f")
        .arg(plan.folder.join("pgbench").join("order.sql"))
        .args(connection)
        .env("PGPASSWORD", password)
        .output()
        .context("pgbench is missing")?;
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    ensure!(
        done.status.success() && said.contains("number of failed transactions: 0 "),
        "pgbench: {said}{}",
        String::from_utf8_lossy(&done.stderr)
    );
    read_log(log)
}

fn program() -> PathBuf {
    let found = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    found
        .filter_map(|entry| Some(entry.ok()?.path().join("bin").join("pgbench")))
        .find(|program| program.exists())
        .unwrap_or_else(|| "pgbench".into())
}

/// `client transaction latency(µs) script seconds microseconds`, one line a transaction.
fn read_log(prefix: PathBuf) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::default();
    let (mut first, mut last) = (u64::MAX, 0_u64);
    let folder = prefix.parent().context("the log has no folder")?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let ours = path
            .to_str()
            .zip(prefix.to_str())
            .is_some_and(|(path, prefix)| {
                path.strip_prefix(prefix)
                    .is_some_and(|rest| rest.starts_with('.'))
            });
        if !ours {
            continue;
        }
        for line in fs::read_to_string(&path)?.lines() {
            let mut fields = line.split(' ').skip(2).map(str::parse::<u64>);
            let mut field = || {
                fields
                    .next()
                    .and_then(Result::ok)
                    .context("pgbench's log has another form")
            };
            let latency = field()?;
            field()?;
            let ended = field()?.saturating_mul(1_000_000).saturating_add(field()?);
            first = first.min(ended.saturating_sub(latency));
            last = last.max(ended);
            outcome.latencies.add(Duration::from_micros(latency));
        }
        fs::remove_file(&path)?;
    }
    outcome.took = Duration::from_micros(last.saturating_sub(first));
    outcome.sound()
}

//! The machine: whether it is quiet, what it is, and what a process used of it (`/proc`).

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::stats::float;

/// Load average below which the machine counts as quiet.
const QUIET: f64 = 0.5;
/// How long it must be quiet.
const STILL: Duration = Duration::from_secs(10);

/// Waits for a quiet machine, at most `patience`; says how it was found.
pub(crate) fn wait_until_idle(patience: Duration) -> String {
    let begun = Instant::now();
    let mut quiet_since = None;
    loop {
        let busy = busy_share(Duration::from_secs(1));
        let quiet = busy < QUIET / float(cores());
        let since = quiet.then(|| *quiet_since.get_or_insert_with(Instant::now));
        quiet_since = since;
        if since.is_some_and(|s| s.elapsed() >= STILL) {
            return format!(
                "the machine was idle ({:.0} % busy) before the run",
                busy * 100.0
            );
        }
        if begun.elapsed() >= patience {
            return format!(
                "the machine was NOT idle before the run: {:.0} % busy, load {}",
                busy * 100.0,
                load()
            );
        }
    }
}

fn load() -> String {
    fs::read_to_string("/proc/loadavg")
        .ok()
        .and_then(|text| text.split(' ').next().map(str::to_owned))
        .unwrap_or_default()
}

/// Share of all cores that did something, over a moment.
fn busy_share(moment: Duration) -> f64 {
    let read = || -> Option<(u64, u64)> {
        let text = fs::read_to_string("/proc/stat").ok()?;
        let mut fields = text.lines().next()?.split_whitespace().skip(1);
        let all: Vec<u64> = fields.by_ref().filter_map(|f| f.parse().ok()).collect();
        let idle = all.get(3)?.saturating_add(*all.get(4)?);
        Some((idle, all.iter().take(8).sum()))
    };
    let before = read();
    std::thread::sleep(moment);
    match (before, read()) {
        (Some((idle, all)), Some((idle_now, all_now))) if all_now > all => {
            1.0 - ticks(idle_now.saturating_sub(idle)) / ticks(all_now.saturating_sub(all))
        }
        _ => 1.0,
    }
}

fn ticks(count: u64) -> f64 {
    float(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Cores of this machine.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Processor, memory, kernel: one line.
pub(crate) fn description() -> String {
    let line = |file: &str, name: &str| {
        fs::read_to_string(file).ok().and_then(|text| {
            text.lines()
                .find(|l| l.starts_with(name))
                .and_then(|l| l.split(':').nth(1))
                .map(|v| v.trim().to_owned())
        })
    };
    format!(
        "{} × {}, memory {}, Linux {}",
        cores(),
        line("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned()),
        line("/proc/meminfo", "MemTotal").unwrap_or_default(),
        said("uname", &["-r"])
    )
}

/// What a program says, in one line; empty when it is not there.
pub(crate) fn said(program: &str, arguments: &[&str]) -> String {
    Command::new(program)
        .args(arguments)
        .output()
        .ok()
        .and_then(|o| String::from_utf8(o.stdout).ok())
        .and_then(|text| text.lines().next().map(str::to_owned))
        .unwrap_or_default()
}

/// Pins all threads of a process to these cores (`0`, `1`, `0-1`).
pub(crate) fn pin(process: u32, cores: &str) {
    // Where taskset is missing the run is only less steady.
    let _ = Command::new("taskset")
        .args(["-acp", cores, &process.to_string()])
        .output();
}

/// CPU time that a process and the children it has reaped have used so far.
pub(crate) fn cpu(process: u32) -> Duration {
    stat(process).map_or(Duration::ZERO, |s| s.used)
}

/// The same for a process and all its living children: a Postgres with its backends.
pub(crate) fn cpu_of_family(parent: u32) -> Duration {
    let children = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let process: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = stat(process)?;
            (stat.parent == parent).then_some(stat.used)
        });
    cpu(parent).saturating_add(children.sum())
}

struct Stat {
    parent: u32,
    used: Duration,
}

fn stat(process: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name may hold spaces; what follows its bracket does not.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |n: usize| fields.get(n).and_then(|f| f.parse::<u64>().ok());
    // user, system, and the same of reaped children, in ticks of 10 ms
    let used = [11, 12, 13, 14].into_iter().filter_map(number).sum::<u64>();
    Some(Stat {
        parent: u32::try_from(number(1)?).ok()?,
        used: Duration::from_millis(used.saturating_mul(10)),
    })
}

/// Lets a start-up's own work end.
pub(crate) fn settle() {
    std::thread::sleep(Duration::from_secs(1));
}

//! P10: a quota check that takes slices of a shared rate, beside the same check asked of Redis every time (one Lua script a
//! call). Two processes of this program (`counting`), one Redis, the product's own counters on both sides.

mod counting;

use std::fmt::Write as _;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, bail, ensure};
use sadu_domain::ids::TenantId;

pub(crate) use self::counting::count;
use crate::load::Outcome;
use crate::plan::Plan;
use crate::report::{Ratio, Section, Side};
use crate::scenario::orders::Metered;
use crate::stats::Rounds;
use crate::{machine, say};

/// Processes that count together.
const PROCESSES: u64 = 2;

/// What is asked of the counters.
#[derive(Debug, Clone, Copy)]
struct Load {
    name: &'static str,
    /// Of the rate: so many a second, so many at once.
    per_second: u32,
    burst: u32,
    /// Checks a second of both processes together; none is as many as go through.
    offered: Option<u32>,
    /// Every check is of another address.
    scattered: bool,
}

const LOADS: [Load; 5] = [
    Load {
        name: "a tenant at the defaults (50/s, 200 at once), flooded",
        per_second: 50,
        burst: 200,
        offered: None,
        scattered: false,
    },
    Load {
        name: "the same, offered ten times its rate",
        per_second: 50,
        burst: 200,
        offered: Some(500),
        scattered: false,
    },
    Load {
        name: "a large tenant (5,000/s, 10,000 at once), offered 4,000/s",
        per_second: 5_000,
        burst: 10_000,
        offered: Some(4_000),
        scattered: false,
    },
    Load {
        name: "60 a minute and address, every check another address",
        per_second: 1,
        burst: 60,
        offered: None,
        scattered: true,
    },
    Load {
        name: "a tenant at the defaults, offered 40/s: less than its rate",
        per_second: 50,
        burst: 200,
        offered: Some(40),
        scattered: false,
    },
];

/// What a process counted.
#[derive(Debug, Default, Clone, Copy)]
struct Counted {
    checks: u64,
    admitted: u64,
    asked: u64,
    alone: u64,
    cpu_micros: u64,
}

/// P10.
///
/// # Errors
/// When Redis or a process fails.
pub(crate) fn measure(plan: &Plan) -> anyhow::Result<Section> {
    let redis = Redis::start()?;
    machine::settle();
    let mut section = Section::new(
        "P10",
        "a quota check of two processes with one Redis: slices of the rate, beside the Lua script on every call (64 under way in each process)",
    );
    for load in LOADS {
        measure_one(plan, &redis, load, &mut section)?;
    }
    Ok(section)
}

fn measure_one(
    plan: &Plan,
    redis: &Redis,
    load: Load,
    section: &mut Section,
) -> anyhow::Result<()> {
    let (mut slices, mut each) = (Side::new("slices"), Side::new("Redis on every call"));
    let (mut trips, mut over) = (Rounds::default(), Rounds::default());
    let mut asked_a_second = Rounds::default();
    for round in 0..plan.rounds {
        let (ours, took) = together(plan, redis, load, "slices")?;
        let (theirs, their_time) = together(plan, redis, load, "each")?;
        ensure!(
            ours.alone == 0 && theirs.alone == 0,
            "a process counted for itself: Redis was too slow, nothing was measured"
        );
        slices.round(metered(ours, took));
        each.round(metered(theirs, their_time));
        let of = float(ours.asked) / float(ours.checks.max(1));
        trips.push(of);
        asked_a_second.push(float(ours.asked) / took.as_secs_f64());
        let allowed = f64::from(load.burst) + f64::from(load.per_second) * took.as_secs_f64();
        let beyond = (float(ours.admitted) / allowed - 1.0).max(0.0) * 100.0;
        over.push(if load.scattered { 0.0 } else { beyond });
        say(&format!(
            "P10 {}, round {}: {} checks, {} admitted, {of:.5} trips a check, {beyond:.2} % over; beside {} checks",
            load.name,
            round.saturating_add(1),
            ours.checks,
            ours.admitted,
            theirs.checks,
        ));
    }
    if load.offered.is_none() {
        let ratio = Ratio {
            name: load.name,
            hold: 1.0,
            aim: 1.0,
        };
        section.pair(ratio, slices, each);
    }
    let mut line = String::new();
    let _ = write!(
        line,
        "{}: {} trips a check ({} a second)",
        load.name,
        trips.precise(),
        asked_a_second
    );
    if !load.scattered {
        let _ = write!(line, ", {} % over-admitted", over.precise());
    }
    let held = trips.median() <= 0.02 && over.median() <= 2.0;
    line.push_str("; must hold ≤ 0.02 and ≤ 2 % (");
    line.push_str(if held { "held" } else { "NOT HELD" });
    line.push(')');
    section.note(&line);
    Ok(())
}

fn metered(counted: Counted, took: Duration) -> Metered {
    Metered {
        outcome: Outcome {
            took,
            counted: Some(float(counted.checks)),
            ..Outcome::default()
        },
        server: Duration::from_micros(counted.cpu_micros),
        postgres: Duration::ZERO,
    }
}

fn float(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Both processes at the same time, on a tenant that nobody counted before.
fn together(
    plan: &Plan,
    redis: &Redis,
    load: Load,
    how: &str,
) -> anyhow::Result<(Counted, Duration)> {
    let start = now_ms()?.saturating_add(700);
    let tenant = TenantId::new();
    let offered = load.offered.map_or(0, u64::from) / PROCESSES;
    let children: Vec<Child> = (0..PROCESSES)
        .map(|_| {
            Command::new(std::env::current_exe()?)
                .args(["quota", how, &redis.port.to_string(), &tenant.to_string()])
                .args([start.to_string(), plan.each.as_millis().to_string()])
                .args([load.per_second.to_string(), load.burst.to_string()])
                .args([offered.to_string(), load.scattered.to_string()])
                .stdout(Stdio::piped())
                .spawn()
                .context("a process of the measurement cannot be started")
        })
        .collect::<anyhow::Result<_>>()?;
    let mut sum = Counted::default();
    for child in children {
        let done = child.wait_with_output()?;
        ensure!(done.status.success(), "a process of the measurement failed");
        let text = String::from_utf8(done.stdout)?;
        let figures: Vec<u64> = text
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        let [checks, admitted, asked, alone, cpu_micros] = figures[..] else {
            bail!("a process of the measurement said {text:?}");
        };
        sum.checks = sum.checks.saturating_add(checks);
        sum.admitted = sum.admitted.saturating_add(admitted);
        sum.asked = sum.asked.saturating_add(asked);
        sum.alone = sum.alone.saturating_add(alone);
        sum.cpu_micros = sum.cpu_micros.saturating_add(cpu_micros);
    }
    Ok((sum, plan.each))
}

fn now_ms() -> anyhow::Result<u64> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(u64::try_from(since.as_millis())?)
}

/// A Redis of the measurement's own; ends with it.
struct Redis {
    port: u16,
    child: Child,
}

impl Redis {
    fn start() -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn()
            .context("redis-server is missing")?;
        let redis = Self { port, child };
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(
                begun.elapsed() < Duration::from_secs(20),
                "redis-server does not answer"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(redis)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

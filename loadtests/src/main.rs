//! `make bench`: the product's optimised binary beside its peers, on one machine, in one run (performance targets P1, P4, P5,
//! P8, P10). Called by `loadtests/run`; writes `loadtests/RESULTS.md`.
//!
//! In reading order: `stage` (Postgres, tenants, the server as a child) with `provider` · `load` (the generator) ·
//! `pgbench` and `bare` (the peers) · `scenario/*` (one file a target) · `report` with `stats` and `machine`.
//!
//! **Invariant:** both sides of a ratio are measured in one run, alternately, with the same data, durability and clock.

mod bare;
mod load;
mod machine;
mod pgbench;
mod plan;
mod provider;
mod report;
mod scenario;
mod stage;
mod stats;

use std::io::Write;

use anyhow::Context;

use crate::plan::{Plan, Target};
use crate::stage::Stage;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|a| a == "bare") {
        return bare::serve(&arguments);
    }
    if arguments.first().is_some_and(|a| a == "quota") {
        return scenario::quota::count(&arguments);
    }
    let plan = Plan::read(&arguments)?;
    let idle = machine::wait_until_idle(plan.patience);
    say(&idle);
    let stage = Stage::set(&plan)?;
    let mut report = report::Report::begin(&plan, idle);
    for target in &plan.targets {
        say(&format!("measuring {target:?}"));
        let section = match target {
            Target::P1 => scenario::reads::measure(&stage, &plan),
            Target::P4 => scenario::orders::measure(&stage, &plan),
            Target::P5 => scenario::campaign::measure(&stage, &plan),
            Target::P8 => scenario::live::measure(&stage, &plan),
            Target::P10 => scenario::quota::measure(&plan),
        };
        report.add(section.with_context(|| format!("{target:?} could not be measured"))?);
    }
    report.write(&plan)
}

/// A line for the person who waits.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "bench: {line}");
}

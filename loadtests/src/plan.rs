//! What is measured, how long, and where the parts are: from the command line and the environment.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};

/// A row of the table of targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Public reads.
    P1,
    /// Placing orders.
    P4,
    /// One campaign takes every donation.
    P5,
    /// From commit to a staff screen.
    P8,
    /// Checking a quota.
    P10,
}

/// How this run goes.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// In this order.
    pub(crate) targets: Vec<Target>,
    /// Alternations of each pair.
    pub(crate) rounds: usize,
    /// Length of one side of a round.
    pub(crate) each: Duration,
    /// How long to wait for a quiet machine.
    pub(crate) patience: Duration,
    /// The product (`SADU_BIN`).
    pub(crate) sadu: PathBuf,
    /// Folder of pgbench scripts and results (`LOADTESTS_DIR`).
    pub(crate) folder: PathBuf,
    /// A short look while working: it does not touch RESULTS.md.
    pub(crate) quick: bool,
}

const USAGE: &str =
    "usage: loadtests/run [--quick] [--rounds N] [--seconds N] [--only P1,P4,P5,P8,P10]";

impl Plan {
    /// Reads `[--quick] [--rounds N] [--seconds N] [--only P4,P8]`.
    ///
    /// # Errors
    /// A line that says what was not understood.
    pub(crate) fn read(arguments: &[String]) -> anyhow::Result<Self> {
        let var = |name: &str| {
            std::env::var_os(name)
                .map(PathBuf::from)
                .with_context(|| format!("{name} is missing: start with loadtests/run"))
        };
        let mut plan = Self {
            targets: vec![Target::P1, Target::P4, Target::P5, Target::P8, Target::P10],
            rounds: 5,
            each: Duration::from_secs(6),
            patience: Duration::from_secs(120),
            sadu: var("SADU_BIN")?,
            folder: var("LOADTESTS_DIR")?,
            quick: false,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().context(USAGE);
            match argument.as_str() {
                "--quick" => {
                    plan.quick = true;
                    plan.rounds = 2;
                    plan.each = Duration::from_secs(3);
                    plan.patience = Duration::ZERO;
                }
                "--rounds" => plan.rounds = value()?.parse().context(USAGE)?,
                "--seconds" => plan.each = Duration::from_secs(value()?.parse().context(USAGE)?),
                "--patience" => {
                    plan.patience = Duration::from_secs(value()?.parse().context(USAGE)?);
                }
                "--only" => {
                    plan.targets = value()?.split(',').map(target).collect::<Result<_, _>>()?
                }
                _ => bail!(USAGE),
            }
        }
        Ok(plan)
    }
}

fn target(name: &str) -> anyhow::Result<Target> {
    Ok(match name {
        "P1" => Target::P1,
        "P4" => Target::P4,
        "P5" => Target::P5,
        "P8" => Target::P8,
        "P10" => Target::P10,
        _ => bail!(USAGE),
    })
}

//! `loadtests/RESULTS.md`: the machine, the versions, both sides of every ratio with their spread, and whether it held.

use std::fmt::Write;
use std::time::Duration;

use crate::plan::Plan;
use crate::scenario::orders::Metered;
use crate::stats::{Latencies, Rounds, ms};
use crate::{machine, say};

/// One side of a pair over all rounds.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    name: &'static str,
    rate: Rounds,
    server: Rounds,
    postgres: Rounds,
    latencies: Latencies,
}

impl Side {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            rate: Rounds::default(),
            server: Rounds::default(),
            postgres: Rounds::default(),
            latencies: Latencies::default(),
        }
    }

    /// Takes in a round.
    pub(crate) fn round(&mut self, metered: Metered) {
        let rate = metered.outcome.rate();
        let done = rate * metered.outcome.took.as_secs_f64();
        let per = |cpu: Duration| cpu.as_secs_f64() * 1e6 / done.max(1.0);
        self.rate.push(rate);
        self.server.push(per(metered.server));
        self.postgres.push(per(metered.postgres));
        self.latencies.merge(metered.outcome.latencies);
    }

    fn row(&self, text: &mut String) {
        let cpu = |rounds: &Rounds| {
            if rounds.median() > 0.0 {
                rounds.to_string()
            } else {
                "–".to_owned()
            }
        };
        let percentile = |percent| match self.latencies.len() {
            0 => "–".to_owned(),
            _ => ms(self.latencies.percentile(percent)),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            self.name,
            self.rate,
            percentile(50.0),
            percentile(99.0),
            cpu(&self.server),
            cpu(&self.postgres),
        );
    }
}

/// What a pair must show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ratio<'a> {
    pub(crate) name: &'a str,
    pub(crate) hold: f64,
    pub(crate) aim: f64,
}

/// One target's part of the report.
#[derive(Debug)]
pub(crate) struct Section {
    text: String,
}

impl Section {
    pub(crate) fn new(id: &str, what: &str) -> Self {
        Self {
            text: format!("## {id}\n{what}.\n"),
        }
    }

    /// Both sides and their ratio: of medians, and of each round with its neighbour.
    pub(crate) fn pair(&mut self, ratio: Ratio<'_>, ours: Side, theirs: Side) {
        let text = &mut self.text;
        let of_rounds = ours.rate.over(&theirs.rate);
        let held = if of_rounds.median() >= ratio.hold {
            "held"
        } else {
            "NOT HELD"
        };
        let _ = writeln!(
            text,
            "\n**{}: {}×** — must hold ≥ {}× ({held}), aim {}×\n\n| side | a second | p50 ms | p99 ms | server CPU µs each | Postgres CPU µs each |\n|---|---|---|---|---|---|",
            ratio.name, of_rounds, ratio.hold, ratio.aim
        );
        ours.row(text);
        theirs.row(text);
        say(&format!("{}: {of_rounds}x ({held})", ratio.name));
    }

    /// Latencies that stand by themselves.
    pub(crate) fn plain(
        &mut self,
        what: &str,
        figures: &[(&str, Duration)],
        limit: &str,
        held: bool,
    ) {
        let figures: Vec<String> = figures
            .iter()
            .map(|(name, value)| format!("{name} {} ms", ms(*value)))
            .collect();
        let held = if held { "held" } else { "NOT HELD" };
        let _ = writeln!(
            self.text,
            "\n**{what}: {}** — {limit} ({held})",
            figures.join(", ")
        );
        say(&format!("{what}: {}", figures.join(", ")));
    }

    /// A sentence.
    pub(crate) fn note(&mut self, line: &str) {
        let _ = writeln!(self.text, "\n{line}.");
        say(line);
    }
}

/// The whole report.
#[derive(Debug)]
pub(crate) struct Report {
    text: String,
}

impl Report {
    /// Begins with what was measured on.
    pub(crate) fn begin(plan: &Plan, idle: String) -> Self {
        let commit = machine::said("git", &["rev-parse", "--short", "HEAD"]);
        let changed =
            !machine::said("git", &["status", "--porcelain", "--untracked-files=no"]).is_empty();
        let mut text = String::from(
            "# Measured side by side\nWritten by `make bench`, save what stands below the line at its end. Every figure is the median of its rounds with the least and the most in brackets; a ratio is taken round by round.\n\n",
        );
        let rows = [
            ("date", chrono::Utc::now().format("%Y-%m-%d %H:%M UTC").to_string()),
            ("commit", format!("{commit}{}", if changed { " with changes" } else { "" })),
            ("build", profile(plan)),
            ("machine", machine::description()),
            ("before the run", idle),
            (
                "versions",
                format!(
                    "{}; {}; {}",
                    machine::said("rustc", &["--version"]),
                    machine::said("psql", &["--version"]),
                    machine::said("dpkg-query", &["-W", "-f", "wrk ${Version}", "wrk"])
                ),
            ),
            (
                "rounds",
                format!("{} of {} s a side, alternately, a checkpoint before each", plan.rounds, plan.each.as_secs()),
            ),
            (
                "Postgres",
                "fsync on, synchronous_commit on, full_page_writes on, 256 MB shared buffers; one cluster for all sides, generator and servers on the same cores unless said otherwise".to_owned(),
            ),
        ];
        for (name, value) in rows {
            let _ = writeln!(text, "- **{name}**: {value}");
        }
        text.push('\n');
        Self { text }
    }

    pub(crate) fn add(&mut self, section: Section) {
        self.text.push_str(&section.text);
        self.text.push('\n');
    }

    /// Keeps it; a quick look is only shown.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn write(self, plan: &Plan) -> anyhow::Result<()> {
        if plan.quick {
            say(&format!("not kept:\n{}", self.text));
            return Ok(());
        }
        let file = plan.folder.join("RESULTS.md");
        let text = match std::fs::read_to_string(&file) {
            // What people wrote below the line stays.
            Ok(old) => old.split_once(KEPT).map_or(self.text.clone(), |(_, kept)| {
                format!("{}{KEPT}{kept}", self.text)
            }),
            Err(_) => self.text.clone(),
        };
        std::fs::write(&file, text)?;
        say(&format!("written: {}", file.display()));
        Ok(())
    }
}

/// Which of Cargo's profiles the product was built with: the name of its folder.
fn profile(plan: &Plan) -> String {
    let folder = plan.sadu.parent().and_then(|p| p.file_name());
    let name = folder.and_then(|n| n.to_str()).unwrap_or("unknown");
    match name {
        "release" => "release (fat LTO, one codegen unit)".to_owned(),
        "bench-run" => "bench-run (thin LTO, 16 codegen units): NOT the release profile".to_owned(),
        other => format!("{other}: NOT the release profile"),
    }
}

/// Below this line `make bench` leaves the file alone.
const KEPT: &str = "<!-- below this line: kept by hand -->\n";

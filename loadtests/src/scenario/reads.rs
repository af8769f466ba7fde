//! P1: an item as a page and as JSON through the whole stack, beside bare actix-web answering the same bytes with as many
//! headers. The server has one core to itself, the generator the other.

use std::fmt::Write;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;

use crate::load::{self, Answer, Outcome, Script};
use crate::plan::Plan;
use crate::report::{Ratio, Section, Side};
use crate::scenario::orders::{Metered, meter};
use crate::stage::{Serving, Stage, host};
use crate::stats::{float, ms};
use crate::{machine, say};

const PATHS: [(&str, &str); 2] = [
    ("item as JSON", "/api/v1/items/item-100"),
    ("item page", "/ar/items/item-100"),
];
/// Connections of the closed loop.
const CONNECTIONS: usize = 64;
/// Requests a second of the open loop, and its connections.
const RATE: f64 = 2_000.0;
const PUNCTUAL: usize = 16;

/// P1.
///
/// # Errors
/// When a side fails.
pub(crate) fn measure(stage: &Stage, plan: &Plan) -> anyhow::Result<Section> {
    let (server, generator) = if machine::cores() > 1 {
        (Some("1"), "0")
    } else {
        (None, "0")
    };
    let sadu = stage.serve(server)?;
    machine::settle();
    machine::pin(std::process::id(), generator);
    let mut section = Section::new(
        "P1",
        "public reads from the snapshot; beside bare actix-web with the same bytes and as many headers. Server on one core, wrk on the other",
    );
    for (name, path) in PATHS {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAccept-Language: ar\r\n\r\n",
            host(0)
        );
        let sample = load::once(sadu.address, request.as_bytes())?;
        let answer = Answer::parse(&sample).context("no answer")?;
        if answer.status != 200 {
            section.note(&format!(
                "{name}: `{path}` answered {}, so it was not measured",
                answer.status
            ));
            continue;
        }
        let bytes = answer.body.len();
        let bare = stage.serve_bare(server, &sample)?;
        pair(
            stage,
            plan,
            &mut section,
            &format!("{name}, {bytes} bytes"),
            path,
            &request,
            [&sadu, &bare],
        )?;
    }
    machine::pin(
        std::process::id(),
        &format!("0-{}", machine::cores().saturating_sub(1)),
    );
    Ok(section)
}

fn pair(
    stage: &Stage,
    plan: &Plan,
    section: &mut Section,
    name: &str,
    path: &str,
    request: &str,
    servers: [&Serving; 2],
) -> anyhow::Result<()> {
    let mut sides = [Side::new("sadu"), Side::new("bare actix-web")];
    let mut punctual = [Outcome::default(), Outcome::default()];
    for round in 0..plan.rounds {
        for ((server, side), late) in servers.iter().zip(&mut sides).zip(&mut punctual) {
            let metered = meter(stage, Some(server), || wrk(server, path, plan.each))?;
            say(&format!(
                "{name}, round {}: {:.0}/s",
                round.saturating_add(1),
                metered.outcome.rate()
            ));
            side.round(Metered {
                postgres: Duration::ZERO,
                ..metered
            });
            let scripts = (0..PUNCTUAL).map(|_| repeat(request)).collect();
            late.merge(
                load::open(server.address, 200, RATE, plan.each, scripts, &|_, _| {})?.sound()?,
            );
        }
    }
    let [ours, theirs] = punctual;
    let [product, bare] = sides;
    section.pair(
        Ratio {
            name,
            hold: 0.65,
            aim: 0.85,
        },
        product,
        bare,
    );
    let mut line = String::new();
    let _ = write!(line, "{name}, open loop at {RATE:.0}/s: ");
    for percent in [50.0, 99.0] {
        let (a, b) = (
            ours.latencies.percentile(percent),
            theirs.latencies.percentile(percent),
        );
        let more = a.saturating_sub(b);
        let _ = write!(
            line,
            "p{percent:.0} {} ms beside {} ms (+{} µs); ",
            ms(a),
            ms(b),
            more.as_micros()
        );
    }
    line.push_str("must hold: p99 ≤ +150 µs, aim +50 µs");
    section.note(&line);
    Ok(())
}

fn repeat(request: &str) -> Script {
    let request = request.as_bytes().to_vec();
    Box::new(move |out| out.extend_from_slice(&request))
}

/// Throughput by wrk, which costs less than a server: it is never what is measured.
fn wrk(server: &Serving, path: &str, time: Duration) -> anyhow::Result<Outcome> {
    let seconds = time.as_secs().max(1);
    let done = Command::new("wrk")
        .args([
            "-t1",
            &format!("-c{CONNECTIONS}"),
            &format!("-d{seconds}s"),
            "-H",
            &format!("Host: {}", host(0)),
        ])
        .args([
            "-H",
            "Accept-Language: ar",
            &format!("http://{}{path}", server.address),
        ])
        .output()
        .context("wrk is missing")?;
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    anyhow::ensure!(
        !said.contains("Non-2xx") && !said.contains("Socket errors"),
        "wrk: {said}"
    );
    let line = |start: &str| {
        said.lines()
            .map(str::trim)
            .find_map(|l| l.strip_prefix(start))
    };
    let rate: f64 = line("Requests/sec:")
        .context("wrk said nothing")?
        .trim()
        .parse()?;
    // Its percentiles are of one round, and rounds' percentiles cannot be put together: the open loop measures latency.
    Ok(Outcome {
        took: Duration::from_secs(seconds),
        counted: Some(rate * float(usize::try_from(seconds)?)),
        ..Outcome::default()
    })
}

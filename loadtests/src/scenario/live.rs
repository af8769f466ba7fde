//! P8: from an event to the staff's screen. Two hundred tenants with one staff socket each, five hundred donations a second.
//!
//! Two clocks of one machine are read. `at` is stamped by the server just before the order's transaction begins, so `at` → frame
//! holds the whole transaction with its COMMIT and is an upper bound of COMMIT → frame. 201 → frame is from the moment the
//! donor's answer arrived; below nought when staff saw it first.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use futures::{SinkExt, StreamExt};
use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::load::{self, Script};
use crate::plan::Plan;
use crate::report::Section;
use crate::scenario::orders::{meter, wake, write_donation};
use crate::stage::{SUBJECT, Serving, Stage, TENANTS, host};
use crate::stats::{Latencies, Rounds, ms};
use crate::{machine, say};

/// Donations a second.
const RATE: f64 = 500.0;
/// Connections of the generator.
const CONNECTIONS: usize = 32;

/// What the sockets saw.
#[derive(Default)]
struct Seen {
    /// When the frame of an order arrived, by order.
    frames: HashMap<String, Instant>,
    from_at: Latencies,
    twice: usize,
    gaps: usize,
}

/// P8.
///
/// # Errors
/// When a socket is refused, a frame is lost or doubled, or a donation fails.
pub(crate) fn measure(stage: &Stage, plan: &Plan) -> anyhow::Result<Section> {
    let sadu = stage.serve(None)?;
    machine::settle();
    wake(stage, &sadu, plan)?;
    let seen = Arc::new(Mutex::new(Seen::default()));
    let _sockets = Sockets::open(stage, &sadu, &seen)?;
    let (mut from_at, mut from_answer) = (Latencies::default(), Latencies::default());
    let (mut first, mut delivered) = (0_usize, 0_usize);
    let (mut of_server, mut of_postgres) = (Rounds::default(), Rounds::default());
    for round in 0..plan.rounds {
        let answers = Mutex::new(HashMap::new());
        let next = Arc::new(AtomicUsize::new(0));
        let scripts = (0..CONNECTIONS).map(|_| donations_in_turn(&next)).collect();
        let metered = meter(stage, Some(&sadu), || {
            load::open(sadu.address, 201, RATE, plan.each, scripts, &|body, at| {
                if let Some(id) = order_id(body) {
                    answers
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .insert(id, at);
                }
            })?
            .sound()
        })?;
        std::thread::sleep(Duration::from_secs(1));
        let taken = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
        let answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
        if taken.twice > 0 || taken.gaps > 0 {
            bail!(
                "frames came twice {} times, {} were skipped",
                taken.twice,
                taken.gaps
            );
        }
        for (order, answered) in &answers {
            let framed = taken
                .frames
                .get(order)
                .context("a donation reached no socket")?;
            match framed.checked_duration_since(*answered) {
                Some(late) => from_answer.add(late),
                None => {
                    first = first.saturating_add(1);
                    from_answer.add(Duration::ZERO);
                }
            }
        }
        delivered = delivered.saturating_add(answers.len());
        let per =
            |cpu: Duration| cpu.as_secs_f64() * 1e6 / crate::stats::float(answers.len().max(1));
        of_server.push(per(metered.server));
        of_postgres.push(per(metered.postgres));
        say(&format!(
            "P8, round {}: {} donations, at → frame p50 {} ms, p99 {} ms; 201 p99 {} ms",
            round.saturating_add(1),
            answers.len(),
            ms(taken.from_at.percentile(50.0)),
            ms(taken.from_at.percentile(99.0)),
            ms(metered.outcome.latencies.percentile(99.0)),
        ));
        from_at.merge(taken.from_at);
    }
    let mut section = Section::new(
        "P8",
        "an event on its way to staff: 200 tenants with one socket each (acknowledged), 500 donations a second in an open loop",
    );
    section.plain(
        "`at` (stamped before the transaction) → frame at the socket, so COMMIT and its fsync are inside",
        &[("p50", from_at.percentile(50.0)), ("p99", from_at.percentile(99.0))],
        "p50 ≤ 8 ms, p99 ≤ 40 ms (aim 3 / 15)",
        from_at.percentile(99.0) <= Duration::from_millis(40) && from_at.percentile(50.0) <= Duration::from_millis(8),
    );
    section.plain(
        "201 at the donor → frame at the socket",
        &[
            ("p50", from_answer.percentile(50.0)),
            ("p99", from_answer.percentile(99.0)),
        ],
        "(for comparison)",
        true,
    );
    section.note(&format!(
        "{delivered} donations in all rounds, each in exactly one frame of its tenant's socket, no number skipped; {first} frames were there before the donor's own 201. CPU a donation: server {of_server} µs, Postgres {of_postgres} µs"
    ));
    Ok(section)
}

fn donations_in_turn(next: &Arc<AtomicUsize>) -> Script {
    let next = Arc::clone(next);
    Box::new(move |request| {
        write_donation(request, next.fetch_add(1, Ordering::Relaxed) % TENANTS, 1);
    })
}

/// `{"id":"…` is how every 201 begins.
fn order_id(body: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    answer.get("id")?.as_str().map(str::to_owned)
}

/// The staff of all tenants; gone when dropped.
struct Sockets {
    runtime: Option<tokio::runtime::Runtime>,
}

impl Sockets {
    fn open(stage: &Stage, sadu: &Serving, seen: &Arc<Mutex<Seen>>) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let token = stage.provider.token(SUBJECT)?;
        let address = sadu.address;
        let (welcome, welcomed) = std::sync::mpsc::channel();
        for n in 0..TENANTS {
            let (token, seen, welcome) = (token.clone(), Arc::clone(seen), welcome.clone());
            runtime.spawn(async move {
                let failed = listen(address, n, &token, &seen, &welcome).await;
                if let Err(error) = failed {
                    let _ = welcome.send(Err(error));
                }
            });
        }
        for _ in 0..TENANTS {
            welcomed
                .recv_timeout(Duration::from_secs(30))
                .context("a socket was not welcomed")?
                .context("a socket ended")?;
        }
        Ok(Self {
            runtime: Some(runtime),
        })
    }
}

impl Drop for Sockets {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn listen(
    address: SocketAddr,
    n: usize,
    token: &str,
    seen: &Mutex<Seen>,
    welcome: &std::sync::mpsc::Sender<anyhow::Result<()>>,
) -> anyhow::Result<()> {
    let stream = tokio::net::TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let origin = format!("http://{}:{}", host(n), address.port());
    let mut request =
        format!("ws://{}:{}/ws/inbox", host(n), address.port()).into_client_request()?;
    let headers = request.headers_mut();
    headers.insert("Origin", origin.parse()?);
    headers.insert(
        "Sec-WebSocket-Protocol",
        format!("sadu.v1, bearer.{token}").parse()?,
    );
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await?;
    socket
        .send(Message::text(
            r#"{"type":"hello","after_seq":null,"epoch":null}"#,
        ))
        .await?;
    let mut last = 0_i64;
    while let Some(message) = socket.next().await {
        let message = message?;
        let (arrived, now) = (Instant::now(), Utc::now());
        let Message::Text(text) = message else {
            continue;
        };
        let frame: Value = serde_json::from_str(&text)?;
        match frame.get("type").and_then(Value::as_str) {
            Some("welcome") => {
                last = frame.get("seq").and_then(Value::as_i64).context("no seq")?;
                welcome.send(Ok(()))?;
            }
            Some("events") => {
                let events = frame
                    .get("events")
                    .and_then(Value::as_array)
                    .context("no events")?;
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                for event in events {
                    last = note(&mut seen, event, last, arrived, now)?;
                }
            }
            _ => continue,
        }
        socket
            .send(Message::text(format!(r#"{{"type":"ack","seq":{last}}}"#)))
            .await?;
    }
    Ok(())
}

fn note(
    seen: &mut Seen,
    event: &Value,
    last: i64,
    arrived: Instant,
    now: DateTime<Utc>,
) -> anyhow::Result<i64> {
    let text = |name: &str| event.get(name).and_then(Value::as_str);
    let seq = event.get("seq").and_then(Value::as_i64).context("no seq")?;
    if seq <= last {
        seen.twice = seen.twice.saturating_add(1);
    } else if seq > last.saturating_add(1) {
        seen.gaps = seen.gaps.saturating_add(1);
    }
    if text("type") == Some("order.placed") {
        let at: DateTime<Utc> = text("at").context("no at")?.parse()?;
        seen.from_at.add((now - at).to_std().unwrap_or_default());
        let order = text("subject")
            .and_then(|s| s.strip_prefix("order:"))
            .context("no subject")?;
        seen.frames.insert(order.to_owned(), arrived);
    }
    Ok(seq.max(last))
}

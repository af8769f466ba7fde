//! Logs and figures. Logs are structured and hold ids, never personal data (`lines`); figures are Prometheus'.

mod lines;

use std::sync::OnceLock;
use std::time::Duration;

use actix_web::HttpResponse;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use self::lines::{Lines, SpanFields};

/// How often samples are folded into their histograms: until then each is kept, whether anyone asks for figures or not.
const UPKEEP: Duration = Duration::from_secs(5);

/// Upper bounds of the histograms: seconds from a tenth of a millisecond to ten.
const BUCKETS: [f64; 16] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0,
];
/// Of batch sizes.
const SIZES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

static FIGURES: OnceLock<PrometheusHandle> = OnceLock::new();

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStyle {
    /// JSON, one object a line.
    Json,
    /// For a person at a terminal.
    Plain,
}

/// Starts both. `RUST_LOG` chooses what is logged. A second call changes nothing: tests share a process.
pub fn start(style: LogStyle) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        EnvFilter::new("warn,sadu=info,sadu_actors=info,sadu_db=info,sqlx::postgres::notice=error")
    });
    let started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .fmt_fields(SpanFields)
        .event_format(Lines(style))
        .try_init();
    if started.is_ok() {
        // What a panic says may hold what it panicked about: it is a line like any other.
        std::panic::set_hook(Box::new(|panic| {
            let at = panic.location().map(ToString::to_string);
            let said = panic.payload_as_str().unwrap_or_default();
            tracing::error!(at, cause = said, "a thread panicked");
        }));
    }
    let builder = PrometheusBuilder::new()
        .set_buckets(&BUCKETS)
        .and_then(|b| b.set_buckets_for_metric(Matcher::Suffix("_size".to_owned()), &SIZES));
    if let Ok(handle) = builder.and_then(PrometheusBuilder::install_recorder) {
        let _ = FIGURES.set(handle);
        std::thread::spawn(|| {
            loop {
                std::thread::sleep(UPKEEP);
                FIGURES.get().inspect(|figures| figures.run_upkeep());
            }
        });
    }
}

/// `GET /metrics`, on the operations port alone.
pub async fn metrics_page() -> HttpResponse {
    let text = FIGURES
        .get()
        .map(PrometheusHandle::render)
        .unwrap_or_default();
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(text)
}

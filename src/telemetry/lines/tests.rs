//! What a line may hold, and that everything our code logs may be written.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::*;

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is written while `work` runs, with everything turned on.
fn written(style: LogStyle, work: impl FnOnce()) -> String {
    let kept = Kept::default();
    let to = kept.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .fmt_fields(SpanFields)
        .event_format(Lines(style))
        .with_writer(move || to.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, work);
    let bytes = kept.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_line_holds_listed_fields_and_its_request() {
    let text = written(LogStyle::Json, || {
        let span = tracing::debug_span!("request", request.id = "r-1", phone = "+96599912345");
        let _entered = span.enter();
        tracing::info!(seq = 7, name = "Latifa", error = %"no m@example.com", "it is {}", "done");
    });
    let line: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(line["message"], "it is done");
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["request.id"], "r-1");
    assert_eq!(line["seq"], 7);
    assert_eq!(line["error"], "no ***");
    assert!(line.get("name").is_none() && line.get("phone").is_none());
    assert_eq!(line.as_object().unwrap().len(), 7);
}

#[test]
fn one_event_is_one_line() {
    for style in [LogStyle::Json, LogStyle::Plain] {
        let text = written(style, || {
            let forged = "x\n2026-01-01T00:00:00Z  INFO all is well\r\u{2028}\u{202e}drow";
            tracing::warn!(error = forged, "{forged}");
        });
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(!text.contains('\u{202e}') && !text.contains('\u{2028}'));
    }
}

#[test]
fn other_crates_are_heard_from_warn_on() {
    let text = written(LogStyle::Plain, || {
        tracing::trace!(target: "hyper::proto", "sent Latifa");
        tracing::debug!(target: "sqlx::query", "select 'Latifa'");
        tracing::info!(target: "saduceus", "Latifa");
        tracing::warn!(target: "rustls", "a warning for +96599912345");
        tracing::trace!(target: "sadu_db::pool", "ours");
    });
    assert!(!text.contains("Latifa"), "{text}");
    assert!(text.contains("a warning for ***") && text.contains("ours"));
    assert_eq!(text.lines().count(), 2);
}

/// Names of the fields in one call of a logging macro: `name = value`, `name = %value`, or `name` alone before the text.
fn fields(call: &str) -> Vec<String> {
    let before_text = call.split('"').next().unwrap_or(call);
    before_text
        .split(',')
        .filter_map(|part| {
            let name = part
                .split('=')
                .next()?
                .trim()
                .trim_start_matches(['%', '?']);
            let plain = !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '.'));
            plain.then(|| name.to_owned())
        })
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "tests" {
            sources(&path, found);
        } else if name.ends_with(".rs") && !name.contains("tests") {
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            found.push(text.to_owned());
        }
    }
}

#[test]
fn every_field_that_our_code_logs_is_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for folder in ["src", "actors/src", "db/src", "gateways/src", "domain/src"] {
        sources(&root.join(folder), &mut texts);
    }
    let mut calls = 0;
    for text in &texts {
        for level in ["trace", "debug", "info", "warn", "error"] {
            for call in text.split(&format!("tracing::{level}!(")).skip(1) {
                calls += 1;
                for name in fields(call.split(");").next().unwrap()) {
                    assert!(
                        FIELDS.contains(&name.as_str()),
                        "`{name}` is logged and is not in telemetry's FIELDS"
                    );
                }
            }
        }
    }
    assert!(calls > 50, "{calls}");
}

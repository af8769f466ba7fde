//! How a log line is written: level, target, message, and fields of a list (security.md, INP-13).
//!
//! Three nets, one below the other: types that print `***` (`Pii<T>`); fields whose names are not in [`FIELDS`] are left out; and
//! what looks like contact details is masked in every value. Other crates know nothing of our rules, and at `trace` they tell what
//! they send and receive: they are heard from `warn` on. One event is one line, whatever is in it.

use std::fmt::{self, Write as _};

use chrono::{SecondsFormat, Utc};
use sadu_domain::pii::masked;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::LogStyle;

/// Fields that may be written. Each holds an id, a number, a name of our own or an error; none ever holds what somebody typed. A
/// test finds every field that our code logs here.
pub(super) const FIELDS: &[&str] = &[
    "address",
    "at",
    "cause",
    "cluster",
    "code",
    "command",
    "constraint",
    "ended",
    "error",
    "folder",
    "host",
    "link",
    "number",
    "operations",
    "reason",
    "request.id",
    "seq",
    "status",
    "tenant.id",
    "user.id",
    "what",
];

/// Writes lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines(pub(super) LogStyle);

/// Writes the fields of spans.
#[derive(Debug, Clone, Copy)]
pub(super) struct SpanFields;

/// Takes what may be written.
#[derive(Debug, Default)]
struct Taken {
    message: String,
    fields: Map<String, Value>,
}

impl Taken {
    fn take(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(message)) => self.message = message,
            (name, value) if FIELDS.contains(&name) => {
                self.fields.insert(name.to_owned(), value);
            }
            _ => {}
        }
    }

    fn take_text(&mut self, field: &Field, text: &str) {
        self.take(field, Value::String(one_line(&masked(text))));
    }
}

impl Visit for Taken {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.take_text(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.take_text(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.take_text(field, &value.to_string());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.take(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.take(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.take(field, value.into());
    }
}

/// Control characters, and those that turn the direction of text, written out: no value begins a line of its own, or looks like
/// another.
fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let turns = matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}') {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether a target is ours.
fn is_ours(target: &str) -> bool {
    let name = target.split("::").next().unwrap_or(target);
    name == "sadu" || name.starts_with("sadu_")
}

impl<'writer> FormatFields<'writer> for SpanFields {
    fn format_fields<R: RecordFields>(
        &self,
        mut writer: Writer<'writer>,
        fields: R,
    ) -> fmt::Result {
        let mut taken = Taken::default();
        fields.record(&mut taken);
        writer.write_str(&serde_json::to_string(&taken.fields).map_err(|_| fmt::Error)?)
    }
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(
        &self,
        ctx: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let (level, target) = (*event.metadata().level(), event.metadata().target());
        if !is_ours(target) && level > Level::WARN {
            return Ok(());
        }
        let mut taken = Taken::default();
        for span in ctx
            .event_scope()
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .iter()
            .rev()
        {
            let extensions = span.extensions();
            let known = extensions.get::<FormattedFields<N>>();
            if let Some(Ok(known)) = known.map(|f| serde_json::from_str::<Map<_, _>>(&f.fields)) {
                taken.fields.extend(known);
            }
        }
        event.record(&mut taken);
        let at = Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true);
        match self.0 {
            LogStyle::Json => {
                let mut line = Map::new();
                line.insert("timestamp".to_owned(), at.into());
                line.insert("level".to_owned(), level.as_str().into());
                line.insert("target".to_owned(), target.into());
                line.insert("message".to_owned(), taken.message.into());
                line.extend(taken.fields);
                writeln!(writer, "{}", Value::Object(line))
            }
            LogStyle::Plain => {
                write!(writer, "{at} {level:>5} {}", taken.message)?;
                for (name, value) in &taken.fields {
                    match value {
                        Value::String(text) => write!(writer, " {name}={text}")?,
                        other => write!(writer, " {name}={other}")?,
                    }
                }
                writeln!(writer)
            }
        }
    }
}

#[cfg(test)]
mod tests;

//! `/audit`: the platform's log, newest first.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use sadu_domain::lang::Lang;
use serde::Deserialize;

use super::view::{Shell, time};
use super::words::Console;
use crate::api::platform::audit::{self, AuditPage, AuditQuery};
use crate::auth::PlatformAdmin;
use crate::error::ApiError;
use crate::pages::admin::audit_words;
use crate::pages::spoken::Spoken;
use crate::state::App;

/// Entries on one page.
const FULL: usize = 50;

/// One entry of the log.
#[derive(Debug)]
struct LogRow {
    /// Its number.
    seq: i64,
    /// When, in Kuwait.
    at: String,
    /// `noun.verb`.
    action: String,
    /// On which thing.
    object: String,
    /// Who.
    actor: String,
    /// Names and values of what is told of it.
    told: Vec<(String, String)>,
}

/// `/audit`.
#[derive(Template)]
#[template(path = "platform/log.html")]
struct LogPage {
    /// Shell.
    shell: Shell,
    /// Entries, newest first.
    rows: Vec<LogRow>,
    /// How many there are in all.
    entries: i64,
    /// Where the chain breaks.
    first_bad: Option<i64>,
    /// Entries before this number are on the next page.
    older: Option<i64>,
}

impl LogPage {
    /// A page of the log; `full` is how many entries a page has.
    #[must_use]
    fn new(
        shell: Shell,
        spoken: Spoken,
        admin: &PlatformAdmin,
        page: AuditPage,
        full: usize,
    ) -> Self {
        let older = (page.data.len() >= full)
            .then(|| page.data.last().map(|entry| entry.seq))
            .flatten();
        let me = admin.admin.id.to_string();
        let thing = |name: &str| audit_words::thing(name, spoken.lang);
        let rows = page
            .data
            .into_iter()
            .map(|entry| LogRow {
                seq: entry.seq,
                at: time(entry.at),
                object: match &entry.object_id {
                    Some(id) => format!("{} {id}", thing(&entry.object_type)),
                    None => thing(&entry.object_type),
                },
                action: action(&entry.action, spoken.lang),
                actor: if entry.actor_id == me {
                    shell.name.clone()
                } else {
                    entry.actor_id
                },
                told: entry
                    .diff
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(name, value)| {
                        let value = value
                            .as_str()
                            .map_or_else(|| value.to_string(), str::to_owned);
                        (field(name, spoken.lang), value)
                    })
                    .collect(),
            })
            .collect();
        Self {
            shell,
            rows,
            entries: page.chain.entries,
            first_bad: page.chain.first_bad,
            older,
        }
    }
}

/// The words of an action. What an operator did to a tenant that is gone is told in this log alone.
fn action(name: &str, lang: Lang) -> String {
    let words = Console::of(lang);
    match name {
        "tenant.delete_begin" => words.log_delete_begin.to_owned(),
        "tenant.delete" => words.log_delete.to_owned(),
        other => audit_words::action(other, lang),
    }
}

/// The words of a field.
fn field(name: &str, lang: Lang) -> String {
    let words = Console::of(lang);
    match name {
        "closed_at" => words.log_closed_at.to_owned(),
        "rows" => words.log_rows.to_owned(),
        "objects" => words.log_objects.to_owned(),
        "jobs" => words.jobs.to_owned(),
        "audit_seq" => words.log_audit_seq.to_owned(),
        "audit_hash" => words.log_audit_hash.to_owned(),
        other => audit_words::field(other, lang),
    }
}

#[derive(Deserialize)]
pub(super) struct LogQuery {
    before: Option<i64>,
}

/// `GET /audit`.
pub(super) async fn show(
    admin: PlatformAdmin,
    app: web::Data<App>,
    spoken: Spoken,
    query: web::Query<LogQuery>,
) -> Result<HttpResponse, ApiError> {
    let query = AuditQuery {
        before: query.before,
        limit: i64::try_from(FULL).ok(),
    };
    let page = audit::page(&app, &query).await?;
    let page = LogPage::new(
        Shell::new(spoken, &admin, "log"),
        spoken,
        &admin,
        page,
        FULL,
    );
    spoken.answer(StatusCode::OK, page.render())
}

//! `/audit`: the platform's log, newest first.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use sadu_db::PlatformTx;
use sadu_db::platform::tenants::{self, Listed};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::view::{Shell, numerals, time};
use crate::api::platform::audit::{self, AuditPage, AuditQuery};
use crate::auth::PlatformAdmin;
use crate::error::ApiError;
use crate::pages::admin::audit_change::{Change, Teller, short};
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
    /// On what kind of thing.
    object: String,
    /// On which one: its name, or the end of its id.
    named: Option<String>,
    /// Where the console shows it.
    href: Option<String>,
    /// Who.
    actor: String,
    /// What is told of it, field by field.
    told: Vec<Change>,
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
        tenants: &[Listed],
        full: usize,
    ) -> Self {
        let older = (page.data.len() >= full)
            .then(|| page.data.last().map(|entry| entry.seq))
            .flatten();
        let me = admin.admin.id.to_string();
        let lang = spoken.lang;
        let names: HashMap<Uuid, String> = tenants
            .iter()
            .map(|known| (known.id.as_uuid(), known.name.get(lang).to_owned()))
            .collect();
        let teller = Teller {
            lang,
            numerals: numerals(lang),
            when: &time,
            names: &names,
        };
        let rows = page
            .data
            .into_iter()
            .map(|entry| {
                // The tenant that it was about stands in its own line already.
                let mut diff = entry.diff;
                if let Some(diff) = diff.as_object_mut()
                    && diff.get("tenant").and_then(Value::as_str) == entry.object_id.as_deref()
                {
                    diff.remove("tenant");
                }
                let of = tenants
                    .iter()
                    .find(|known| Some(known.id.to_string()) == entry.object_id);
                LogRow {
                    seq: entry.seq,
                    at: time(entry.at),
                    object: match entry.object_type.as_str() {
                        "tenant" => shell.w.log_tenant.to_owned(),
                        other => audit_words::thing(other, lang),
                    },
                    named: entry.object_id.as_ref().map(|id| {
                        let name = of.map(|known| known.name.get(lang));
                        name.unwrap_or_else(|| short(id)).to_owned()
                    }),
                    href: of.map(|known| format!("/?q={}", known.slug)),
                    action: audit_words::action(&entry.action, lang),
                    actor: if entry.actor_id == me {
                        shell.name.clone()
                    } else {
                        short(&entry.actor_id).to_owned()
                    },
                    told: teller.changes(&entry.object_type, &entry.action, &diff),
                }
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
    let mut tx = PlatformTx::begin(&app.db).await?;
    let known = tenants::list(&mut tx).await?;
    tx.commit().await?;
    let page = LogPage::new(
        Shell::new(spoken, &admin, "log"),
        spoken,
        &admin,
        page,
        &known,
        FULL,
    );
    spoken.answer(StatusCode::OK, page.render())
}

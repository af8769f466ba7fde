//! `/admin/audit`: the audit log for reading, filtering, checking and taking away.

use std::collections::HashMap;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use sadu_db::audit;
use sadu_domain::access::Permission;
use sadu_domain::arabic::Plural;
use sadu_domain::error::{Class, Code};
use sadu_domain::lang::Lang;
use serde::Deserialize;
use uuid::Uuid;

use super::audit_change::Teller;
use super::audit_row::Row;
use super::audit_words::{self, Trail};
use super::desk::{Asked, Shell};
use super::inbox::allow;
use super::view::When;
use crate::api::admin::audit::{page, state};
use crate::api::admin::audit_export;
use crate::api::admin::audit_wire::{AuditQuery, AuditState};
use crate::api::admin::items::catalog;
use crate::auth::TenantAdmin;
use crate::error::ApiResult;
use crate::state::App;

/// Entries on one page.
const ROWS: u32 = 30;
/// A log up to this long is checked with every page; a longer one when asked.
const CHECKED_ALWAYS: i64 = 20_000;

/// What is asked of the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    actor: String,
    action: String,
    object: String,
    from: String,
    to: String,
    cursor: Option<String>,
    check: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "admin/audit.html")]
struct Page<'a> {
    shell: Shell<'a>,
    t: &'static Trail,
    title: &'static str,
    which: &'a Which,
    filtered: bool,
    bad_from: bool,
    bad_to: bool,
    people: Vec<Choice>,
    actions: Vec<Choice>,
    verdict: Option<Verdict>,
    check_url: String,
    rows: Vec<Row>,
    older: Option<String>,
}

/// One line of a select.
struct Choice {
    value: String,
    word: String,
    chosen: bool,
}

/// Whether the log is whole, in words.
struct Verdict {
    whole: bool,
    text: String,
}

/// `GET /admin/audit`.
///
/// # Errors
/// `cursor.invalid`. A day that cannot be read is said beside its field.
pub async fn show(
    admin: TenantAdmin,
    asked: Asked,
    app: web::Data<App>,
    which: web::Query<Which>,
) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::AuditRead)?;
    let shell = asked.shell(&admin, "audit");
    let (lang, t) = (asked.lang, Trail::of(asked.lang));
    let some = |text: &str| Some(text.to_owned());
    let query = AuditQuery {
        actor: some(&which.actor),
        action: some(&which.action),
        object: some(&which.object),
        from: some(&which.from),
        to: some(&which.to),
        limit: Some(ROWS),
        cursor: which.cursor.clone(),
    };
    let (found, bad) = match page(&asked.tenant, &query).await {
        Ok(found) => (Some(found), Vec::new()),
        Err(error) if error.code.class() == Class::Invalid && !error.fields.is_empty() => {
            (None, error.fields)
        }
        Err(error) => return Err(error),
    };
    let mut tx = asked.tenant.read().await?;
    let people = audit::people(&mut tx).await?;
    let head = sadu_db::audit_chain::head(&mut tx).await?;
    tx.commit().await?;
    let check = which.check.is_some() || head.is_none_or(|(seq, _)| seq <= CHECKED_ALWAYS);
    let verdict = if check {
        Some(verdict(&shell, t, &state(&asked.tenant, &app).await?))
    } else {
        None
    };
    let choice = |value: &str, word: String, chosen: &str| Choice {
        value: value.to_owned(),
        word,
        chosen: value == chosen,
    };
    let mut persons: Vec<Choice> = people
        .iter()
        .map(|(id, name)| choice(&id.to_string(), name.clone(), &which.actor))
        .collect();
    persons.push(choice("system", t.system.to_owned(), &which.actor));
    let actions = audit_words::actions()
        .map(|name| choice(name, audit_words::action(name, lang), &which.action))
        .collect();
    let (data, cursor) = found.map_or((Vec::new(), None), |found| (found.data, found.next_cursor));
    let mut names: HashMap<Uuid, String> = people.into_iter().collect();
    for (item, _) in catalog(&asked.tenant).await? {
        let title = shell.frame.t(&item.title).to_owned();
        names.insert(item.id.as_uuid(), title);
    }
    names.retain(|_, name| !name.is_empty());
    let teller = Teller {
        lang,
        numerals: shell.frame.numerals(),
        when: &|at| When::new(&shell.frame, at).full,
        names: &names,
    };
    let rows = data
        .iter()
        .map(|item| Row::new(&shell, t, item, &teller))
        .collect();
    let blamed = |field: &str| bad.iter().any(|error| error.field == field);
    let status = if bad.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = Page {
        t,
        title: t.title,
        filtered: which.is_filtered(),
        bad_from: blamed("from"),
        bad_to: blamed("to"),
        people: persons,
        actions,
        verdict,
        check_url: which.address(Some(("check", "1"))),
        rows,
        older: cursor.map(|cursor| which.address(Some(("cursor", &cursor)))),
        which: &which,
        shell,
    };
    asked.answer(status, page.render())
}

/// `GET /admin/audit/export`: the file, or the way to prove oneself again first.
///
/// # Errors
/// `request.invalid` for an unknown form.
pub async fn export(
    admin: TenantAdmin,
    asked: Asked,
    app: web::Data<App>,
    query: web::Query<audit_export::ExportQuery>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    match audit_export::answer(&admin, (&asked.tenant, &app), query.format(), &request).await {
        Err(error) if error.code == Code::AuthStepUpRequired => Ok(HttpResponse::SeeOther()
            .insert_header((
                header::LOCATION,
                "/auth/login?again=1&return_to=%2Fadmin%2Faudit",
            ))
            .finish()),
        other => other,
    }
}

impl Which {
    fn is_filtered(&self) -> bool {
        [
            &self.actor,
            &self.action,
            &self.object,
            &self.from,
            &self.to,
        ]
        .iter()
        .any(|value| !value.trim().is_empty())
    }

    /// The page with the same filter, and one thing more.
    fn address(&self, more: Option<(&str, &str)>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("actor", self.actor.as_str()),
            ("action", self.action.as_str()),
            ("object", self.object.as_str()),
            ("from", self.from.as_str()),
            ("to", self.to.as_str()),
        ] {
            if !value.trim().is_empty() {
                query.append_pair(name, value);
            }
        }
        if let Some((name, value)) = more {
            query.append_pair(name, value);
        }
        format!("/admin/audit?{}", query.finish())
    }
}

fn verdict(shell: &Shell<'_>, t: &'static Trail, state: &AuditState) -> Verdict {
    let number = shell.frame.number(state.entries);
    let text = match state.first_bad {
        Some(seq) => t.broken.replace("{x}", &shell.frame.number(seq)),
        None => {
            let form = match (
                Plural::arabic(state.entries.unsigned_abs()),
                shell.frame.lang,
            ) {
                (Plural::One, _) => t.entries_one,
                (Plural::Two, Lang::Ar) => t.entries_two,
                (Plural::Few, Lang::Ar) => t.entries_few,
                (Plural::Many, Lang::Ar) => t.entries_many,
                _ => t.entries_other,
            };
            let whole = t.whole.replace("{x}", &form.replace('#', &number));
            match state.anchors.as_ref().and_then(|a| a.newest.as_ref()) {
                Some(newest) => {
                    let at = When::new(&shell.frame, newest.at).full;
                    format!("{whole} · {}", t.anchored.replace("{x}", &at))
                }
                None => whole,
            }
        }
    };
    Verdict {
        whole: state.whole,
        text,
    }
}

//! `/admin/audit`: the audit log for reading, filtering, checking and taking away.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::DateTime;
use sadu_db::audit;
use sadu_domain::access::Permission;
use sadu_domain::arabic::Plural;
use sadu_domain::error::{Class, Code};
use sadu_domain::lang::Lang;
use sadu_domain::money::Fils;
use sadu_domain::order::OrderStatus;
use serde::Deserialize;
use serde_json::Value;

use super::audit_words::{self, ACTIONS, Trail};
use super::desk::{Asked, Shell};
use super::inbox::allow;
use super::view::When;
use super::words;
use crate::api::admin::audit::{AuditItem, AuditQuery, AuditState, page, state};
use crate::api::admin::audit_export;
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

/// One entry.
struct Row {
    seq: String,
    at: When,
    who: String,
    role: String,
    through: bool,
    what: String,
    thing: String,
    /// Address of the thing's own page.
    href: Option<String>,
    place: Option<String>,
    agent: Option<String>,
    request: Option<String>,
    hash: String,
    changes: Vec<Change>,
    /// Something stood there before.
    has_before: bool,
}

/// One field of an entry.
struct Change {
    field: String,
    before: String,
    after: String,
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
    let actions = ACTIONS
        .iter()
        .map(|(name, _, _)| choice(name, audit_words::action(name, lang), &which.action))
        .collect();
    let (data, cursor) = found.map_or((Vec::new(), None), |found| (found.data, found.next_cursor));
    let rows = data
        .iter()
        .map(|item| Row::new(&shell, t, item, &people))
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

impl Row {
    fn new(
        shell: &Shell<'_>,
        t: &'static Trail,
        item: &AuditItem,
        people: &[(uuid::Uuid, String)],
    ) -> Self {
        let lang = shell.frame.lang;
        let who = match &item.actor.name {
            Some(name) => name.clone(),
            None if item.actor.id == "system" => t.system.to_owned(),
            None => short(&item.actor.id).to_owned(),
        };
        let changes = changes(shell, t, &item.diff, people);
        let thing = match &item.object.id {
            Some(id) => format!(
                "{} {}",
                audit_words::thing(&item.object.kind, lang),
                short(id)
            ),
            None => audit_words::thing(&item.object.kind, lang),
        };
        Self {
            seq: shell.frame.number(item.seq),
            at: When::new(&shell.frame, item.at),
            role: audit_words::role(&item.actor.role, lang),
            through: item.actor.via.is_some(),
            what: audit_words::action(&item.action, lang),
            href: item
                .object
                .id
                .as_ref()
                .filter(|_| item.object.kind == "order")
                .map(|id| format!("/admin/inbox/{id}")),
            place: item.ip.clone(),
            agent: item.user_agent.clone(),
            request: item.request_id.clone(),
            hash: item.hash.clone(),
            has_before: changes.iter().any(|change| !change.before.is_empty()),
            who,
            thing,
            changes,
        }
    }
}

/// Enough of an id to tell it from the others on the page.
fn short(id: &str) -> &str {
    let parts = id.rsplit('-').next().unwrap_or(id);
    if id.len() == 36 { parts } else { id }
}

/// Before and after, field by field; what stands outside of both is what came with it.
fn changes(
    shell: &Shell<'_>,
    t: &'static Trail,
    diff: &Value,
    people: &[(uuid::Uuid, String)],
) -> Vec<Change> {
    let Some(map) = diff.as_object() else {
        return Vec::new();
    };
    let part = |name: &str| map.get(name).and_then(Value::as_object);
    let (before, after) = (part("before"), part("after"));
    let mut names: Vec<&String> = Vec::new();
    for name in before.into_iter().chain(after).flat_map(|part| part.keys()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let write = |name: &str, value: Option<&Value>| {
        value.map_or_else(String::new, |value| said(shell, t, name, value, people))
    };
    let mut all: Vec<Change> = names
        .into_iter()
        .map(|name| Change {
            field: audit_words::field(name, shell.frame.lang),
            before: write(name, before.and_then(|part| part.get(name))),
            after: write(name, after.and_then(|part| part.get(name))),
        })
        .collect();
    for (name, value) in map {
        let both = matches!(name.as_str(), "before" | "after") && value.is_object();
        if !both {
            all.push(Change {
                field: audit_words::field(name, shell.frame.lang),
                before: String::new(),
                after: write(name, Some(value)),
            });
        }
    }
    all
}

/// One value as people read it.
fn said(
    shell: &Shell<'_>,
    t: &'static Trail,
    name: &str,
    value: &Value,
    people: &[(uuid::Uuid, String)],
) -> String {
    let lang = shell.frame.lang;
    match value {
        Value::Null => t.nothing.to_owned(),
        Value::Bool(true) => t.yes.to_owned(),
        Value::Bool(false) => t.no.to_owned(),
        Value::Number(number) => match (name, number.as_i64()) {
            ("paid" | "amount" | "total" | "excess" | "price" | "target", Some(fils)) => {
                shell.frame.numerals().exact(Fils::new(fils)).plain()
            }
            _ => shell.frame.number(number),
        },
        Value::String(text) => match name {
            "status" => text
                .parse::<OrderStatus>()
                .map_or_else(|_| text.clone(), |s| words::status(s, lang).word.to_owned()),
            "role" => audit_words::role(text, lang),
            "owner" => people
                .iter()
                .find(|(id, _)| id.to_string() == *text)
                .map_or_else(|| text.clone(), |(_, name)| name.clone()),
            _ => match DateTime::parse_from_rfc3339(text) {
                Ok(at) => When::new(&shell.frame, at.to_utc()).full,
                Err(_) => text.clone(),
            },
        },
        Value::Array(values) => {
            let comma = if shell.frame.is_ar() { "، " } else { ", " };
            let each: Vec<String> = values
                .iter()
                .map(|value| match value {
                    Value::String(word) => audit_words::field(word, lang),
                    other => said(shell, t, name, other, people),
                })
                .collect();
            each.join(comma)
        }
        // A text in both languages, mostly.
        Value::Object(fields) => {
            let each = fields
                .values()
                .filter(|value| **value != "")
                .map(|value| said(shell, t, name, value, people));
            each.collect::<Vec<_>>().join(" · ")
        }
    }
}

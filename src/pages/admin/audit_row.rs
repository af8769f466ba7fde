//! One entry of the audit log as people read it: who, what, and each field before and after.

use chrono::DateTime;
use sadu_domain::money::Fils;
use sadu_domain::order::OrderStatus;
use serde_json::Value;

use super::audit_words::{self, Trail};
use super::desk::Shell;
use super::view::When;
use super::words;
use crate::api::admin::audit_wire::AuditItem;

/// One entry.
pub(super) struct Row {
    pub(super) seq: String,
    pub(super) at: When,
    pub(super) who: String,
    pub(super) role: String,
    pub(super) through: bool,
    pub(super) what: String,
    pub(super) thing: String,
    /// Address of the thing's own page.
    pub(super) href: Option<String>,
    pub(super) place: Option<String>,
    pub(super) agent: Option<String>,
    pub(super) request: Option<String>,
    pub(super) hash: String,
    pub(super) changes: Vec<Change>,
    /// Something stood there before.
    pub(super) has_before: bool,
}

/// One field of an entry.
pub(super) struct Change {
    pub(super) field: String,
    pub(super) before: String,
    pub(super) after: String,
}

impl Row {
    pub(super) fn new(
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

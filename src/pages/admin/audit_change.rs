//! The fields of an entry of an audit log, before and after, as people read them: what did not change is left out, ids are names, and each
//! language of a text stands by itself. The tenant's log and the platform's are told by the same [`Teller`].

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sadu_domain::catalog::{ItemKind, ItemStatus};
use sadu_domain::lang::Lang;
use sadu_domain::money::Fils;
use sadu_domain::order::OrderStatus;
use sadu_domain::tenant::TenantStatus;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::audit_words::{self, Trail};
use super::{item_words, words};
use crate::pages::format::Numerals;
use crate::pages::platform::words as platform_words;

/// A hash is told from others by its beginning.
const HASH_SHOWN: usize = 12;

/// One text of a value. A value has several where it is written in both languages, or is a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages) struct Part {
    /// The language it is written in, where that is known.
    pub(in crate::pages) lang: Option<&'static str>,
    /// The text.
    pub(in crate::pages) text: String,
}

/// One field of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages) struct Change {
    /// Its word.
    pub(in crate::pages) field: String,
    /// What stood there; nothing for what came with the act.
    pub(in crate::pages) before: Vec<Part>,
    /// What stands there since.
    pub(in crate::pages) after: Vec<Part>,
}

/// How the pages of one log write numbers, times and names.
pub(in crate::pages) struct Teller<'a> {
    /// Language of the page.
    pub(in crate::pages) lang: Lang,
    /// Its digits.
    pub(in crate::pages) numerals: Numerals,
    /// A time.
    pub(in crate::pages) when: &'a dyn Fn(DateTime<Utc>) -> String,
    /// Names of what has an id: people, items, tenants.
    pub(in crate::pages) names: &'a HashMap<Uuid, String>,
}

/// Enough of an id to tell it from the others on the page.
pub(in crate::pages) fn short(id: &str) -> &str {
    let last = id.rsplit('-').next().unwrap_or(id);
    if id.len() == 36 { last } else { id }
}

impl Teller<'_> {
    /// What has this id, by its name.
    pub(in crate::pages) fn name(&self, id: &str) -> Option<&str> {
        let id: Uuid = id.parse().ok()?;
        self.names.get(&id).map(String::as_str)
    }

    /// Before and after of a thing of this kind, field by field; what stands outside of both is what came with it.
    pub(in crate::pages) fn changes(&self, thing: &str, action: &str, diff: &Value) -> Vec<Change> {
        let Some(map) = diff.as_object() else {
            return Vec::new();
        };
        let part = |name: &str| map.get(name).and_then(Value::as_object);
        let nothing = Map::new();
        let (before, after) = (part("before"), part("after"));
        let paired = before.is_some() && after.is_some();
        let (before, after) = (before.unwrap_or(&nothing), after.unwrap_or(&nothing));
        let mut all = Vec::new();
        let mut seen: Vec<&String> = Vec::new();
        for name in before.keys().chain(after.keys()) {
            if !seen.contains(&name) {
                seen.push(name);
                all.extend(self.change(thing, name, (before.get(name), after.get(name)), paired));
            }
        }
        let scalar = |name: &str| map.get(name).filter(|value| !value.is_object());
        if scalar("before").is_some() || scalar("after").is_some() {
            // One value, as the state of a tenant or its plan.
            let name = if action == "tenant.set_plan" {
                "plan"
            } else {
                "status"
            };
            all.extend(self.change(thing, name, (scalar("before"), scalar("after")), true));
        }
        for (name, value) in map {
            if !matches!(name.as_str(), "before" | "after") {
                all.extend(self.change(thing, name, (None, Some(value)), false));
            }
        }
        all
    }

    /// One field; none where nothing changed. With `paired` what is missing after is told to be gone.
    fn change(
        &self,
        thing: &str,
        name: &str,
        (before, after): (Option<&Value>, Option<&Value>),
        paired: bool,
    ) -> Option<Change> {
        let (mut was, mut is) = (before.cloned(), after.cloned());
        if was == is {
            return None;
        }
        if let (Some(Value::Object(was)), Some(Value::Object(is))) = (&mut was, &mut is) {
            let same: Vec<String> = was
                .iter()
                .filter(|(name, value)| is.get(*name) == Some(value))
                .map(|(name, _)| name.clone())
                .collect();
            for name in same {
                was.remove(&name);
                is.remove(&name);
            }
        }
        let told = |value: &Option<Value>| {
            value
                .as_ref()
                .map_or_else(Vec::new, |value| self.said(thing, name, value))
        };
        let (mut before, mut after) = (told(&was), told(&is));
        if before.is_empty() && after.is_empty() {
            return None;
        }
        let nothing = || Part {
            lang: None,
            text: Trail::of(self.lang).nothing.to_owned(),
        };
        if paired && was.is_some() && is.is_some() {
            if before.is_empty() {
                before.push(nothing());
            }
            if after.is_empty() {
                after.push(nothing());
            }
        } else if is.is_none() {
            // What was deleted, or what tells whom it was about.
            after = std::mem::take(&mut before);
        }
        Some(Change {
            field: audit_words::field(name, self.lang),
            before,
            after,
        })
    }

    /// One value; nothing for what is empty.
    fn said(&self, thing: &str, name: &str, value: &Value) -> Vec<Part> {
        let one = |text: String| vec![Part { lang: None, text }];
        let t = Trail::of(self.lang);
        match value {
            Value::Null => Vec::new(),
            Value::Bool(true) => one(t.yes.to_owned()),
            Value::Bool(false) => one(t.no.to_owned()),
            Value::Number(number) => one(match (is_money(name), number.as_i64()) {
                (true, Some(fils)) => self.numerals.exact(Fils::new(fils)).plain(),
                _ => self.numerals.digits(number.to_string()),
            }),
            Value::String(text) if text.is_empty() => Vec::new(),
            Value::String(text) => one(self.word(thing, name, text)),
            Value::Array(values) => values
                .iter()
                .flat_map(|value| self.said(thing, name, value))
                .collect(),
            Value::Object(fields) => fields
                .iter()
                .flat_map(|(key, value)| {
                    let lang = match key.as_str() {
                        "ar" => Some("ar"),
                        "en" => Some("en"),
                        _ => None,
                    };
                    let mut parts = self.said(thing, key, value);
                    for part in &mut parts {
                        part.lang = part.lang.or(lang);
                    }
                    parts
                })
                .collect(),
        }
    }

    fn word(&self, thing: &str, name: &str, text: &str) -> String {
        let lang = self.lang;
        let known = match (name, thing) {
            ("status", "item") => text
                .parse::<ItemStatus>()
                .ok()
                .map(|status| item_words::status(status, lang).0.to_owned()),
            ("status", "tenant") => text
                .parse::<TenantStatus>()
                .ok()
                .map(|status| platform_words::status(status, lang).0.to_owned()),
            ("status", "order") => text
                .parse::<OrderStatus>()
                .ok()
                .map(|status| words::status(status, lang).word.to_owned()),
            ("kind", "item") => text
                .parse::<ItemKind>()
                .ok()
                .map(|kind| item_words::kind(kind, lang).to_owned()),
            ("role", _) => Some(audit_words::role(text, lang)),
            // Names of fields.
            ("fields", _) => Some(audit_words::field(text, lang)),
            (
                "status" | "overfunding" | "why" | "digits" | "invitation" | "languages"
                | "default_language",
                _,
            ) => audit_words::value(text, lang),
            _ => None,
        };
        if let Some(known) = known {
            return known;
        }
        if let Some(known) = self.name(text) {
            return known.to_owned();
        }
        if text.parse::<Uuid>().is_ok() {
            return short(text).to_owned();
        }
        if matches!(name, "sha256" | "audit_hash") {
            return text.chars().take(HASH_SHOWN).collect();
        }
        match DateTime::parse_from_rfc3339(text) {
            Ok(at) => (self.when)(at.to_utc()),
            Err(_) => text.to_owned(),
        }
    }
}

fn is_money(name: &str) -> bool {
    matches!(
        name,
        "paid"
            | "amount"
            | "total"
            | "excess"
            | "price"
            | "target"
            | "suggested"
            | "min"
            | "max"
            | "gram"
    )
}

#[cfg(test)]
#[path = "audit_change_tests.rs"]
mod tests;

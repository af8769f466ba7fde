//! One entry of the audit log as people read it: who, what, and each field before and after.

use super::audit_change::{Change, Teller, short};
use super::audit_words::{self, Trail};
use super::content_words;
use super::desk::Shell;
use super::view::When;
use crate::api::admin::audit_wire::AuditItem;

/// One entry.
pub(super) struct Row {
    pub(super) seq: String,
    pub(super) at: When,
    pub(super) who: String,
    pub(super) role: String,
    pub(super) through: bool,
    pub(super) what: String,
    /// What kind of thing it was done to.
    pub(super) thing: String,
    /// Which one: its name, or the end of its id.
    pub(super) named: Option<String>,
    /// Address of the thing's own page.
    pub(super) href: Option<String>,
    pub(super) place: Option<String>,
    pub(super) agent: Option<String>,
    pub(super) request: Option<String>,
    pub(super) hash: String,
    pub(super) changes: Vec<Change>,
}

impl Row {
    pub(super) fn new(
        shell: &Shell<'_>,
        t: &'static Trail,
        item: &AuditItem,
        teller: &Teller<'_>,
    ) -> Self {
        let lang = shell.frame.lang;
        let who = match &item.actor.name {
            Some(name) => name.clone(),
            None if item.actor.id == "system" => t.system.to_owned(),
            None => short(&item.actor.id).to_owned(),
        };
        let changes = teller.changes(&item.object.kind, &item.action, &item.diff);
        let named = item.object.id.as_ref().map(|id| {
            let page = id.parse().ok().filter(|_| item.object.kind == "page");
            match (page, teller.name(id)) {
                (Some(page), _) => content_words::page(page, lang).to_owned(),
                (None, Some(name)) => name.to_owned(),
                (None, None) => short(id).to_owned(),
            }
        });
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
                .and_then(|id| match item.object.kind.as_str() {
                    "order" => Some(format!("/admin/inbox/{id}")),
                    // What was deleted has no page.
                    "item" if teller.name(id).is_some() => Some(format!("/admin/items/{id}")),
                    _ => None,
                }),
            place: item.ip.clone(),
            agent: item.user_agent.clone(),
            request: item.request_id.clone(),
            hash: item.hash.clone(),
            who,
            thing: audit_words::thing(&item.object.kind, lang),
            named,
            changes,
        }
    }
}

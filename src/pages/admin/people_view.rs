//! What the page of the people shows.

use askama::Template;
use chrono::Utc;
use sadu_domain::access::Role;

use super::desk::Shell;
use super::people_words::People;
use super::room::Room;
use super::view::When;
use super::words;
use crate::api::admin::user_wire::UserJson;

/// The page.
#[derive(Template)]
#[template(path = "admin/people.html")]
pub(super) struct Page<'a> {
    pub(super) shell: Shell<'a>,
    pub(super) p: &'static People,
    pub(super) title: &'static str,
    pub(super) room: Room,
    pub(super) people: Vec<Person>,
    /// Where identity is confirmed, while that is needed before anything can be changed.
    pub(super) prove: Option<String>,
    pub(super) done: Option<&'static str>,
    pub(super) refused: Option<String>,
    pub(super) link: Option<NewLink>,
    pub(super) form: Form,
}

/// Somebody on the list.
pub(super) struct Person {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) role: &'static str,
    pub(super) is_admin: bool,
    pub(super) you: bool,
    pub(super) state: String,
    pub(super) tone: &'static str,
    pub(super) seen: Option<When>,
    pub(super) enabled: bool,
    /// Never came: may get a new link.
    pub(super) awaited: bool,
    /// There is a link to take back.
    pub(super) open: bool,
}

/// A link that was just made.
pub(super) struct NewLink {
    pub(super) address: String,
    pub(super) title: String,
    pub(super) body: String,
}

/// The invitation as it was typed.
#[derive(Default)]
pub(super) struct Form {
    pub(super) email: String,
    pub(super) name: String,
    pub(super) is_admin: bool,
    pub(super) email_error: Option<String>,
    pub(super) name_error: Option<String>,
}

/// A Latin word that keeps its own direction inside an Arabic sentence (FSI … PDI).
pub(super) fn isolated(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

impl Person {
    pub(super) fn new(shell: &Shell<'_>, p: &'static People, user: &UserJson) -> Self {
        let state = user
            .invitation
            .as_ref()
            .map(|open| (open.state, open.expires_at));
        let (word, tone) = match (user.status.as_str(), state) {
            ("disabled", _) => (p.disabled.to_owned(), "danger"),
            ("active", _) => (p.active.to_owned(), "success"),
            (_, Some(("open", until))) => {
                let until = When::new(&shell.frame, until).full;
                (p.invited.replace("{x}", &until), "warning")
            }
            (_, Some(("expired", _))) => (p.expired.to_owned(), "plain"),
            (_, Some(_)) => (p.withdrawn.to_owned(), "plain"),
            (_, None) => (p.waiting.to_owned(), "warning"),
        };
        Self {
            id: user.id.to_string(),
            name: user.name.clone(),
            email: user.email.clone(),
            role: words::role(user.role, shell.frame.lang),
            is_admin: user.role == Role::TenantAdmin,
            you: user.id == shell.me.user_id,
            state: word,
            tone,
            seen: user
                .last_seen_at
                .map(|at| When::new(&shell.frame, at.min(Utc::now()))),
            enabled: user.status != "disabled",
            awaited: user.status == "invited",
            open: matches!(state, Some(("open" | "expired", _))),
        }
    }
}

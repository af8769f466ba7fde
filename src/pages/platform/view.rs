//! What the console's templates show.

use std::future::{Ready, ready};

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};
use sadu_db::platform::tenants::Listed;
use sadu_domain::error::{Code, FieldError};
use sadu_domain::lang::Lang;
use sadu_domain::money::Fils;
use sadu_domain::tenant::local_day;
use sadu_domain::tenant::{Digits, TenantStatus};

use super::words::{self, Console};
use crate::api::platform::audit::AuditPage;
use crate::assets;
use crate::auth::PlatformAdmin;
use crate::error::ApiError;
use crate::middleware::tenant::language;
use crate::pages::admin::audit_words;
use crate::pages::format::{Amount, Numerals, clock};
use crate::state::App;

/// Holds a language and nothing else.
const CHOICE: &str = "lang";
/// Where those who run the platform are.
const ZONE: &str = "Asia/Kuwait";

/// The language of a page of the console, and whether this request chose it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spoken {
    /// The language.
    pub(super) lang: Lang,
    chosen: bool,
    secure: bool,
}

impl FromRequest for Spoken {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let wanted = url::form_urlencoded::parse(request.query_string().as_bytes())
            .find(|(key, _)| key == "lang")
            .and_then(|(_, value)| value.parse::<Lang>().ok());
        let kept = request
            .cookie(CHOICE)
            .and_then(|cookie| cookie.value().parse().ok());
        let secure = request
            .app_data::<web::Data<App>>()
            .is_some_and(|app| app.site.scheme == "https");
        ready(Ok(Self {
            lang: wanted.or(kept).unwrap_or_else(|| language(request)),
            chosen: wanted.is_some(),
            secure,
        }))
    }
}

impl Spoken {
    /// The answer: a page, or our own fault. Remembers the language that was chosen.
    ///
    /// # Errors
    /// `internal` when the template failed.
    pub(super) fn answer(
        self,
        status: StatusCode,
        page: askama::Result<String>,
    ) -> Result<HttpResponse, ApiError> {
        let body = page.map_err(|error| {
            tracing::error!(%error, "a page of the console was not rendered");
            ApiError::code(Code::Internal)
        })?;
        let mut answer = HttpResponse::build(status);
        answer
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CONTENT_LANGUAGE, self.lang.as_str()));
        if self.chosen {
            let cookie = Cookie::build(CHOICE, self.lang.as_str())
                .path("/")
                .max_age(Duration::days(365))
                .same_site(SameSite::Lax)
                .secure(self.secure)
                .finish();
            answer.cookie(cookie);
        }
        Ok(answer.body(body))
    }

    /// `24/11/2026 14:02`, in Kuwait.
    fn time(self, at: DateTime<Utc>) -> String {
        format!(
            "{} {}",
            local_day(at, ZONE).format("%Y-%m-%d"),
            clock(at, ZONE)
        )
    }

    fn numerals(self) -> Numerals {
        Numerals {
            lang: self.lang,
            digits: Digits::Latin,
        }
    }
}

/// What every page of the console is put into.
#[derive(Debug)]
pub(super) struct Shell {
    /// Language.
    pub(super) lang: Lang,
    /// Words.
    pub(super) w: &'static Console,
    /// Who is signed in.
    pub(super) name: String,
    /// Proof for this session's forms.
    pub(super) csrf: String,
    /// `tenants` or `log`.
    pub(super) section: &'static str,
}

impl Shell {
    /// For this person.
    #[must_use]
    pub(super) fn new(spoken: Spoken, admin: &PlatformAdmin, section: &'static str) -> Self {
        Self {
            lang: spoken.lang,
            w: Console::of(spoken.lang),
            name: admin.admin.name.clone(),
            csrf: admin.csrf_token().unwrap_or_default(),
            section,
        }
    }

    /// Address of a stylesheet.
    #[must_use]
    pub(super) fn asset(&self, path: &str) -> String {
        assets::url(path)
    }
}

/// A form that was sent and came back.
#[derive(Debug, Default, Clone)]
pub(super) struct Tried {
    /// Of which tenant.
    pub(super) tenant: String,
    /// `act-as`, `suspend` or `activate`.
    pub(super) form: &'static str,
    /// As it was typed.
    pub(super) reason: String,
    /// As it was typed.
    pub(super) ticket: String,
    /// As it was typed.
    pub(super) minutes: String,
    /// As it was ticked.
    pub(super) write: bool,
    /// What no field can mend.
    pub(super) refused: Option<&'static str>,
    /// What to mend, by field.
    pub(super) faults: Vec<FieldError>,
}

/// One tenant.
#[derive(Debug)]
pub(super) struct Row {
    /// Its id.
    pub(super) id: String,
    /// Its name in the page's language.
    pub(super) name: String,
    /// Its name in the other one.
    pub(super) other_name: String,
    /// Its label.
    pub(super) slug: String,
    /// Charity or shop.
    pub(super) kind: &'static str,
    /// Word of its state.
    pub(super) state: &'static str,
    /// Tone of its state.
    pub(super) tone: &'static str,
    /// Address of its site; none while it shows no pages.
    pub(super) site: Option<String>,
    /// It may be switched off.
    pub(super) may_stop: bool,
    /// It may be switched on.
    pub(super) may_start: bool,
    /// Money that arrived.
    pub(super) raised: Amount,
    /// Gifts and orders.
    pub(super) donors: i64,
    /// People who may work there.
    pub(super) staff: i64,
    /// Names of its own.
    pub(super) domains: i64,
    /// Since when.
    pub(super) since: String,
    /// What was typed into one of its forms.
    pub(super) tried: Tried,
}

impl Row {
    /// A row; `tried` is what was typed into one of its forms.
    #[must_use]
    pub(super) fn new(app: &App, spoken: Spoken, listed: &Listed, tried: Option<&Tried>) -> Self {
        let (state, tone) = words::status(listed.status, spoken.lang);
        let host = format!("{}.{}", listed.slug, app.site.base_domain);
        let id = listed.id.to_string();
        Self {
            name: listed.name.get(spoken.lang).to_owned(),
            other_name: listed.name.get(spoken.lang.other()).to_owned(),
            slug: listed.slug.clone(),
            kind: words::kind(listed.kind, spoken.lang),
            state,
            tone,
            site: listed
                .status
                .serves_pages()
                .then(|| format!("{}/", app.site.origin(&host))),
            may_stop: listed.status.serves_pages(),
            may_start: !matches!(
                listed.status,
                TenantStatus::Active | TenantStatus::Trial | TenantStatus::Closed
            ),
            raised: spoken.numerals().short(Fils::new(listed.raised)),
            donors: listed.donors,
            staff: listed.staff,
            domains: listed.domains,
            since: local_day(listed.created_at, ZONE)
                .format("%Y-%m-%d")
                .to_string(),
            tried: tried
                .filter(|tried| tried.tenant == id)
                .cloned()
                .unwrap_or_default(),
            id,
        }
    }

    /// Whether this form came back.
    #[must_use]
    pub(super) fn open(&self, form: &str) -> bool {
        self.tried.form == form
    }

    /// What to mend about a field of a form that came back.
    #[must_use]
    pub(super) fn fault(&self, form: &str, field: &str, lang: &Lang) -> Option<&str> {
        let faults = self.open(form).then_some(&self.tried.faults)?;
        faults
            .iter()
            .find(|fault| fault.field == field)
            .map(|fault| fault.message.get(*lang))
    }
}

/// `/`.
#[derive(Template)]
#[template(path = "platform/tenants.html")]
pub(super) struct TenantsPage {
    /// Shell.
    pub(super) shell: Shell,
    /// What was looked for.
    pub(super) q: String,
    /// Something was just done.
    pub(super) done: bool,
    /// The tenants.
    pub(super) rows: Vec<Row>,
}

/// The way into a tenant.
#[derive(Template)]
#[template(path = "platform/going.html")]
pub(super) struct GoingPage {
    /// Shell.
    pub(super) shell: Shell,
    /// Where to.
    pub(super) url: String,
}

/// One entry of the log.
#[derive(Debug)]
pub(super) struct LogRow {
    /// Its number.
    pub(super) seq: i64,
    /// When, in Kuwait.
    pub(super) at: String,
    /// `noun.verb`.
    pub(super) action: String,
    /// On which thing.
    pub(super) object: String,
    /// Who.
    pub(super) actor: String,
    /// Names and values of what is told of it.
    pub(super) told: Vec<(String, String)>,
}

/// `/audit`.
#[derive(Template)]
#[template(path = "platform/log.html")]
pub(super) struct LogPage {
    /// Shell.
    pub(super) shell: Shell,
    /// Entries, newest first.
    pub(super) rows: Vec<LogRow>,
    /// How many there are in all.
    pub(super) entries: i64,
    /// Where the chain breaks.
    pub(super) first_bad: Option<i64>,
    /// Entries before this number are on the next page.
    pub(super) older: Option<i64>,
}

impl LogPage {
    /// A page of the log; `full` is how many entries a page has.
    #[must_use]
    pub(super) fn new(
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
                at: spoken.time(entry.at),
                object: match &entry.object_id {
                    Some(id) => format!("{} {id}", thing(&entry.object_type)),
                    None => thing(&entry.object_type),
                },
                action: audit_words::action(&entry.action, spoken.lang),
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
                        (audit_words::field(name, spoken.lang), value)
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

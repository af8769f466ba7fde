//! [`Asked`]: what a staff page's handler needs to know of a request, and [`Shell`]: what every staff page is put into.
//! The language is [`Spoken`].

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use sadu_actors::{TenantHandle, TenantSnapshot};
use sadu_db::sessions::Acting;
use sadu_domain::access::{Permission, Role};
use sadu_domain::error::Code;
use sadu_domain::lang::Lang;
use sadu_domain::order::{OrderKind, OrderStatus};
use serde_json::json;

use super::words::{self, Desk, Live};
use super::{icons, view};
use crate::auth::Identity;
use crate::error::ApiError;
use crate::middleware::tenant::Visit;
use crate::pages::format::clock;
use crate::pages::frame::Frame;
use crate::pages::spoken::Spoken;
use crate::state::App;

/// How many days before its end an administrator is reminded of the licence: long enough to have it renewed.
const LICENCE_WARNING_DAYS: i64 = 30;

/// The tenant, its snapshot and the language of the page.
#[derive(Debug)]
pub struct Asked {
    /// The tenant.
    pub tenant: TenantHandle,
    /// How it looks now.
    pub snapshot: Arc<TenantSnapshot>,
    /// Language of the page.
    pub lang: Lang,
    spoken: Spoken,
    /// Path and query of the page, without the choice of a language.
    here: String,
    origin: String,
}

impl Asked {
    /// The frame of a page in this language.
    #[must_use]
    pub fn frame(&self) -> Frame<'_> {
        Frame::new(&self.snapshot.tenant, self.lang, &self.origin)
    }

    /// What the page of `section` is put into.
    #[must_use]
    pub fn shell<'a>(&'a self, me: &'a Identity, section: &'static str) -> Shell<'a> {
        Shell {
            frame: self.frame(),
            d: Desk::of(self.lang),
            l: Live::of(self.lang),
            me,
            section,
            other: self.with_lang(self.lang.other()),
        }
    }

    fn with_lang(&self, lang: Lang) -> String {
        let joint = if self.here.contains('?') { '&' } else { '?' };
        format!("{}{joint}lang={lang}", self.here)
    }

    /// The answer: a page, or our own fault. Remembers the language that was chosen.
    ///
    /// # Errors
    /// `internal` when the template failed.
    pub fn answer(
        &self,
        status: StatusCode,
        page: askama::Result<String>,
    ) -> Result<HttpResponse, ApiError> {
        self.spoken.answer(status, page)
    }
}

impl FromRequest for Asked {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = match Visit::from_request(request, payload).into_inner() {
            Ok(visit) => visit,
            Err(error) => return ready(Err(error)),
        };
        let (Some(tenant), Some(app)) = (visit.tenant, request.app_data::<web::Data<App>>()) else {
            return ready(Err(ApiError::code(Code::TenantNotFound)));
        };
        // A page that a form was sent to is shown again at an address of its own.
        let path = match request.path() {
            path if path.starts_with("/admin/users/") => "/admin/users",
            path if path.starts_with("/admin/domains/") => "/admin/domains",
            "/admin/inbox/find" => "/admin/inbox",
            path => ["/confirm-transfer", "/reveal"]
                .into_iter()
                .fold(path, |path, form| path.trim_end_matches(form)),
        };
        let here = Spoken::here(request, path);
        let spoken = Spoken::of(request);
        ready(Ok(Self {
            snapshot: tenant.snapshot(),
            tenant,
            lang: spoken.lang,
            spoken,
            here,
            origin: app.site.origin(&visit.host),
        }))
    }
}

/// What every staff page is put into.
pub struct Shell<'a> {
    /// Language, tenant, addresses.
    pub frame: Frame<'a>,
    /// Words of the server.
    pub d: &'static Desk,
    /// Words that scripts write too.
    pub l: &'static Live,
    /// Who is signed in.
    pub me: &'a Identity,
    /// `inbox`, `items`, `funding`, `people`, `audit`, `settings`, `pages`, `domains` or `account`.
    pub section: &'static str,
    /// This page in the other language.
    pub other: String,
}

impl Shell<'_> {
    /// An icon as HTML.
    #[must_use]
    pub fn icon(&self, name: &str) -> String {
        icons::icon(name)
    }

    /// All icons as HTML.
    #[must_use]
    pub fn sprite(&self) -> &'static str {
        icons::sprite()
    }

    /// Proof for this session's forms.
    #[must_use]
    pub fn csrf(&self) -> String {
        self.me.csrf_token().unwrap_or_default()
    }

    /// Somebody of the platform who looks in; none for the tenant's own people.
    #[must_use]
    pub fn acting(&self) -> Option<&Acting> {
        self.me.acting.as_ref()
    }

    /// When such a session ends: RFC 3339, and the clock time there.
    #[must_use]
    pub fn acting_until(&self) -> (String, String) {
        let until = self.me.expires_at();
        let time = clock(until, &self.frame.tenant.timezone);
        (
            until.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            self.frame.number(time),
        )
    }

    /// May look at a donor's details.
    #[must_use]
    pub fn may_reveal(&self) -> bool {
        self.me.demand(Permission::DonorReveal).is_ok()
    }

    /// May take orders on and mark them as done.
    #[must_use]
    pub fn may_work(&self) -> bool {
        self.me.demand(Permission::InboxWork).is_ok()
    }

    /// May say that a transfer has arrived.
    #[must_use]
    pub fn may_confirm(&self) -> bool {
        self.me.demand(Permission::ConfirmTransfer).is_ok()
    }

    /// Somebody who may change nothing here.
    #[must_use]
    pub fn only_looks(&self) -> bool {
        self.acting().is_some_and(|acting| !acting.write)
    }

    /// May see the funding page.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.me.role == Role::TenantAdmin
    }

    /// What an administrator is told of the licence when it ended or soon will, and how grave that is.
    #[must_use]
    pub fn licence_due(&self) -> Option<(&'static str, String)> {
        let last = self.frame.tenant.licence.as_ref()?.valid_until?;
        let left = last.signed_duration_since(self.frame.today()).num_days();
        if !self.is_admin() || left > LICENCE_WARNING_DAYS {
            return None;
        }
        let (tone, said) = match (left < 0, self.frame.is_shop()) {
            (true, false) => ("danger", self.d.licence_ended),
            (true, true) => ("danger", self.d.licence_ended_shop),
            (false, _) => ("warning", self.d.licence_ends),
        };
        Some((tone, said.replace("{day}", &self.frame.day(&last))))
    }

    /// The word of the person's role.
    #[must_use]
    pub fn role(&self) -> &'static str {
        match self.me.acting {
            Some(_) => self.d.acting_role,
            None => words::role(self.me.role, self.frame.lang),
        }
    }

    /// The name of the funding section.
    #[must_use]
    pub fn funding(&self) -> &'static str {
        if self.frame.is_shop() {
            self.d.funding_shop
        } else {
            self.d.funding
        }
    }

    /// What scripts need to know, as JSON that may stand inside a `<script>`.
    #[must_use]
    pub fn facts(&self) -> String {
        let lang = self.frame.lang;
        let kinds: serde_json::Map<_, _> = OrderKind::ALL
            .iter()
            .map(|k| (k.to_string(), json!(words::kind(*k, lang))))
            .collect();
        let states: serde_json::Map<_, _> = OrderStatus::ALL
            .iter()
            .map(|s| (s.to_string(), json!(words::status(*s, lang))))
            .collect();
        let methods: serde_json::Map<_, _> = sadu_domain::order::PaymentMethod::ALL
            .iter()
            .map(|m| (m.to_string(), json!(m.label(lang))))
            .collect();
        json!({
            "words": self.l,
            "kinds": kinds,
            "states": states,
            "methods": methods,
            "me": { "id": self.me.user_id, "name": self.me.name },
            "csrf": self.csrf(),
            "months": view::MONTHS.map(|month| month.get(lang)),
        })
        .to_string()
        .replace('<', "\\u003c")
    }
}

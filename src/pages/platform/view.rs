//! What the console's templates show.

use askama::Template;
use chrono::{DateTime, Utc};
use sadu_db::platform::plans;
use sadu_db::platform::tenants::Listed;
use sadu_domain::error::FieldError;
use sadu_domain::lang::Lang;
use sadu_domain::money::Fils;
use sadu_domain::tenant::{Digits, HOME_ZONE, TenantStatus, local_day};

use super::plans::PlanChoice;
use super::words::{self, Console};
use crate::assets;
use crate::auth::PlatformAdmin;
use crate::pages::format::{Amount, Numerals, clock};
use crate::pages::plan::PlanView;
use crate::pages::spoken::Spoken;
use crate::state::App;

/// `2026-11-24 14:02`, in Kuwait.
pub(super) fn time(at: DateTime<Utc>) -> String {
    format!(
        "{} {}",
        local_day(at, HOME_ZONE).format("%Y-%m-%d"),
        clock(at, HOME_ZONE)
    )
}

/// Numbers of the console, in a language.
pub(super) fn numerals(lang: Lang) -> Numerals {
    Numerals {
        lang,
        digits: Digits::Latin,
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
    /// `tenants`, `plans` or `log`.
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
    /// `act-as`, `suspend`, `activate`, `plan` or `close`.
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
    /// It is closed for good.
    pub(super) closed: bool,
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
    /// Every plan.
    pub(super) plans: Vec<PlanChoice>,
    /// What it uses of its own.
    pub(super) usage: PlanView,
    /// What was typed into one of its forms.
    pub(super) tried: Tried,
}

impl Row {
    /// A row; `tried` is what was typed into one of its forms.
    #[must_use]
    pub(super) fn new(
        app: &App,
        spoken: Spoken,
        listed: &Listed,
        plans: &[plans::Listed],
        tried: Option<&Tried>,
    ) -> Self {
        let w = Console::of(spoken.lang);
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
            closed: listed.status == TenantStatus::Closed,
            may_stop: listed.status.serves_pages(),
            may_start: !matches!(
                listed.status,
                TenantStatus::Active | TenantStatus::Trial | TenantStatus::Closed
            ),
            raised: numerals(spoken.lang).short(Fils::new(listed.raised)),
            donors: listed.donors,
            staff: listed.staff,
            domains: listed.domains,
            since: local_day(listed.created_at, HOME_ZONE)
                .format("%Y-%m-%d")
                .to_string(),
            plans: plans
                .iter()
                .map(|known| PlanChoice::new(spoken, known, &listed.plan))
                .collect(),
            usage: PlanView::new(
                numerals(spoken.lang),
                w.plan_items,
                &listed.limits,
                listed.used,
            ),
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

    /// The name of its plan.
    #[must_use]
    pub(super) fn plan(&self) -> &str {
        let chosen = self.plans.iter().find(|plan| plan.chosen);
        chosen.map_or("", |plan| plan.name.as_str())
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

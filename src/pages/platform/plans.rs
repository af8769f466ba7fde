//! `/plans`: what each plan allows, and the forms that change it; and which plan a tenant is put on.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use sadu_db::platform::plans::Listed;
use sadu_domain::arabic::latin_digits;
use sadu_domain::error::{Class, FieldError};
use sadu_domain::plan::PlanLimits;
use serde::Deserialize;

use super::console::{back, see_other};
use super::view::{Shell, Tried};
use crate::api::platform::plans;
use crate::api::platform::tenants::tenant_id;
use crate::auth::PlatformAdmin;
use crate::error::ApiError;
use crate::pages::spoken::Spoken;
use crate::state::App;

/// Bytes of what the form calls a megabyte.
const MEGABYTE: i64 = 1_000_000;

/// The form of a plan, as typed. Storage is in megabytes.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct LimitsForm {
    items: String,
    staff: String,
    storage: String,
    ai_tokens: String,
}

impl LimitsForm {
    fn of(limits: &PlanLimits) -> Self {
        Self {
            items: limits.items.to_string(),
            staff: limits.staff.to_string(),
            storage: (limits.storage_bytes / MEGABYTE).to_string(),
            ai_tokens: limits.ai_tokens.to_string(),
        }
    }

    /// What is no number is out of every bound.
    fn limits(&self) -> PlanLimits {
        let number = |typed: &str| {
            let digits = latin_digits(typed);
            digits.trim().parse::<i64>().unwrap_or(-1)
        };
        PlanLimits {
            items: number(&self.items),
            staff: number(&self.staff),
            storage_bytes: number(&self.storage).saturating_mul(MEGABYTE),
            ai_tokens: number(&self.ai_tokens),
        }
    }
}

/// A plan that a tenant may be put on.
#[derive(Debug)]
pub(super) struct PlanChoice {
    /// Its id.
    pub(super) id: String,
    /// Its name.
    pub(super) name: String,
    /// The tenant is on it.
    pub(super) chosen: bool,
}

impl PlanChoice {
    /// This one, where `chosen` is the id of the one that is chosen.
    #[must_use]
    pub(super) fn new(spoken: Spoken, listed: &Listed, chosen: &str) -> Self {
        Self {
            id: listed.plan.id.clone(),
            name: listed.plan.name.get(spoken.lang).to_owned(),
            chosen: listed.plan.id == chosen,
        }
    }
}

/// One plan.
struct Card {
    id: String,
    name: String,
    tenants: i64,
    form: LimitsForm,
    faults: Vec<FieldError>,
}

/// The page.
#[derive(Template)]
#[template(path = "platform/plans.html")]
struct PlansPage {
    shell: Shell,
    done: bool,
    cards: Vec<Card>,
}

impl Card {
    /// What to mend about a field.
    fn fault(&self, field: &str, shell: &Shell) -> Option<&str> {
        let fault = self.faults.iter().find(|fault| fault.field == field)?;
        Some(fault.message.get(shell.lang))
    }

    /// The fields of the form: name, label, value.
    fn fields<'a>(
        &'a self,
        shell: &Shell,
    ) -> [(&'static str, &'static str, &'a str, Option<&'a str>); 4] {
        let w = shell.w;
        [
            (
                "items",
                w.plan_items,
                &self.form.items,
                self.fault("items", shell),
            ),
            (
                "staff",
                w.plan_staff,
                &self.form.staff,
                self.fault("staff", shell),
            ),
            (
                "storage",
                w.plan_storage,
                &self.form.storage,
                self.fault("storage_bytes", shell),
            ),
            (
                "ai_tokens",
                w.plan_ai,
                &self.form.ai_tokens,
                self.fault("ai_tokens", shell),
            ),
        ]
    }
}

#[derive(Deserialize)]
pub(super) struct PlansQuery {
    done: Option<String>,
}

/// `GET /plans`.
pub(super) async fn show(
    admin: PlatformAdmin,
    app: web::Data<App>,
    spoken: Spoken,
    query: web::Query<PlansQuery>,
) -> Result<HttpResponse, ApiError> {
    let listed = plans::all(&app).await?;
    let shell = Shell::new(spoken, &admin, "plans");
    let cards = listed.iter().map(|plan| card(spoken, plan)).collect();
    let done = query.done.is_some();
    spoken.answer(StatusCode::OK, PlansPage { shell, done, cards }.render())
}

fn card(spoken: Spoken, listed: &Listed) -> Card {
    Card {
        id: listed.plan.id.clone(),
        name: listed.plan.name.get(spoken.lang).to_owned(),
        tenants: listed.tenants,
        form: LimitsForm::of(&listed.plan.limits),
        faults: Vec::new(),
    }
}

/// `POST /plans/{plan}`.
pub(super) async fn change(
    admin: PlatformAdmin,
    app: web::Data<App>,
    spoken: Spoken,
    request: HttpRequest,
    plan: web::Path<String>,
    form: web::Form<LimitsForm>,
) -> Result<HttpResponse, ApiError> {
    let failure = match plans::set_limits(&app, &admin, &request, &plan, form.limits()).await {
        Ok(_) => return Ok(see_other("/plans?done=1")),
        Err(failure) if failure.code.class() == Class::Invalid => failure,
        Err(failure) => return Err(failure),
    };
    let listed = plans::all(&app).await?;
    let cards = listed.iter().map(|listed| {
        let card = card(spoken, listed);
        if card.id != *plan {
            return card;
        }
        Card {
            form: form.clone(),
            faults: failure.fields.clone(),
            ..card
        }
    });
    let page = PlansPage {
        shell: Shell::new(spoken, &admin, "plans"),
        done: false,
        cards: cards.collect(),
    };
    spoken.answer(StatusCode::UNPROCESSABLE_ENTITY, page.render())
}

#[derive(Deserialize)]
pub(super) struct PutOnForm {
    #[serde(default)]
    plan: String,
}

/// `POST /tenants/{id}/plan`.
pub(super) async fn put_on(
    admin: PlatformAdmin,
    app: web::Data<App>,
    spoken: Spoken,
    request: HttpRequest,
    id: web::Path<String>,
    form: web::Form<PutOnForm>,
) -> Result<HttpResponse, ApiError> {
    let tenant = tenant_id(&id)?;
    match plans::set_of_tenant(&app, &admin, &request, tenant, &form.plan).await {
        Ok(_) => Ok(see_other("/?done=1")),
        Err(failure) => {
            let tried = Tried {
                form: "plan",
                ..Tried::default()
            };
            back(&admin, &app, spoken, &id, tried, failure).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_both_languages_count_and_words_do_not() {
        let form = LimitsForm {
            items: "١٢".into(),
            staff: " 7 ".into(),
            storage: "1500".into(),
            ai_tokens: "many".into(),
        };
        let limits = form.limits();
        assert_eq!((limits.items, limits.staff), (12, 7));
        assert_eq!(
            (limits.storage_bytes, limits.ai_tokens),
            (1_500_000_000, -1)
        );
        assert!(limits.checked().is_err());
    }
}

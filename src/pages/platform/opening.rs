//! `/tenants/new`: the form that opens a tenant, and the page that hands over its address and the first invitation.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};
use sadu_domain::arabic::latin_digits;
use sadu_domain::error::{Class, Code, FieldError};
use sadu_domain::opening::{NewLicence, NewName, NewTenant, Template as Begins};
use sadu_domain::tenant::TenantKind;
use serde::{Deserialize, Serialize};

use super::plans::PlanChoice;
use super::view::{Shell, time};
use crate::api::platform::opening::{self, Answered, OpenedTenant};
use crate::api::platform::plans;
use crate::auth::PlatformAdmin;
use crate::error::ApiError;
use crate::pages::spoken::Spoken;
use crate::state::App;

/// The form, as typed.
#[derive(Debug, Default, Clone, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Typed {
    /// One-time, so that a double click opens one tenant.
    #[serde(skip_serializing)]
    key: String,
    name_ar: String,
    name_en: String,
    slug: String,
    kind: String,
    begin: String,
    licence: String,
    licence_until: String,
    prefix: String,
    admin_email: String,
    admin_name: String,
    plan: String,
}

impl Typed {
    fn blank() -> Self {
        Self {
            key: uuid::Uuid::now_v7().to_string(),
            kind: TenantKind::Charity.to_string(),
            begin: "with".to_owned(),
            plan: "start".to_owned(),
            ..Self::default()
        }
    }

    fn wanted(&self) -> NewTenant {
        NewTenant {
            slug: self.slug.clone(),
            name: NewName {
                ar: self.name_ar.clone(),
                en: self.name_en.clone(),
            },
            kind: self.kind.clone(),
            template: (self.begin == "empty").then(|| Begins::Empty.to_string()),
            reference_prefix: Some(self.prefix.clone()),
            licence: Some(NewLicence {
                number: self.licence.clone(),
                valid_until: Some(latin_digits(&self.licence_until)),
            }),
            first_admin_email: self.admin_email.clone(),
            first_admin_name: Some(self.admin_name.clone()),
            plan: self.plan.clone(),
        }
    }
}

/// The form.
#[derive(Template)]
#[template(path = "platform/opening.html")]
struct FormPage {
    shell: Shell,
    base: String,
    typed: Typed,
    plans: Vec<PlanChoice>,
    refused: Option<&'static str>,
    /// Address of the tenant that this form opened before.
    known: Option<String>,
    faults: Vec<FieldError>,
}

impl FormPage {
    /// What to mend about a field.
    fn fault(&self, field: &str) -> Option<&str> {
        let fault = self.faults.iter().find(|fault| fault.field == field)?;
        Some(fault.message.get(self.shell.lang))
    }

    /// The fields of one line: name, name in the route, label, hint, value, direction.
    fn texts(&self) -> [[&str; 6]; 8] {
        let (w, typed) = (self.shell.w, &self.typed);
        [
            [
                "name_ar",
                "name.ar",
                w.open_name_ar,
                "",
                &typed.name_ar,
                "rtl",
            ],
            [
                "name_en",
                "name.en",
                w.open_name_en,
                "",
                &typed.name_en,
                "ltr",
            ],
            ["slug", "slug", w.open_slug, &self.base, &typed.slug, "ltr"],
            [
                "prefix",
                "reference_prefix",
                w.open_prefix,
                w.open_prefix_hint,
                &typed.prefix,
                "ltr",
            ],
            [
                "licence",
                "licence.number",
                w.open_licence,
                w.open_licence_hint,
                &typed.licence,
                "ltr",
            ],
            [
                "licence_until",
                "licence.valid_until",
                w.open_until,
                w.open_until_hint,
                &typed.licence_until,
                "ltr",
            ],
            [
                "admin_email",
                "first_admin_email",
                w.open_admin,
                "",
                &typed.admin_email,
                "ltr",
            ],
            [
                "admin_name",
                "first_admin_name",
                w.open_admin_name,
                w.optional,
                &typed.admin_name,
                "auto",
            ],
        ]
    }

    fn is_shop(&self) -> bool {
        self.typed.kind == TenantKind::Shop.as_str()
    }
}

/// The tenant is open.
#[derive(Template)]
#[template(path = "platform/ready.html")]
struct ReadyPage {
    shell: Shell,
    name: String,
    opened: OpenedTenant,
    until: String,
}

async fn form(
    admin: &PlatformAdmin,
    app: &App,
    spoken: Spoken,
    typed: Typed,
    failure: Option<ApiError>,
    known: Option<String>,
) -> Result<HttpResponse, ApiError> {
    let plans = plans::all(app).await?;
    let status = if failure.is_some() || known.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let refused = failure.as_ref().filter(|failure| failure.fields.is_empty());
    let page = FormPage {
        shell: Shell::new(spoken, admin, "tenants"),
        // Latin that keeps its own direction inside an Arabic label (LRI … PDI).
        base: format!("\u{2066}.{}\u{2069}", app.site.base_domain),
        plans: plans
            .iter()
            .map(|listed| PlanChoice::new(spoken, listed, &typed.plan))
            .collect(),
        refused: refused.map(|failure| failure.code.detail_in(spoken.lang)),
        known,
        faults: failure.map_or_else(Vec::new, |failure| failure.fields),
        typed,
    };
    spoken.answer(status, page.render())
}

/// `GET /tenants/new`.
pub(super) async fn show(
    admin: PlatformAdmin,
    app: web::Data<App>,
    spoken: Spoken,
) -> Result<HttpResponse, ApiError> {
    form(&admin, &app, spoken, Typed::blank(), None, None).await
}

/// `POST /tenants/new`.
pub(super) async fn create(
    admin: PlatformAdmin,
    app: web::Data<App>,
    spoken: Spoken,
    request: HttpRequest,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, ApiError> {
    let mut typed = typed.into_inner();
    let body = serde_json::to_vec(&typed).unwrap_or_default();
    let key = (!typed.key.is_empty()).then_some((typed.key.as_str(), body.as_slice()));
    match opening::open(&app, &admin, &request, &typed.wanted(), key).await {
        Ok(Answered::Opened(opened)) => {
            let named = match spoken.lang {
                sadu_domain::lang::Lang::Ar => typed.name_ar,
                sadu_domain::lang::Lang::En => typed.name_en,
            };
            let until = |at: DateTime<Utc>| time(at);
            let page = ReadyPage {
                shell: Shell::new(spoken, &admin, "tenants"),
                name: named,
                until: opened
                    .invitation
                    .as_ref()
                    .map_or_else(String::new, |invitation| until(invitation.expires_at)),
                opened,
            };
            spoken.answer(StatusCode::CREATED, page.render())
        }
        // Somebody came back to a form that was sent, and changed it.
        Ok(Answered::Before(url)) => {
            typed.key = uuid::Uuid::now_v7().to_string();
            form(&admin, &app, spoken, typed, None, Some(url)).await
        }
        Err(failure) if failure.code.class() == Class::Invalid || failure.code == Code::Busy => {
            // What is sent now is another form than the one the key stood for.
            typed.key = uuid::Uuid::now_v7().to_string();
            form(&admin, &app, spoken, typed, Some(failure), None).await
        }
        Err(failure) => Err(failure),
    }
}

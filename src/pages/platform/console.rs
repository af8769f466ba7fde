//! `/`: every tenant, and the forms that switch one off and on or let the person in. What a form could not do comes back beside it.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use sadu_domain::error::{Class, Code};
use sadu_domain::tenant::TenantStatus;
use serde::Deserialize;

use super::view::{GoingPage, Row, Shell, TenantsPage, Tried};
use crate::api::platform::acting::{self, ActAs};
use crate::api::platform::closing::{self, Close};
use crate::api::platform::plans;
use crate::api::platform::tenants;
use crate::auth::PlatformAdmin;
use crate::error::ApiError;
use crate::pages::spoken::Spoken;
use crate::state::App;

/// Longest text that is looked for, in characters.
const MOST: usize = 80;

#[derive(Deserialize)]
pub(super) struct ListQuery {
    q: Option<String>,
    done: Option<String>,
}

/// `GET /`.
pub(super) async fn show(
    admin: PlatformAdmin,
    app: web::Data<App>,
    spoken: Spoken,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse, ApiError> {
    let q: String = query
        .q
        .as_deref()
        .unwrap_or_default()
        .trim()
        .chars()
        .take(MOST)
        .collect();
    let wanted = q.to_lowercase();
    let plans = plans::all(&app).await?;
    let rows = tenants::all(&app)
        .await?
        .iter()
        .filter(|listed| {
            [&listed.slug, &listed.name.ar, &listed.name.en]
                .iter()
                .any(|text| text.to_lowercase().contains(&wanted))
        })
        .map(|listed| Row::new(&app, spoken, listed, &plans, None))
        .collect();
    let page = TenantsPage {
        shell: Shell::new(spoken, &admin, "tenants"),
        q,
        done: query.done.is_some(),
        rows,
    };
    spoken.answer(StatusCode::OK, page.render())
}

#[derive(Deserialize)]
pub(super) struct SuspendForm {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    what: String,
}

/// `POST /tenants/{id}/suspend`.
pub(super) async fn suspend(
    admin: PlatformAdmin,
    app: web::Data<App>,
    spoken: Spoken,
    request: HttpRequest,
    id: web::Path<String>,
    form: web::Form<SuspendForm>,
) -> Result<HttpResponse, ApiError> {
    let status = if form.what == "money" {
        TenantStatus::CollectionSuspended
    } else {
        TenantStatus::Suspended
    };
    let tried = Tried {
        form: "suspend",
        reason: form.into_inner().reason,
        ..Tried::default()
    };
    moved(&admin, &app, spoken, &request, &id, status, tried).await
}

#[derive(Deserialize)]
pub(super) struct ActivateForm {
    #[serde(default)]
    reason: String,
}

/// `POST /tenants/{id}/activate`.
pub(super) async fn activate(
    admin: PlatformAdmin,
    app: web::Data<App>,
    spoken: Spoken,
    request: HttpRequest,
    id: web::Path<String>,
    form: web::Form<ActivateForm>,
) -> Result<HttpResponse, ApiError> {
    let tried = Tried {
        form: "activate",
        reason: form.into_inner().reason,
        ..Tried::default()
    };
    let status = TenantStatus::Active;
    moved(&admin, &app, spoken, &request, &id, status, tried).await
}

async fn moved(
    admin: &PlatformAdmin,
    app: &App,
    spoken: Spoken,
    request: &HttpRequest,
    id: &str,
    status: TenantStatus,
    tried: Tried,
) -> Result<HttpResponse, ApiError> {
    let tenant = tenants::tenant_id(id)?;
    match tenants::set_status(app, admin, request, tenant, status, &tried.reason).await {
        Ok(_) => Ok(see_other("/?done=1")),
        Err(failure) => back(admin, app, spoken, id, tried, failure).await,
    }
}

#[derive(Deserialize)]
pub(super) struct CloseForm {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    confirm_slug: String,
}

/// `POST /tenants/{id}/close`.
pub(super) async fn close(
    admin: PlatformAdmin,
    app: web::Data<App>,
    spoken: Spoken,
    request: HttpRequest,
    id: web::Path<String>,
    form: web::Form<CloseForm>,
) -> Result<HttpResponse, ApiError> {
    let form = form.into_inner();
    let asked = Close {
        reason: form.reason.clone(),
        confirm_slug: form.confirm_slug,
    };
    let tenant = tenants::tenant_id(&id)?;
    match closing::close(&app, &admin, &request, tenant, &asked).await {
        Ok(_) => Ok(see_other("/?done=1")),
        Err(failure) if failure.code == Code::AuthStepUpRequired => {
            Ok(see_other("/auth/login?again=1"))
        }
        Err(failure) => {
            let tried = Tried {
                form: "close",
                reason: form.reason,
                ..Tried::default()
            };
            back(&admin, &app, spoken, &id, tried, failure).await
        }
    }
}

/// `POST /tenants/{id}/export`: everything of a closed tenant.
pub(super) async fn export(
    admin: PlatformAdmin,
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let tenant = tenants::tenant_id(&id)?;
    match closing::archive(&app, &admin, &request, tenant).await {
        Err(failure) if failure.code == Code::AuthStepUpRequired => {
            Ok(see_other("/auth/login?again=1"))
        }
        answer => answer,
    }
}

#[derive(Deserialize)]
pub(super) struct ActAsForm {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    ticket: String,
    #[serde(default)]
    minutes: String,
    write: Option<String>,
}

/// `POST /tenants/{id}/act-as`.
pub(super) async fn act_as(
    admin: PlatformAdmin,
    app: web::Data<App>,
    spoken: Spoken,
    request: HttpRequest,
    id: web::Path<String>,
    form: web::Form<ActAsForm>,
) -> Result<HttpResponse, ApiError> {
    let form = form.into_inner();
    let digits = sadu_domain::arabic::latin_digits(&form.minutes);
    let asked = ActAs {
        reason: form.reason.clone(),
        ticket: form.ticket.clone(),
        minutes: digits.trim().parse().unwrap_or_default(),
        write: form.write.is_some(),
    };
    let tenant = tenants::tenant_id(&id)?;
    match acting::let_in(&app, &admin, &request, tenant, &asked).await {
        Ok(way) => {
            // Onward by the page: a form may not lead to another origin.
            let page = GoingPage {
                shell: Shell::new(spoken, &admin, "tenants"),
                url: way.url,
            };
            spoken.answer(StatusCode::OK, page.render())
        }
        Err(failure) if failure.code == Code::AuthStepUpRequired => {
            Ok(see_other("/auth/login?again=1"))
        }
        Err(failure) => {
            let tried = Tried {
                form: "act-as",
                reason: form.reason,
                ticket: form.ticket,
                minutes: form.minutes,
                write: asked.write,
                ..Tried::default()
            };
            back(&admin, &app, spoken, &id, tried, failure).await
        }
    }
}

/// The page again, with what is to be mended.
///
/// # Errors
/// What nobody can mend on this page.
pub(super) async fn back(
    admin: &PlatformAdmin,
    app: &App,
    spoken: Spoken,
    id: &str,
    tried: Tried,
    failure: ApiError,
) -> Result<HttpResponse, ApiError> {
    if !matches!(failure.code.class(), Class::Invalid | Class::Conflict) {
        return Err(failure);
    }
    let refused = failure
        .fields
        .is_empty()
        .then(|| failure.code.detail_in(spoken.lang));
    let tried = Tried {
        tenant: id.to_owned(),
        refused,
        faults: failure.fields,
        ..tried
    };
    let plans = plans::all(app).await?;
    let rows = tenants::all(app)
        .await?
        .iter()
        .map(|listed| Row::new(app, spoken, listed, &plans, Some(&tried)))
        .collect();
    let page = TenantsPage {
        shell: Shell::new(spoken, admin, "tenants"),
        q: String::new(),
        done: false,
        rows,
    };
    spoken.answer(StatusCode::UNPROCESSABLE_ENTITY, page.render())
}

/// Onward, so that a reload sends no form again.
pub(super) fn see_other(to: &'static str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .finish()
}

//! `/admin/domains`: the names of the tenant's own, the record that proves each, and where it stands.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use sadu_domain::access::Permission;
use sadu_domain::error::{Class, Code};
use sadu_domain::lang::Lang;
use serde::Deserialize;

use super::desk::{Asked, Shell};
use super::domain_words::{self, Names};
use super::view::When;
use crate::api::admin::domains::{self, DomainRow, TxtRecord};
use crate::auth::TenantAdmin;
use crate::error::ApiError;
use crate::state::App;

/// The page.
#[derive(Template)]
#[template(path = "admin/domains.html")]
struct Page<'a> {
    shell: Shell<'a>,
    t: &'static Names,
    title: &'static str,
    rows: Vec<Row>,
    /// As it was typed.
    host: String,
    /// What to mend about it.
    host_error: Option<&'static str>,
    /// What could not be done, and of which name.
    refused: Option<(String, &'static str)>,
    done: bool,
}

/// One name.
struct Row {
    host: String,
    state: &'static str,
    tone: &'static str,
    record: Option<TxtRecord>,
    checked: Option<When>,
    kept_until: Option<When>,
    failing: bool,
    released: bool,
    address: Option<String>,
}

impl Row {
    fn new(shell: &Shell<'_>, app: &App, row: DomainRow) -> Self {
        let (state, tone) = domain_words::state(&row.state, shell.frame.lang);
        let live = row.state == "live";
        let when = |at| When::new(&shell.frame, at);
        Self {
            address: live.then(|| format!("{}/", app.site.origin(&row.host))),
            released: row.state == "released",
            failing: live && row.failures > 0,
            checked: row.checked_at.filter(|_| live).map(when),
            kept_until: row.kept_until.map(when),
            record: row.record,
            host: row.host,
            state,
            tone,
        }
    }
}

/// What of a form could not be done.
#[derive(Default)]
struct Tried {
    host: String,
    host_error: Option<&'static str>,
    refused: Option<(String, &'static str)>,
    done: bool,
}

async fn page(
    admin: &TenantAdmin,
    asked: &Asked,
    app: &App,
    status: StatusCode,
    tried: Tried,
) -> Result<HttpResponse, ApiError> {
    let rows = domains::all(&asked.tenant).await?;
    let shell = asked.shell(admin, "domains");
    let t = Names::of(shell.frame.lang);
    let page = Page {
        rows: rows
            .into_iter()
            .map(|row| Row::new(&shell, app, row))
            .collect(),
        t,
        title: t.title,
        host: tried.host,
        host_error: tried.host_error,
        refused: tried.refused,
        done: tried.done,
        shell,
    };
    asked.answer(status, page.render())
}

/// Whether something was just done.
#[derive(Debug, Deserialize)]
pub struct Done {
    done: Option<String>,
}

/// `GET /admin/domains`.
///
/// # Errors
/// `auth.forbidden`.
pub async fn show(
    admin: TenantAdmin,
    asked: Asked,
    app: web::Data<App>,
    query: web::Query<Done>,
) -> Result<HttpResponse, ApiError> {
    admin
        .demand(Permission::SettingsRead)
        .map_err(|denied| ApiError::code(denied.code()))?;
    let tried = Tried {
        done: query.done.is_some(),
        ..Tried::default()
    };
    page(&admin, &asked, &app, StatusCode::OK, tried).await
}

/// The form that claims a name.
#[derive(Debug, Deserialize)]
pub struct NewForm {
    #[serde(default)]
    host: String,
}

/// `POST /admin/domains`: claims a name.
///
/// # Errors
/// `auth.forbidden`, `auth.read_only`.
pub async fn create(
    admin: TenantAdmin,
    asked: Asked,
    app: web::Data<App>,
    request: HttpRequest,
    form: web::Form<NewForm>,
) -> Result<HttpResponse, ApiError> {
    if let Some(answer) = turned_away(domains::allow(&admin))? {
        return Ok(answer);
    }
    let typed = form.into_inner().host;
    match domains::claim(&app, &asked.tenant, &admin, &request, &typed).await {
        Ok(_) => Ok(see_other("/admin/domains?done=1")),
        Err(failure) => {
            let text = said(&failure, asked.lang)?;
            let tried = Tried {
                host: typed,
                host_error: Some(text),
                ..Tried::default()
            };
            page(
                &admin,
                &asked,
                &app,
                StatusCode::UNPROCESSABLE_ENTITY,
                tried,
            )
            .await
        }
    }
}

/// `POST /admin/domains/{host}/verify`: looks for the proof.
///
/// # Errors
/// `auth.forbidden`, `auth.read_only`, `domain.not_found`.
pub async fn verify(
    admin: TenantAdmin,
    asked: Asked,
    app: web::Data<App>,
    request: HttpRequest,
    host: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    if let Some(answer) = turned_away(domains::allow(&admin))? {
        return Ok(answer);
    }
    let name = domains::of_path(&app, &host)?;
    match domains::verify(&app, &asked.tenant, &admin, &request, name.clone()).await {
        Ok(()) => Ok(see_other("/admin/domains?done=1")),
        Err(failure) => {
            let tried = Tried {
                refused: Some((name.to_string(), said(&failure, asked.lang)?)),
                ..Tried::default()
            };
            page(&admin, &asked, &app, StatusCode::CONFLICT, tried).await
        }
    }
}

/// `POST /admin/domains/{host}/release`: gives a name up.
///
/// # Errors
/// `auth.forbidden`, `auth.read_only`, `domain.not_found`.
pub async fn release(
    admin: TenantAdmin,
    asked: Asked,
    app: web::Data<App>,
    request: HttpRequest,
    host: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    if let Some(answer) = turned_away(domains::allow(&admin))? {
        return Ok(answer);
    }
    let name = domains::of_path(&app, &host)?;
    domains::release(&app, &asked.tenant, &admin, &request, name).await?;
    Ok(see_other("/admin/domains?done=1"))
}

/// Where a proof of identity is too old, the way to a new one; what else is missing stays an error.
fn turned_away(allowed: Result<(), ApiError>) -> Result<Option<HttpResponse>, ApiError> {
    match allowed {
        Ok(()) => Ok(None),
        Err(failure) if failure.code == Code::AuthStepUpRequired => {
            let again = "/auth/login?again=1&return_to=%2Fadmin%2Fdomains";
            Ok(Some(see_other(again)))
        }
        Err(failure) => Err(failure),
    }
}

/// A failure that belongs on the page.
fn said(failure: &ApiError, lang: Lang) -> Result<&'static str, ApiError> {
    let code = failure
        .fields
        .first()
        .map_or(failure.code, |field| field.code);
    let shown = matches!(code.class(), Class::Invalid | Class::Conflict)
        || code == Code::DomainDnsUnavailable;
    if shown {
        Ok(code.detail_in(lang))
    } else {
        Err(failure.clone())
    }
}

fn see_other(to: &'static str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .finish()
}

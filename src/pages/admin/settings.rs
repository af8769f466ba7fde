//! `/admin/settings`: branding and settings in one form, with a preview of the colours and the last change. Shares its rules with the
//! JSON routes and works without JavaScript.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use sadu_actors::TenantHandle;
use sadu_actors::commands::settings::EditSettings;
use sadu_db::audit::{self, AuditFilter};
use sadu_domain::access::Permission;
use sadu_domain::changes::{Change, differences};
use sadu_domain::error::{Class, Code};
use sadu_domain::lang::Lang;
use sadu_domain::settings::{LINE_MAX, NAME_MAX, TEXT_MAX};
use sadu_domain::tenant::Branding;
use serde::Deserialize;

use super::desk::{Asked, Shell};
use super::inbox::allow;
use super::item_form::{Amiss, amiss};
use super::settings_form::Typed;
use super::settings_words::{self, Words};
use super::view::When;
use crate::api::admin::settings::current;
use crate::auth::{TenantAdmin, step_up};
use crate::error::{ApiError, ApiResult};
use crate::pages::brand::Brand;

/// One field that changed.
struct Told {
    name: String,
    before: String,
    after: String,
}

impl Told {
    fn new(change: Change, lang: Lang) -> Self {
        Self {
            name: settings_words::field(&change.field, lang),
            before: change.before,
            after: change.after,
        }
    }
}

/// The last save.
struct Last {
    who: Option<String>,
    at: When,
    changes: Vec<Told>,
}

/// The page.
#[derive(Template)]
#[template(path = "admin/settings.html")]
struct Page<'a> {
    shell: Shell<'a>,
    t: &'static Words,
    title: &'static str,
    form: Typed,
    /// Address of the stylesheet of the colours in the form.
    preview: String,
    errors: Vec<Amiss>,
    /// What somebody else saved meanwhile.
    stale: Vec<Amiss>,
    done: Option<&'static str>,
    last: Option<Last>,
    /// Where to prove who one is, when that was long ago.
    prove: Option<String>,
    name_max: usize,
    line_max: usize,
    text_max: usize,
}

impl Page<'_> {
    /// What is amiss with a field.
    fn error(&self, field: &str) -> Option<&str> {
        self.errors
            .iter()
            .find(|amiss| amiss.field == field || amiss.field.split('[').next() == Some(field))
            .map(|amiss| amiss.message.as_str())
    }

    fn offers(&self, lang: &str) -> bool {
        self.form.draft.languages.iter().any(|one| one == lang)
    }
}

/// What one showing adds to the settings as stored.
#[derive(Default)]
struct Showing {
    typed: Option<Typed>,
    failure: Option<ApiError>,
    done: Option<&'static str>,
    status: StatusCode,
}

/// The last save of the settings.
async fn last(tenant: &TenantHandle, shell: &Shell<'_>) -> ApiResult<Option<Last>> {
    let filter = AuditFilter {
        action: Some("settings.edit".to_owned()),
        ..AuditFilter::default()
    };
    let mut tx = tenant.read_at_once().await?;
    let records = audit::list(&mut tx, &filter, None, 1).await?;
    tx.commit().await?;
    Ok(records.into_iter().next().map(|record| Last {
        who: record.actor_name,
        at: When::new(&shell.frame, record.at),
        changes: differences(&record.diff.get("before"), &record.diff.get("after"))
            .into_iter()
            .map(|change| Told::new(change, shell.frame.lang))
            .collect(),
    }))
}

async fn page(
    admin: &TenantAdmin,
    asked: &Asked,
    request: &HttpRequest,
    showing: Showing,
) -> ApiResult<HttpResponse> {
    let (stored, revision) = current(&asked.tenant).await?;
    let shell = asked.shell(admin, "settings");
    let (t, lang) = (Words::of(asked.lang), asked.lang);
    let last = last(&asked.tenant, &shell).await?;
    let (mut stale, mut errors) = (Vec::new(), Vec::new());
    let mut form = showing.typed.unwrap_or_else(|| Typed::of(stored, revision));
    if let Some(failure) = showing.failure {
        let told = amiss(failure.fields, lang, settings_words::field);
        if failure.code == Code::SettingsRevisionConflict {
            // What differs is on the page now: saving again is a decision.
            form.revision = revision;
            stale = told;
        } else {
            errors = told;
        }
    }
    let page = Page {
        preview: preview_address(&form),
        title: t.title,
        done: showing.done,
        prove: admin.demand_step_up().is_err().then(|| step_up(request)),
        name_max: NAME_MAX,
        line_max: LINE_MAX,
        text_max: TEXT_MAX,
        form,
        errors,
        stale,
        last,
        t,
        shell,
    };
    asked.answer(showing.status, page.render())
}

fn preview_address(form: &Typed) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("primary", form.draft.primary.trim())
        .append_pair("accent", form.draft.accent.trim())
        .finish();
    format!("/admin/settings/preview.css?{query}")
}

/// What was just done.
#[derive(Debug, Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

/// `GET /admin/settings`.
///
/// # Errors
/// `auth.forbidden`, `busy`.
pub async fn show(
    admin: TenantAdmin,
    asked: Asked,
    request: HttpRequest,
    query: web::Query<Done>,
) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::SettingsRead)?;
    let t = Words::of(asked.lang);
    let showing = Showing {
        done: match query.done.as_str() {
            "saved" => Some(t.saved),
            "same" => Some(t.same),
            _ => None,
        },
        ..Showing::default()
    };
    page(&admin, &asked, &request, showing).await
}

/// `POST /admin/settings`. With `preview` it only shows what was typed, in its colours.
///
/// # Errors
/// `auth.forbidden`, `auth.read_only`, `busy`. What can be mended is shown beside its field, and nothing that was typed is lost: not by a
/// proof of identity that is too old either.
pub async fn save(
    admin: TenantAdmin,
    asked: Asked,
    request: HttpRequest,
    body: web::Bytes,
) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::SettingsWrite)?;
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(&body)
        .into_owned()
        .take(64)
        .collect();
    let typed = Typed::from_pairs(&pairs);
    let only_look = pairs.iter().any(|(name, _)| name == "preview");
    let (failure, status) = if only_look {
        (None, StatusCode::OK)
    } else if admin.demand_step_up().is_err() {
        (None, StatusCode::FORBIDDEN)
    } else {
        match attempt(&admin, &asked, &request, &typed).await {
            Ok(changed) => return Ok(done(changed)),
            Err(failure) => {
                let status = match failure.code.class() {
                    Class::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
                    Class::Conflict => StatusCode::CONFLICT,
                    _ => return Err(failure),
                };
                (Some(failure), status)
            }
        }
    };
    let showing = Showing {
        typed: Some(typed),
        failure,
        done: None,
        status,
    };
    page(&admin, &asked, &request, showing).await
}

/// Saves; answers whether anything differed.
async fn attempt(
    admin: &TenantAdmin,
    asked: &Asked,
    request: &HttpRequest,
    typed: &Typed,
) -> ApiResult<bool> {
    let command = EditSettings {
        draft: typed.draft().map_err(ApiError::fields)?,
        revision: typed.revision,
        actor: admin.actor(request),
    };
    let saved = asked.tenant.execute(command).await?;
    Ok(!saved.changes.is_empty())
}

/// To the page's own address, so that a reload sends no form again.
fn done(changed: bool) -> HttpResponse {
    let word = if changed { "saved" } else { "same" };
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, format!("/admin/settings?done={word}")))
        .finish()
}

/// Colours that are not saved yet.
#[derive(Debug, Deserialize)]
pub struct Colours {
    #[serde(default)]
    primary: String,
    #[serde(default)]
    accent: String,
}

/// `GET /admin/settings/preview.css?primary=&accent=`: the colours of the preview; the saved one where one cannot be read.
///
/// # Errors
/// `auth.forbidden`.
pub async fn preview(
    admin: TenantAdmin,
    asked: Asked,
    query: web::Query<Colours>,
) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::SettingsRead)?;
    let saved = &asked.snapshot.tenant.branding;
    let branding = Branding {
        primary: query.primary.parse().unwrap_or(saved.primary),
        accent: query.accent.parse().unwrap_or(saved.accent),
    };
    Ok(HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .body(Brand::from(&branding).scoped(".brand-preview")))
}

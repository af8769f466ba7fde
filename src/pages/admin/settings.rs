//! `/admin/settings`: branding and settings in one form, with a preview of the colours and the last change. Shares its rules with the
//! JSON routes and works without JavaScript.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use sadu_actors::commands::settings::Kept;
use sadu_domain::access::Permission;
use sadu_domain::settings::{LINE_MAX, NAME_MAX, SettingsDraft, TEXT_MAX};
use sadu_domain::tenant::Branding;
use serde::Deserialize;

use super::desk::{Asked, Shell};
use super::inbox::allow;
use super::settings_form::Typed;
use super::settings_words::{self, Words};
use super::sheet::{self, Done, Pairs, Sent, Sheet, Showing};
use crate::api::admin::settings::current;
use crate::auth::TenantAdmin;
use crate::error::ApiResult;
use crate::pages::brand::Brand;

/// The page.
#[derive(Template)]
#[template(path = "admin/settings.html")]
struct Page<'a> {
    shell: Shell<'a>,
    t: &'static Words,
    sheet: Sheet,
    title: &'static str,
    form: Typed,
    /// Address of the stylesheet of the colours in the form.
    preview: String,
    name_max: usize,
    line_max: usize,
    text_max: usize,
}

impl Page<'_> {
    fn offers(&self, lang: &str) -> bool {
        self.form.draft.languages.iter().any(|one| one == lang)
    }
}

async fn page(
    admin: &TenantAdmin,
    asked: &Asked,
    request: &HttpRequest,
    mut showing: Showing<Typed>,
) -> ApiResult<HttpResponse> {
    let (stored, revision) = current::<SettingsDraft>(&asked.tenant).await?;
    let shell = asked.shell(admin, "settings");
    let t = Words::of(asked.lang);
    let name = settings_words::field;
    let (mut sheet, stale) = Sheet::new(admin, request, asked.lang, &mut showing, name);
    sheet.last = sheet::last(&asked.tenant, &shell, SettingsDraft::ACTION, name).await?;
    let mut form = showing.typed.unwrap_or_else(|| Typed::of(stored, revision));
    if stale {
        form.revision = revision;
    }
    let page = Page {
        preview: preview_address(&form),
        title: t.title,
        name_max: NAME_MAX,
        line_max: LINE_MAX,
        text_max: TEXT_MAX,
        form,
        sheet,
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
    page(&admin, &asked, &request, query.into()).await
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
    let pairs = Pairs::read(&body, 64);
    let typed = Typed::from_pairs(&pairs);
    let sent = Sent {
        draft: typed.draft(),
        revision: typed.revision,
        only_looks: pairs.only_looks(),
        typed,
    };
    match sheet::save(&admin, &asked.tenant, &request, sent).await? {
        Ok(changed) => Ok(sheet::done("/admin/settings", changed)),
        Err(showing) => page(&admin, &asked, &request, showing).await,
    }
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

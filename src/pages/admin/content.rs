//! `/admin/pages`: the tenant's own pages, each with its two languages side by side and what visitors will see. Shares its rules with the
//! JSON routes and works without JavaScript.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use sadu_actors::commands::content::EditPage;
use sadu_db::content::Stored;
use sadu_domain::access::Permission;
use sadu_domain::content::{PageDraft, PageName, Rendered, TITLE_MAX};
use sadu_domain::error::Code;
use sadu_domain::lang::Lang;
use sadu_domain::markdown::Html;

use super::content_words::{self, Words};
use super::desk::{Asked, Shell};
use super::inbox::allow;
use super::sheet::{self, Done, Pairs, Sheet, Showing};
use crate::api::admin::content::{current, named};
use crate::auth::TenantAdmin;
use crate::error::{ApiError, ApiResult};

struct Row {
    url: String,
    name: &'static str,
    /// Whose text it is.
    state: &'static str,
    tone: &'static str,
}

/// The list.
#[derive(Template)]
#[template(path = "admin/pages.html")]
struct ListPage<'a> {
    shell: Shell<'a>,
    t: &'static Words,
    title: &'static str,
    rows: Vec<Row>,
}

/// The editor of one page.
#[derive(Template)]
#[template(path = "admin/page.html")]
struct EditorPage<'a> {
    shell: Shell<'a>,
    t: &'static Words,
    sheet: Sheet,
    title: &'static str,
    action: String,
    public: String,
    form: PageDraft,
    revision: i64,
    shown: Rendered,
    title_max: usize,
    /// Questions are written in the settings, not here.
    asks: bool,
}

impl EditorPage<'_> {
    fn arabic(&self) -> &Html {
        self.shown.body(Lang::Ar)
    }

    fn english(&self) -> &Html {
        self.shown.body(Lang::En)
    }
}

/// `GET /admin/pages`.
///
/// # Errors
/// `auth.forbidden`, `busy`.
pub async fn list(admin: TenantAdmin, asked: Asked) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::SettingsRead)?;
    let shell = asked.shell(&admin, "pages");
    let (t, lang) = (Words::of(asked.lang), asked.lang);
    let rows = current(&asked.tenant)
        .await?
        .into_iter()
        .map(|(name, page, revision)| {
            let asked_there =
                name == PageName::Faq && !asked.snapshot.tenant.settings.faq.is_empty();
            let (state, tone) = match (revision, page.body.is_empty()) {
                (_, true) if asked_there => (t.in_settings, "success"),
                (0, true) => (t.none, "plain"),
                (0, false) => (t.ours, "plain"),
                _ => (t.yours, "success"),
            };
            Row {
                url: format!("/admin/pages/{name}"),
                name: content_words::page(name, lang),
                state,
                tone,
            }
        })
        .collect();
    let page = ListPage {
        title: t.title,
        rows,
        t,
        shell,
    };
    asked.answer(StatusCode::OK, page.render())
}

async fn stored(asked: &Asked, name: PageName) -> ApiResult<Stored> {
    current(&asked.tenant)
        .await?
        .into_iter()
        .find(|(one, _, _)| *one == name)
        .ok_or_else(|| ApiError::code(Code::NotFound))
}

/// What was typed, and the revision it began with.
type Typed = (PageDraft, i64);

async fn editor(
    admin: &TenantAdmin,
    asked: &Asked,
    request: &HttpRequest,
    name: PageName,
    mut showing: Showing<Typed>,
) -> ApiResult<HttpResponse> {
    let (_, present, now) = stored(asked, name).await?;
    let shell = asked.shell(admin, "pages");
    let (t, lang) = (Words::of(asked.lang), asked.lang);
    let (sheet, stale) = Sheet::new(admin, request, lang, &mut showing, content_words::field);
    let (form, mut revision) = showing.typed.unwrap_or((present, now));
    if stale {
        revision = now;
    }
    // What cannot be stored cannot be shown as it would be either; the rest of it can.
    let shown = Rendered::of(&form.parse(name).unwrap_or_default());
    let public = match name {
        PageName::TransparencyIntro => "transparency",
        other => other.as_str(),
    };
    let page = EditorPage {
        title: content_words::page(name, lang),
        action: format!("/admin/pages/{name}"),
        public: shell.frame.url(public),
        title_max: TITLE_MAX,
        asks: name == PageName::Faq,
        form,
        revision,
        shown,
        sheet,
        t,
        shell,
    };
    asked.answer(showing.status, page.render())
}

/// `GET /admin/pages/{page}`.
///
/// # Errors
/// `not_found`, `busy`.
pub async fn show(
    admin: TenantAdmin,
    asked: Asked,
    request: HttpRequest,
    page: web::Path<String>,
    query: web::Query<Done>,
) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::SettingsRead)?;
    editor(&admin, &asked, &request, named(&page)?, query.into()).await
}

/// `POST /admin/pages/{page}`. With `preview` it only shows what was typed, as visitors would see it.
///
/// # Errors
/// `not_found`, `auth.forbidden`, `auth.read_only`, `busy`. What can be mended is shown beside its field, and nothing that was typed is lost.
pub async fn save(
    admin: TenantAdmin,
    asked: Asked,
    request: HttpRequest,
    page: web::Path<String>,
    body: web::Bytes,
) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::SettingsWrite)?;
    let name = named(&page)?;
    let pairs = Pairs::read(&body, 16);
    let draft = PageDraft {
        title: pairs.both("title"),
        body: pairs.both("body"),
    };
    let revision = pairs.revision();
    let command = EditPage {
        name,
        draft: draft.clone(),
        revision,
        actor: admin.actor(&request),
    };
    let saved = async {
        let saved = asked.tenant.execute(command).await?;
        Ok::<_, ApiError>(!saved.changes.is_empty())
    };
    match sheet::send(&admin, pairs.only_looks(), (draft, revision), saved).await? {
        Ok(changed) => Ok(sheet::done(&format!("/admin/pages/{name}"), changed)),
        Err(showing) => editor(&admin, &asked, &request, name, showing).await,
    }
}

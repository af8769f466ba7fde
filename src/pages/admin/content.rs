//! `/admin/pages`: the tenant's own pages, each with its two languages side by side and what visitors will see. Shares its rules with the
//! JSON routes and works without JavaScript.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use sadu_actors::commands::content::EditPage;
use sadu_db::content::Stored;
use sadu_domain::access::Permission;
use sadu_domain::content::{BODY_MAX, PageDraft, PageName, Rendered, TITLE_MAX};
use sadu_domain::error::{Class, Code};
use sadu_domain::lang::{Bilingual, Lang};
use sadu_domain::markdown::Html;
use serde::Deserialize;

use super::content_words::{self, Words};
use super::desk::{Asked, Shell};
use super::inbox::allow;
use super::item_form::{Amiss, amiss};
use super::settings_words;
use crate::api::admin::content::{current, named};
use crate::auth::{TenantAdmin, step_up};
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
    /// Words about the proof of identity, which the settings have too.
    s: &'static settings_words::Words,
    title: &'static str,
    action: String,
    public: String,
    form: PageDraft,
    revision: i64,
    shown: Rendered,
    errors: Vec<Amiss>,
    stale: Vec<Amiss>,
    done: Option<&'static str>,
    prove: Option<String>,
    limits: [usize; 2],
}

impl EditorPage<'_> {
    fn error(&self, field: &str) -> Option<&str> {
        self.errors
            .iter()
            .find(|amiss| amiss.field == field)
            .map(|amiss| amiss.message.as_str())
    }

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
            let (state, tone) = match (revision, page.body.is_empty()) {
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

/// What one showing adds to the page as stored.
#[derive(Default)]
struct Showing {
    typed: Option<(PageDraft, i64)>,
    failure: Option<ApiError>,
    done: Option<&'static str>,
    status: StatusCode,
}

async fn stored(asked: &Asked, name: PageName) -> ApiResult<Stored> {
    current(&asked.tenant)
        .await?
        .into_iter()
        .find(|(one, _, _)| *one == name)
        .ok_or_else(|| ApiError::code(Code::NotFound))
}

async fn editor(
    admin: &TenantAdmin,
    asked: &Asked,
    request: &HttpRequest,
    name: PageName,
    showing: Showing,
) -> ApiResult<HttpResponse> {
    let (_, present, now) = stored(asked, name).await?;
    let shell = asked.shell(admin, "pages");
    let (t, lang) = (Words::of(asked.lang), asked.lang);
    let (form, mut revision) = showing.typed.unwrap_or((present, now));
    let (mut stale, mut errors) = (Vec::new(), Vec::new());
    if let Some(failure) = showing.failure {
        let told = amiss(failure.fields, lang, content_words::field);
        if failure.code == Code::PageRevisionConflict {
            // What differs is on the page now: saving again is a decision.
            revision = now;
            stale = told;
        } else {
            errors = told;
        }
    }
    // What cannot be stored cannot be shown as it would be either; the rest of it can.
    let shown = Rendered::of(&form.parse(name).unwrap_or_default());
    let public = match name {
        PageName::TransparencyIntro => "transparency",
        other => other.as_str(),
    };
    let page = EditorPage {
        s: settings_words::Words::of(lang),
        title: content_words::page(name, lang),
        action: format!("/admin/pages/{name}"),
        public: shell.frame.url(public),
        done: showing.done,
        prove: admin.demand_step_up().is_err().then(|| step_up(request)),
        limits: [TITLE_MAX, BODY_MAX],
        form,
        revision,
        shown,
        errors,
        stale,
        t,
        shell,
    };
    asked.answer(showing.status, page.render())
}

/// What was just done.
#[derive(Debug, Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
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
    let t = Words::of(asked.lang);
    let showing = Showing {
        done: match query.done.as_str() {
            "saved" => Some(t.saved),
            "same" => Some(t.same),
            _ => None,
        },
        ..Showing::default()
    };
    editor(&admin, &asked, &request, named(&page)?, showing).await
}

/// The form as it was sent.
fn typed(pairs: &[(String, String)]) -> (PageDraft, i64) {
    let text = |name: &str| {
        pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    };
    let both =
        |name: &str| Bilingual::new(text(&format!("{name}.ar")), text(&format!("{name}.en")));
    let draft = PageDraft {
        title: both("title"),
        body: both("body"),
    };
    // Without one it fits nothing.
    (draft, text("revision").parse().unwrap_or(-1))
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
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(&body)
        .into_owned()
        .take(16)
        .collect();
    let (draft, revision) = typed(&pairs);
    let only_look = pairs.iter().any(|(name, _)| name == "preview");
    let mut showing = Showing {
        typed: Some((draft.clone(), revision)),
        ..Showing::default()
    };
    if only_look {
        showing.status = StatusCode::OK;
    } else if admin.demand_step_up().is_err() {
        showing.status = StatusCode::FORBIDDEN;
    } else {
        let command = EditPage {
            name,
            draft,
            revision,
            actor: admin.actor(&request),
        };
        match asked.tenant.execute(command).await.map_err(ApiError::from) {
            Ok(saved) => return Ok(done(name, !saved.changes.is_empty())),
            Err(failure) => {
                showing.status = match failure.code.class() {
                    Class::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
                    Class::Conflict => StatusCode::CONFLICT,
                    _ => return Err(failure),
                };
                showing.failure = Some(failure);
            }
        }
    }
    editor(&admin, &asked, &request, name, showing).await
}

/// To the page's own address, so that a reload sends no form again.
fn done(name: PageName, changed: bool) -> HttpResponse {
    let word = if changed { "saved" } else { "same" };
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, format!("/admin/pages/{name}?done={word}")))
        .finish()
}

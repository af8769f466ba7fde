//! `/admin/settings/logo`: the tenant's logo, sent in an ordinary form, as it will stand at the head of every page, and taken away.
//!
//! It goes the way of every picture: into the bucket, looked at by the worker in a process of its own, drawn anew. The one that is shown
//! stays until the new one is ready.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use sadu_actors::commands::logo::RemoveLogo;
use sadu_db::media::Media;
use sadu_db::media::logo;
use sadu_domain::access::Permission;
use sadu_domain::error::{Class, Code, FieldError};
use sadu_domain::media::{MediaState, PictureType};

use super::desk::{Asked, Shell};
use super::inbox::allow;
use super::logo_words::{self, Words};
use super::picture_form;
use super::sheet::{self, Done, Sheet, Showing};
use crate::auth::TenantAdmin;
use crate::error::{ApiError, ApiResult};
use crate::media::{OriginalLogo, take_in_logo};
use crate::pages::frame::Frame;
use crate::state::App;

/// Of the page.
const PATH: &str = "/admin/settings/logo";

/// The page.
#[derive(Template)]
#[template(path = "admin/logo.html")]
struct Page<'a> {
    shell: Shell<'a>,
    t: &'static Words,
    sheet: Sheet,
    title: &'static str,
    /// One is being looked at.
    waiting: bool,
    /// Why the newest was refused.
    refused: Option<&'static str>,
    /// There is one to take away.
    removable: bool,
    /// The head of the pages, in each language.
    shown: Vec<Frame<'a>>,
}

async fn newest(asked: &Asked) -> ApiResult<Option<Media>> {
    let mut tx = asked.tenant.read_at_once().await?;
    let newest = logo::newest(&mut tx).await?;
    tx.commit().await?;
    Ok(newest)
}

async fn page(
    admin: &TenantAdmin,
    asked: &Asked,
    request: &HttpRequest,
    mut showing: Showing<()>,
) -> ApiResult<HttpResponse> {
    let newest = newest(asked).await?;
    let shell = asked.shell(admin, "settings");
    let (t, lang) = (Words::of(asked.lang), asked.lang);
    let (sheet, _) = Sheet::new(admin, request, lang, &mut showing, logo_words::field);
    let refusal = newest.as_ref().and_then(|logo| logo.refusal);
    let waiting = newest.is_some_and(|logo| logo.state == MediaState::Pending);
    let page = Page {
        title: t.title,
        removable: waiting || shell.frame.logo().is_some(),
        waiting,
        refused: refusal.map(|refusal| refusal.code().detail_in(lang)),
        shown: shell.frame.in_each_language(),
        sheet,
        t,
        shell,
    };
    asked.answer(showing.status, page.render())
}

/// `GET /admin/settings/logo`.
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

/// `POST /admin/settings/logo`: a form with the file.
///
/// # Errors
/// `auth.forbidden`, `auth.read_only`, `busy`, `media.unavailable`. What is no picture, or too large, is said on the page.
pub async fn send(
    admin: TenantAdmin,
    asked: Asked,
    app: web::Data<App>,
    request: HttpRequest,
    body: web::Payload,
) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::SettingsWrite)?;
    // Held until the file is out of our hands.
    let _place = app
        .uploads
        .try_acquire()
        .map_err(|_| ApiError::code(Code::Busy))?;
    let sent = picture_form::read(&request, body).await;
    let keep = async {
        take_in(&admin, &asked, &app, &request, sent?.file).await?;
        Ok(true)
    };
    match sheet::send(&admin, false, (), async { keep.await.map_err(at_the_file) }).await? {
        // Not done yet: the page says that it is being drawn.
        Ok(_) => Ok(HttpResponse::SeeOther()
            .insert_header((header::LOCATION, PATH))
            .finish()),
        Err(showing) => page(&admin, &asked, &request, showing).await,
    }
}

/// `POST /admin/settings/logo/remove`.
///
/// # Errors
/// `auth.forbidden`, `auth.read_only`, `busy`.
pub async fn remove(
    admin: TenantAdmin,
    asked: Asked,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::SettingsWrite)?;
    let remove = async {
        let actor = admin.actor(&request);
        Ok::<_, ApiError>(asked.tenant.execute(RemoveLogo { actor }).await?)
    };
    match sheet::send(&admin, false, (), remove).await? {
        Ok(changed) => Ok(sheet::done(PATH, changed)),
        Err(showing) => page(&admin, &asked, &request, showing).await,
    }
}

async fn take_in(
    admin: &TenantAdmin,
    asked: &Asked,
    app: &App,
    request: &HttpRequest,
    file: Vec<u8>,
) -> ApiResult<()> {
    let original = OriginalLogo {
        // What a browser says it is comes from the file's name; its first bytes know better.
        content_type: PictureType::sniff(&file)
            .ok_or_else(|| ApiError::code(Code::MediaNotAPicture))?,
        bytes: file,
        by: Some(admin.user_id),
    };
    let (tenant, actor) = (&asked.tenant, admin.actor(request));
    Ok(take_in_logo(&app.objects, tenant, original, actor).await?)
}

/// What is wrong with the file is said beside it.
fn at_the_file(failure: ApiError) -> ApiError {
    let mendable = matches!(
        failure.code.class(),
        Class::Invalid | Class::Conflict | Class::TooLarge
    );
    if mendable && failure.fields.is_empty() {
        ApiError::fields(vec![FieldError::new("file", failure.code)])
    } else {
        failure
    }
}

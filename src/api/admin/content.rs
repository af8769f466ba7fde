//! The pages that a tenant writes itself, in Markdown: read with the revision, sent back whole. Writes demand a fresh proof of identity, as
//! settings do. The page of the editor uses [`current`].

use actix_web::{HttpRequest, HttpResponse, web};
use sadu_actors::TenantHandle;
use sadu_actors::commands::content::{EditPage, SavedPage};
use sadu_db::content;
use sadu_domain::access::Permission;
use sadu_domain::changes::Change;
use sadu_domain::content::{PageDraft, PageName, default};
use sadu_domain::error::{Code, FieldError};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::api::body;
use crate::api::wire::Page;
use crate::auth::{FreshAdmin, TenantAdmin};
use crate::error::{ApiError, ApiResult};
use crate::middleware::tenant::TenantRef;

/// A page on the wire.
#[derive(Debug, Serialize)]
struct PageJson {
    slug: PageName,
    #[serde(flatten)]
    page: PageDraft,
    /// 0 while the text is our own.
    revision: i64,
    /// What the save changed; only after one.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<Change>>,
}

/// Every page as it is now: what was written, or our own text with revision 0.
///
/// # Errors
/// `busy`.
pub async fn current(tenant: &TenantHandle) -> ApiResult<Vec<content::Stored>> {
    let mut tx = tenant.read_at_once().await?;
    let written = content::list(&mut tx).await?;
    tx.commit().await?;
    let snapshot = tenant.snapshot();
    Ok(PageName::ALL
        .iter()
        .map(|name| {
            let own = written.iter().find(|(written, _, _)| written == name);
            own.cloned()
                .unwrap_or_else(|| (*name, default(*name, &snapshot.tenant), 0))
        })
        .collect())
}

/// The page of a path.
///
/// # Errors
/// `not_found`.
pub fn named(text: &str) -> ApiResult<PageName> {
    text.parse().map_err(|_| ApiError::code(Code::NotFound))
}

/// Every page that a tenant may write.
#[utoipa::path(get, path = "/api/v1/admin/pages", tag = "admin",
    responses((status = 200, body = Object, description = "`{data:[{slug, title:{ar,en}, body:{ar,en}, revision}], next_cursor}`")))]
pub async fn list(admin: TenantAdmin, tenant: TenantRef) -> ApiResult<HttpResponse> {
    admin
        .demand(Permission::SettingsRead)
        .map_err(|denied| ApiError::code(denied.code()))?;
    let data: Vec<PageJson> = current(&tenant)
        .await?
        .into_iter()
        .map(|(slug, page, revision)| PageJson {
            slug,
            page,
            revision,
            changes: None,
        })
        .collect();
    Ok(HttpResponse::Ok().json(Page {
        data,
        next_cursor: None,
    }))
}

/// One page.
#[utoipa::path(get, path = "/api/v1/admin/pages/{page}", tag = "admin", params(("page" = String, Path, description = "`about`, `faq`, `policies`, `privacy`, `contact` or `transparency-intro`")),
    responses((status = 200, body = Object, description = "`{slug, title:{ar,en}, body:{ar,en}, revision}`; revision 0 while the text is ours"), (status = 404, body = crate::error::Problem<'static>)))]
pub async fn show(
    admin: TenantAdmin,
    tenant: TenantRef,
    page: web::Path<String>,
) -> ApiResult<HttpResponse> {
    admin
        .demand(Permission::SettingsRead)
        .map_err(|denied| ApiError::code(denied.code()))?;
    let wanted = named(&page)?;
    let all = current(&tenant).await?;
    let (slug, page, revision) = all
        .into_iter()
        .find(|(name, _, _)| *name == wanted)
        .ok_or_else(|| ApiError::code(Code::NotFound))?;
    Ok(HttpResponse::Ok().json(PageJson {
        slug,
        page,
        revision,
        changes: None,
    }))
}

/// `revision` stands beside the page.
fn parse(mut body: Map<String, Value>) -> ApiResult<(PageDraft, i64)> {
    let missing = |field: &str| FieldError::new(field, Code::RequestFieldRequired);
    let mut errors: Vec<FieldError> = ["title", "body"]
        .into_iter()
        .filter(|field| !body.contains_key(*field))
        .map(missing)
        .collect();
    let revision = body.remove("revision").and_then(|value| value.as_i64());
    if revision.is_none() {
        errors.push(missing("revision"));
    }
    match revision {
        Some(revision) if errors.is_empty() => {
            let draft = serde_json::from_value(Value::Object(body))
                .map_err(|_| ApiError::code(Code::RequestMalformed))?;
            Ok((draft, revision))
        }
        _ => Err(ApiError::fields(errors)),
    }
}

/// The whole page, with the `revision` it was read at. A save that comes second is a 409 `page.revision_conflict`, whose `errors` say what
/// stands there now.
#[utoipa::path(put, path = "/api/v1/admin/pages/{page}", tag = "admin", params(("page" = String, Path)),
    request_body(content = Object, description = "`{title:{ar,en}, body:{ar,en}, revision}`; the body is Markdown, markup in it is shown as text"),
    responses((status = 200, body = Object, description = "The page as stored, the new `revision`, and `changes`: `[{field, before, after}]`"),
        (status = 404, body = crate::error::Problem<'static>), (status = 409, body = crate::error::Problem<'static>), (status = 422, body = crate::error::Problem<'static>)))]
pub async fn edit(
    admin: FreshAdmin,
    tenant: TenantRef,
    page: web::Path<String>,
    request: HttpRequest,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    admin
        .demand(Permission::SettingsWrite)
        .map_err(|denied| ApiError::code(denied.code()))?;
    let (draft, revision) = parse(body::json(&request, &bytes)?)?;
    let name = named(&page)?;
    let command = EditPage {
        name,
        draft,
        revision,
        actor: admin.actor(&request),
    };
    let SavedPage {
        page,
        revision,
        changes,
    } = tenant.execute(command).await?;
    Ok(HttpResponse::Ok().json(PageJson {
        slug: name,
        page,
        revision,
        changes: Some(changes),
    }))
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/pages", web::get().to(list))
        .route("/pages/{page}", web::get().to(show))
        .route("/pages/{page}", web::put().to(edit));
}

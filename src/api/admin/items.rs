//! The catalog as staff write it: drafts, edits held against a revision, and the steps of an item's life.
//!
//! Staff write and submit; publishing and every step after it is an administrator's. The page of the editor uses the functions below
//! that take no request.

use actix_web::{HttpRequest, HttpResponse, web};
use sadu_actors::TenantHandle;
use sadu_actors::commands::items::{CreateItem, DeleteItem, EditItem, ItemStep, MoveItem};
use sadu_db::items;
use sadu_db::media::{self, Media};
use sadu_domain::access::Permission;
use sadu_domain::catalog::draft::ItemDraft;
use sadu_domain::catalog::ready::{blockers, undescribed, unpayable};
use sadu_domain::catalog::{Item, ItemStatus, ItemTotals};
use sadu_domain::error::{Code, FieldError};
use sadu_domain::ids::ItemId;
use sadu_domain::lang::Bilingual;
use sadu_domain::media::Picture;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::admin::media::MediaJson;
use crate::api::body;
use crate::api::items::ItemJson;
use crate::api::keyed;
use crate::api::paging::{self, PageQuery};
use crate::api::wire::{BilingualJson, Page};
use crate::auth::{Staff, TenantAdmin};
use crate::error::{ApiError, ApiResult};
use crate::middleware::tenant::TenantRef;

/// The routes' names in idempotency keys.
pub(crate) const CREATE: &str = "POST /admin/items";
const MOVE: &str = "POST /admin/items/step";

/// An item as its editors see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminItem<'a> {
    #[serde(flatten)]
    item: ItemJson<'a>,
    #[schema(value_type = BilingualJson)]
    story: &'a Bilingual,
    /// Order in lists, small first.
    position: i32,
    /// To be sent back with a change.
    revision: i64,
    /// Pieces or places in all; `stock` is what is left of them.
    stock_total: Option<i64>,
    /// Pieces or places held by orders.
    reserved: i64,
    /// Steps it can take from here.
    steps: Vec<&'static str>,
}

impl<'a> AdminItem<'a> {
    fn new(item: &'a Item, totals: &ItemTotals, pictures: &'a [Picture]) -> Self {
        Self {
            item: ItemJson::new(item, totals, pictures),
            story: &item.story,
            position: item.position,
            revision: item.revision,
            stock_total: totals.stock,
            reserved: totals.reserved,
            steps: ItemStep::ALL
                .into_iter()
                .filter(|step| step.fits(item.status))
                .map(ItemStep::as_str)
                .collect(),
        }
    }
}

/// The same, with what stands between it and its visitors.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminItemDetail<'a> {
    #[serde(flatten)]
    item: AdminItem<'a>,
    /// What is missing before it can be published: `{field, code, message:{ar,en}}`.
    #[schema(value_type = Vec<Object>)]
    blockers: Vec<FieldError>,
    /// Its pictures in their order, whatever their state.
    pictures: Vec<MediaJson>,
}

/// Filters of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AdminItemsQuery {
    /// One status; all but archived ones when left out.
    status: Option<String>,
    /// Rows wanted: 20 unless told, at most 100.
    limit: Option<u32>,
    /// Of the page before.
    cursor: Option<String>,
}

/// The id of an item, as a path has it.
///
/// # Errors
/// `not_found` for what is none.
pub fn item_id(text: &str) -> ApiResult<ItemId> {
    text.parse().map_err(|_| ApiError::code(Code::NotFound))
}

/// Every item with its totals, as stored now.
///
/// # Errors
/// `busy`.
pub async fn catalog(tenant: &TenantHandle) -> ApiResult<Vec<(Item, ItemTotals)>> {
    let mut tx = tenant.read_at_once().await?;
    let catalog = items::catalog(&mut tx).await?;
    tx.commit().await?;
    Ok(catalog)
}

/// What is missing before `item` can be published.
#[must_use]
pub fn missing(
    tenant: &TenantHandle,
    item: &Item,
    catalog: &[(Item, ItemTotals)],
) -> Vec<FieldError> {
    let snapshot = tenant.snapshot();
    let open = |slug: &str| {
        catalog
            .iter()
            .any(|(fund, _)| fund.slug == slug && fund.accepts_gifts())
    };
    let today = snapshot.tenant.day(chrono::Utc::now());
    let mut missing = blockers(item, snapshot.tenant.default_lang, today, open);
    missing.extend(unpayable(&snapshot.tenant));
    missing
}

/// The pictures of an item in their order, whatever their state.
///
/// # Errors
/// `busy`.
pub async fn pictures(tenant: &TenantHandle, item: ItemId) -> ApiResult<Vec<Media>> {
    let mut tx = tenant.read().await?;
    let pictures = media::of_item(&mut tx, item).await?;
    tx.commit().await?;
    Ok(pictures)
}

/// Items in every state, in their order.
#[utoipa::path(get, path = "/api/v1/admin/items", tag = "admin", params(AdminItemsQuery), responses((status = 200, description = "A page of items: `{data:[AdminItem], next_cursor}`")))]
pub async fn list(
    staff: Staff,
    tenant: TenantRef,
    query: web::Query<AdminItemsQuery>,
) -> ApiResult<HttpResponse> {
    staff.demand(Permission::CatalogRead)?;
    let status: Option<ItemStatus> = match query.status.as_deref() {
        None => None,
        Some(word) => Some(word.parse().map_err(|_| {
            ApiError::fields(vec![FieldError::new("status", Code::RequestFieldInvalid)])
        })?),
    };
    let paging = PageQuery {
        limit: query.limit,
        cursor: query.cursor.clone(),
    };
    let name = format!("admin items|{:?}", query.status);
    let skip: usize = paging
        .position(&tenant, &name)?
        .map_or(Ok(0), |p| p.parse())
        .map_err(|_| ApiError::code(Code::CursorInvalid))?;
    let catalog = catalog(&tenant).await?;
    let snapshot = tenant.snapshot();
    let mut shown: Vec<AdminItem<'_>> = catalog
        .iter()
        .filter(|(item, _)| {
            status.map_or(item.status != ItemStatus::Archived, |wanted| {
                item.status == wanted
            })
        })
        .skip(skip)
        .take(paging.rows().saturating_add(1))
        .map(|(item, totals)| AdminItem::new(item, totals, snapshot.catalog.pictures(item.id)))
        .collect();
    let more = shown.len() > paging.rows();
    shown.truncate(paging.rows());
    let next_cursor = more.then(|| {
        let position = skip.saturating_add(paging.rows()).to_string();
        paging::seal(&tenant, &name, &position)
    });
    Ok(HttpResponse::Ok().json(Page {
        data: shown,
        next_cursor,
    }))
}

/// One item.
#[utoipa::path(get, path = "/api/v1/admin/items/{id}", tag = "admin", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = AdminItemDetail<'static>), (status = 404, body = crate::error::Problem<'static>)))]
pub async fn show(
    staff: Staff,
    tenant: TenantRef,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    staff.demand(Permission::CatalogRead)?;
    let id = item_id(&id)?;
    let catalog = catalog(&tenant).await?;
    let (item, totals) = catalog
        .iter()
        .find(|(item, _)| item.id == id)
        .ok_or_else(|| ApiError::code(Code::NotFound))?;
    let pictures = pictures(&tenant, id).await?;
    let mut blockers = missing(&tenant, item, &catalog);
    blockers.extend(undescribed(pictures.iter().map(|m| (m.state, &m.alt))));
    let snapshot = tenant.snapshot();
    Ok(HttpResponse::Ok().json(AdminItemDetail {
        item: AdminItem::new(item, totals, snapshot.catalog.pictures(id)),
        pictures: pictures.into_iter().map(MediaJson::new).collect(),
        blockers,
    }))
}

fn rendered(item: &Item, totals: &ItemTotals, pictures: &[Picture]) -> String {
    serde_json::to_string(&AdminItem::new(item, totals, pictures)).unwrap_or_default()
}

/// A new item, as a draft.
#[utoipa::path(post, path = "/api/v1/admin/items", tag = "admin", params(("Idempotency-Key" = Option<String>, Header)),
    request_body(content = Object, description = "`{kind, title:{ar,en}, slug, summary, story, price, target, unit, suggested, min, max, stock, zakat_eligible, overfunding, licence, tags, position}`; all but kind and title may be left out"),
    responses((status = 201, body = AdminItem<'static>), (status = 409, body = crate::error::Problem<'static>), (status = 422, body = crate::error::Problem<'static>)))]
pub async fn create(
    staff: Staff,
    tenant: TenantRef,
    request: HttpRequest,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    staff.demand(Permission::CatalogWrite)?;
    let command = CreateItem {
        draft: body::json(&request, &bytes)?,
        actor: staff.actor(&request),
        key: keyed::key(&staff, &request, CREATE, &bytes)?,
        render: rendered,
    };
    let answer = tenant.execute(command).await?;
    Ok(keyed::answered(HttpResponse::Created(), answer))
}

/// A change and what it is held against.
struct Edit {
    draft: ItemDraft,
    revision: i64,
    reason: Option<String>,
}

/// `revision` and `reason` stand beside the item's own fields; an unknown field is refused.
fn parse_edit(mut fields: serde_json::Map<String, Value>) -> ApiResult<Edit> {
    let refused = |field: &str, code| ApiError::fields(vec![FieldError::new(field, code)]);
    let revision = fields
        .remove("revision")
        .and_then(|revision| revision.as_i64())
        .ok_or_else(|| refused("revision", Code::RequestFieldRequired))?;
    let reason = match fields.remove("reason") {
        None | Some(Value::Null) => None,
        Some(Value::String(reason)) => Some(
            sadu_domain::text::clean(&reason, 500)
                .map_err(|_| refused("reason", Code::TextTooLong))?,
        ),
        Some(_) => return Err(refused("reason", Code::RequestFieldInvalid)),
    };
    let draft = body::value(Value::Object(fields))?;
    Ok(Edit {
        draft,
        revision,
        reason,
    })
}

/// The whole item as the editor has it, with the `revision` it began with; and a `reason` where a published target rises.
#[utoipa::path(put, path = "/api/v1/admin/items/{id}", tag = "admin", params(("id" = uuid::Uuid, Path)),
    request_body(content = Object, description = "As for a new item, and `revision`; `reason` when the target of a published item rises"),
    responses((status = 200, body = AdminItem<'static>), (status = 409, body = crate::error::Problem<'static>), (status = 422, body = crate::error::Problem<'static>)))]
pub async fn edit(
    staff: Staff,
    tenant: TenantRef,
    id: web::Path<String>,
    request: HttpRequest,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    staff.demand(Permission::CatalogWrite)?;
    let Edit {
        draft,
        revision,
        reason,
    } = parse_edit(body::json(&request, &bytes)?)?;
    let command = EditItem {
        id: item_id(&id)?,
        revision,
        draft,
        reason,
        publisher: staff.demand(Permission::CatalogPublish).is_ok(),
        actor: staff.actor(&request),
    };
    let (item, totals, pictures) = tenant.execute(command).await?;
    Ok(HttpResponse::Ok().json(AdminItem::new(&item, &totals, &pictures)))
}

/// Takes out what was never published.
#[utoipa::path(delete, path = "/api/v1/admin/items/{id}", tag = "admin", params(("id" = uuid::Uuid, Path)), responses((status = 204), (status = 404, body = crate::error::Problem<'static>), (status = 409, body = crate::error::Problem<'static>)))]
pub async fn delete(
    staff: Staff,
    tenant: TenantRef,
    id: web::Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    staff.demand(Permission::CatalogWrite)?;
    let command = DeleteItem {
        id: item_id(&id)?,
        actor: staff.actor(&request),
    };
    tenant.execute(command).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn step(
    staff: &Staff,
    tenant: &TenantHandle,
    id: &str,
    request: &HttpRequest,
    step: ItemStep,
) -> ApiResult<HttpResponse> {
    let id = item_id(id)?;
    let said = format!("{id} {}", step.as_str());
    let command = MoveItem {
        id,
        step,
        actor: staff.actor(request),
        key: keyed::key(staff, request, MOVE, said.as_bytes())?,
        render: rendered,
    };
    let answer = tenant.execute(command).await?;
    Ok(keyed::answered(HttpResponse::Ok(), answer))
}

macro_rules! steps {
    ($($(#[$doc:meta])* $name:ident: $role:ident, $permission:ident, $step:ident, $path:literal;)*) => {
        $(
            $(#[$doc])*
            #[utoipa::path(post, path = $path, tag = "admin", params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header)),
                responses((status = 200, body = AdminItem<'static>), (status = 400, body = crate::error::Problem<'static>), (status = 404, body = crate::error::Problem<'static>), (status = 409, body = crate::error::Problem<'static>), (status = 422, body = crate::error::Problem<'static>)))]
            pub async fn $name(
                who: $role,
                tenant: TenantRef,
                id: web::Path<String>,
                request: HttpRequest,
            ) -> ApiResult<HttpResponse> {
                who.demand(Permission::$permission)?;
                step(&Staff(who.0), &tenant, &id, &request, ItemStep::$step).await
            }
        )*
    };
}

steps! {
    /// Says that a draft is ready for an administrator.
    submit: Staff, CatalogWrite, Submit, "/api/v1/admin/items/{id}/submit";
    /// Sends it back to be written on.
    give_back: Staff, CatalogWrite, Return, "/api/v1/admin/items/{id}/return";
    /// Opens it to visitors; 409 `item.not_ready` lists what is missing.
    publish: TenantAdmin, CatalogPublish, Publish, "/api/v1/admin/items/{id}/publish";
    /// Shown, but takes nothing for now.
    pause: TenantAdmin, CatalogPublish, Pause, "/api/v1/admin/items/{id}/pause";
    /// Open again.
    activate: TenantAdmin, CatalogPublish, Activate, "/api/v1/admin/items/{id}/activate";
    /// The work begins.
    execute: TenantAdmin, CatalogPublish, Execute, "/api/v1/admin/items/{id}/execute";
    /// Done; 409 `item.no_proof` while no proof is published.
    complete: TenantAdmin, CatalogPublish, Complete, "/api/v1/admin/items/{id}/complete";
    /// Out of the lists; its page stays.
    archive: TenantAdmin, CatalogPublish, Archive, "/api/v1/admin/items/{id}/archive";
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/items", web::get().to(list))
        .route("/items", web::post().to(create))
        .route("/items/{id}", web::get().to(show))
        .route("/items/{id}", web::put().to(edit))
        .route("/items/{id}", web::delete().to(delete))
        .route("/items/{id}/submit", web::post().to(submit))
        .route("/items/{id}/return", web::post().to(give_back))
        .route("/items/{id}/publish", web::post().to(publish))
        .route("/items/{id}/pause", web::post().to(pause))
        .route("/items/{id}/activate", web::post().to(activate))
        .route("/items/{id}/execute", web::post().to(execute))
        .route("/items/{id}/complete", web::post().to(complete))
        .route("/items/{id}/archive", web::post().to(archive));
}

//! `/admin/items`: the catalog as its people write it. A list, and one form an item in both languages side by side; it shares its
//! rules with the JSON routes and works without JavaScript.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use sadu_actors::commands::items::{CreateItem, DeleteItem, EditItem, ItemStep, MoveItem};
use sadu_domain::access::Permission;
use sadu_domain::catalog::{Item, ItemStatus, ItemTotals};
use sadu_domain::error::{Class, Code};
use sadu_domain::ids::ItemId;
use sadu_domain::plan::Usage;

use super::desk::{Asked, Shell};
use super::inbox::allow;
use super::item_form::Typed;
use super::item_page::{Showing, Which, editor};
use super::item_words::{self, Editing};
use super::room::Room;
use crate::api::admin::items::{CREATE, catalog, item_id, pictures};
use crate::api::admin::plan::standing;
use crate::auth::{Identity, Staff, TenantAdmin};
use crate::checkout::idempotency_key;
use crate::error::{ApiError, ApiResult};
use crate::pages::format::Amount;

struct Filter {
    word: String,
    url: String,
    current: bool,
}

struct Row {
    url: String,
    title: String,
    kind: &'static str,
    state: &'static str,
    tone: &'static str,
    raised: Amount,
    target: Option<Amount>,
}

/// The list.
#[derive(Template)]
#[template(path = "admin/items.html")]
struct ListPage<'a> {
    shell: Shell<'a>,
    t: &'static Editing,
    title: &'static str,
    done: Option<String>,
    room: Room,
    filters: Vec<Filter>,
    rows: Vec<Row>,
}

fn to(address: String) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, address))
        .finish()
}

/// `GET /admin/items?status=`.
///
/// # Errors
/// `busy`.
pub async fn list(staff: Staff, asked: Asked, which: web::Query<Which>) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::CatalogRead)?;
    let shell = asked.shell(&staff, "items");
    let (t, lang) = (Editing::of(asked.lang), asked.lang);
    let catalog = catalog(&asked.tenant).await?;
    let (plan, used) = standing(&asked.tenant).await?;
    let wanted: Option<ItemStatus> = which.status.parse().ok();
    let shown = |item: &Item| match wanted {
        Some(status) => item.status == status,
        None => item.status != ItemStatus::Archived,
    };
    let numerals = shell.frame.numerals();
    let rows = catalog
        .iter()
        .filter(|(item, _)| shown(item))
        .map(|(item, totals)| {
            let (state, tone) = item_words::status(item.status, lang);
            let title = shell.frame.t(&item.title);
            Row {
                url: format!("/admin/items/{}", item.id),
                title: if title.is_empty() { t.untitled } else { title }.to_owned(),
                kind: item_words::kind(item.kind, lang),
                state,
                tone,
                raised: numerals.exact(totals.raised),
                target: item.target.map(|target| numerals.exact(target)),
            }
        })
        .collect();
    let states = ItemStatus::ALL
        .iter()
        .filter(|status| catalog.iter().any(|(item, _)| item.status == **status));
    let mut filters = vec![Filter {
        word: t.all.to_owned(),
        url: "/admin/items".to_owned(),
        current: wanted.is_none(),
    }];
    filters.extend(states.map(|status| Filter {
        word: item_words::status(*status, lang).0.to_owned(),
        url: format!("/admin/items?status={status}"),
        current: wanted == Some(*status),
    }));
    let page = ListPage {
        title: shell.frame.things(),
        done: which.told(t, &shell).0,
        room: Room::new(
            &shell,
            plan.name.get(lang),
            Usage::new(used.items, plan.limits.items),
        ),
        filters,
        rows,
        t,
        shell,
    };
    asked.answer(StatusCode::OK, page.render())
}

/// `GET /admin/items/new?kind=`.
///
/// # Errors
/// `busy`.
pub async fn new(staff: Staff, asked: Asked, which: web::Query<Which>) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::CatalogWrite)?;
    let all = catalog(&asked.tenant).await?;
    editor(&asked, &staff, None, &all, &which, Showing::default())
}

/// `GET /admin/items/{id}`.
///
/// # Errors
/// `not_found`.
pub async fn show(
    staff: Staff,
    asked: Asked,
    id: web::Path<String>,
    which: web::Query<Which>,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::CatalogRead)?;
    let all = catalog(&asked.tenant).await?;
    let present = find(&all, item_id(&id)?)?;
    let showing = Showing {
        pictures: pictures(&asked.tenant, present.0.id).await?,
        ..Showing::default()
    };
    editor(&asked, &staff, Some(present), &all, &which, showing)
}

fn find(all: &[(Item, ItemTotals)], id: ItemId) -> ApiResult<&(Item, ItemTotals)> {
    all.iter()
        .find(|(item, _)| item.id == id)
        .ok_or_else(|| ApiError::code(Code::NotFound))
}

fn typed(body: &[u8]) -> Typed {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(body)
        .into_owned()
        .take(128)
        .collect();
    Typed::from_pairs(&pairs)
}

/// `POST /admin/items/new`.
///
/// # Errors
/// `busy`. What can be mended is shown beside its field.
pub async fn create(
    staff: Staff,
    asked: Asked,
    request: HttpRequest,
    body: web::Bytes,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::CatalogWrite)?;
    let mut form = typed(&body);
    let (draft, errors) = form.draft();
    let failure = if errors.is_empty() {
        let said = serde_json::to_vec(&draft).unwrap_or_default();
        let key = idempotency_key(Some(&form.key), &staff.user_id.to_string(), CREATE, &said)?;
        let command = CreateItem {
            draft,
            actor: staff.actor(&request),
            key: Some(key),
            render: |_, _, _| String::new(),
        };
        match asked.tenant.execute(command).await {
            Ok(made) => return Ok(to(format!("/admin/items/{}?done=created", made.id))),
            Err(error) => ApiError::from(error),
        }
    } else {
        ApiError::fields(errors)
    };
    let status = mendable(&failure)?;
    form.key = uuid::Uuid::now_v7().to_string();
    let all = catalog(&asked.tenant).await?;
    let showing = Showing {
        typed: Some(form),
        errors: failure.fields,
        status: Some(status),
        ..Showing::default()
    };
    editor(&asked, &staff, None, &all, &Which::default(), showing)
}

/// `POST /admin/items/{id}`.
///
/// # Errors
/// `not_found`, `busy`. What can be mended is shown beside its field; a stale save shows what changed.
pub async fn save(
    staff: Staff,
    asked: Asked,
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Bytes,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::CatalogWrite)?;
    let id = item_id(&id)?;
    let form = typed(&body);
    let (draft, errors) = form.draft();
    let failure = if errors.is_empty() {
        let command = EditItem {
            id,
            revision: form.revision,
            draft,
            reason: Some(form.reason.clone()),
            publisher: staff.demand(Permission::CatalogPublish).is_ok(),
            actor: staff.actor(&request),
        };
        match asked.tenant.execute(command).await {
            Ok(_) => return Ok(to(format!("/admin/items/{id}?done=saved"))),
            Err(error) => ApiError::from(error),
        }
    } else {
        ApiError::fields(errors)
    };
    let status = mendable(&failure)?;
    let all = catalog(&asked.tenant).await?;
    let present = find(&all, id)?;
    let which = Which {
        refused: if failure.fields.is_empty() && failure.code != Code::ItemRevisionConflict {
            failure.code.as_str().to_owned()
        } else {
            String::new()
        },
        ..Which::default()
    };
    let showing = Showing {
        typed: Some(form),
        stale: failure.code == Code::ItemRevisionConflict,
        errors: failure.fields,
        status: Some(status),
        pictures: pictures(&asked.tenant, id).await?,
    };
    editor(&asked, &staff, Some(present), &all, &which, showing)
}

/// The status of a page that shows a failure its reader can mend.
fn mendable(failure: &ApiError) -> ApiResult<StatusCode> {
    match failure.code.class() {
        Class::Invalid => Ok(StatusCode::UNPROCESSABLE_ENTITY),
        Class::Conflict => Ok(StatusCode::CONFLICT),
        _ => Err(failure.clone()),
    }
}

/// Back to the item's page, which says what can be mended.
///
/// # Errors
/// What cannot.
pub(super) fn refused(id: ItemId, failure: &ApiError) -> ApiResult<HttpResponse> {
    mendable(failure)?;
    Ok(to(format!("/admin/items/{id}?refused={}", failure.code)))
}

/// `POST /admin/items/{id}/submit`: what was written goes to an administrator.
///
/// # Errors
/// `not_found`. A step that does not fit is said on the item's page.
pub async fn submit(
    staff: Staff,
    asked: Asked,
    request: HttpRequest,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::CatalogWrite)?;
    take(&staff, &asked, &request, &id, ItemStep::Submit).await
}

/// `POST /admin/items/{id}/return`: and comes back.
///
/// # Errors
/// As [`submit`].
pub async fn give_back(
    staff: Staff,
    asked: Asked,
    request: HttpRequest,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::CatalogWrite)?;
    take(&staff, &asked, &request, &id, ItemStep::Return).await
}

/// `POST /admin/items/{id}/{step}`: every other step.
///
/// # Errors
/// As [`submit`]; `not_found` for a step that there is not.
pub async fn step(
    admin: TenantAdmin,
    asked: Asked,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::CatalogPublish)?;
    let (id, word) = path.into_inner();
    let step = ItemStep::ALL
        .into_iter()
        .find(|step| step.as_str() == word)
        .ok_or_else(|| ApiError::code(Code::NotFound))?;
    take(&admin, &asked, &request, &id, step).await
}

async fn take(
    me: &Identity,
    asked: &Asked,
    request: &HttpRequest,
    id: &str,
    step: ItemStep,
) -> ApiResult<HttpResponse> {
    let id = item_id(id)?;
    let command = MoveItem {
        id,
        step,
        actor: me.actor(request),
        key: None,
        render: |_, _, _| String::new(),
    };
    match asked.tenant.execute(command).await.map_err(ApiError::from) {
        Ok(_) => Ok(to(format!("/admin/items/{id}?done={}", step.as_str()))),
        Err(failure) => refused(id, &failure),
    }
}

/// `POST /admin/items/{id}/delete`.
///
/// # Errors
/// `not_found`. A published item is said to stay, on its page.
pub async fn delete(
    staff: Staff,
    asked: Asked,
    request: HttpRequest,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::CatalogWrite)?;
    let id = item_id(&id)?;
    let command = DeleteItem {
        id,
        actor: staff.actor(&request),
    };
    match asked.tenant.execute(command).await.map_err(ApiError::from) {
        Ok(()) => Ok(to("/admin/items?done=deleted".to_owned())),
        Err(failure) => refused(id, &failure),
    }
}

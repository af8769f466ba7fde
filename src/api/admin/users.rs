//! People who work for the tenant: listed, invited, given a role, switched off and on. Every write asks for a fresh proof of
//! identity (AUT-9) and writes one audit entry.
//!
//! The link of an invitation is in the answer that made it and in the mail to the person, and nowhere else: the database keeps its
//! hash.

use actix_web::{HttpRequest, HttpResponse, web};
use sadu_actors::TenantHandle;
use sadu_actors::commands::keyed::Answer;
use sadu_actors::commands::users::{Change, ChangeUser};
use sadu_db::users::{self, Member};
use sadu_domain::access::Permission;
use sadu_domain::error::Code;
use sadu_domain::ids::UserId;
use sadu_domain::member::{NewMember, parse_member, parse_role};

use crate::api::admin::user_wire::{InvitedJson, NewRole, UserJson, UsersPage};
use crate::api::body;
use crate::api::keyed;
use crate::api::paging::{self, PageQuery};
use crate::auth::{FreshAdmin, Link, TenantAdmin};
use crate::checkout;
use crate::error::{ApiError, ApiResult, Problem};
use crate::middleware::tenant::{TenantRef, Visit};
use crate::state::App;

/// Name of the list in cursors.
const LIST: &str = "users";

/// Everybody who works here.
#[utoipa::path(get, path = "/api/v1/admin/users", tag = "admin", params(PageQuery),
    responses((status = 200, body = UsersPage), (status = 422, body = Problem<'static>)))]
pub async fn list(
    admin: TenantAdmin,
    tenant: TenantRef,
    query: web::Query<PageQuery>,
) -> ApiResult<HttpResponse> {
    admin
        .demand(Permission::UsersRead)
        .map_err(|d| ApiError::code(d.code()))?;
    let after = query
        .position(&tenant, LIST)?
        .map(|p| p.parse().map_err(|_| ApiError::code(Code::CursorInvalid)))
        .transpose()?;
    let rows = query.rows();
    let mut found = members(&tenant, after, rows.saturating_add(1)).await?;
    let more = found.len() > rows;
    found.truncate(rows);
    let next_cursor = found
        .last()
        .filter(|_| more)
        .map(|last| paging::seal(&tenant, LIST, &last.user.id.to_string()));
    Ok(HttpResponse::Ok().json(UsersPage {
        data: found.iter().map(UserJson::from).collect(),
        next_cursor,
    }))
}

/// Members after one, at most so many.
///
/// # Errors
/// `busy`.
pub async fn members(
    tenant: &TenantHandle,
    after: Option<UserId>,
    most: usize,
) -> ApiResult<Vec<Member>> {
    let mut tx = tenant.read().await?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let found = users::members(&mut tx, after, most).await?;
    tx.commit().await?;
    Ok(found)
}

/// Invites somebody by e-mail; the answer holds a link that works once, for seven days.
#[utoipa::path(post, path = "/api/v1/admin/users", tag = "admin",
    request_body(content = Object, description = "`{email, name, role}`"),
    responses((status = 201, body = InvitedJson), (status = 403, body = Problem<'static>), (status = 409, body = Problem<'static>), (status = 422, body = Problem<'static>)))]
pub async fn invite(
    admin: FreshAdmin,
    tenant: TenantRef,
    visit: Visit,
    app: web::Data<App>,
    request: HttpRequest,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    let asked: NewMember = body::json(&request, &bytes)?;
    let invitee = parse_member(&asked).map_err(ApiError::fields)?;
    let (link, new) = Link::new(&tenant);
    let change = Change::Invite(invitee, new);
    let said = Said::of(&request, "POST /admin/users", &bytes);
    let changed = write(&admin, &tenant, &request, change, said).await?;
    Ok(linked(
        HttpResponse::Created(),
        &changed,
        &link.address(&app.site.origin(&visit.host)),
    ))
}

/// Gives somebody who never came a new link; the old one counts no more.
#[utoipa::path(post, path = "/api/v1/admin/users/{id}/invite", tag = "admin", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = InvitedJson), (status = 403, body = Problem<'static>), (status = 404, body = Problem<'static>), (status = 409, body = Problem<'static>)))]
pub async fn invite_again(
    admin: FreshAdmin,
    tenant: TenantRef,
    visit: Visit,
    app: web::Data<App>,
    id: web::Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let (link, new) = Link::new(&tenant);
    let change = Change::InviteAgain(user_id(&id)?, new);
    let said = Said::of(&request, "POST /admin/users/invite", id.as_bytes());
    let changed = write(&admin, &tenant, &request, change, said).await?;
    Ok(linked(
        HttpResponse::Ok(),
        &changed,
        &link.address(&app.site.origin(&visit.host)),
    ))
}

/// Takes an invitation back.
#[utoipa::path(post, path = "/api/v1/admin/users/{id}/withdraw", tag = "admin", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = UserJson), (status = 403, body = Problem<'static>), (status = 404, body = Problem<'static>)))]
pub async fn withdraw(
    admin: FreshAdmin,
    tenant: TenantRef,
    id: web::Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let change = Change::Withdraw(user_id(&id)?);
    let said = Said::of(&request, "POST /admin/users/withdraw", id.as_bytes());
    let answer = write(&admin, &tenant, &request, change, said).await?;
    Ok(keyed::answered(HttpResponse::Ok(), answer))
}

/// Gives somebody another role; their sessions end.
#[utoipa::path(post, path = "/api/v1/admin/users/{id}/role", tag = "admin", params(("id" = uuid::Uuid, Path)), request_body = NewRole,
    responses((status = 200, body = UserJson), (status = 403, body = Problem<'static>), (status = 404, body = Problem<'static>), (status = 409, body = Problem<'static>), (status = 422, body = Problem<'static>)))]
pub async fn role(
    admin: FreshAdmin,
    tenant: TenantRef,
    id: web::Path<String>,
    request: HttpRequest,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    let new: NewRole = body::json(&request, &bytes)?;
    let role = parse_role(&new.role).map_err(|error| ApiError::fields(vec![error]))?;
    let change = Change::Role(user_id(&id)?, role);
    let text = format!("{id}|{role}");
    let said = Said::of(&request, "POST /admin/users/role", text.as_bytes());
    let answer = write(&admin, &tenant, &request, change, said).await?;
    Ok(keyed::answered(HttpResponse::Ok(), answer))
}

/// Switches somebody off; their sessions and sockets end within five seconds.
#[utoipa::path(post, path = "/api/v1/admin/users/{id}/disable", tag = "admin", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = UserJson), (status = 403, body = Problem<'static>), (status = 404, body = Problem<'static>), (status = 409, body = Problem<'static>)))]
pub async fn disable(
    admin: FreshAdmin,
    tenant: TenantRef,
    id: web::Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let change = Change::Disable(user_id(&id)?);
    let said = Said::of(&request, "POST /admin/users/disable", id.as_bytes());
    let answer = write(&admin, &tenant, &request, change, said).await?;
    Ok(keyed::answered(HttpResponse::Ok(), answer))
}

/// Switches somebody on again.
#[utoipa::path(post, path = "/api/v1/admin/users/{id}/enable", tag = "admin", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = UserJson), (status = 403, body = Problem<'static>), (status = 404, body = Problem<'static>), (status = 409, body = Problem<'static>)))]
pub async fn enable(
    admin: FreshAdmin,
    tenant: TenantRef,
    id: web::Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let change = Change::Enable(user_id(&id)?);
    let said = Said::of(&request, "POST /admin/users/enable", id.as_bytes());
    let answer = write(&admin, &tenant, &request, change, said).await?;
    Ok(keyed::answered(HttpResponse::Ok(), answer))
}

/// The caller's Idempotency-Key and what it stands for.
pub(crate) struct Said<'a> {
    key: Option<&'a str>,
    route: &'static str,
    body: &'a [u8],
}

impl<'a> Said<'a> {
    fn of(request: &'a HttpRequest, route: &'static str, body: &'a [u8]) -> Self {
        Self {
            key: body::key(request),
            route,
            body,
        }
    }

    /// By a form, whose reload asks the browser's own question.
    pub(crate) const fn nothing() -> Said<'static> {
        Said {
            key: None,
            route: "",
            body: &[],
        }
    }
}

/// Does it, for program and page alike.
///
/// # Errors
/// Those of the command, and of the key.
pub(crate) async fn write(
    admin: &FreshAdmin,
    tenant: &TenantHandle,
    request: &HttpRequest,
    change: Change,
    said: Said<'_>,
) -> ApiResult<Answer> {
    admin
        .demand(Permission::UsersWrite)
        .map_err(|d| ApiError::code(d.code()))?;
    let actor = admin.user_id.to_string();
    let key = said
        .key
        .map(|key| checkout::idempotency_key(Some(key), &actor, said.route, said.body))
        .transpose()?;
    let command = ChangeUser {
        change,
        by: admin.user_id,
        actor: admin.actor(request),
        key,
        render: |member| serde_json::to_string(&UserJson::from(member)).unwrap_or_default(),
    };
    Ok(tenant.execute(command).await?)
}

pub(crate) fn user_id(text: &str) -> ApiResult<UserId> {
    text.parse().map_err(|_| ApiError::code(Code::UserNotFound))
}

/// The kept answer with its link, which is in no other.
fn linked(
    mut response: actix_web::HttpResponseBuilder,
    changed: &Answer,
    link: &str,
) -> HttpResponse {
    let mut body: serde_json::Map<_, _> = serde_json::from_str(&changed.body).unwrap_or_default();
    keyed::mark(&mut response, changed.replayed);
    let link = (!changed.replayed).then_some(link);
    body.insert("invitation_url".to_owned(), link.into());
    response.json(body)
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/users", web::get().to(list))
        .route("/users", web::post().to(invite))
        .route("/users/{id}/invite", web::post().to(invite_again))
        .route("/users/{id}/withdraw", web::post().to(withdraw))
        .route("/users/{id}/role", web::post().to(role))
        .route("/users/{id}/disable", web::post().to(disable))
        .route("/users/{id}/enable", web::post().to(enable));
}

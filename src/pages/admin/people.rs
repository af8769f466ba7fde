//! `/admin/users`: who works here, and the forms that change it. Plain HTML throughout; the only script copies a link.
//!
//! Reading needs an administrator; each form needs one who proved who they are within a quarter of an hour, and leads through
//! that and back. The rules are those of the JSON routes.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use sadu_actors::commands::users::Change;
use sadu_domain::access::{Permission, Role};
use sadu_domain::error::{Class, Code, FieldError};
use sadu_domain::member::{NewMember, parse_member, parse_role};
use sadu_domain::plan::Usage;
use serde::Deserialize;

use super::desk::Asked;
use super::inbox::allow;
use super::people_view::{Form, NewLink, Page, Person, isolated};
use super::people_words::People;
use super::room::Room;
use super::view::When;
use crate::api::admin::plan::standing;
use crate::api::admin::user_wire::UserJson;
use crate::api::admin::users::{Said, members, user_id, write};
use crate::auth::{FreshAdmin, Identity, Link, TenantAdmin, step_up};
use crate::error::{ApiError, ApiResult};
use crate::middleware::tenant::Visit;
use crate::state::App;

/// Most people on the page; a tenant with more works with the JSON routes.
const MOST: usize = 500;

/// What the page says besides the list.
#[derive(Default)]
struct Notice {
    done: Option<&'static str>,
    refused: Option<String>,
    link: Option<(String, String)>,
    form: Form,
}

/// `?done=`.
#[derive(Debug, Default, Deserialize)]
pub struct Which {
    done: Option<String>,
}

/// `GET /admin/users`.
///
/// # Errors
/// `busy`.
pub async fn list(
    admin: TenantAdmin,
    asked: Asked,
    request: HttpRequest,
    which: web::Query<Which>,
) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::UsersRead)?;
    let p = People::of(asked.lang);
    let said = Notice {
        done: match which.done.as_deref() {
            Some("role") => Some(p.done_role),
            Some("disable") => Some(p.done_disable),
            Some("enable") => Some(p.done_enable),
            Some("withdraw") => Some(p.done_withdraw),
            _ => None,
        },
        ..Notice::default()
    };
    show(&admin, &asked, &request, said, StatusCode::OK).await
}

/// The form as it arrives; the guard has looked at its `csrf` field.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    email: String,
    name: String,
    role: String,
}

/// `POST /admin/users`: makes an invitation, and shows its link this once.
///
/// # Errors
/// `busy`; what can be mended is shown.
pub async fn invite(
    admin: FreshAdmin,
    asked: Asked,
    request: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    typed: web::Form<Typed>,
) -> ApiResult<HttpResponse> {
    let form = Form {
        email: typed.email.clone(),
        name: typed.name.clone(),
        is_admin: typed.role == Role::TenantAdmin.as_str(),
        ..Form::default()
    };
    let (link, made_link) = Link::new(&asked.tenant);
    let new = NewMember {
        email: typed.email.clone(),
        name: typed.name.clone(),
        role: typed.role.clone(),
    };
    let made = match parse_member(&new) {
        Ok(invitee) => {
            let to = invitee.email.clone();
            let change = Change::Invite(invitee, made_link);
            write(&admin, &asked.tenant, &request, change, Said::nothing())
                .await
                .map(|_| to)
        }
        Err(errors) => Err(ApiError::fields(errors)),
    };
    match made {
        Ok(to) => {
            let address = link.address(&app.site.origin(&visit.host));
            let said = Notice {
                link: Some((to, address)),
                ..Notice::default()
            };
            show(&admin, &asked, &request, said, StatusCode::CREATED).await
        }
        Err(failure) => refuse(&admin, &asked, &request, form, failure).await,
    }
}

/// `POST /admin/users/{id}/invite`: a new link in place of the old one.
///
/// # Errors
/// `busy`, `user.not_found`; what can be mended is shown.
pub async fn invite_again(
    admin: FreshAdmin,
    asked: Asked,
    request: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    let (link, made) = Link::new(&asked.tenant);
    let change = Change::InviteAgain(user_id(&id)?, made);
    match write(&admin, &asked.tenant, &request, change, Said::nothing()).await {
        Ok(changed) => {
            let member: serde_json::Value = serde_json::from_str(&changed.body).unwrap_or_default();
            let to = member.get("email").and_then(|email| email.as_str());
            let address = link.address(&app.site.origin(&visit.host));
            let said = Notice {
                link: Some((to.unwrap_or_default().to_owned(), address)),
                ..Notice::default()
            };
            show(&admin, &asked, &request, said, StatusCode::OK).await
        }
        Err(failure) => refuse(&admin, &asked, &request, Form::default(), failure).await,
    }
}

/// The role that was chosen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    role: String,
}

/// `POST /admin/users/{id}/role`.
///
/// # Errors
/// As [`invite_again`].
pub async fn role(
    admin: FreshAdmin,
    asked: Asked,
    request: HttpRequest,
    id: web::Path<String>,
    chosen: web::Form<Chosen>,
) -> ApiResult<HttpResponse> {
    let role = parse_role(&chosen.role).map_err(|error| ApiError::fields(vec![error]))?;
    let change = Change::Role(user_id(&id)?, role);
    carry_out(&admin, &asked, &request, change, "role").await
}

/// `POST /admin/users/{id}/disable`.
///
/// # Errors
/// As [`invite_again`].
pub async fn disable(
    admin: FreshAdmin,
    asked: Asked,
    request: HttpRequest,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    let change = Change::Disable(user_id(&id)?);
    carry_out(&admin, &asked, &request, change, "disable").await
}

/// `POST /admin/users/{id}/enable`.
///
/// # Errors
/// As [`invite_again`].
pub async fn enable(
    admin: FreshAdmin,
    asked: Asked,
    request: HttpRequest,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    let change = Change::Enable(user_id(&id)?);
    carry_out(&admin, &asked, &request, change, "enable").await
}

/// `POST /admin/users/{id}/withdraw`.
///
/// # Errors
/// As [`invite_again`].
pub async fn withdraw(
    admin: FreshAdmin,
    asked: Asked,
    request: HttpRequest,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    let change = Change::Withdraw(user_id(&id)?);
    carry_out(&admin, &asked, &request, change, "withdraw").await
}

/// Does it, and goes to the page's own address, so that a reload sends no form again.
async fn carry_out(
    admin: &FreshAdmin,
    asked: &Asked,
    request: &HttpRequest,
    change: Change,
    done: &'static str,
) -> ApiResult<HttpResponse> {
    match write(admin, &asked.tenant, request, change, Said::nothing()).await {
        Ok(_) => Ok(HttpResponse::SeeOther()
            .insert_header((header::LOCATION, format!("/admin/users?done={done}")))
            .finish()),
        Err(failure) => refuse(admin, asked, request, Form::default(), failure).await,
    }
}

/// The page again, with what stands in the way.
async fn refuse(
    me: &Identity,
    asked: &Asked,
    request: &HttpRequest,
    mut form: Form,
    failure: ApiError,
) -> ApiResult<HttpResponse> {
    let mendable = matches!(failure.code.class(), Class::Invalid | Class::Conflict)
        || failure.code == Code::UserOwnRole;
    if !mendable {
        return Err(failure);
    }
    let text = |error: &FieldError| error.message.get(asked.lang).to_owned();
    let of = |field: &str| failure.fields.iter().find(|e| e.field == field).map(text);
    form.email_error = of("email");
    form.name_error = of("name");
    let field = form.email_error.is_some() || form.name_error.is_some();
    let detail = || failure.code.detail_in(asked.lang).to_owned();
    let said = Notice {
        refused: (!field).then(|| of("plan").unwrap_or_else(detail)),
        form,
        ..Notice::default()
    };
    let status = actix_web::ResponseError::status_code(&failure);
    show(me, asked, request, said, status).await
}

async fn show(
    me: &Identity,
    asked: &Asked,
    request: &HttpRequest,
    said: Notice,
    status: StatusCode,
) -> ApiResult<HttpResponse> {
    let shell = asked.shell(me, "people");
    let p = People::of(asked.lang);
    let found = members(&asked.tenant, None, MOST).await?;
    let (plan, used) = standing(&asked.tenant).await?;
    let people: Vec<UserJson> = found.iter().map(UserJson::from).collect();
    let link = said.link.map(|(to, address)| {
        let until = people.iter().find(|person| person.email == to);
        let until = until.and_then(|person| person.invitation.as_ref());
        let until = until.map(|open| When::new(&shell.frame, open.expires_at).full);
        NewLink {
            address,
            title: p.link_title.replace("{x}", &isolated(&to)),
            body: p.link_body.replace("{x}", &until.unwrap_or_default()),
        }
    });
    let page = Page {
        p,
        title: p.title,
        room: Room::new(
            &shell,
            plan.name.get(asked.lang),
            Usage::new(used.staff, plan.limits.staff),
        ),
        people: people
            .iter()
            .map(|user| Person::new(&shell, p, user))
            .collect(),
        prove: me.demand_step_up().is_err().then(|| step_up(request)),
        done: said.done,
        refused: said.refused,
        link,
        form: said.form,
        shell,
    };
    asked.answer(status, page.render())
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/users", web::get().to(list))
        .route("/admin/users", web::post().to(invite))
        .route("/admin/users/{id}/invite", web::post().to(invite_again))
        .route("/admin/users/{id}/role", web::post().to(role))
        .route("/admin/users/{id}/disable", web::post().to(disable))
        .route("/admin/users/{id}/enable", web::post().to(enable))
        .route("/admin/users/{id}/withdraw", web::post().to(withdraw));
}

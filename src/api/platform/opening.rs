//! `POST /api/v1/platform/tenants`: opens a tenant. Its host answers at once here, and within a second in every other process.
//!
//! The link of the first invitation is in the answer that made it and nowhere else: the database keeps its hash.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use sadu_db::platform::opening::{self, Made, Once, Opened};
use sadu_db::seal::sha256;
use sadu_db::{DbError, PlatformTx};
use sadu_domain::error::{Code, FieldError};
use sadu_domain::ids::{TenantId, UserId};
use sadu_domain::opening::{NewTenant, Opening, parse_opening};
use sadu_domain::tenant::{HOME_ZONE, local_day};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{body, keyed};
use crate::auth::{Link, PlatformAdmin};
use crate::checkout::idempotency_key;
use crate::config::site::RESERVED;
use crate::error::{ApiError, ApiResult, Problem};
use crate::state::App;

/// The route's name in idempotency keys.
const ROUTE: &str = "POST /platform/tenants";

/// The way in for the first administrator.
#[derive(Debug, Serialize, ToSchema)]
pub struct FirstInvitation {
    /// Whom it lets in.
    pub email: String,
    /// Works once, and only for that address.
    pub url: String,
    /// Until then.
    pub expires_at: DateTime<Utc>,
}

/// A tenant that was opened.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenedTenant {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: TenantId,
    /// Its label under the base domain.
    pub slug: String,
    /// Address of its site.
    pub url: String,
    /// Id of its plan.
    pub plan: String,
    /// What its references begin with.
    pub reference_prefix: String,
    /// Shown this once: null when this is a first answer given again.
    pub invitation: Option<FirstInvitation>,
}

/// What came of opening one.
pub enum Answered {
    /// It is open, now or by the same form before.
    Opened(OpenedTenant),
    /// The key stands for another form: address of the tenant that was opened by it.
    Before(String),
}

/// Opens a tenant, for the route and for the console.
///
/// # Errors
/// Fields at fault, `idempotency.key_invalid`, `tenant.not_found` when the one that the key stands for is gone.
pub async fn open(
    app: &App,
    admin: &PlatformAdmin,
    request: &HttpRequest,
    new: &NewTenant,
    key: Option<(&str, &[u8])>,
) -> ApiResult<Answered> {
    let opening = parse_opening(new, &RESERVED, local_day(Utc::now(), HOME_ZONE))
        .map_err(ApiError::fields)?;
    let actor = admin.actor(request);
    if let Some((key, _)) = key {
        idempotency_key(Some(key), &actor.id, ROUTE, &[])?;
    }
    let once = key.map(|(key, body)| Once {
        key,
        body_hash: sha256(body),
    });
    let link = Link::first();
    let (tenant, id) = (TenantId::new(), Uuid::now_v7());
    let made = Made {
        tenant,
        key: id,
        wrapped: app.directory.first_key(tenant, id)?,
        admin: UserId::new(),
        invitation: link.hash(),
    };
    let mut tx = PlatformTx::begin(&app.db).await?;
    let opened = opening::open(&mut tx, &opening, &made, once, &actor).await;
    let opened = opened.map_err(|error| taken(error, &opening))?;
    tx.commit().await?;
    let opened = opened.ok_or_else(|| ApiError::code(Code::TenantNotFound))?;
    Ok(if opened.same_body {
        Answered::Opened(told(app, opened, &opening, &link))
    } else {
        let host = format!("{}.{}", opened.slug, app.site.base_domain);
        Answered::Before(format!("{}/", app.site.origin(&host)))
    })
}

fn told(app: &App, opened: Opened, opening: &Opening, link: &Link) -> OpenedTenant {
    let host = format!("{}.{}", opened.slug, app.site.base_domain);
    // Somebody may have looked for it before there was one.
    app.directory.forget_host(&host);
    let origin = app.site.origin(&host);
    OpenedTenant {
        id: opened.tenant,
        url: format!("{origin}/"),
        plan: opened.plan,
        reference_prefix: opened.prefix,
        invitation: opened.invited_until.map(|expires_at| FirstInvitation {
            email: opening.admin.email.clone(),
            url: link.address(&origin),
            expires_at,
        }),
        slug: opened.slug,
    }
}

/// Constraint name → the field at fault.
fn taken(error: DbError, opening: &Opening) -> ApiError {
    let fault = |field: &str, code| ApiError::fields(vec![FieldError::new(field, code)]);
    if error.is_constraint("tenants_slug_key") {
        fault("slug", Code::TenantSlugTaken)
    } else if error.is_constraint("tenants_reference_prefix_key") && opening.prefixes.len() == 1 {
        fault("reference_prefix", Code::TenantPrefixTaken)
    } else if error.is_constraint("tenants_reference_prefix_key") {
        // Two were opened at the same instant, or every suggestion is taken: asked again, others are tried.
        ApiError::code(Code::Busy)
    } else if error.is_constraint("tenants_plan_id_fkey") {
        fault("plan", Code::PlanNotFound)
    } else {
        error.into()
    }
}

/// Opens a tenant: its site, its keys, drafts to begin with, and an invitation for its first administrator.
#[utoipa::path(post, path = "/api/v1/platform/tenants", tag = "platform", params(("Idempotency-Key" = Option<String>, Header)),
    request_body(content = Object, description = "`{slug, name:{ar,en}, kind: charity|shop, template?: charity|shop|empty, reference_prefix?, licence?: {number, valid_until?}, first_admin_email, first_admin_name?, plan}`"),
    responses((status = 201, body = OpenedTenant), (status = 404, body = Problem<'static>), (status = 422, body = Problem<'static>)))]
pub async fn create(
    admin: PlatformAdmin,
    app: web::Data<App>,
    request: HttpRequest,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    let new: NewTenant = body::json(&request, &bytes)?;
    let key = body::key(&request).map(|key| (key, bytes.as_ref()));
    let opened = match open(&app, &admin, &request, &new, key).await? {
        Answered::Opened(opened) => opened,
        Answered::Before(_) => return Err(ApiError::code(Code::IdempotencyKeyReused)),
    };
    let mut answer = HttpResponse::Created();
    keyed::mark(&mut answer, opened.invitation.is_none());
    Ok(answer.json(opened))
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/tenants", web::post().to(create));
}

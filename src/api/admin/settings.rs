//! Branding and settings: read whole, sent back whole with the revision they were read at. Writes demand a fresh proof of identity
//! (security.md 2.3). The other forms of the settings (`bank`) are shown and saved by what stands here, and so are their pages.

use actix_web::{HttpRequest, HttpResponse, web};
use sadu_actors::TenantHandle;
use sadu_actors::commands::settings::{Edit, Kept, Saved};
use sadu_db::tenants;
use sadu_domain::access::Permission;
use sadu_domain::changes::Change;
use sadu_domain::error::{Code, FieldError};
use sadu_domain::settings::SettingsDraft;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::api::body;
use crate::auth::{FreshAdmin, TenantAdmin};
use crate::error::{ApiError, ApiResult};
use crate::middleware::tenant::TenantRef;

/// A form on the wire.
#[derive(Debug, Serialize)]
struct FormJson<F> {
    #[serde(flatten)]
    form: F,
    revision: i64,
    /// What the save changed; only after one.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<Change>>,
}

/// A form as stored now, and its revision.
///
/// # Errors
/// `busy`.
pub async fn current<F: Kept>(tenant: &TenantHandle) -> ApiResult<(F, i64)> {
    let mut tx = tenant.read_at_once().await?;
    let form = F::of(&tenants::load(&mut tx).await?);
    let revision = tenants::revision(&mut tx, F::FORM).await?;
    tx.commit().await?;
    Ok((form, revision))
}

/// The answer to who asks for a form.
///
/// # Errors
/// `auth.forbidden`, `busy`.
pub(super) async fn answer<F: Kept>(
    admin: &TenantAdmin,
    tenant: &TenantHandle,
) -> ApiResult<HttpResponse> {
    admin
        .demand(Permission::SettingsRead)
        .map_err(|denied| ApiError::code(denied.code()))?;
    let (form, revision) = current::<F>(tenant).await?;
    Ok(HttpResponse::Ok().json(FormJson {
        form,
        revision,
        changes: None,
    }))
}

/// `revision` stands beside the fields. All of them are sent: what is left out would be lost otherwise.
fn parse<F: Kept>(mut fields: Map<String, Value>) -> ApiResult<(F, i64)> {
    let missing = |field: &str| FieldError::new(field, Code::RequestFieldRequired);
    let revision = fields.remove("revision").and_then(|value| value.as_i64());
    let mut errors: Vec<FieldError> = F::FIELDS
        .iter()
        .filter(|field| !fields.contains_key(**field))
        .map(|field| missing(field))
        .collect();
    let Some(revision) = revision else {
        errors.push(missing("revision"));
        return Err(ApiError::fields(errors));
    };
    if !errors.is_empty() {
        return Err(ApiError::fields(errors));
    }
    let draft = body::value(Value::Object(fields))?;
    Ok((draft, revision))
}

/// Saves a form that was sent.
///
/// # Errors
/// `auth.forbidden`, `busy`, a body that cannot be read, a broken rule at its field, and the form's conflict for who saves second.
pub(super) async fn save<F: Kept>(
    admin: &FreshAdmin,
    tenant: &TenantHandle,
    request: &HttpRequest,
    bytes: &web::Bytes,
) -> ApiResult<HttpResponse> {
    admin
        .demand(Permission::SettingsWrite)
        .map_err(|denied| ApiError::code(denied.code()))?;
    let (draft, revision) = parse::<F>(body::json(request, bytes)?)?;
    let command = Edit {
        draft,
        revision,
        actor: admin.actor(request),
    };
    let Saved {
        draft,
        revision,
        changes,
    } = tenant.execute(command).await?;
    Ok(HttpResponse::Ok().json(FormJson {
        form: draft,
        revision,
        changes: Some(changes),
    }))
}

/// The settings: names, look, languages, digits, calendar, contact, whom to notify, licence.
#[utoipa::path(get, path = "/api/v1/admin/settings", tag = "admin",
    responses((status = 200, body = Object, description = "`{name:{ar,en}, tagline, hero, footer, primary, accent, languages, default_language, digits, hijri, hijri_offset, phone, email, address, hours, notify_emails, licence, revision}`")))]
pub async fn show(admin: TenantAdmin, tenant: TenantRef) -> ApiResult<HttpResponse> {
    answer::<SettingsDraft>(&admin, &tenant).await
}

/// All settings, as they shall be, with the `revision` they were read at. A save that comes second is a 409
/// `settings.revision_conflict`, whose `errors` say what stands there now.
#[utoipa::path(put, path = "/api/v1/admin/settings", tag = "admin",
    request_body(content = Object, description = "As they were read; `revision` must be the present one"),
    responses((status = 200, body = Object, description = "The settings as stored, the new `revision`, and `changes`: `[{field, before, after}]`"),
        (status = 409, body = crate::error::Problem<'static>), (status = 422, body = crate::error::Problem<'static>)))]
pub async fn edit(
    admin: FreshAdmin,
    tenant: TenantRef,
    request: HttpRequest,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    save::<SettingsDraft>(&admin, &tenant, &request, &bytes).await
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/settings", web::get().to(show))
        .route("/settings", web::put().to(edit));
}

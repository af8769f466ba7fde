//! Somebody of the platform looks into a tenant: for a reason, for minutes, reading only unless told otherwise (security.md, ISO-8).
//! The function that does it is also the console's.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use sadu_db::PlatformTx;
use sadu_db::platform::tenants::{self, Grant};
use sadu_domain::error::{Code, FieldError};
use sadu_domain::ids::TenantId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::tenants::{REASON, all, line, tenant_id};
use crate::api::body;
use crate::auth::{PlatformAdmin, Secret};
use crate::error::{ApiError, ApiResult};
use crate::state::App;

/// Longest name of a ticket, in characters.
const TICKET: usize = 80;
/// Longest time inside a tenant, in minutes (security.md, ISO-8).
const MINUTES: i64 = 30;

/// `{reason, ticket, minutes, write?}`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActAs {
    /// Why; the tenant reads it.
    #[serde(default)]
    pub reason: String,
    /// Where it was asked for.
    #[serde(default)]
    pub ticket: String,
    /// For how long, 1 to 30.
    #[serde(default)]
    pub minutes: i64,
    /// More than looking.
    #[serde(default)]
    pub write: bool,
}

/// The way in.
#[derive(Debug, Serialize, ToSchema)]
pub struct WayIn {
    /// Open it within a minute, once.
    pub url: String,
    /// When the session ends, whatever happens.
    pub until: DateTime<Utc>,
    /// Whether more than looking is allowed.
    pub write: bool,
}

/// Lets the caller into a tenant (security.md, ISO-8).
///
/// # Errors
/// Fields at fault, `auth.step_up_required`, `tenant.not_found`, `tenant.closed` for one that shows no pages.
pub async fn let_in(
    app: &App,
    admin: &PlatformAdmin,
    request: &HttpRequest,
    tenant: TenantId,
    asked: &ActAs,
) -> ApiResult<WayIn> {
    admin
        .demand_step_up()
        .map_err(|denied| ApiError::code(denied.code()))?;
    let (reason, ticket, minutes) = checked(asked).map_err(ApiError::fields)?;
    let code = Secret::random();
    let grant = Grant {
        tenant,
        id: Uuid::now_v7(),
        code_hash: code.hash(),
        minutes,
        write: asked.write,
        reason: &reason,
        ticket: &ticket,
        auth_time: admin.auth_time.unwrap_or(DateTime::UNIX_EPOCH),
        name: &admin.admin.name,
    };
    let mut tx = PlatformTx::begin(&app.db).await?;
    let granted = tenants::act_as(&mut tx, &grant, &admin.actor(request)).await?;
    tx.commit().await?;
    let Some(granted) = granted else {
        let known = all(app).await?.iter().any(|listed| listed.id == tenant);
        return Err(ApiError::code(if known {
            Code::TenantClosed
        } else {
            Code::TenantNotFound
        }));
    };
    let host = format!("{}.{}", granted.slug, app.site.base_domain);
    Ok(WayIn {
        url: format!("{}/auth/act?code={}", app.site.origin(&host), code.expose()),
        until: granted.until,
        write: asked.write,
    })
}

fn checked(asked: &ActAs) -> Result<(String, String, i32), Vec<FieldError>> {
    let mut faults = Vec::new();
    let mut take = |checked: Result<String, FieldError>| {
        checked.unwrap_or_else(|fault| {
            faults.push(fault);
            String::new()
        })
    };
    let reason = take(line("reason", &asked.reason, REASON));
    let ticket = take(line("ticket", &asked.ticket, TICKET));
    let minutes = i32::try_from(asked.minutes)
        .ok()
        .filter(|_| (1..=MINUTES).contains(&asked.minutes));
    match minutes {
        Some(minutes) if faults.is_empty() => Ok((reason, ticket, minutes)),
        Some(_) => Err(faults),
        None => {
            faults.push(FieldError::new("minutes", Code::RequestFieldInvalid));
            Err(faults)
        }
    }
}

/// Lets the caller into a tenant: for a reason, for minutes, reading only unless told otherwise.
#[utoipa::path(post, path = "/api/v1/platform/tenants/{id}/act-as", tag = "platform", params(("id" = Uuid, Path)),
    request_body(content = ActAs, description = "`{reason, ticket, minutes, write?}`"),
    responses((status = 201, body = WayIn), (status = 403), (status = 409), (status = 422)))]
pub async fn act_as(
    admin: PlatformAdmin,
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    let asked: ActAs = body::json(&request, &bytes)?;
    let way = let_in(&app, &admin, &request, tenant_id(&id)?, &asked).await?;
    Ok(HttpResponse::Created().json(way))
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/tenants/{id}/act-as", web::post().to(act_as));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(reason: &str, ticket: &str, minutes: i64) -> Vec<String> {
        let asked = ActAs {
            reason: reason.into(),
            ticket: ticket.into(),
            minutes,
            write: false,
        };
        let faults = checked(&asked).err().unwrap_or_default();
        faults.into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn nobody_looks_in_without_reason_ticket_and_end() {
        assert_eq!(faults("A refund looks stuck", "HELP-7", 30), [""; 0]);
        assert_eq!(
            faults(" \n ", "\u{200b}", 0),
            ["reason", "ticket", "minutes"]
        );
        for minutes in [-1, 0, 31, i64::MAX] {
            assert_eq!(faults("x", "y", minutes), ["minutes"], "{minutes}");
        }
        assert_eq!(faults(&"x".repeat(501), "y", 5), ["reason"]);
    }
}

//! The audit log of a tenant, for its administrators: who did what, when, from where; and whether the log is whole.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use sadu_actors::TenantHandle;
use sadu_actors::anchors::AnchorError;
use sadu_db::audit::{self, AuditFilter};
use sadu_domain::access::Permission;
use sadu_domain::error::{Code, FieldError};
use sadu_domain::tenant::offset;

use super::audit_wire::{AuditAnchors, AuditHead, AuditItem, AuditPage, AuditQuery, AuditState};
use crate::api::paging::{self, PageQuery};
use crate::auth::TenantAdmin;
use crate::error::{ApiError, ApiResult};
use crate::keeping;
use crate::middleware::tenant::TenantRef;
use crate::state::App;

pub(crate) fn allow(admin: &TenantAdmin, permission: Permission) -> ApiResult<()> {
    admin
        .demand(permission)
        .map_err(|denied| ApiError::code(denied.code()))
}

/// The audit log, newest entry first.
#[utoipa::path(get, path = "/api/v1/admin/audit", tag = "admin", params(AuditQuery), responses((status = 200, body = AuditPage), (status = 422, body = crate::error::Problem<'static>)))]
pub async fn list(
    admin: TenantAdmin,
    tenant: TenantRef,
    query: web::Query<AuditQuery>,
) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::AuditRead)?;
    Ok(HttpResponse::Ok().json(page(&tenant, &query).await?))
}

/// The same, for the page.
///
/// # Errors
/// `cursor.invalid`, and the fields of a filter that cannot be read.
pub async fn page(tenant: &TenantHandle, query: &AuditQuery) -> ApiResult<AuditPage> {
    let filter = filter(query, &tenant.snapshot().tenant.timezone)?;
    let name = format!(
        "audit|{:?}|{:?}|{:?}|{:?}|{:?}",
        query.actor, query.action, query.object, query.from, query.to
    );
    let paging = PageQuery {
        limit: query.limit,
        cursor: query.cursor.clone(),
    };
    let before = paging
        .position(tenant, &name)?
        .map(|p| {
            p.parse::<i64>()
                .map_err(|_| ApiError::code(Code::CursorInvalid))
        })
        .transpose()?;
    let rows = paging.rows();
    let limit = i64::try_from(rows.saturating_add(1)).unwrap_or(101);
    let mut tx = tenant.read().await?;
    let mut found = audit::list(&mut tx, &filter, before, limit).await?;
    tx.commit().await?;
    let more = found.len() > rows;
    found.truncate(rows);
    let next_cursor = found
        .last()
        .filter(|_| more)
        .map(|last| paging::seal(tenant, &name, &last.seq.to_string()));
    Ok(AuditPage {
        data: found.into_iter().map(AuditItem::from).collect(),
        next_cursor,
    })
}

/// What of a filter is asked; an empty value is none.
fn filter(query: &AuditQuery, timezone: &str) -> ApiResult<AuditFilter> {
    let given = |value: &Option<String>| {
        value
            .as_deref()
            .map(str::trim)
            .filter(|v| !v.is_empty())
            .map(str::to_owned)
    };
    let (object_type, object_id) = match given(&query.object) {
        Some(object) => match object.split_once(':') {
            Some((kind, id)) => (Some(kind.to_owned()), Some(id.to_owned())),
            None => (Some(object), None),
        },
        None => (None, None),
    };
    let mut errors = Vec::new();
    let mut time = |field: &'static str, value: Option<String>, end: bool| {
        let read = value.map(|text| moment(&text, timezone, end));
        if read == Some(None) {
            errors.push(FieldError::new(field, Code::RequestFieldInvalid));
        }
        read.flatten()
    };
    let from = time("from", given(&query.from), false);
    let until = time("to", given(&query.to), true);
    if errors.is_empty() {
        Ok(AuditFilter {
            actor: given(&query.actor),
            action: given(&query.action),
            object_type,
            object_id,
            from,
            until,
        })
    } else {
        Err(ApiError::fields(errors))
    }
}

/// A time as written, or where a day of the tenant begins or ends.
fn moment(text: &str, timezone: &str, end: bool) -> Option<DateTime<Utc>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    let mut day: NaiveDate = text.parse().ok()?;
    if end {
        day = day.checked_add_days(Days::new(1))?;
    }
    let midnight = day.and_time(NaiveTime::MIN);
    match offset(timezone) {
        Some(offset) => Some(offset.from_local_datetime(&midnight).single()?.to_utc()),
        None => Some(midnight.and_utc()),
    }
}

/// Whether the audit log is whole: every entry, every link, and its end.
#[utoipa::path(get, path = "/api/v1/admin/audit/verify", tag = "admin", responses((status = 200, body = AuditState)))]
pub async fn verify(
    admin: TenantAdmin,
    tenant: TenantRef,
    app: web::Data<App>,
) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::AuditRead)?;
    Ok(HttpResponse::Ok().json(state(&tenant, &app).await?))
}

/// The same, for the page and the verification file.
///
/// # Errors
/// `busy`.
pub async fn state(tenant: &TenantHandle, app: &App) -> ApiResult<AuditState> {
    let ctx = tenant.into();
    let anchors = app.anchors.as_ref();
    let (found, reached) = match keeping::look(&app.db, ctx, tenant.id(), anchors).await {
        Ok(found) => (found, true),
        Err(AnchorError::Db(error)) => return Err(error.into()),
        Err(AnchorError::Storage(error)) => {
            tracing::error!(error = %error, "the place of the anchors did not answer");
            match keeping::look(&app.db, ctx, tenant.id(), None).await {
                Ok(found) => (found, false),
                Err(AnchorError::Db(error)) => return Err(error.into()),
                Err(AnchorError::Storage(_)) => return Err(ApiError::code(Code::Internal)),
            }
        }
    };
    if let Some(seq) = found.first_bad {
        tracing::error!(tenant.id = %tenant.id(), seq, "the audit log is not whole");
        metrics::counter!("audit_broken_total").increment(1);
    }
    Ok(AuditState {
        whole: found.first_bad.is_none(),
        entries: found.entries,
        head: found.head.map(|(seq, hash)| AuditHead {
            seq,
            hash: hex::encode(hash),
        }),
        first_bad: found.first_bad,
        anchors: anchors.map(|_| {
            let compared = found.anchors.unwrap_or_default();
            AuditAnchors {
                reached,
                count: compared.count,
                newest: compared.newest,
                forged: compared.forged,
            }
        }),
    })
}

/// Routes of this file and of the export.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/audit", web::get().to(list))
        .route("/audit/verify", web::get().to(verify))
        .route("/audit/export", web::get().to(super::audit_export::export));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_tenants_day() {
        let at = |text, end| moment(text, "Asia/Kuwait", end).map(|at| at.to_rfc3339());
        assert_eq!(
            at("2026-11-24", false).unwrap(),
            "2026-11-23T21:00:00+00:00"
        );
        assert_eq!(at("2026-11-24", true).unwrap(), "2026-11-24T21:00:00+00:00");
        assert_eq!(
            at("2026-11-24T10:00:00+03:00", true).unwrap(),
            "2026-11-24T07:00:00+00:00"
        );
        assert_eq!(at("yesterday", false), None);
    }

    #[test]
    fn an_object_is_a_kind_or_one_thing() {
        let of = |object: &str| {
            let query = AuditQuery {
                object: Some(object.to_owned()),
                ..AuditQuery::default()
            };
            let filter = filter(&query, "Asia/Kuwait").unwrap();
            (filter.object_type, filter.object_id)
        };
        assert_eq!(of("order"), (Some("order".into()), None));
        assert_eq!(of("order:7"), (Some("order".into()), Some("7".into())));
        assert_eq!(of("  "), (None, None));
    }
}

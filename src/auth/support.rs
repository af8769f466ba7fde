//! Somebody of the platform inside a tenant (security.md, ISO-8), on the tenant's own host: how it begins, what it may do, how it ends.
//!
//! It begins with a one-time code that the platform gave for a reason. The session is the tenant's administrator to look at, and
//! nobody to write unless the grant says so; personal data and exports stay closed either way.

use actix_web::cookie::time::Duration;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use sadu_actors::TenantHandle;
use sadu_actors::commands::support::{BeginSupport, LeaveSupport};
use sadu_db::sessions::{Acting, Session};
use sadu_db::support::{self, Begin, Support};
use sadu_domain::access::Role;
use sadu_domain::ids::{SessionId, UserId};

use super::asked::{Asked, caller};
use super::extract::{SESSION_COOKIE, SignedIn, session_cookie};
use super::identity::{Denied, Identity, Via};
use super::note::{Failure, Note, failed};
use super::refusal::Refusal;
use super::routes::{host_cookie, see_other, set};
use super::secret::Secret;
use super::session::Auth;
use super::sign_in::FinishQuery;
use crate::error::ApiError;
use crate::middleware::tenant::{TenantRef, language};
use crate::state::App;

/// Where it begins.
const HOME: &str = "/admin";
/// What ends it; allowed in a session that only looks.
const LEAVE: [&str; 2] = ["/auth/leave", "/auth/logout"];
/// What a grant to write opens, as the segment behind `admin`: texts and settings, never people, money or the inbox.
const WRITABLE: [&str; 6] = ["items", "media", "knowledge", "settings", "domains", "ai"];
/// Segments of paths that show personal data or take data away.
const CLOSED: [&str; 3] = ["reveal", "export", "exports"];

/// The routes of tenants' hosts.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/auth/act", web::get().to(begin))
        .route("/auth/leave", web::post().to(leave));
}

/// Whether such a session may make this request at all; what the route demands besides is looked at there.
///
/// # Errors
/// `ReadOnly`.
pub(super) fn may(acting: &Acting, method: &Method, path: &str) -> Result<(), Denied> {
    let closed = path.split('/').any(|segment| CLOSED.contains(&segment));
    let mut segments = path.split('/').skip_while(|segment| *segment != "admin");
    let writable = segments.nth(1).is_some_and(|noun| WRITABLE.contains(&noun));
    let writes = !method.is_safe() && !LEAVE.contains(&path);
    if closed || (writes && !(acting.write && writable)) {
        return Err(Denied::ReadOnly);
    }
    Ok(())
}

/// Such a session as sessions are looked at.
pub(super) fn as_session(support: Support) -> Session {
    Session {
        id: SessionId::from_uuid(support.id),
        user_id: UserId::from_uuid(support.admin_id),
        name: support.admin_name,
        email: String::new(),
        role: Role::TenantAdmin,
        host: support.host,
        // The platform signs nobody in without one.
        mfa: true,
        auth_time: support.auth_time,
        csrf_secret: support.csrf_secret,
        // Nothing is noted of its activity: it ends by the clock.
        last_seen_at: DateTime::<Utc>::MAX_UTC,
        renewal_due: false,
        expires_at: support.expires_at,
        acting: Some(Acting {
            admin: support.admin_id,
            write: support.may_write,
        }),
    }
}

/// `GET /auth/act?code=`: the platform's one-time code becomes a session here.
async fn begin(
    req: HttpRequest,
    tenant: TenantRef,
    query: web::Query<FinishQuery>,
    auth: web::Data<Auth>,
) -> Result<HttpResponse, ApiError> {
    let lang = language(&req);
    let code = query.code.as_deref().and_then(Secret::parse);
    let (Some(code), Some(asked)) = (code, Asked::of(&req)) else {
        return Ok(failed(lang, Failure::Expired, None));
    };
    let mut tx = tenant.read().await?;
    let known = support::knows_code(&mut tx, &code.hash()).await?;
    tx.commit().await?;
    if !known {
        return Ok(failed(lang, Failure::Expired, None));
    }
    let session = Secret::random();
    let replaces = session_cookie(req.headers())
        .ok()
        .flatten()
        .map(|old| old.hash());
    let command = BeginSupport {
        begin: Begin {
            code_hash: code.hash(),
            host: asked.host,
            token_hash: session.hash(),
            csrf_secret: rand::random(),
        },
        replaces,
        caller: caller(&req),
    };
    let begun = tenant.execute(command).await?;
    if let Some(old) = replaces {
        auth.forget(tenant.id(), old).await;
    }
    if !begun {
        return Ok(failed(lang, Failure::Expired, None));
    }
    let mut response = see_other(HOME);
    set(
        &mut response,
        &host_cookie(SESSION_COOKIE, session.expose(), None),
    );
    Ok(response)
}

/// `POST /auth/leave`: back to the platform. Whoever is not of the platform has nothing to leave.
async fn leave(
    req: HttpRequest,
    tenant: TenantRef,
    app: web::Data<App>,
    auth: web::Data<Auth>,
    identity: Result<SignedIn, Refusal>,
) -> actix_web::Result<HttpResponse> {
    let ended = match identity {
        Ok(identity) => end(&req, &tenant, &auth, &identity).await?,
        Err(refusal) if refusal.is_signed_out() => false,
        Err(refusal) => return Err(refusal.into()),
    };
    if !ended {
        return Ok(see_other(HOME));
    }
    // Onward by the page: a form may not lead to another origin.
    let platform = format!("{}/", app.site.origin(&app.site.platform_host()));
    let mut response = Note::left(language(&req), platform).answer(StatusCode::OK);
    set(
        &mut response,
        &host_cookie(SESSION_COOKIE, "", Some(Duration::ZERO)),
    );
    Ok(response)
}

/// Ends such a session; true when it was one.
pub(super) async fn end(
    req: &HttpRequest,
    tenant: &TenantHandle,
    auth: &Auth,
    identity: &Identity,
) -> Result<bool, ApiError> {
    let (Some(acting), Via::Session { id, token_hash, .. }) = (&identity.acting, &identity.via)
    else {
        return Ok(false);
    };
    let leave = LeaveSupport {
        id: *id,
        admin: acting.admin,
        caller: caller(req),
    };
    tenant.execute(leave).await?;
    auth.forget(tenant.id(), *token_hash).await;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(write: bool, method: Method, path: &str) -> Result<(), Denied> {
        let acting = Acting {
            admin: uuid::Uuid::nil(),
            write,
        };
        may(&acting, &method, path)
    }

    #[test]
    fn looking_is_all_that_a_plain_grant_allows() {
        assert_eq!(tried(false, Method::GET, "/admin/inbox"), Ok(()));
        assert_eq!(tried(false, Method::POST, "/auth/leave"), Ok(()));
        for (path, writable) in [
            ("/api/v1/admin/domains", true),
            ("/api/v1/admin/domains/{host}/verify", true),
            ("/admin/items/{id}", true),
            ("/api/v1/admin/inbox/{subject}/claim", false),
            ("/admin/inbox/{order}/claim", false),
            ("/api/v1/admin/users", false),
            ("/admin", false),
            ("/auth/leave/x", false),
            ("/domains", false),
        ] {
            let only = Err(Denied::ReadOnly);
            assert_eq!(tried(false, Method::POST, path), only, "{path}");
            let expected = if writable { Ok(()) } else { only };
            assert_eq!(tried(true, Method::POST, path), expected, "{path}");
        }
    }

    #[test]
    fn personal_data_and_exports_stay_closed() {
        for path in [
            "/api/v1/admin/orders/x/reveal",
            "/api/v1/admin/exports/donors",
            "/api/v1/admin/audit/export",
        ] {
            for method in [Method::GET, Method::POST] {
                assert_eq!(tried(true, method, path), Err(Denied::ReadOnly), "{path}");
            }
        }
        assert_eq!(tried(false, Method::GET, "/admin/items/reveal-day"), Ok(()));
    }
}

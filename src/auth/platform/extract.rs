//! [`PlatformAdmin`]: a handler that takes it is for those who run the platform. Whoever it is, is looked up with every request: what
//! is taken away counts at once.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use chrono::{DateTime, Utc};
use sadu_db::platform::sign_in::{self, Admin};
use sadu_db::{Actor, DbError, PlatformTx};
use sadu_domain::access::Role;
use sadu_domain::ids::SessionId;
use uuid::Uuid;

use super::super::asked::caller;
use super::super::extract::{CsrfProven, auth_of, bearer, session_cookie};
use super::super::identity::{Denied, fresh};
use super::super::refusal::Refusal;
use super::super::secret::Secret;
use super::super::{Auth, csrf};
use crate::middleware::tenant::Visit;
use crate::state::App;

/// The platform's own host, as requests are sorted.
pub const LABEL: &str = "platform";

/// Somebody who runs the platform, with a second factor proven.
#[derive(Debug, Clone)]
pub struct PlatformIdentity {
    /// Who.
    pub admin: Admin,
    /// When the person last proved who they are; unknown for tokens that do not say.
    pub auth_time: Option<DateTime<Utc>>,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
    /// The browser's session; none for a program's token.
    session: Option<OwnSession>,
}

#[derive(Clone)]
struct OwnSession {
    id: Uuid,
    host: String,
    csrf_secret: Vec<u8>,
}

impl std::fmt::Debug for OwnSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OwnSession({})", self.id)
    }
}

impl PlatformIdentity {
    /// Demands that the person proved who they are within the last 15 minutes.
    ///
    /// # Errors
    /// `StepUpRequired`.
    pub fn demand_step_up(&self) -> Result<(), Denied> {
        fresh(self.auth_time)
    }

    /// The session to end when the person signs out.
    pub(super) fn session_id(&self) -> Option<Uuid> {
        self.session.as_ref().map(|session| session.id)
    }

    /// The CSRF token for this session's forms; a bearer needs none.
    pub fn csrf_token(&self) -> Option<String> {
        let own = self.session.as_ref()?;
        Some(csrf::token(
            &own.csrf_secret,
            SessionId::from_uuid(own.id),
            &own.host,
        ))
    }

    /// Whether this is the CSRF token of this session.
    pub(in crate::auth) fn owns_csrf_token(&self, given: &str) -> bool {
        self.session.as_ref().is_some_and(|own| {
            csrf::is_token(
                given,
                &own.csrf_secret,
                SessionId::from_uuid(own.id),
                &own.host,
            )
        })
    }

    /// This person as the one who acts by a request, for both audit logs.
    pub fn actor(&self, req: &HttpRequest) -> Actor {
        caller(req).acts_as(self.admin.id.to_string(), Role::PlatformAdmin.as_str())
    }
}

/// Whether a request came to the platform's own host.
pub(in crate::auth) fn is_here(req: &HttpRequest) -> bool {
    let extensions = req.extensions();
    extensions
        .get::<Visit>()
        .is_some_and(|visit| visit.reserved == Some(LABEL))
}

#[derive(Clone)]
struct Known(Result<Option<PlatformIdentity>, Denied>);

/// Who is asking on the platform's host: somebody, nobody, or a reason why what was shown is not good.
///
/// # Errors
/// `InvalidToken`, `MfaRequired`, `Busy`.
pub(in crate::auth) async fn identify(
    req: &HttpRequest,
) -> Result<Option<PlatformIdentity>, Denied> {
    if let Some(Known(known)) = req.extensions().get::<Known>() {
        return known.clone();
    }
    let found = look(req).await;
    req.extensions_mut().insert(Known(found.clone()));
    found
}

/// The id of whoever was found to be asking here.
pub(in crate::auth) fn known(req: &HttpRequest) -> Option<String> {
    let extensions = req.extensions();
    let Known(known) = extensions.get::<Known>()?;
    let identity = known.as_ref().ok()?.as_ref()?;
    Some(identity.admin.id.to_string())
}

async fn look(req: &HttpRequest) -> Result<Option<PlatformIdentity>, Denied> {
    let app = req.app_data::<web::Data<App>>();
    let (Some(app), Some(auth), true) = (app, auth_of(req), is_here(req)) else {
        return Ok(None);
    };
    if let Some(token) = bearer(req.headers())? {
        return by_bearer(app, &auth, token).await.map(Some);
    }
    match session_cookie(req.headers())? {
        Some(cookie) => by_session(app, &cookie).await.map(Some),
        None => Ok(None),
    }
}

async fn by_session(app: &App, cookie: &Secret) -> Result<PlatformIdentity, Denied> {
    let mut tx = PlatformTx::begin(&app.db).await.map_err(busy)?;
    let found = sign_in::find(&mut tx, &cookie.hash()).await.map_err(busy)?;
    tx.commit().await.map_err(busy)?;
    let session = found.ok_or(Denied::InvalidToken)?;
    Ok(PlatformIdentity {
        admin: Admin {
            id: session.admin.admin_id,
            name: session.admin.name,
            email: session.admin.email,
        },
        auth_time: Some(session.auth_time),
        expires_at: session.expires_at,
        session: Some(OwnSession {
            id: session.id,
            host: app.site.platform_host(),
            csrf_secret: session.csrf_secret,
        }),
    })
}

async fn by_bearer(app: &App, auth: &Auth, token: &str) -> Result<PlatformIdentity, Denied> {
    let claims = auth.believed(token).await?;
    let mut tx = PlatformTx::begin(&app.db).await.map_err(busy)?;
    let found = sign_in::find_admin(&mut tx, &claims.issuer, &claims.subject)
        .await
        .map_err(busy)?;
    tx.commit().await.map_err(busy)?;
    let admin = found.ok_or(Denied::InvalidToken)?;
    if !auth.provider().config().mfa.proven_by(&claims) {
        return Err(Denied::MfaRequired);
    }
    Ok(PlatformIdentity {
        admin,
        auth_time: claims
            .auth_time
            .and_then(|at| DateTime::from_timestamp(at, 0)),
        expires_at: DateTime::from_timestamp(claims.expires_at, 0).ok_or(Denied::InvalidToken)?,
        session: None,
    })
}

pub(super) fn busy(error: DbError) -> Denied {
    tracing::warn!(error = %error, "the platform's tables could not be asked");
    Denied::Busy
}

/// Somebody who runs the platform, with a second factor. On any other host it is a 404, as if there were no such route.
#[derive(Debug, Clone)]
pub struct PlatformAdmin(pub PlatformIdentity);

impl Deref for PlatformAdmin {
    type Target = PlatformIdentity;

    fn deref(&self) -> &PlatformIdentity {
        &self.0
    }
}

impl FromRequest for PlatformAdmin {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            acting(&req)
                .await
                .map(Self)
                .map_err(|denied| Refusal::new(&req, denied))
        })
    }
}

async fn acting(req: &HttpRequest) -> Result<PlatformIdentity, Denied> {
    let identity = identify(req).await?.ok_or(Denied::Required)?;
    let unsafe_by_cookie = identity.session.is_some() && !req.method().is_safe();
    if unsafe_by_cookie && req.extensions().get::<CsrfProven>().is_none() {
        return Err(Denied::Csrf);
    }
    Ok(identity)
}

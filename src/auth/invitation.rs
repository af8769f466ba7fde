//! The link of an invitation: made for the administrator who invites, opened by the person who is invited (security.md, AUT-10).
//!
//! Opening it changes nothing: it shows a page whose button begins a sign-in that remembers the link. Only a proven identity with
//! the very address that was invited, verified by the provider, uses it up; see `commands::sign_in`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use sadu_actors::TenantHandle;
use sadu_actors::commands::sign_in::NoteReusedInvitation;
use sadu_actors::commands::users::NewLink;
use sadu_db::invitations::{self, Standing};
use sadu_db::seal::TenantKeys;
use serde::Deserialize;
use uuid::Uuid;

use super::asked::caller;
use super::note::{Failure, Note, failed};
use super::secret::Secret;
use crate::error::ApiError;
use crate::limits;
use crate::middleware::tenant::{TenantRef, Visit, language};
use crate::state::App;

/// The secret of an invitation's link.
#[derive(Debug, Clone)]
pub struct Link(Secret);

impl Link {
    /// One for a new invitation, and what is kept of it.
    #[must_use]
    pub fn new(tenant: &TenantHandle) -> (Self, NewLink) {
        let invitation = Uuid::now_v7();
        let link = Self::of(&tenant.keys(), invitation);
        let hash = link.hash();
        (link, NewLink { invitation, hash })
    }

    /// One for the first administrator of a tenant that is being opened: shown at the console once, and mailed to nobody.
    #[must_use]
    pub fn first() -> Self {
        Self(Secret::random())
    }

    /// The link of an invitation, made from its id with the tenant's key for links: so it can be mailed and is kept nowhere.
    #[must_use]
    pub fn of(keys: &TenantKeys, invitation: Uuid) -> Self {
        Self(Secret::derived(
            keys.sign(&format!("invitation|{invitation}")),
        ))
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.0.hash()
    }

    /// The address to be handed over, on the tenant's own site.
    #[must_use]
    pub fn address(&self, origin: &str) -> String {
        format!("{origin}/auth/invitation?code={}", self.0.expose())
    }
}

/// `?code=`.
#[derive(Deserialize)]
pub(super) struct Opened {
    code: Option<String>,
}

/// `GET /auth/invitation?code=`: says what it is, and how to accept it.
pub(super) async fn show(
    req: HttpRequest,
    tenant: TenantRef,
    visit: Visit,
    app: web::Data<App>,
    query: web::Query<Opened>,
) -> Result<HttpResponse, ApiError> {
    limits::sign_in_start(&app, Some(&tenant), visit.ip).await?;
    let lang = language(&req);
    let link = query.code.as_deref().and_then(Secret::parse).map(Link);
    let Some((link, Standing::Open)) = standing(&tenant, link).await? else {
        return Ok(failed(lang, Failure::Invitation, Some("")));
    };
    let accept = format!("/auth/login?invitation={}", link.0.expose());
    let name = tenant.snapshot().tenant.name.get(lang).to_owned();
    Ok(Note::invited(lang, name, accept).answer(StatusCode::OK))
}

/// The link of a sign-in that is to begin by it; nothing when it is not good. A used one is noted for the administrators.
pub(super) async fn opened(
    req: &HttpRequest,
    tenant: &TenantHandle,
    text: &str,
) -> Result<Option<Link>, ApiError> {
    match standing(tenant, Secret::parse(text).map(Link)).await? {
        Some((link, Standing::Open)) => Ok(Some(link)),
        Some((link, Standing::Used)) => {
            let note = NoteReusedInvitation {
                token_hash: link.hash(),
                caller: caller(req),
            };
            tenant.execute(note).await?;
            Ok(None)
        }
        Some((_, Standing::Expired | Standing::Withdrawn)) | None => Ok(None),
    }
}

async fn standing(
    tenant: &TenantHandle,
    link: Option<Link>,
) -> Result<Option<(Link, Standing)>, ApiError> {
    let Some(link) = link else { return Ok(None) };
    let mut tx = tenant.read().await?;
    let found = invitations::find(&mut tx, &link.hash()).await?;
    tx.commit().await?;
    Ok(found.map(|found| (link, found.standing)))
}

//! While a session is in use, the provider is asked every quarter of an hour whether its person still has a place there (AUT-4).
//! Whoever was shut out at the provider is out here, without waiting for the session's end.
//!
//! One question at a time in the whole cluster: the claim is an UPDATE. The refresh token is sealed for its session and never
//! leaves the server. Called by `session` when activity is noted.

use sadu_actors::TenantHandle;
use sadu_actors::commands::sessions::{ClaimRenewal, EndDisowned, KeepRefresh};
use sadu_domain::ids::SessionId;
use secrecy::ExposeSecret;

use super::oidc::{OidcError, Provider};

/// Column name that a sealed refresh token is bound to.
pub(super) const REFRESH: &str = "sessions.refresh_sealed";

/// Asks the provider, if it is time and nobody else does. False when the session is over.
pub(super) async fn renew(
    provider: &Provider,
    tenant: &TenantHandle,
    id: SessionId,
) -> sadu_actors::Result<bool> {
    let Some(sealed) = tenant.execute(ClaimRenewal(id)).await? else {
        return Ok(true);
    };
    let refresh = tenant.keys().open(REFRESH, id.as_uuid(), &sealed)?.into();
    match provider.renew(&refresh).await {
        Ok(Some(next)) => {
            let sealed = tenant
                .keys()
                .seal(REFRESH, id.as_uuid(), next.expose_secret())?;
            tenant.execute(KeepRefresh { id, sealed }).await?;
            Ok(true)
        }
        Ok(None) => Ok(true),
        Err(OidcError::GrantRefused(_)) => {
            tracing::info!(tenant.id = %tenant.id(), "the identity provider disowned a session");
            tenant.execute(EndDisowned(id)).await?;
            Ok(false)
        }
        // An outage signs nobody out; the next question comes with the next quarter.
        Err(error) => {
            tracing::warn!(tenant.id = %tenant.id(), error = %error, "a session could not be renewed");
            Ok(true)
        }
    }
}

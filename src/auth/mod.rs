//! Who is asking: sign-in through the identity provider, sessions, and what a request may claim to be.
//!
//! In reading order: `jwt` (which tokens are believed) with `claims`, `strict` and `jwks` · `oidc` and `exchange` (the provider) · `identity` (who is
//! asking, why not) · `session` (cookies and bearers, cached) with `renewal` · `extract` and `socket` (a handler's signature is its
//! authorisation) with `refusal` · `guard` (the CSRF middleware) · `platform` (those who run it) and `support` (they, inside a tenant) ·
//! `routes`, `sign_in`, `invitation` and `me` with `note` ·
//! `asked`, `csrf` with `leading`, `return_to`, `secret` (small).

mod asked;
mod claims;
pub mod csrf;
mod exchange;
pub mod extract;
pub mod guard;
pub mod identity;
pub mod invitation;
pub mod jwks;
pub mod jwt;
mod leading;
pub mod me;
mod note;
pub mod oidc;
pub mod platform;
pub mod refusal;
mod renewal;
mod return_to;
pub mod routes;
mod secret;
pub mod session;
mod sign_in;
pub mod socket;
mod strict;
pub mod support;

pub use asked::caller;
pub use extract::{FreshAdmin, MaybeIdentity, SignedIn, Staff, TenantAdmin};
pub use identity::{Denied, Identity, Via};
pub use invitation::Link;
pub use note::{gone, paused};
pub use platform::PlatformAdmin;
pub use refusal::{Refusal, step_up};
pub use secret::Secret;
pub use session::Auth;
pub use socket::SocketIdentity;

/// The id of whoever was found to be asking, if anybody was looked for and found.
pub fn who(req: &actix_web::HttpRequest) -> Option<String> {
    let of_tenant = extract::known(req).map(|identity| identity.user_id.to_string());
    of_tenant.or_else(|| platform::extract::known(req))
}

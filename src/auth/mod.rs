//! Who is asking: sign-in through the identity provider, sessions, and what a request may claim to be.
//!
//! In reading order: `jwt` (which tokens are believed) with `strict` and `jwks` · `oidc` (the provider) · `identity` (who is
//! asking, why not) · `session` (cookies and bearers, cached) · `extract` and `socket` (a handler's signature is its
//! authorisation) with `refusal` · `guard` (the CSRF middleware) · `routes` and `sign_in` with `note` ·
//! `asked`, `csrf`, `return_to`, `secret` (small).

mod asked;
pub mod csrf;
pub mod extract;
pub mod guard;
pub mod identity;
pub mod jwks;
pub mod jwt;
mod note;
pub mod oidc;
pub mod refusal;
mod return_to;
pub mod routes;
mod secret;
pub mod session;
mod sign_in;
pub mod socket;
mod strict;

pub use asked::caller;
pub use extract::{MaybeIdentity, SignedIn, Staff, TenantAdmin};
pub use identity::{Denied, Identity, Via};
pub use refusal::Refusal;
pub use session::Auth;
pub use socket::SocketIdentity;

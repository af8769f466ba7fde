//! Who is asking: sign-in through the identity provider, sessions, and what a request may claim to be.
//!
//! In reading order: `jwt` (which tokens are believed) with `strict` and `jwks`.

pub mod jwks;
pub mod jwt;
pub mod oidc;
mod strict;

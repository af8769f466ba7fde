//! Those who run the platform: their sign-in, their sessions and what a request of theirs may claim, on `platform.{BASE_DOMAIN}` alone.
//!
//! The same code flow over the auth host as a tenant's, and nothing else in common: other tables, another database login and pool, no
//! cookie or membership of a tenant counts here, and none of these anywhere else. Without proof of a second factor there is no
//! session at all. `sign_in` has the routes, `extract` who is asking.

pub mod extract;
pub mod sign_in;

pub use extract::{PlatformAdmin, PlatformIdentity};

//! What `sadu dev` alone has: embedded services, demo people, demo data. Behind the feature `dev`.

pub mod oidc;

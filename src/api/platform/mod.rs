//! JSON routes of `platform.{BASE_DOMAIN}`, one file a noun. Every handler's first argument is its authority.

pub mod acting;
pub mod audit;
pub mod closing;
pub mod docs;
pub mod jobs;
pub mod me;
pub mod opening;
pub mod plans;
pub mod tenants;

use actix_web::web;

/// Every JSON route of the platform's own host.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(
        web::scope("/api/v1/platform")
            .configure(tenants::routes)
            .configure(acting::routes)
            .configure(opening::routes)
            .configure(closing::routes)
            .configure(plans::routes)
            .configure(audit::routes)
            .configure(jobs::routes)
            .configure(me::routes),
    )
    .route("/api/v1/openapi.json", web::get().to(docs::document));
}

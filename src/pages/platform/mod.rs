//! The console on `platform.{BASE_DOMAIN}`: every tenant with its state and sums, switched off and on, looked into, put on a
//! plan; the plans; the jobs; and the log.
//!
//! Plain HTML with forms; the only script copies a link. [`view`] is what the templates show, [`words`] the texts in both languages.

mod console;
mod jobs;
mod log;
mod opening;
mod plans;
mod view;
pub mod words;

use actix_web::web;

/// Every page of the console.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/", web::get().to(console::show))
        .route("/audit", web::get().to(log::show))
        .route("/jobs", web::get().to(jobs::show))
        .route("/jobs/{id}/replay", web::post().to(jobs::replay))
        .route("/tenants/{id}/suspend", web::post().to(console::suspend))
        .route("/tenants/{id}/activate", web::post().to(console::activate))
        .route("/tenants/{id}/act-as", web::post().to(console::act_as))
        .route("/tenants/{id}/plan", web::post().to(plans::put_on))
        .route("/tenants/{id}/close", web::post().to(console::close))
        .route("/tenants/{id}/export", web::post().to(console::export))
        .route("/tenants/new", web::get().to(opening::show))
        .route("/tenants/new", web::post().to(opening::create))
        .route("/plans", web::get().to(plans::show))
        .route("/plans/{plan}", web::post().to(plans::change));
}

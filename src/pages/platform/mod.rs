//! The console on `platform.{BASE_DOMAIN}`: every tenant with its state and sums, switched off and on, looked into; and the log.
//!
//! Plain HTML with forms; no script. [`view`] is what the templates show, [`words`] the texts in both languages.

mod console;
mod log;
mod view;
pub mod words;

use actix_web::web;

/// Every page of the console.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/", web::get().to(console::show))
        .route("/audit", web::get().to(log::show))
        .route("/tenants/{id}/suspend", web::post().to(console::suspend))
        .route("/tenants/{id}/activate", web::post().to(console::activate))
        .route("/tenants/{id}/act-as", web::post().to(console::act_as));
}

//! `/healthz`: the process answers. `/readyz`: it can serve. Both on any host.

use std::sync::atomic::Ordering;

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::state::App;

/// The process loop answers; asks nobody else.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok")
}

/// Migrations are current, a connection can be had, and the process is not draining.
pub async fn ready(app: web::Data<App>) -> HttpResponse {
    let draining = app.draining.load(Ordering::Relaxed);
    let database = app.db.ready().await;
    let migrated = matches!(database, Ok(true));
    let body = json!({ "ready": migrated && !draining, "draining": draining, "migrations_current": migrated, "database": database.is_ok(), "tenants_awake": app.directory.awake_count() });
    if migrated && !draining {
        HttpResponse::Ok().json(body)
    } else {
        HttpResponse::ServiceUnavailable().json(body)
    }
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/healthz", web::get().to(live))
        .route("/readyz", web::get().to(ready));
}

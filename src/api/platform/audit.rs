//! The platform's own log, newest first, with the state of its chain.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use sadu_db::PlatformTx;
use sadu_db::platform::audit;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::PlatformAdmin;
use crate::error::ApiResult;
use crate::state::App;

/// Which entries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Entries before this number.
    pub before: Option<i64>,
    /// Entries wanted: 50 unless told, at most 200.
    pub limit: Option<i64>,
}

/// One entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryView {
    /// Its number; there is no gap.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor_id: String,
    /// `noun.verb`.
    pub action: String,
    /// On what kind of thing.
    pub object_type: String,
    /// On which one.
    pub object_id: Option<String>,
    /// Before and after, and the reason.
    #[schema(value_type = Object)]
    pub diff: serde_json::Value,
    /// The request it belongs to.
    pub request_id: Option<String>,
}

/// Whether the chain holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChainView {
    /// How many entries there are.
    pub entries: i64,
    /// The first number that does not follow from the one before.
    pub first_bad: Option<i64>,
}

/// A page of the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPage {
    /// Entries, newest first.
    pub data: Vec<EntryView>,
    /// The whole chain, looked over.
    pub chain: ChainView,
}

/// A page of the log, for the route and for the console.
///
/// # Errors
/// `busy`.
pub async fn page(app: &App, query: &AuditQuery) -> ApiResult<AuditPage> {
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let mut tx = PlatformTx::begin(&app.db).await?;
    let entries = audit::list(&mut tx, query.before, limit).await?;
    let chain = audit::check(&mut tx).await?;
    tx.commit().await?;
    let data = entries
        .into_iter()
        .map(|entry| EntryView {
            seq: entry.seq,
            at: entry.at,
            actor_id: entry.actor_id,
            action: entry.action,
            object_type: entry.object_type,
            object_id: entry.object_id,
            diff: entry.diff.0,
            request_id: entry.request_id,
        })
        .collect();
    Ok(AuditPage {
        data,
        chain: ChainView {
            entries: chain.entries,
            first_bad: chain.first_bad,
        },
    })
}

/// The platform's log.
#[utoipa::path(get, path = "/api/v1/platform/audit", tag = "platform", params(AuditQuery), responses((status = 200, body = AuditPage), (status = 401), (status = 403)))]
pub async fn list(
    _admin: PlatformAdmin,
    app: web::Data<App>,
    query: web::Query<AuditQuery>,
) -> ApiResult<HttpResponse> {
    Ok(HttpResponse::Ok().json(page(&app, &query).await?))
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/audit", web::get().to(list));
}

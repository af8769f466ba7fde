//! Jobs as the platform sees them: sums by kind, and the dead, which may be run again. No payload is shown.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use sadu_db::platform::{audit, jobs};
use sadu_db::{AuditEntry, PlatformTx};
use sadu_domain::error::Code;
use sadu_domain::pii::masked;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::PlatformAdmin;
use crate::error::{ApiError, ApiResult};
use crate::state::App;

/// Dead jobs shown at most.
const MOST: i32 = 100;

/// Sums of one kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct KindSums {
    /// Which kind.
    pub kind: String,
    /// Due and not begun, in the outbox and in the library.
    pub waiting: i64,
    /// Under way.
    pub running: i64,
    /// Failed, and tried again later.
    pub pausing: i64,
    /// Failed at every try.
    pub dead: i64,
    /// When the oldest that waits became due.
    pub oldest: Option<DateTime<Utc>>,
}

/// A job that failed at every try.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadView {
    /// Names it in `…/jobs/{id}/replay`.
    pub id: i64,
    /// What kind it is.
    pub kind: String,
    /// Whose it is.
    pub tenant: Uuid,
    /// How often it was tried.
    pub tries: i32,
    /// When it failed last.
    pub failed_at: DateTime<Utc>,
    /// What it said then.
    pub error: String,
}

/// The queue at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobsView {
    /// Due and not begun.
    pub waiting: i64,
    /// Seconds that the oldest of those has waited.
    pub oldest_seconds: i64,
    /// Failed at every try.
    pub failed: i64,
    /// The same by kind.
    pub kinds: Vec<KindSums>,
    /// The latest that failed at every try, at most a hundred.
    pub dead: Vec<DeadView>,
}

/// The queue, for the route and for the console.
///
/// # Errors
/// `busy`.
pub async fn view(app: &App) -> ApiResult<JobsView> {
    let mut tx = PlatformTx::begin(&app.db).await?;
    let sums = jobs::sums(&mut tx).await?;
    let dead = jobs::dead(&mut tx, MOST).await?;
    tx.commit().await?;
    let oldest = sums.iter().filter_map(|sum| sum.oldest).min();
    Ok(JobsView {
        waiting: sums.iter().map(|sum| sum.waiting).sum(),
        oldest_seconds: oldest.map_or(0, |at| (Utc::now() - at).num_seconds().max(0)),
        failed: sums.iter().map(|sum| sum.dead).sum(),
        kinds: sums
            .into_iter()
            .map(|sum| KindSums {
                kind: sum.kind,
                waiting: sum.waiting,
                running: sum.running,
                pausing: sum.pausing,
                dead: sum.dead,
                oldest: sum.oldest,
            })
            .collect(),
        dead: dead
            .into_iter()
            .map(|job| DeadView {
                id: job.id,
                kind: job.kind,
                tenant: job.tenant_id,
                tries: job.tries,
                failed_at: job.failed_at,
                error: said(&job.error.unwrap_or_default()),
            })
            .collect(),
    })
}

/// What a job said, without what the library puts around it; a panic may have said anything.
fn said(kept: &str) -> String {
    let inner = kept
        .strip_prefix("TaskError(\"")
        .and_then(|rest| rest.strip_suffix("\")"));
    masked(inner.unwrap_or(kept)).chars().take(200).collect()
}

/// Has a dead job run again, with its entry in the platform's log.
///
/// # Errors
/// `job.not_found` where there is no dead job of that number.
pub async fn run_again(
    app: &App,
    admin: &PlatformAdmin,
    request: &HttpRequest,
    id: &str,
) -> ApiResult<i64> {
    let unknown = || ApiError::code(Code::JobNotFound);
    let id: i64 = id.parse().map_err(|_| unknown())?;
    let mut tx = PlatformTx::begin(&app.db).await?;
    let kind = jobs::replay(&mut tx, id).await?.ok_or_else(unknown)?;
    let entry = AuditEntry {
        actor: admin.actor(request),
        action: "job.replay",
        object_type: "job",
        object_id: Some(id.to_string()),
        diff: json!({ "kind": kind }),
    };
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(id)
}

/// How many jobs wait, run and failed, and the dead ones.
#[utoipa::path(get, path = "/api/v1/platform/jobs", tag = "platform", responses((status = 200, body = JobsView), (status = 401), (status = 403)))]
pub async fn list(_admin: PlatformAdmin, app: web::Data<App>) -> ApiResult<HttpResponse> {
    Ok(HttpResponse::Ok().json(view(&app).await?))
}

/// Runs a dead job again, with all its tries.
#[utoipa::path(post, path = "/api/v1/platform/jobs/{id}/replay", tag = "platform", params(("id" = i64, Path)),
    responses((status = 200, body = Object, description = "`{id}`"), (status = 404)))]
pub async fn replay(
    admin: PlatformAdmin,
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    let id = run_again(&app, &admin, &request, &id).await?;
    Ok(HttpResponse::Ok().json(json!({ "id": id })))
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/jobs", web::get().to(list))
        .route("/jobs/{id}/replay", web::post().to(replay));
}

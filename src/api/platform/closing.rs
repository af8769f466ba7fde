//! The end of a tenant: closed for good, and everything it had taken away as one archive.
//!
//! The archive is a tar of JSON lines, in pieces that are read and sent one at a time, so that no connection waits for a slow reader. A
//! closed tenant takes no writes, so the pieces belong together. `manifest.json` comes last: a file that has it is a whole one.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use futures::stream;
use sadu_actors::TenantHandle;
use sadu_db::hosts::HostName;
use sadu_db::seal::sha256;
use sadu_db::{PlatformTx, export, platform::tenants};
use sadu_domain::error::{Code, FieldError};
use sadu_domain::ids::TenantId;
use sadu_domain::tenant::TenantStatus;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::tenants::{REASON, all, line, tenant_id};
use crate::api::body;
use crate::auth::PlatformAdmin;
use crate::error::{ApiError, ApiResult, Problem};
use crate::state::App;
use crate::tar;

/// Rows read at once.
const PIECE: i32 = 500;

/// `{reason, confirm_slug}`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// Why; the tenant's log keeps it.
    #[serde(default)]
    pub reason: String,
    /// The tenant's slug, typed again.
    #[serde(default)]
    pub confirm_slug: String,
}

/// A tenant that is closed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Closed {
    #[schema(value_type = Uuid)]
    id: TenantId,
    #[schema(value_type = String, example = "closed")]
    status: TenantStatus,
    /// Where it stood before.
    #[schema(value_type = String, example = "active")]
    was: TenantStatus,
}

/// Closes a tenant for good; its sessions end with it, its sockets within seconds.
///
/// # Errors
/// Fields at fault, `auth.step_up_required`, `tenant.not_found`.
pub async fn close(
    app: &App,
    admin: &PlatformAdmin,
    request: &HttpRequest,
    tenant: TenantId,
    asked: &Close,
) -> ApiResult<TenantStatus> {
    admin
        .demand_step_up()
        .map_err(|denied| ApiError::code(denied.code()))?;
    let known = all(app).await?.into_iter().find(|known| known.id == tenant);
    let known = known.ok_or_else(|| ApiError::code(Code::TenantNotFound))?;
    let mut faults = Vec::new();
    let reason = line("reason", &asked.reason, REASON).unwrap_or_else(|fault| {
        faults.push(fault);
        String::new()
    });
    if asked.confirm_slug.trim() != known.slug {
        faults.push(FieldError::new("confirm_slug", Code::TenantSlugUnconfirmed));
    }
    if !faults.is_empty() {
        return Err(ApiError::fields(faults));
    }
    let mut tx = PlatformTx::begin(&app.db).await?;
    let was = tenants::close(&mut tx, tenant, &reason, &admin.actor(request)).await?;
    tx.commit().await?;
    app.directory.look_at(tenant).await;
    was.ok_or_else(|| ApiError::code(Code::TenantNotFound))
}

/// Everything of a closed tenant, as an answer that is sent while it is read. Written into both logs before the first byte leaves.
///
/// # Errors
/// `auth.step_up_required`, `tenant.not_found`, `tenant.not_closed`.
pub async fn archive(
    app: &App,
    admin: &PlatformAdmin,
    request: &HttpRequest,
    tenant: TenantId,
) -> ApiResult<HttpResponse> {
    admin
        .demand_step_up()
        .map_err(|denied| ApiError::code(denied.code()))?;
    let mut tx = PlatformTx::begin(&app.db).await?;
    let slug = tenants::note_export(&mut tx, tenant, &admin.actor(request)).await?;
    tx.commit().await?;
    let Some(slug) = slug else {
        let known = all(app).await?.iter().any(|known| known.id == tenant);
        return Err(ApiError::code(if known {
            Code::TenantNotClosed
        } else {
            Code::TenantNotFound
        }));
    };
    let host = format!("{slug}.{}", app.site.base_domain);
    let handle = app.directory.resolve(&host, HostName::Slug(&slug)).await?;
    let mut tx = handle.read().await?;
    let mut tables = export::tables(&mut tx).await?;
    tx.commit().await?;
    tables.reverse();
    let made_at = Utc::now();
    let name = format!("sadu-{slug}-{}.tar", made_at.format("%Y-%m-%d"));
    let reading = Reading {
        handle,
        slug,
        made_at,
        tables,
        after: None,
        piece: 0,
        files: Vec::new(),
        ended: false,
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/x-tar"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(stream::try_unfold(reading, Reading::next)))
}

/// One file of the archive, as the manifest lists it.
#[derive(Debug, Serialize)]
struct Listed {
    name: String,
    rows: usize,
    bytes: usize,
    sha256: String,
}

/// How far the archive is.
struct Reading {
    handle: TenantHandle,
    slug: String,
    made_at: DateTime<Utc>,
    /// Those that are left; the last is the present one.
    tables: Vec<String>,
    /// Last row of the present table that was sent.
    after: Option<Value>,
    /// Files of the present table that were sent.
    piece: usize,
    files: Vec<Listed>,
    ended: bool,
}

impl Reading {
    /// The next file. A failure on the way breaks the connection.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, std::io::Error> {
        if self.ended {
            return Ok(None);
        }
        let made = self.file().await.map_err(|error| {
            tracing::warn!(tenant.id = %self.handle.id(), error = %error, "the archive of a tenant broke off");
            std::io::Error::other("the archive broke off")
        })?;
        Ok(Some((Bytes::from(made), self)))
    }

    async fn file(&mut self) -> ApiResult<Vec<u8>> {
        let Some(table) = self.tables.last().cloned() else {
            self.ended = true;
            let manifest = serde_json::to_vec_pretty(&self.manifest()).unwrap_or_default();
            let mut last = self.packed("manifest.json", &manifest)?;
            last.extend(tar::end());
            return Ok(last);
        };
        let keys = self.handle.keys();
        let mut tx = self.handle.read().await?;
        let page = export::page(&mut tx, &keys, &table, self.after.as_ref(), PIECE).await?;
        tx.commit().await?;
        let mut content = String::new();
        for row in &page.rows {
            content.push_str(&serde_json::to_string(row).unwrap_or_default());
            content.push('\n');
        }
        self.piece = self.piece.saturating_add(1);
        let name = format!("{table}/{:05}.jsonl", self.piece);
        let packed = self.packed(&name, content.as_bytes())?;
        self.files.push(Listed {
            name,
            rows: page.rows.len(),
            bytes: content.len(),
            sha256: hex::encode(sha256(content.as_bytes())),
        });
        let full = i32::try_from(page.rows.len()).is_ok_and(|rows| rows == PIECE);
        if full {
            self.after = page.last;
        } else {
            self.tables.pop();
            self.after = None;
            self.piece = 0;
        }
        Ok(packed)
    }

    fn packed(&self, name: &str, content: &[u8]) -> ApiResult<Vec<u8>> {
        let at = u64::try_from(self.made_at.timestamp()).unwrap_or_default();
        tar::file(name, at, content).ok_or_else(|| ApiError::code(Code::Internal))
    }

    fn manifest(&self) -> Value {
        json!({
            "tenant": { "id": self.handle.id(), "slug": self.slug },
            "made_at": self.made_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            "rows": self.files.iter().map(|file| file.rows).sum::<usize>(),
            "files": self.files,
            "left_out": export::LEFT_OUT,
            "method": "Each file holds one row of its table a line, in the order of the table's key. What was sealed is opened. Keys, and hashes of tokens and links, stay behind. Money is in fils.",
        })
    }
}

/// Closes a tenant for good. Needs a fresh proof of identity, and the slug typed again.
#[utoipa::path(post, path = "/api/v1/platform/tenants/{id}/close", tag = "platform", params(("id" = Uuid, Path)),
    request_body(content = Close, description = "`{reason, confirm_slug}`"),
    responses((status = 200, body = Closed), (status = 403, body = Problem<'static>), (status = 404, body = Problem<'static>), (status = 422, body = Problem<'static>)))]
pub async fn close_route(
    admin: PlatformAdmin,
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    let asked: Close = body::json(&request, &bytes)?;
    let id = tenant_id(&id)?;
    let was = close(&app, &admin, &request, id, &asked).await?;
    Ok(HttpResponse::Ok().json(Closed {
        id,
        status: TenantStatus::Closed,
        was,
    }))
}

/// Everything of a closed tenant, as a tar of JSON lines with a manifest. Needs a fresh proof of identity; kept in both logs.
#[utoipa::path(post, path = "/api/v1/platform/tenants/{id}/export", tag = "platform", params(("id" = Uuid, Path)),
    responses((status = 200, description = "`application/x-tar`: `{table}/{nnnnn}.jsonl`, and `manifest.json` last."), (status = 403, body = Problem<'static>), (status = 404, body = Problem<'static>), (status = 409, body = Problem<'static>)))]
pub async fn export_route(
    admin: PlatformAdmin,
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    archive(&app, &admin, &request, tenant_id(&id)?).await
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/tenants/{id}/close", web::post().to(close_route))
        .route("/tenants/{id}/export", web::post().to(export_route));
}

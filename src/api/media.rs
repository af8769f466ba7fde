//! Pictures as visitors get them: after the tenant check, a short way to the bucket.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use sadu_actors::TenantHandle;
use sadu_actors::storage::objects::{DOWNLOAD, Key};
use sadu_db::media;
use sadu_domain::access::Permission;
use sadu_domain::catalog::ItemStatus;
use sadu_domain::error::Code;
use sadu_domain::ids::MediaId;
use sadu_domain::media::VariantName;

use crate::auth::Staff;
use crate::error::{ApiError, ApiResult};
use crate::middleware::tenant::TenantRef;
use crate::state::App;

/// How long before its end an address is no longer handed on, in seconds.
const MARGIN: u64 = 60;

/// Which picture, in which drawing; anything that is no name of one is not found.
fn named(path: &(String, String)) -> ApiResult<(MediaId, VariantName)> {
    let unknown = || ApiError::code(Code::NotFound);
    let id = path.0.parse().map_err(|_| unknown())?;
    let variant = path.1.parse().map_err(|_| unknown())?;
    Ok((id, variant))
}

/// To the bucket, for as long as the address there is good.
async fn lead(
    app: &App,
    tenant: &TenantHandle,
    id: MediaId,
    variant: VariantName,
) -> ApiResult<HttpResponse> {
    let key = Key::variant(tenant.id(), id, variant);
    let address = app.objects.sign_download(&key).await.map_err(|error| {
        tracing::error!(%error, "an address of a picture could not be signed");
        ApiError::code(Code::MediaUnavailable)
    })?;
    let kept = DOWNLOAD.as_secs().saturating_sub(MARGIN);
    Ok(HttpResponse::Found()
        .insert_header((header::LOCATION, address))
        .insert_header((header::CACHE_CONTROL, format!("private, max-age={kept}")))
        .finish())
}

/// `GET /media/{id}/{variant}`: a picture of an item that can be seen.
///
/// # Errors
/// `not_found`.
pub async fn show(
    tenant: TenantRef,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> ApiResult<HttpResponse> {
    let (id, variant) = named(&path)?;
    let snapshot = tenant.snapshot();
    let seen = snapshot
        .catalog
        .picture(id)
        .filter(|picture| picture.variant(variant).is_some())
        .and_then(|picture| snapshot.find(&picture.item.to_string()))
        .is_some_and(|(item, _)| item.status.is_public() || item.status == ItemStatus::Archived);
    if !seen {
        return Err(ApiError::code(Code::NotFound));
    }
    lead(&app, &tenant, id, variant).await
}

/// `GET /admin/media/{id}/{variant}`: the same for those who edit it, wherever its item stands.
///
/// # Errors
/// `not_found`.
pub async fn preview(
    staff: Staff,
    tenant: TenantRef,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> ApiResult<HttpResponse> {
    staff
        .demand(Permission::CatalogRead)
        .map_err(|denied| ApiError::code(denied.code()))?;
    let (id, variant) = named(&path)?;
    let mut tx = tenant.read().await?;
    let found = media::find(&mut tx, id).await;
    tx.commit().await?;
    let drawn = found?.drawn.ok_or_else(|| ApiError::code(Code::NotFound))?;
    if !drawn.variants.iter().any(|v| v.name() == variant) {
        return Err(ApiError::code(Code::NotFound));
    }
    lead(&app, &tenant, id, variant).await
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/media/{id}/{variant}", web::get().to(show))
        .route("/admin/media/{id}/{variant}", web::get().to(preview));
}

//! `/logo.jpg?v=`: the tenant's logo as it was drawn anew, for pages, mails, search engines and programs that make previews.
//!
//! It comes through this process, not by a short way to the bucket: mails and machines keep its address for years. It is small, and read
//! from the bucket once a process.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use moka::future::Cache;
use sadu_actors::storage::StorageError;
use sadu_actors::storage::objects::Key;
use sadu_domain::error::Code;
use sadu_domain::ids::{MediaId, TenantId};
use sadu_domain::tenant::Tenant;
use serde::Deserialize;

use crate::assets::IMMUTABLE;
use crate::error::ApiError;
use crate::middleware::tenant::TenantRef;
use crate::resource::{Effort, Resource};
use crate::state::App;

/// Bytes of logos a process keeps.
const KEPT: u64 = 32 * 1024 * 1024;

/// The logos of a process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Logos(Cache<(TenantId, MediaId), Arc<Resource>>);

impl Default for Logos {
    fn default() -> Self {
        let weigh = |_: &(TenantId, MediaId), logo: &Arc<Resource>| {
            u32::try_from(logo.weight()).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().weigher(weigh).max_capacity(KEPT).build())
    }
}

/// Which one, in its address.
#[derive(Debug, Deserialize)]
pub struct Version {
    #[serde(default)]
    v: String,
}

/// The logo as every program reads it; `None` where the tenant has none.
///
/// # Errors
/// `media.unavailable` when the bucket does not give it.
pub async fn jpeg(app: &App, tenant: &Tenant) -> Result<Option<Arc<Resource>>, Code> {
    let logo = tenant.logo.as_ref();
    let Some((logo, variant)) = logo.and_then(|logo| Some(logo).zip(logo.small())) else {
        return Ok(None);
    };
    let key = Key::variant(tenant.id, logo.id, variant.name());
    let read = async {
        let bytes = app.objects.read(&key).await?;
        Ok::<_, StorageError>(Arc::new(Resource::new("image/jpeg", bytes, Effort::Quick)))
    };
    let kept = app.logos.0.try_get_with((tenant.id, logo.id), read).await;
    kept.map(Some).map_err(|error| {
        tracing::error!(%error, "a logo was not read");
        Code::MediaUnavailable
    })
}

/// `GET /logo.jpg?v=`.
///
/// # Errors
/// `not_found` where there is none, `media.unavailable`.
pub async fn show(
    request: HttpRequest,
    tenant: TenantRef,
    app: web::Data<App>,
    query: web::Query<Version>,
) -> Result<HttpResponse, ApiError> {
    let snapshot = tenant.snapshot();
    let found = jpeg(&app, &snapshot.tenant).await.map_err(ApiError::code)?;
    let logo = found.ok_or_else(|| ApiError::code(Code::NotFound))?;
    let id = snapshot
        .tenant
        .logo
        .as_ref()
        .map(|logo| logo.id.to_string());
    // One that was replaced is asked for by old mails: they get the present one.
    let present = id.as_ref() == Some(&query.v);
    let mut answer = logo.answer(&request, if present { IMMUTABLE } else { "no-cache" });
    // It is made to be shown elsewhere: in mails, beside search results.
    answer.headers_mut().insert(
        header::CROSS_ORIGIN_RESOURCE_POLICY,
        header::HeaderValue::from_static("cross-origin"),
    );
    Ok(answer)
}

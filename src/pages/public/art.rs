//! The tenant's colours and cloth: `/brand-{version}.css`, `/weave/{name}.svg`, `/weave/item/{slug}.svg`.
//!
//! Their addresses carry the tenant's version, so answers are kept for a year. They are drawn anew each time: a drawing
//! takes less than a look-up on a disk, and a browser asks once.

use actix_web::{HttpRequest, HttpResponse, web};
use sadu_domain::error::Code;
use sadu_domain::tenant::Tenant;
use serde::Deserialize;

use crate::assets::IMMUTABLE;
use crate::error::ApiError;
use crate::middleware::tenant::TenantRef;
use crate::pages::brand::Brand;
use crate::pages::weave::Cloth;
use crate::resource::{Effort, Resource};

/// The version in the address of a drawing.
#[derive(Debug, Deserialize)]
pub struct Version {
    #[serde(default)]
    v: Option<i64>,
}

/// `GET /brand-{version}.css`.
pub async fn brand(
    request: HttpRequest,
    tenant: TenantRef,
    version: web::Path<i64>,
) -> HttpResponse {
    let snapshot = tenant.snapshot();
    let asked = Some(version.into_inner());
    let css = Brand::from(&snapshot.tenant.branding).css(snapshot.tenant.version);
    let css = Resource::new("text/css; charset=utf-8", css, Effort::Quick);
    css.answer(&request, keep(&snapshot.tenant, asked))
}

/// `GET /weave/{name}.svg`: `band` (one repeat), `mark` (the favicon) or `cloth` (a piece of it).
///
/// # Errors
/// `not_found` for another name.
pub async fn weave(
    request: HttpRequest,
    tenant: TenantRef,
    name: web::Path<String>,
    query: web::Query<Version>,
) -> Result<HttpResponse, ApiError> {
    let snapshot = tenant.snapshot();
    let cloth = cloth(&snapshot.tenant);
    let svg = match name.as_str() {
        "band" => cloth.band(),
        "mark" => cloth.mark(),
        "cloth" => cloth.picture(0),
        _ => return Err(ApiError::code(Code::NotFound)),
    };
    Ok(drawing(svg).answer(&request, keep(&snapshot.tenant, query.v)))
}

/// `GET /weave/item/{slug}.svg`: the picture of an item that has none.
///
/// # Errors
/// `not_found` for an unknown item.
pub async fn item(
    request: HttpRequest,
    tenant: TenantRef,
    slug: web::Path<String>,
    query: web::Query<Version>,
) -> Result<HttpResponse, ApiError> {
    let snapshot = tenant.snapshot();
    let (item, _) = snapshot
        .find(&slug)
        .ok_or_else(|| ApiError::code(Code::NotFound))?;
    let svg = cloth(&snapshot.tenant).picture(item.id.as_uuid().as_u128());
    Ok(drawing(svg).answer(&request, keep(&snapshot.tenant, query.v)))
}

/// `GET /favicon.ico`: browsers that ask by habit get the mark.
pub async fn favicon(request: HttpRequest, tenant: TenantRef) -> HttpResponse {
    let snapshot = tenant.snapshot();
    drawing(cloth(&snapshot.tenant).mark()).answer(&request, "public, max-age=86400")
}

/// The cloth of `tenant`.
pub(super) fn cloth(tenant: &Tenant) -> Cloth {
    Cloth::new(
        tenant.branding.primary.into(),
        tenant.branding.accent.into(),
        tenant.id.as_uuid().as_u128(),
    )
}

fn drawing(svg: String) -> Resource {
    Resource::new("image/svg+xml", svg, Effort::Quick)
}

/// Kept for a year under the address of the tenant's present version. Another version in the address is answered with
/// what there is, and not kept: a process that has not yet heard of a change must not freeze the old colours.
fn keep(tenant: &Tenant, asked: Option<i64>) -> &'static str {
    if asked == Some(tenant.version) {
        IMMUTABLE
    } else {
        "no-cache"
    }
}

//! The HTML pages: templates of `templates/` filled from the tenant's snapshot.
//!
//! [`frame`] is what every page is put into, [`entry`] an item as pages show it, [`words`] the texts in both languages,
//! [`format`] money and dates; [`palette`], [`brand`] and [`weave`] make a tenant's colours and cloth. The pages
//! themselves are in [`public`], for staff in [`admin`], and for those who run the platform in [`platform`], one file a noun.

pub mod admin;
pub mod brand;
pub mod entry;
pub mod format;
pub mod frame;
pub mod icons;
mod offer;
pub mod palette;
pub mod picture;
pub mod plan;
pub mod platform;
pub mod public;
pub mod sign;
pub mod spoken;
pub mod weave;
pub mod words;

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use sadu_domain::error::Code;

use crate::error::ApiError;

pub use public::failure::failure;

/// Staff's pages, the files all pages need, and what stands where there is nothing. Those of visitors come earlier
/// (`router`).
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.configure(crate::assets::routes)
        .configure(admin::routes)
        .default_service(web::to(nothing_here));
}

/// An address that is nobody's; one that is a visitor's page but for a slip is led there.
async fn nothing_here(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    public::root::mended(&request).ok_or_else(|| ApiError::code(Code::NotFound))
}

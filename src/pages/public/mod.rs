//! What visitors see: one file a page.
//!
//! [`home`], [`items`] and [`item`] hold nothing personal and come from the page cache; [`checkout`], [`order`] and
//! [`track`] are one visitor's alone. [`art`] draws the tenant's colours and cloth, [`failure`] is every error page.

pub mod art;
pub mod asked;
pub mod checkout;
pub mod failure;
pub mod home;
pub mod item;
pub mod items;
pub mod order;
pub mod root;
pub mod seo;
#[cfg(test)]
mod tests;
pub mod track;
pub mod view;

use actix_web::{HttpResponse, web};
use sadu_domain::error::Code;

use crate::error::ApiError;
use crate::pages::cache::PageCache;

/// Every public page. Called once a worker, so each has its own page cache.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.app_data(web::Data::new(PageCache::default()))
        .route("/", web::get().to(root::root))
        .route("/robots.txt", web::get().to(seo::robots))
        .route("/sitemap.xml", web::get().to(seo::sitemap))
        .route("/favicon.ico", web::get().to(art::favicon))
        .route("/brand-{version}.css", web::get().to(art::brand))
        .route("/weave/item/{slug}.svg", web::get().to(art::item))
        .route("/weave/{name}.svg", web::get().to(art::weave))
        .route("/{lang:ar|en}", web::get().to(root::slash))
        .service(
            web::scope("/{lang:ar|en}")
                .route("/", web::get().to(home::home))
                .route("/items", web::get().to(items::items))
                .route("/items/{slug}", web::get().to(item::item))
                .route("/checkout", web::get().to(checkout::show))
                .route("/checkout", web::post().to(checkout::place))
                .route("/o/{reference}", web::get().to(order::order))
                .route("/track", web::get().to(track::show))
                .route("/track", web::post().to(track::find)),
        );
}

/// A rendered page, or our own fault.
fn rendered(page: askama::Result<String>) -> Result<String, ApiError> {
    page.map_err(|error| {
        tracing::error!(%error, "a page was not rendered");
        ApiError::code(Code::Internal)
    })
}

/// A page that is not kept.
fn html(body: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(body)
}

/// A link that opens WhatsApp with `text` in it.
fn whatsapp(text: &str) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("text", text)
        .finish();
    // WhatsApp reads `+` as a plus sign, not as a space.
    format!("https://wa.me/?{}", query.replace('+', "%20"))
}

//! What visitors see: one file a page.
//!
//! [`home`], [`items`] and [`item`] hold nothing personal and come from the page cache; [`checkout`], [`order`],
//! [`track`] and the answers of [`mod@zakat`] are one visitor's alone. [`art`] draws the tenant's colours and cloth, [`card`] what previews of links show, [`data`] what programs read, [`failure`] is every error page.

pub mod about;
pub mod art;
pub mod asked;
pub mod card;
pub mod checkout;
pub mod data;
pub mod failure;
pub mod home;
pub mod item;
pub mod items;
pub mod logo;
pub mod order;
pub mod root;
pub mod seo;
#[cfg(test)]
mod tests;
pub mod track;
pub mod view;
pub mod zakat;

use actix_web::{HttpResponse, Route, guard, web};
use sadu_domain::error::Code;

use crate::error::ApiError;

/// Every public page. Called once a worker, so each has its own page cache.
pub fn routes(cfg: &mut web::ServiceConfig) {
    // First: the router tries one pattern after the other, and most visitors come here.
    cfg.route("/{lang:ar|en}", get().to(root::slash))
        .service(
            web::scope("/{lang:ar|en}")
                .route("/", get().to(home::home))
                .route("/items", get().to(items::items))
                .route("/items/{slug}", get().to(item::item))
                .route("/checkout", get().to(checkout::show))
                .route("/checkout", web::post().to(checkout::place))
                .route("/o/{reference}", get().to(order::order))
                .route(
                    "/{topic:about|faq|policies|privacy|contact|transparency}",
                    get().to(about::about),
                )
                .route("/zakat", get().to(zakat::show))
                .route("/zakat", web::post().to(zakat::count))
                .route("/track", get().to(track::show))
                .route("/track", web::post().to(track::find)),
        )
        .route("/", get().to(root::root))
        .route("/robots.txt", get().to(seo::robots))
        .route("/sitemap.xml", get().to(seo::sitemap))
        .route("/favicon.ico", get().to(art::favicon))
        .route("/brand-{version}.css", get().to(art::brand))
        .route("/logo.jpg", get().to(logo::show))
        .route("/card.png", get().to(card::site))
        .route("/card/{slug}.png", get().to(card::item))
        .route("/weave/item/{slug}.svg", get().to(art::item))
        .route("/weave/{name}.svg", get().to(art::weave));
}

/// A route for `GET`, and for `HEAD`, which monitors send: the server leaves the body out.
fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
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

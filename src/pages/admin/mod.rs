//! The pages of staff and administrators: the inbox with its transfers, the live funding figures, the
//! catalog and its editor, and the audit log.
//!
//! Each works as plain HTML with forms; `static/js/inbox.js` and `static/js/admin.js` make it move. [`desk`] is what a
//! handler needs to know of a request and the frame of every page, [`view`] what the inbox's templates show, [`words`]
//! the texts in both languages, [`icons`] the drawings. [`people`] and [`account`] need no script.

pub mod account;
pub mod audit;
pub(in crate::pages) mod audit_change;
mod audit_names;
mod audit_row;
pub mod audit_words;
pub mod bank;
pub mod bank_words;
pub mod content;
pub mod content_words;
pub mod desk;
pub mod domain_words;
pub mod domains;
pub mod find;
pub mod funding;
pub mod icons;
pub mod inbox;
mod item_form;
mod item_page;
pub mod item_words;
pub mod items;
pub mod logo;
pub mod logo_words;
pub mod people;
mod people_view;
pub mod people_words;
pub mod picture_form;
pub mod picture_words;
pub mod pictures;
pub mod plan;
pub mod reveal;
mod room;
pub mod settings;
mod settings_form;
pub mod settings_words;
mod sheet;
pub mod sheet_words;
pub mod terms;
mod terms_form;
pub mod terms_words;
pub mod transfer;
pub mod view;
pub mod when;
pub mod words;

use actix_web::web;

/// Every page of staff. The first argument of each handler is its authority.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin", web::get().to(funding::show))
        .route("/admin/", web::get().to(funding::show))
        .route("/admin/domains", web::get().to(domains::show))
        .route("/admin/domains", web::post().to(domains::create))
        .route(
            "/admin/domains/{host}/verify",
            web::post().to(domains::verify),
        )
        .route(
            "/admin/domains/{host}/release",
            web::post().to(domains::release),
        )
        .route("/admin/settings", web::get().to(settings::show))
        .route("/admin/settings", web::post().to(settings::save))
        .route(
            "/admin/settings/preview.css",
            web::get().to(settings::preview),
        )
        .route("/admin/settings/bank", web::get().to(bank::show))
        .route("/admin/settings/bank", web::post().to(bank::save))
        .route("/admin/settings/terms", web::get().to(terms::show))
        .route("/admin/settings/terms", web::post().to(terms::save))
        .route("/admin/settings/logo", web::get().to(logo::show))
        .route("/admin/settings/logo", web::post().to(logo::send))
        .route("/admin/settings/logo/remove", web::post().to(logo::remove))
        .route("/admin/settings/plan", web::get().to(plan::show))
        .route("/admin/pages", web::get().to(content::list))
        .route("/admin/pages/{page}", web::get().to(content::show))
        .route("/admin/pages/{page}", web::post().to(content::save))
        .route("/admin/audit", web::get().to(audit::show))
        .route("/admin/audit/export", web::get().to(audit::export))
        .route("/admin/me", web::get().to(account::show))
        .configure(people::routes)
        .route("/admin/items", web::get().to(items::list))
        .route("/admin/items/new", web::get().to(items::new))
        .route("/admin/items/new", web::post().to(items::create))
        .route("/admin/items/{id}", web::get().to(items::show))
        .route("/admin/items/{id}", web::post().to(items::save))
        .route("/admin/items/{id}/delete", web::post().to(items::delete))
        .route("/admin/items/{id}/submit", web::post().to(items::submit))
        .route("/admin/items/{id}/return", web::post().to(items::give_back))
        .route("/admin/items/{id}/pictures", web::post().to(pictures::add))
        .route("/admin/items/{id}/{step}", web::post().to(items::step))
        .route("/admin/media/{id}", web::post().to(pictures::change))
        .route("/admin/inbox", web::get().to(inbox::list))
        .route("/admin/inbox/find", web::post().to(find::find))
        .route("/admin/inbox/{order}", web::get().to(inbox::show))
        .route("/admin/inbox/{order}/donor", web::get().to(find::of_donor))
        .route("/admin/inbox/{order}/claim", web::post().to(inbox::claim))
        .route(
            "/admin/inbox/{order}/resolve",
            web::post().to(inbox::resolve),
        )
        .route(
            "/admin/inbox/{order}/reveal",
            web::post().to(reveal::reveal),
        )
        .route(
            "/admin/inbox/{order}/confirm-transfer",
            web::post().to(transfer::confirm),
        );
}

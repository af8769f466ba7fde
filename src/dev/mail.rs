//! `http://mail.localhost:{PORT}/`: what was mailed, for people at `/`, for programs at `/messages.json`, one message as its reader
//! sees it at `/messages/{number}`. Under `sadu dev` alone; nothing leaves the machine.

use actix_web::http::header;
use actix_web::{HttpResponse, guard, web};
use askama::Template;
use sadu_actors::mail::{Kept, MailFolder};
use serde_json::json;
use uuid::Uuid;

/// Messages shown at most.
const MOST: usize = 200;
/// The list: our own stylesheet, nothing else.
const LIST_POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// A message: the styles it brings, logos of tenants, and nothing else that it could fetch.
const MESSAGE_POLICY: &str = "default-src 'none'; img-src http://*.localhost:*; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "auth/dev_mail.html")]
struct Page<'a> {
    messages: &'a [Kept],
}

/// Mounts the page: every path of the host `mail.localhost` is its own.
pub fn configure(folder: web::Data<MailFolder>) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        let scope = web::scope("")
            .guard(guard::Host("mail.localhost"))
            .app_data(folder)
            .route("/", web::get().to(list))
            .route("/messages.json", web::get().to(messages))
            .route("/messages/{number}", web::get().to(message))
            .route("/dev.css", web::get().to(super::oidc::stylesheet))
            .default_service(web::to(HttpResponse::NotFound));
        config.service(scope);
    }
}

async fn kept(folder: &MailFolder) -> Result<Vec<Kept>, actix_web::Error> {
    folder
        .list(MOST)
        .await
        .map_err(actix_web::error::ErrorInternalServerError)
}

async fn list(folder: web::Data<MailFolder>) -> Result<HttpResponse, actix_web::Error> {
    let messages = kept(&folder).await?;
    let page = Page {
        messages: &messages,
    };
    let html = page
        .render()
        .map_err(actix_web::error::ErrorInternalServerError)?;
    Ok(answer(html, LIST_POLICY))
}

async fn messages(folder: web::Data<MailFolder>) -> Result<HttpResponse, actix_web::Error> {
    let data: Vec<_> = kept(&folder)
        .await?
        .into_iter()
        .map(|kept| {
            json!({ "number": kept.number, "at": kept.at, "id": kept.mail.id, "from": kept.mail.from_name, "to": kept.mail.to,
                    "subject": kept.mail.subject, "text": kept.mail.text, "html": kept.mail.html })
        })
        .collect();
    Ok(HttpResponse::Ok().json(json!({ "data": data })))
}

async fn message(
    folder: web::Data<MailFolder>,
    number: web::Path<Uuid>,
) -> Result<HttpResponse, actix_web::Error> {
    let found = kept(&folder)
        .await?
        .into_iter()
        .find(|kept| kept.number == *number);
    Ok(found.map_or_else(
        || HttpResponse::NotFound().finish(),
        |kept| answer(kept.mail.html, MESSAGE_POLICY),
    ))
}

fn answer(html: String, policy: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(html)
}

//! `/{lang}/track`: a reference and the last four digits of a phone lead to the order's page. No account, no password.
//!
//! The digits are sent by `POST`, so that they stand in no address and no log; wrong ones are counted by
//! [`crate::lookup`].

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use askama::Template;
use sadu_actors::checkout::track_token;
use sadu_domain::arabic::latin_digits;
use sadu_domain::error::Code;
use sadu_domain::order::PublicState;
use sadu_domain::reference::Reference;
use serde::Deserialize;

use super::asked::Asked;
use super::{html, rendered};
use crate::error::ApiError;
use crate::lookup::{self, Proof};
use crate::middleware::tenant::Visit;
use crate::pages::frame::{Frame, Head};
use crate::state::App;

/// The page.
#[derive(Template)]
#[template(path = "public/track.html")]
struct Track<'a> {
    frame: Frame<'a>,
    head: Head,
    reference: String,
    /// What a reference of this tenant looks like.
    example: String,
    reference_error: Option<String>,
    last4_error: Option<&'static str>,
    /// Word, icon and colour of the state, when the reference alone is known.
    known_state: Option<(&'static str, &'static str, &'static str)>,
}

impl<'a> Track<'a> {
    fn new(frame: Frame<'a>, reference: String) -> Self {
        Self {
            head: Head::personal(frame.w.order.track_title, "track"),
            example: format!("{}-229-5041-781", frame.tenant.prefix.as_str()),
            frame,
            reference,
            reference_error: None,
            last4_error: None,
            known_state: None,
        }
    }
}

/// The query string, or the form.
#[derive(Debug, Default, Deserialize)]
pub struct Given {
    #[serde(default)]
    reference: String,
    #[serde(default)]
    last4: String,
}

/// `GET /{lang}/track?reference=`.
///
/// # Errors
/// None of its own.
pub async fn show(asked: Asked, given: web::Query<Given>) -> Result<HttpResponse, ApiError> {
    let reference = given.reference.trim().chars().take(60).collect();
    Ok(html(rendered(
        Track::new(asked.frame(), reference).render(),
    )?))
}

/// The page for a reference whose order exists and whose details are not to be shown.
///
/// # Errors
/// None of its own.
pub fn known(asked: &Asked, reference: &str, state: PublicState) -> Result<HttpResponse, ApiError> {
    let w = &asked.frame().w.order;
    let mut page = Track::new(asked.frame(), reference.to_owned());
    page.known_state = Some(match state {
        PublicState::Waiting => (w.waiting, "clock", "warning"),
        PublicState::Received => (w.received, "check", "success"),
        PublicState::Closed => (w.closed, "closed", "plain"),
    });
    Ok(html(rendered(page.render())?))
}

/// `POST /{lang}/track`.
///
/// # Errors
/// Those of the look-up that no field can show. What the visitor can mend is shown on the form.
pub async fn find(
    asked: Asked,
    app: web::Data<App>,
    visit: Visit,
    given: web::Form<Given>,
) -> Result<HttpResponse, ApiError> {
    let mut page = Track::new(
        asked.frame(),
        given.reference.trim().chars().take(60).collect(),
    );
    let w = &page.frame.w.order;
    let last4 = latin_digits(given.last4.trim());
    let reference = Reference::parse(&given.reference);
    if reference.is_err() {
        page.reference_error = Some(format!("{} {}.", w.bad_reference, page.example));
    }
    if last4.len() != 4 || !last4.bytes().all(|b| b.is_ascii_digit()) {
        page.last4_error = Some(w.bad_last4);
    }
    let (Ok(reference), None) = (reference, page.last4_error) else {
        return refuse(page, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let reference = reference.to_string();
    let proof = Proof {
        last4: Some(&last4),
        token: None,
    };
    match lookup::order(&app, &asked.tenant, &visit, asked.lang, &reference, &proof).await {
        Ok(view) => open(&asked, &view.reference).await,
        Err(failure) => match failure.code {
            Code::OrderNotFound => {
                page.reference_error = Some(w.not_found.to_owned());
                refuse(page, StatusCode::NOT_FOUND)
            }
            Code::OrderContactMismatch => {
                page.last4_error = Some(w.mismatch);
                refuse(page, StatusCode::FORBIDDEN)
            }
            Code::OrderLocked => {
                page.last4_error = Some(w.locked);
                refuse(page, StatusCode::TOO_MANY_REQUESTS)
            }
            _ => Err(failure),
        },
    }
}

/// To the order's page, with the token that its own link would carry.
async fn open(asked: &Asked, reference: &str) -> Result<HttpResponse, ApiError> {
    let mut tx = asked.tenant.read().await?;
    let order = sadu_db::orders::find_by_reference(&mut tx, reference).await?;
    tx.commit().await?;
    let order = order.ok_or_else(|| ApiError::code(Code::OrderNotFound))?;
    let token = track_token(&asked.tenant, order.id);
    let address = asked.frame().url(&format!("o/{reference}?token={token}"));
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, address))
        .finish())
}

fn refuse(page: Track<'_>, status: StatusCode) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(rendered(page.render())?))
}

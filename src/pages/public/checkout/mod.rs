//! `/{lang}/checkout`: the form of a gift or an order, without JavaScript: send, be redirected, see.
//!
//! `GET` opens it with what the item page chose; `POST` places the order through [`crate::checkout::submit`], as the JSON
//! route does, and leads to the thank-you page. What has to be mended comes back beside its field with all that was typed.

mod hand;
mod page;
mod typed;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _, web};
use askama::Template as _;
use chrono::Utc;
use sadu_domain::catalog::ItemKind;
use sadu_domain::error::Code;
use sadu_domain::order::{NewOrder, OrderContext, check_lines};
use sadu_domain::phone::PhonePolicy;
use serde::Deserialize;

use super::asked::Asked;
use super::rendered;
use crate::api::orders::PLACE;
use crate::checkout::{idempotency_key, submit};
use crate::error::ApiError;
use crate::limits;
use crate::middleware::tenant::Visit;
use crate::pages::entry::Entry;
use crate::state::App;
use hand::Hand;
use page::Checkout;
use typed::{Typed, new_key};

/// `GET /{lang}/checkout?item=&amount=&other=&quantity=`.
///
/// # Errors
/// None of its own.
pub async fn show(request: HttpRequest, asked: Asked) -> Result<HttpResponse, ApiError> {
    let pairs: Vec<(String, String)> =
        url::form_urlencoded::parse(request.query_string().as_bytes())
            .into_owned()
            .take(64)
            .collect();
    let mut form = Typed {
        opened: hand::stamp(&asked.tenant, Utc::now()),
        ..Typed::from_link(&pairs)
    };
    let unsettled = settle(&asked, &mut form);
    let mut page = Checkout::new(asked.frame(), &asked.snapshot, form);
    if unsettled {
        page = page.asking_how_much();
    }
    Ok(HttpResponse::Ok()
        // Not `no-store`: going back must find the form as it was left. Nothing personal is in it yet.
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .content_type("text/html; charset=utf-8")
        .body(rendered(page.render())?))
}

/// Looks at the amounts that came with the link, before a name is asked for. Whether one is amiss, or missing: it is said only where
/// a form was sent.
fn settle(asked: &Asked, form: &mut Typed) -> bool {
    let snapshot = &asked.snapshot;
    let context = OrderContext {
        tenant: &snapshot.tenant,
        find: &|slug| snapshot.find(slug),
        today: snapshot.tenant.day(Utc::now()),
        phones: PhonePolicy { allow_demo: false },
    };
    let mut fields = check_lines(&ordered(asked, form), &context);
    // What is closed or unknown is left out of the page, or told by it.
    fields.retain(|error| error.field.starts_with("items[") && !error.field.ends_with(".item"));
    if form.was_sent {
        form.amiss(&fields, asked.lang);
    }
    !fields.is_empty()
}

/// The request that a form makes.
fn ordered(asked: &Asked, typed: &Typed) -> NewOrder {
    let find = |slug: &str| asked.snapshot.find(slug);
    let goods = typed
        .wanted()
        .any(|line| find(&line.slug).is_some_and(|(item, _)| item.kind == ItemKind::Product));
    let by_quantity = |slug: &str| {
        find(slug)
            .is_some_and(|(item, totals)| Entry::new(asked.frame(), item, totals).by_quantity())
    };
    typed.request(asked.lang, goods, by_quantity)
}

/// The part of the answer to a placed order that the redirect needs.
#[derive(Deserialize)]
struct Placed {
    track_url: String,
}

/// `POST /{lang}/checkout`.
///
/// # Errors
/// `busy` and `internal`. Whatever the visitor can mend is shown on the form.
pub async fn place(
    asked: Asked,
    app: web::Data<App>,
    visit: Visit,
    body: web::Bytes,
) -> Result<HttpResponse, ApiError> {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(&body)
        .into_owned()
        .take(256)
        .collect();
    let mut typed = Typed::from_form(&pairs);
    let new = ordered(&asked, &typed);
    let key = idempotency_key(
        Some(&typed.key)
            .filter(|key| !key.is_empty())
            .map(String::as_str),
        "guest",
        PLACE,
        &body,
    );
    let words = &asked.frame().w.checkout;
    let hand = hand::of(&pairs, &asked.tenant, Utc::now(), app.site.form_time);
    let placed = async {
        limits::order(&app, &asked.tenant, visit.ip).await?;
        if matches!(hand, Hand::Unsure(_)) {
            return Ok(None);
        }
        let placed = submit(&asked.tenant, &app.site, &asked.host, new, key?).await?;
        Ok::<_, ApiError>(Some(placed))
    };
    let failure = match placed.await {
        Ok(Some(placed)) => return see(&placed.body),
        Ok(None) => {
            if let Hand::Unsure(opened) = hand {
                typed.opened = opened;
            }
            typed.refused(words.once_more);
            return again(&asked, typed, StatusCode::UNPROCESSABLE_ENTITY, None);
        }
        Err(failure) => failure,
    };
    match failure.code {
        _ if !failure.fields.is_empty() => typed.amiss(&failure.fields, asked.lang),
        Code::IdempotencyKeyReused => typed.refused(words.sent_before),
        Code::IdempotencyKeyRequired | Code::IdempotencyKeyInvalid => {
            typed.refused(Code::RequestMalformed.detail_in(asked.lang));
        }
        Code::RateLimited => typed.refused(words.too_many),
        Code::Internal | Code::Busy => return Err(failure),
        code => typed.refused(code.detail_in(asked.lang)),
    }
    if failure.fields.is_empty() {
        // The old key belongs to what was sent with it.
        typed.key = new_key();
    }
    let status = failure.status_code();
    let status = if status.is_client_error() {
        status
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    again(&asked, typed, status, failure.retry_after)
}

/// The form once more, with all that was typed.
fn again(
    asked: &Asked,
    typed: Typed,
    status: StatusCode,
    retry_after: Option<u64>,
) -> Result<HttpResponse, ApiError> {
    let page = Checkout::new(asked.frame(), &asked.snapshot, typed);
    let mut answer = HttpResponse::build(status);
    // As above: a browser may keep what was typed into it, so that going back after mending it finds a page and not an error.
    answer.insert_header((header::CACHE_CONTROL, "private, no-cache"));
    if let Some(seconds) = retry_after {
        answer.insert_header((header::RETRY_AFTER, seconds));
    }
    Ok(answer
        .content_type("text/html; charset=utf-8")
        .body(rendered(page.render())?))
}

/// To the thank-you page of the order in `body`.
fn see(body: &str) -> Result<HttpResponse, ApiError> {
    let placed: Placed = serde_json::from_str(body).map_err(|error| {
        tracing::error!(%error, "the answer to a placed order was not read");
        ApiError::code(Code::Internal)
    })?;
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, placed.track_url))
        .finish())
}

//! `POST /admin/inbox/{order}/reveal`: an order with its donor's details, for a reason. Shares rules and entry with the JSON route.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use sadu_domain::access::Permission;
use sadu_domain::error::Class;
use sadu_domain::reveal::NewReveal;
use serde::Deserialize;

use super::desk::Asked;
use super::inbox::{Opened, Which, allow, order_id, show_page};
use crate::api::admin::reveal::{Revealed, look};
use crate::auth::Staff;
use crate::error::ApiResult;
use crate::state::App;

/// The form as it arrives; the guard has looked at its `csrf` field.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    reason: String,
}

/// The donor's part of an open order.
#[derive(Debug, Default)]
pub struct RevealView {
    /// The details, once they were asked for.
    pub shown: Option<Revealed>,
    /// As typed.
    pub reason: String,
    /// What to mend about it.
    pub error: Option<String>,
}

/// Shows the details, on a page that no cache keeps.
///
/// # Errors
/// `order.not_found`, `rate_limited`. A reason that is none is said beside its field.
pub async fn reveal(
    staff: Staff,
    asked: Asked,
    app: web::Data<App>,
    order: web::Path<String>,
    request: HttpRequest,
    typed: web::Form<Typed>,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::DonorReveal)?;
    let order = order_id(&order)?;
    let new = NewReveal {
        reason: typed.reason.clone(),
    };
    let (reveal, status) = match look(&asked.tenant, &app, &staff, &request, order, &new).await {
        Ok(shown) => (
            RevealView {
                shown: Some(shown),
                ..RevealView::default()
            },
            StatusCode::OK,
        ),
        Err(failure) if failure.code.class() == Class::Invalid => {
            let error = failure
                .fields
                .first()
                .map(|error| error.message.get(asked.lang).to_owned());
            let reason = new.reason;
            (
                RevealView {
                    shown: None,
                    reason,
                    error,
                },
                StatusCode::UNPROCESSABLE_ENTITY,
            )
        }
        Err(failure) => return Err(failure),
    };
    let opened = Opened {
        reveal,
        ..Opened::default()
    };
    let which = Which::default();
    let mut page = show_page(&staff, &asked, &which, Some((order, opened)), status).await?;
    page.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    Ok(page)
}

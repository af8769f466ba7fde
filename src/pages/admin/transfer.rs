//! `POST /admin/inbox/{order}/confirm-transfer`: the form that says a transfer was seen at the bank. It shares its rules
//! and its one-time key with the JSON route.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use sadu_domain::access::Permission;
use sadu_domain::amount::parse_amount;
use sadu_domain::error::{Class, Code, FieldError};
use sadu_domain::lang::Lang;
use sadu_domain::money::WholeNumber;
use sadu_domain::transfer::NewConfirmTransfer;
use serde::Deserialize;

use super::desk::Asked;
use super::inbox::{Opened, Which, allow, back_to, order_id, show_page};
use super::view::TransferForm;
use crate::api::admin::orders::{kuwaits_day, post_transfer};
use crate::auth::Staff;
use crate::error::{ApiError, ApiResult};
use crate::pages::format::Amount;

/// The form as it arrives; the guard has looked at its `csrf` field.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    key: String,
    amount: String,
    received_on: String,
    bank_reference: String,
}

/// The form as it begins: what is due, today, and a fresh key.
#[must_use]
pub(super) fn begin(due: Option<Amount>) -> TransferForm {
    let today = kuwaits_day().to_string();
    TransferForm {
        key: uuid::Uuid::now_v7().to_string(),
        amount: due.map(|due| due.decimal()).unwrap_or_default(),
        received_on: today.clone(),
        today,
        ..TransferForm::default()
    }
}

/// `POST /admin/inbox/{order}/confirm-transfer`.
///
/// # Errors
/// `order.not_found`. What can be mended is shown beside its field.
pub async fn confirm(
    staff: Staff,
    asked: Asked,
    request: HttpRequest,
    order: web::Path<String>,
    typed: web::Form<Typed>,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::ConfirmTransfer)?;
    let order = order_id(&order)?;
    let mut form = TransferForm {
        key: typed.key.clone(),
        amount: typed.amount.clone(),
        received_on: typed.received_on.clone(),
        bank_reference: typed.bank_reference.clone(),
        ..begin(None)
    };
    let amount = match parse_amount(&typed.amount) {
        Ok(amount) => Some(WholeNumber::from(amount)),
        Err(error) => {
            form.amount_error = Some(error.message().get(asked.lang).to_owned());
            None
        }
    };
    let new = NewConfirmTransfer {
        // A wrong amount is named by the form; the other fields are looked at all the same.
        amount: amount.or(Some(WholeNumber::Valid(1))),
        currency: asked.snapshot.tenant.currency.as_str().to_owned(),
        received_on: typed.received_on.clone(),
        bank_reference: typed.bank_reference.clone(),
    };
    let failure = if amount.is_none() {
        let parsed = sadu_domain::transfer::parse_confirm_transfer(
            &new,
            asked.snapshot.tenant.currency,
            kuwaits_day(),
        );
        ApiError::fields(parsed.err().unwrap_or_default())
    } else {
        let said = format!(
            "{}|{}|{}",
            typed.amount, typed.received_on, typed.bank_reference
        );
        let said = (Some(typed.key.as_str()), said.as_bytes());
        match post_transfer(&asked.tenant, &staff, &request, order, said, &new).await {
            Ok(_) => return Ok(back_to(order)),
            Err(failure) => failure,
        }
    };
    let status = refuse(&mut form, failure, asked.lang)?;
    show_page(
        &staff,
        &asked,
        &Which::default(),
        Some((
            order,
            Opened {
                form: Some(form),
                ..Opened::default()
            },
        )),
        status,
    )
    .await
}

/// Writes a failure into the form, when the person can mend it there.
fn refuse(form: &mut TransferForm, failure: ApiError, lang: Lang) -> ApiResult<StatusCode> {
    let told = |errors: &[FieldError], field: &str| {
        errors
            .iter()
            .find(|error| error.field == field)
            .map(|error| error.message.get(lang).to_owned())
    };
    form.amount_error = form
        .amount_error
        .take()
        .or_else(|| told(&failure.fields, "amount"));
    form.received_on_error = told(&failure.fields, "received_on");
    form.bank_reference_error = told(&failure.fields, "bank_reference");
    match failure.code.class() {
        Class::Invalid if failure.code == Code::IdempotencyKeyReused => {
            // Changed and sent again after it went through: what is typed now is a new attempt.
            form.key = uuid::Uuid::now_v7().to_string();
            form.refused = Some(failure.code.detail_in(lang).to_owned());
            Ok(StatusCode::UNPROCESSABLE_ENTITY)
        }
        Class::Invalid => Ok(StatusCode::UNPROCESSABLE_ENTITY),
        Class::Conflict => {
            form.refused = Some(failure.code.detail_in(lang).to_owned());
            Ok(StatusCode::CONFLICT)
        }
        _ => Err(failure),
    }
}

//! Bank transfers: what staff confirm from the bank's statement.

use crate::error::{Code, FieldError};
use crate::lang::Bilingual;
use crate::money::{Currency, Fils, WholeNumber};
use crate::payment::ConfirmTransfer;
use crate::text;
use chrono::{Days, NaiveDate};
use serde::Deserialize;

/// Longest bank reference, in characters (SWIFT lines are 35; local banks print more).
const BANK_REFERENCE_MAX: usize = 64;
/// A statement older than this, in days, is a slip of the year.
const OLDEST_DAYS: u64 = 730;

/// The body of `POST …/confirm-transfer`, as it arrives.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewConfirmTransfer {
    /// Fils that arrived.
    pub amount: Option<WholeNumber>,
    /// ISO code.
    pub currency: String,
    /// `YYYY-MM-DD`.
    pub received_on: String,
    /// As printed in the statement.
    pub bank_reference: String,
}

/// Checks a confirmation. `today` is the tenant's own day.
///
/// Whether the amount is the one the order waits for is not decided here: less and more are facts too, see
/// [`crate::payment::settle`].
///
/// # Errors
/// Every field that is amiss.
pub fn parse_confirm_transfer(
    new: &NewConfirmTransfer,
    currency: Currency,
    today: NaiveDate,
) -> Result<ConfirmTransfer, Vec<FieldError>> {
    let mut errors = Vec::new();
    let amount = match new.amount.map(WholeNumber::get) {
        Some(Some(amount)) if amount > 0 => Some(Fils::new(amount)),
        Some(Some(_)) => note(&mut errors, "amount", Code::OrderAmountTooSmall),
        Some(None) => note(&mut errors, "amount", Code::OrderAmountInvalid),
        None => note(&mut errors, "amount", Code::OrderAmountRequired),
    };
    if Currency::from_code(&new.currency) != Some(currency) {
        errors.push(FieldError::new("currency", Code::OrderCurrencyMismatch));
    }
    let oldest = today
        .checked_sub_days(Days::new(OLDEST_DAYS))
        .unwrap_or(NaiveDate::MIN);
    let received_on = NaiveDate::parse_from_str(&new.received_on, "%Y-%m-%d")
        .ok()
        .filter(|day| (oldest..=today).contains(day))
        .or_else(|| note(&mut errors, "received_on", Code::OrderDateInvalid));
    let bank_reference = match text::clean(&new.bank_reference, BANK_REFERENCE_MAX) {
        Ok(reference) if reference.is_empty() => note(
            &mut errors,
            "bank_reference",
            Code::PaymentBankReferenceRequired,
        ),
        Ok(reference) => Some(reference),
        Err(_) => {
            errors.push(FieldError::with_message(
                "bank_reference",
                Code::TextTooLong,
                Bilingual::new(
                    format!("مرجع البنك {BANK_REFERENCE_MAX} حرفاً على الأكثر."),
                    format!("A bank reference has {BANK_REFERENCE_MAX} characters at most."),
                ),
            ));
            None
        }
    };
    match (amount, received_on, bank_reference) {
        (Some(amount), Some(received_on), Some(bank_reference)) if errors.is_empty() => {
            Ok(ConfirmTransfer {
                amount,
                received_on,
                bank_reference,
            })
        }
        _ => Err(errors),
    }
}

fn note<T>(errors: &mut Vec<FieldError>, field: &str, code: Code) -> Option<T> {
    errors.push(FieldError::new(field, code));
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn parse(json: &str) -> Result<ConfirmTransfer, Vec<(String, &'static str)>> {
        let new: NewConfirmTransfer = serde_json::from_str(json).unwrap();
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        parse_confirm_transfer(&new, Currency::Kwd, today).map_err(|errors| {
            errors
                .into_iter()
                .map(|e| (e.field, e.code.as_str()))
                .collect()
        })
    }

    #[test]
    fn a_confirmation_is_read() {
        let confirm = parse(
            r#"{"amount":25500,"currency":"KWD","received_on":"2026-11-24","bank_reference":"  FT26328\u200B 0001 "}"#,
        )
        .unwrap();
        assert_eq!(confirm.amount, Fils::new(25_500));
        assert_eq!(confirm.bank_reference, "FT26328 0001");
    }

    #[test]
    fn everything_amiss_is_named_at_once() {
        let errors = parse(
            r#"{"amount":25.5,"currency":"USD","received_on":"2026-11-25","bank_reference":" "}"#,
        )
        .unwrap_err();
        let expected = [
            ("amount", "order.amount_invalid"),
            ("currency", "order.currency_mismatch"),
            ("received_on", "order.date_invalid"),
            ("bank_reference", "payment.bank_reference_required"),
        ]
        .map(|(field, code)| (field.to_owned(), code));
        assert_eq!(errors, expected);
        let rest = r#""currency":"KWD","received_on":"2026-11-01","bank_reference":"x""#;
        let only = |json: String| parse(&json).unwrap_err().into_iter().next().unwrap().1;
        assert_eq!(
            only(format!("{{\"amount\":-1,{rest}}}")),
            "order.amount_invalid"
        );
        assert_eq!(
            only(format!("{{\"amount\":0,{rest}}}")),
            "order.amount_too_small"
        );
        assert_eq!(only(format!("{{{rest}}}")), "order.amount_required");
        assert_eq!(
            only(
                r#"{"amount":1,"currency":"KWD","received_on":"2016-11-01","bank_reference":"x"}"#
                    .into()
            ),
            "order.date_invalid"
        );
    }
}

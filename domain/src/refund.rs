//! Refunds: why, how far, and who may approve (domain.md 9).

use crate::error::{Code, FieldError};
use crate::ids::UserId;
use crate::money::{Fils, WholeNumber};
use crate::wire_enum::wire_enum;
use serde::Deserialize;

wire_enum! {
    /// Why money goes back.
    pub enum RefundReason {
        /// Paid twice.
        Duplicate = "duplicate",
        /// The giver or buyer asked.
        Requested = "requested",
        /// The item was called off.
        ItemCancelled = "item_cancelled",
        /// Something was entered wrongly.
        Error = "error",
        /// The payment was not the payer's.
        Fraud = "fraud",
    }
}

wire_enum! {
    /// Where a refund stands.
    pub enum RefundStatus {
        /// Asked for.
        Requested = "requested",
        /// Approved by somebody else, or within the limit.
        Approved = "approved",
        /// Given to bank or provider.
        Sent = "sent",
        /// The provider is still at it.
        PendingProvider = "pending_provider",
        /// The money is back.
        Refunded = "refunded",
        /// Turned down.
        Rejected = "rejected",
    }
}

impl RefundStatus {
    /// One open refund per payment.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Refunded | Self::Rejected)
    }

    /// Whether a refund may go from here to `next`.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Requested, Self::Approved | Self::Rejected)
                | (Self::Approved, Self::Sent | Self::Rejected)
                | (
                    Self::Sent,
                    Self::PendingProvider | Self::Refunded | Self::Rejected
                )
                | (Self::PendingProvider, Self::Refunded | Self::Rejected)
        )
    }
}

/// Amount above which another person approves, in fils, unless the tenant sets its own.
pub const DEFAULT_APPROVAL_LIMIT: Fils = Fils::new(50_000);

/// The body of `POST …/refund`, as it arrives.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewRefund {
    /// Fils to return.
    pub amount: Option<WholeNumber>,
    /// One of [`RefundReason`].
    pub reason: String,
}

/// A refund that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedRefund {
    /// Fils to return, above zero.
    pub amount: Fils,
    /// Why.
    pub reason: RefundReason,
}

/// Checks a request against what was captured and has not gone back yet.
///
/// # Errors
/// Every field that is amiss.
pub fn parse_refund(
    new: &NewRefund,
    captured: Fils,
    refunded: Fils,
) -> Result<ParsedRefund, Vec<FieldError>> {
    let mut errors = Vec::new();
    let left = captured.minus_or_zero(refunded);
    let amount = new
        .amount
        .and_then(WholeNumber::get)
        .map(Fils::new)
        .filter(|amount| amount.is_positive() && *amount <= left);
    if amount.is_none() {
        errors.push(FieldError::new("amount", Code::RefundAmountInvalid));
    }
    let reason = new.reason.parse().ok();
    if reason.is_none() {
        errors.push(FieldError::new("reason", Code::RequestFieldInvalid));
    }
    match (amount, reason) {
        (Some(amount), Some(reason)) => Ok(ParsedRefund { amount, reason }),
        _ => Err(errors),
    }
}

/// Whether `approver` may approve a refund that `requester` asked for: above the limit it takes two people.
#[must_use]
pub fn may_approve(amount: Fils, limit: Fils, requester: UserId, approver: UserId) -> bool {
    amount <= limit || requester != approver
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn parse(json: &str) -> Result<ParsedRefund, Vec<String>> {
        let new: NewRefund = serde_json::from_str(json).unwrap();
        parse_refund(&new, Fils::new(25_500), Fils::new(5_500)).map_err(|errors| {
            errors
                .into_iter()
                .map(|e| format!("{} {}", e.field, e.code))
                .collect()
        })
    }

    #[test]
    fn no_more_goes_back_than_came() {
        assert_eq!(
            parse(r#"{"amount":20000,"reason":"requested"}"#),
            Ok(ParsedRefund {
                amount: Fils::new(20_000),
                reason: RefundReason::Requested
            })
        );
        for amount in ["20001", "0", "-1", "1.5"] {
            let json = format!("{{\"amount\":{amount},\"reason\":\"duplicate\"}}");
            assert_eq!(
                parse(&json),
                Err(vec!["amount refund.amount_invalid".to_owned()]),
                "{amount}"
            );
        }
        assert_eq!(
            parse(r#"{"reason":"because"}"#),
            Err(vec![
                "amount refund.amount_invalid".to_owned(),
                "reason request.field_invalid".to_owned()
            ])
        );
    }

    #[test]
    fn above_the_limit_it_takes_two() {
        let (a, b) = (UserId::new(), UserId::new());
        let limit = DEFAULT_APPROVAL_LIMIT;
        assert!(may_approve(Fils::new(50_000), limit, a, a));
        assert!(!may_approve(Fils::new(50_001), limit, a, a));
        assert!(may_approve(Fils::new(50_001), limit, a, b));
    }

    #[test]
    fn a_finished_refund_stays_finished() {
        for &from in RefundStatus::ALL {
            let next = RefundStatus::ALL
                .iter()
                .filter(|to| from.may_become(**to))
                .count();
            assert_eq!(next > 0, from.is_open(), "{from}");
        }
        assert!(!RefundStatus::Requested.may_become(RefundStatus::Sent));
    }
}

//! What may happen to an order, as one table (domain.md 3).
//!
//! Pure: guards such as "one live attempt at a time" and effects such as holds are the caller's. Captured money is never
//! refused: a payment that an order has no use for leaves it as it is and goes to suspense
//! ([`OrderStatus::takes_payment`]).

use crate::error::Code;
use crate::wire_enum::wire_enum;

wire_enum! {
    /// Where an order stands.
    pub enum OrderStatus {
        /// Created, nothing chosen or tried yet.
        Pending = "pending",
        /// Instructions shown, money expected by transfer.
        AwaitingTransfer = "awaiting_transfer",
        /// A payment attempt is live.
        Paying = "paying",
        /// Less than the total has arrived.
        PartPaid = "part_paid",
        /// All has arrived.
        Paid = "paid",
        /// Part of it was returned.
        PartRefunded = "part_refunded",
        /// All of it was returned.
        Refunded = "refunded",
        /// Called off.
        Cancelled = "cancelled",
        /// Waited too long; late money opens it again.
        Expired = "expired",
        /// The cardholder's bank asks for the money back.
        Disputed = "disputed",
        /// The bank took the money back.
        ChargedBack = "charged_back",
    }
}

wire_enum! {
    /// What happens to an order. Payments and refunds come with their outcome, which [`crate::payment::settle`] decides.
    pub enum OrderEvent {
        /// The donor will transfer.
        ChooseTransfer = "choose_transfer",
        /// A payment attempt begins.
        AttemptStarted = "attempt_started",
        /// It was declined or broke off.
        AttemptFailed = "attempt_failed",
        /// The donor called it off.
        AttemptCancelled = "attempt_cancelled",
        /// Nothing came of it in time.
        AttemptAbandoned = "attempt_abandoned",
        /// Money arrived: the rest or all of it.
        PaymentPostedFull = "payment_posted_full",
        /// Money arrived: not all of it.
        PaymentPostedShort = "payment_posted_short",
        /// Money arrived: more than was due.
        PaymentPostedOver = "payment_posted_over",
        /// Donor or staff call the order off.
        Cancel = "cancel",
        /// The time is up.
        Expire = "expire",
        /// Staff take what came as enough, with a reason.
        AcceptShort = "accept_short",
        /// Part of the money was returned.
        RefundPostedPart = "refund_posted_part",
        /// All of the money was returned.
        RefundPostedFull = "refund_posted_full",
        /// The bank opens a dispute.
        DisputeOpened = "dispute_opened",
        /// The dispute ended in our favour.
        DisputeWon = "dispute_won",
        /// The money is gone.
        DisputeLost = "dispute_lost",
    }
}

wire_enum! {
    /// All that a reference alone reveals.
    pub enum PublicState {
        /// Money is expected.
        Waiting = "waiting",
        /// Money has arrived.
        Received = "received",
        /// Nothing more will happen.
        Closed = "closed",
    }
}

/// This cannot happen to an order that stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an order that is {from} cannot take {event}")]
pub struct InvalidTransition {
    /// Where it stands.
    pub from: OrderStatus,
    /// What was to happen.
    pub event: OrderEvent,
}

impl InvalidTransition {
    /// The code it is answered with.
    #[must_use]
    pub const fn code(&self) -> Code {
        Code::OrderInvalidTransition
    }
}

/// Where an order stands after `event`.
///
/// # Errors
/// [`InvalidTransition`] for every pair that the table does not have.
pub const fn transition(
    from: OrderStatus,
    event: OrderEvent,
) -> Result<OrderStatus, InvalidTransition> {
    use OrderEvent as E;
    use OrderStatus as S;
    let to = match (from, event) {
        (S::Pending, E::ChooseTransfer) => S::AwaitingTransfer,
        (S::Pending, E::AttemptStarted) => S::Paying,
        (S::Paying, E::AttemptFailed | E::AttemptCancelled | E::AttemptAbandoned) => S::Pending,

        (
            S::Pending | S::AwaitingTransfer | S::Paying | S::Expired | S::PartPaid,
            E::PaymentPostedFull | E::PaymentPostedOver,
        ) => S::Paid,
        (
            S::Pending | S::AwaitingTransfer | S::Paying | S::Expired | S::PartPaid,
            E::PaymentPostedShort,
        ) => S::PartPaid,
        // Money nobody waits for: to suspense, the order stays.
        (
            S::Paid | S::PartRefunded | S::Refunded | S::Cancelled | S::Disputed,
            E::PaymentPostedFull | E::PaymentPostedShort | E::PaymentPostedOver,
        ) => from,

        (S::Pending | S::AwaitingTransfer, E::Cancel) => S::Cancelled,
        (S::Pending | S::AwaitingTransfer, E::Expire) => S::Expired,
        (S::PartPaid, E::AcceptShort) => S::Paid,

        (S::Paid | S::PartPaid | S::PartRefunded, E::RefundPostedPart) => S::PartRefunded,
        (S::Paid | S::PartPaid | S::PartRefunded, E::RefundPostedFull) => S::Refunded,

        (S::Paid | S::PartRefunded, E::DisputeOpened) => S::Disputed,
        (S::Disputed, E::DisputeWon) => S::Paid,
        (S::Disputed, E::DisputeLost) => S::ChargedBack,

        _ => return Err(InvalidTransition { from, event }),
    };
    Ok(to)
}

impl OrderStatus {
    /// What a visitor who only knows the reference is told.
    #[must_use]
    pub const fn public_state(self) -> PublicState {
        match self {
            Self::Pending | Self::AwaitingTransfer | Self::Paying | Self::PartPaid => {
                PublicState::Waiting
            }
            // A disputed order counts as raised until the dispute is lost.
            Self::Paid | Self::PartRefunded | Self::Disputed => PublicState::Received,
            Self::Refunded | Self::Cancelled | Self::Expired | Self::ChargedBack => {
                PublicState::Closed
            }
        }
    }

    /// Money that arrives for it belongs to it; otherwise it goes to suspense with a task for staff.
    #[must_use]
    pub const fn takes_payment(self) -> bool {
        matches!(
            self,
            Self::Pending | Self::AwaitingTransfer | Self::Paying | Self::PartPaid | Self::Expired
        )
    }

    /// It holds stock or counts towards an item's expected money.
    #[must_use]
    pub const fn holds(self) -> bool {
        matches!(self, Self::Pending | Self::AwaitingTransfer | Self::Paying)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// The table of the design, written as text: every pair that is not here must be refused.
    const TABLE: &str = "
        pending choose_transfer awaiting_transfer
        pending attempt_started paying
        pending payment_posted_full paid
        pending payment_posted_short part_paid
        pending payment_posted_over paid
        pending cancel cancelled
        pending expire expired
        awaiting_transfer payment_posted_full paid
        awaiting_transfer payment_posted_short part_paid
        awaiting_transfer payment_posted_over paid
        awaiting_transfer cancel cancelled
        awaiting_transfer expire expired
        paying attempt_failed pending
        paying attempt_cancelled pending
        paying attempt_abandoned pending
        paying payment_posted_full paid
        paying payment_posted_short part_paid
        paying payment_posted_over paid
        expired payment_posted_full paid
        expired payment_posted_short part_paid
        expired payment_posted_over paid
        part_paid payment_posted_full paid
        part_paid payment_posted_short part_paid
        part_paid payment_posted_over paid
        part_paid accept_short paid
        part_paid refund_posted_part part_refunded
        part_paid refund_posted_full refunded
        paid payment_posted_full paid
        paid payment_posted_short paid
        paid payment_posted_over paid
        paid refund_posted_part part_refunded
        paid refund_posted_full refunded
        paid dispute_opened disputed
        part_refunded payment_posted_full part_refunded
        part_refunded payment_posted_short part_refunded
        part_refunded payment_posted_over part_refunded
        part_refunded refund_posted_part part_refunded
        part_refunded refund_posted_full refunded
        part_refunded dispute_opened disputed
        refunded payment_posted_full refunded
        refunded payment_posted_short refunded
        refunded payment_posted_over refunded
        cancelled payment_posted_full cancelled
        cancelled payment_posted_short cancelled
        cancelled payment_posted_over cancelled
        disputed payment_posted_full disputed
        disputed payment_posted_short disputed
        disputed payment_posted_over disputed
        disputed dispute_won paid
        disputed dispute_lost charged_back
    ";

    fn expected(from: OrderStatus, event: OrderEvent) -> Option<OrderStatus> {
        TABLE.lines().find_map(|line| {
            let mut words = line.split_whitespace();
            let row = (words.next()?, words.next()?, words.next()?);
            (row.0 == from.as_str() && row.1 == event.as_str()).then(|| row.2.parse().unwrap())
        })
    }

    #[test]
    fn every_pair_is_as_the_table_says() {
        let mut allowed = 0;
        for &from in OrderStatus::ALL {
            for &event in OrderEvent::ALL {
                let wanted = expected(from, event).ok_or(InvalidTransition { from, event });
                assert_eq!(transition(from, event), wanted, "{from} {event}");
                allowed += usize::from(wanted.is_ok());
            }
        }
        assert_eq!(allowed, TABLE.split_whitespace().count() / 3);
    }

    #[test]
    fn money_changes_a_status_exactly_where_it_is_taken() {
        for &from in OrderStatus::ALL {
            if let Ok(to) = transition(from, OrderEvent::PaymentPostedFull) {
                assert_eq!(to != from, from.takes_payment(), "{from}");
            }
        }
    }

    #[test]
    fn nothing_leaves_a_final_state() {
        for event in [
            OrderEvent::Cancel,
            OrderEvent::Expire,
            OrderEvent::RefundPostedFull,
            OrderEvent::DisputeOpened,
        ] {
            assert!(transition(OrderStatus::ChargedBack, event).is_err());
            assert!(transition(OrderStatus::Refunded, event).is_err());
        }
    }
}

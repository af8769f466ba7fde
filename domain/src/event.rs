//! The inbox's events: their names on the wire and the data each carries. None of it is personal.

use crate::ids::{EventSubject, ItemId};
use crate::lang::{Bilingual, Lang};
use crate::money::{Fils, Money};
use crate::order::{OrderKind, OrderLine, OrderStatus, PaymentMethod};
use crate::reference::Reference;
use crate::wire_enum::wire_enum;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

wire_enum! {
    /// What happened. Kinds may be added; clients skip those they do not know.
    pub enum EventKind {
        /// An order was made; data: [`OrderPlaced`].
        OrderPlaced = "order.placed",
        /// Its money has arrived; data: [`OrderPayment`].
        OrderPaid = "order.paid",
        /// Part of its money has arrived; data: [`OrderPayment`].
        OrderPartPaid = "order.part_paid",
        /// Money went back; data: [`OrderPayment`].
        OrderRefunded = "order.refunded",
        /// It was called off; data: [`OrderChanged`].
        OrderCancelled = "order.cancelled",
        /// It waited too long; data: [`OrderChanged`].
        OrderExpired = "order.expired",
        /// A bank line fits no order; data: [`TransferUnmatched`].
        TransferUnmatched = "transfer.unmatched",
        /// Somebody asks for a refund.
        RefundRequested = "refund.requested",
        /// An instalment is late.
        PledgeOverdue = "pledge.overdue",
        /// An attempt failed.
        PaymentFailed = "payment.failed",
        /// A visitor began to talk.
        ConversationOpened = "conversation.opened",
        /// Something was said.
        MessageCreated = "message.created",
        /// The assistant hands over to staff.
        ConversationHandedOver = "conversation.handed_over",
        /// A conversation came to its end.
        ConversationResolved = "conversation.resolved",
        /// A proof can be seen.
        ProofPublished = "proof.published",
        /// An item reached its target; data: [`ItemChanged`].
        ItemFunded = "item.funded",
        /// The assistant used 80 % of its month.
        AiBudget80 = "ai.budget_80",
        /// The assistant used all of its month.
        AiBudget100 = "ai.budget_100",
        /// Somebody took a subject; data: [`SubjectWork`].
        SubjectClaimed = "subject.claimed",
        /// Somebody was given a subject; data: [`SubjectWork`].
        SubjectAssigned = "subject.assigned",
        /// A subject was put off; data: [`SubjectWork`].
        SubjectSnoozed = "subject.snoozed",
        /// A subject is done; data: [`SubjectWork`].
        SubjectResolved = "subject.resolved",
        /// An item can be seen; data: [`ItemChanged`].
        ItemPublished = "item.published",
    }
}

/// One event of a tenant's gap-free stream, as sent over sockets and lists.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InboxEvent {
    /// Position in the stream, without gaps.
    pub seq: i64,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// When.
    pub at: DateTime<Utc>,
    /// To what.
    pub subject: EventSubject,
    /// The kind's own data, passed through as it was stored.
    pub data: Box<RawValue>,
}

/// One line inside an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventLine {
    /// The item.
    pub item: ItemId,
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: Bilingual,
    /// How many, for goods and shares.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quantity: Option<i64>,
    /// What the line comes to.
    pub amount: Money,
}

impl From<&OrderLine> for EventLine {
    fn from(line: &OrderLine) -> Self {
        Self {
            item: line.item_id,
            slug: line.slug.clone(),
            title: line.title.clone(),
            quantity: line.quantity,
            amount: Money::kwd(line.amount),
        }
    }
}

/// Data of `order.placed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPlaced {
    /// Its reference.
    pub reference: Reference,
    /// Order, donation or pledge.
    pub kind: OrderKind,
    /// Where it stands.
    pub status: OrderStatus,
    /// Its sum.
    pub total: Money,
    /// What was promised.
    pub items: Vec<EventLine>,
    /// How it is to be paid.
    pub payment_method: PaymentMethod,
    /// Language of the donor.
    pub lang: Lang,
    /// Campaign's source, if any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<String>,
}

/// Data of `order.paid`, `order.part_paid` and `order.refunded`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPayment {
    /// Its reference.
    pub reference: Reference,
    /// Order, donation or pledge.
    pub kind: OrderKind,
    /// Where it stands now.
    pub status: OrderStatus,
    /// Its sum.
    pub total: Money,
    /// What has arrived for it so far, refunds taken off.
    pub paid: Money,
    /// What came, or went back, this time.
    pub amount: Money,
    /// How.
    pub payment_method: PaymentMethod,
    /// Receipt, if one was issued.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub receipt: Option<String>,
}

/// Data of `order.cancelled` and `order.expired`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderChanged {
    /// Its reference.
    pub reference: Reference,
    /// Order, donation or pledge.
    pub kind: OrderKind,
    /// Where it stands now.
    pub status: OrderStatus,
    /// Its sum.
    pub total: Money,
}

/// Data of `transfer.unmatched`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferUnmatched {
    /// What arrived.
    pub amount: Money,
    /// Order whose reference it names, if that one cannot take it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reference: Option<Reference>,
}

/// Data of `item.published` and `item.funded`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemChanged {
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: Bilingual,
    /// What has been raised.
    pub raised: Money,
    /// What is to be raised, if there is a target.
    pub target: Option<Money>,
}

/// Data of `subject.*`. People are named by id; the client knows its colleagues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectWork {
    /// Who acted.
    pub by: crate::ids::UserId,
    /// Whose it is now.
    pub owner: Option<crate::ids::UserId>,
    /// When it comes back, if put off.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<DateTime<Utc>>,
}

/// What [`order_placed_data`] needs of an order.
#[derive(Debug, Clone, Copy)]
pub struct PlacedOrder<'a> {
    /// Its reference.
    pub reference: Reference,
    /// Its kind.
    pub kind: OrderKind,
    /// Where it stands.
    pub status: OrderStatus,
    /// Its sum.
    pub total: Fils,
    /// Its lines.
    pub lines: &'a [OrderLine],
    /// How it is to be paid.
    pub method: PaymentMethod,
    /// Language of the donor.
    pub lang: Lang,
    /// `utm_source`, if any.
    pub source: Option<&'a str>,
}

/// The data of `order.placed`.
#[must_use]
pub fn order_placed_data(order: PlacedOrder<'_>) -> OrderPlaced {
    OrderPlaced {
        reference: order.reference,
        kind: order.kind,
        status: order.status,
        total: Money::kwd(order.total),
        items: order.lines.iter().map(EventLine::from).collect(),
        payment_method: order.method,
        lang: order.lang,
        source: order.source.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::ids::OrderId;

    #[test]
    fn an_event_has_the_documented_shape() {
        let id = OrderId::new();
        let event = InboxEvent {
            seq: 7,
            kind: EventKind::OrderPlaced,
            at: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
            subject: EventSubject::Order(id),
            data: RawValue::from_string(r#"{"total":{"amount":5000,"currency":"KWD"}}"#.into())
                .unwrap(),
        };
        assert_eq!(
            serde_json::to_string(&event).unwrap(),
            format!(
                r#"{{"seq":7,"type":"order.placed","at":"2023-11-14T22:13:20Z","subject":"order:{id}","data":{{"total":{{"amount":5000,"currency":"KWD"}}}}}}"#
            )
        );
    }

    #[test]
    fn placed_orders_tell_what_was_promised_and_nobodys_name() {
        let lines = [OrderLine {
            item_id: ItemId::new(),
            slug: "well".into(),
            title: Bilingual::new("بئر", "Well"),
            quantity: None,
            unit_price: None,
            amount: Fils::new(5000),
        }];
        let data = order_placed_data(PlacedOrder {
            reference: "NKH-229-5041-781".parse().unwrap(),
            kind: OrderKind::Donation,
            status: OrderStatus::AwaitingTransfer,
            total: Fils::new(5000),
            lines: &lines,
            method: PaymentMethod::Transfer,
            lang: Lang::Ar,
            source: Some("instagram"),
        });
        let json = serde_json::to_value(&data).unwrap();
        let keys: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
        let mut expected = [
            "reference",
            "kind",
            "status",
            "total",
            "items",
            "payment_method",
            "lang",
            "source",
        ]
        .map(str::to_owned);
        expected.sort();
        let mut keys = keys;
        keys.sort();
        assert_eq!(keys, expected);
        assert_eq!(json.pointer("/items/0/amount/amount").unwrap(), 5000);
        assert_eq!(serde_json::from_value::<OrderPlaced>(json).unwrap(), data);
    }
}

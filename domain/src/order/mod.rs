//! Orders: what was promised, whatever its kind. Totals and lines never change after creation.
//!
//! [`state`] is the table of what may happen to an order, [`request`] the shape of a request, and [`parse`] turns one
//! into a [`ParsedOrder`] or says in both languages what is amiss.

mod lines;
pub mod parse;
pub mod request;
pub mod state;
#[cfg(test)]
mod tests;

pub use lines::{MAX_LINES, MAX_QUANTITY, largest, smallest};
pub use parse::{OrderContext, OrderRejection, check_lines, parse_order};
pub use request::NewOrder;
pub use state::{InvalidTransition, OrderEvent, OrderStatus, PublicState, transition};

use crate::ids::ItemId;
use crate::lang::{Bilingual, Lang};
use crate::money::Fils;
use crate::phone::Phone;
use crate::pii::Pii;
use crate::reference::ReferenceKind;
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};

wire_enum! {
    /// What an order is.
    pub enum OrderKind {
        /// Goods are bought.
        Order = "order",
        /// A gift is made.
        Donation = "donation",
        /// A gift is promised for later.
        Pledge = "pledge",
    }
}

impl OrderKind {
    /// The kind of its reference.
    #[must_use]
    pub const fn reference_kind(self) -> ReferenceKind {
        match self {
            Self::Order => ReferenceKind::Order,
            Self::Donation => ReferenceKind::Donation,
            Self::Pledge => ReferenceKind::Pledge,
        }
    }
}

wire_enum! {
    /// How an order is to be paid.
    pub enum PaymentMethod {
        /// Bank transfer to the tenant's account.
        Transfer = "transfer",
        /// KNET debit card.
        Knet = "knet",
        /// Credit card.
        Card = "card",
        /// Apple Pay.
        ApplePay = "apple_pay",
        /// A link sent to the giver.
        Link = "link",
        /// In cash to the courier; shops only.
        CashOnDelivery = "cash_on_delivery",
    }
}

impl PaymentMethod {
    /// Its name at checkout and on receipts.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Transfer, Lang::Ar) => "تحويل بنكي",
            (Self::Transfer, Lang::En) => "Bank transfer",
            (Self::Knet, Lang::Ar) => "كي‑نت",
            (Self::Knet, Lang::En) => "KNET",
            (Self::Card, Lang::Ar) => "بطاقة ائتمان",
            (Self::Card, Lang::En) => "Credit card",
            (Self::ApplePay, _) => "Apple Pay",
            (Self::Link, Lang::Ar) => "رابط دفع",
            (Self::Link, Lang::En) => "Payment link",
            (Self::CashOnDelivery, Lang::Ar) => "نقداً عند التسليم",
            (Self::CashOnDelivery, Lang::En) => "Cash on delivery",
        }
    }
}

/// One line as promised (`orders.items`, jsonb, immutable).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The item.
    pub item_id: ItemId,
    /// Its slug then.
    pub slug: String,
    /// Its title then.
    pub title: Bilingual,
    /// How many, for goods and shares.
    pub quantity: Option<i64>,
    /// Price of one then, in fils.
    pub unit_price: Option<Fils>,
    /// What the line comes to, in fils.
    pub amount: Fils,
}

/// A card that goes with a gift; the amount is not shown on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftCard {
    /// For whom.
    pub to: Option<String>,
    /// The words on the card.
    pub message: Option<String>,
}

/// The campaign words of the visit, lower-cased and trimmed (domain.md 11).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attribution {
    /// `utm_source`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// `utm_medium`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medium: Option<String>,
    /// `utm_campaign`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// `utm_content`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// `utm_term`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
}

/// Who gives or buys. Stored apart from the order, encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedDonor {
    /// Name, 2 to 80 characters.
    pub name: Pii<String>,
    /// Phone.
    pub phone: Pii<Phone>,
    /// E-mail address, if given.
    pub email: Option<Pii<String>>,
    /// Hide the name from the public.
    pub anonymous: bool,
    /// Hide the amount from the public.
    pub hide_amount: bool,
}

/// An order that obeys every rule that can be checked without storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedOrder {
    /// Order or donation.
    pub kind: OrderKind,
    /// 1 to 20 lines.
    pub lines: Vec<OrderLine>,
    /// Sum of the lines, in fils, above zero.
    pub total: Fils,
    /// Who gives or buys.
    pub donor: ParsedDonor,
    /// Offered by the tenant.
    pub method: PaymentMethod,
    /// Language of what is sent to the donor.
    pub lang: Lang,
    /// A word to the staff. May hold personal data: stored, never logged.
    pub note: Option<Pii<String>>,
    /// A card for somebody else.
    pub gift: Option<Pii<GiftCard>>,
    /// Where the visit came from.
    pub utm: Attribution,
}

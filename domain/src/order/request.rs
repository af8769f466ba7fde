//! The body of `POST /api/v1/orders`, as it arrives: known fields only, nothing checked yet.
//!
//! Words such as the kind stay texts and numbers stay [`WholeNumber`]s here, so that a wrong one is answered at its
//! field. `Debug` would show personal data, so these types have none.

use crate::money::WholeNumber;
use serde::Deserialize;

/// A requested order.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewOrder {
    /// `order`, `donation` or `pledge`.
    pub kind: String,
    /// What is wanted.
    pub items: Vec<NewLine>,
    /// Who asks.
    pub donor: NewDonor,
    /// One of the tenant's methods.
    pub payment_method: String,
    /// `ar` or `en`; the tenant's default when missing.
    pub lang: Option<String>,
    /// A word to the staff.
    pub note: Option<String>,
    /// A card for somebody else.
    pub gift: Option<NewGift>,
    /// Campaign words of the visit.
    pub utm: Option<NewUtm>,
    /// When a pledge is due.
    pub schedule: Option<NewSchedule>,
}

/// One requested line.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewLine {
    /// Slug or id.
    pub item: String,
    /// Fils, for a gift.
    pub amount: Option<WholeNumber>,
    /// How many, for goods and shares.
    pub quantity: Option<WholeNumber>,
}

/// Who asks.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewDonor {
    /// Full name.
    pub name: Option<String>,
    /// As typed.
    pub phone: Option<String>,
    /// As typed.
    pub email: Option<String>,
    /// Hide the name from the public.
    pub anonymous: bool,
    /// Hide the amount from the public.
    pub hide_amount: bool,
}

/// A card for somebody else.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewGift {
    /// For whom.
    pub to: Option<String>,
    /// The words on it.
    pub message: Option<String>,
}

/// Campaign words of the visit.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewUtm {
    /// `utm_source`.
    pub source: Option<String>,
    /// `utm_medium`.
    pub medium: Option<String>,
    /// `utm_campaign`.
    pub campaign: Option<String>,
    /// `utm_content`.
    pub content: Option<String>,
    /// `utm_term`.
    pub term: Option<String>,
}

/// When a pledge is due. Read so that a pledge is answered by its code rather than as an unknown field.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewSchedule {
    /// First day, `YYYY-MM-DD`.
    pub first_due: Option<String>,
    /// `month`, `week` or once.
    pub every: Option<String>,
    /// How many; open-ended when missing.
    pub instalments: Option<WholeNumber>,
    /// Fils each time.
    pub amount: Option<WholeNumber>,
}

//! Money in minor units. 1 KWD = 1000 fils; there is no floating point anywhere near it.
//!
//! Parsing of typed amounts is in [`crate::amount`], amounts in words in [`crate::words`].

use crate::lang::Lang;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::num::NonZeroU32;

/// An amount in fils. May be negative inside ledgers; what comes from outside is checked where it is parsed.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Fils(i64);

impl Fils {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// `amount` in fils.
    #[must_use]
    pub const fn new(amount: i64) -> Self {
        Self(amount)
    }

    /// The amount in fils.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// More than nothing.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Exactly nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Sum; `None` on overflow.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// Difference, which may be negative; `None` on overflow.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Some(Self(difference)),
            None => None,
        }
    }

    /// `count` times the amount; `None` on overflow.
    #[must_use]
    pub const fn checked_mul(self, count: i64) -> Option<Self> {
        match self.0.checked_mul(count) {
            Some(product) => Some(Self(product)),
            None => None,
        }
    }

    /// Difference, but never below zero.
    #[must_use]
    pub const fn minus_or_zero(self, other: Self) -> Self {
        let difference = self.0.saturating_sub(other.0);
        Self(if difference < 0 { 0 } else { difference })
    }

    /// Sum of many; `None` on overflow.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Equal parts that differ by at most one fil; the larger ones come first. Their sum is the amount.
    #[must_use]
    pub fn split(self, parts: NonZeroU32) -> Vec<Self> {
        let n = i64::from(parts.get());
        let (quotient, larger) = (self.0.div_euclid(n), self.0.rem_euclid(n));
        (0..n)
            .map(|i| Self(quotient + i64::from(i < larger)))
            .collect()
    }

    /// `basis_points` hundredths of a percent of the amount, half-up to the fil (2.5 % = 250); `None` on overflow.
    #[must_use]
    pub fn percent_half_up(self, basis_points: i64) -> Option<Self> {
        let scaled = i128::from(self.0) * i128::from(basis_points);
        i64::try_from((scaled + 5_000).div_euclid(10_000))
            .ok()
            .map(Self)
    }

    /// Three decimals and grouped thousands, Latin digits: `1,250.000`. The same in both languages; `lang` is taken
    /// so that a call site never decides otherwise by itself.
    #[must_use]
    pub fn format(self, _lang: Lang) -> String {
        let mut out = String::with_capacity(16);
        self.write_number(&mut out);
        out
    }

    /// [`Fils::format`] without a `.000`: for item cards only, never for receipts, checkout or a ledger.
    #[must_use]
    pub fn format_trim(self, lang: Lang) -> String {
        let mut out = self.format(lang);
        if out.ends_with(".000") {
            out.truncate(out.len() - 4);
        }
        out
    }

    /// With the currency, as plain text: `KWD 25.500` or `25.500 د.ك`.
    #[must_use]
    pub fn display_plain(self, lang: Lang) -> String {
        let number = self.format(lang);
        match lang {
            Lang::En => format!("KWD {number}"),
            Lang::Ar => format!("{number} د.ك"),
        }
    }

    /// Three decimals without grouping: `1250.000`. For CSV, QR texts and provider calls.
    #[must_use]
    pub fn to_decimal(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (dinars, fils) = self.parts();
        format!("{sign}{dinars}.{fils:03}")
    }

    /// Whole dinars and remaining fils of the absolute amount.
    pub(crate) const fn parts(self) -> (u64, u64) {
        let absolute = self.0.unsigned_abs();
        (absolute / 1000, absolute % 1000)
    }

    fn write_number(self, out: &mut String) {
        let (dinars, fils) = self.parts();
        if self.0 < 0 {
            out.push('-');
        }
        out.push_str(&grouped(dinars));
        out.push('.');
        out.push_str(&format!("{fils:03}"));
    }
}

/// A number in groups of three: `1,250`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(16);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A currency the platform keeps books in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Currency {
    /// Kuwaiti dinar, three decimals.
    #[default]
    #[serde(rename = "KWD")]
    Kwd,
}

impl Currency {
    /// ISO 4217 code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        "KWD"
    }

    /// What stands beside a number on a page: `KWD` before it, `د.ك` after it.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => "KWD",
            Lang::Ar => "د.ك",
        }
    }

    /// By ISO code, exactly as written there.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        (code == "KWD").then_some(Self::Kwd)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The wire form of money in responses and events: `{"amount": 12500, "currency": "KWD"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units (fils).
    pub amount: i64,
    /// The currency of `amount`.
    pub currency: Currency,
}

impl Money {
    /// Kuwaiti dinars.
    #[must_use]
    pub const fn kwd(amount: Fils) -> Self {
        Self {
            amount: amount.get(),
            currency: Currency::Kwd,
        }
    }

    /// The amount as a number to count with.
    #[must_use]
    pub const fn fils(self) -> Fils {
        Fils::new(self.amount)
    }
}

impl From<Fils> for Money {
    fn from(amount: Fils) -> Self {
        Self::kwd(amount)
    }
}

/// A number of a request that has to be a whole, non-negative one. Anything else that JSON calls a number (a float, a
/// negative, one too large) is kept as [`WholeNumber::Invalid`], so that the field can be named in the answer instead
/// of refusing the whole body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WholeNumber {
    /// A whole number ≥ 0.
    Valid(i64),
    /// A number, but not such a one.
    Invalid,
}

impl WholeNumber {
    /// The number, if it is one.
    #[must_use]
    pub const fn get(self) -> Option<i64> {
        match self {
            Self::Valid(n) => Some(n),
            Self::Invalid => None,
        }
    }
}

impl From<i64> for WholeNumber {
    fn from(n: i64) -> Self {
        if n < 0 { Self::Invalid } else { Self::Valid(n) }
    }
}

impl From<Fils> for WholeNumber {
    fn from(amount: Fils) -> Self {
        amount.get().into()
    }
}

impl Serialize for WholeNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for WholeNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_i64(WholeNumberVisitor)
    }
}

struct WholeNumberVisitor;

impl serde::de::Visitor<'_> for WholeNumberVisitor {
    type Value = WholeNumber;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E>(self, n: i64) -> Result<WholeNumber, E> {
        Ok(n.into())
    }

    fn visit_u64<E>(self, n: u64) -> Result<WholeNumber, E> {
        Ok(i64::try_from(n).map_or(WholeNumber::Invalid, WholeNumber::Valid))
    }

    fn visit_f64<E>(self, _: f64) -> Result<WholeNumber, E> {
        Ok(WholeNumber::Invalid)
    }
}

#[cfg(test)]
mod tests;

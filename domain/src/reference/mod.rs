//! Reference numbers such as `NKH-229-5041-781`: three letters of the tenant, a kind digit, a permuted counter of
//! seven digits, and two check digits (domain.md 7).
//!
//! They are read out on the phone and typed into bank memos, so parsing is tolerant and every single wrong digit and
//! every swap of neighbours is caught by the check (ISO 7064 MOD 97-10, the one of IBANs). `find` looks for them in
//! longer texts, `permutation` keeps volume and neighbours from being guessed.

mod find;
mod permutation;
#[cfg(test)]
mod tests;

pub use permutation::{COUNTER_LIMIT, ReferenceKey};

use crate::arabic::latin_digit;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;

/// Letters a prefix is made of: no I, L, O, Q.
const PREFIX_LETTERS: &[u8] = b"ABCDEFGHJKMNPRSTUVWXYZ";

/// What a text that should be a reference lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Not three letters and ten digits.
    #[error("not of the form ABC-123-4567-890")]
    Form,
    /// The check digits do not fit: mistyped.
    #[error("the check digits do not fit")]
    Check,
    /// The first digit names no kind of reference.
    #[error("no such kind of reference")]
    Kind,
    /// All ten million numbers of this kind are used up.
    #[error("no reference numbers are left")]
    Exhausted,
}

/// The three letters a tenant's references begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReferencePrefix([u8; 3]);

impl ReferencePrefix {
    /// Three upper-case letters without I, L, O and Q.
    ///
    /// # Errors
    /// [`ReferenceError::Form`] for anything else.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let bytes: [u8; 3] = text
            .as_bytes()
            .try_into()
            .map_err(|_| ReferenceError::Form)?;
        Self::from_bytes(bytes)
    }

    fn from_bytes(bytes: [u8; 3]) -> Result<Self, ReferenceError> {
        if bytes.iter().all(|b| PREFIX_LETTERS.contains(b)) {
            Ok(Self(bytes))
        } else {
            Err(ReferenceError::Form)
        }
    }

    /// The three letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for ReferencePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ReferencePrefix {
    type Err = ReferenceError;
    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        Self::parse(text)
    }
}

/// What a reference stands for: its fourth character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ReferenceKind {
    /// An order of goods.
    Order = 1,
    /// A donation.
    Donation = 2,
    /// A pledge.
    Pledge = 3,
    /// One instalment schedule.
    Schedule = 4,
    /// A refund.
    Refund = 6,
    /// A receipt.
    Receipt = 8,
}

impl ReferenceKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Order,
        Self::Donation,
        Self::Pledge,
        Self::Schedule,
        Self::Refund,
        Self::Receipt,
    ];

    /// The digit in the reference.
    #[must_use]
    pub const fn digit(self) -> u8 {
        match self {
            Self::Order => 1,
            Self::Donation => 2,
            Self::Pledge => 3,
            Self::Schedule => 4,
            Self::Refund => 6,
            Self::Receipt => 8,
        }
    }

    fn from_digit(digit: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.digit() == digit)
    }
}

/// A reference whose check digits fit. 8 bytes, `Copy`; a string on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    prefix: ReferencePrefix,
    kind: ReferenceKind,
    /// The permuted counter, below ten million.
    serial: u32,
}

impl Reference {
    /// The reference of the tenant's `counter`-th thing of this kind. Different counters give different references.
    ///
    /// # Errors
    /// [`ReferenceError::Exhausted`] when `counter` is not below [`COUNTER_LIMIT`].
    pub fn mint(
        prefix: ReferencePrefix,
        kind: ReferenceKind,
        counter: u64,
        key: &ReferenceKey,
    ) -> Result<Self, ReferenceError> {
        let counter = u32::try_from(counter)
            .ok()
            .filter(|c| *c < COUNTER_LIMIT)
            .ok_or(ReferenceError::Exhausted)?;
        Ok(Self {
            prefix,
            kind,
            serial: key.permute(counter),
        })
    }

    /// Reads what a person typed: any digits and case, any separators, `O` for 0, `I` or `L` for 1, `S` for 5 and `B`
    /// for 8 in digit positions.
    ///
    /// # Errors
    /// [`ReferenceError`] says whether the form, the check or the kind is wrong.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let mut characters = [0_u8; 13];
        let mut length = 0;
        for byte in essential(text) {
            *characters.get_mut(length).ok_or(ReferenceError::Form)? = byte;
            length += 1;
        }
        if length == 13 {
            Self::from_essential(characters)
        } else {
            Err(ReferenceError::Form)
        }
    }

    /// The first reference in a longer text such as a bank memo or a chat message.
    #[must_use]
    pub fn find_in(text: &str) -> Option<Self> {
        find::all(text).into_iter().next()
    }

    /// Every different reference in a longer text, in order. A memo that names two is not to be posted by itself.
    #[must_use]
    pub fn find_all_in(text: &str) -> Vec<Self> {
        find::all(text)
    }

    /// The tenant's letters.
    #[must_use]
    pub const fn prefix(&self) -> ReferencePrefix {
        self.prefix
    }

    /// What it stands for.
    #[must_use]
    pub const fn kind(&self) -> ReferenceKind {
        self.kind
    }

    /// Without hyphens, 13 characters: for bank memos and as a storage key.
    #[must_use]
    pub fn compact(&self) -> String {
        format!(
            "{}{}{:07}{:02}",
            self.prefix,
            self.kind.digit(),
            self.serial,
            self.check()
        )
    }

    /// From 13 upper-case letters and digits.
    fn from_essential(characters: [u8; 13]) -> Result<Self, ReferenceError> {
        let (letters, rest) = characters
            .split_first_chunk::<3>()
            .ok_or(ReferenceError::Form)?;
        let prefix = ReferencePrefix::from_bytes(*letters)?;
        let mut number = 0_u64;
        for byte in rest {
            number = number * 10 + u64::from(lenient_digit(*byte).ok_or(ReferenceError::Form)?);
        }
        let body = u32::try_from(number / 100).map_err(|_| ReferenceError::Form)?;
        if check_digits(prefix, body) != number % 100 {
            return Err(ReferenceError::Check);
        }
        let kind = u8::try_from(body / COUNTER_LIMIT)
            .ok()
            .and_then(ReferenceKind::from_digit)
            .ok_or(ReferenceError::Kind)?;
        Ok(Self {
            prefix,
            kind,
            serial: body % COUNTER_LIMIT,
        })
    }

    fn check(&self) -> u64 {
        check_digits(
            self.prefix,
            u32::from(self.kind.digit()) * COUNTER_LIMIT + self.serial,
        )
    }
}

/// ISO 7064 MOD 97-10 over the letters (A = 10 …) and the eight digits of `body`.
fn check_digits(prefix: ReferencePrefix, body: u32) -> u64 {
    let letters = prefix
        .0
        .iter()
        .fold(0_u64, |n, b| (n * 100 + u64::from(b - b'A') + 10) % 97);
    let number = (letters * 100_000_000 + u64::from(body)) % 97;
    98 - number * 100 % 97
}

/// The letters A–Z and digits of a text, folded to ASCII upper case; everything else is dropped.
fn essential(text: &str) -> impl Iterator<Item = u8> + '_ {
    text.nfkc().filter_map(|c| {
        let c = latin_digit(c).to_ascii_uppercase();
        u8::try_from(c).ok().filter(u8::is_ascii_alphanumeric)
    })
}

/// A digit, or the letter it is taken for when read or typed in haste.
const fn lenient_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'O' => Some(0),
        b'I' | b'L' => Some(1),
        b'S' => Some(5),
        b'B' => Some(8),
        _ => None,
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (s, check) = (self.serial, self.check());
        write!(
            f,
            "{}-{}{:02}-{:04}-{}{check:02}",
            self.prefix,
            self.kind.digit(),
            s / 100_000,
            s / 10 % 10_000,
            s % 10
        )
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;
    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        Self::parse(text)
    }
}

macro_rules! as_string {
    ($($name:ty),*) => {$(
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

as_string!(Reference, ReferencePrefix);

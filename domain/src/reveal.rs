//! Looking at a donor's details: only for a reason, which is kept.

use crate::error::{Code, FieldError};
use crate::pii::masked_text;
use crate::text;
use serde::Deserialize;

/// Shortest reason, in characters: a word is none.
pub const REASON_MIN: usize = 8;
/// Longest reason, in characters.
pub const REASON_MAX: usize = 300;

/// The body of `POST …/reveal`, as it arrives.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewReveal {
    /// Why.
    pub reason: String,
}

/// Checks a reason. What looks like somebody's details in it is masked: it is kept where nothing is ever deleted.
///
/// # Errors
/// `donor.reveal_reason` when it is too short or too long.
pub fn parse_reason(new: &NewReveal) -> Result<String, Vec<FieldError>> {
    text::clean(&new.reason, REASON_MAX)
        .ok()
        .filter(|reason| reason.chars().count() >= REASON_MIN)
        .map(|reason| masked_text(&reason))
        .ok_or_else(|| vec![FieldError::new("reason", Code::DonorRevealReason)])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn parse(reason: &str) -> Result<String, Vec<FieldError>> {
        parse_reason(&NewReveal {
            reason: reason.to_owned(),
        })
    }

    #[test]
    fn a_reason_is_a_sentence_without_anybody_in_it() {
        assert_eq!(
            parse("  the bank  asks who sent it ").unwrap(),
            "the bank asks who sent it"
        );
        assert_eq!(
            parse("call back 9991 2345 please").unwrap(),
            "call back *** please"
        );
        for bad in ["", "because", "        x", &"x".repeat(301)] {
            assert_eq!(parse(bad).unwrap_err()[0].code, Code::DonorRevealReason);
        }
    }
}

//! [`RequestId`]: what a request is called, in logs, in problems, and in the header of its answer.

use std::fmt;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// The header a caller may name its request in, and finds the name again.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest name a caller may give, in bytes.
const LONGEST: usize = 64;
/// Shortest: a shorter one would be another request's as well.
const SHORTEST: usize = 8;
/// Bytes of chance in a name of our own, which is written in twice as many hexadecimal digits.
const CHANCE: usize = 16;

/// The caller's name for its request when it is a plain one (8 to 64 letters, digits and dashes), else 32 hexadecimal digits.
/// It lies where it stands: a request takes no memory for it.
#[derive(Clone, Copy)]
pub struct RequestId {
    text: [u8; LONGEST],
    len: usize,
}

impl RequestId {
    /// That of a request with these headers.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(REQUEST_ID).map(HeaderValue::as_bytes);
        given.and_then(Self::plain).unwrap_or_else(Self::new)
    }

    fn plain(given: &[u8]) -> Option<Self> {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        if given.len() < SHORTEST || !given.iter().all(plain) {
            return None;
        }
        let mut text = [0; LONGEST];
        text.get_mut(..given.len())?.copy_from_slice(given);
        Some(Self {
            text,
            len: given.len(),
        })
    }

    fn new() -> Self {
        let mut text = [0; LONGEST];
        let mut len = 0;
        if let Some(digits) = text.get_mut(..CHANCE * 2)
            && hex::encode_to_slice(rand::random::<[u8; CHANCE]>(), digits).is_ok()
        {
            len = CHANCE * 2;
        }
        Self { text, len }
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let bytes = self.text.get(..self.len).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// As the header of the answer.
    #[must_use]
    pub fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(self.as_str()).ok()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn of(given: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, HeaderValue::from_str(given).unwrap());
        RequestId::of(&headers).to_string()
    }

    #[test]
    fn a_plain_name_of_the_caller_is_kept() {
        let longest = "a".repeat(64);
        for given in ["0123-abc", "01JDX-7Q2", longest.as_str()] {
            assert_eq!(of(given), given);
        }
    }

    #[test]
    fn anything_else_is_named_anew_and_never_twice() {
        let longer = "a".repeat(65);
        for given in ["", "short-1", "with space", "a\"quote\"b", longer.as_str()] {
            let name = of(given);
            assert_eq!(name.len(), 32, "{given}");
            assert!(name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
            assert_ne!(of(given), name);
        }
    }

    #[test]
    fn the_answer_says_the_same() {
        let id = RequestId::of(&HeaderMap::new());
        assert_eq!(id.header().unwrap().to_str().unwrap(), id.as_str());
    }
}

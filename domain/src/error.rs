//! What can go wrong, as stable codes. The texts are in [`crate::messages`]; HTTP status codes are chosen by the layer
//! above from a code's [`Class`], so nothing here knows HTTP.

use crate::lang::Bilingual;
pub use crate::messages::Code;
use serde::Serialize;

/// What kind of failure a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Not readable at all.
    Malformed,
    /// Nobody is signed in.
    Unauthenticated,
    /// Somebody is, but may not.
    Forbidden,
    /// Unknown or foreign: the two are not told apart.
    NotFound,
    /// At odds with the present state.
    Conflict,
    /// Larger than the limit.
    TooLarge,
    /// It took too long to arrive.
    TimedOut,
    /// Its head is larger than the limit.
    HeadTooLarge,
    /// A media type that is not taken.
    Unsupported,
    /// Readable, but a rule is broken.
    Invalid,
    /// Too many tries; later again.
    RateLimited,
    /// No capacity now; later again.
    Busy,
    /// Our own fault.
    Internal,
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One field of a request that cannot be taken, and why, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Path in the request, e.g. `items[0].amount`.
    pub field: String,
    /// Stable code.
    pub code: Code,
    /// For the person who filled it in.
    pub message: Bilingual,
}

impl FieldError {
    /// With the code's own text.
    pub fn new(field: impl Into<String>, code: Code) -> Self {
        Self {
            field: field.into(),
            code,
            message: code.detail(),
        }
    }

    /// With a text that names the values at hand.
    pub fn with_message(field: impl Into<String>, code: Code, message: Bilingual) -> Self {
        Self {
            field: field.into(),
            code,
            message,
        }
    }
}

//! What an actor can answer besides the answer. Codes and their texts are the domain's; status codes are `src/error.rs`'s.

use std::time::Duration;

use sadu_db::{DbError, Fault};
use sadu_domain::error::{Code, FieldError};

/// Result of everything in this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// A refusal or a failure.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The request breaks a rule; each field says which.
    #[error("invalid: {0:?}")]
    Invalid(Vec<FieldError>),
    /// A rule is broken that is no field's.
    #[error("{0}")]
    Refused(Code),
    /// Not there, or another tenant's.
    #[error("{0}")]
    NotFound(Code),
    /// At odds with the present state.
    #[error("{0}")]
    Conflict(Code),
    /// At odds with the present state, for each of these reasons.
    #[error("{0}: {1:?}")]
    Blocked(Code, Vec<FieldError>),
    /// Too many tries.
    #[error("rate limited")]
    RateLimited {
        /// When to come back.
        retry_after: Duration,
        /// Which limit.
        code: Code,
    },
    /// No capacity now: the mailbox, a lock or a connection was not to be had in time, or the actor is being replaced.
    #[error("busy")]
    Busy,
    /// Our own fault; the cause was logged where it happened.
    #[error("internal")]
    Internal,
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        match error.fault() {
            Fault::Busy => Self::Busy,
            Fault::Weather => {
                tracing::warn!(error = %error, cause = ?std::error::Error::source(&error).map(ToString::to_string), "the database went away");
                Self::Busy
            }
            Fault::Row => match error {
                DbError::NotFound => Self::NotFound(Code::NotFound),
                // What is kept in a field was cleaned of it: this is a name of something, and no such thing has one.
                DbError::Unwritable => Self::Refused(Code::RequestMalformed),
                other => constraint(&other),
            },
            Fault::Defect => {
                tracing::error!(error = %error, cause = ?std::error::Error::source(&error).map(ToString::to_string), "a database call failed");
                Self::Internal
            }
        }
    }
}

/// Constraint name → what the caller did.
fn constraint(error: &DbError) -> Error {
    let DbError::Constraint(name) = error else {
        tracing::error!(error = %error, cause = ?std::error::Error::source(error).map(ToString::to_string), "the database refused a value");
        return Error::Internal;
    };
    match name.as_str() {
        "item_totals_stock" => Error::Conflict(Code::ItemOutOfStock),
        "payments_once" => Error::Conflict(Code::PaymentDuplicateBankReference),
        other => {
            tracing::error!(
                constraint = other,
                "a constraint refused that no rule above it caught"
            );
            Error::Internal
        }
    }
}

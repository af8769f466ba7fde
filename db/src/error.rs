//! What can go wrong below, and what a batch may do about it. SQL text and DETAIL never travel further than the log.

use std::borrow::Cow;

/// A failure of the database layer.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The row is not there, or not this tenant's: the two are the same to a caller.
    #[error("no such row")]
    NotFound,
    /// A unique or check constraint refused the row; its name is mapped to a user's error in one table by the caller.
    #[error("constraint {0} refused")]
    Constraint(String),
    /// A rule in the database refused (SQLSTATE P0001 or class 22).
    #[error("the database refused the value")]
    Refused(#[source] sqlx::Error),
    /// A text with a NUL in it, which Postgres has no way to hold (SQLSTATE 22021).
    #[error("a text has a NUL in it")]
    Unwritable,
    /// No connection in time, or a lock was not granted in time.
    #[error("the database is busy")]
    Busy,
    /// The connection broke, or the server is restarting; whether a COMMIT happened is not known.
    #[error("the database went away")]
    Unavailable(#[source] sqlx::Error),
    /// A stored value could not be read as its type; data and code disagree.
    #[error("stored {0} is not readable")]
    Corrupt(Cow<'static, str>),
    /// A row came back with another tenant's id. Never seen; always an alarm.
    #[error("a row of another tenant came back")]
    ForeignRow,
    /// A sealed column did not open.
    #[error("a sealed value did not open")]
    Seal,
    /// Everything else.
    #[error("database error")]
    Other(#[source] sqlx::Error),
}

/// What a batch does with a failed transaction (architecture.md 3, Failure).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// One row is at fault: replay the members one by one.
    Row,
    /// The transaction met weather: retry the whole batch after looking for its op ids.
    Weather,
    /// No lock or connection in time: answer Busy.
    Busy,
    /// A defect: answer Internal, do not retry.
    Defect,
}

impl DbError {
    /// Which of the four ways to go on.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::NotFound | Self::Constraint(_) | Self::Refused(_) | Self::Unwritable => {
                Fault::Row
            }
            Self::Busy => Fault::Busy,
            Self::Unavailable(_) => Fault::Weather,
            Self::Corrupt(_) | Self::ForeignRow | Self::Seal | Self::Other(_) => Fault::Defect,
        }
    }

    /// Whether the named constraint refused.
    #[must_use]
    pub fn is_constraint(&self, name: &str) -> bool {
        matches!(self, Self::Constraint(n) if n == name)
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => return Self::NotFound,
            sqlx::Error::PoolTimedOut => return Self::Busy,
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::Protocol(_) => return Self::Unavailable(error),
            sqlx::Error::ColumnDecode { index, .. } => return Self::Corrupt(index.clone().into()),
            _ => {}
        }
        let Some(db) = error.as_database_error() else {
            return Self::Other(error);
        };
        let code = db.code().unwrap_or_default();
        match code.as_ref() {
            "55P03" | "57014" | "53300" => Self::Busy,
            "P0001" => Self::Refused(error),
            "22021" => Self::Unwritable,
            c if c.starts_with("23") => {
                Self::Constraint(db.constraint().unwrap_or("not_null").to_owned())
            }
            c if c.starts_with("22") => Self::Refused(error),
            // The server ended a session that sat idle in its transaction.
            c if c == "25P03"
                || c.starts_with("40")
                || c.starts_with("08")
                || c.starts_with("57")
                || c.starts_with("55") =>
            {
                Self::Unavailable(error)
            }
            _ => Self::Other(error),
        }
    }
}

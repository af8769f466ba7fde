//! What a verified token says. Only `jwt` makes one.

use serde_json::{Map, Value};

/// Claims of a token that was verified.
#[derive(Debug, Clone)]
pub struct Claims {
    /// The issuer, equal to the configured one.
    pub issuer: String,
    /// The person at the issuer; with `issuer` the only identity there is.
    pub subject: String,
    /// Seconds since 1970 at which the token ends.
    pub expires_at: i64,
    /// When the person last proved who they are, in seconds since 1970.
    pub auth_time: Option<i64>,
    /// Every claim, for the rules of MFA evidence and the profile.
    pub all: Map<String, Value>,
}

impl Claims {
    /// A text claim.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.all.get(name).and_then(Value::as_str)
    }

    /// The e-mail address, only if the issuer says that it has verified it (AUT-10).
    pub fn verified_email(&self) -> Option<&str> {
        (self.all.get("email_verified") == Some(&Value::Bool(true)))
            .then(|| self.text("email"))
            .flatten()
    }
}

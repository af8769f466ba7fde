//! Mail: by SMTP, or into a folder that `sadu dev` shows at `mail.localhost`. Called by the worker's jobs, through `actors`.
//!
//! Sending is not a transaction. Whoever sends gives every message an id that is the same at every try, so that a message which was
//! taken and not answered for is seen to be the same one when it comes again.

mod outbox;
mod smtp;

use std::path::PathBuf;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

pub use self::outbox::{Kept, MailFolder};
use self::smtp::Smtp;

/// A message to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The left part of its Message-ID: letters, digits, `-` and `.`.
    pub id: String,
    /// Name shown as the sender: the tenant's.
    pub from_name: String,
    /// One address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Why a message was not taken. Texts hold no address: what a server says may repeat one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// An address or a header cannot be one.
    #[error("the message cannot be written: {0}")]
    Message(&'static str),
    /// The server refused this message; trying again will most likely not help.
    #[error("the mail server refused the message: {0}")]
    Refused(u16),
    /// The server did not answer, or asked to come again.
    #[error("the mail server did not take the message{}", .0.map(|code| format!(": {code}")).unwrap_or_default())]
    Later(Option<u16>),
    /// The folder said no.
    #[error("the mail folder: {0}")]
    Folder(String),
    /// The settings are not good.
    #[error("{0}")]
    Config(&'static str),
}

/// Where mail goes.
#[derive(Debug, Clone)]
pub struct Mailer(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Smtp(Smtp),
    Folder(MailFolder),
}

impl Mailer {
    /// By SMTP. `url` is `smtps://user:password@host:465`, or `smtp://…:587`, which is upgraded by STARTTLS and refused where it
    /// cannot be; without encryption only on this machine. `from` is the one sender address, bare. Called within a Tokio runtime: the
    /// pool of connections is looked after by a task.
    ///
    /// # Errors
    /// `Config` when either is not of its form.
    pub fn smtp(url: &SecretString, from: &str) -> Result<Self, MailError> {
        Ok(Self(Kind::Smtp(Smtp::new(url, from)?)))
    }

    /// Into a folder.
    #[must_use]
    pub fn folder(root: PathBuf) -> Self {
        Self(Kind::Folder(MailFolder::new(root)))
    }

    /// Sends one message; answers once it was taken.
    ///
    /// # Errors
    /// `Later` is worth another try; so is everything else, once its cause was mended.
    pub async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let sound = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
        if mail.id.is_empty() || !mail.id.bytes().all(sound) {
            return Err(MailError::Message("id"));
        }
        match &self.0 {
            Kind::Smtp(smtp) => smtp.send(mail).await,
            Kind::Folder(folder) => folder.keep(mail).await,
        }
    }
}

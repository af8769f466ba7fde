//! Where mail goes.

use anyhow::Context;
use sadu_actors::mail::Mailer;

/// `SMTP_URL`: `smtps://user:password@host:465`, or `smtp://…:587`, which must offer STARTTLS; without encryption on this machine
/// alone. `MAIL_FROM`: the sender's address, bare; each tenant's name stands before it.
///
/// # Errors
/// A line that says which is missing or wrong; it never holds the password.
pub fn from_env(env: impl Fn(&str) -> Option<String>) -> anyhow::Result<Mailer> {
    let url = env("SMTP_URL").context("SMTP_URL is missing: the server that takes our mail")?;
    let from = env("MAIL_FROM").context("MAIL_FROM is missing: the address our mail comes from")?;
    Ok(Mailer::smtp(&url.into(), &from)?)
}

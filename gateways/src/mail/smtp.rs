//! SMTP, over TLS: a few connections that are used again.

use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{Mail, MailError};

/// Longest wait for one answer of the server.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections at most.
const CONNECTIONS: u32 = 4;

#[derive(Clone)]
pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Smtp")
    }
}

impl Smtp {
    pub(super) fn new(url: &SecretString, from: &str) -> Result<Self, MailError> {
        let from: Address = from
            .parse()
            .map_err(|_| MailError::Config("MAIL_FROM is not a bare e-mail address"))?;
        let form = MailError::Config("SMTP_URL is not of the form smtps://user:password@host:465");
        let url = Url::parse(url.expose_secret()).map_err(|_| form.clone())?;
        let host = url.host_str().ok_or_else(|| form.clone())?;
        let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        let builder = match url.scheme() {
            "smtps" => AsyncSmtpTransport::<Tokio1Executor>::relay(host),
            "smtp" if local => Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(
                host,
            )),
            "smtp" => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host),
            _ => return Err(form),
        };
        let mut builder = builder
            .map_err(|_| MailError::Config("TLS cannot be set up for SMTP_URL"))?
            .timeout(Some(PATIENCE))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS));
        if let Some(port) = url.port() {
            builder = builder.port(port);
        }
        if !url.username().is_empty() {
            let decode = |text: &str| {
                percent(text).ok_or(MailError::Config(
                    "SMTP_URL: user or password is not readable",
                ))
            };
            let password = decode(url.password().unwrap_or_default())?;
            builder = builder.credentials(Credentials::new(decode(url.username())?, password));
        }
        Ok(Self {
            transport: builder.build(),
            from,
        })
    }

    pub(super) async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = self.message(mail)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let code = error.status().map(u16::from);
                Err(match code {
                    Some(code) if error.is_permanent() => MailError::Refused(code),
                    code => MailError::Later(code),
                })
            }
        }
    }

    fn message(&self, mail: &Mail) -> Result<Message, MailError> {
        let to: Address = mail.to.parse().map_err(|_| MailError::Message("address"))?;
        let from = Mailbox::new(Some(mail.from_name.clone()), self.from.clone());
        let id = format!("<{}@{}>", mail.id, self.from.domain());
        // Nobody's out-of-office answers this, and nobody's filter takes it for a list.
        let automatic = HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        );
        Message::builder()
            .from(from)
            .to(Mailbox::new(None, to))
            .subject(mail.subject.as_str())
            .message_id(Some(id))
            .date_now()
            .raw_header(automatic)
            .multipart(MultiPart::alternative_plain_html(
                mail.text.clone(),
                mail.html.clone(),
            ))
            .map_err(|_| MailError::Message("headers"))
    }
}

/// `%xx` read back.
fn percent(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        if b == b'%' {
            let pair = [bytes.next()?, bytes.next()?];
            let pair = std::str::from_utf8(&pair).ok()?;
            out.push(u8::from_str_radix(pair, 16).ok()?);
        } else {
            out.push(b);
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            id: "0192f3a4-ab12".into(),
            from_name: "جمعية نخلة".into(),
            to: "fatima@example.com".into(),
            subject: "دعوة | An invitation".into(),
            text: "أهلاً\nWelcome".into(),
            html: "<p>أهلاً</p>".into(),
        }
    }

    fn smtp(url: &str) -> Result<Smtp, MailError> {
        Smtp::new(&url.to_owned().into(), "no-reply@sadu.example")
    }

    #[tokio::test]
    async fn a_message_is_whole_and_has_its_own_id() {
        let smtp = smtp("smtp://localhost:2525").unwrap();
        let message = smtp.message(&mail()).unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        assert!(
            text.contains("Message-ID: <0192f3a4-ab12@sadu.example>\r\n"),
            "{text}"
        );
        assert!(text.contains("To: fatima@example.com\r\n"), "{text}");
        assert!(
            text.contains("Auto-Submitted: auto-generated\r\n"),
            "{text}"
        );
        assert!(text.contains("multipart/alternative"), "{text}");
        // Arabic travels encoded: every byte is ASCII.
        assert!(text.is_ascii());
    }

    #[tokio::test]
    async fn nobody_writes_headers_of_their_own() {
        let smtp = smtp("smtp://localhost:2525").unwrap();
        for (subject, to) in [
            ("Hello\r\nBcc: thief@example.com", "fatima@example.com"),
            ("Hello", "fatima@example.com\r\nBcc: thief@example.com"),
        ] {
            let forged = Mail {
                subject: subject.into(),
                to: to.into(),
                ..mail()
            };
            if let Ok(message) = smtp.message(&forged) {
                let text = String::from_utf8(message.formatted()).unwrap();
                assert!(!text.contains("\nBcc:"), "{text}");
                assert_eq!(message.envelope().to().len(), 1);
            }
        }
    }

    #[tokio::test]
    async fn encrypted_or_on_this_machine() {
        for good in [
            "smtps://user:p%40ss@mail.example:465",
            "smtp://user:pass@mail.example:587",
            "smtp://127.0.0.1:2525",
        ] {
            let made = smtp(good).unwrap();
            assert!(!format!("{made:?}").contains("p%40ss"));
        }
        for bad in ["", "mail.example", "http://mail.example", "smtps://"] {
            assert!(matches!(smtp(bad), Err(MailError::Config(_))), "{bad}");
        }
        assert_eq!(percent("p%40ss"), Some("p@ss".to_owned()));
        assert_eq!(percent("p%4"), None);
    }
}

//! The writes on sessions that were begun: noted, renewed and ended.
//!
//! Called by `src/auth`.

use sadu_db::sessions;
use sadu_db::{Actor, AuditEntry, WriteTx};
use sadu_domain::ids::{SessionId, UserId};
use serde_json::json;

use crate::error::Result;
use crate::repository::Command;

/// From where a request came, for the audit log.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// Address.
    pub ip: Option<std::net::IpAddr>,
    /// Browser or program, cut to 200 characters.
    pub user_agent: Option<String>,
    /// The request.
    pub request_id: Option<String>,
}

impl Caller {
    /// Somebody who acts from there.
    #[must_use]
    pub fn acts_as(self, id: String, role: &str) -> Actor {
        Actor {
            id,
            role: role.to_owned(),
            via: None,
            ip: self.ip,
            user_agent: self.user_agent,
            request_id: self.request_id,
        }
    }
}

/// Notes that a session is in use.
#[derive(Debug)]
pub struct TouchSession(pub SessionId);

impl Command for TouchSession {
    type Output = ();
    const NAME: &'static str = "session.touch";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        Ok(sessions::touch(tx.tx(), self.0).await?)
    }
}

/// Takes the sealed refresh token of a session whose renewal is due, once in the whole cluster.
#[derive(Debug)]
pub struct ClaimRenewal(pub SessionId);

impl Command for ClaimRenewal {
    type Output = Option<Vec<u8>>;
    const NAME: &'static str = "session.claim_renewal";

    async fn run(self, tx: &mut WriteTx) -> Result<Option<Vec<u8>>> {
        Ok(sessions::claim_renewal(tx.tx(), self.0).await?)
    }
}

/// Keeps the next refresh token of a session, sealed.
#[derive(Debug)]
pub struct KeepRefresh {
    /// Which session.
    pub id: SessionId,
    /// The token, sealed.
    pub sealed: Vec<u8>,
}

impl Command for KeepRefresh {
    type Output = ();
    const NAME: &'static str = "session.keep_refresh";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        Ok(sessions::keep_refresh(tx.tx(), self.id, &self.sealed).await?)
    }
}

/// Ends a session because the provider does not know its person any more.
#[derive(Debug)]
pub struct EndDisowned(pub SessionId);

impl Command for EndDisowned {
    type Output = ();
    const NAME: &'static str = "session.disown";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        if sessions::end(tx.tx(), self.0).await? {
            tx.audit(AuditEntry {
                actor: Caller::default().acts_as("system".to_owned(), "system"),
                action: "session.disown",
                object_type: "session",
                object_id: Some(self.0.to_string()),
                diff: json!({}),
            });
        }
        Ok(())
    }
}

/// Ends a session because its person says so.
#[derive(Debug)]
pub struct EndSession {
    /// Which.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// The person's role.
    pub role: sadu_domain::access::Role,
    /// From where.
    pub caller: Caller,
}

impl Command for EndSession {
    type Output = ();
    const NAME: &'static str = "session.end";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        sessions::end(tx.tx(), self.id).await?;
        tx.audit(AuditEntry {
            actor: self
                .caller
                .acts_as(self.user.to_string(), self.role.as_str()),
            action: "session.end",
            object_type: "session",
            object_id: Some(self.id.to_string()),
            diff: json!({}),
        });
        Ok(())
    }
}

/// Ends every session of a person, on every host and device, because the person says so.
#[derive(Debug)]
pub struct EndEverySession {
    /// Whose.
    pub user: UserId,
    /// The person's role.
    pub role: sadu_domain::access::Role,
    /// From where.
    pub caller: Caller,
}

impl Command for EndEverySession {
    type Output = ();
    const NAME: &'static str = "session.end_all";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        let ended = sessions::end_all_of(tx.tx(), self.user).await?;
        tx.audit(AuditEntry {
            actor: self
                .caller
                .acts_as(self.user.to_string(), self.role.as_str()),
            action: "session.end_all",
            object_type: "user",
            object_id: Some(self.user.to_string()),
            diff: json!({ "sessions_ended": ended }),
        });
        Ok(())
    }
}

/// Notes that a session's cookie was sent to a host that is not its own.
#[derive(Debug)]
pub struct NoteForeignHost {
    /// Which session.
    pub session: SessionId,
    /// The host that was asked.
    pub host: String,
    /// From where.
    pub caller: Caller,
}

impl Command for NoteForeignHost {
    type Output = ();
    const NAME: &'static str = "session.foreign_host";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        tx.audit(AuditEntry {
            actor: self.caller.acts_as("system".to_owned(), "system"),
            action: "session.foreign_host",
            object_type: "session",
            object_id: Some(self.session.to_string()),
            diff: json!({ "host": self.host }),
        });
        Ok(())
    }
}

//! The writes of somebody of the platform inside a tenant: the session begun by its one-time code, and left.
//!
//! Called by `src/auth/support`. The grant itself is the platform's (`sadu_db::platform::tenants::act_as`), and so is the end by the clock.

use sadu_db::support::{self, Begin};
use sadu_db::{Actor, AuditEntry, WriteTx, sessions};
use sadu_domain::access::Role;
use sadu_domain::ids::SessionId;
use serde_json::json;
use uuid::Uuid;

use crate::error::Result;
use crate::repository::Command;
use crate::repository::commands::sessions::Caller;

impl Caller {
    /// Somebody of the platform who acts in the tenant from there.
    #[must_use]
    pub fn acts_for_platform(self, admin: Uuid) -> Actor {
        Actor {
            via: Some(format!("platform:{admin}")),
            ..self.acts_as(admin.to_string(), Role::PlatformAdmin.as_str())
        }
    }
}

/// Exchanges a one-time code for a session; false when the code is not good. A code that comes a second time ends the session that
/// the first one began.
#[derive(Debug)]
pub struct BeginSupport {
    /// The code, and the session it is to begin.
    pub begin: Begin,
    /// SHA-256 of the session cookie that the browser had: that session ends.
    pub replaces: Option<[u8; 32]>,
    /// From where.
    pub caller: Caller,
}

impl Command for BeginSupport {
    type Output = bool;
    const NAME: &'static str = "support.begin";

    async fn run(self, tx: &mut WriteTx) -> Result<bool> {
        let Some(begun) = support::begin(tx.tx(), &self.begin).await? else {
            if let Some((id, admin)) = support::end_replayed(tx.tx(), &self.begin.code_hash).await?
            {
                tx.audit(AuditEntry {
                    actor: self.caller.acts_for_platform(admin),
                    action: "support.end",
                    object_type: "support_session",
                    object_id: Some(id.to_string()),
                    diff: json!({ "why": "replayed" }),
                });
            }
            return Ok(false);
        };
        if let Some(old) = &self.replaces {
            sessions::end_by_token(tx.tx(), old).await?;
        }
        tx.audit(AuditEntry {
            actor: self.caller.acts_for_platform(begun.admin_id),
            action: "support.begin",
            object_type: "support_session",
            object_id: Some(begun.id.to_string()),
            diff: json!({
                "name": begun.admin_name,
                "reason": begun.reason,
                "ticket": begun.ticket,
                "write": begun.may_write,
                "until": begun.expires_at,
                "host": self.begin.host,
            }),
        });
        Ok(true)
    }
}

/// Ends a session because its person leaves.
#[derive(Debug)]
pub struct LeaveSupport {
    /// Which.
    pub id: SessionId,
    /// Who.
    pub admin: Uuid,
    /// From where.
    pub caller: Caller,
}

impl Command for LeaveSupport {
    type Output = ();
    const NAME: &'static str = "support.leave";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        if support::leave(tx.tx(), self.id).await? {
            tx.audit(AuditEntry {
                actor: self.caller.acts_for_platform(self.admin),
                action: "support.end",
                object_type: "support_session",
                object_id: Some(self.id.to_string()),
                diff: json!({ "why": "left" }),
            });
        }
        Ok(())
    }
}

//! Who works on what: claim and resolve.

use sadu_db::{Actor, AuditEntry, WriteTx, orders, subjects};
use sadu_domain::error::Code;
use sadu_domain::event::{EventKind, SubjectWork};
use sadu_domain::ids::{EventSubject, OrderId, UserId};
use serde_json::json;

use crate::error::{Error, Result};
use crate::repository::Command;

/// Takes a subject for a user. Compare-and-set: one winner, the loser hears who.
#[derive(Debug)]
pub struct ClaimSubject {
    /// Which.
    pub subject: EventSubject,
    /// For whom.
    pub user: UserId,
    /// The same, for the audit log.
    pub actor: Actor,
}

impl Command for ClaimSubject {
    type Output = UserId;
    const NAME: &'static str = "subject.claim";

    async fn run(self, tx: &mut WriteTx) -> Result<UserId> {
        exists(tx, self.subject).await?;
        let version = tx.next_seq();
        let (owner, taken) = subjects::claim(tx.tx(), self.subject, self.user, version).await?;
        // Taken already, by them or by another: nothing has happened that anybody should hear of.
        if taken {
            tx.emit(
                EventKind::SubjectClaimed,
                self.subject,
                &SubjectWork {
                    by: self.user,
                    owner: Some(owner),
                    until: None,
                },
            )?;
            let after = json!({ "owner": owner });
            tx.audit(entry(self.actor, Self::NAME, self.subject, after));
        }
        Ok(owner)
    }
}

/// Marks a subject done.
#[derive(Debug)]
pub struct ResolveSubject {
    /// Which.
    pub subject: EventSubject,
    /// By whom.
    pub user: UserId,
    /// The same, for the audit log.
    pub actor: Actor,
}

impl Command for ResolveSubject {
    type Output = ();
    const NAME: &'static str = "subject.resolve";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        exists(tx, self.subject).await?;
        let (now, version) = (tx.now(), tx.next_seq());
        if !subjects::resolve(tx.tx(), self.subject, now, version).await? {
            return Ok(());
        }
        tx.emit(
            EventKind::SubjectResolved,
            self.subject,
            &SubjectWork {
                by: self.user,
                owner: None,
                until: None,
            },
        )?;
        let after = json!({ "resolved": true });
        tx.audit(entry(self.actor, Self::NAME, self.subject, after));
        Ok(())
    }
}

fn entry(
    actor: Actor,
    action: &'static str,
    subject: EventSubject,
    after: serde_json::Value,
) -> AuditEntry {
    AuditEntry {
        actor,
        action,
        object_type: subject.kind(),
        object_id: Some(subject.uuid().to_string()),
        diff: json!({ "after": after }),
    }
}

/// Only orders can be worked on so far; another tenant's is as unknown as none.
async fn exists(tx: &mut WriteTx, subject: EventSubject) -> Result<OrderId> {
    let EventSubject::Order(id) = subject else {
        return Err(Error::NotFound(Code::NotFound));
    };
    orders::get(tx.tx(), id).await?;
    Ok(id)
}

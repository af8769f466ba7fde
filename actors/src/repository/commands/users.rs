//! The writes of a tenant's administrator on the people who work there: invited, given a role, switched off and on.
//!
//! Called by `src/api/admin/users` and the page beside it, which ask for a fresh proof of identity first. The tenant's counter row
//! is held throughout, so that two administrators who act on each other at once are taken one after the other.
//!
//! **Invariant:** a tenant that had an administrator who can act keeps one; nobody changes their own role; what takes rights away
//! ends every session of the person in the same transaction.

use chrono::{DateTime, Utc};
use sadu_db::idempotency::IdempotencyKey;
use sadu_db::users::{self, Member};
use sadu_db::{Actor, AuditEntry, Job, WriteTx, invitations, plans, sessions};
use sadu_domain::access::Role;
use sadu_domain::email;
use sadu_domain::error::{Code, FieldError};
use sadu_domain::ids::UserId;
use sadu_domain::job::InvitationMade;
use sadu_domain::member::Invitee;
use serde_json::{Value, json};
use uuid::Uuid;

use super::keyed::{self, Answer};
use crate::error::{Error, Result};
use crate::repository::Command;

/// A link that was made for an invitation.
#[derive(Debug, Clone, Copy)]
pub struct NewLink {
    /// The new invitation's id.
    pub invitation: Uuid,
    /// SHA-256 of the link.
    pub hash: [u8; 32],
}

impl NewLink {
    /// Gives it out, and has it mailed once that is committed.
    async fn issue(&self, tx: &mut WriteTx, to: UserId, by: UserId) -> Result<DateTime<Utc>> {
        let until = invitations::issue(tx.tx(), self.invitation, to, &self.hash, by).await?;
        tx.enqueue(Job::of(&InvitationMade {
            invitation: self.invitation,
        })?);
        Ok(until)
    }
}

/// What is done, to whom.
#[derive(Debug, Clone)]
pub enum Change {
    /// Adds somebody, with this link.
    Invite(Invitee, NewLink),
    /// Gives somebody who never came a new link; the old one counts no more.
    InviteAgain(UserId, NewLink),
    /// Takes the link back.
    Withdraw(UserId),
    /// Another role; every session of the person ends.
    Role(UserId, Role),
    /// Switched off; every session of the person ends.
    Disable(UserId),
    /// Switched on again.
    Enable(UserId),
}

/// One write of an administrator. What is so already is left alone, and no entry written.
#[derive(Debug)]
pub struct ChangeUser {
    /// What.
    pub change: Change,
    /// The administrator.
    pub by: UserId,
    /// The same, for the audit log.
    pub actor: Actor,
    /// The Idempotency-Key, where one was sent.
    pub key: Option<IdempotencyKey>,
    /// The answer to keep under the key; it holds no link.
    pub render: fn(&Member) -> String,
}

impl Command for ChangeUser {
    /// Given again, its link is not known any more.
    type Output = Answer;
    const NAME: &'static str = "user.change";

    async fn run(self, tx: &mut WriteTx) -> Result<Answer> {
        if let Some(first) = keyed::first(tx, self.key.as_ref()).await? {
            return Ok(first);
        }
        // Looked at again behind the lock: another administrator may have come first.
        let by = users::member(tx.tx(), self.by).await.map_err(unknown)?;
        if by.user.status != "active" || by.user.role != Role::TenantAdmin {
            return Err(Error::Refused(Code::AuthForbidden));
        }
        let (user, action, diff) = apply(tx, self.change, self.by).await?;
        if let Some(diff) = diff {
            tx.audit(AuditEntry {
                actor: self.actor,
                action,
                object_type: "user",
                object_id: Some(user.to_string()),
                diff,
            });
        }
        let member = users::member(tx.tx(), user).await?;
        let body = (self.render)(&member);
        keyed::keep(tx, self.key.as_ref(), 200, body, user.as_uuid()).await
    }
}

/// Whom it was done to, its name, and before and after; nothing when it was so already.
type Done = (UserId, &'static str, Option<Value>);

async fn apply(tx: &mut WriteTx, change: Change, by: UserId) -> Result<Done> {
    match change {
        Change::Invite(invitee, link) => invite(tx, invitee, link, by).await,
        Change::InviteAgain(id, link) => {
            let of = find(tx, id).await?;
            if of.bound || of.user.status != "invited" {
                return Err(Error::Conflict(Code::UserNotInvited));
            }
            let until = link.issue(tx, id, by).await?;
            let email = email::masked(&of.user.email);
            let diff = json!({ "after": { "email": email, "invited_until": until } });
            Ok((id, "user.invite_again", Some(diff)))
        }
        Change::Withdraw(id) => {
            let of = find(tx, id).await?;
            let was_open = invitations::withdraw(tx.tx(), id).await?;
            let diff = json!({
                "before": { "email": email::masked(&of.user.email), "invitation": "open" },
                "after": { "invitation": "withdrawn" },
            });
            Ok((id, "user.withdraw_invitation", was_open.then_some(diff)))
        }
        Change::Role(id, role) => {
            let of = find(tx, id).await?;
            if of.user.role == role {
                return Ok((id, "user.change_role", None));
            }
            may_lose(tx, &of, by).await?;
            users::set_role(tx.tx(), id, role).await?;
            let ended = sessions::end_all_of(tx.tx(), id).await?;
            let diff = json!({
                "before": { "email": email::masked(&of.user.email), "role": of.user.role },
                "after": { "role": role, "sessions_ended": ended },
            });
            Ok((id, "user.change_role", Some(diff)))
        }
        Change::Disable(id) => {
            let of = find(tx, id).await?;
            if of.user.status == "disabled" {
                return Ok((id, "user.disable", None));
            }
            may_lose(tx, &of, by).await?;
            users::set_enabled(tx.tx(), id, false).await?;
            invitations::withdraw(tx.tx(), id).await?;
            let ended = sessions::end_all_of(tx.tx(), id).await?;
            let diff = json!({
                "before": { "email": email::masked(&of.user.email), "status": of.user.status },
                "after": { "status": "disabled", "sessions_ended": ended },
            });
            Ok((id, "user.disable", Some(diff)))
        }
        Change::Enable(id) => {
            let of = find(tx, id).await?;
            if of.user.status != "disabled" {
                return Ok((id, "user.enable", None));
            }
            admit(tx).await?;
            users::set_enabled(tx.tx(), id, true).await?;
            let status = if of.bound { "active" } else { "invited" };
            let diff = json!({
                "before": { "email": email::masked(&of.user.email), "status": "disabled" },
                "after": { "status": status },
            });
            Ok((id, "user.enable", Some(diff)))
        }
    }
}

async fn invite(tx: &mut WriteTx, invitee: Invitee, link: NewLink, by: UserId) -> Result<Done> {
    admit(tx).await?;
    let id = UserId::new();
    users::invite(tx.tx(), id, &invitee.email, &invitee.name, invitee.role)
        .await
        .map_err(|error| {
            if error.is_constraint("users_tenant_id_email_key") {
                Error::Invalid(vec![FieldError::new("email", Code::UserEmailTaken)])
            } else {
                error.into()
            }
        })?;
    let until = link.issue(tx, id, by).await?;
    let email = email::masked(&invitee.email);
    let after = json!({ "email": email, "role": invitee.role, "invited_until": until });
    Ok((
        id,
        "user.invite",
        Some(json!({ "before": null, "after": after })),
    ))
}

/// Whether the tenant's plan has room for one more.
async fn admit(tx: &mut WriteTx) -> Result<()> {
    let used = plans::used(tx.tx()).await?;
    plans::load(tx.tx())
        .await?
        .admit_person(used.staff)
        .map_err(|full| Error::Blocked(full.code, vec![full]))
}

async fn find(tx: &mut WriteTx, id: UserId) -> Result<Member> {
    users::member(tx.tx(), id).await.map_err(unknown)
}

fn unknown(error: sadu_db::DbError) -> Error {
    match Error::from(error) {
        Error::NotFound(_) => Error::NotFound(Code::UserNotFound),
        other => other,
    }
}

/// Whether this person may lose what they have: not the only administrator, and not by their own hand.
async fn may_lose(tx: &mut WriteTx, of: &Member, by: UserId) -> Result<()> {
    let acts = of.user.role == Role::TenantAdmin && of.user.status == "active";
    if acts && users::other_admins(tx.tx(), of.user.id).await? == 0 {
        return Err(Error::Conflict(Code::UserLastAdmin));
    }
    if of.user.id == by {
        return Err(Error::Refused(Code::UserOwnRole));
    }
    Ok(())
}

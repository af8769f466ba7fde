//! The writes of signing in: a hand-off forward, an identity bound, a session begun.
//!
//! Called by `src/auth`. Whoever is named here was proven there: these commands decide what follows from it.

use chrono::{DateTime, Duration, Utc};
use sadu_db::handoffs::{self, Claimed, Finish, NewHandoff, Ready};
use sadu_db::invitations::{self, Invitation, Standing};
use sadu_db::sessions::{self, NewSession};
use sadu_db::users::{self, User};
use sadu_db::{AuditEntry, WriteTx};
use sadu_domain::ids::SessionId;
use serde_json::json;
use uuid::Uuid;

use crate::error::Result;
use crate::repository::Command;
use crate::repository::commands::sessions::Caller;

/// A session ends after this long, whatever happens.
fn absolute_life() -> Duration {
    Duration::hours(12)
}

/// An identity that the provider vouches for.
#[derive(Debug, Clone)]
pub struct Identified {
    /// The provider.
    pub issuer: String,
    /// The person there.
    pub subject: String,
    /// An address that the provider has verified; only invitations are looked up by it.
    pub verified_email: Option<String>,
}

/// What an identity is here.
enum Place {
    /// Somebody.
    User(User),
    /// Nobody, and that is all there is to say.
    Nobody,
    /// Nobody, who came by an invitation that somebody else had used.
    Reused(Invitation),
}

/// The place of an identity: the user it was bound to; else the one that its invitation or, for the founding administrator, its
/// verified address is for, now bound.
async fn place_of(
    tx: &mut WriteTx,
    who: &Identified,
    invitation: Option<&[u8; 32]>,
    caller: &Caller,
) -> Result<Place> {
    if let Some(user) = users::find_by_identity(tx.tx(), &who.issuer, &who.subject).await? {
        return Ok(Place::User(user));
    }
    let bound = match (&who.verified_email, invitation) {
        (Some(email), Some(link)) => {
            invitations::accept(tx.tx(), link, email, &who.issuer, &who.subject).await?
        }
        (Some(email), None) => {
            users::bind_identity(tx.tx(), email, &who.issuer, &who.subject).await?
        }
        (None, _) => None,
    };
    if let Some(user) = bound {
        tx.audit(AuditEntry {
            actor: caller
                .clone()
                .acts_as(user.id.to_string(), user.role.as_str()),
            action: match invitation {
                Some(_) => "user.accept_invitation",
                None => "user.bind_identity",
            },
            object_type: "user",
            object_id: Some(user.id.to_string()),
            diff: json!({ "issuer": who.issuer }),
        });
        return Ok(Place::User(user));
    }
    if let Some(link) = invitation
        && let Some(found) = invitations::find(tx.tx(), link).await?
        && found.standing == Standing::Used
    {
        return Ok(Place::Reused(found));
    }
    Ok(Place::Nobody)
}

/// Notes that a used invitation came again.
fn note_reuse(tx: &mut WriteTx, found: &Invitation, caller: Caller, ended: u64) {
    tx.audit(AuditEntry {
        actor: caller.acts_as("system".to_owned(), "system"),
        action: "invitation.reused",
        object_type: "user",
        object_id: Some(found.user.to_string()),
        diff: json!({ "invitation": found.id, "sessions_ended": ended }),
    });
}

/// Notes that somebody opened a used invitation to sign in by it. Nobody is signed out by this: whoever holds the link has
/// proven nothing.
#[derive(Debug)]
pub struct NoteReusedInvitation {
    /// SHA-256 of the link.
    pub token_hash: [u8; 32],
    /// From where.
    pub caller: Caller,
}

impl Command for NoteReusedInvitation {
    type Output = ();
    const NAME: &'static str = "invitation.note_reuse";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        if let Some(found) = invitations::find(tx.tx(), &self.token_hash).await?
            && found.standing == Standing::Used
        {
            note_reuse(tx, &found, self.caller, 0);
        }
        Ok(())
    }
}

/// Begins a sign-in.
#[derive(Debug)]
pub struct StartSignIn(pub NewHandoff);

impl Command for StartSignIn {
    type Output = ();
    const NAME: &'static str = "sign_in.start";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        Ok(handoffs::start(tx.tx(), &self.0).await?)
    }
}

/// Takes a sign-in for the callback, once; `None` when it is unknown, taken or too old.
#[derive(Debug)]
pub struct ClaimSignIn(pub Uuid);

impl Command for ClaimSignIn {
    type Output = Option<Claimed>;
    const NAME: &'static str = "sign_in.claim";

    async fn run(self, tx: &mut WriteTx) -> Result<Option<Claimed>> {
        Ok(handoffs::claim(tx.tx(), self.0).await?)
    }
}

/// Makes a claimed sign-in ready for its one-time code; false when the person has no place here. When two different people come
/// by one invitation, one of them was not meant: the first one's sessions end, and an administrator finds it in the audit log.
#[derive(Debug)]
pub struct CompleteSignIn {
    /// The sign-in.
    pub id: Uuid,
    /// Who came back from the provider.
    pub who: Identified,
    /// Whether a second factor was proven.
    pub mfa: bool,
    /// When the person proved who they are.
    pub auth_time: DateTime<Utc>,
    /// SHA-256 of the one-time code.
    pub code_hash: [u8; 32],
    /// The provider's refresh token, sealed for the session that takes the sign-in's id.
    pub refresh_sealed: Option<Vec<u8>>,
    /// SHA-256 of the invitation's link from which it began.
    pub invitation: Option<[u8; 32]>,
    /// From where.
    pub caller: Caller,
}

impl Command for CompleteSignIn {
    type Output = bool;
    const NAME: &'static str = "sign_in.complete";

    async fn run(self, tx: &mut WriteTx) -> Result<bool> {
        let user = match place_of(tx, &self.who, self.invitation.as_ref(), &self.caller).await? {
            Place::User(user) => user,
            Place::Nobody => return Ok(false),
            Place::Reused(found) => {
                let ended = sessions::end_all_of(tx.tx(), found.user).await?;
                note_reuse(tx, &found, self.caller, ended);
                return Ok(false);
            }
        };
        let ready = Ready {
            code_hash: self.code_hash,
            user: user.id,
            mfa: self.mfa,
            auth_time: self.auth_time,
            refresh_sealed: self.refresh_sealed,
        };
        Ok(handoffs::ready(tx.tx(), self.id, &ready).await?)
    }
}

/// Exchanges a one-time code for a session; `None` when the code is not good. A code that comes a second time ends the session
/// that the first one began: one of the two was not the person.
#[derive(Debug)]
pub struct FinishSignIn {
    /// SHA-256 of the code.
    pub code_hash: [u8; 32],
    /// SHA-256 of the nonce in this browser's cookie.
    pub nonce_hash: [u8; 32],
    /// The host that was asked.
    pub host: String,
    /// SHA-256 of the new session's cookie.
    pub token_hash: [u8; 32],
    /// Key of the new session's CSRF tokens.
    pub csrf_secret: [u8; 32],
    /// SHA-256 of the session cookie that the browser had: that session ends.
    pub replaces: Option<[u8; 32]>,
    /// From where.
    pub caller: Caller,
}

/// A session begun.
#[derive(Debug, Clone)]
pub struct Begun {
    /// Where to go now.
    pub return_to: String,
}

impl Command for FinishSignIn {
    type Output = Option<Begun>;
    const NAME: &'static str = "sign_in.finish";

    async fn run(self, tx: &mut WriteTx) -> Result<Option<Begun>> {
        let finish =
            handoffs::finish(tx.tx(), &self.code_hash, &self.nonce_hash, &self.host).await?;
        match finish {
            Finish::Unknown => Ok(None),
            Finish::Replayed(id) => {
                let session = SessionId::from_uuid(id);
                let ended = sessions::end(tx.tx(), session).await?;
                tx.audit(AuditEntry {
                    actor: self.caller.acts_as("system".to_owned(), "system"),
                    action: "session.code_replayed",
                    object_type: "session",
                    object_id: Some(session.to_string()),
                    diff: json!({ "ended": ended }),
                });
                Ok(None)
            }
            Finish::Done {
                id,
                user_id,
                mfa,
                auth_time,
                return_to,
                refresh_sealed,
            } => {
                sessions::sweep(tx.tx()).await?;
                if let Some(old) = &self.replaces {
                    sessions::end_by_token(tx.tx(), old).await?;
                }
                let expires_at = tx
                    .now()
                    .checked_add_signed(absolute_life())
                    .unwrap_or(tx.now());
                // The session takes the hand-off's id, so that a replay of its code finds it.
                let new = NewSession {
                    id: SessionId::from_uuid(id),
                    token_hash: self.token_hash,
                    user_id,
                    host: self.host,
                    mfa,
                    auth_time,
                    csrf_secret: self.csrf_secret,
                    refresh_sealed,
                    expires_at,
                };
                sessions::insert(tx.tx(), &new).await?;
                let role = users::role_of(tx.tx(), user_id).await?;
                tx.audit(AuditEntry {
                    actor: self.caller.acts_as(user_id.to_string(), role.as_str()),
                    action: "session.begin",
                    object_type: "session",
                    object_id: Some(new.id.to_string()),
                    diff: json!({ "mfa": mfa, "host": new.host }),
                });
                Ok(Some(Begun { return_to }))
            }
        }
    }
}

/// The user of a program's token, bound by its verified address at first use. Development alone; elsewhere a person signs in
/// once in a browser before a token of theirs counts.
#[derive(Debug)]
pub struct BindBearer {
    /// Who the token names.
    pub who: Identified,
    /// From where.
    pub caller: Caller,
}

impl Command for BindBearer {
    type Output = Option<User>;
    const NAME: &'static str = "user.bind_bearer";

    async fn run(self, tx: &mut WriteTx) -> Result<Option<User>> {
        Ok(match place_of(tx, &self.who, None, &self.caller).await? {
            Place::User(user) => Some(user),
            Place::Nobody | Place::Reused(_) => None,
        })
    }
}

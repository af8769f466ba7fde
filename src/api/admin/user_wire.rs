//! People who work for the tenant, as JSON and pages show them.

use chrono::{DateTime, Utc};
use sadu_db::users::Member;
use sadu_domain::access::Role;
use sadu_domain::ids::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Somebody who works here, or is invited to.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserJson {
    #[schema(value_type = uuid::Uuid)]
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) name: String,
    /// `staff` or `tenant_admin`.
    #[schema(value_type = String)]
    pub(crate) role: Role,
    /// `invited`, `active` or `disabled`.
    pub(crate) status: String,
    /// The newest invitation, until it was used.
    pub(crate) invitation: Option<InvitationJson>,
    pub(crate) last_seen_at: Option<DateTime<Utc>>,
}

/// An invitation that was not used.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationJson {
    /// `open`, `expired` or `withdrawn`.
    pub(crate) state: &'static str,
    pub(crate) expires_at: DateTime<Utc>,
}

/// A page of people, in the order in which they were added.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsersPage {
    pub(crate) data: Vec<UserJson>,
    pub(crate) next_cursor: Option<String>,
}

/// Somebody with a new link.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitedJson {
    #[serde(flatten)]
    pub(crate) user: UserJson,
    /// To be handed over: it is shown this once. Null when a first answer is given again.
    pub(crate) invitation_url: Option<String>,
}

/// Another role.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewRole {
    /// `staff` or `tenant_admin`.
    pub(crate) role: String,
}

impl From<&Member> for UserJson {
    fn from(member: &Member) -> Self {
        let invitation = member.invitation.as_ref().and_then(|(state, until)| {
            let state = match state.as_str() {
                "open" if *until > Utc::now() => "open",
                "open" => "expired",
                "withdrawn" => "withdrawn",
                _ => return None,
            };
            Some(InvitationJson {
                state,
                expires_at: *until,
            })
        });
        let user = &member.user;
        Self {
            id: user.id,
            email: user.email.clone(),
            name: user.name.clone(),
            role: user.role,
            status: user.status.clone(),
            invitation: invitation.filter(|_| !member.bound),
            last_seen_at: user.last_seen_at,
        }
    }
}

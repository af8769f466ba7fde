//! Who is asking, once it is proven, and why a request is turned away.

use chrono::{DateTime, Duration, Utc};
use sadu_db::sessions::Acting;
use sadu_domain::access::{Permission, Role, allows, may_acting};
use sadu_domain::error::Code;
use sadu_domain::ids::{SessionId, UserId};

use super::csrf;

/// A proof of identity older than this does not open what needs step-up, in minutes (AUT-9).
const STEP_UP_MINUTES: i64 = 15;

/// Somebody of the tenant whose host was asked. Role and name are the user's of this moment, at most five seconds old.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The user.
    pub user_id: UserId,
    /// As colleagues see it.
    pub name: String,
    /// Lower-case.
    pub email: String,
    /// What the user may do.
    pub role: Role,
    /// Whether a second factor was proven.
    pub mfa: bool,
    /// When the person last proved who they are; unknown for tokens that do not say.
    pub auth_time: Option<DateTime<Utc>>,
    /// How it was proven.
    pub via: Via,
    /// Somebody of the platform who looks in; none for the tenant's own people.
    pub acting: Option<Acting>,
}

/// How an identity was proven.
#[derive(Clone)]
pub enum Via {
    /// A browser's session on one host.
    Session {
        /// The session.
        id: SessionId,
        /// The one host on which it counts, without port.
        host: String,
        /// When it ends whatever happens.
        expires_at: DateTime<Utc>,
        /// Key of its CSRF tokens.
        csrf_secret: Vec<u8>,
        /// Where to find it again.
        token_hash: [u8; 32],
    },
    /// A program's access token.
    Bearer {
        /// The person at the issuer.
        subject: String,
        /// When the token ends.
        expires_at: DateTime<Utc>,
    },
}

impl std::fmt::Debug for Via {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Session { id, .. } => write!(f, "Session({id})"),
            Self::Bearer { expires_at, .. } => write!(f, "Bearer(until {expires_at})"),
        }
    }
}

impl Identity {
    /// Demands a permission.
    ///
    /// # Errors
    /// `Mfa` without a second factor, else `Forbidden` when the role does not hold it, or `ReadOnly` when it is not for those who look
    /// in for the platform.
    pub fn demand(&self, permission: Permission) -> Result<(), Denied> {
        if !self.mfa {
            return Err(Denied::MfaRequired);
        }
        if !allows(self.role, permission) {
            return Err(Denied::Forbidden);
        }
        match &self.acting {
            Some(acting) if !may_acting(permission, acting.write) => Err(Denied::ReadOnly),
            _ => Ok(()),
        }
    }

    /// Demands that the person proved who they are within the last 15 minutes.
    ///
    /// # Errors
    /// `StepUpRequired`.
    pub fn demand_step_up(&self) -> Result<(), Denied> {
        fresh(self.auth_time)
    }

    /// When it ends at the latest: a socket closes then.
    pub fn expires_at(&self) -> DateTime<Utc> {
        match &self.via {
            Via::Session { expires_at, .. } | Via::Bearer { expires_at, .. } => *expires_at,
        }
    }

    /// The CSRF token for this session's forms and scripts; a bearer needs none.
    pub fn csrf_token(&self) -> Option<String> {
        match &self.via {
            Via::Session {
                id,
                host,
                csrf_secret,
                ..
            } => Some(csrf::token(csrf_secret, *id, host)),
            Via::Bearer { .. } => None,
        }
    }

    /// Whether this is the CSRF token of this session.
    pub(super) fn owns_csrf_token(&self, given: &str) -> bool {
        match &self.via {
            Via::Session {
                id,
                host,
                csrf_secret,
                ..
            } => csrf::is_token(given, csrf_secret, *id, host),
            Via::Bearer { .. } => false,
        }
    }
}

/// Whether a proof of identity of that time opens what needs step-up.
///
/// # Errors
/// `StepUpRequired`.
pub(super) fn fresh(auth_time: Option<DateTime<Utc>>) -> Result<(), Denied> {
    let oldest = Utc::now() - Duration::minutes(STEP_UP_MINUTES);
    match auth_time {
        Some(at) if at >= oldest => Ok(()),
        _ => Err(Denied::StepUpRequired),
    }
}

/// Why a request is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Nobody is signed in.
    #[error("not signed in")]
    Required,
    /// What was shown is not, or no longer, good here.
    #[error("invalid token or session")]
    InvalidToken,
    /// No evidence of a second factor.
    #[error("no second factor")]
    MfaRequired,
    /// The last proof of identity is too old for this.
    #[error("step-up needed")]
    StepUpRequired,
    /// The role does not include this.
    #[error("not part of the role")]
    Forbidden,
    /// Somebody of the platform who may only look.
    #[error("looking only")]
    ReadOnly,
    /// The request does not come from our own page.
    #[error("cross-site request")]
    Csrf,
    /// It could not be found out now.
    #[error("busy")]
    Busy,
    /// Too many tokens of this address were not good; seconds to wait.
    #[error("too many tries")]
    TooMany(u64),
}

impl Denied {
    /// The stable code on the wire.
    pub fn code(self) -> Code {
        match self {
            Self::Required => Code::AuthRequired,
            Self::InvalidToken => Code::AuthInvalidToken,
            Self::MfaRequired => Code::AuthMfaRequired,
            Self::StepUpRequired => Code::AuthStepUpRequired,
            Self::Forbidden => Code::AuthForbidden,
            Self::ReadOnly => Code::AuthReadOnly,
            Self::Csrf => Code::CsrfRefused,
            Self::Busy => Code::Busy,
            Self::TooMany(_) => Code::RateLimited,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staff(mfa: bool, minutes_ago: i64) -> Identity {
        Identity {
            user_id: UserId::new(),
            name: String::new(),
            email: String::new(),
            role: Role::Staff,
            mfa,
            auth_time: Some(Utc::now() - Duration::minutes(minutes_ago)),
            via: Via::Session {
                id: SessionId::new(),
                host: "a.example".into(),
                expires_at: Utc::now(),
                csrf_secret: vec![1; 32],
                token_hash: [0; 32],
            },
            acting: None,
        }
    }

    #[test]
    fn a_second_factor_comes_before_the_role() {
        assert_eq!(staff(true, 0).demand(Permission::InboxRead), Ok(()));
        assert_eq!(
            staff(true, 0).demand(Permission::UsersWrite),
            Err(Denied::Forbidden)
        );
        assert_eq!(
            staff(false, 0).demand(Permission::InboxRead),
            Err(Denied::MfaRequired)
        );
        assert_eq!(
            staff(false, 0).demand(Permission::UsersWrite),
            Err(Denied::MfaRequired)
        );
    }

    #[test]
    fn step_up_needs_a_fresh_proof() {
        assert_eq!(staff(true, 14).demand_step_up(), Ok(()));
        assert_eq!(
            staff(true, 16).demand_step_up(),
            Err(Denied::StepUpRequired)
        );
        let unknown = Identity {
            auth_time: None,
            ..staff(true, 0)
        };
        assert_eq!(unknown.demand_step_up(), Err(Denied::StepUpRequired));
    }

    #[test]
    fn nothing_secret_is_printed() {
        assert!(!format!("{:?}", staff(true, 0)).contains("1, 1, 1"));
    }
}

//! Who may do what: the one table of roles and permissions (security.md 2.3). Deny by default.
//!
//! Routes name a [`Permission`]; nothing compares roles by hand. Guests have no role at all. Step-up, four eyes and
//! limits are further conditions of the single action, checked where it happens.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The role of a signed-in person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works the inbox, orders and catalog of one tenant.
    Staff,
    /// Runs one tenant.
    TenantAdmin,
    /// Runs the platform; holds no permission inside a tenant except through audited read-only "act as".
    PlatformAdmin,
}

/// A text is no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a role")]
pub struct UnknownRole;

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Staff, Self::TenantAdmin, Self::PlatformAdmin];

    /// `staff`, `tenant_admin` or `platform_admin`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::TenantAdmin => "tenant_admin",
            Self::PlatformAdmin => "platform_admin",
        }
    }

    /// Works for a tenant (as opposed to the platform).
    #[must_use]
    pub const fn is_tenant_side(self) -> bool {
        matches!(self, Self::Staff | Self::TenantAdmin)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|r| r.as_str() == text)
            .ok_or(UnknownRole)
    }
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident: $($role:ident)|+;)*) => {
        /// One thing a signed-in person may be allowed to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Permission { $($(#[$doc])* $name,)* }

        impl Permission {
            /// Every permission, for the matrix test of the routes.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            const fn roles(self) -> &'static [Role] {
                match self { $(Self::$name => &[$(Role::$role),+],)* }
            }
        }
    };
}

permissions! {
    /// Read the inbox and its event stream, hold a staff socket.
    InboxRead: Staff | TenantAdmin;
    /// Claim, assign, snooze, resolve, note.
    InboxWork: Staff | TenantAdmin;
    /// List and read orders, without personal data.
    OrdersRead: Staff | TenantAdmin;
    /// Enter an order for a caller, cancel, fulfil, resend a link.
    OrdersWrite: Staff | TenantAdmin;
    /// Show a donor's personal data; always with a reason and an audit entry.
    DonorReveal: Staff | TenantAdmin;
    /// Confirm that a transfer has arrived.
    ConfirmTransfer: Staff | TenantAdmin;
    /// Import statements, match, split or return unmatched money.
    TransfersWork: Staff | TenantAdmin;
    /// Ask for a refund.
    RefundRequest: Staff | TenantAdmin;
    /// Approve or reject somebody else's refund.
    RefundApprove: TenantAdmin;
    /// Read drafts and published items with their revisions.
    CatalogRead: Staff | TenantAdmin;
    /// Create and edit items.
    CatalogWrite: Staff | TenantAdmin;
    /// Publish, pause, activate, complete, archive.
    CatalogPublish: TenantAdmin;
    /// See live funding figures of every item, published or not.
    FundingRead: Staff | TenantAdmin;
    /// Upload media.
    MediaWrite: Staff | TenantAdmin;
    /// Draft and submit proofs.
    ProofsWrite: Staff | TenantAdmin;
    /// Publish or withdraw proofs.
    ProofsPublish: TenantAdmin;
    /// Read and take part in conversations.
    Conversations: Staff | TenantAdmin;
    /// See figures of visits, conversion and campaigns.
    KpisRead: TenantAdmin;
    /// Edit what the assistant may quote.
    Knowledge: Staff | TenantAdmin;
    /// See the assistant's usage.
    AiUsageRead: TenantAdmin;
    /// Change the assistant's limits.
    AiLimitsWrite: TenantAdmin;
    /// Read the tenant's settings.
    SettingsRead: TenantAdmin;
    /// Change settings, branding, domains.
    SettingsWrite: TenantAdmin;
    /// Change bank accounts and payment providers.
    PaymentSettings: TenantAdmin;
    /// List staff.
    UsersRead: TenantAdmin;
    /// Invite, change a role, disable.
    UsersWrite: TenantAdmin;
    /// Read and verify the audit log.
    AuditRead: TenantAdmin;
    /// Export data.
    Exports: TenantAdmin;
    /// List tenants, plans, usage, jobs.
    PlatformRead: PlatformAdmin;
    /// Create, suspend and activate tenants, change plans and prices.
    PlatformWrite: PlatformAdmin;
    /// Look into one tenant, read-only, with a reason.
    PlatformActAs: PlatformAdmin;
}

/// Whether `role` may do `permission`.
#[must_use]
pub fn allows(role: Role, permission: Permission) -> bool {
    permission.roles().contains(&role)
}

/// Whether somebody of the platform who acts in a tenant (security.md, ISO-8) may do `permission` there. Looking is allowed, except at
/// personal data and in bulk. With a grant to write, so are texts and settings: never money, people, or the work of the inbox, which
/// are always the tenant's own.
#[must_use]
pub const fn may_acting(permission: Permission, write: bool) -> bool {
    use Permission as P;
    match permission {
        P::InboxRead
        | P::OrdersRead
        | P::CatalogRead
        | P::FundingRead
        | P::Conversations
        | P::KpisRead
        | P::AiUsageRead
        | P::SettingsRead
        | P::UsersRead
        | P::AuditRead => true,
        P::CatalogWrite
        | P::CatalogPublish
        | P::MediaWrite
        | P::Knowledge
        | P::AiLimitsWrite
        | P::SettingsWrite => write,
        P::InboxWork
        | P::OrdersWrite
        | P::DonorReveal
        | P::ConfirmTransfer
        | P::TransfersWork
        | P::RefundRequest
        | P::RefundApprove
        | P::ProofsWrite
        | P::ProofsPublish
        | P::PaymentSettings
        | P::UsersWrite
        | P::Exports
        | P::PlatformRead
        | P::PlatformWrite
        | P::PlatformActAs => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn an_admin_may_do_all_that_staff_may() {
        for &p in Permission::ALL {
            assert!(
                !allows(Role::Staff, p) || allows(Role::TenantAdmin, p),
                "{p:?}"
            );
        }
    }

    #[test]
    fn the_platform_and_the_tenant_share_no_permission() {
        for &p in Permission::ALL {
            let tenant = allows(Role::Staff, p) || allows(Role::TenantAdmin, p);
            assert_ne!(tenant, allows(Role::PlatformAdmin, p), "{p:?}");
        }
    }

    #[test]
    fn staff_never_hold_what_can_move_the_money_elsewhere() {
        for p in [
            Permission::PaymentSettings,
            Permission::UsersWrite,
            Permission::RefundApprove,
            Permission::SettingsWrite,
            Permission::AuditRead,
            Permission::Exports,
            Permission::CatalogPublish,
        ] {
            assert!(!allows(Role::Staff, p), "{p:?}");
        }
    }

    #[test]
    fn whoever_acts_for_a_tenant_only_looks_unless_told_otherwise() {
        for &p in Permission::ALL {
            let name = format!("{p:?}");
            let looks =
                name.ends_with("Read") && !name.starts_with("Platform") || name == "Conversations";
            assert_eq!(may_acting(p, false), looks, "{p:?}");
            assert!(!may_acting(p, false) || may_acting(p, true), "{p:?}");
        }
        for p in [
            Permission::DonorReveal,
            Permission::Exports,
            Permission::UsersWrite,
            Permission::PaymentSettings,
            Permission::ConfirmTransfer,
            Permission::RefundApprove,
        ] {
            assert!(!may_acting(p, true), "{p:?}");
        }
    }

    #[test]
    fn role_names_round_trip() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse::<Role>().unwrap(), role);
            assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{role}\""));
        }
        assert_eq!("owner".parse::<Role>(), Err(UnknownRole));
    }
}

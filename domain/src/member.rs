//! People who work for a tenant: what an administrator types to invite one.

use crate::access::Role;
use crate::error::{Code, FieldError};
use crate::{email, text};
use serde::Deserialize;

/// Longest name, in characters.
const NAME_MAX: usize = 80;

/// The body of `POST /api/v1/admin/users`, as it arrives.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewMember {
    /// Where the invitation goes, and what the identity provider must have verified.
    pub email: String,
    /// As colleagues will see it.
    pub name: String,
    /// `staff` or `tenant_admin`.
    pub role: String,
}

/// Somebody to be invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitee {
    /// Lower-case throughout: two spellings of one address are one person here.
    pub email: String,
    /// Two to eighty characters.
    pub name: String,
    /// Of the tenant's side.
    pub role: Role,
}

/// Checks who is to be invited.
///
/// # Errors
/// Every field that is amiss.
pub fn parse_member(new: &NewMember) -> Result<Invitee, Vec<FieldError>> {
    let mut errors = Vec::new();
    let email = email::parse(&new.email).map(|email| email.to_ascii_lowercase());
    if email.is_none() {
        errors.push(FieldError::new("email", Code::UserEmailInvalid));
    }
    let name = text::clean(&new.name, NAME_MAX)
        .ok()
        .filter(|name| name.chars().nth(1).is_some());
    if name.is_none() {
        errors.push(FieldError::new("name", Code::UserNameInvalid));
    }
    let role = parse_role(&new.role).map_err(|error| errors.push(error));
    match (email, name, role) {
        (Some(email), Some(name), Ok(role)) => Ok(Invitee { email, name, role }),
        _ => Err(errors),
    }
}

/// A role of the tenant's side.
///
/// # Errors
/// `user.role_invalid` for anything else, the platform's role included.
pub fn parse_role(word: &str) -> Result<Role, FieldError> {
    word.parse()
        .ok()
        .filter(|role: &Role| role.is_tenant_side())
        .ok_or_else(|| FieldError::new("role", Code::UserRoleInvalid))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn typed(email: &str, name: &str, role: &str) -> Result<Invitee, Vec<String>> {
        let new = NewMember {
            email: email.into(),
            name: name.into(),
            role: role.into(),
        };
        parse_member(&new).map_err(|errors| errors.into_iter().map(|e| e.field).collect())
    }

    #[test]
    fn what_was_typed_becomes_an_invitee() {
        let invitee = typed(" Noura@Example.COM", "  نورة   الحربي ", "staff").unwrap();
        assert_eq!(invitee.email, "noura@example.com");
        assert_eq!(invitee.name, "نورة الحربي");
        assert_eq!(invitee.role, Role::Staff);
        typed("a@example.com", "Al", "tenant_admin").unwrap();
    }

    #[test]
    fn every_slip_is_named() {
        assert_eq!(typed("", "", "").unwrap_err(), ["email", "name", "role"]);
        assert_eq!(typed("a@b", "Ali", "staff").unwrap_err(), ["email"]);
        let long = "x".repeat(81);
        assert_eq!(typed("a@b.kw", &long, "staff").unwrap_err(), ["name"]);
        for role in ["platform_admin", "owner", "Staff", "guest"] {
            assert_eq!(
                typed("a@b.kw", "Ali", role).unwrap_err(),
                ["role"],
                "{role}"
            );
        }
    }
}

//! What an administrator changes about the tenant itself: its branding and its settings. One save is one audit entry.

use sadu_db::{Actor, AuditEntry, WriteTx, tenants};
use sadu_domain::changes::{Change, differences};
use sadu_domain::email;
use sadu_domain::error::{Code, FieldError};
use sadu_domain::lang::Bilingual;
use sadu_domain::settings::SettingsDraft;
use serde_json::{Map, Value};

use super::changes::changes;
use crate::error::{Error, Result};
use crate::repository::Command;

/// A change to the settings: the whole of them as the form has them.
#[derive(Debug)]
pub struct EditSettings {
    /// What was sent.
    pub draft: SettingsDraft,
    /// The revision the form began with.
    pub revision: i64,
    /// Who.
    pub actor: Actor,
}

/// The settings as committed.
#[derive(Debug, Clone)]
pub struct Saved {
    /// All of them.
    pub settings: SettingsDraft,
    /// To be sent with the next change.
    pub revision: i64,
    /// What this save changed; nothing when nothing differs.
    pub changes: Vec<Change>,
}

impl Command for EditSettings {
    type Output = Saved;
    const NAME: &'static str = "settings.edit";

    async fn run(self, tx: &mut WriteTx) -> Result<Saved> {
        let tenant = tenants::load(tx.tx()).await?;
        let before = SettingsDraft::of(&tenant);
        let revision = tenants::settings_revision(tx.tx()).await?;
        if revision != self.revision {
            let stale = stale(Code::SettingsRevisionConflict, &before, &self.draft);
            return Err(Error::Blocked(Code::SettingsRevisionConflict, stale));
        }
        let changed = self.draft.apply(&tenant).map_err(Error::Invalid)?;
        let after = SettingsDraft::of(&changed);
        let told = differences(&before, &after);
        if told.is_empty() {
            return Ok(Saved {
                settings: after,
                revision,
                changes: told,
            });
        }
        let revision = tenants::update_settings(tx.tx(), &changed).await?;
        tx.audit(AuditEntry {
            actor: self.actor,
            action: Self::NAME,
            object_type: "settings",
            object_id: Some(tenant.id.to_string()),
            diff: Value::Object(diff(&before, &after)),
        });
        tx.config_changed();
        Ok(Saved {
            settings: after,
            revision,
            changes: told,
        })
    }
}

/// What stands there now, wherever it differs from what was sent, so that whoever was slower sees it.
pub(super) fn stale(
    code: Code,
    now: &impl serde::Serialize,
    sent: &impl serde::Serialize,
) -> Vec<FieldError> {
    differences(now, sent)
        .into_iter()
        .map(|change| {
            let message = if change.before.is_empty() {
                Bilingual::new("أصبح هذا الحقل فارغاً.", "This is empty now.")
            } else {
                Bilingual::new(
                    format!("القيمة الآن: {}", change.before),
                    format!("It is now: {}", change.before),
                )
            };
            FieldError::with_message(change.field, code, message)
        })
        .collect()
}

/// As the audit log keeps it: the addresses of people are masked.
fn diff(before: &SettingsDraft, after: &SettingsDraft) -> Map<String, Value> {
    let described = |draft: &SettingsDraft| match serde_json::to_value(draft) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let mut diff = changes(&described(before), &described(after));
    for side in diff.values_mut() {
        let listed = side.get_mut("notify_emails").and_then(Value::as_array_mut);
        for address in listed.into_iter().flatten() {
            *address = email::masked(address.as_str().unwrap_or_default()).into();
        }
    }
    diff
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_log_masks_the_addresses_of_people() {
        let before = SettingsDraft {
            notify_emails: vec!["fatima@nakhla.example".into()],
            ..SettingsDraft::default()
        };
        let after = SettingsDraft {
            notify_emails: vec!["farah@nakhla.example".into()],
            ..SettingsDraft::default()
        };
        let masked = json!({ "notify_emails": ["f•••@nakhla.example"] });
        assert_eq!(
            Value::Object(diff(&before, &after)),
            json!({ "before": masked, "after": masked }),
            "that it changed is kept, who it was is not"
        );
    }
}

//! What an administrator changes about the tenant itself: its branding and settings, and the forms that are saved by themselves ([`super::bank`],
//! [`super::terms`]). One save is one audit entry.

use sadu_db::tenants::{self, Form};
use sadu_db::{Actor, AuditEntry, Job, WriteTx};
use sadu_domain::changes::{Change, differences};
use sadu_domain::email;
use sadu_domain::error::{Code, FieldError};
use sadu_domain::form::SettingsForm;
use sadu_domain::lang::Bilingual;
use sadu_domain::settings::SettingsDraft;
use serde::Serialize;
use serde_json::{Map, Value};

use super::changes::changes;
use crate::error::{Error, Result};
use crate::repository::Command;

/// How a form of the settings is kept.
pub trait Kept: SettingsForm {
    /// Whose revision counts.
    const FORM: Form;
    /// Of the audit entry.
    const ACTION: &'static str;
    /// On what, in the audit entry.
    const OBJECT: &'static str;
    /// What whoever saves second is told.
    const STALE: Code;

    /// Masks in one side of the audit entry what the log is not to hold.
    fn mask(_side: &mut Map<String, Value>) {}

    /// What follows a change by `actor`.
    ///
    /// # Errors
    /// Those of [`Job::of`].
    fn follows(_actor: &Actor) -> Result<Option<Job>> {
        Ok(None)
    }
}

/// A change to one of the forms: the whole of it as the page has it.
#[derive(Debug)]
pub struct Edit<F> {
    /// What was sent.
    pub draft: F,
    /// The revision the form began with.
    pub revision: i64,
    /// Who.
    pub actor: Actor,
}

/// A form as committed.
#[derive(Debug, Clone)]
pub struct Saved<F> {
    /// All of it.
    pub draft: F,
    /// To be sent with the next change.
    pub revision: i64,
    /// What this save changed; nothing when nothing differs.
    pub changes: Vec<Change>,
}

impl<F: Kept> Command for Edit<F> {
    type Output = Saved<F>;
    const NAME: &'static str = F::ACTION;

    async fn run(self, tx: &mut WriteTx) -> Result<Saved<F>> {
        let tenant = tenants::load(tx.tx()).await?;
        let before = F::of(&tenant);
        let revision = tenants::revision(tx.tx(), F::FORM).await?;
        if revision != self.revision {
            let stale = stale(F::STALE, &before, &self.draft);
            return Err(Error::Blocked(F::STALE, stale));
        }
        let changed = self
            .draft
            .apply(&tenant, tenant.day(tx.now()))
            .map_err(Error::Invalid)?;
        let after = F::of(&changed);
        let told = differences(&before, &after);
        if told.is_empty() {
            return Ok(Saved {
                draft: after,
                revision,
                changes: told,
            });
        }
        let revision = tenants::update(tx.tx(), F::FORM, &changed).await?;
        if let Some(job) = F::follows(&self.actor)? {
            tx.enqueue(job);
        }
        tx.audit(AuditEntry {
            actor: self.actor,
            action: F::ACTION,
            object_type: F::OBJECT,
            object_id: Some(tenant.id.to_string()),
            diff: Value::Object(diff(&before, &after)),
        });
        tx.config_changed();
        Ok(Saved {
            draft: after,
            revision,
            changes: told,
        })
    }
}

impl Kept for SettingsDraft {
    const FORM: Form = Form::Settings;
    const ACTION: &'static str = "settings.edit";
    const OBJECT: &'static str = "settings";
    const STALE: Code = Code::SettingsRevisionConflict;

    /// The addresses of people.
    fn mask(side: &mut Map<String, Value>) {
        let listed = side.get_mut("notify_emails").and_then(Value::as_array_mut);
        for address in listed.into_iter().flatten() {
            *address = email::masked(address.as_str().unwrap_or_default()).into();
        }
    }
}

/// What stands there now, wherever it differs from what was sent, so that whoever was slower sees it.
pub(super) fn stale(code: Code, now: &impl Serialize, sent: &impl Serialize) -> Vec<FieldError> {
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

/// A form as its fields.
pub(super) fn described(form: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(form) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// As the audit log keeps it.
fn diff<F: Kept>(before: &F, after: &F) -> Map<String, Value> {
    let mut diff = changes(&described(before), &described(after));
    for side in diff.values_mut().filter_map(Value::as_object_mut) {
        F::mask(side);
    }
    diff
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::json;

    /// What the log keeps of a change.
    pub(in super::super) fn logged<F: Kept>(before: &F, after: &F) -> Value {
        Value::Object(diff(before, after))
    }

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
            logged(&before, &after),
            json!({ "before": masked, "after": masked }),
            "that it changed is kept, who it was is not"
        );
    }
}

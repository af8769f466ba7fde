//! The account that transfers go to. Whoever looks after the tenant is told of a new one by mail: nobody else would notice before the
//! money is gone.

use sadu_db::tenants::Form;
use sadu_db::{Actor, Job};
use sadu_domain::bank::BankDraft;
use sadu_domain::error::Code;
use sadu_domain::iban;
use sadu_domain::job::BankChanged;
use serde_json::{Map, Value};

use super::settings::Kept;
use crate::error::Result;

impl Kept for BankDraft {
    const FORM: Form = Form::Bank;
    const ACTION: &'static str = "bank.edit";
    const OBJECT: &'static str = "bank";
    const STALE: Code = Code::BankRevisionConflict;

    fn mask(side: &mut Map<String, Value>) {
        if let Some(number) = side.get_mut("iban") {
            let masked = iban::validate(number.as_str().unwrap_or_default());
            *number = masked.map_or(Value::Null, |iban| iban.masked().into());
        }
    }

    fn follows(actor: &Actor) -> Result<Option<Job>> {
        let own = actor.via.is_none();
        let by = actor.id.parse().ok().filter(|_| own);
        Ok(Some(Job::of(&BankChanged { by })?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::tests::logged;
    use super::*;
    use serde_json::json;

    #[test]
    fn the_log_masks_the_numbers_and_still_says_that_they_changed() {
        let with = |iban: &str| BankDraft {
            iban: iban.to_owned(),
            ..BankDraft::default()
        };
        let (old, new) = (
            with("KW45DEMO0000000000001000010101"),
            with("KW81CBKU0000000000001234560101"),
        );
        let masked = |iban: &str| json!({ "iban": iban });
        assert_eq!(
            logged(&old, &new),
            json!({ "before": masked("KW45 DEMO •••• 0101"), "after": masked("KW81 CBKU •••• 0101") })
        );
        assert_eq!(logged(&with(""), &new)["before"]["iban"], Value::Null);
        assert_eq!(logged(&old, &old), json!({}));
    }
}

//! The account that transfers go to, as an administrator has it in front of them: read whole, sent back whole.
//!
//! An account is replaced, never taken away: what is offered could not be paid for any more.

use crate::error::{Code, FieldError};
use crate::form::{Errors, SettingsForm, both, in_each};
use crate::iban::{self, Iban, IbanError, KUWAITI};
use crate::lang::Bilingual;
use crate::tenant::{BankDetails, Settings, Tenant};
use crate::text;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Longest name of a bank or of an account's holder, in characters. A bank's form takes no more.
pub const NAME_MAX: usize = 80;

/// The account as it is sent. Every field is there; names in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankDraft {
    /// Name of the bank; needed in each language offered.
    pub bank: Bilingual,
    /// Name of the account's holder, as the bank has it; needed in each language offered.
    pub beneficiary: Bilingual,
    /// An IBAN of Kuwait, as people write it.
    pub iban: String,
}

impl SettingsForm for BankDraft {
    const FIELDS: &'static [&'static str] = &["bank", "beneficiary", "iban"];

    fn of(tenant: &Tenant) -> Self {
        tenant
            .settings
            .bank
            .as_ref()
            .map_or_else(Self::default, |account| Self {
                bank: account.bank.clone(),
                beneficiary: account.beneficiary.clone(),
                iban: account.iban.as_str().to_owned(),
            })
    }

    fn apply(&self, tenant: &Tenant, _today: NaiveDate) -> Result<Tenant, Vec<FieldError>> {
        let mut errors = Errors::default();
        let mut name = |field, typed: &Bilingual| {
            let read = both(field, typed, NAME_MAX, &mut errors, text::clean);
            in_each(field, typed, &read, &tenant.settings.languages, &mut errors);
            read
        };
        let bank = name("bank", &self.bank);
        let beneficiary = name("beneficiary", &self.beneficiary);
        let account = iban(&self.iban, &mut errors).map(|iban| BankDetails {
            beneficiary,
            bank,
            iban,
        });
        errors.finish(Tenant {
            settings: Settings {
                bank: account,
                ..tenant.settings.clone()
            },
            ..tenant.clone()
        })
    }
}

/// The number, or what is wrong with it in words that help to find the mistake.
fn iban(typed: &str, errors: &mut Errors) -> Option<Iban> {
    if typed.trim().is_empty() {
        errors.add("iban", Code::RequestFieldRequired);
        return None;
    }
    let (ar, en) = match iban::kuwaiti(typed) {
        Ok(iban) => return Some(iban),
        Err(IbanError::Country) => (
            "هذا ليس رقم حساب في الكويت: آيبان الكويت يبدأ بالحرفين KW.".to_owned(),
            "This is not an account in Kuwait: an IBAN of Kuwait begins with KW.".to_owned(),
        ),
        Err(IbanError::Length) => {
            let count = iban::compact(typed).chars().count();
            (
                format!("آيبان الكويت {KUWAITI} حرفاً ورقماً، وعدد ما كتبته {count}."),
                format!("An IBAN of Kuwait has {KUWAITI} letters and digits; this has {count}."),
            )
        }
        Err(IbanError::Form) => (
            "آيبان الكويت: KW ثم رقمان، ثم أربعة أحرف لاتينية للبنك، ثم 22 رقماً أو حرفاً.".to_owned(),
            "An IBAN of Kuwait is KW and two digits, four Latin letters of the bank, then 22 digits or letters.".to_owned(),
        ),
        Err(IbanError::Check) => (
            "رقم منه غير صحيح: لا يطابق رقمي التحقق. راجعه على ورقة البنك.".to_owned(),
            "One of its digits is not right: the check digits do not fit. Please compare it with the bank's paper.".to_owned(),
        ),
    };
    errors.explain("iban", Code::BankIbanInvalid, ar, en);
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::lang::Lang;
    use crate::settings::tests::{tenant, today};

    fn draft() -> BankDraft {
        BankDraft {
            bank: Bilingual::new("البنك التجاري", "Commercial Bank"),
            beneficiary: Bilingual::new("جمعية الواحة", "Waha Society"),
            iban: "kw81 cbku 0000 0000 0000 1234 5601 01".to_owned(),
        }
    }

    fn amiss(draft: &BankDraft, tenant: &Tenant) -> Vec<(String, Code)> {
        let errors = draft.apply(tenant, today()).err().unwrap_or_default();
        errors.into_iter().map(|e| (e.field, e.code)).collect()
    }

    #[test]
    fn what_is_saved_is_what_is_read_again_and_nothing_else_changes() {
        let before = tenant();
        let after = draft().apply(&before, today()).unwrap();
        let read = BankDraft::of(&after);
        assert_eq!(read.iban, "KW81CBKU0000000000001234560101");
        assert_eq!(read.apply(&after, today()).unwrap(), after);
        let settings = Settings {
            bank: before.settings.bank.clone(),
            ..after.settings.clone()
        };
        assert_eq!(Tenant { settings, ..after }, before);
    }

    #[test]
    fn a_name_is_needed_in_each_language_offered() {
        let mut tenant = tenant();
        let mut one = draft();
        one.bank.en = "  ".to_owned();
        one.beneficiary.ar.clear();
        assert_eq!(
            amiss(&one, &tenant),
            [
                ("bank.en".to_owned(), Code::RequestFieldRequired),
                ("beneficiary.ar".to_owned(), Code::RequestFieldRequired)
            ]
        );
        tenant.settings.languages = vec![Lang::Ar];
        one.beneficiary.ar = "جمعية".to_owned();
        assert_eq!(amiss(&one, &tenant), []);
        one.bank.ar = "ب".repeat(NAME_MAX + 1);
        assert_eq!(
            amiss(&one, &tenant),
            [("bank.ar".to_owned(), Code::TextTooLong)]
        );
    }

    #[test]
    fn a_number_that_cannot_be_is_told_with_what_is_wrong() {
        let told = |iban: &str| {
            let draft = BankDraft {
                iban: iban.to_owned(),
                ..draft()
            };
            let errors = draft.apply(&tenant(), today()).err().unwrap_or_default();
            let [error] = errors.as_slice() else {
                panic!("{iban}: {errors:?}");
            };
            assert_eq!(error.field, "iban");
            (error.code, error.message.en.clone())
        };
        assert_eq!(told(" ").0, Code::RequestFieldRequired);
        for (iban, word) in [
            ("GB82WEST12345698765432", "begins with KW"),
            ("KW81CBKU00000000000012345601", "this has 28"),
            ("KW811BKU0000000000001234560101", "four Latin letters"),
            ("KW81CBKU0000000000001234560102", "check digits"),
        ] {
            let (code, message) = told(iban);
            assert_eq!(code, Code::BankIbanInvalid);
            assert!(message.contains(word), "{iban}: {message}");
        }
    }
}

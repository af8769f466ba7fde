//! The words of `/admin/settings/bank`, in both languages side by side. Each is written for its language.

use sadu_domain::lang::Lang;

use super::sheet_words;
use super::words::lexicon;

lexicon! {
    /// The account that transfers go to.
    Words {
        title: "الحساب البنكي", "Bank account";
        lead: "يظهر هذا الحساب لكل من يختار التحويل، وفي صفحة التواصل. حين يتغيّر نخبر كل المديرين بالبريد.", "Whoever chooses to pay by transfer sees this account; so does the contact page. When it changes, every administrator is told by mail.";
        none_title: "لا طريقة للدفع بعد", "No way to pay yet";
        none_body: "لا يُنشر شيء ولا يُستقبل مال قبل إضافة الحساب.", "Nothing can be published, and no money can come in, before there is an account.";
        account: "الحساب", "Account";
        bank: "اسم البنك", "Name of the bank";
        beneficiary: "اسم صاحب الحساب", "Name of the account holder";
        beneficiary_hint: "كما هو مسجل في البنك", "As the bank has it";
        iban: "رقم الآيبان", "IBAN";
        iban_hint: "30 حرفاً ورقماً تبدأ بالحرفين KW. لا بأس بالمسافات والأرقام العربية.", "30 letters and digits that begin with KW. Spaces and Arabic digits are fine.";
        shown: "هكذا يراه من يحوّل", "As people who pay will see it";
    }
}

/// The name of a field by its path: `bank.ar`.
#[must_use]
pub fn field(path: &str, lang: Lang) -> String {
    let t = Words::of(lang);
    sheet_words::field(path, lang, |name| match name {
        "bank" => Some(t.bank),
        "beneficiary" => Some(t.beneficiary),
        "iban" => Some(t.iban),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_in_both_languages() {
        let arabic = |text: &str| text.chars().any(|c| ('\u{0620}'..='\u{064A}').contains(&c));
        for (name, ar, en) in Words::ALL {
            assert!(arabic(ar) && !arabic(en), "{name}");
        }
    }

    #[test]
    fn every_field_has_a_name() {
        assert_eq!(field("bank.ar", Lang::En), "Name of the bank in Arabic");
        assert_eq!(field("iban", Lang::Ar), "رقم الآيبان");
    }
}

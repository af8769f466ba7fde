//! What is said around every form that is saved whole: the settings, the account, a page of the tenant's own.

use sadu_domain::lang::Lang;

use super::audit_words;
use super::words::lexicon;

lexicon! {
    /// Around a form.
    Words {
        parts: "أقسام الإعدادات", "Parts of the settings";
        general: "العامة", "General";
        bank: "الحساب البنكي", "Bank account";
        logo: "الشعار", "Logo";
        terms: "الأسئلة والشروط", "Questions and terms";
        plan: "الخطة", "Plan";
        arabic: "بالعربية", "in Arabic";
        english: "بالإنجليزية", "in English";
        preview: "معاينة", "Preview";
        preview_now: "عاين دون حفظ", "Preview without saving";
        save: "احفظ", "Save";
        saved: "حُفظ، وهو على موقعكم الآن.", "Saved, and on your site now.";
        same: "لم يتغير شيء، فلم نحفظ شيئاً.", "Nothing was changed, so nothing was saved.";
        last: "آخر تعديل", "Last change";
        errors: "بعض الحقول بحاجة إلى مراجعة", "Some fields need another look";
        stale: "حفظ زميل لك تعديلاً قبل قليل", "A colleague has just saved something";
        stale_more: "ما كتبته باقٍ في النموذج. هذا ما هو محفوظ الآن حيث يختلف؛ إن حفظت ثانيةً حلّ ما كتبته محله.", "What you typed is still in the form. This is what stands there now where it differs; saving again replaces it with yours.";
        nothing: "فارغ", "empty";
        prove_title: "أثبت هويتك قبل الحفظ", "Confirm it is you before saving";
        prove_body: "مضى أكثر من ربع ساعة على آخر إثبات لهويتك. ما كتبته باقٍ: أثبت هويتك في نافذة جديدة، ثم احفظ هنا.", "You last proved who you are more than a quarter of an hour ago. What you typed stays: confirm in a new tab, then save here.";
        prove: "إثبات الهوية", "Confirm it is you";
        unsaved: "لم تُحفظ التغييرات بعد", "Not saved yet";
        open_site: "افتح الموقع", "Open the site";
    }
}

/// The name of a field by its path, in a language where it has two: `bank.ar`, `notify_emails[1]`. `own` are the form's own names; the
/// others are those of the audit log.
#[must_use]
pub fn field(path: &str, lang: Lang, own: impl Fn(&str) -> Option<&'static str>) -> String {
    let whole = path.split('[').next().unwrap_or(path);
    let w = Words::of(lang);
    let (name, of) = match whole.rsplit_once('.') {
        Some((name, "ar")) => (name, Some(w.arabic)),
        Some((name, "en")) => (name, Some(w.english)),
        _ => (whole, None),
    };
    let word = own(name).map_or_else(|| audit_words::field(name, lang), str::to_owned);
    match of {
        Some(of) => format!("{word} {of}"),
        None => word,
    }
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
}

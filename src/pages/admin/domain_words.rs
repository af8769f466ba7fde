//! The words of `/admin/domains`, in both languages side by side. Each is written for its language.

use sadu_domain::lang::Lang;

use crate::pages::words::lexicon;

lexicon! {
    /// The page of a tenant's own names.
    Names {
        title: "أسماء النطاقات", "Domain names";
        intro: "يظهر موقعكم تحت اسم تملكونه بعد إثبات الملكية بسجل واحد في DNS. نعيد التحقق منه كل يوم، فأبقوه في مكانه.", "Your site can answer on a name that you own, once one DNS record proves it. We look for the record every day, so please leave it in place.";
        add: "إضافة اسم", "Add a name";
        host: "اسم النطاق", "Domain name";
        host_hint: "مثل \u{2066}give.nakhla.org\u{2069}", "Such as give.nakhla.org";
        add_button: "أضف الاسم", "Add";
        empty: "لا أسماء خاصة بعد. يعمل الموقع على عنوانه لدى المنصة.", "No names of your own yet. The site answers on its address at the platform.";
        record: "أضف هذا السجل لدى مزوّد النطاق، ثم اضغط «تحقّق»:", "Set this record with your DNS provider, then press Check:";
        record_type: "النوع", "Type";
        record_name: "الاسم", "Name";
        record_value: "القيمة", "Value";
        check: "تحقّق", "Check";
        release: "التخلي عن الاسم", "Give it up";
        release_claim: "إلغاء الطلب", "Withdraw";
        visit: "فتح الموقع", "Visit";
        checked: "آخر تحقق", "Last checked";
        failing: "لم نجد السجل في آخر تحقق. يتوقف الاسم بعد ثلاث مرات متتالية.", "The record was missing at the last look. After three in a row the name stops answering.";
        kept: "محجوز لكم حتى", "Kept for you until";
        done: "تم، وسُجّل في سجل العمليات.", "Done, and written in the audit log.";
    }
}

impl Names {
    /// The words of `lang`.
    #[must_use]
    pub const fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::Ar => &Self::AR,
            Lang::En => &Self::EN,
        }
    }
}

/// The word of a state, and the tone it is shown in.
#[must_use]
pub fn state(state: &str, lang: Lang) -> (&'static str, &'static str) {
    let (ar, en, tone) = match state {
        "live" => ("يعمل", "Live", "success"),
        "suspended" => ("متوقف: السجل مفقود", "Stopped: record missing", "danger"),
        "released" => ("متروك", "Given up", "plain"),
        _ => ("بانتظار الإثبات", "Waiting for proof", "warning"),
    };
    match lang {
        Lang::Ar => (ar, tone),
        Lang::En => (en, tone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_in_both_languages() {
        let arabic = |text: &str| text.chars().any(|c| ('\u{0600}'..='\u{06FF}').contains(&c));
        for (name, ar, en) in Names::ALL {
            assert!(arabic(ar) && !arabic(en), "{name}");
        }
    }
}

//! The words of `/admin/settings`, in both languages side by side. Each is written for its language.

use sadu_domain::lang::Lang;

use super::sheet_words;
use super::words::lexicon;

lexicon! {
    /// The page of branding and settings.
    Words {
        title: "الإعدادات", "Settings";
        lead: "ما تحفظه هنا يظهر على موقعكم فوراً، ويُسجَّل ما كان قبله وما صار بعده.", "What you save here is on your site at once. What it was before and what it became is kept on record.";
        identity: "الاسم", "Name";
        name: "اسم الجهة", "Name of the organisation";
        tagline: "العبارة التعريفية", "Tagline";
        tagline_hint: "سطر واحد تحت الاسم وفي نتائج البحث", "One line under the name and in search results";
        home: "الصفحة الرئيسية والتذييل", "Home page and footer";
        hero: "عنوان الصفحة الرئيسية", "Headline of the home page";
        hero_hint: "تظهر العبارة التعريفية إن تُرك فارغاً", "The tagline stands there when it is empty";
        footer: "نص أسفل كل صفحة", "Text at the foot of every page";
        look: "الألوان", "Colours";
        look_hint: "يُفحص كل لون في كل مكان يُقرأ فيه، بتباين 4.5 إلى 1 على الأقل", "Each colour is checked wherever it is read, for a contrast of at least 4.5 to 1";
        primary: "اللون الأساسي", "Primary colour";
        primary_hint: "للروابط والأزرار، مثل \u{2066}#0F6B4F\u{2069}", "Links and buttons, like #0F6B4F";
        accent: "اللون الثاني", "Second colour";
        accent_hint: "للوسوم وخيط النسيج الثاني", "Labels, and the second thread of the weave";
        sample_label: "أوشك على الاكتمال", "Nearly there";
        sample_title: "بئر ماء لقرية", "A well for a village";
        sample_link: "التفاصيل", "Details";
        sample_give: "تبرع الآن", "Give now";
        sample_buy: "اطلب الآن", "Order now";
        language: "اللغة والأرقام والتقويم", "Language, digits and calendar";
        languages: "لغات الموقع", "Languages of the site";
        ar: "العربية", "Arabic";
        en: "الإنجليزية", "English";
        default_language: "اللغة الأساسية", "Main language";
        digits: "الأرقام في الصفحات العربية", "Digits on Arabic pages";
        latin: "لاتينية: 25.500", "Latin: 25.500";
        arabic_indic: "عربية: ٢٥٫٥٠٠", "Arabic-Indic: ٢٥٫٥٠٠";
        hijri: "إظهار التاريخ الهجري بجانب الميلادي", "Show the Hijri date beside the Gregorian";
        hijri_offset: "رؤية الهلال مقارنة بتقويم أم القرى", "When the moon was sighted, against Umm al-Qura";
        hijri_before: "قبله بيوم", "A day before";
        hijri_same: "كما في التقويم", "As the tables say";
        hijri_after: "بعده بيوم", "A day after";
        contact: "التواصل", "Contact";
        phone: "الهاتف", "Phone";
        email: "البريد الإلكتروني", "E-mail";
        address: "العنوان", "Address";
        hours: "أوقات العمل", "Hours";
        notify: "الإشعارات", "Notifications";
        notify_emails: "من يُبلَّغ بالبريد", "Who is told by e-mail";
        notify_hint: "عنوان في كل سطر، خمسة على الأكثر. لا تظهر للعامة.", "One address a line, five at most. They are not shown to anybody.";
        licence: "الترخيص", "Licence";
        licence_number: "رقم الترخيص", "Number";
        authority: "الجهة المانحة", "Given by";
        valid_until: "سارٍ حتى", "Valid until";
    }
}

/// The name of a field by its path: `name.ar`, `notify_emails[1]`.
#[must_use]
pub fn field(path: &str, lang: Lang) -> String {
    let t = Words::of(lang);
    sheet_words::field(path, lang, |name| match name {
        "name" => Some(t.name),
        "licence.number" => Some(t.licence_number),
        "licence.authority" => Some(t.authority),
        "licence.valid_until" => Some(t.valid_until),
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
        use sadu_domain::form::SettingsForm;
        use sadu_domain::settings::SettingsDraft;
        for name in SettingsDraft::FIELDS {
            assert_ne!(field(name, Lang::En), *name);
        }
        assert_eq!(field("hero.ar", Lang::En), "Home page headline in Arabic");
        assert_eq!(field("notify_emails[2]", Lang::En), "Who is told");
    }
}

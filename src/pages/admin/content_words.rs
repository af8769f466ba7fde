//! The words of `/admin/pages`, in both languages side by side. Each is written for its language.

use sadu_domain::content::PageName;
use sadu_domain::lang::Lang;

use super::words::lexicon;

lexicon! {
    /// The pages that a tenant writes itself.
    Words {
        title: "صفحات الموقع", "Pages";
        lead: "نصوص تكتبونها أنتم، بالعربية والإنجليزية. ما لم تكتبوه يظهر بدلاً منه نص جاهز منا.", "Texts of your own, in Arabic and English. Where you have written nothing, a text of ours stands there.";
        ours: "نص جاهز", "Our text";
        none: "بلا نص", "No text";
        yours: "نصكم", "Your text";
        heading: "العنوان", "Heading";
        heading_hint: "اتركه فارغاً لعنوان الموقع المعتاد", "Leave it empty for the site's own word";
        body: "النص", "Text";
        body_hint: "سطر فارغ بين الفقرات. # لعنوان، - لقائمة، **غليظ**، و[كلمة](https://…) لرابط.", "An empty line between paragraphs. # for a heading, - for a list, **bold**, [word](https://…) for a link.";
        arabic: "بالعربية", "in Arabic";
        english: "بالإنجليزية", "in English";
        preview: "معاينة", "Preview";
        preview_now: "عاين دون حفظ", "Preview without saving";
        save: "احفظ", "Save";
        saved: "حُفظت الصفحة، وهي على موقعكم الآن.", "Saved, and on your site now.";
        same: "لم يتغير شيء، فلم نحفظ شيئاً.", "Nothing was changed, so nothing was saved.";
        errors: "بعض الحقول بحاجة إلى مراجعة", "Some fields need another look";
        stale: "حفظ زميل لك هذه الصفحة قبل قليل", "A colleague has just saved this page";
        stale_more: "ما كتبته باقٍ في النموذج. هذا ما هو محفوظ الآن حيث يختلف؛ إن حفظت ثانيةً حلّ ما كتبته محله.", "What you typed is still in the form. This is what stands there now where it differs; saving again replaces it with yours.";
        unsaved: "لم تُحفظ التغييرات بعد", "Not saved yet";
        open_page: "افتح الصفحة", "Open the page";
    }
}

/// The name of a page.
#[must_use]
pub fn page(name: PageName, lang: Lang) -> &'static str {
    let (ar, en) = match name {
        PageName::About => ("من نحن", "About us"),
        PageName::Faq => ("الأسئلة الشائعة", "Questions and answers"),
        PageName::Policies => ("السياسات", "Policies"),
        PageName::Privacy => ("إشعار الخصوصية", "Privacy notice"),
        PageName::Contact => ("تواصل معنا", "Contact"),
        PageName::TransparencyIntro => ("مقدمة صفحة الشفافية", "Introduction to transparency"),
    };
    match lang {
        Lang::Ar => ar,
        Lang::En => en,
    }
}

/// The name of a field by its path.
#[must_use]
pub fn field(path: &str, lang: Lang) -> String {
    let t = Words::of(lang);
    let (word, of) = match path {
        "title.ar" => (t.heading, t.arabic),
        "title.en" => (t.heading, t.english),
        "body.ar" => (t.body, t.arabic),
        _ => (t.body, t.english),
    };
    format!("{word} {of}")
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

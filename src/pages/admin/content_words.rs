//! The words of `/admin/pages`, in both languages side by side. Each is written for its language.

use sadu_domain::content::PageName;
use sadu_domain::lang::Lang;

use super::sheet_words;
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
        body_hint: "سطر فارغ بين الفقرات. \u{2066}#\u{2069} لعنوان، \u{2066}-\u{2069} لقائمة، \u{2066}**غليظ**\u{2069} لما يُبرَز، و\u{2066}[كلمة](https://…)\u{2069} لرابط.", "An empty line between paragraphs. # for a heading, - for a list, **bold**, [word](https://…) for a link.";
        asked: "تظهر في صفحة الأسئلة الأسئلةُ المكتوبة في الإعدادات. ما تكتبه هنا يظهر قبلها.", "The page shows the questions written in the settings. What you write here stands before them.";
        asked_go: "عدّل الأسئلة في الإعدادات", "Edit the questions in the settings";
        in_settings: "أسئلتكم من الإعدادات", "Your questions, from the settings";
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
    sheet_words::field(path, lang, |name| match name {
        "title" => Some(t.heading),
        _ => Some(t.body),
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
}

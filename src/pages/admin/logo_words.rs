//! The words of `/admin/settings/logo`, in both languages side by side. Each is written for its language.

use sadu_domain::lang::Lang;

use super::sheet_words;
use super::words::lexicon;

lexicon! {
    /// The logo.
    Words {
        title: "الشعار", "Logo";
        lead: "يظهر أعلى كل صفحة، وفي البريد، وفي صورة المشاركة، ولمحركات البحث. نعيد رسمه على أرضية بيضاء.", "It stands at the head of every page, in mails, on the picture of shared links, and tells search engines who you are. It is drawn anew on white.";
        now: "أعلى الصفحة الآن", "The head of your pages now";
        none: "لا شعار بعد: تظهر علامة منسوجة بألوانكم.", "No logo yet: a mark woven in your colours stands there.";
        chosen: "هكذا ستظهر الصورة التي اخترتها. لم تُرسل بعد.", "This is how the picture you chose will look. It is not sent yet.";
        waiting: "وصلت الصورة، ويُعاد رسمها الآن", "Your picture has arrived and is being drawn";
        waiting_more: "يستغرق ذلك لحظات، ويبقى ما يظهر الآن حتى يجهز الجديد.", "This takes moments. What is shown now stays until it is ready.";
        look_again: "انظر ثانيةً", "Look again";
        refused: "لم تُقبل الصورة الأخيرة", "The last picture was not taken";
        choose: "اختر صورة الشعار", "Choose the picture of your logo";
        limits: "JPEG أو PNG أو WebP، حتى 15 ميغابايت. يكفي عرض 480 بكسل، ولا يقل عن 96.", "JPEG, PNG or WebP, up to 15 MB. 480 pixels across are enough, 96 the least.";
        send: "أرسل الشعار", "Send the logo";
        remove: "أزل الشعار", "Take the logo away";
    }
}

/// The name of a field by its path.
#[must_use]
pub fn field(path: &str, lang: Lang) -> String {
    sheet_words::field(path, lang, |_| Some(Words::of(lang).choose))
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

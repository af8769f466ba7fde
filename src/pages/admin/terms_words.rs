//! The words of `/admin/settings/terms`, in both languages side by side. Each is written for its language.

use sadu_domain::lang::Lang;

use super::sheet_words;
use super::words::lexicon;

lexicon! {
    /// Questions and terms.
    Words {
        title: "الأسئلة والشروط", "Questions and terms";
        lead: "ما يجده الناس في الصفحة الرئيسية وصفحة الأسئلة، وما يُطبع بجانب زر الإرسال عند الدفع.", "What people find on the home page and among the questions, and what is printed beside the button at checkout.";
        faq: "أسئلة يكثر السؤال عنها", "Questions people ask";
        faq_hint: "بالترتيب الذي تظهر به. لحذف سؤال أفرغ خاناته.", "In the order they are shown. To take one out, empty its fields.";
        question: "السؤال {n}", "Question {n}";
        answer: "جواب {n}", "Answer {n}";
        more: "أضف سؤالاً", "Add a question";
        terms: "ما يُطبع عند الدفع", "Printed at checkout";
        policy: "سياسة الاسترداد", "Refund policy";
        policy_shop: "سياسة الإرجاع", "Returns policy";
        policy_hint: "متى يُعاد المال، وكيف. تظهر أيضاً في صفحة السياسات.", "When money is given back, and how. It is on the policies page too.";
        delivery: "التوصيل", "Delivery";
        delivery_hint: "إلى أين، وكم يستغرق، وبكم", "Where to, how long it takes, and what it costs";
        gold: "سعر الذهب لحاسبة الزكاة", "Price of gold for the zakat calculator";
        gold_hint: "تبدأ الحاسبة بهذا السعر وتقول من أي يوم هو. بعد ثلاثة أيام تنبّه إلى أنه قديم، ومن دونه تسأل عنه.", "The calculator begins with it and says of which day it is. After three days it warns that it is old; without one it asks.";
        gram: "سعر غرام الذهب الخالص (عيار 24)", "Price of a gram of pure gold (24 karat)";
        gram_hint: "بالدينار، مثل 41.250", "In dinars, such as 41.250";
        on: "سعر يوم", "Price of the day";
        source: "المصدر", "Where it comes from";
        source_hint: "مثل: بيت التمويل، سوق الذهب", "Such as a bank, or the gold market";
        shown: "هكذا تظهر للناس", "As people will see them";
    }
}

/// The name of a field by its path: `policy.ar`, `faq[1].q.en`.
#[must_use]
pub fn field(path: &str, lang: Lang) -> String {
    let t = Words::of(lang);
    let own = |name: &str| match name {
        "q" => Some(t.question),
        "a" => Some(t.answer),
        "faq" => Some(t.faq),
        "policy" => Some(t.policy),
        "delivery" => Some(t.delivery),
        "gold_price.gram" => Some(t.gram),
        "gold_price.on" => Some(t.on),
        "gold_price.source" => Some(t.source),
        "gold_price" => Some(t.gold),
        _ => None,
    };
    let of_list = path
        .strip_prefix("faq[")
        .and_then(|rest| rest.split_once("]."));
    match of_list {
        Some((n, part)) => {
            let n: usize = n.parse().unwrap_or_default();
            sheet_words::field(part, lang, own).replace("{n}", &n.saturating_add(1).to_string())
        }
        None => sheet_words::field(path, lang, own),
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

    #[test]
    fn every_field_has_a_name() {
        assert_eq!(field("faq[1].q.ar", Lang::En), "Question 2 in Arabic");
        assert_eq!(field("faq[0].a.en", Lang::Ar), "جواب 1 بالإنجليزية");
        assert_eq!(
            field("gold_price.source.ar", Lang::En),
            "Where it comes from in Arabic"
        );
        assert_eq!(field("policy.en", Lang::En), "Refund policy in English");
    }
}

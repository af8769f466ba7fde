//! Our own text for a page that a tenant has not written: true of every tenant as the product works, and in both languages.
//! The editor begins with it.

use super::{PageDraft, PageName};
use crate::lang::{Bilingual, Lang};
use crate::tenant::{Tenant, TenantKind};

const ABOUT_AR: &str = "**{name}** – {tagline}\n\nنستقبل {what} عبر هذا الموقع، ويحصل كل طلب على رقم مرجعي تتابعه به خطوة بخطوة. \
للأسئلة زوروا [صفحة التواصل](/ar/contact).";
const ABOUT_EN: &str = "**{name}** – {tagline}\n\nWe take {what} on this site. Each gets a reference number with which it is followed \
step by step. If you have a question, please see our [contact page](/en/contact).";

const FAQ_AR: &str = "## كيف أعرف أن طلبي وصل؟\n\nيظهر لك رقم مرجعي فور الإتمام وقبل الدفع. به وبآخر أربعة أرقام من هاتفك ترى حالته في \
[صفحة المتابعة](/ar/track)، وتتغير إلى «تم الاستلام» حين يصل المبلغ فعلاً.\n\n## هل أحتاج إلى حساب؟\n\nلا. الاسم ورقم الهاتف يكفيان.\n\n\
## هل يظهر اسمي للعامة؟\n\nلا يظهر متى طلبت إخفاءه عند الإتمام. ما نحفظه عنك ولماذا مكتوب في [إشعار الخصوصية](/ar/privacy).";
const FAQ_EN: &str = "## How do I know that it arrived?\n\nYou see a reference at once, before you pay. With it and the last four digits of your \
phone the [tracking page](/en/track) shows where it stands, and it turns to “Received” when the money is really there.\n\n## Do I need an \
account?\n\nNo. A name and a phone number are enough.\n\n## Is my name shown to the public?\n\nNot when you ask for it to be hidden. What we keep \
about you and why is written in our [privacy notice](/en/privacy).";

const PRIVACY_AR: &str = "يبيّن هذا الإشعار ما نجمعه عنك في هذا الموقع ولماذا، وكم نحتفظ به، وما لك من حقوق. المسؤول عن بياناتك هو **{name}**.\n\n\
## ما نجمعه\n\n- **اسمك ورقم هاتفك**، عند كل {one}.\n- **بريدك الإلكتروني**، إن كتبته. ليس مطلوباً.\n- **ما اخترته ومبلغه** وطريقة الدفع والرقم \
المرجعي، وملاحظتك إن كتبت واحدة.\n- **من أي رابط أو حملة وصلت** عند إتمام الطلب، إن كان الرابط يحمل ذلك.\n\nلا نطلب رقمك المدني ولا تاريخ ميلادك، \
ولا نرى بيانات بطاقتك.\n\n## لماذا\n\n- لنسجّل {one}ك وتجد حالته برقمه المرجعي وهاتفك، ونكتب إليك حين يصل المبلغ إن تركت بريدك.\n- لنجيبك إذا سألت، ولنعيد لك مالك إن لزم.\n- لنفي بما تطلبه \
الجهات الرقابية من سجلات.\n\nالأساس هو موافقتك حين ترسل النموذج، ثم التزامنا النظامي بحفظ السجلات المالية. لا نستعمل بياناتك للتسويق، ولا نبيعها ولا \
نعطيها لأحد خارج هذا الغرض.\n\n## كيف نحفظها\n\nيُحفظ اسمك ورقمك وبريدك مشفّرة بمفتاح خاص بهذه الجهة وحدها. لا يراها من فريقنا إلا من يذكر سبباً، ويُسجَّل \
ذلك. تعمل المنصة التقنية سدو بتكليف منا، ولا تستعمل بياناتك لنفسها. لا نستعمل ملفات تتبّع؛ يحفظ متصفحك اللغة التي اخترتها لا غير.\n\n## كم نحتفظ بها\n\nنحتفظ \
ببيانات {one}ك ما دام القانون يطلب حفظ السجلات المالية. ولا تُحذف بعد ذلك من تلقاء نفسها، ولك حينئذٍ أن تطلب منا حذف ما يدل عليك فتبقى المبالغ وحدها. \
وإذا أُغلق هذا الموقع نهائياً أتلفت المنصة مفتاح تشفيره وحذفت بياناته كلها، بعد ثلاثين يوماً من الإغلاق على الأقل، وتزول نسخها الاحتياطية حين تنتهي مدتها.\n\n## حقوقك\n\nلك أن تطلب في أي وقت: \
الاطلاع على بياناتك، وتصحيحها، وحذفها متى لم يعد القانون يطلب حفظها، وسحب موافقتك على ما سيأتي. من كان دون الثامنة عشرة فموافقة ولي أمره لازمة.\n\n\
## كيف تصل إلينا\n\n{contact}\n\nكُتب هذا الإشعار بالعربية والإنجليزية وفق لائحة حماية خصوصية البيانات رقم 26 لسنة 2024 الصادرة عن الهيئة العامة للاتصالات وتقنية \
المعلومات في دولة الكويت.";
const PRIVACY_EN: &str = "This notice says what we collect about you on this site and why, how long we keep it, and what you may ask of us. **{name}** is \
responsible for your data.\n\n## What we collect\n\n- **Your name and phone number**, with every {one}.\n- **Your e-mail address**, if you give one. It is \
not required.\n- **What you chose**, its amount, how you pay, the reference, and your note if you write one.\n- **The link or campaign that brought you**, \
when you finish, if the link carries it.\n\nWe do not ask for your civil ID or date of birth, and we never see the details of your card.\n\n## Why\n\n- To \
record your {one}, let you find it by its reference and your phone, and write to you when the money arrives if you left an e-mail address.\n- To answer when you ask, and to return your money if that is due.\n- To keep the \
records that authorities ask of us.\n\nThe basis is your consent when you send the form, and after that our duty to keep financial records. We do not use \
your data for marketing, and we never sell it or give it to anybody outside this purpose.\n\n## How it is kept\n\nYour name, phone and e-mail are kept \
encrypted, with a key that belongs to this organisation alone. Our staff see them only for a stated reason, which is recorded. The Sadu platform works on our \
behalf and does not use your data for itself. There are no tracking cookies; your browser keeps the language you chose, nothing else.\n\n## How long\n\nWe keep \
the data of your {one} as long as the law asks us to keep financial records. After that it is not deleted by itself: you may then ask us to \
delete what names you, so that the amounts alone remain. If this site is closed for good, the platform destroys its encryption key and deletes all of its \
data, thirty days after the closing at the earliest; copies in backups go when those run out.\n\n## Your rights\n\nYou may ask at any time to see your data, to have it corrected, to have it deleted once the law no longer asks us to keep it, and \
to withdraw your consent for what is to come. Under eighteen, a guardian’s consent is needed.\n\n## How to reach us\n\n{contact}\n\nThis notice is written in \
Arabic and English, following Kuwait’s Data Privacy Protection Regulation No. 26 of 2024 (CITRA).";

/// Our text for `name`; empty where the page has enough without one.
#[must_use]
pub fn default(name: PageName, tenant: &Tenant) -> PageDraft {
    let (ar, en) = match name {
        PageName::About => (ABOUT_AR, ABOUT_EN),
        // A tenant that has questions of its own needs none of ours.
        PageName::Faq if tenant.settings.faq.is_empty() => (FAQ_AR, FAQ_EN),
        PageName::Privacy => (PRIVACY_AR, PRIVACY_EN),
        PageName::Faq | PageName::Policies | PageName::Contact | PageName::TransparencyIntro => {
            return PageDraft::default();
        }
    };
    PageDraft {
        title: Bilingual::default(),
        body: Bilingual::new(filled(ar, tenant, Lang::Ar), filled(en, tenant, Lang::En)),
    }
}

fn filled(text: &str, tenant: &Tenant, lang: Lang) -> String {
    let charity = tenant.kind == TenantKind::Charity;
    let (one, what) = match (lang, charity) {
        (Lang::Ar, true) => ("تبرع", "التبرعات"),
        (Lang::Ar, false) => ("طلب", "الطلبات"),
        (Lang::En, true) => ("gift", "gifts"),
        (Lang::En, false) => ("order", "orders"),
    };
    text.replace("{one}", one)
        .replace("{what}", what)
        .replace("{contact}", &contact(tenant, lang))
        .replace("{name}", &literal(tenant.name.get(lang)))
        .replace("{tagline}", &literal(tenant.tagline.get(lang)))
}

/// Where rights are asked for: what the tenant has said of itself, and always its contact page.
fn contact(tenant: &Tenant, lang: Lang) -> String {
    let mut ways = Vec::new();
    if let Some(phone) = &tenant.phone {
        // A link keeps its digits in their order in a text that runs from right to left.
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        ways.push(format!("[{}](tel:+{digits})", literal(phone)));
    }
    if let Some(email) = &tenant.settings.contact.email {
        ways.push(format!("<{email}>"));
    }
    ways.push(match lang {
        Lang::Ar => "[صفحة التواصل](/ar/contact)".to_owned(),
        Lang::En => "our [contact page](/en/contact)".to_owned(),
    });
    ways.join(" · ")
}

/// A text of the tenant's in Markdown, in which nothing of it means anything.
fn literal(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let escape = c.is_ascii_punctuation().then_some('\\');
            escape.into_iter().chain([c])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::super::Rendered;
    use super::*;
    use crate::settings::tests::tenant;

    #[test]
    fn the_privacy_notice_says_what_it_must_in_both_languages() {
        let notice = Rendered::of(&default(PageName::Privacy, &tenant()));
        for (lang, words) in [
            (
                Lang::Ar,
                [
                    "رقم هاتفك",
                    "لماذا",
                    "كم نحتفظ",
                    "لا تُحذف بعد ذلك من تلقاء نفسها",
                    "حقوقك",
                    "وحذفها",
                    "26",
                ],
            ),
            (
                Lang::En,
                [
                    "phone number",
                    "Why",
                    "How long",
                    "not deleted by itself",
                    "Your rights",
                    "deleted",
                    "26",
                ],
            ),
        ] {
            let text = notice.body(lang).as_str();
            for word in words
                .into_iter()
                .chain([tenant().name.get(lang), "3000 0101"])
            {
                assert!(text.contains(word), "{word}: {text}");
            }
            assert!(!text.contains('{'), "{text}");
        }
    }

    #[test]
    fn every_text_of_ours_may_be_stored_as_it_is() {
        let mut tenant = tenant();
        tenant.name.en = "<b>*Bold* & [Sons](javascript:x)</b>".into();
        for name in PageName::ALL {
            let ours = default(*name, &tenant);
            assert_eq!(ours.parse(*name).unwrap(), ours, "{name}");
        }
        let about = Rendered::of(&default(PageName::About, &tenant));
        let text = about.body(Lang::En).as_str();
        assert!(
            text.contains("&lt;b&gt;*Bold* &amp; [Sons](javascript:x)"),
            "{text}"
        );
    }
}

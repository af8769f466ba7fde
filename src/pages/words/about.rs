//! Words of the pages about the tenant: questions, policies, contact, transparency.

use super::lexicon;

lexicon! {
    /// Questions, policies, contact, transparency.
    About {
        faq: "الأسئلة الشائعة", "Questions and answers";
        faq_none: "لم تُنشر أسئلة بعد.", "No questions are published yet.";
        about: "من نحن", "About us";
        policies: "السياسات", "Policies";
        privacy: "إشعار الخصوصية", "Privacy notice";
        privacy_more: "ما نجمعه عنك ولماذا وكم نحتفظ به، وما لك من حقوق.", "What we collect about you and why, how long we keep it, and what you may ask of us.";
        payment: "الدفع", "Payment";
        payment_body: "لا تنتقل أموالك عبر المنصة: التحويل يصل مباشرة إلى حساب الجهة المذكور في صفحة التواصل.", "Your money does not pass through the platform: a transfer goes straight to the account named on the contact page.";
        contact: "تواصل معنا", "Contact us";
        contact_lead: "يسعدنا أن نسمع منك.", "We are glad to hear from you.";
        contact_none: "لم تُنشر طرق التواصل بعد، وستظهر هنا.", "Ways to reach us will appear here.";
        email: "البريد الإلكتروني", "E-mail";
        address: "العنوان", "Address";
        hours: "أوقات العمل", "Hours";
        account: "حسابنا البنكي الرسمي", "Our official bank account";
        account_more: "لا نجمع على حساب غيره. إن وصلك رقم آخر باسمنا فأخبرنا.", "We collect on no other account. If you are given another one in our name, tell us.";
        transparency: "الشفافية", "Transparency";
        transparency_lead: "ما طُلب وما جُمع لكل مشروع، كما هو في دفاترنا الآن.", "What each project asked for and what it raised, as it stands in our books now.";
        transparency_none: "لم يصلنا شيء بعد. ما نطلبه لكل مشروع وما يُجمع له يظهر هنا.", "Nothing has come in yet. What each project asks for and raises will stand here.";
        counted: "يُحسب المبلغ مجموعاً حين يصل فعلاً، ويُطرح منه ما أُعيد. الوعود والتحويلات المنتظرة لا تُضاف إليه.", "An amount counts as raised when it has arrived, less what was returned. Promises and awaited transfers are never added.";
        project: "المشروع", "Project";
        target: "المطلوب", "Target";
        raised: "المجموع", "Raised";
        givers: "المتبرعون", "Givers";
        state: "الحالة", "Status";
        open_target: "مفتوح", "Open";
        together: "الإجمالي", "Together";
    }
}

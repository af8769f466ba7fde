//! The words of the audit log's page, and how actions, roles and fields of an entry are named in both languages.

use sadu_domain::lang::Lang;

use super::audit_names as names;
use super::words::lexicon;

lexicon! {
    /// Words of the page.
    Trail {
        title: "سجل العمليات", "Audit log";
        lead: "من فعل ماذا، ومتى، ومن أين. لا يُعدَّل ولا يُحذف.", "Who did what, when and from where. Never edited, never deleted.";
        whole: "السجل سليم: {x}", "The log is whole: {x}";
        broken: "السجل غير سليم ابتداءً من القيد {x}", "The log is not whole from entry {x}";
        broken_more: "ما بعد هذا القيد لا يطابق ما كُتب وقتها. احفظ نسخة منه وأبلغ إدارة المنصة فوراً.", "What follows this entry is not what was written at the time. Export it and tell the platform's people at once.";
        entries_one: "قيد واحد", "1 entry";
        entries_two: "قيدان", "2 entries";
        entries_few: "# قيود", "# entries";
        entries_many: "# قيداً", "# entries";
        entries_other: "# قيد", "# entries";
        anchored: "مثبَّت خارجها {x}", "anchored {x}";
        check: "التحقق من سلامة السجل", "Check the whole log";
        filters: "تصفية السجل", "Filter the log";
        who: "من", "Who";
        anyone: "الجميع", "Anyone";
        system: "النظام", "The system";
        what: "ماذا", "What";
        anything: "كل العمليات", "Everything";
        from: "من يوم", "From";
        to: "إلى يوم", "To";
        apply: "تصفية", "Filter";
        clear: "عرض الكل", "Show everything";
        bad_day: "اكتب اليوم هكذا: 2026-11-24", "Write a day like 2026-11-24";
        save: "حفظ نسخة", "Export";
        save_csv: "جدول CSV", "CSV table";
        save_jsonl: "JSONL مع البصمات", "JSONL with hashes";
        save_verification: "ملف التحقق", "Verification file";
        save_note: "يُطلب منك إثبات هويتك من جديد، ويُسجَّل الحفظ نفسه هنا.", "You will be asked to prove who you are again, and the export itself is entered here.";
        list: "القيود، الأحدث أولاً", "Entries, newest first";
        number: "القيد", "Entry";
        through: "عبر المنصة", "through the platform";
        before: "قبل", "Before";
        after: "بعد", "After";
        details: "البصمة ورقم الطلب", "Hash and request";
        request: "رقم الطلب", "Request";
        hash: "البصمة", "Hash";
        agent: "البرنامج", "Program";
        older: "الأقدم", "Older";
        empty_title: "لا قيود هنا", "No entries here";
        empty_filtered: "لا شيء يطابق هذه التصفية. وسّعها أو اعرض الكل.", "Nothing matches this filter. Widen it, or show everything.";
        empty_new: "ستظهر هنا كل عملية يقوم بها فريقك.", "Whatever your team does will appear here.";
        nothing: "فارغ", "nothing";
        yes: "نعم", "yes";
        no: "لا", "no";
    }
}

/// Action on the wire, and its words. Those on the catalog are in `audit_names`.
const ACTIONS: &[(&str, &str, &str)] = &[
    (
        "order.confirm_transfer",
        "تأكيد وصول تحويل",
        "Confirmed a transfer",
    ),
    (
        "donor.reveal",
        "عرض بيانات متبرع",
        "Looked at a donor's details",
    ),
    ("subject.claim", "تولّي عمل", "Took something on"),
    ("subject.resolve", "إنهاء عمل", "Marked something as done"),
    ("session.begin", "تسجيل دخول", "Signed in"),
    ("session.end", "تسجيل خروج", "Signed out"),
    (
        "session.disown",
        "إنهاء جلسة من مزود الدخول",
        "Session ended by the provider",
    ),
    (
        "session.foreign_host",
        "جلسة على موقع آخر",
        "Session shown on another site",
    ),
    (
        "session.code_replayed",
        "رمز دخول استُعمل مرتين",
        "Sign-in code used twice",
    ),
    (
        "user.bind_identity",
        "ربط حساب دخول",
        "Linked a sign-in account",
    ),
    ("user.invite", "دعوة شخص", "Invited somebody"),
    (
        "user.invite_again",
        "رابط دعوة جديد",
        "Gave a new invitation",
    ),
    (
        "user.withdraw_invitation",
        "سحب دعوة",
        "Withdrew an invitation",
    ),
    (
        "user.accept_invitation",
        "قبول دعوة",
        "Accepted an invitation",
    ),
    ("user.change_role", "تغيير دور", "Changed a role"),
    ("user.disable", "إيقاف حساب", "Switched an account off"),
    ("user.enable", "تفعيل حساب", "Switched an account on"),
    (
        "invitation.reused",
        "دعوة استُعملت مرتين",
        "Invitation used twice",
    ),
    (
        "session.end_all",
        "خروج من كل الأجهزة",
        "Signed out everywhere",
    ),
    ("audit.export", "حفظ نسخة من السجل", "Exported this log"),
    (
        "keys.rotate",
        "تبديل مفتاح التعمية",
        "Changed the encryption key",
    ),
    (
        "tenant.seed_demo",
        "إعداد بيانات التجربة",
        "Prepared demo data",
    ),
    (
        "tenant.suspend",
        "أوقفت المنصة الجهة",
        "The platform switched the tenant off",
    ),
    (
        "tenant.activate",
        "شغّلت المنصة الجهة",
        "The platform switched the tenant on",
    ),
    (
        "tenant.open",
        "فتحت المنصة الجهة",
        "The platform opened the tenant",
    ),
    (
        "tenant.close",
        "أغلقت المنصة الجهة نهائياً",
        "The platform closed the tenant for good",
    ),
    (
        "tenant.export",
        "أخذت المنصة أرشيف الجهة",
        "The platform took the tenant's archive",
    ),
    (
        "tenant.set_plan",
        "غيّرت المنصة الخطة",
        "The platform changed the plan",
    ),
    (
        "plan.set_limits",
        "تغيير حدود خطة",
        "Changed the limits of a plan",
    ),
    (
        "support.grant",
        "أُذن للمنصة بالاطلاع",
        "The platform was let in",
    ),
    (
        "support.begin",
        "بدأت المنصة الاطلاع",
        "The platform began to look in",
    ),
    (
        "support.end",
        "انتهى اطلاع المنصة",
        "The platform stopped looking in",
    ),
    ("settings.edit", "تعديل الإعدادات", "Changed the settings"),
    (
        "bank.edit",
        "تعديل الحساب البنكي",
        "Changed the bank account",
    ),
    ("logo.keep", "تغيير الشعار", "Changed the logo"),
    ("logo.remove", "إزالة الشعار", "Took the logo away"),
    (
        "terms.edit",
        "تعديل الأسئلة والشروط",
        "Changed questions and terms",
    ),
    ("page.edit", "تعديل صفحة", "Changed a page"),
    ("media.announce", "بدء رفع صورة", "Began to send a picture"),
    ("media.complete", "رفع صورة", "Sent a picture"),
    ("media.edit", "تعديل صورة", "Changed a picture"),
    ("media.remove", "حذف صورة", "Deleted a picture"),
    ("domain.claim", "طلب اسم نطاق", "Claimed a domain name"),
    ("domain.verify", "إثبات اسم نطاق", "Proved a domain name"),
    (
        "domain.release",
        "التخلي عن اسم نطاق",
        "Gave a domain name up",
    ),
    (
        "domain.suspend",
        "توقف اسم نطاق",
        "A domain name stopped answering",
    ),
];

/// Every action that a tenant's log may hold, in the order of the filter.
pub fn actions() -> impl Iterator<Item = &'static str> {
    let both = ACTIONS.iter().chain(names::ACTIONS);
    both.map(|(name, _, _)| *name)
}

/// The words of an action.
#[must_use]
pub fn action(name: &str, lang: Lang) -> String {
    named(&[ACTIONS, names::ACTIONS, names::PLATFORM], name, lang)
}

const FIELDS: &[(&str, &str, &str)] = &[
    ("status", "الحالة", "Status"),
    ("paid", "وصل", "Arrived"),
    ("amount", "المبلغ", "Amount"),
    ("received_on", "يوم الوصول", "Day received"),
    ("bank_reference", "مرجع البنك", "Bank reference"),
    ("owner", "يتولاه", "With"),
    ("resolved", "منتهٍ", "Done"),
    ("mfa", "عامل تحقق ثانٍ", "Second factor"),
    ("host", "الموقع", "Site"),
    ("email", "البريد", "E-mail"),
    ("invited_until", "الدعوة حتى", "Invited until"),
    ("invitation", "الدعوة", "Invitation"),
    ("sessions_ended", "جلسات انتهت", "Sessions ended"),
    ("everywhere", "كل الأجهزة", "Every device"),
    ("ended", "جلسات أُنهيت", "Sessions ended"),
    ("issuer", "مزود الدخول", "Provider"),
    ("format", "الصيغة", "Format"),
    ("reason", "السبب", "Reason"),
    ("fields", "ما عُرض", "What was shown"),
    ("items", "المشاريع", "Items"),
    ("orders", "الطلبات", "Orders"),
    ("role", "الدور", "Role"),
    ("name", "الاسم", "Name"),
    ("ticket", "التذكرة", "Ticket"),
    ("write", "التعديل", "May change"),
    ("until", "حتى", "Until"),
    ("why", "كيف", "How"),
    ("served", "كان يعمل", "Was in service"),
    ("failures", "مرات متتالية", "Times in a row"),
    ("before", "قبل", "Before"),
    ("after", "بعد", "After"),
    ("phone", "الهاتف", "Phone"),
    ("email", "البريد", "E-mail"),
    ("step", "الخطوة", "Step"),
    ("slug", "العنوان المختصر", "Address"),
    ("plan", "الخطة", "Plan"),
    ("reference_prefix", "بادئة المراجع", "Prefix of references"),
    ("staff", "العاملون", "People"),
    ("storage_bytes", "التخزين بالبايت", "Storage in bytes"),
    ("ai_tokens", "رموز المساعد", "Assistant tokens"),
    ("title", "العنوان", "Heading"),
    ("body", "النص", "Text"),
    ("tagline", "العبارة التعريفية", "Tagline"),
    ("hero", "عنوان الصفحة الرئيسية", "Home page headline"),
    ("footer", "نص التذييل", "Footer"),
    ("primary", "اللون الأساسي", "Primary colour"),
    ("accent", "اللون الثاني", "Second colour"),
    ("languages", "اللغات", "Languages"),
    ("default_language", "اللغة الأساسية", "Main language"),
    ("digits", "الأرقام", "Digits"),
    ("hijri", "التاريخ الهجري", "Hijri calendar"),
    ("hijri_offset", "فرق الهلال", "Days from the tables"),
    ("address", "العنوان", "Address"),
    ("hours", "أوقات العمل", "Hours"),
    ("notify_emails", "من يُبلَّغ", "Who is told"),
    ("bank", "البنك", "Bank"),
    ("beneficiary", "صاحب الحساب", "Account holder"),
    ("iban", "الآيبان", "Account number"),
    ("faq", "الأسئلة", "Questions"),
    ("policy", "سياسة الاسترداد", "Refund policy"),
    ("delivery", "التوصيل", "Delivery"),
    ("gold_price", "سعر الذهب", "Price of gold"),
    ("licence", "الترخيص", "Licence"),
    ("item", "المشروع", "Item"),
    ("alt", "الوصف", "Text"),
    ("position", "الترتيب", "Place"),
    ("type", "النوع", "Type"),
    ("bytes", "الحجم بالبايت", "Bytes"),
    ("sha256", "بصمة الملف", "Fingerprint of the file"),
    ("uploaded", "وصلت", "Arrived"),
];

/// The words of a field.
#[must_use]
pub fn field(name: &str, lang: Lang) -> String {
    named(&[FIELDS, names::FIELDS], name, lang)
}

const THINGS: &[(&str, &str, &str)] = &[
    ("order", "طلب", "Order"),
    ("session", "جلسة", "Session"),
    (
        "platform_session",
        "جلسة في المنصة",
        "Session at the platform",
    ),
    ("user", "مستخدم", "Person"),
    ("audit", "السجل", "Log"),
    ("tenant", "الموقع", "Site"),
    ("item", "مشروع", "Item"),
    ("domain", "نطاق", "Domain"),
    ("settings", "الإعدادات", "Settings"),
    ("bank", "الحساب البنكي", "Bank account"),
    ("logo", "الشعار", "Logo"),
    ("terms", "الأسئلة والشروط", "Questions and terms"),
    ("page", "صفحة", "Page"),
    ("media", "صورة", "Picture"),
    ("support_session", "اطلاع المنصة", "Platform visit"),
    ("plan", "خطة", "Plan"),
];

/// The words of a kind of thing.
#[must_use]
pub fn thing(name: &str, lang: Lang) -> String {
    named(&[THINGS, names::THINGS], name, lang)
}

/// The words of a role, also of those that are nobody's.
#[must_use]
pub fn role(name: &str, lang: Lang) -> String {
    const ROLES: &[(&str, &str, &str)] = &[
        ("staff", "موظف", "Staff"),
        ("tenant_admin", "مدير", "Administrator"),
        ("platform_admin", "إدارة المنصة", "Platform"),
        ("system", "النظام", "System"),
        ("operator", "المشغّل", "Operator"),
    ];
    named(&[ROLES], name, lang)
}

/// The words of a value that stands for something; none for what people wrote.
#[must_use]
pub fn value(name: &str, lang: Lang) -> Option<String> {
    let known = names::VALUES.iter().find(|(wire, _, _)| *wire == name);
    known.map(|(_, ar, en)| said(ar, en, lang).to_owned())
}

/// Names on the wire, each with its words.
type Table = &'static [(&'static str, &'static str, &'static str)];

fn named(tables: &[Table], name: &str, lang: Lang) -> String {
    tables
        .iter()
        .flat_map(|table| table.iter())
        .find(|(wire, _, _)| *wire == name)
        .map_or(name, |(_, ar, en)| said(ar, en, lang))
        .to_owned()
}

const fn said<'a>(ar: &'a str, en: &'a str, lang: Lang) -> &'a str {
    match lang {
        Lang::Ar => ar,
        Lang::En => en,
    }
}

#[cfg(test)]
#[path = "audit_words_tests.rs"]
mod tests;

//! The words of the console, in both languages side by side. Each is written for its language.

use sadu_domain::lang::Lang;
use sadu_domain::tenant::{TenantKind, TenantStatus};

use crate::pages::words::lexicon;

lexicon! {
    /// The console.
    Console {
        platform: "منصة سدو", "Sadu platform";
        menu: "أقسام المنصة", "Sections";
        tenants: "الجهات", "Tenants";
        log: "السجل", "Log";
        plans: "الخطط", "Plans";
        plans_intro: "ما تتيحه كل خطة. ما تجاوزها يبقى كما هو، ولا يُضاف إليه.", "What each plan allows. What a tenant has beyond it stays; nothing is added.";
        plan: "الخطة", "Plan";
        plan_items: "العناصر", "Items";
        plan_staff: "العاملون والمدعوون", "People and invitations";
        plan_storage: "التخزين بالميغابايت", "Storage in MB";
        plan_ai: "رموز المساعد في الشهر", "Assistant tokens a month";
        plan_tenants: "جهات عليها:", "Tenants on it:";
        plan_save: "احفظ الحدود", "Save the limits";
        plan_changed: "تم، وسُجّل في سجل المنصة.", "Done, and written in the platform's log.";
        plan_change: "تغيير الخطة", "Change the plan";
        plan_change_button: "انقل الجهة إليها", "Put it on this plan";
        open: "جهة جديدة", "New tenant";
        open_title: "افتح جهة جديدة", "Open a tenant";
        open_intro: "يعمل الموقع فور الحفظ، وما فيه مسودات لا يراها الزوار حتى ينشرها أهلها.", "The site works as soon as this is saved. What it begins with are drafts: visitors see none of them before its own people publish.";
        open_known: "فُتحت هذه الجهة من قبل بهذا النموذج.", "This form has opened a tenant already.";
        open_known_go: "انتقل إليها:", "Go there:";
        open_known_other: "لفتح جهة أخرى بما كُتب أدناه أرسل النموذج مرة ثانية.", "To open another one with what is written below, send the form again.";
        open_errors: "لم تُفتح بعد. صحّح ما كُتب بجانبه ملاحظة.", "Not opened yet. Please mend the fields with a note beside them.";
        open_kind: "ما هي", "What it is";
        open_charity: "جمعية خيرية", "A charity";
        open_shop: "متجر", "A shop";
        open_name_ar: "الاسم بالعربية", "Name in Arabic";
        open_name_en: "الاسم بالإنجليزية", "Name in English";
        open_slug: "العنوان المختصر", "Address";
        open_prefix: "بادئة المراجع", "Prefix of references";
        open_prefix_hint: "ثلاثة أحرف، وتُختار من العنوان إن تُركت", "three letters; made from the address if left empty";
        open_licence: "رقم الترخيص", "Licence number";
        open_licence_hint: "لا بد منه للجمعية", "a charity needs one";
        open_until: "صالح حتى", "Holds until";
        open_until_hint: "مثل \u{2066}2027-12-31\u{2069}، إن كان له أجل", "as in 2027-12-31, if it ends";
        open_admin: "بريد أول مدير", "First administrator's e-mail";
        open_admin_name: "اسمه", "Their name";
        optional: "اختياري", "optional";
        open_begin: "بماذا تبدأ", "What it begins with";
        open_begin_with: "مسودات ونصوص مقترحة لنوعها", "Drafts and texts for its kind";
        open_begin_empty: "لا شيء", "Nothing";
        open_button: "افتح الجهة", "Open the tenant";
        ready_title: "الجهة جاهزة", "The tenant is ready";
        ready_prefix: "تبدأ مراجعها بـ", "its references begin with";
        ready_link: "سلّم هذه الدعوة", "Hand this invitation over";
        ready_link_body: "تظهر الآن فقط، وتعمل مرة واحدة حتى", "It is shown only now and works once, until";
        ready_for: "دعوة", "Invitation for";
        ready_again: "فُتحت هذه الجهة من قبل بهذا النموذج نفسه، وظهر رابط دعوتها حينها مرة واحدة.", "This very form opened the tenant before; the link of its invitation was shown then, once.";
        ready_next: "بعد دخوله: يكمل المدير إعدادات الموقع، ويراجع المسودات، ثم ينشر ما يشاء.", "Once inside, the administrator completes the settings, reads the drafts, and publishes what is right.";
        copy: "نسخ", "Copy";
        copied: "نُسخ", "Copied";
        close: "الإغلاق النهائي", "Close for good";
        close_hint: "لا رجعة فيه: لا يعمل شيء من الموقع بعدها، وتنتهي الجلسات كلها. ثم يؤخذ أرشيفها كاملاً من هنا.", "There is no way back: nothing of the site works any more and every session ends. Its whole archive is then taken from here.";
        close_confirm: "للتأكيد اكتب العنوان المختصر:", "To confirm, write its address:";
        close_button: "أغلق الجهة نهائياً", "Close it for good";
        archive_hint: "كل ما لها في ملف واحد، وبيانات الناس فيه مقروءة. يُسجَّل أخذه في السجلين.", "Everything it had in one file, with people's details readable. Taking it is kept in both logs.";
        archive_button: "خذ الأرشيف", "Take the archive";
        sign_out: "تسجيل الخروج", "Sign out";
        other_language: "English", "العربية";
        skip: "إلى المحتوى", "Skip to content";
        find: "ابحث بالاسم أو العنوان المختصر", "Find by name or address";
        find_button: "بحث", "Find";
        none_title: "لا توجد جهة بهذا الاسم", "No tenant of that name";
        none_body: "جرّب جزءاً من الاسم أو العنوان المختصر.", "Try a part of its name or address.";
        visit: "فتح الموقع", "View site";
        raised: "ما وصل", "Received";
        donors: "تبرعات وطلبات", "Gifts and orders";
        staff: "العاملون", "Staff";
        domains: "نطاقات خاصة", "Own domains";
        since: "منذ", "Since";
        look_in: "الاطلاع على الجهة", "Look into it";
        look_in_hint: "تُسجَّل البداية والنهاية والسبب في سجل الجهة، ويظهر لها شريط طوال الجلسة. لا تُعرض بيانات المتبرعين ولا تُصدَّر.", "Begin, end and reason are written in the tenant's own log, and every page says that you are there. Donors' details stay hidden and nothing can be exported.";
        reason: "السبب", "Reason";
        reason_hint: "تقرؤه الجهة.", "The tenant reads it.";
        ticket: "رقم الطلب أو التذكرة", "Ticket";
        minutes: "المدة بالدقائق", "Minutes";
        minutes_hint: "من 1 إلى 30", "1 to 30";
        write: "السماح بتعديل النصوص والإعدادات", "Allow changes to texts and settings";
        look_in_button: "ابدأ الاطلاع", "Look in";
        suspend: "الإيقاف", "Switch off";
        suspend_hint: "يرى الزوار صفحة تقول إن الموقع متوقف، وتُغلق شاشات العاملين خلال ثوانٍ.", "Visitors see a page that says so; staff screens close within seconds.";
        what: "ماذا يتوقف", "What stops";
        what_all: "الموقع كله", "The whole site";
        what_money: "استقبال المبالغ فقط، وتبقى الصفحات", "Taking money only; pages stay";
        suspend_button: "أوقف الجهة", "Switch it off";
        activate: "إعادة التشغيل", "Switch on";
        activate_button: "شغّل الجهة", "Switch it on";
        changed: "تم، وسُجّل في سجل الجهة وسجل المنصة.", "Done, and written in the tenant's log and the platform's.";
        going_title: "جارٍ الانتقال إلى الجهة", "On the way to the tenant";
        going_body: "ينتقل المتصفح تلقائياً. الرابط صالح لدقيقة واحدة ولمرة واحدة.", "Your browser goes on by itself. The link is good for a minute, once.";
        going_link: "انتقل الآن", "Go now";
        log_intro: "كل ما فعله من يديرون المنصة، بالترتيب، ولا يمكن تعديله.", "Everything that those who run the platform did, in order; it cannot be changed.";
        log_good: "السلسلة سليمة", "The chain holds";
        log_bad: "انقطعت السلسلة عند القيد", "The chain breaks at entry";
        log_on: "على", "On";
        log_who: "مَن", "Who";
        log_tenant: "الجهة", "Tenant";
        log_before: "قبل", "Before";
        log_after: "بعد", "After";
        log_older: "الأقدم", "Older";
        jobs: "المهام", "Jobs";
        jobs_intro: "ما يجري بعد كل حفظ: البريد وما يطول. مجاميع فقط، بلا بيانات.", "What follows every commit: mail, and what takes long. Sums only, no data.";
        jobs_waiting: "تنتظر", "Waiting";
        jobs_running: "تجري", "Running";
        jobs_pausing: "تُعاد لاحقاً", "Tried again later";
        jobs_failed: "فشلت", "Failed";
        jobs_none_failed: "لا مهام فاشلة", "None failed";
        jobs_oldest: "أقدم ما ينتظر", "Oldest waiting";
        jobs_empty: "لا شيء ينتظر.", "Nothing waits.";
        jobs_dead: "فشلت في كل محاولة", "Failed at every try";
        jobs_tries: "المحاولات", "Tries";
        jobs_error: "آخر خطأ", "Last error";
        jobs_again: "أعد التشغيل", "Run it again";
        jobs_again_done: "ستُعاد، وسُجّل ذلك في سجل المنصة.", "It will be run again; that is in the platform's log.";
        log_empty: "لا قيود بعد.", "No entries yet.";
    }
}

impl Console {
    /// The words of `lang`.
    pub(super) const fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::Ar => &Self::AR,
            Lang::En => &Self::EN,
        }
    }
}

/// A state of a tenant: its word, and the tone it is shown in.
pub(in crate::pages) const fn status(
    status: TenantStatus,
    lang: Lang,
) -> (&'static str, &'static str) {
    let (ar, en, tone) = match status {
        TenantStatus::Trial => ("تجربة", "Trial", "accent"),
        TenantStatus::Active => ("تعمل", "Active", "success"),
        TenantStatus::Suspended => ("متوقفة", "Switched off", "danger"),
        TenantStatus::CollectionSuspended => ("الاستقبال متوقف", "Taking no money", "warning"),
        TenantStatus::Closed => ("مغلقة", "Closed", "plain"),
    };
    match lang {
        Lang::Ar => (ar, tone),
        Lang::En => (en, tone),
    }
}

/// A kind of tenant.
pub(super) const fn kind(kind: TenantKind, lang: Lang) -> &'static str {
    match (kind, lang) {
        (TenantKind::Charity, Lang::Ar) => "جمعية خيرية",
        (TenantKind::Charity, Lang::En) => "Charity",
        (TenantKind::Shop, Lang::Ar) => "متجر",
        (TenantKind::Shop, Lang::En) => "Shop",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_in_both_languages() {
        let arabic = |text: &str| text.chars().any(|c| ('\u{0600}'..='\u{06FF}').contains(&c));
        for (name, ar, en) in Console::ALL {
            if *name != "other_language" && *name != "minutes_hint" {
                assert!(arabic(ar) && !arabic(en), "{name}");
            }
            assert!(!ar.is_empty() && !en.is_empty(), "{name}");
        }
    }
}

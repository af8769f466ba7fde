//! The words of the staff pages, in both languages side by side, and how kinds and states of orders are named and drawn.
//!
//! Each is written for its language, not translated. Values stand in as `{x}`; `#` is a count in the plural forms.
//! [`Live`] is also what scripts get, as JSON.

use sadu_domain::access::Role;
use sadu_domain::lang::Lang;
use sadu_domain::order::{OrderKind, OrderStatus};
use serde::Serialize;

/// Declares a group of words and its two languages.
macro_rules! lexicon {
    ($(#[$doc:meta])* $group:ident { $($name:ident: $ar:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, serde::Serialize)]
        pub struct $group { $(#[doc = $en] pub $name: &'static str,)+ }

        impl $group {
            const AR: Self = Self { $($name: $ar,)+ };
            const EN: Self = Self { $($name: $en,)+ };
            #[cfg(test)]
            pub(super) const ALL: &'static [(&'static str, &'static str, &'static str)] =
                &[$((stringify!($name), $ar, $en),)+];

            /// The words of `lang`.
            #[must_use]
            pub const fn of(lang: Lang) -> &'static Self {
                match lang {
                    Lang::Ar => &Self::AR,
                    Lang::En => &Self::EN,
                }
            }
        }
    };
}

pub(super) use lexicon;

lexicon! {
    /// Words that only the server writes.
    Desk {
        other_language: "English", "العربية";
        menu: "أقسام لوحة العمل", "Sections";
        inbox: "الوارد", "Inbox";
        funding: "التمويل", "Funding";
        people: "العاملون", "People";
        account: "حسابي", "My account";
        funding_shop: "المبيعات", "Sales";
        audit: "السجل", "Audit log";
        domains: "النطاقات", "Domains";
        room: "المستخدم من خطة «{plan}»: {x} من {y}", "Used of the plan “{plan}”: {x} of {y}";
        room_near: "قاربتم الحد. اطلبوا من المنصة خطة أكبر قبل أن تبلغوه.", "That is nearly all. Ask the platform for a larger plan before it is used up.";
        room_full: "لا مكان للمزيد. اطلبوا من المنصة خطة أكبر.", "There is no room for more. Ask the platform for a larger plan.";
        settings: "الإعدادات", "Settings";
        pages: "الصفحات", "Pages";
        site: "الموقع", "View site";
        sign_out: "تسجيل الخروج", "Sign out";
        role_staff: "موظف", "Staff";
        role_admin: "مدير", "Administrator";
        acting: "المنصة تطّلع على هذه الجهة:", "The platform is looking into this tenant:";
        acting_role: "من المنصة", "From the platform";
        acting_read: "للاطلاع فقط", "looking only";
        acting_write: "مع السماح بتعديل النصوص والإعدادات", "may change texts and settings";
        acting_until: "تنتهي", "ends at";
        acting_leave: "إنهاء الاطلاع", "Leave";
        filters: "تصفية الوارد", "Filter the inbox";
        view_all: "الكل", "All";
        view_transfers: "بانتظار التحويل", "Waiting for transfer";
        view_paid: "مدفوع", "Paid";
        list: "قائمة الوارد", "Inbox list";
        find: "ابحث برقم مرجعي أو هاتف", "Find a reference or a phone";
        find_go: "بحث", "Find";
        found: "نتيجة البحث", "What was found";
        found_donor: "كل ما سجّله هذا المتبرع", "Everything from this donor";
        found_buyer: "كل طلبات هذا المشتري", "Everything from this buyer";
        found_first: "الأحدث أولاً. نعرض أحدث مئة.", "Newest first, the latest hundred.";
        found_none: "لا شيء بهذا الرقم", "Nothing has this number";
        found_none_more: "راجع الأرقام مع المتصل، أو اطلب منه الرقم المرجعي من رسالة التأكيد.", "Read the digits back to the caller, or ask for the reference in their confirmation.";
        find_unclear: "اكتب رقماً مرجعياً مثل {x} أو رقم هاتف", "Write a reference like {x} or a phone number";
        detail: "التفاصيل", "Details";
        older: "الأقدم", "Older";
        empty_title: "ستظهر التبرعات والطلبات هنا فور وصولها", "Gifts and orders will appear here the moment they arrive";
        empty_body: "شارك رابط أحد المشاريع لتبدأ. لا حاجة إلى تحديث الصفحة.", "Share a link to one of your items to begin. No need to reload.";
        pick_title: "اختر سطراً لعرض تفاصيله", "Pick a row to see its details";
        pick_body: "بالمفتاحين J وK تتنقل، وبـ Enter تفتح، وبـ ? ترى كل الاختصارات.", "J and K move, Enter opens, ? shows every shortcut.";
        static_note: "هذه الصفحة لا تتحدث وحدها في هذا المتصفح. أعد التحميل لرؤية الجديد.", "This page does not move by itself in this browser. Reload to see what is new.";
        shortcuts: "اختصارات لوحة المفاتيح", "Keyboard shortcuts";
        key_next: "السطر التالي والسابق", "Next and previous row";
        key_open: "فتح السطر", "Open the row";
        key_claim: "أتولاه أنا", "I take it";
        key_resolve: "إنهاء", "Mark as done";
        key_confirm: "تأكيد وصول التحويل", "Confirm the transfer";
        key_views: "تبديل التصفية", "Switch the filter";
        key_sheet: "هذه القائمة", "This sheet";
        key_close: "إغلاق أو رجوع", "Close or go back";
        close: "إغلاق", "Close";
        back: "الوارد", "Inbox";
        total: "المجموع", "Total";
        paid: "وصل", "Arrived";
        method: "طريقة الدفع", "Paid by";
        donor: "هاتف المتبرع", "Donor's phone";
        buyer: "هاتف المشتري", "Buyer's phone";
        reveal: "عرض بيانات المتبرع", "Show the donor's details";
        reveal_shop: "عرض بيانات المشتري", "Show the buyer's details";
        reveal_reason: "لماذا تحتاج إليها؟", "Why do you need them?";
        reveal_hint: "يُحفظ السبب واسمك ووقت العرض في سجل العمليات", "The reason, your name and the time are kept in the audit log";
        reveal_go: "عرض البيانات", "Show them";
        reveal_name: "الاسم", "Name";
        reveal_phone: "الهاتف", "Phone";
        reveal_email: "البريد", "E-mail";
        reveal_kept: "سُجّل هذا العرض. لا تبقى البيانات هنا بعد إغلاق الصفحة.", "This look is on record. Nothing stays here once you leave the page.";
        anonymous: "الاسم مخفي عن العامة", "Name hidden from the public";
        placed: "وقت التسجيل", "Placed";
        expires: "ننتظره حتى", "Awaited until";
        note: "ملاحظة", "Note";
        lines: "ما يشمله", "What it covers";
        ledger: "الدفعات", "Payments";
        ledger_empty: "لم يصل شيء بعد", "Nothing has arrived yet";
        received_on_short: "وصل يوم", "Received";
        owner: "يتولاه", "With";
        nobody: "لا أحد بعد", "Nobody yet";
        claim: "أتولاه", "I take it";
        resolve: "إنهاء", "Done";
        confirm_title: "تأكيد وصول التحويل", "Confirm the transfer";
        confirm_lead: "بعد أن تراه في كشف الحساب. يُبلَّغ المتبرع فوراً.", "Once you see it in the bank's statement. The donor is told at once.";
        confirm_lead_shop: "بعد أن تراه في كشف الحساب. يُبلَّغ المشتري فوراً.", "Once you see it in the bank's statement. The buyer is told at once.";
        amount: "المبلغ الذي وصل", "Amount that arrived";
        received_on: "يوم الوصول", "Day received";
        bank_reference: "مرجع البنك", "Bank reference";
        bank_reference_hint: "كما هو مطبوع في كشف الحساب", "As printed in the statement";
        confirm: "تأكيد الوصول", "Confirm";
        errors_title: "بقي ما يلزم تصحيحه", "Something needs mending";
        as_of: "محدَّث حتى الساعة", "As of";
        licence_ended: "انتهى ترخيص جمع التبرعات في {day}. لا يستقبل الموقع تبرعات حتى يُسجَّل الترخيص الساري.", "The licence to collect ended on {day}. The site takes no gifts until the one that holds is entered.";
        licence_ended_shop: "انتهى الترخيص التجاري في {day}. لا يستقبل الموقع طلبات حتى يُسجَّل الترخيص الساري.", "The trading licence ended on {day}. The site takes no orders until the one that holds is entered.";
        licence_ends: "ينتهي الترخيص في {day}، وبعده لا يُستقبل شيء حتى يُسجَّل تجديده.", "The licence ends on {day}. After that nothing is taken until its renewal is entered.";
        licence_renew: "إلى إعدادات الترخيص", "To the licence in the settings";
        raised: "جُمع", "Raised";
        sold: "مبيعات مدفوعة", "Sold and paid";
        in_flight: "يُدفع الآن", "Being paid now";
        awaiting: "بانتظار التحويل", "Waiting for transfer";
        donors: "متبرعون", "Donors";
        buyers: "مشترون", "Buyers";
        item: "المشروع", "Item";
        product: "المنتج", "Product";
        target: "المستهدف", "Target";
        percent: "النسبة", "Percent";
        open_fund: "بلا هدف", "No target";
        table: "التمويل لكل مشروع، بالدينار الكويتي", "Funding of each item, in Kuwaiti dinars";
        table_shop: "المبيعات لكل منتج، بالدينار الكويتي", "Sales of each product, in Kuwaiti dinars";
        no_items_title: "ستظهر الأرقام هنا حين تنشر أول مشروع", "Figures will appear here once the first item is published";
        apart: "تُعرض كل حصيلة وحدها ولا تُجمع مع غيرها", "Each sum stands alone; they are never added up";
        draft: "مسودة", "Draft";
        review: "قيد المراجعة", "In review";
        paused: "متوقف مؤقتاً", "Paused";
        funded: "اكتمل تمويله", "Funded";
        executing: "قيد التنفيذ", "In progress";
        completed: "اكتمل", "Completed";
        archived: "مؤرشف", "Archived";
        cancelled: "ملغى", "Cancelled";
    }
}

lexicon! {
    /// Words that scripts write too.
    Live {
        live: "مباشر", "Live";
        catching: "يلحق بما فات", "Catching up";
        offline: "غير متصل منذ {x}", "Offline since {x}";
        replaced: "مفتوحة في نوافذ أخرى، أعد التحميل للمتابعة هنا", "Open in other windows; reload to go on here";
        signed_out: "انتهت جلستك", "You are signed out";
        signed_out_more: "سجّل الدخول من جديد لمتابعة العمل. لم يضع شيء.", "Sign in again to go on. Nothing was lost.";
        sign_in: "تسجيل الدخول", "Sign in";
        new_one: "عنصر جديد", "1 new";
        new_two: "عنصران جديدان", "2 new";
        new_few: "# عناصر جديدة", "# new";
        new_many: "# عنصراً جديداً", "# new";
        new_other: "# عنصر جديد", "# new";
        say_new: "وصل الآن: {x}", "Just in: {x}";
        say_paid: "تأكد وصول {x}", "Received: {x}";
        and_more: "{x} و{n}+", "{x} +{n}";
        now: "الآن", "now";
        yours: "أنت", "You";
        done: "منتهٍ", "Done";
        claimed_yours: "صار عندك", "It is yours";
        claimed_theirs: "سبقك {x} إليه", "{x} has it already";
        resolved: "انتهى العمل عليه", "Marked as done";
        confirmed: "تم تأكيد {x}", "{x} confirmed";
        exact: "المبلغ مطابق: يصبح الطلب مدفوعاً", "Exactly what is due: it will be paid";
        short: "أقل بـ {x}: يبقى الطلب مدفوعاً جزئياً", "Short by {x}: it will stay part paid";
        over: "أكثر بـ {x}: يصبح مدفوعاً وتتبع الزيادة قاعدة المشروع", "Over by {x}: it will be paid, and the rest follows the item's rule";
        over_order: "أكثر بـ {x} من ثمن الطلب: صحّح المبلغ", "Over by {x}: goods have a price, mend the amount";
        comma: "هل تقصد {a} أم {b}؟ اكتب الكسور بعد نقطة.", "Do you mean {a} or {b}? Write decimals after a point.";
        confirm_sum: "تأكيد وصول {x}", "Confirm {x}";
        amount_missing: "اكتب المبلغ، مثل 25.500", "Write the amount, such as 25.500";
        bank_reference_missing: "اكتب مرجع البنك كما في الكشف", "Write the bank's reference as printed";
        day_missing: "اختر يوم الوصول", "Choose the day it was received";
        failed: "لم يصل طلبك إلى الخادم. حاول مرة أخرى، ولن يتكرر التأكيد.", "That did not reach the server. Try again: it will not be done twice.";
        unread: "لا يُفتح دون اتصال. سيُفتح وحده حين يعود.", "It cannot be opened without a connection. It opens by itself once you are back.";
        gone: "لم يعد هذا السطر موجوداً", "This row is no longer there";
        nobody: "لا أحد بعد", "Nobody yet";
        received_on_short: "وصل يوم {x}", "Received {x}";
        over_by: "زيادة عن المطلوب", "More than was due";
        moved: "وصل تبرع جديد: {x}", "A new gift arrived: {x}";
    }
}

/// How a kind or a state is named and drawn.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Mark {
    /// Its word.
    pub word: &'static str,
    /// Its drawing.
    pub icon: &'static str,
    /// Its colour: `success`, `warning`, `danger`, `accent` or `plain`.
    pub tone: &'static str,
}

const fn mark(
    lang: Lang,
    words: (&'static str, &'static str),
    icon: &'static str,
    tone: &'static str,
) -> Mark {
    let word = match lang {
        Lang::Ar => words.0,
        Lang::En => words.1,
    };
    Mark { word, icon, tone }
}

/// The mark of a kind.
#[must_use]
pub const fn kind(kind: OrderKind, lang: Lang) -> Mark {
    match kind {
        OrderKind::Donation => mark(lang, ("تبرع", "Gift"), "gift", "accent"),
        OrderKind::Order => mark(lang, ("طلب", "Order"), "bag", "accent"),
        OrderKind::Pledge => mark(lang, ("تعهد", "Pledge"), "pledge", "accent"),
    }
}

/// The mark of a state.
#[must_use]
pub const fn status(status: OrderStatus, lang: Lang) -> Mark {
    match status {
        OrderStatus::Pending => mark(lang, ("لم يُدفع بعد", "Not paid yet"), "clock", "warning"),
        OrderStatus::AwaitingTransfer => mark(
            lang,
            ("بانتظار التحويل", "Waiting for transfer"),
            "clock",
            "warning",
        ),
        OrderStatus::Paying => mark(lang, ("يُدفع الآن", "Being paid"), "clock", "accent"),
        OrderStatus::PartPaid => mark(lang, ("دُفع جزء منه", "Part paid"), "half", "warning"),
        OrderStatus::Paid => mark(lang, ("مدفوع", "Paid"), "check", "success"),
        OrderStatus::PartRefunded => mark(lang, ("أُعيد جزء منه", "Part refunded"), "back", "plain"),
        OrderStatus::Refunded => mark(lang, ("أُعيد المبلغ", "Refunded"), "back", "plain"),
        OrderStatus::Cancelled => mark(lang, ("ملغى", "Cancelled"), "closed", "plain"),
        OrderStatus::Expired => mark(lang, ("انتهت مهلته", "Expired"), "closed", "plain"),
        OrderStatus::Disputed => mark(lang, ("محل اعتراض", "Disputed"), "alert", "danger"),
        OrderStatus::ChargedBack => mark(lang, ("استرده البنك", "Charged back"), "alert", "danger"),
    }
}

/// The word of a role.
#[must_use]
pub const fn role(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Staff => Desk::of(lang).role_staff,
        Role::TenantAdmin | Role::PlatformAdmin => Desk::of(lang).role_admin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_written_in_its_own_script() {
        let arabic = |text: &str| text.chars().any(|c| ('\u{0600}'..='\u{06FF}').contains(&c));
        let people = super::super::people_words::People::ALL;
        let editing = super::super::item_words::Editing::ALL;
        let pictures = super::super::picture_words::Picturing::ALL;
        for (name, ar, en) in [Desk::ALL, Live::ALL, people, editing, pictures].concat() {
            let values_only = name == "and_more" || name == "other_language";
            assert!(
                values_only || arabic(ar) && !arabic(en),
                "{name}: {ar} / {en}"
            );
            assert_eq!(ar.trim(), ar, "{name}");
            assert_eq!(en.trim(), en, "{name}");
            for value in ["{x}", "{n}", "{a}", "{b}"] {
                assert_eq!(
                    ar.contains(value),
                    en.contains(value),
                    "{name} loses {value}"
                );
            }
        }
    }
}

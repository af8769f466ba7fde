//! The words of the pages on people: those who work here, and one's own account. See [`super::words`].

use sadu_domain::lang::Lang;

use super::words::lexicon;

lexicon! {
    /// Words of `/admin/users` and `/admin/me`.
    People {
        title: "العاملون", "People";
        lead: "من يعمل هنا، وما يُسمح له به. كل تغيير يُسجَّل في سجل التدقيق.", "Who works here, and what they may do. Every change is kept in the audit log.";
        prove_title: "للقراءة فقط الآن", "Only to read for now";
        prove_body: "قبل أن تدعو أحداً أو تغيّر دوره، أكّد هويتك لدى مزوّد الدخول. تبقى صالحة ربع ساعة.", "Before you invite somebody or change a role, confirm your identity with the sign-in provider. It counts for a quarter of an hour.";
        prove: "تأكيد الهوية", "Confirm it is me";
        invite_title: "دعوة شخص", "Invite somebody";
        invite_lead: "يدخل برابط يعمل مرة واحدة خلال سبعة أيام، وبهذا البريد وحده.", "They get in by a link that works once, within seven days, and with this address alone.";
        email: "البريد الإلكتروني", "E-mail address";
        name: "الاسم", "Name";
        role: "الدور", "Role";
        staff: "موظف", "Staff";
        staff_more: "الوارد والطلبات والمحتوى", "Inbox, orders and content";
        admin: "مدير", "Administrator";
        admin_more: "كل ذلك، والأرقام والإعدادات والعاملون", "All of that, and figures, settings and people";
        invite: "إنشاء الدعوة", "Make the invitation";
        link_title: "أُرسلت الدعوة إلى {x}", "The invitation is on its way to {x}";
        link_body: "الرابط في البريد المرسل. وإن تعذّر وصوله فسلّمه بنفسك: يظهر هنا الآن فقط، ويعمل مرة واحدة حتى {x}.", "The link is in the mail. If that does not arrive, pass the link on yourself: it is shown only now and works once, until {x}.";
        link_label: "رابط الدعوة", "Link of the invitation";
        copy: "نسخ", "Copy";
        copied: "نُسخ", "Copied";
        you: "أنت", "You";
        last_seen: "آخر نشاط", "Last active";
        active: "يعمل", "Active";
        disabled: "موقوف", "Switched off";
        invited: "مدعو حتى {x}", "Invited until {x}";
        waiting: "ينتظر أول دخول", "Awaits the first sign-in";
        expired: "انتهت الدعوة", "Invitation expired";
        withdrawn: "سُحبت الدعوة", "Invitation withdrawn";
        manage: "تعديل", "Change";
        manage_of: "تعديل {x}", "Change {x}";
        change_role: "تغيير الدور", "Change the role";
        role_note: "تنتهي جلساته كلها، ويدخل من جديد بدوره الجديد.", "All their sessions end; they sign in again with the new role.";
        disable_title: "إيقاف الحساب", "Switch off";
        disable_note: "يخرج خلال ثوانٍ من كل جهاز ولا يدخل بعدها. يمكنك تفعيله لاحقاً، ويبقى ما عمله مسجلاً باسمه.", "They are signed out everywhere within seconds and cannot come back in. You can switch them on again; what they did stays under their name.";
        disable: "نعم، إيقاف {x}", "Yes, switch {x} off";
        enable: "تفعيل من جديد", "Switch on again";
        invite_again: "رابط جديد", "New link";
        withdraw: "سحب الدعوة", "Withdraw the invitation";
        done_role: "تغيّر الدور", "The role was changed";
        done_disable: "أُوقف الحساب وانتهت جلساته", "Switched off, and signed out everywhere";
        done_enable: "فُعّل الحساب", "Switched on again";
        done_withdraw: "سُحبت الدعوة", "The invitation was withdrawn";
        errors_title: "لم يُحفظ بعد", "Not saved yet";
        account_title: "حسابي", "My account";
        account_lead: "الاسم والبريد والتحقق بخطوتين لدى مزوّد الدخول. هنا ما يخص هذا الموقع.", "Name, address and second factor are with your sign-in provider. Here is what concerns this site.";
        second_factor: "التحقق بخطوتين", "Second factor";
        second_factor_yes: "مستخدم في هذا الدخول", "Used for this sign-in";
        proven: "آخر تأكيد للهوية", "Identity confirmed";
        ends: "تنتهي هذه الجلسة", "This session ends";
        sessions: "أين أنت داخل الآن", "Where you are signed in";
        this_one: "هذا الجهاز", "This device";
        began: "منذ {x}", "Since {x}";
        everywhere_title: "الخروج من كل الأجهزة", "Sign out everywhere";
        everywhere_note: "إن فقدت جهازاً أو نسيت جلسة مفتوحة. يشمل هذا الجهاز أيضاً.", "If you lost a device or left a session open somewhere. This device is included.";
        everywhere: "الخروج من كل الأجهزة", "Sign out everywhere";
    }
}

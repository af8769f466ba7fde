//! How what is done to the catalog and by the platform is named in the audit logs. `audit_words` has the rest, and looks here too.

/// Actions on what a tenant offers.
pub(super) const ACTIONS: &[(&str, &str, &str)] = &[
    ("item.create", "إنشاء مسودة", "Made a draft"),
    ("item.edit", "تعديل مشروع أو منتج", "Changed an item"),
    ("item.submit", "إرسال للاعتماد", "Sent for approval"),
    ("item.return", "إعادة إلى المسودات", "Sent back to drafts"),
    ("item.publish", "نشر", "Published"),
    ("item.pause", "إيقاف مؤقت", "Paused"),
    ("item.activate", "فتح من جديد", "Opened again"),
    ("item.execute", "بدء التنفيذ", "Began the work"),
    ("item.complete", "إعلان الاكتمال", "Marked as completed"),
    ("item.archive", "أرشفة", "Archived"),
    ("item.delete", "حذف مسودة", "Deleted a draft"),
];

/// What the platform does to itself, or to a tenant that is gone: such entries are in its own log alone.
pub(super) const PLATFORM: &[(&str, &str, &str)] = &[
    (
        "job.replay",
        "إعادة تشغيل مهمة متوقفة",
        "Ran a failed job again",
    ),
    (
        "tenant.delete_begin",
        "بدأ حذف الجهة، وأُتلفت مفاتيحها",
        "A tenant's deletion began; its keys are destroyed",
    ),
    (
        "tenant.delete",
        "حُذفت الجهة وكل ما لها",
        "A tenant was deleted with all it had",
    ),
];

/// Fields of what a tenant offers, and of what the platform notes.
pub(super) const FIELDS: &[(&str, &str, &str)] = &[
    ("kind", "النوع", "Kind"),
    ("summary", "الملخص", "Summary"),
    ("story", "التفاصيل", "Story"),
    ("target", "المبلغ المستهدف", "Target"),
    ("price", "السعر", "Price"),
    ("unit", "ما يغطيه السهم", "What a share covers"),
    ("suggested", "مبالغ مقترحة", "Suggested amounts"),
    ("min", "أقل مبلغ", "Smallest amount"),
    ("max", "أعلى مبلغ", "Largest amount"),
    ("zakat_eligible", "يقبل الزكاة", "Takes zakat"),
    (
        "overfunding",
        "إذا اكتمل الهدف",
        "Once the target is reached",
    ),
    ("tags", "الوسوم", "Tags"),
    ("stock", "الكمية", "Pieces in stock"),
    ("total", "المجموع", "Total"),
    ("excess", "الزيادة", "Excess"),
    ("number", "الرقم", "Number"),
    ("authority", "الجهة المرخِّصة", "Authority"),
    ("valid_until", "صالح حتى", "Valid until"),
    ("licence_until", "انتهى الترخيص في", "The licence ended on"),
    ("tenant", "الجهة", "Tenant"),
    ("closed_at", "أُغلقت في", "Closed on"),
    ("rows", "سجلات حُذفت", "Rows deleted"),
    ("objects", "ملفات", "Files"),
    ("jobs", "المهام", "Jobs"),
    ("audit_seq", "آخر قيد في سجلها", "Last entry of its log"),
    ("audit_hash", "بصمة ذلك القيد", "That entry's hash"),
];

/// Values that stand for something: words of the code, not of people.
pub(super) const VALUES: &[(&str, &str, &str)] = &[
    ("close", "يتوقف الاستقبال", "Stop taking gifts"),
    ("continue", "يستمر الاستقبال", "Go on taking gifts"),
    ("left", "خرج بنفسه", "They left"),
    ("expired", "انتهت المدة", "Time ran out"),
    ("unused", "لم يُستعمل", "Never used"),
    ("replayed", "استُعمل الرابط مرتين", "The link was used twice"),
    ("live", "يعمل", "In service"),
    ("latin", "لاتينية", "Latin"),
    ("arabic_indic", "عربية", "Arabic-Indic"),
    ("ar", "العربية", "Arabic"),
    ("en", "الإنجليزية", "English"),
    ("open", "مفتوحة", "Open"),
    ("withdrawn", "مسحوبة", "Withdrawn"),
    ("active", "مفعّل", "Active"),
    ("invited", "مدعو", "Invited"),
    ("disabled", "موقوف", "Switched off"),
];

/// Kinds of things that only the platform's log knows.
pub(super) const THINGS: &[(&str, &str, &str)] = &[("job", "مهمة", "Job")];

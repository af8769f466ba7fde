//! The words of the catalog's pages: the list and the editor.

use sadu_actors::commands::items::ItemStep;
use sadu_domain::catalog::{ItemKind, ItemStatus};
use sadu_domain::lang::Lang;

use super::picture_words::Picturing;
use super::words::lexicon;

lexicon! {
    /// Words of the list and the editor.
    Editing {
        new: "مشروع جديد", "New item";
        new_shop: "منتج جديد", "New product";
        all: "الكل", "All";
        filters: "تصفية حسب الحالة", "Filter by state";
        empty_title: "لا شيء هنا بعد", "Nothing here yet";
        empty_body: "يبدأ كل مشروع بمسودة: عنوان وهدف، ثم تكمل الباقي متى شئت.", "Every item begins as a draft: a title and a target, the rest when you are ready.";
        untitled: "بلا عنوان", "Untitled";
        plan: "الخطة", "Plan";
        as_draft: "لا يراها الزوار قبل النشر.", "Visitors see nothing before it is published.";
        texts: "النصوص", "Texts";
        arabic: "بالعربية", "Arabic";
        english: "بالإنجليزية", "English";
        kind: "النوع", "Kind";
        title: "العنوان", "Title";
        summary: "الملخص", "Summary";
        summary_hint: "جملة أو جملتان تظهران في القوائم وعند المشاركة", "One or two sentences, shown in lists and when shared";
        story: "التفاصيل", "Story";
        story_hint: "كل سطر فقرة", "Each line is a paragraph";
        money: "المبالغ", "Amounts";
        target: "المبلغ المستهدف", "Target";
        target_hint: "اتركه فارغاً لصندوق مفتوح", "Leave it empty for an open fund";
        price: "السعر", "Price";
        share_price: "قيمة السهم", "Price of one share";
        unit: "ما الذي يغطيه السهم", "What one covers";
        stock: "الكمية المتاحة", "Pieces in stock";
        places: "عدد الأماكن", "Places";
        stock_hint: "اتركها فارغة إن كانت لا تُعدّ", "Leave it empty when they are not counted";
        held: "منها محجوز لطلبات قائمة: {x}", "Held by open orders: {x}";
        suggested: "مبالغ مقترحة", "Suggested amounts";
        suggested_hint: "حتى ستة، تظهر أزراراً", "Up to six, shown as buttons";
        min: "أقل مبلغ", "Smallest amount";
        max: "أعلى مبلغ", "Largest amount";
        over: "إذا اكتمل الهدف", "Once the target is reached";
        over_close: "يتوقف الاستقبال", "Stop taking gifts";
        over_continue: "يستمر الاستقبال", "Go on taking gifts";
        over_overflow: "تذهب الزيادة إلى صندوق", "The excess goes to a fund";
        over_fund: "الصندوق", "Fund";
        more: "خيارات أخرى", "More";
        slug: "العنوان المختصر في الرابط", "Address";
        slug_hint: "يُؤخذ من العنوان الإنجليزي إن تُرك فارغاً", "Taken from the English title when left empty";
        tags: "وسوم", "Tags";
        tags_hint: "تفصل بينها فاصلة", "Separated by commas";
        zakat: "يجوز الدفع له من الزكاة", "May be paid from zakat";
        position: "الترتيب في القوائم", "Order in lists";
        position_hint: "الأصغر أولاً", "Small numbers first";
        licence: "ترخيص المشروع", "Licence of the project";
        licence_number: "رقم الترخيص", "Number";
        licence_authority: "الجهة المرخِّصة", "Authority";
        licence_until: "صالح حتى", "Valid until";
        reason: "سبب رفع الهدف", "Why the target rises";
        reason_hint: "يبقى في سجل العمليات", "Kept in the audit log";
        save: "حفظ", "Save";
        create: "إنشاء المسودة", "Create the draft";
        saved: "حُفظ", "Saved";
        created: "أُنشئت المسودة", "The draft is made";
        moved: "تم: {x}", "Done: {x}";
        deleted: "حُذفت المسودة", "The draft is deleted";
        state: "الحالة", "State";
        open_page: "عرض الصفحة", "View the page";
        ready: "جاهز للنشر", "Ready to be published";
        missing: "ينقصه قبل النشر", "Missing before it can be published";
        errors: "بقي ما يلزم تصحيحه", "Something needs mending";
        stale: "عُدّل هذا العنصر قبل حفظك", "This item was changed before you saved";
        stale_more: "ما كتبته محفوظ في هذه الصفحة. قارن ما تغيّر أدناه، ثم احفظ ليبقى ما كتبته أنت.", "What you wrote is still on this page. Compare what changed below, then save to keep what you wrote.";
        stale_now: "المحفوظ الآن", "Stored now";
        empty_value: "فارغ", "empty";
        preview: "كما يراه الزائر", "As a visitor sees it";
        delete: "حذف المسودة", "Delete the draft";
        delete_sure: "تُحذف هذه المسودة نهائياً.", "This draft is deleted for good.";
        kept_kind: "لا يتغير النوع بعد النشر", "The kind stays once published";
        left: "بقي {x} حرفاً", "{x} characters left";
        unsaved: "تغييرات لم تُحفظ", "Unsaved changes";
    }
}

/// The word of a kind.
#[must_use]
pub const fn kind(kind: ItemKind, lang: Lang) -> &'static str {
    let (ar, en) = match kind {
        ItemKind::Product => ("منتج", "Product"),
        ItemKind::Project => ("مشروع بهدف", "Project with a target"),
        ItemKind::Fund => ("صندوق مفتوح", "Open fund"),
        ItemKind::Sponsorship => ("كفالة بأسهم", "Sponsorship by shares"),
        ItemKind::Zakat => ("زكاة", "Zakat fund"),
    };
    match lang {
        Lang::Ar => ar,
        Lang::En => en,
    }
}

/// The word of a state, and how it is drawn.
#[must_use]
pub const fn status(status: ItemStatus, lang: Lang) -> (&'static str, &'static str) {
    let (ar, en, tone) = match status {
        ItemStatus::Draft => ("مسودة", "Draft", "plain"),
        ItemStatus::Review => ("بانتظار الاعتماد", "Waiting for approval", "warning"),
        ItemStatus::Active => ("منشور", "Published", "success"),
        ItemStatus::Paused => ("متوقف مؤقتاً", "Paused", "warning"),
        ItemStatus::Funded => ("اكتمل تمويله", "Funded", "success"),
        ItemStatus::Executing => ("قيد التنفيذ", "In progress", "success"),
        ItemStatus::Completed => ("اكتمل", "Completed", "success"),
        ItemStatus::Archived => ("مؤرشف", "Archived", "plain"),
        ItemStatus::Cancelled => ("ملغى", "Cancelled", "plain"),
    };
    match lang {
        Lang::Ar => (ar, tone),
        Lang::En => (en, tone),
    }
}

/// What the button of a step says.
#[must_use]
pub const fn step(step: ItemStep, lang: Lang) -> &'static str {
    let (ar, en) = match step {
        ItemStep::Submit => ("إرسال للاعتماد", "Send for approval"),
        ItemStep::Return => ("إعادة إلى المسودات", "Back to drafts"),
        ItemStep::Publish => ("نشر", "Publish"),
        ItemStep::Pause => ("إيقاف مؤقت", "Pause"),
        ItemStep::Activate => ("فتح من جديد", "Open again"),
        ItemStep::Execute => ("بدء التنفيذ", "Begin the work"),
        ItemStep::Complete => ("إعلان الاكتمال", "Mark as completed"),
        ItemStep::Archive => ("أرشفة", "Archive"),
    };
    match lang {
        Lang::Ar => ar,
        Lang::En => en,
    }
}

/// The name of a field, for lists of what changed or is missing.
#[must_use]
pub fn field(name: &str, lang: Lang) -> String {
    let t = Editing::of(lang);
    let (base, part) = name.split_once(['.', '[']).unwrap_or((name, ""));
    let word = match base {
        "kind" => t.kind,
        "title" => t.title,
        "summary" => t.summary,
        "story" => t.story,
        "target" => t.target,
        "price" => t.price,
        "unit" => t.unit,
        "stock" => t.stock,
        "suggested" => t.suggested,
        "min" => t.min,
        "max" => t.max,
        "overfunding" => t.over,
        "slug" => t.slug,
        "tags" => t.tags,
        "zakat_eligible" => t.zakat,
        "position" => t.position,
        "licence" => t.licence,
        "reason" => t.reason,
        "status" => t.state,
        "plan" => t.plan,
        "media" => Picturing::of(lang).heading,
        other => other,
    };
    match part {
        "ar" => format!("{word} ({})", t.arabic),
        "en" => format!("{word} ({})", t.english),
        _ => word.to_owned(),
    }
}

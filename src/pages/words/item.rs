//! Words of item cards and of the item page.

use super::lexicon;

lexicon! {
    /// Item cards and the item page.
    Item {
        kind_product: "منتج", "Product";
        kind_project: "مشروع", "Project";
        kind_fund: "صندوق مفتوح", "Open fund";
        kind_sponsorship: "كفالة", "Sponsorship";
        kind_zakat: "زكاة", "Zakat";
        kinds_product: "المنتجات", "Products";
        kinds_project: "المشاريع", "Projects";
        kinds_fund: "الصناديق المفتوحة", "Open funds";
        kinds_sponsorship: "الكفالات", "Sponsorships";
        kinds_zakat: "الزكاة", "Zakat";
        status_active: "مفتوح", "Open";
        status_paused: "متوقف مؤقتاً", "Paused";
        status_funded: "اكتمل التمويل", "Fully funded";
        status_executing: "قيد التنفيذ", "Work in progress";
        status_completed: "أُنجز", "Completed";
        status_archived: "مؤرشف", "Archived";
        zakat_eligible: "يقبل الزكاة", "Zakat-eligible";
        left: "المتبقي", "Left to raise";
        of: "من أصل", "of";
        raised: "جُمع", "Raised";
        percent: "النسبة", "Share";
        donors: "المتبرعون", "Givers";
        price: "السعر", "Price";
        value: "القيمة", "Each";
        funded_line: "اكتمل المبلغ المطلوب", "The whole amount has come in";
        in_flight: "يُدفع الآن", "Being paid right now";
        awaiting: "بانتظار وصول التحويل", "Promised by transfer, not yet here";
        pledged: "تعهدات لم تُدفع بعد", "Pledged, not yet paid";
        apart: "لا تدخل هذه المبالغ في المجموع", "None of these is counted as raised";
        progress_label: "نسبة ما جُمع من المبلغ المطلوب", "Share of the target raised";
        story: "نبذة", "About";
        pictures: "صور أخرى", "More pictures";
        facts: "قبل أن تتبرع", "Before you give";
        facts_closed: "تفاصيل", "Details";
        facts_product: "قبل أن تطلب", "Before you order";
        over_close: "يُغلق التبرع عند اكتمال المبلغ", "Giving closes when the target is reached";
        over_continue: "يستمر التبرع بعد اكتمال المبلغ", "Giving stays open past the target";
        over_overflow: "يُحوَّل الفائض عن المبلغ المطلوب إلى", "Anything beyond the target goes to";
        over_label: "إذا زاد المبلغ", "If more comes in";
        timeline: "ما أُنجز حتى الآن", "What has been done";
        spent: "صُرف", "Spent";
        proof_photo: "صورة", "Photo";
        proof_video: "مقطع مصوّر", "Video";
        proof_invoice: "فاتورة", "Invoice";
        proof_certificate: "شهادة", "Certificate";
        proof_report: "تقرير", "Report";
        proof_handover: "محضر تسليم", "Handover record";
        report_label: "متى تصل التقارير", "When reports come";
        report: "أول تقرير خلال 90 يوماً من اكتمال التمويل، ثم كل 90 يوماً حتى الإنجاز", "First report within 90 days of full funding, then every 90 days until it is done";
        licence_label: "ترخيص المشروع", "Project licence";
        refund_label: "الاسترداد", "Refunds";
        give: "تبرّع", "Give";
        order: "اطلب", "Order";
        amount: "مبلغ التبرع", "Amount of your gift";
        other_amount: "مبلغ آخر", "Other amount";
        finish: "آخر", "The last";
        quantity: "العدد", "Quantity";
        fewer: "أنقص واحداً", "One fewer";
        more: "زد واحداً", "One more";
        in_stock: "متوفر", "In stock";
        last_pieces: "آخر القطع", "Last pieces";
        places_left: "أماكن متاحة", "Places left";
        sold_out: "نفدت الكمية", "Sold out";
        closed_paused: "هذا المشروع متوقف مؤقتاً عن استقبال التبرعات.", "This project is not taking gifts for the moment.";
        closed_funded: "اكتمل تمويل هذا المشروع، شكراً لكل من ساهم.", "This project is fully funded. Thank you to everyone who gave.";
        closed_completed: "أُنجز هذا المشروع بحمد الله.", "This project is complete.";
        closed_product: "هذا المنتج غير متوفر حالياً.", "This product is not available right now.";
        see_others: "مشاريع أخرى تحتاج إليك", "Other projects that need you";
        see_others_product: "منتجات أخرى", "More from the shop";
        live_new: "وصل تبرع جديد. المجموع الآن", "A new gift came in. Raised now";
        share: "شارك عبر واتساب", "Share on WhatsApp";
    }
}

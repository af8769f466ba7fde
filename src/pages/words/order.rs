//! Words of the thank-you page, of tracking and of the error pages.

use super::lexicon;

lexicon! {
    /// Thank-you, tracking and error pages.
    Order {
        thanks: "شكراً لك، سجّلنا تبرعك", "Thank you, your gift is noted";
        thanks_shop: "شكراً لك، سجّلنا طلبك", "Thank you, your order is noted";
        status_title: "حالة طلبك", "Where your order stands";
        reference: "الرقم المرجعي", "Reference number";
        keep_it: "احتفظ به، فهو كل ما تحتاج إليه للمتابعة.", "Keep it: it is all you need to follow up.";
        waiting: "بانتظار الدفع", "Waiting for payment";
        waiting_cash: "تدفع عند الاستلام", "You pay on delivery";
        waiting_cash_more: "سجّلنا طلبك ونجهّزه، وتتغير هذه الصفحة حين يكتمل.", "Your order is noted and being prepared. This page changes once it is complete.";
        received: "تم الاستلام", "Received";
        closed: "مغلق", "Closed";
        part_paid: "وصل جزء من المبلغ", "Part of it has arrived";
        waiting_more: "تتغير هذه الصفحة وحدها حين نستلم المبلغ.", "This page changes by itself when the money arrives.";
        received_more: "استلمنا المبلغ كاملاً، بارك الله فيك.", "We have received the full amount. Thank you.";
        closed_more: "أُغلق هذا الطلب ولم يعد بانتظار الدفع.", "This order is closed and no longer waits for a payment.";
        copy: "نسخ", "Copy";
        copied: "تم النسخ", "Copied";
        share: "واتساب", "WhatsApp";
        share_text: "الرقم المرجعي:", "Reference:";
        follow_at: "للمتابعة:", "Follow it here:";
        transfer_title: "حوّل المبلغ إلى هذا الحساب", "Transfer to this account";
        transfer_memo: "اكتب الرقم المرجعي في خانة البيان كي نعرف أن التحويل منك.", "Put the reference in the memo, so we know the transfer is yours.";
        beneficiary: "المستفيد", "Beneficiary";
        bank: "البنك", "Bank";
        iban: "رقم الحساب (آيبان)", "Account number (IBAN)";
        exact_amount: "المبلغ بالضبط", "Exact amount";
        expires: "ننتظر التحويل حتى", "We wait for it until";
        method_soon: "سنتواصل معك عبر واتساب لإتمام الدفع.", "We will write to you on WhatsApp to arrange payment.";
        method_cash: "جهّز المبلغ نقداً عند التسليم. نتصل بك على رقم هاتفك للاتفاق على العنوان والموعد.", "Please have the amount ready in cash. We call your phone number to agree on the address and the time.";
        lines: "ما يشمله", "What it covers";
        total: "المجموع", "Total";
        paid: "المدفوع", "Paid";
        next: "ما الذي يحدث بعد ذلك", "What happens next";
        step_created: "سُجّل الطلب", "Order noted";
        step_waiting: "ننتظر وصول المبلغ", "We wait for the money";
        step_received: "تم استلام المبلغ", "Money received";
        step_part: "وصل جزء من المبلغ", "Part of the money arrived";
        step_refunded: "أُعيد المبلغ", "Money returned";
        step_closed: "أُغلق الطلب", "Order closed";
        step_work: "التنفيذ", "The work";
        step_work_more: "يبدأ حين يكتمل تمويل المشروع", "Starts when the project is fully funded";
        step_proof: "التقرير الموثّق", "The report";
        step_proof_more: "خلال 90 يوماً من اكتمال التمويل", "Within 90 days of full funding";
        step_prepare: "نجهّز طلبك", "We prepare your order";
        step_deliver: "التوصيل", "Delivery";
        step_deliver_cash: "التوصيل والدفع نقداً", "Delivery, and payment in cash";
        track_title: "تابع طلبك", "Follow your order";
        track_lead: "أدخل الرقم المرجعي وآخر أربعة أرقام من هاتفك.", "Enter your reference and the last four digits of your phone.";
        track_hint: "يبدأ بثلاثة أحرف، تجده في رسالة التأكيد", "It begins with three letters; it is in your confirmation";
        last4: "آخر 4 أرقام من هاتفك", "Last 4 digits of your phone";
        last4_hint: "هكذا نتأكد أن الطلب لك", "This is how we know the order is yours";
        track_submit: "اعرض الحالة", "Show where it stands";
        bad_reference: "هذا الرقم غير مكتمل. راجعه كما ورد في رسالة التأكيد، مثل NKH-229-5041-781.", "This reference is not complete. Check it against your confirmation, like NKH-229-5041-781.";
        not_found: "لا نجد طلباً بهذا الرقم عندنا. تأكد من الرقم ومن اسم الجهة.", "We have no order with this reference. Check the number, and that this is the right site.";
        bad_last4: "اكتب أربعة أرقام.", "Enter four digits.";
        mismatch: "لا تطابق هذه الأرقام هاتف الطلب. جرّب رقماً آخر استعملته.", "These digits do not match the phone of the order. Try another phone you may have used.";
        locked: "محاولات كثيرة. انتظر ربع ساعة ثم أعد المحاولة.", "Too many tries. Wait fifteen minutes, then try again.";
        verify_title: "تحقق لعرض التفاصيل", "Confirm it is yours to see the details";
        e404_title: "لا نجد هذه الصفحة", "We cannot find this page";
        e404_body: "ربما تغيّر عنوانها أو كُتب بخطأ صغير.", "Its address may have changed, or has a small slip in it.";
        e429_title: "تمهّل قليلاً", "One moment";
        e429_body: "وصلتنا منك طلبات كثيرة خلال وقت قصير. انتظر لحظات ثم أعد المحاولة.", "We had many requests from you in a short time. Wait a little, then try again.";
        e503_title: "نعود بعد لحظات", "Back in a moment";
        e503_body: "الإقبال كبير الآن. لم يُفقد شيء مما كتبت، أعد المحاولة بعد قليل.", "Many people are here right now. Nothing is lost: try again shortly.";
        e500_title: "تعذّر عرض الصفحة", "This page did not load";
        e500_body: "الخطأ من عندنا وقد سُجّل. أعد المحاولة بعد قليل.", "The fault is ours and has been noted. Please try again shortly.";
        e400_title: "لم نفهم هذا الطلب", "We could not read that";
        e400_body: "ارجع إلى الصفحة السابقة وأعد المحاولة.", "Go back a page and try again.";
        request_id: "رقم البلاغ", "Ask about";
        go_home: "إلى الصفحة الرئيسية", "To the home page";
        retry: "أعد المحاولة", "Try again";
    }
}

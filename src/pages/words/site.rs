//! Words of the frame around every page, of the home page and of the list.

use super::lexicon;

lexicon! {
    /// Frame, home and lists.
    Site {
        skip: "انتقل إلى المحتوى", "Skip to the content";
        other_language: "English", "العربية";
        menu: "القائمة الرئيسية", "Main menu";
        home: "الرئيسية", "Home";
        projects: "المشاريع", "Projects";
        products: "المنتجات", "Products";
        track: "متابعة طلبك", "Track";
        zakat: "الزكاة", "Zakat";
        licence: "ترخيص", "Licence";
        licence_to: "سارٍ حتى", "valid until";
        kwd: "د.ك", "KWD";
        as_of: "محدَّث حتى الساعة", "As of";
        phone: "الهاتف", "Phone";
        policy: "سياسة الاسترداد", "Refund policy";
        returns: "سياسة الإرجاع", "Returns";
        delivery: "التوصيل", "Delivery";
        faq: "أسئلة يكثر السؤال عنها", "Questions people ask";
        suspended_title: "التبرع متوقف مؤقتاً", "Giving is paused for now";
        suspended_body: "لا نستقبل تبرعات جديدة في الوقت الحالي. يمكنك الاطلاع على المشاريع ومتابعة تبرعاتك السابقة.", "We are not taking new gifts at the moment. You can still read about the projects and follow gifts you made.";
        suspended_shop_title: "الطلب متوقف مؤقتاً", "Orders are paused for now";
        suspended_shop_body: "لا نستقبل طلبات جديدة في الوقت الحالي. يمكنك تصفح المنتجات ومتابعة طلباتك السابقة.", "We are not taking new orders at the moment. You can still browse and follow orders you made.";
        no_way_title: "التبرع من هنا لم يبدأ بعد", "Giving here has not begun yet";
        no_way_shop_title: "الطلب من هنا لم يبدأ بعد", "Orders here have not begun yet";
        no_way_body: "لم نضف بعد حساباً تدفع إليه.", "We have not added an account to pay to yet.";
        no_way_ask: "لديك سؤال؟", "A question?";
        collected_by: "الجهة القائمة على الجمع", "Collected by";
        sold_by: "البائع", "Sold by";
        trust_licence: "جهة مرخّص لها بجمع التبرعات", "Licensed to collect";
        trust_reference: "رقم مرجعي فور إتمام الطلب، قبل الدفع", "A reference number at once, before you pay";
        trust_reports: "تقرير موثّق خلال 90 يوماً من اكتمال التمويل", "A documented report within 90 days of full funding";
        trust_track: "تتابع طلبك خطوة بخطوة دون إنشاء حساب", "Follow your order step by step, no account needed";
        trust_pay: "تحويل بنكي إلى حساب المتجر الرسمي", "Pay by transfer to the shop's own account";
        nearly: "أوشك على الاكتمال", "Nearly there";
        start_here: "ابدأ من هنا", "Start here";
        all_projects: "كل المشاريع", "All projects";
        all_products: "كل المنتجات", "All products";
        open_now: "مفتوح للتبرع الآن", "Open for gifts now";
        done_title: "ما اكتمل تمويله بعطائكم", "Fully funded by your gifts";
        from_shop: "من متجرنا", "From our shop";
        how_title: "كيف يصل تبرعك", "How your gift gets there";
        how_1: "تختار المبلغ وتترك اسمك ورقم هاتفك", "You choose an amount and leave your name and phone";
        how_1_more: "لا حاجة إلى حساب أو كلمة مرور.", "No account, no password.";
        how_2: "تحصل على رقم مرجعي وتعليمات الدفع", "You get a reference and how to pay";
        how_2_more: "اكتب الرقم المرجعي في خانة البيان عند التحويل.", "Put the reference in the memo of your transfer.";
        how_3: "تتغير الحالة إلى «تم الاستلام» ثم يصلك التقرير", "It turns to “Received”, then the report comes";
        how_3_more: "برقمك المرجعي وآخر أربعة أرقام من هاتفك ترى كل خطوة.", "Your reference and the last 4 digits of your phone show every step.";
        how_shop_title: "كيف يصلك طلبك", "How your order reaches you";
        how_shop_1: "تختار المنتج وتترك اسمك ورقم هاتفك", "Pick what you want and leave your name and phone";
        how_shop_2: "تحصل على رقم الطلب وتعليمات الدفع", "You get an order number and how to pay";
        how_shop_3: "نؤكد الدفع ونجهّز طلبك", "We confirm the payment and prepare your order";
        how_shop_3_more: "برقم الطلب وآخر أربعة أرقام من هاتفك ترى كل خطوة.", "Your number and the last 4 digits of your phone show every step.";
        sum_title: "حصيلة المشاريع المعروضة", "The projects shown here, together";
        sum_raised: "جُمع حتى الآن", "Raised so far";
        sum_open: "مشاريع مفتوحة", "Open projects";
        sum_done: "مشاريع اكتمل تمويلها", "Fully funded projects";
        filter_label: "تصفية القائمة", "Filter the list";
        all: "الكل", "All";
        search: "ابحث", "Search";
        search_label: "عمَّ تبحث؟", "What are you looking for?";
        found_none: "لا نتائج تطابق بحثك", "Nothing matches";
        found_none_more: "جرّب كلمة أخرى أو اعرض القائمة كاملة.", "Try another word, or show the whole list.";
        show_all: "اعرض القائمة كاملة", "Show the whole list";
        none_yet: "يظهر هنا ما ننشره فور نشره", "What we publish will appear here";
        none_title: "لم يُنشر شيء بعد", "Nothing is published yet";
        results: "عدد النتائج", "Results";
        platform: "يعمل على منصة سدو", "Runs on Sadu";
        contact: "تواصل معنا", "Contact us";
        whatsapp: "واتساب", "WhatsApp";
    }
}

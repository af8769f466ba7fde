//! Words of the zakat calculator.

use super::lexicon;

lexicon! {
    /// The zakat calculator.
    Zakat {
        title: "حاسبة الزكاة", "Zakat calculator";
        lead: "زكاة النقد والذهب والأسهم وبضاعة التجارة، لما بلغ النصاب وبقي عندك سنة قمرية كاملة.", "For cash, gold, shares and trade goods that reached the nisab and stayed with you a whole lunar year.";
        private: "لا نحفظ شيئاً مما تكتبه هنا.", "We keep nothing of what you type here.";
        price_title: "سعر الذهب", "The price of gold";
        gram: "سعر غرام الذهب الخالص (عيار 24)", "Price of a gram of pure gold (24 karat)";
        gram_hint: "بالدينار الكويتي كما هو اليوم. تجده في محلات الذهب وفي نشرة أسعار الذهب اليومية، ومنه يُحسب النصاب.", "In Kuwaiti dinars, as it is today. Gold shops and the daily gold price lists show it. The nisab is worked out from it.";
        gram_of: "سعر يوم", "Price of";
        gram_source: "المصدر:", "from";
        gram_newer: "غيّره إن كان عندك سعر أحدث.", "Change it if you have a newer one.";
        gram_none: "لا سعر محفوظ هنا، ولا نحسب شيئاً بسعر من عندنا: اكتب سعر اليوم كما تجده في السوق.", "No price is kept here, and we do not count with one of our own: please enter today's as you find it at a shop.";
        gram_old: "هذا السعر من أيام مضت، وربما تغيّر بعدها. الأدق أن تكتب سعر اليوم.", "This price is some days old and may have moved since. Today's will be more exact.";
        counted_old: "حُسبت هذه النتيجة بسعر الذهب يوم {day}، وربما تغيّر بعده. اكتب سعر اليوم أدناه لنتيجة أدق.", "This was counted with the price of gold of {day}, which may have moved since. Enter today's below for a closer figure.";
        own_title: "ما تملكه", "What you own";
        own_lead: "اترك الخانة فارغة إن لم يكن عندك منها شيء.", "Leave a field empty if you have nothing of its kind.";
        cash: "النقد والأرصدة", "Cash and bank balances";
        cash_hint: "ما في يدك وفي حساباتك، وما لك عند الناس وترجو سداده.", "In hand and in your accounts, and what people owe you and will pay.";
        gold: "الذهب", "Gold";
        gold_hint: "الوزن بالغرام لكل عيار، مثل 12.5", "The weight in grams of each karat, such as 12.5";
        karat: "عيار {n}", "{n} karat";
        gram_unit: "غ", "g";
        shares: "الأسهم", "Shares";
        shares_hint: "قيمتها في السوق اليوم، إن كنت تتاجر بها.", "What they would fetch today, if you trade in them.";
        goods: "بضاعة التجارة", "Trade goods";
        goods_hint: "بسعر بيعها اليوم.", "At what they would sell for today.";
        debts_title: "ما عليك", "What you owe";
        debts: "ديون حلّ أجلها", "Debts due now";
        debts_hint: "ما يلزمك دفعه الآن، دون الأقساط التي لم يحن موعدها.", "What you have to pay now, without instalments that are still to come.";
        submit: "احسب الزكاة", "Work out the zakat";
        due: "الزكاة الواجبة", "Zakat due";
        below: "لم يبلغ مالك النصاب", "You are below the nisab";
        below_more: "لا زكاة عليك في هذا المال ما دام دون النصاب، وباب الصدقة مفتوح.", "No zakat is due on this while it stays below the nisab. Charity is always open to you.";
        below_go: "تصفّح المشاريع", "See the projects";
        gold_worth: "قيمة الذهب", "Worth of the gold";
        owned: "مجموع ما تملكه", "All you own";
        base: "ما تُحسب عليه الزكاة", "What zakat is counted on";
        nisab: "النصاب: قيمة 85 غراماً من الذهب الخالص", "Nisab: the price of 85 g of pure gold";
        rule: "الواجب ربع العشر (2.5%) من المبلغ كله متى بلغ النصاب. تُقرَّب قيمة الذهب والزكاة إلى الفلس الأعلى.", "Once the nisab is reached, a fortieth (2.5%) of the whole amount is due. The worth of gold and the zakat are rounded up to the fil.";
        pay_title: "أخرج زكاتك هنا", "Give it here";
        pay_lead: "هذه تقبل الزكاة. يُكتب المبلغ في خانته، ولك أن تغيّره قبل التأكيد.", "These take zakat. The amount is filled in for you, and you can change it before you confirm.";
        pay_none: "لا يقبل أي مشروع مفتوح هذا المبلغ من الزكاة الآن. تواصل معنا لنرشدك.", "Nothing open takes this amount as zakat right now. Write to us and we will guide you.";
        no_fatwa: "هذه الحاسبة للتقدير وليست فتوى. اسأل أهل العلم عمّا يخصك، كالحلي المستعملة والديون المؤجلة.", "This is arithmetic, not a fatwa. Ask a scholar about your own case, such as jewellery you wear or debts to be paid later.";
        gram_missing: "اكتب سعر الغرام كي نحسب النصاب.", "Enter the price of a gram, so that the nisab can be worked out.";
        weight_bad: "اكتب الوزن بالغرام بأرقام ونقطة، مثل 12.5", "Write the weight in grams with digits and a point, such as 12.5";
        own_missing: "اكتب أولاً ما تملكه.", "Enter what you own first.";
        too_large: "هذه الأرقام أكبر من أن تُحسب. راجع الخانات.", "These figures are too large to count with. Look over the fields.";
        first: "لا تعرف مقدار زكاتك؟ احسبها", "Not sure how much? Work out your zakat";
    }
}

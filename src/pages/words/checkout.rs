//! Words of the checkout.

use super::lexicon;

lexicon! {
    /// Checkout.
    Checkout {
        title: "إتمام التبرع", "Complete your gift";
        title_shop: "إتمام الطلب", "Complete your order";
        back: "رجوع", "Back";
        errors_title: "بقيت أشياء تحتاج إلى تصحيح", "A few things need mending";
        your_gift: "تبرعك", "Your gift";
        your_order: "طلبك", "Your order";
        amount: "المبلغ بالدينار الكويتي", "Amount in Kuwaiti dinars";
        amount_hint: "مثال: 25 أو 25.500", "For example 25 or 25.500";
        quantity: "العدد", "Quantity";
        add_more: "أضف إلى طلبك", "Add to your order";
        add_more_gift: "تبرّع لمشروع آخر في الطلب نفسه", "Give to another project as well";
        you: "بياناتك", "About you";
        name: "الاسم", "Name";
        optional: "اختياري", "optional";
        phone: "رقم الهاتف", "Phone";
        phone_hint: "تجد به طلبك مع رقمه المرجعي، ونتواصل معك عليه. من خارج الكويت ابدأ بالرمز الدولي +", "You find your order with it and the reference, and we reach you on it. Outside Kuwait, start with + and the country code";
        email: "البريد الإلكتروني", "Email";
        email_hint: "إن كتبته نكتب إليك حين يصل المبلغ", "If you give one, we write to you when the money arrives";
        anonymous: "لا تُظهروا اسمي للعامة", "Hide my name from the public";
        anonymous_more: "نحتفظ به في سجلاتنا الخاصة التزاماً بالأنظمة.", "We keep it in our private register, as the rules require.";
        hide_amount: "لا تُظهروا مبلغي للعامة", "Hide my amount from the public";
        note: "ملاحظة لنا", "A note for us";
        note_add: "أضف ملاحظة", "Add a note";
        pay: "طريقة الدفع", "How you will pay";
        pay_transfer_more: "نعرض لك رقم الحساب والرقم المرجعي بعد هذه الخطوة", "The account and your reference come on the next page";
        pay_link_more: "نرسله إلى هاتفك بعد أن نراجع الطلب", "We send it to your phone once we have looked at the order";
        total: "المجموع", "Total";
        go_on: "متابعة", "Continue";
        agree: "بإرسالك تقبل أن نحفظ اسمك ورقمك كما في", "By sending this you accept that we keep your name and phone as said in the";
        submit_gift: "أكّد التبرع", "Confirm the gift";
        submit_order: "أكّد الطلب", "Confirm the order";
        nothing_paid: "لن يُدفع شيء في هذه الخطوة، تحصل أولاً على رقمك المرجعي.", "Nothing is paid in this step. You get your reference number first.";
        read_as: "نقرؤه:", "We read this as";
        comma: "أتقصد {a} أم {b}؟ اكتبه دون فاصلة.", "Do you mean {a} or {b}? Write it without a comma.";
        choose_amount: "اختر مبلغاً أو اكتبه.", "Choose an amount or write one.";
        choose_first: "اختر مشروعاً أولاً", "Choose a project first";
        choose_first_shop: "اختر منتجاً أولاً", "Choose a product first";
        choose_more: "سيظهر اختيارك هنا لتؤكده.", "Your choice will appear here for you to confirm.";
        sent_before: "سبق أن أرسلت هذا النموذج. إن أردت طلباً آخر فأكّده من جديد.", "You sent this form before. If you want another one, confirm it again.";
        once_more: "لم نتمكن من تأكيد الإرسال. راجع بياناتك ثم أكّد مرة أخرى.", "We could not take this yet. Look over your details, then confirm once more.";
        too_many: "وصلتنا طلبات كثيرة من شبكتك خلال دقيقة. بياناتك محفوظة هنا؛ انتظر قليلاً ثم أكّد من جديد.", "Many orders came from your network within a minute. Your details are kept here; wait a little, then confirm again.";
        leave_empty: "اترك هذه الخانة فارغة", "Leave this field empty";
        delivery_apart: "رسم التوصيل، إن وُجد، ليس ضمن هذا المبلغ، ويُدفع عند الاستلام.", "A delivery charge, where there is one, is not in this sum: it is paid on receipt.";
        delivery_call: "نتصل بك للاتفاق على العنوان والموعد.", "We call you to agree on the address and the time.";
    }
}

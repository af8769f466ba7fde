//! The one table of error codes: stable code, class, title and detail in Arabic and English.
//!
//! Texts are for the person in front of the page: they say what to do next and never blame. The title is short; the
//! detail is a sentence. Codes are stable: they may be added, never renamed.

use crate::error::Class;
use crate::lang::{Bilingual, Lang};

/// Title and detail of a code in one language.
type Texts = (&'static str, &'static str);

macro_rules! codes {
    ($($name:ident = $code:literal, $class:ident, ar($ar_title:literal, $ar:literal), en($en_title:literal, $en:literal);)*) => {
        /// A stable error code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", $code, "`: ", $en)] $name,)*
        }

        impl Code {
            /// Every code, for the documentation and its test.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code on the wire, `noun.reason`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What kind of failure it is.
            #[must_use]
            pub const fn class(self) -> Class {
                match self { $(Self::$name => Class::$class,)* }
            }

            const fn texts(self, lang: Lang) -> Texts {
                match lang {
                    Lang::Ar => match self { $(Self::$name => ($ar_title, $ar),)* },
                    Lang::En => match self { $(Self::$name => ($en_title, $en),)* },
                }
            }
        }
    };
}

impl Code {
    /// A few words, for a heading.
    #[must_use]
    pub const fn title_in(self, lang: Lang) -> &'static str {
        self.texts(lang).0
    }

    /// A sentence: what happened and what to do.
    #[must_use]
    pub const fn detail_in(self, lang: Lang) -> &'static str {
        self.texts(lang).1
    }

    /// The title in both languages.
    #[must_use]
    pub fn title(self) -> Bilingual {
        Bilingual::new(self.title_in(Lang::Ar), self.title_in(Lang::En))
    }

    /// The detail in both languages.
    #[must_use]
    pub fn detail(self) -> Bilingual {
        Bilingual::new(self.detail_in(Lang::Ar), self.detail_in(Lang::En))
    }

    /// By its wire form.
    #[must_use]
    pub fn from_wire(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|c| c.as_str() == code)
    }
}

codes! {
    // Requests as such.
    RequestMalformed = "request.malformed", Malformed,
        ar("تعذّرت قراءة الطلب", "لم نتمكن من قراءة البيانات المرسلة. يُرجى إعادة المحاولة."),
        en("Request not readable", "The data could not be read. Please try again.");
    RequestInvalid = "request.invalid", Invalid,
        ar("بعض البيانات بحاجة إلى مراجعة", "يُرجى مراجعة الحقول المشار إليها ثم الإرسال من جديد."),
        en("Some details need another look", "Please check the fields marked below and send again.");
    RequestFieldRequired = "request.field_required", Invalid,
        ar("حقل ناقص", "يُرجى تعبئة هذا الحقل."),
        en("Something is missing", "Please fill in this field.");
    RequestFieldInvalid = "request.field_invalid", Invalid,
        ar("قيمة غير متوقعة", "هذه القيمة غير مقبولة هنا. يُرجى مراجعتها."),
        en("Unexpected value", "This value cannot be used here. Please check it.");
    RequestFieldUnknown = "request.field_unknown", Invalid,
        ar("حقل غير معروف", "هذا الحقل غير معروف هنا. يُرجى حذفه أو تصحيح اسمه."),
        en("Unknown field", "This field is not known here. Please leave it out or check its name.");
    RequestUnsupportedMediaType = "request.unsupported_media_type", Unsupported,
        ar("نوع المحتوى غير مدعوم", "يُرجى إرسال البيانات بصيغة JSON."),
        en("Content type not supported", "Please send the data as JSON.");
    RequestTooLarge = "request.too_large", TooLarge,
        ar("حجم البيانات كبير", "البيانات المرسلة أكبر من الحد المسموح. يُرجى تقليل حجمها."),
        en("Too much data", "What was sent is larger than we can take. Please make it smaller.");
    RequestHeadTooLarge = "request.head_too_large", HeadTooLarge,
        ar("ترويسة الطلب كبيرة", "ترويسة الطلب أكبر من الحد المسموح. قد يفيد حذف ملفات تعريف الارتباط لهذا الموقع."),
        en("Request head too large", "The head of the request is larger than we can take. Deleting this site's cookies may help.");
    RequestTimeout = "request.timeout", TimedOut,
        ar("لم يكتمل الإرسال", "وصلت البيانات ببطء شديد فلم يكتمل الإرسال. يُرجى المحاولة مرة أخرى."),
        en("Not sent in time", "The data came too slowly to be complete. Please try again.");
    RequestMethodNotAllowed = "request.method_not_allowed", Malformed,
        ar("طريقة غير متاحة", "هذا العنوان لا يقبل هذه الطريقة."),
        en("Method not available", "This address does not take that method.");
    IdempotencyKeyRequired = "idempotency.key_required", Malformed,
        ar("مفتاح الإرسال مطلوب", "يحتاج هذا الطلب إلى ترويسة Idempotency-Key كي لا يُنفَّذ مرتين."),
        en("Idempotency key needed", "This request needs an Idempotency-Key header, so that it is never carried out twice.");
    IdempotencyKeyInvalid = "idempotency.key_invalid", Malformed,
        ar("مفتاح الإرسال غير صالح", "مفتاح Idempotency-Key من 1 إلى 255 حرفاً لاتينياً ظاهراً."),
        en("Idempotency key not usable", "An Idempotency-Key is 1 to 255 visible ASCII characters.");
    IdempotencyKeyReused = "idempotency.key_reused", Invalid,
        ar("المفتاح مستخدم لطلب آخر", "استُخدم هذا المفتاح من قبل مع بيانات مختلفة. يُرجى استخدام مفتاح جديد."),
        en("Key used for another request", "This key was used before with other data. Please use a new one.");
    IdempotencyInProgress = "idempotency.in_progress", Conflict,
        ar("الطلب قيد التنفيذ", "ما زال الطلب الأول قيد التنفيذ. انتظر لحظة ثم أعد المحاولة."),
        en("Still being carried out", "The first request is still running. Wait a moment and try again.");
    CursorInvalid = "cursor.invalid", Invalid,
        ar("رابط الصفحة التالية غير صالح", "لم يعد هذا المؤشر صالحاً. ابدأ القائمة من أولها."),
        en("Cursor not usable", "This cursor does not fit this list. Please start from the first page.");
    CsrfRefused = "csrf.refused", Forbidden,
        ar("يُرجى إعادة تحميل الصفحة", "حفاظاً على سلامتك لم نقبل هذا الإرسال. أعد تحميل الصفحة ثم حاول مرة أخرى."),
        en("Please reload the page", "For your safety this was not accepted. Reload the page and try again.");
    RateLimited = "rate_limited", RateLimited,
        ar("محاولات كثيرة", "وصلتنا محاولات كثيرة في وقت قصير. انتظر قليلاً ثم حاول مرة أخرى."),
        en("Too many tries", "Many requests came in a short time. Please wait a little and try again.");
    Busy = "busy", Busy,
        ar("ضغط كبير الآن", "الإقبال كبير في هذه اللحظة. يُرجى المحاولة بعد ثوانٍ."),
        en("Very busy right now", "Many people are here at this moment. Please try again in a few seconds.");
    Internal = "internal", Internal,
        ar("حدث خلل من جهتنا", "نعتذر، حدث خلل لدينا وسنعمل على إصلاحه. يُرجى المحاولة بعد قليل."),
        en("Something went wrong on our side", "We are sorry. The fault is ours and we are looking into it. Please try again shortly.");
    NotFound = "not_found", NotFound,
        ar("غير موجود", "لم نجد ما تبحث عنه. ربما نُقل أو تغيّر عنوانه."),
        en("Not found", "We could not find this. It may have moved.");

    // Sign-in.
    AuthRequired = "auth.required", Unauthenticated,
        ar("يلزم تسجيل الدخول", "يُرجى تسجيل الدخول للمتابعة."),
        en("Please sign in", "Sign in to go on.");
    AuthInvalidToken = "auth.invalid_token", Unauthenticated,
        ar("انتهت الجلسة", "انتهت صلاحية الدخول. يُرجى تسجيل الدخول من جديد."),
        en("Session ended", "This sign-in is no longer valid. Please sign in again.");
    AuthForbidden = "auth.forbidden", Forbidden,
        ar("خارج صلاحياتك", "هذا الإجراء خارج صلاحيات حسابك. يمكن لمدير الجهة منحك الصلاحية."),
        en("Not part of your role", "Your role does not include this. An administrator can change that.");
    AuthMfaRequired = "auth.mfa_required", Forbidden,
        ar("يلزم التحقق بخطوتين", "أكمل إعداد التحقق بخطوتين لحسابك ثم تابع."),
        en("Second factor needed", "Please finish setting up your second factor, then go on.");
    AuthStepUpRequired = "auth.step_up_required", Forbidden,
        ar("يلزم تأكيد هويتك", "لحماية الأموال والبيانات، يُرجى تأكيد هويتك مرة أخرى ثم المتابعة."),
        en("Please confirm it is you", "To protect money and data, please confirm your identity again, then go on.");

    // People who work for a tenant.
    UserNotFound = "user.not_found", NotFound,
        ar("لا يوجد شخص بهذا المعرّف", "لم نجد هذا الشخص بين العاملين هنا. أعد تحميل القائمة."),
        en("Nobody by this id", "This person is not among those who work here. Please reload the list.");
    UserEmailInvalid = "user.email_invalid", Invalid,
        ar("البريد الإلكتروني غير مكتمل", "يُرجى كتابة بريد إلكتروني كامل، مثل name@example.com."),
        en("E-mail address not complete", "Please write a whole e-mail address, such as name@example.com.");
    UserEmailTaken = "user.email_taken", Invalid,
        ar("هذا البريد موجود في القائمة", "لصاحب هذا البريد مكان في القائمة. يمكنك دعوته من جديد من هناك."),
        en("Already on the list", "Somebody with this address is on the list already. You can invite them again there.");
    UserNameInvalid = "user.name_invalid", Invalid,
        ar("الاسم قصير أو طويل", "يُرجى كتابة الاسم من حرفين إلى ثمانين حرفاً."),
        en("Name too short or too long", "Please write a name of two to eighty characters.");
    UserRoleInvalid = "user.role_invalid", Invalid,
        ar("الدور غير معروف", "الدور هنا إما موظف أو مدير."),
        en("Unknown role", "The role here is either staff or administrator.");
    UserOwnRole = "user.own_role", Forbidden,
        ar("لا يغيّر أحد دوره بنفسه", "لا يمكنك تغيير دورك أو إيقاف حسابك بنفسك. اطلب ذلك من مدير آخر."),
        en("Nobody changes their own role", "You cannot change your own role or switch yourself off. Ask another administrator.");
    UserLastAdmin = "user.last_admin", Conflict,
        ar("المدير الوحيد", "لا بد من مدير واحد على الأقل. اجعل غيره مديراً أولاً، ثم أعد المحاولة."),
        en("The only administrator", "There must be at least one administrator. Make somebody else one first, then try again.");
    UserNotInvited = "user.not_invited", Conflict,
        ar("لا تحتاج إلى دعوة", "هذا الشخص سجّل دخوله من قبل، أو أُوقف حسابه."),
        en("No invitation needed", "This person has signed in before, or their account is switched off.");

    // Tenants.
    TenantNotFound = "tenant.not_found", NotFound,
        ar("لا يوجد موقع بهذا العنوان", "لم نجد موقعاً بهذا العنوان. يُرجى التحقق من كتابته."),
        en("No site at this address", "There is no site at this address. Please check its spelling.");
    TenantSuspended = "tenant.suspended", NotFound,
        ar("الموقع متوقف حالياً", "هذا الموقع غير متاح في الوقت الحالي."),
        en("Site not available", "This site is not available at present.");
    TenantCollectionSuspended = "tenant.collection_suspended", Conflict,
        ar("الاستقبال متوقف مؤقتاً", "لا يمكن استقبال المبالغ في الوقت الحالي. نشكر لك اهتمامك ونسعد بعودتك قريباً."),
        en("Not taking payments for now", "Payments cannot be taken at present. Thank you for your care; please come back soon.");
    TenantClosed = "tenant.closed", Conflict,
        ar("الجهة مغلقة", "لا يمكن تنفيذ هذا على جهة مغلقة أو متوقفة."),
        en("Tenant is closed", "This cannot be done to a tenant that is closed or switched off.");
    TenantGone = "tenant.gone", NotFound,
        ar("أُغلق هذا الموقع نهائياً", "أُغلق هذا الموقع نهائياً، ولا يعمل فيه شيء بعد الآن."),
        en("Closed for good", "This site is closed for good; nothing here works any more.");
    TenantNotClosed = "tenant.not_closed", Conflict,
        ar("الجهة لم تُغلق", "لا يؤخذ أرشيف كامل إلا من جهة مغلقة. أغلقها أولاً."),
        en("Tenant is not closed", "Everything is taken away from a closed tenant alone. Close it first.");
    TenantSlugUnconfirmed = "tenant.slug_unconfirmed", Invalid,
        ar("العنوان لا يطابق", "للتأكيد، اكتب العنوان المختصر لهذه الجهة كما هو."),
        en("The address differs", "To confirm, please write the address of this tenant as it stands.");
    TenantSlugInvalid = "tenant.slug_invalid", Invalid,
        ar("العنوان المختصر غير صالح", "يُرجى كتابة حرفين إلى أربعين حرفاً لاتينياً صغيراً أو رقماً أو شرطة مفردة، دون شرطة في أوله أو آخره."),
        en("Address not usable", "Please write two to forty small Latin letters, digits or single hyphens, with no hyphen at either end.");
    TenantSlugReserved = "tenant.slug_reserved", Invalid,
        ar("العنوان محجوز للمنصة", "هذا العنوان تستعمله المنصة نفسها. اختر غيره."),
        en("Kept for the platform", "The platform uses this address itself. Choose another.");
    TenantSlugTaken = "tenant.slug_taken", Invalid,
        ar("العنوان مستعمل", "لجهة أخرى هذا العنوان. اختر غيره."),
        en("Address already taken", "Another tenant has this address. Choose another.");
    TenantPrefixInvalid = "tenant.prefix_invalid", Invalid,
        ar("بادئة المراجع غير صالحة", "يُرجى كتابة ثلاثة أحرف لاتينية ليس منها I وL وO وQ، فهي تُقرأ أرقاماً."),
        en("Prefix not usable", "Please write three Latin letters, none of I, L, O and Q, which are read as digits.");
    TenantPrefixTaken = "tenant.prefix_taken", Invalid,
        ar("البادئة مستعملة", "مراجع جهة أخرى تبدأ بهذه الأحرف. اختر غيرها أو اترك الخانة فارغة."),
        en("Prefix already taken", "References of another tenant begin with these letters. Choose others, or leave the field empty.");
    PlanNotFound = "plan.not_found", NotFound,
        ar("خطة غير معروفة", "لا توجد خطة بهذا الاسم. اختر واحدة من القائمة."),
        en("Unknown plan", "There is no plan of this name. Choose one of the list.");
    PlanItemsReached = "plan.items_reached", Conflict,
        ar("لا مكان لعنصر آخر في خطتكم", "بلغتم حدّ خطتكم من العناصر. أرشفوا ما انتهى، أو اطلبوا من المنصة خطة أكبر."),
        en("No room for another item on your plan", "All items of your plan are used. Archive what is over, or ask the platform for a larger plan.");
    PlanStaffReached = "plan.staff_reached", Conflict,
        ar("لا مكان لشخص آخر في خطتكم", "بلغتم حدّ خطتكم من العاملين. أوقفوا حساباً لا حاجة إليه، أو اطلبوا من المنصة خطة أكبر."),
        en("No room for another person on your plan", "All places of your plan are taken. Switch off an account that is not needed, or ask the platform for a larger plan.");
    AuthReadOnly = "auth.read_only", Forbidden,
        ar("جلسة للاطلاع فقط", "تطّلع على هذه الجهة نيابة عن المنصة، ولا يُسمح بهذا الإجراء في هذه الجلسة."),
        en("Looking only", "You are looking into this tenant for the platform. This is not allowed in such a session.");

    // Names of a tenant's own.
    DomainInvalid = "domain.invalid", Invalid,
        ar("اسم النطاق غير صالح", "يُرجى كتابة اسم نطاق كامل مثل give.example.org، بلا مسار ولا منفذ."),
        en("Not a domain name", "Please write a whole name such as give.example.org, without a path or port.");
    DomainNotAllowed = "domain.not_allowed", Invalid,
        ar("هذا الاسم لا يُستخدم هنا", "لا تُقبل العناوين الرقمية ولا الأسماء العامة أو الداخلية ولا أسماء المنصة نفسها."),
        en("This name cannot be used", "Addresses, public suffixes, internal names and the platform's own names are not taken.");
    DomainPrivateAddress = "domain.private_address", Invalid,
        ar("الاسم يشير إلى شبكة داخلية", "يشير هذا الاسم إلى عنوان غير عام. صحّح سجلات DNS ثم حاول من جديد."),
        en("The name leads to a private network", "This name resolves to an address that is not public. Please correct its DNS records and try again.");
    DomainTaken = "domain.taken", Conflict,
        ar("الاسم مستخدم", "هذا الاسم لجهة أخرى، أو تُرك قبل أقل من ثلاثين يوماً."),
        en("The name is taken", "This name belongs to another tenant, or was given up less than thirty days ago.");
    DomainUnproven = "domain.unproven", Conflict,
        ar("لم نجد سجل التحقق", "لم نجد سجل TXT المطلوب بعد. قد يستغرق ظهوره بعض الوقت، ثم حاول من جديد."),
        en("Proof not found yet", "The TXT record is not there yet. It may take a while to appear; then try again.");
    DomainNotFound = "domain.not_found", NotFound,
        ar("لا يوجد هذا الاسم", "لم نجد هذا الاسم بين أسماء هذه الجهة."),
        en("No such name", "This name is not among the tenant's names.");
    DomainDnsUnavailable = "domain.dns_unavailable", Busy,
        ar("تعذّر سؤال نظام الأسماء", "لم يجب نظام أسماء النطاقات الآن. يُرجى المحاولة بعد قليل."),
        en("DNS does not answer", "The domain name system did not answer. Please try again shortly.");

    // Settings and branding.
    SettingsRevisionConflict = "settings.revision_conflict", Conflict,
        ar("عُدّلت الإعدادات قبل قليل", "حفظ زميل لك تعديلاً على هذه الإعدادات. راجع آخر نسخة ثم احفظ."),
        en("Changed in the meantime", "Somebody has just saved these settings. Look at the latest version, then save again.");
    SettingsColourInvalid = "settings.colour_invalid", Invalid,
        ar("اللون غير واضح", "يُرجى كتابة اللون بالصيغة #RRGGBB، مثل #0F6B4F."),
        en("Colour not clear", "Please write the colour as #RRGGBB, like #0F6B4F.");
    SettingsColourContrast = "settings.colour_contrast", Invalid,
        ar("لون لا يُقرأ", "لا يبلغ تباين هذا اللون 4.5 إلى 1. يُرجى اختيار لون أغمق."),
        en("The colour cannot be read", "This colour does not reach a contrast of 4.5 to 1. Please choose a darker one.");
    SettingsLanguages = "settings.languages", Invalid,
        ar("اللغات", "يُرجى إبقاء لغة واحدة على الأقل، وأن تكون اللغة الأساسية واحدة منها."),
        en("Languages", "Please keep at least one language, with the main one among them.");

    PageRevisionConflict = "page.revision_conflict", Conflict,
        ar("عُدّلت الصفحة قبل قليل", "حفظ زميل لك تعديلاً على هذه الصفحة. راجع آخر نسخة ثم احفظ."),
        en("Changed in the meantime", "Somebody has just saved this page. Look at the latest version, then save again.");

    BankRevisionConflict = "bank.revision_conflict", Conflict,
        ar("عُدّل الحساب قبل قليل", "حفظ زميل لك تعديلاً على الحساب البنكي. راجع آخر نسخة ثم احفظ."),
        en("Changed in the meantime", "Somebody has just saved the bank account. Look at the latest version, then save again.");
    BankIbanInvalid = "bank.iban_invalid", Invalid,
        ar("رقم الحساب غير صحيح", "يُرجى مراجعة رقم الآيبان على ورقة البنك؛ آيبان الكويت يبدأ بالحرفين KW وطوله 30."),
        en("The account number is not right", "Please compare the IBAN with the bank's paper; one of Kuwait begins with KW and is 30 long.");

    TermsRevisionConflict = "terms.revision_conflict", Conflict,
        ar("عُدّلت هذه الصفحة قبل قليل", "حفظ زميل لك تعديلاً على الأسئلة والشروط. راجع آخر نسخة ثم احفظ."),
        en("Changed in the meantime", "Somebody has just saved the questions and terms. Look at the latest version, then save again.");

    // Items.
    JobNotFound = "job.not_found", NotFound,
        ar("لا توجد مهمة كهذه", "ليست هناك مهمة متوقفة بهذا الرقم؛ ربما أُعيد تشغيلها."),
        en("No such job", "No failed job has this number; somebody may have run it again already.");
    ItemNotFound = "item.not_found", Invalid,
        ar("لم نجد هذا العنصر", "لم نجد هذا العنصر في القائمة. يُرجى اختيار عنصر آخر."),
        en("Item not found", "We could not find this item. Please choose another.");
    ItemClosed = "item.closed", Conflict,
        ar("اكتمل أو أُغلق", "لا يستقبل هذا العنصر طلبات جديدة الآن. يسعدنا أن تختار غيره."),
        en("Closed for now", "This item is not taking anything new at present. You are welcome to choose another.");
    ItemOutOfStock = "item.out_of_stock", Conflict,
        ar("نفدت الكمية", "الكمية المطلوبة غير متوفرة الآن. يُرجى اختيار كمية أقل أو عنصر آخر."),
        en("Not enough left", "There are not that many left. Please choose fewer, or another item.");
    ItemSlugTaken = "item.slug_taken", Invalid,
        ar("العنوان مستخدم", "يوجد عنصر آخر بهذا العنوان المختصر. يُرجى اختيار غيره."),
        en("Address already used", "Another item has this address. Please choose a different one.");
    ItemSlugInvalid = "item.slug_invalid", Invalid,
        ar("العنوان المختصر غير صالح", "يتكون العنوان المختصر من حروف لاتينية صغيرة وأرقام وشرطات."),
        en("Address not usable", "Use small Latin letters, digits and single hyphens.");
    ItemRevisionConflict = "item.revision_conflict", Conflict,
        ar("عُدّل العنصر قبل قليل", "حفظ زميل لك تعديلاً على هذا العنصر. راجع آخر نسخة ثم احفظ."),
        en("Changed in the meantime", "Somebody has just saved this item. Look at the latest version, then save again.");
    ItemInvalidTransition = "item.invalid_transition", Conflict,
        ar("غير ممكن في هذه المرحلة", "لا يمكن نقل العنصر إلى هذه الحالة من حالته الحالية."),
        en("Not possible at this stage", "The item cannot go to that state from where it is.");
    ItemTargetBelowRaised = "item.target_below_raised", Invalid,
        ar("الهدف أقل مما جُمع", "لا يمكن أن يكون الهدف أقل من المبلغ الذي جُمع فعلاً."),
        en("Target below what was raised", "The target cannot be lower than what has already been raised.");
    ItemFixed = "item.fixed", Invalid,
        ar("ثابت بعد النشر", "لا يتغير نوع العنصر ولا عنوانه المختصر بعد نشره، لأن من تبرعوا له عرفوه بهما."),
        en("Fixed once published", "The kind and the address stay as they are once published: givers know it by them.");
    ItemOverflowInvalid = "item.overflow_invalid", Invalid,
        ar("صندوق الفائض غير مناسب", "اختر صندوقاً مفتوحاً من صناديقكم لاستقبال الفائض؛ وفائض الزكاة لصندوق يقبل الزكاة."),
        en("That fund cannot take the excess", "Choose one of your open funds for the excess; what is given as zakat needs a fund that takes zakat.");
    ItemNotReady = "item.not_ready", Conflict,
        ar("ينقصه شيء قبل النشر", "أكمل الحقول المشار إليها ثم انشر."),
        en("Not ready to be published", "Please complete the fields marked below, then publish.");
    ItemNoWayToPay = "item.no_way_to_pay", Conflict,
        ar("لا طريقة للدفع بعد", "أضف الحساب البنكي في الإعدادات أولاً، كي يجد الناس طريقة للدفع."),
        en("No way to pay yet", "Please add the bank account in the settings first, so that people have a way to pay.");
    ItemNoProof = "item.no_proof", Conflict,
        ar("لا يوجد إثبات منشور", "يكتمل المشروع بعد نشر إثبات واحد على الأقل لما تم إنجازه."),
        en("No proof published yet", "A project is complete once at least one proof of the work is published.");
    ItemNotDraft = "item.not_draft", Conflict,
        ar("لا يُحذف بعد النشر", "يُحذف ما لم يُنشر فقط. يمكنك إيقافه أو أرشفته."),
        en("Published items stay", "Only what was never published can be deleted. You can pause or archive it.");
    ItemReasonRequired = "item.reason_required", Invalid,
        ar("اذكر السبب", "لرفع هدف مشروع منشور يُرجى كتابة السبب؛ يبقى في سجل التدقيق."),
        en("A reason is needed", "To raise the target of a published project please say why; it stays in the audit log.");

    // Pictures.
    MediaNotAPicture = "media.not_a_picture", Invalid,
        ar("الملف ليس صورة", "نقبل صور JPEG وPNG وWebP. يُرجى اختيار صورة بإحدى هذه الصيغ."),
        en("Not a picture", "Pictures can be JPEG, PNG or WebP. Please choose one of these.");
    MediaTypeDiffers = "media.type_differs", Invalid,
        ar("الصورة من نوع آخر", "محتوى الملف لا يطابق نوعه. افتح الصورة واحفظها من جديد ثم ارفعها."),
        en("Another type than it says", "The file holds another type of picture than its name says. Open it, save it again, then send it.");
    MediaBroken = "media.broken", Invalid,
        ar("الصورة غير مكتملة", "تعذّرت قراءة الصورة، وربما لم تصل كاملة. يُرجى رفعها من جديد."),
        en("Picture cannot be read", "This picture cannot be read; perhaps part of it is missing. Please send it again.");
    MediaTooManyPixels = "media.too_many_pixels", Invalid,
        ar("أبعاد الصورة كبيرة", "أقصى أبعاد 8000 × 8000 بكسل و30 مليون بكسل في الصورة. يُرجى تصغيرها."),
        en("Too many pixels", "A picture is at most 8,000 pixels a side and 30 million in all. Please make it smaller.");
    MediaTooDemanding = "media.too_demanding", Invalid,
        ar("تعذّرت معالجة الصورة", "تحتاج معالجة هذا الملف إلى أكثر مما تحتاجه صورة عادية. احفظه صورة JPEG ثم ارفعه."),
        en("Too much for a picture", "Reading this file takes more than a picture should. Save it as a JPEG, then send that.");
    MediaTooSmall = "media.too_small", Invalid,
        ar("الصورة صغيرة", "يلزم للشعار 96 بكسل على الأقل في ضلعه الأطول و32 في الأقصر. يُرجى اختيار صورة أكبر."),
        en("Too small", "A logo needs at least 96 pixels on its longer side and 32 on the shorter. Please choose a larger picture.");
    MediaDiffers = "media.differs", Invalid,
        ar("ما وصل غير ما أُعلن عنه", "الملف الذي وصل ليس هو الذي اخترته. يُرجى رفعه من جديد."),
        en("Not what was announced", "What arrived is not the file that was chosen. Please send it again.");
    MediaTooLarge = "media.too_large", Invalid,
        ar("حجم الصورة كبير", "أقصى حجم للصورة 15 ميغابايت. يُرجى تصغيرها."),
        en("Picture too large", "A picture is at most 15 MB. Please make it smaller.");
    MediaNotUploaded = "media.not_uploaded", Conflict,
        ar("لم تصل الصورة بعد", "لم يكتمل رفع الصورة. يُرجى رفعها ثم المحاولة."),
        en("Not here yet", "The picture has not arrived. Send it first, then try again.");
    MediaTooMany = "media.too_many", Conflict,
        ar("صور كثيرة", "للعنصر الواحد 12 صورة على الأكثر. احذف واحدة ثم أضف غيرها."),
        en("Enough pictures", "An item has at most 12 pictures. Delete one, then add another.");
    MediaStorageFull = "media.storage_full", Conflict,
        ar("امتلأت مساحة الصور", "استُنفدت مساحة الصور المخصصة لجهتكم. احذف صوراً لا تحتاجونها."),
        en("No room for pictures", "The room for pictures is used up. Delete some that are no longer needed.");
    MediaUnavailable = "media.unavailable", Busy,
        ar("مخزن الصور لا يستجيب", "تعذّر الوصول إلى مخزن الصور الآن. يُرجى المحاولة بعد قليل."),
        en("Pictures not reachable", "The place where pictures are kept does not answer. Please try again shortly.");

    // Orders.
    OrderNotFound = "order.not_found", NotFound,
        ar("لم نجد هذا الطلب", "لم نجد طلباً بهذا الرقم المرجعي. يُرجى التحقق من الرقم."),
        en("Order not found", "We found nothing with this reference. Please check the number.");
    OrderReferenceInvalid = "order.reference_invalid", Invalid,
        ar("الرقم المرجعي غير مكتمل", "يبدو أن في الرقم حرفاً مختلفاً. يتكون من ثلاثة أحرف ثم عشرة أرقام."),
        en("Reference looks mistyped", "A character seems to differ. It is three letters, then ten digits.");
    OrderContactMismatch = "order.contact_mismatch", Forbidden,
        ar("الأرقام لا تطابق الطلب", "الأرقام الأربعة لا تطابق الهاتف المسجّل مع هذا الطلب. يُرجى المحاولة مرة أخرى."),
        en("Digits do not match", "These four digits do not match the phone given with this order. Please try again.");
    OrderLocked = "order.locked", RateLimited,
        ar("المتابعة متوقفة قليلاً", "لحماية صاحب الطلب أوقفنا المحاولات لبعض الوقت. يُرجى المحاولة لاحقاً."),
        en("Paused for a while", "To protect the giver, tries are paused for a while. Please come back later.");
    OrderKindInvalid = "order.kind_invalid", Invalid,
        ar("نوع الطلب غير معروف", "نوع الطلب هو طلب شراء أو تبرع."),
        en("Unknown kind of order", "The kind is either an order or a donation.");
    OrderKindUnavailable = "order.kind_unavailable", Invalid,
        ar("التعهد غير متاح بعد", "لا نستقبل التعهدات حالياً. يمكنك التبرع مباشرة، وشكراً لك."),
        en("Pledges are not offered yet", "Pledges cannot be taken yet. You can give right away, and thank you.");
    OrderKindMismatch = "order.kind_mismatch", Invalid,
        ar("هذا العنصر لا يناسب نوع الطلب", "المنتجات تُطلب شراءً والمشاريع تُدعم تبرعاً. يُرجى فصلهما في طلبين."),
        en("Item and kind do not fit", "Goods are ordered and projects are given to. Please place them separately.");
    OrderLinesEmpty = "order.lines_empty", Invalid,
        ar("لم تختر شيئاً بعد", "يُرجى اختيار عنصر واحد على الأقل."),
        en("Nothing chosen yet", "Please choose at least one item.");
    OrderTooManyLines = "order.too_many_lines", Invalid,
        ar("عناصر كثيرة في طلب واحد", "يتسع الطلب الواحد لعشرين عنصراً. يُرجى تقسيمه إلى أكثر من طلب."),
        en("Too many items at once", "One order holds up to twenty items. Please place more than one.");
    OrderAmountRequired = "order.amount_required", Invalid,
        ar("المبلغ مطلوب", "يُرجى كتابة المبلغ."),
        en("Amount needed", "Please enter an amount.");
    OrderAmountInvalid = "order.amount_invalid", Invalid,
        ar("المبلغ غير واضح", "يُرجى كتابة المبلغ بالأرقام، مثل 25.500."),
        en("Amount not clear", "Please write the amount in digits, like 25.500.");
    OrderAmountAmbiguous = "order.amount_ambiguous", Invalid,
        ar("المبلغ يحتمل معنيين", "الفاصلة قد تعني الآلاف أو الكسور. يُرجى كتابة المبلغ بالنقطة."),
        en("Amount can be read two ways", "A comma may mean thousands or decimals. Please use a point.");
    OrderAmountTooSmall = "order.amount_too_small", Invalid,
        ar("المبلغ أقل من الحد الأدنى", "يُرجى اختيار مبلغ أكبر قليلاً."),
        en("Below the smallest amount", "Please choose a somewhat larger amount.");
    OrderAmountTooLarge = "order.amount_too_large", Invalid,
        ar("المبلغ أعلى من الحد", "هذا المبلغ أعلى مما يمكن استقباله هنا. تواصل معنا ويسعدنا أن نرتبه معك."),
        en("Above the largest amount", "This is more than can be taken here. Please contact us and we will gladly arrange it.");
    OrderAmountNotAccepted = "order.amount_not_accepted", Invalid,
        ar("حدّد الكمية", "لهذا العنصر سعر محدد. يُرجى اختيار الكمية."),
        en("Choose a quantity", "This item has a fixed price. Please choose how many.");
    OrderQuantityNotAccepted = "order.quantity_not_accepted", Invalid,
        ar("اكتب المبلغ", "هذا العنصر يستقبل مبلغاً وليس كمية."),
        en("Enter an amount", "This item takes an amount, not a quantity.");
    OrderQuantityInvalid = "order.quantity_invalid", Invalid,
        ar("الكمية غير مناسبة", "يُرجى اختيار كمية من 1 إلى 999."),
        en("Quantity not usable", "Please choose a quantity from 1 to 999.");
    OrderAmountMismatch = "order.amount_mismatch", Invalid,
        ar("المبلغ لا يطابق", "المبلغ لا يساوي السعر مضروباً في الكمية، أو لا يطابق المطلوب. يُرجى مراجعته."),
        en("Amounts do not agree", "The amount does not agree with what is due. Please check it.");
    OrderCurrencyMismatch = "order.currency_mismatch", Invalid,
        ar("العملة مختلفة", "تُسجَّل المبالغ هنا بالدينار الكويتي."),
        en("Another currency", "Amounts are kept in Kuwaiti dinars here.");
    OrderInvalidTransition = "order.invalid_transition", Conflict,
        ar("غير ممكن في هذه المرحلة", "لا يمكن تنفيذ هذا الإجراء على الطلب في حالته الحالية."),
        en("Not possible at this stage", "This cannot be done to the order in its present state.");
    OrderNotPayable = "order.not_payable", Conflict,
        ar("لا يحتاج إلى دفع الآن", "هذا الطلب لا ينتظر دفعاً في حالته الحالية."),
        en("Nothing to pay now", "This order is not waiting for a payment.");
    OrderLangInvalid = "order.lang_invalid", Invalid,
        ar("اللغة غير متاحة", "اللغتان المتاحتان هما العربية والإنجليزية."),
        en("Language not available", "The languages are Arabic and English.");
    OrderDateInvalid = "order.date_invalid", Invalid,
        ar("التاريخ غير مناسب", "يُرجى اختيار تاريخ وصول المبلغ، وألا يكون بعد اليوم."),
        en("Date not usable", "Please choose the day the money arrived, not later than today.");

    // Donors and texts.
    DonorNameRequired = "donor.name_required", Invalid,
        ar("الاسم مطلوب", "يُرجى كتابة اسمك. يمكنك إخفاؤه عن العامة."),
        en("Name needed", "Please enter your name. You can keep it hidden from the public.");
    DonorNameInvalid = "donor.name_invalid", Invalid,
        ar("الاسم قصير أو طويل", "يُرجى كتابة الاسم من حرفين إلى ثمانين حرفاً."),
        en("Name too short or too long", "Please write a name of two to eighty characters.");
    DonorRevealReason = "donor.reveal_reason", Invalid,
        ar("السبب مطلوب", "يُرجى كتابة سبب واضح من 8 إلى 300 حرف. يُحفظ السبب في سجل العمليات."),
        en("A reason is needed", "Please say why, in 8 to 300 characters. The reason is kept in the audit log.");
    DonorPhoneRequired = "donor.phone_required", Invalid,
        ar("رقم الهاتف مطلوب", "يُرجى كتابة رقم هاتفك لنتمكن من التواصل معك بشأن طلبك."),
        en("Phone number needed", "Please enter a phone number, so that we can reach you about your order.");
    DonorPhoneInvalid = "donor.phone_invalid", Invalid,
        ar("رقم الهاتف غير مكتمل", "يُرجى كتابة رقم كويتي من ثمانية أرقام، أو رقم دولي يبدأ بعلامة +."),
        en("Phone number not complete", "Please enter a Kuwaiti number of eight digits, or one from abroad that begins with +.");
    DonorEmailInvalid = "donor.email_invalid", Invalid,
        ar("البريد الإلكتروني غير مكتمل", "يُرجى مراجعة البريد الإلكتروني، أو تركه فارغاً."),
        en("E-mail address not complete", "Please check the e-mail address, or leave it empty.");
    TextTooLong = "text.too_long", Invalid,
        ar("النص أطول من المتاح", "يُرجى اختصار النص قليلاً."),
        en("Text too long", "Please shorten the text a little.");

    // Payments.
    PaymentMethodRequired = "payment.method_required", Invalid,
        ar("طريقة الدفع مطلوبة", "يُرجى اختيار طريقة الدفع."),
        en("Payment method needed", "Please choose how you will pay.");
    PaymentMethodUnavailable = "payment.method_unavailable", Invalid,
        ar("طريقة الدفع غير متاحة", "هذه الطريقة غير متاحة هنا. يُرجى اختيار طريقة أخرى من القائمة."),
        en("Payment method not available", "This method is not offered here. Please choose another from the list.");
    PaymentBankReferenceRequired = "payment.bank_reference_required", Invalid,
        ar("مرجع البنك مطلوب", "يُرجى كتابة مرجع العملية كما يظهر في كشف الحساب."),
        en("Bank reference needed", "Please enter the reference as it stands in the bank statement.");
    PaymentDuplicateBankReference = "payment.duplicate_bank_reference", Conflict,
        ar("سبق تسجيل هذا التحويل", "هذا المرجع البنكي مسجّل من قبل. راجع الدفعة السابقة قبل المتابعة."),
        en("Already recorded", "A payment with this bank reference is already recorded. Please look at it first.");
    RefundAmountInvalid = "refund.amount_invalid", Invalid,
        ar("مبلغ الاسترداد غير مناسب", "لا يتجاوز الاسترداد ما وصل فعلاً ولم يُسترد بعد."),
        en("Refund amount not usable", "A refund cannot exceed what arrived and was not yet returned.");
    RefundSamePerson = "refund.same_person", Forbidden,
        ar("يلزم شخص آخر", "يعتمد الاسترداد شخص غير من طلبه."),
        en("Another person is needed", "A refund is approved by somebody other than the one who asked for it.");
}

#[cfg(test)]
mod tests;

//! Nakhla Charity Society: the charity one meets first.

use sadu_domain::ids::TenantId;
use sadu_domain::lang::Lang;
use sadu_domain::money::Currency;
use sadu_domain::order::PaymentMethod;
use sadu_domain::tenant::{
    Branding, Licence, OverfundingDefault, Settings, Tenant, TenantKind, TenantStatus,
};

use super::DemoError;
use super::spec::{Pair, bank, faq, pair};

const NAME: Pair = (
    "جمعية النخلة الخيرية (نموذج تجريبي)",
    "Nakhla Charity Society (demo)",
);

const FAQ: [(Pair, Pair); 5] = [
    (
        ("كيف أعرف أن تبرعي وصل؟", "How do I know my gift arrived?"),
        (
            "تحصل على رقم مرجعي فور إتمام الطلب، وعند تأكيد الدفع تظهر حالة «تم الاستلام» في صفحة المتابعة. وإن كتبت بريدك كتبنا إليك.",
            "You get a reference at once. When your payment is confirmed the tracking page says Received. If you left your e-mail address, we write to you.",
        ),
    ),
    (
        ("هل يمكنني التبرع دون ذكر اسمي؟", "Can I give anonymously?"),
        (
            "نعم، لن يظهر اسمك للعامة، ونحتفظ به في سجلاتنا الخاصة التزاماً بالأنظمة.",
            "Yes. Your name is hidden from the public; we keep it in our private register as the rules require.",
        ),
    ),
    (
        ("هل تقبلون النقد؟", "Do you take cash?"),
        (
            "لا، التبرع عبر هذا الموقع بالتحويل البنكي فقط.",
            "No. Gifts through this site come by bank transfer only.",
        ),
    ),
    (
        (
            "ماذا لو تجاوزت التبرعات قيمة المشروع؟",
            "What if the project collects more than its target?",
        ),
        (
            "يُحوَّل الفائض إلى أبواب الخير العامة، ونبيّن ذلك قبل الدفع.",
            "The extra goes to General Good; this is written before you pay.",
        ),
    ),
    (
        ("متى أرى توثيق المشروع؟", "When will I see proof?"),
        (
            "ننشر أول تقرير خلال 90 يوماً من اكتمال التمويل، ثم كل 90 يوماً حتى الإنجاز.",
            "First report within 90 days of full funding, then every 90 days.",
        ),
    ),
];

const POLICY: Pair = (
    "يجوز استرداد التبرع بطلب من المتبرع قبل بدء التنفيذ، وبعد ذلك يمكن تحويله إلى مشروع آخر.",
    "A donation can be returned on request until work on the project starts; afterwards it can be moved to another project.",
);

/// The tenant, under a new id.
pub(super) fn tenant() -> Result<Tenant, DemoError> {
    Ok(Tenant {
        id: TenantId::new(),
        slug: "nakhla".to_owned(),
        name: pair(NAME),
        tagline: pair(("عطاءٌ قليل، وظلٌّ ممدود", "Small gifts, tall shade.")),
        kind: TenantKind::Charity,
        status: TenantStatus::Active,
        branding: Branding {
            primary: super::colour("#0F6B4F")?,
            accent: super::colour("#8A4B1F")?,
        },
        logo: None,
        settings: Settings {
            overfunding: OverfundingDefault::Overflow,
            overflow_to: Some("general".to_owned()),
            bank: Some(bank(NAME, "KW45DEMO0000000000001000010101")?),
            payment_methods: vec![PaymentMethod::Transfer],
            faq: faq(&FAQ),
            policy: pair(POLICY),
            ..Settings::default()
        },
        currency: Currency::Kwd,
        timezone: "Asia/Kuwait".to_owned(),
        default_lang: Lang::Ar,
        prefix: super::prefix("NKH")?,
        licence: Some(Licence {
            number: "DEMO-101/2026".to_owned(),
            authority: pair(super::AUTHORITY),
            valid_until: None,
        }),
        phone: Some("+965 3000 0101".to_owned()),
        version: 0,
    })
}

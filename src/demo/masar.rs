//! Masar Education Fund: a second charity, with a domain of its own.

use sadu_domain::ids::TenantId;
use sadu_domain::lang::Lang;
use sadu_domain::money::Currency;
use sadu_domain::order::PaymentMethod;
use sadu_domain::tenant::{
    Branding, Licence, OverfundingDefault, Settings, Tenant, TenantKind, TenantStatus,
};

use super::DemoError;
use super::spec::{Pair, bank, faq, pair};

/// The name it answers on besides its label under the base domain.
pub(super) const DOMAIN: &str = "masar.example";

const NAME: Pair = (
    "صندوق مسار للتعليم (نموذج تجريبي)",
    "Masar Education Fund (demo)",
);

const FAQ: [(Pair, Pair); 2] = [
    (
        ("ما هو التعهد؟", "What is a pledge?"),
        (
            "وعدٌ بالدفع لاحقاً، نرتبه معك بالهاتف. يُذكر في صفحة المشروع وحده ولا يُحسب مما جُمع حتى يصل.",
            "A promise to pay later, arranged with us by phone. It stands apart on the project's page and does not count as raised until it arrives.",
        ),
    ),
    (
        ("هل يجوز دفع الزكاة لهذا المشروع؟", "Is it zakat-eligible?"),
        (
            "المشاريع المؤهلة للزكاة موضّحة بعلامة، وللاستفسار الشرعي الخاص يُرجى التواصل مع المستشار الشرعي.",
            "School fees for poor families are marked zakat-eligible; for a personal ruling please ask our sharia contact.",
        ),
    ),
];

const POLICY: Pair = (
    "يمكن استرداد التبرع بطلب منك ما لم يُدفع للمدرسة أو الجامعة أو المورّد، ويمكن بعدها تحويله إلى طالب آخر.",
    "A gift can be returned on request until it has been paid on to the school, university or supplier; after that it can be moved to another student.",
);

/// The tenant, under a new id.
pub(super) fn tenant() -> Result<Tenant, DemoError> {
    Ok(Tenant {
        id: TenantId::new(),
        slug: "masar".to_owned(),
        name: pair(NAME),
        tagline: pair(("لكل طالبٍ مسار", "Every student has a path.")),
        kind: TenantKind::Charity,
        status: TenantStatus::Active,
        branding: Branding {
            primary: super::colour("#1E4E8C")?,
            accent: super::colour("#E9DFC7")?,
        },
        logo: None,
        settings: Settings {
            overfunding: OverfundingDefault::Close,
            bank: Some(bank(NAME, "KW87DEMO0000000000001000030103")?),
            payment_methods: vec![PaymentMethod::Transfer],
            faq: faq(&FAQ),
            policy: pair(POLICY),
            ..Settings::default()
        },
        currency: Currency::Kwd,
        timezone: "Asia/Kuwait".to_owned(),
        default_lang: Lang::Ar,
        prefix: super::prefix("MSR")?,
        licence: Some(Licence {
            number: "DEMO-103/2026".to_owned(),
            authority: pair(super::AUTHORITY),
            valid_until: None,
        }),
        phone: Some("+965 3000 0303".to_owned()),
        version: 0,
    })
}

//! Sidra Store: a shop for dates, honey and gifts.

use sadu_domain::ids::TenantId;
use sadu_domain::lang::Lang;
use sadu_domain::money::Currency;
use sadu_domain::order::PaymentMethod;
use sadu_domain::tenant::{Branding, Settings, Tenant, TenantKind, TenantStatus};

use super::DemoError;
use super::spec::{Pair, bank, faq, pair};

/// Its address, as a label.
pub(super) const SLUG: &str = "sidra";
/// Its logo: a branch of the sidr tree with its fruit.
pub(super) const LOGO: &str = include_str!("drawings/sidra-logo.svg");
/// Units of the logo across and down.
pub(super) const LOGO_UNITS: (u32, u32) = (240, 160);

const NAME: Pair = ("متجر السدرة (نموذج تجريبي)", "Sidra Store (demo)");

const FAQ: [(Pair, Pair); 2] = [
    (
        ("هل العسل مفحوص؟", "Is the honey tested?"),
        (
            "لكل دفعة شهادة فحص مخبري، يُرجى ذكر رقم الدفعة المدوّن على العبوة.",
            "Each batch has a lab sheet; ask for the batch number on the jar.",
        ),
    ),
    (
        ("هل يمكن إرساله كهدية؟", "Can I send it as a gift?"),
        (
            "نعم، اكتب كلماتك في خانة الملاحظة عند الطلب ونطبعها على بطاقة، ولا يظهر السعر للمستلم.",
            "Yes. Write your words in the note of your order and we print them on a card; the price is not shown.",
        ),
    ),
];

/// The tenant, under a new id.
pub(super) fn tenant() -> Result<Tenant, DemoError> {
    Ok(Tenant {
        id: TenantId::new(),
        slug: SLUG.to_owned(),
        name: pair(NAME),
        tagline: pair((
            "من مزارعنا إلى ديوانيتكم",
            "From our farms to your diwaniya.",
        )),
        kind: TenantKind::Shop,
        status: TenantStatus::Active,
        branding: Branding {
            primary: super::colour("#8C5A0F")?,
            accent: super::colour("#2B2A28")?,
        },
        logo: None,
        settings: Settings {
            bank: Some(bank(NAME, "KW66DEMO0000000000001000020102")?),
            payment_methods: vec![PaymentMethod::Transfer, PaymentMethod::CashOnDelivery],
            faq: faq(&FAQ),
            policy: pair((
                "يُقبل إرجاع المنتجات غير المفتوحة خلال 3 أيام.",
                "Unopened products can be returned within 3 days.",
            )),
            delivery: Some(pair((
                "التوصيل 1.500 د.ك داخل الكويت، ومجاني للطلبات من 20.000 د.ك، خلال اليوم التالي عدا الجمعة.",
                "Delivery inside Kuwait is KWD 1.500, free from KWD 20.000, next day before 20:00, except Friday.",
            ))),
            ..Settings::default()
        },
        currency: Currency::Kwd,
        timezone: "Asia/Kuwait".to_owned(),
        default_lang: Lang::Ar,
        prefix: super::prefix("SDR")?,
        licence: None,
        phone: Some("+965 3000 0202".to_owned()),
        version: 0,
    })
}

//! What a new charity begins with: an open fund, a project, a zakat fund, and answers to what donors ask first.

use super::{Beginning, draft, fils};
use crate::catalog::{Item, ItemKind, Overfunding};
use crate::colour::Colour;
use crate::lang::Bilingual;
use crate::money::Fils;
use crate::tenant::{Branding, Faq, OverfundingDefault, Settings};

/// Slug of the fund that takes what is beyond a target.
const GENERAL: &str = "general";

/// Green of palms, brown of their stems.
pub(super) const fn branding() -> Branding {
    Branding {
        primary: Colour::rgb(0x0f, 0x6b, 0x4f),
        accent: Colour::rgb(0x8a, 0x4b, 0x1f),
    }
}

/// Settings, and what is offered.
pub(super) fn beginning() -> (Settings, Vec<Beginning>) {
    let settings = Settings {
        overfunding: OverfundingDefault::Overflow,
        overflow_to: Some(GENERAL.to_owned()),
        faq: faq(),
        policy: Bilingual::new(
            "يجوز استرداد التبرع بطلب من المتبرع قبل بدء التنفيذ، وبعد ذلك يمكن تحويله إلى مشروع آخر.",
            "A donation can be returned on request until work on the project starts; afterwards it can be moved to another project.",
        ),
        ..Settings::default()
    };
    let items = [general(), project(), zakat()];
    let items = items
        .into_iter()
        .map(|item| Beginning { item, stock: None });
    (settings, items.collect())
}

fn faq() -> Vec<Faq> {
    [
        (
            Bilingual::new("كيف أعرف أن تبرعي وصل؟", "How do I know my gift arrived?"),
            Bilingual::new(
                "يظهر لك رقم مرجعي فور إتمام الطلب. اكتبه في صفحة المتابعة مع آخر أربعة أرقام من هاتفك لترى حالته.",
                "You are shown a reference at once. Write it on the tracking page with the last four digits of your phone to see where it stands.",
            ),
        ),
        (
            Bilingual::new("هل يمكنني التبرع دون ذكر اسمي؟", "Can I give without my name being shown?"),
            Bilingual::new(
                "نعم. لا يظهر اسمك للعامة، ونحتفظ به في سجلاتنا الخاصة التزاماً بالأنظمة.",
                "Yes. The public does not see it; we keep it in our private register, as the rules require.",
            ),
        ),
        (
            Bilingual::new("ماذا لو زادت التبرعات على حاجة المشروع؟", "What if a project receives more than it needs?"),
            Bilingual::new(
                "يُحوَّل الزائد إلى صندوق الخير العام، ونبيّن ذلك قبل الدفع.",
                "The rest goes to the general fund; this is written before you pay.",
            ),
        ),
    ]
    .into_iter()
    .map(|(q, a)| Faq { q, a })
    .collect()
}

fn general() -> Item {
    Item {
        suggested: fils(&[5_000, 10_000, 25_000]),
        tags: vec!["general".to_owned()],
        ..draft(
            GENERAL,
            ItemKind::Fund,
            ["صندوق الخير العام", "General fund"],
            [
                "نصرف منه حيث تكون الحاجة أشد.",
                "Spent where the need is greatest.",
            ],
            [
                "يصل تبرعك إلى صندوق واحد تُغطّى منه الحالات التي لا تنتظر: إيجار متأخر، دواء، أو مستلزمات مدرسة.\nاكتبوا هنا كيف تقررون الصرف، ومتى تنشرون التقرير.",
                "Your gift goes to one fund for what cannot wait: overdue rent, medicine, or what a child needs for school.\nWrite here how you decide, and when you report.",
            ],
        )
    }
}

fn project() -> Item {
    Item {
        target: Some(Fils::new(1_500_000)),
        suggested: fils(&[5_000, 20_000, 50_000]),
        overfunding: Overfunding::Overflow(GENERAL.to_owned()),
        tags: vec!["water".to_owned()],
        ..draft(
            "first-project",
            ItemKind::Project,
            ["حفر بئر لقرية", "A well for a village"],
            [
                "بئر ومضخة لقرية تجلب ماءها من بعيد.",
                "A well and a pump for a village that carries its water from afar.",
            ],
            [
                "مثال لمشروع له مبلغ مستهدف. عدّلوا العنوان والمكان والمبلغ قبل النشر.\nاذكروا ما يشمله المبلغ: الحفر، المضخة، الصيانة سنة كاملة.\nواذكروا متى يصل أول تقرير بالصور.",
                "An example of a project with a target. Change title, place and amount before you publish it.\nSay what the amount covers: drilling, the pump, a year of upkeep.\nAnd say when the first report with pictures is due.",
            ],
        )
    }
}

fn zakat() -> Item {
    Item {
        zakat_eligible: true,
        suggested: fils(&[25_000, 50_000, 100_000]),
        tags: vec!["zakat".to_owned()],
        ..draft(
            "zakat",
            ItemKind::Zakat,
            ["صندوق الزكاة", "Zakat fund"],
            [
                "تُصرف لمستحقيها من الأسر المسجلة لدينا.",
                "Paid to families on our register who are entitled to it.",
            ],
            [
                "لا يُقتطع من الزكاة أي رسم، ولا تُحوَّل إلى غير مصارفها.\nاكتبوا هنا من يستحق لديكم، ومن يراجع ذلك شرعاً.",
                "Nothing is taken off zakat, and it is not moved to other uses.\nWrite here who is entitled, and who reviews it.",
            ],
        )
    }
}

//! Nakhla's funds without a target: zakat and general good.

use sadu_domain::catalog::ItemKind;

use crate::demo::spec::{Over, Sketch, Spec};

/// In their order of display.
pub(super) const ITEMS: [Spec; 2] = [ZAKAT, GENERAL];

const ZAKAT: Spec = Spec {
    slug: "zakat",
    kind: ItemKind::Zakat,
    title: ("صندوق زكاة المال", "Zakat fund"),
    summary: (
        "زكاتك تُصرف كاملة لمستحقيها داخل الكويت وخارجها، ولا يُخصم منها شيء للإدارة.",
        "Your zakat reaches those entitled to it in full, in Kuwait and abroad; nothing is taken for administration.",
    ),
    story: (
        "هذا الصندوق مستقل بحسابه: ما يدخله لا يختلط بأموال المشاريع، ولا يُصرف إلا في مصارف الزكاة التي تقرها اللجنة الشرعية للجمعية.\n\
         يُدرس كل ملف على حدة: دخل الأسرة وديونها وعدد أفرادها، ثم يُصرف المبلغ نقداً في حساب الأسرة أو سداداً لدَين ثابت بحكم أو فاتورة.\n\
         تكاليف البحث والتوصيل تتحملها الجمعية من باب آخر. وإن كان عندك سؤال في مقدار زكاتك فاستعمل الحاسبة، وللفتوى الخاصة اسأل أهل العلم.",
        "This fund keeps its own account: nothing in it mixes with project money, and it is spent only as the society's sharia committee allows.\n\
         Each case is studied by itself, the family's income, debts and size, and the sum then goes to the family's account or settles a debt proven by judgment or invoice.\n\
         The society pays the cost of visits and delivery from elsewhere. To work out an amount use the calculator; for a personal ruling please ask a scholar.",
    ),
    suggested: &[25_000, 50_000, 100_000, 250_000],
    min: Some(1_000),
    max: Some(20_000_000),
    zakat_eligible: true,
    over: Over::Continue,
    tags: &["kuwait", "zakat", "زكوات", "فقراء"],
    pictures: &[Sketch {
        svg: include_str!("../drawings/zakat.svg"),
        alt: (
            "رسم لحزمة سنابل قمح مربوطة، وإلى جانبيها وعاء حبوب ووعاء تمر.",
            "A drawing of a bound sheaf of wheat between a bowl of grain and a bowl of dates.",
        ),
    }],
    ..Spec::PLAIN
};

const GENERAL: Spec = Spec {
    slug: "general",
    kind: ItemKind::Fund,
    title: ("أبواب الخير العامة", "General Good"),
    summary: (
        "لمن يريد أن يعطي ويترك لنا اختيار الأحوج: دواء مستعجل، إيجار متأخر، مكيف تعطل في عز الصيف.",
        "Give, and let the need decide: an urgent medicine, a late rent, a broken cooler in August.",
    ),
    story: (
        "بعض الحاجات لا تنتظر مشروعاً وصورة وهدفاً: فاتورة دواء مساء الخميس، أو أسرة قُطعت عنها الكهرباء، أو عامل يحتاج تذكرة ليلحق بأمه المريضة.\n\
         من هذا الباب نغلق ما لا يغطيه غيره، وإليه يُحوَّل ما زاد عن حاجة المشاريع المكتملة، ويُكتب ذلك لك قبل أن تدفع.\n\
         في أول كل شهر ننشر ما دخل وما صُرف وفي أي باب، مبلغاً مبلغاً ومن غير أسماء.",
        "Some needs do not wait for a project, a picture and a target: a prescription on a Thursday night, a home whose power was cut, a worker who needs a ticket to reach his mother in time.\n\
         This fund closes what nothing else covers. It also takes what completed projects received beyond their need, and you are told so before you pay.\n\
         On the first of each month we publish what came in and what it was spent on, sum by sum and without names.",
    ),
    suggested: &[2_000, 5_000, 10_000, 25_000],
    min: Some(500),
    max: Some(10_000_000),
    over: Over::Continue,
    tags: &["kuwait", "general", "صدقات", "محتاجون", "فقراء"],
    pictures: &[Sketch {
        svg: include_str!("../drawings/general.svg"),
        alt: (
            "رسم لأربعة أبواب مضيئة، وفي كل باب حاجة: دواء وبيت ومروحة وتذكرة سفر.",
            "A drawing of four lit doors with a need in each: medicine, a home, a fan and a ticket.",
        ),
    }],
    ..Spec::PLAIN
};

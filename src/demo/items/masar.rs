//! Masar's works: seats, fees, laptops, shelves, and a monthly friend.

use sadu_domain::catalog::{ItemKind, ItemStatus};
use sadu_domain::proof::ProofKind;

use crate::demo::spec::{Over, Shown, Sketch, Spec};

/// In their order of display.
pub(super) const ITEMS: [Spec; 5] = [UNI, FEES, MONTHLY, LAPTOP, LIBRARY];

const UNI: Spec = Spec {
    slug: "uni",
    title: (
        "مقعد جامعي لمدة عام (5 طلاب)",
        "University seat, one year (5 students)",
    ),
    summary: (
        "خمسة طلاب قُبلوا في الجامعة وينقصهم الرسوم. 1,200 دينار تضمن لواحد منهم سنة كاملة.",
        "Five students have been admitted and lack only the fees. KWD 1,200 secures one of them a whole year.",
    ),
    story: (
        "خمسة طلاب أنهوا الثانوية بنسب فوق التسعين وقُبلوا في كليات الهندسة والتمريض والتربية، ثم توقفوا عند باب واحد: الرسوم.\n\
         المقعد 1,200 دينار لسنة كاملة: رسوم الفصلين والكتب والمختبر والمواصلات. ندفعه للجامعة مباشرة على دفعتين مع بداية كل فصل.\n\
         في نهاية كل فصل ننشر المعدل وعدد الساعات المنجزة من غير أسماء.",
        "Five students left school with marks above ninety and were admitted to engineering, nursing and education. Then they met the one door that stayed closed: the fees.\n\
         A seat is KWD 1,200 for a full year: both terms, books, laboratory and transport. We pay the university directly, in two parts at the start of each term.\n\
         After each term we publish the grades and hours completed, without names.",
    ),
    price: Some(1_200_000),
    target: Some(6_000_000),
    unit: Some(("مقعد لعام", "seat for a year")),
    suggested: &[25_000, 50_000, 100_000],
    min: Some(5_000),
    over: Over::Close,
    tags: &[
        "kuwait",
        "education",
        "university",
        "تعليم",
        "طلاب",
        "طالب",
        "جامعات",
    ],
    pictures: &[Sketch {
        svg: include_str!("../drawings/uni.svg"),
        alt: (
            "رسم لمبنى جامعة بأعمدة، يصل إليه ممر بين الأشجار.",
            "A drawing of a university building with columns, a path leading up to it between trees.",
        ),
    }],
    ..Spec::PLAIN
};

const FEES: Spec = Spec {
    slug: "fees",
    title: ("رسوم دراسية لطفل", "School fees for one child"),
    summary: (
        "180 ديناراً تعيد طفلاً إلى فصله لسنة دراسية كاملة. المشروع مؤهل للزكاة.",
        "KWD 180 returns one child to class for a whole school year. Marked zakat-eligible.",
    ),
    story: (
        "حين تتعثر الأسرة تكون رسوم المدرسة أول ما يُؤجَّل، والطفل الذي يغيب فصلاً يصعب أن يعود.\n\
         عندنا قائمة بخمسين طفلاً من أسر دُرست حالاتها، والمبلغ 180 ديناراً للطفل يشمل الرسوم والكتب والزي، ويُدفع للمدرسة لا للوسيط.\n\
         كل مدرسة تعطينا كتاب قيد وكشف حضور في نهاية كل فصل.",
        "When a family stumbles, school fees are the first thing put off, and a child who misses a term seldom comes back.\n\
         We keep a list of fifty children whose families were visited and assessed. KWD 180 covers fees, books and uniform for one child, paid to the school and never to a go-between.\n\
         Every school gives us a letter of enrolment and an attendance sheet at the end of each term.",
    ),
    price: Some(180_000),
    target: Some(9_000_000),
    unit: Some(("طفل", "child")),
    suggested: &[10_000, 45_000, 90_000],
    min: Some(1_000),
    zakat_eligible: true,
    over: Over::Close,
    tags: &[
        "kuwait",
        "education",
        "school",
        "تعليم",
        "مدارس",
        "أطفال",
        "طلاب",
        "أقساط",
    ],
    pictures: &[Sketch {
        svg: include_str!("../drawings/fees.svg"),
        alt: (
            "رسم لفصل مدرسي: سبورة عليها مثلث وأرقام، وأمامها طاولة عليها كتب ودفتر وحقيبة.",
            "A drawing of a classroom: a board with a triangle and sums, and a desk with books, a notebook and a bag.",
        ),
    }],
    ..Spec::PLAIN
};

const MONTHLY: Spec = Spec {
    slug: "monthly",
    kind: ItemKind::Sponsorship,
    title: ("صديق مسار – استقطاع شهري", "Friend of Masar, monthly"),
    summary: (
        "من خمسة دنانير في الشهر. عطاء صغير ثابت يجعلنا نعِد الطالب ونحن مطمئنون.",
        "From KWD 5 a month. Small and steady, so that we can promise a student with a quiet mind.",
    ),
    story: (
        "التبرع الكبير يفتح باباً، والصغير المتكرر يبقيه مفتوحاً. أصدقاء مسار هم الذين نعتمد عليهم حين نقول لطالب: أكمل، ورسوم الفصل القادم علينا.\n\
         اختر المبلغ الذي لا يثقل عليك، من خمسة دنانير، وحوّله في اليوم الذي يناسبك من كل شهر.\n\
         توقف متى شئت، بلا سؤال.",
        "A large gift opens a door; a small one that returns keeps it open. Friends of Masar are why we can tell a student: go on, the next term is taken care of.\n\
         Choose what does not weigh on you, from five dinars, and transfer it on the day of the month that suits you.\n\
         Stop whenever you like, no questions asked.",
    ),
    unit: Some(("شهر", "month")),
    suggested: &[5_000, 10_000, 20_000, 50_000],
    min: Some(5_000),
    max: Some(500_000),
    over: Over::Continue,
    tags: &["education", "monthly", "تعليم", "شهري", "طلاب"],
    pictures: &[Sketch {
        svg: include_str!("../drawings/monthly.svg"),
        alt: (
            "رسم لنبتة تكبر خطوة بعد خطوة على طول الطريق حتى تصير نخلة، وفوقها تقويم شهري.",
            "A drawing of a plant growing step by step along a path until it is a palm, under a calendar.",
        ),
    }],
    ..Spec::PLAIN
};

const LAPTOP: Spec = Spec {
    slug: "laptop",
    status: ItemStatus::Funded,
    title: ("حاسوب محمول مجدَّد", "Refurbished laptop"),
    summary: (
        "أربعون حاسوباً مجدداً لأربعين طالباً. اكتمل المبلغ ويبدأ التسليم قريباً.",
        "Forty refurbished laptops for forty students. Fully funded; handover begins soon.",
    ),
    story: (
        "كثير من طلابنا يكتبون بحوثهم على الهاتف. الحاسوب المجدد يؤدي الغرض بثلث سعر الجديد.\n\
         بخمسة وتسعين ديناراً جهاز بقرص سريع وبطارية جديدة ونظام عربي، مع كفالة سنة من الورشة.\n\
         اكتمل تمويل الأربعين جهازاً. يستلم كل طالب جهازه بتوقيعه، وننشر محضر التسليم هنا.",
        "Many of our students write their papers on a phone. A refurbished laptop does the work at a third of the price of a new one.\n\
         KWD 95 buys a machine with a fast disk, a new battery and an Arabic system, with a year's warranty from the workshop.\n\
         All forty are funded. Each student signs for the laptop, and the handover record will be published here.",
    ),
    price: Some(95_000),
    target: Some(3_800_000),
    unit: Some(("جهاز", "laptop")),
    suggested: &[95_000],
    min: Some(5_000),
    over: Over::Close,
    tags: &[
        "kuwait",
        "education",
        "technology",
        "تعليم",
        "كمبيوتر",
        "لابتوب",
        "أجهزة",
    ],
    pictures: &[Sketch {
        svg: include_str!("../drawings/laptop.svg"),
        alt: (
            "رسم لحاسوب محمول مفتوح على مكتب، بجانبه كتب ونبتة.",
            "A drawing of an open laptop on a desk, with books and a plant beside it.",
        ),
    }],
    ..Spec::PLAIN
};

const LIBRARY: Spec = Spec {
    slug: "library",
    status: ItemStatus::Completed,
    title: ("رفوف مكتبة القرية", "Village library shelves"),
    summary: (
        "اثنا عشر رفاً و800 كتاب في غرفة كانت مخزناً. المكتبة مفتوحة كل عصر.",
        "Twelve shelves and 800 books in what was a storeroom. Open every afternoon.",
    ),
    story: (
        "كانت غرفة فارغة خلف المدرسة، وصناديق كتب على الأرض يأكلها الغبار.\n\
         بستمئة وخمسين ديناراً صنع نجار القرية اثني عشر رفاً وطاولتين، وبيّضنا الجدران وركّبنا إضاءة.\n\
         تدير المكتبة معلمة متقاعدة كل عصر، وفي الشهر الأول استعار الأطفال 210 كتب. اكتمل المشروع، وفي هذه الصفحة صوره وما صُرف عليه.",
        "It was an empty room behind the school, with boxes of books gathering dust on the floor.\n\
         For KWD 650 the village carpenter made twelve shelves and two tables, and the walls were painted and lights put in.\n\
         A retired teacher opens it every afternoon; in the first month children borrowed 210 books. The project is complete, and this page has its pictures and what was spent.",
    ),
    target: Some(650_000),
    suggested: &[10_000, 25_000],
    min: Some(1_000),
    over: Over::Close,
    tags: &["education", "library", "تعليم", "كتب", "مكتبات"],
    proofs: &[
        Shown {
            kind: ProofKind::Handover,
            days_ago: 16,
            amount: None,
            caption: (
                "محضر تسليم المكتبة لمديرة المدرسة، ومعه قائمة بالكتب.",
                "The library handed over to the headmistress, with a list of its books.",
            ),
            place: ("غرفة المكتبة", "The library room"),
        },
        Shown {
            kind: ProofKind::Invoice,
            days_ago: 24,
            amount: Some(650_000),
            caption: (
                "فاتورة النجار عن اثني عشر رفاً وطاولتين، والإضاءة والطلاء.",
                "The carpenter's invoice for twelve shelves and two tables, with lights and paint.",
            ),
            place: ("", ""),
        },
    ],
    pictures: &[
        Sketch {
            svg: include_str!("../drawings/library.svg"),
            alt: (
                "رسم لرفوف خشبية مملوءة بالكتب.",
                "A drawing of wooden shelves full of books.",
            ),
        },
        Sketch {
            svg: include_str!("../drawings/library-room.svg"),
            alt: (
                "رسم لغرفة المكتبة: خزانتا كتب وطاولتان تحت نافذة.",
                "A drawing of the library room: two bookcases and two tables under a window.",
            ),
        },
    ],
    ..Spec::PLAIN
};

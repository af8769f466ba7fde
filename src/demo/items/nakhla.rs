//! Nakhla's works: water, orphans, food, health, mosques.

use sadu_domain::catalog::{ItemKind, ItemStatus};
use sadu_domain::proof::ProofKind;

use crate::demo::spec::{Over, Shown, Sketch, Spec};

/// In their order of display.
pub(super) const ITEMS: [Spec; 6] = [WELL, ORPHAN, BASKET, DIALYSIS, IFTAR, COOLER];

const WELL: Spec = Spec {
    slug: "well",
    title: (
        "حفر بئر ارتوازي في قرية رحمة (كينيا)",
        "Artesian well, Rahma village (Kenya)",
    ),
    summary: (
        "بئر بمضخة شمسية تسقي تسعمائة إنسان على بُعد خطوات من بيوتهم، بدل سبعة كيلومترات مشياً كل يوم.",
        "A solar-pumped well for 900 people, a few steps from their doors instead of a seven-kilometre walk.",
    ),
    story: (
        "في قرية رحمة نحو تسعمائة إنسان، وأقرب ماء نظيف إليهم على مسافة سبعة كيلومترات. أكثر من يقطعها البنات، مرةً قبل المدرسة ومرةً بعدها، وعلى رؤوسهن عشرون لتراً.\n\
         بهذا المشروع تُحفر بئر واحدة كاملة: فحص الموقع، والحفر إلى عمق 120 متراً تقريباً، وتبطين البئر بالحديد، ومضخة تعمل بالشمس، وأربعة صنابير في وسط القرية.\n\
         تتولى البئر لجنة من أهل القرية نصفها من النساء، عندها المفتاح وصندوق صغير للصيانة، حتى لا تتوقف المضخة إذا تعطلت قطعة منها.\n\
         يبدأ الحفر حين يكتمل المبلغ، وسترى في هذه الصفحة صور الموقع ونتيجة فحص الماء وما صُرف في كل مرحلة.",
        "About 900 people live in Rahma, and the nearest clean water is seven kilometres away. It is mostly girls who fetch it, once before school and once after, twenty litres at a time on their heads.\n\
         This project drills one complete well: the survey, about 120 metres of drilling, steel casing, a solar pump and four taps in the middle of the village.\n\
         A committee of villagers, half of them women, keeps the key and a small repair fund, so that the pump does not stand still for want of one part.\n\
         Drilling starts when the whole sum is here. Photos of the site, the water test and what each stage cost will be on this page.",
    ),
    target: Some(1_850_000),
    suggested: &[5_000, 10_000, 25_000, 50_000],
    min: Some(1_000),
    over: Over::General,
    tags: &[
        "kenya",
        "water",
        "sadaqah-jariyah",
        "آبار",
        "ماء",
        "مياه",
        "مويه",
        "سقيا",
        "صدقة جارية",
    ],
    pictures: &[
        Sketch {
            svg: include_str!("../drawings/well.svg"),
            alt: (
                "رسم لبئر في ساحة قرية: دلو تحت سقف صغير، ولوح شمسي، وصنبوران يقطران، ونخلة.",
                "A drawing of a well in a village square: a bucket under a small roof, a solar panel, two taps and a palm.",
            ),
        },
        Sketch {
            svg: include_str!("../drawings/well-ground.svg"),
            alt: (
                "رسم لمقطع في الأرض: ماسورة تنزل من المضخة عبر طبقات التراب إلى الماء.",
                "A drawing of a cut through the ground: a pipe leads from the pump down through layers of earth to the water.",
            ),
        },
    ],
    ..Spec::PLAIN
};

const ORPHAN: Spec = Spec {
    slug: "orphan",
    kind: ItemKind::Sponsorship,
    title: ("كفالة يتيم شهرية", "Orphan sponsorship, monthly"),
    summary: (
        "15 ديناراً في الشهر: غذاء ومدرسة وزيارة طبيب لطفل واحد يعيش مع أمه أو أقاربه.",
        "KWD 15 a month: food, school and a doctor for one child who stays with family.",
    ),
    story: (
        "كل طفل في هذا البرنامج يعيش في بيته مع أمه أو جدته أو خاله. الكفالة لا تنقله إلى دار، بل تُبقيه بين أهله وتخفف عنهم الحمل.\n\
         الخمسة عشر ديناراً تُصرف كل شهر على ثلاثة أمور واضحة: سلة غذاء للبيت، ورسوم المدرسة وكتبها، وكشف طبي كل ثلاثة أشهر.\n\
         البرنامج لمئة وعشرين طفلاً، ومن يكفل اليوم يصله كل ستة أشهر تقرير مختصر: صورة من المدرسة ودرجات الفصل، من غير نشر اسم الطفل أو عنوانه.",
        "Every child in this programme lives at home, with a mother, a grandmother or an uncle. The sponsorship does not move a child to an institution; it keeps the child with family and lightens their load.\n\
         The fifteen dinars go to three plain things each month: a food basket for the home, school fees and books, and a doctor's check every three months.\n\
         There are places for 120 children. Sponsors get a short report twice a year, a picture from school and the term's marks, without the child's name or address being published.",
    ),
    price: Some(15_000),
    unit: Some(("شهر", "month")),
    stock: Some(120),
    tags: &[
        "orphans",
        "monthly",
        "education",
        "أيتام",
        "اليتم",
        "كفالات",
        "أطفال",
    ],
    pictures: &[Sketch {
        svg: include_str!("../drawings/orphan.svg"),
        alt: (
            "رسم لغرفة بيت في المساء: حقيبة مدرسة معلّقة، وكتب وخبز وكأس ماء على طاولة تحت مصباح.",
            "A drawing of a room at home in the evening: a school bag on its hook, books, bread and water on a table under a lamp.",
        ),
    }],
    ..Spec::PLAIN
};

const BASKET: Spec = Spec {
    slug: "basket",
    title: (
        "سلة غذائية لأسرة متعففة داخل الكويت",
        "Food basket for a family in Kuwait",
    ),
    summary: (
        "بعشرين ديناراً تصل سلة تكفي أسرة من خمسة أفراد أسبوعين، إلى باب البيت وبلا تصوير.",
        "KWD 20 brings two weeks of food for a family of five to their door, and nobody is photographed.",
    ),
    story: (
        "أسر كثيرة حولنا لا تسأل الناس شيئاً: أبٌ انقطع راتبه، أو أم تعيل أبناءها وحدها. نعرفهم عن طريق باحثين اجتماعيين يزورون البيوت، لا عن طريق طوابير التوزيع.\n\
         في السلة أرز وطحين وزيت وعدس وتمر ودجاج وحليب ومعلبات، وكلها من سوق الجملة بالكويت، وتتغير قليلاً بحسب عمر الأطفال وحاجة المرضى في البيت.\n\
         يوصلها متطوعان بسيارة عادية بعد المغرب. لا كاميرا ولا شعار على الكيس، فستر الأسرة جزء من الصدقة.",
        "Many families around us ask nobody for anything: a father whose salary stopped, a mother who provides alone. We know them through social workers who visit homes, not through queues.\n\
         A basket holds rice, flour, oil, lentils, dates, chicken, milk and tins, bought at Kuwait's wholesale market and adjusted a little for small children and for people who are ill.\n\
         Two volunteers bring it after sunset in an ordinary car. There is no camera and no logo on the bag; a family's dignity is part of the gift.",
    ),
    price: Some(20_000),
    target: Some(6_000_000),
    unit: Some(("سلة", "basket")),
    suggested: &[20_000, 40_000, 100_000],
    min: Some(1_000),
    over: Over::General,
    tags: &["kuwait", "food", "طعام", "غذاء", "إطعام", "أسر", "فقراء"],
    pictures: &[Sketch {
        svg: include_str!("../drawings/basket.svg"),
        alt: (
            "رسم لسلة فيها كيس أرز وزجاجة زيت وحليب وخبز وتمر.",
            "A drawing of a basket with a sack of rice, a bottle of oil, milk, bread and dates.",
        ),
    }],
    ..Spec::PLAIN
};

const DIALYSIS: Spec = Spec {
    slug: "dialysis",
    status: ItemStatus::Executing,
    title: ("جلسة غسيل كلى لمريض", "One dialysis session"),
    summary: (
        "120 جلسة لمرضى لا تغطيهم جهة علاجية. اكتمل المبلغ والجلسات جارية الآن.",
        "120 sessions for patients nobody else covers. Fully funded; the sessions are under way.",
    ),
    story: (
        "مريض الكلى يحتاج ثلاث جلسات كل أسبوع، والجلسة الواحدة أربع ساعات على الجهاز. من فاتته جلستان متتاليتان قد تكون حياته في خطر.\n\
         يغطي المشروع 120 جلسة في مركز متعاون لمرضى مقيمين لا يشملهم التأمين وينتظرون دورهم في المستشفى.\n\
         اكتمل التمويل بفضل الله ثم بعطائكم، وتُصرف الجلسات بكتاب من الطبيب المعالج. ينشر المركز كشفاً شهرياً بعدد الجلسات دون أسماء المرضى.",
        "A kidney patient needs three sessions a week, four hours each on the machine. Missing two in a row can cost a life.\n\
         This project pays for 120 sessions at a partner clinic, for residents without insurance who are still waiting for a hospital place.\n\
         The sum is complete, thank God and thank you. Each session is released on the doctor's letter, and the clinic publishes a monthly count without patients' names.",
    ),
    price: Some(35_000),
    target: Some(4_200_000),
    unit: Some(("جلسة", "session")),
    suggested: &[35_000, 70_000],
    min: Some(1_000),
    over: Over::General,
    tags: &["kuwait", "health", "صحة", "علاج", "مرضى"],
    proofs: &[
        Shown {
            kind: ProofKind::Report,
            days_ago: 3,
            amount: None,
            caption: (
                "كشف المركز الشهري: 42 جلسة تمت من أصل 120.",
                "The clinic's monthly count: 42 of 120 sessions done.",
            ),
            place: ("الكويت", "Kuwait"),
        },
        Shown {
            kind: ProofKind::Invoice,
            days_ago: 11,
            amount: Some(700_000),
            caption: (
                "فاتورة المركز عن أول عشرين جلسة.",
                "The clinic's invoice for the first twenty sessions.",
            ),
            place: ("الكويت", "Kuwait"),
        },
    ],
    pictures: &[Sketch {
        svg: include_str!("../drawings/dialysis.svg"),
        alt: (
            "رسم لكرسي علاج مريح بجانب جهاز غسيل الكلى، وخلفه نافذة فيها شمس الصباح وساعة حائط.",
            "A drawing of an easy chair beside a dialysis machine, with the morning sun in the window and a clock on the wall.",
        ),
    }],
    ..Spec::PLAIN
};

const IFTAR: Spec = Spec {
    slug: "iftar",
    status: ItemStatus::Paused,
    title: ("وجبة إفطار صائم", "Iftar meal (Ramadan)"),
    summary: (
        "دينار وربع لوجبة ساخنة تصل قبل أذان المغرب. يُفتح باب التبرع في 15 شعبان.",
        "KWD 1.250 for a hot meal before the sunset call. Opens on 15 Sha'ban.",
    ),
    story: (
        "في رمضان تنصب الجمعية عشر خيام قرب مساكن العمال ومواقف الباصات، ويجلس على السفرة الواحدة من لا يعرف بعضهم بعضاً.\n\
         الوجبة أرز ولحم أو دجاج، وتمر ولبن وماء وفاكهة، تُطبخ بعد صلاة الظهر في مطبخ مرخّص وتصل ساخنة قبل الأذان بعشر دقائق.\n\
         المشروع متوقف الآن حتى الخامس عشر من شعبان، ليكون كل ما يُجمع لرمضان هذا العام وحده.",
        "In Ramadan the society pitches ten tents near workers' housing and bus stands, and people who have never met share one cloth on the ground.\n\
         The meal is rice with lamb or chicken, dates, laban, water and fruit, cooked after the noon prayer in a licensed kitchen and served hot ten minutes before the call.\n\
         The project rests until 15 Sha'ban, so that all that is collected is for the coming Ramadan alone.",
    ),
    price: Some(1_250),
    target: Some(5_000_000),
    unit: Some(("وجبة", "meal")),
    suggested: &[12_500, 37_500, 62_500],
    min: Some(1_250),
    over: Over::General,
    tags: &[
        "kuwait",
        "food",
        "ramadan",
        "رمضان",
        "إفطار",
        "طعام",
        "وجبات",
    ],
    pictures: &[Sketch {
        svg: include_str!("../drawings/iftar.svg"),
        alt: (
            "رسم لسفرة إفطار وقت الغروب: تمر ورز وماء ولبن وفانوس، وفي الأفق مسجد وهلال.",
            "A drawing of an iftar tray at sunset: dates, rice, water, laban and a lantern, a mosque and a crescent behind.",
        ),
    }],
    ..Spec::PLAIN
};

const COOLER: Spec = Spec {
    slug: "cooler",
    status: ItemStatus::Completed,
    title: (
        "برادات ماء للمساجد (صدقة جارية)",
        "Mosque water coolers (ongoing charity)",
    ),
    summary: (
        "عشر برادات تعمل اليوم في عشرة مساجد، وما صُرف عليها مفصّل في هذه الصفحة: 950 ديناراً بالتمام.",
        "Ten coolers now run in ten mosques, and what they cost is set out on this page: KWD 950 exactly.",
    ),
    story: (
        "قبل الصيف الماضي وصلتنا رسائل من أئمة مساجد في مناطق صناعية: المصلون كثير، والبراد قديم أو لا براد أصلاً.\n\
         اشترينا عشر برادات بفلاتر ثلاثية بمبلغ 780 ديناراً، وكلّف التركيب والتمديد 132 ديناراً، وأول تبديل للفلاتر 38 ديناراً. المجموع 950 ديناراً، لم يبق منها فلس ولم تنقص.\n\
         اكتمل المشروع وسُلّمت كل برادة لإمام المسجد بمحضر. جزى الله خيراً كل من شارك في شربة ماء.",
        "Before last summer imams in the industrial areas wrote to us: many worshippers, and an old cooler or none at all.\n\
         Ten coolers with triple filters cost KWD 780, fitting and piping 132, and the first change of filters 38. Together 950: nothing left over and nothing missing.\n\
         The project is complete, and every cooler was handed to its imam with a signed record. May everyone who shared in a drink of water be rewarded.",
    ),
    price: Some(95_000),
    target: Some(950_000),
    unit: Some(("برادة", "cooler")),
    suggested: &[10_000, 95_000],
    min: Some(1_000),
    over: Over::General,
    tags: &[
        "kuwait",
        "water",
        "mosques",
        "sadaqah-jariyah",
        "ماء",
        "مياه",
        "مويه",
        "سقيا",
        "مساجد",
        "صدقة جارية",
    ],
    proofs: &[
        Shown {
            kind: ProofKind::Handover,
            days_ago: 21,
            amount: None,
            caption: (
                "محاضر تسليم عشر برادات، موقّعة من أئمة المساجد.",
                "Handover records of all ten coolers, signed by the imams.",
            ),
            place: ("الشويخ والري وأمغرة", "Shuwaikh, Al-Rai and Amghara"),
        },
        Shown {
            kind: ProofKind::Invoice,
            days_ago: 27,
            amount: Some(170_000),
            caption: (
                "التركيب والتمديد 132 ديناراً، وأول تبديل للفلاتر 38 ديناراً.",
                "Fitting and piping KWD 132, the first change of filters KWD 38.",
            ),
            place: ("", ""),
        },
        Shown {
            kind: ProofKind::Invoice,
            days_ago: 34,
            amount: Some(780_000),
            caption: (
                "شراء عشر برادات بفلاتر ثلاثية.",
                "Ten coolers with triple filters.",
            ),
            place: ("", ""),
        },
    ],
    pictures: &[
        Sketch {
            svg: include_str!("../drawings/cooler.svg"),
            alt: (
                "رسم لبراد ماء تحت مظلة بجانب مسجد، وكأس ماء عند الصنبور.",
                "A drawing of a water cooler under a canopy beside a mosque, a glass standing by its tap.",
            ),
        },
        Sketch {
            svg: include_str!("../drawings/cooler-row.svg"),
            alt: (
                "رسم لعشرة برادات ماء مصفوفة في صفين.",
                "A drawing of ten water coolers standing in two rows.",
            ),
        },
    ],
    ..Spec::PLAIN
};

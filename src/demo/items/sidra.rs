//! Sidra's goods.

use sadu_domain::catalog::ItemKind;

use crate::demo::spec::{Over, Sketch, Spec};

/// In their order of display.
pub(super) const ITEMS: [Spec; 6] = [D1, H5, C2, M12, GB, SC];

const GOODS: Spec = Spec {
    kind: ItemKind::Product,
    over: Over::Close,
    ..Spec::PLAIN
};

const D1: Spec = Spec {
    slug: "d1",
    title: ("تمر خلاص فاخر – 1 كجم", "Premium Khalas dates, 1 kg"),
    summary: (
        "خلاص طري من موسم هذا العام، حبة كاملة وذهبية، في علبة تُغلق بإحكام.",
        "Soft Khalas of this season, whole and golden, in a box that closes tight.",
    ),
    story: (
        "نختار الخلاص حبة حبة بعد أن ينضج على النخلة، ونتركه يومين في الظل حتى يستقر سكره، فلا يجف ولا يلصق.\n\
         طعمه قريب من الكراميل، وحلاوته هادئة لا تغلب القهوة. تكفي العلبة ديوانية من عشرة أشخاص.\n\
         يُحفظ في مكان بارد ثلاثة أشهر، وفي الثلاجة سنة.",
        "We pick Khalas date by date once it has ripened on the palm and rest it two days in the shade, so that its sugar settles and it neither dries nor sticks.\n\
         It tastes close to caramel, with a quiet sweetness that leaves room for the coffee. One box serves a diwaniya of ten.\n\
         Keeps three months in a cool place and a year in the fridge.",
    ),
    price: Some(3_750),
    stock: Some(140),
    tags: &["dates", "farm", "تمور", "رطب"],
    pictures: &[
        Sketch {
            svg: include_str!("../drawings/d1.svg"),
            alt: (
                "رسم لصحن خشبي منقوش مملوء بالتمر، وخلفه سعف نخل.",
                "A drawing of a patterned wooden bowl heaped with dates, palm fronds behind it.",
            ),
        },
        Sketch {
            svg: include_str!("../drawings/d1-grove.svg"),
            alt: (
                "رسم لبستان نخيل وقت الغروب يمر فيه فلج ماء.",
                "A drawing of a palm grove at sunset with a water channel running through it.",
            ),
        },
    ],
    ..GOODS
};

const H5: Spec = Spec {
    slug: "h5",
    title: ("عسل سدر جبلي – 500 غم", "Mountain Sidr honey, 500 g"),
    summary: (
        "عسل سدر صافٍ بلا تسخين، لكل دفعة رقم وشهادة فحص.",
        "Pure Sidr honey, never heated; every batch has a number and a lab sheet.",
    ),
    story: (
        "يُجنى هذا العسل مرة واحدة في السنة حين يزهر السدر في الجبل، ولهذا كميته قليلة ولونه عنبري غامق.\n\
         لا نسخنه ولا نخلطه، نصفّيه بقماش القطن فقط. وقد يتجمد في البرد، وهذا من علامات صفائه، فضع العبوة في ماء دافئ يرجع كما كان.\n\
         على كل عبوة رقم دفعة، ومن يطلب نتيجة المختبر نرسلها له.",
        "This honey is gathered once a year, while the Sidr trees bloom on the mountain; that is why there is little of it and why it is a deep amber.\n\
         It is neither heated nor blended, only strained through cotton. In the cold it may set, which is a sign of purity: stand the jar in warm water and it clears.\n\
         Each jar carries a batch number, and we send the lab result to anyone who asks.",
    ),
    price: Some(18_500),
    stock: Some(36),
    tags: &["honey", "farm", "عسل", "أعسال"],
    pictures: &[Sketch {
        svg: include_str!("../drawings/h5.svg"),
        alt: (
            "رسم لعبوة عسل وملعقة عسل خشبية وغصن سدر مزهر.",
            "A drawing of a jar of honey, a wooden dipper and a branch of Sidr in bloom.",
        ),
    }],
    ..GOODS
};

const C2: Spec = Spec {
    slug: "c2",
    title: (
        "قهوة عربية بالهيل – 250 غم",
        "Arabic coffee with cardamom, 250 g",
    ),
    summary: (
        "قهوة شقراء محمصة كل أسبوع ومطحونة مع هيل أخضر وخيط زعفران.",
        "Blonde coffee roasted weekly, ground with green cardamom and a thread of saffron.",
    ),
    story: (
        "نحمص على نار هادئة ونوقف قبل أن تسمرّ الحبة، فتبقى القهوة شقراء خفيفة كما يحبها أهل الديوانية.\n\
         الهيل أخضر ويُطحن مع البن لا بعده، ومعه قليل من الزعفران. ملعقتان كبيرتان للتر ماء، وعشر دقائق على نار هادئة.\n\
         على الكيس تاريخ التحميص، فاشربها في شهرها الأول.",
        "We roast slowly and stop before the bean turns brown, so the coffee stays light and blonde, the way a diwaniya likes it.\n\
         Green cardamom is ground together with the beans, with a little saffron. Two large spoons to a litre of water, ten minutes on a low flame.\n\
         The roasting date is on the bag; it is at its best in the first month.",
    ),
    price: Some(2_900),
    stock: Some(90),
    tags: &["coffee", "قهوة", "بن"],
    pictures: &[Sketch {
        svg: include_str!("../drawings/c2.svg"),
        alt: (
            "رسم لدلة وثلاثة فناجين على صينية، وبجانبها حبات هيل.",
            "A drawing of a coffee pot and three small cups on a tray, with cardamom pods beside them.",
        ),
    }],
    ..GOODS
};

const M12: Spec = Spec {
    slug: "m12",
    title: ("معمول بالتمر – 12 قطعة", "Date maamoul, 12 pieces"),
    summary: (
        "معمول يُخبز كل صباح بسمن بلدي وحشوة تمر من مزرعتنا.",
        "Baked every morning with local ghee, filled with dates from our own farm.",
    ),
    story: (
        "العجينة سميد وسمن بلدي وماء ورد، ترتاح ليلة كاملة قبل أن تُنقش باليد.\n\
         الحشوة تمر خلاص معجون بالهيل والسمسم، من غير سكر مضاف.\n\
         اثنتا عشرة قطعة في علبة مبطنة، تبقى طرية عشرة أيام.",
        "The dough is semolina, ghee and rose water, rested a whole night before it is patterned by hand.\n\
         Inside are Khalas dates kneaded with cardamom and sesame; no sugar is added.\n\
         Twelve pieces in a lined box, soft for ten days.",
    ),
    price: Some(4_250),
    stock: Some(60),
    tags: &["sweets", "dates", "حلويات", "تمور"],
    pictures: &[Sketch {
        svg: include_str!("../drawings/m12.svg"),
        alt: (
            "رسم لعلبة معمول من فوق، فيها اثنتا عشرة قطعة منقوشة.",
            "A drawing of a box from above with twelve patterned maamoul.",
        ),
    }],
    ..GOODS
};

const GB: Spec = Spec {
    slug: "gb",
    title: ("بوكس هدايا الديوانية", "Diwaniya gift box"),
    summary: (
        "تمر وعسل وقهوة ومعمول في صندوق خشبي بنقشة السدو، جاهز للإهداء مع بطاقة بخطك.",
        "Dates, honey, coffee and maamoul in a wooden box with a Sadu pattern, ready to give with your card.",
    ),
    story: (
        "جمعنا أكثر ما يُطلب عندنا في صندوق واحد: كيلو خلاص، وعسل سدر صغير، وقهوة بالهيل، ومعمول بالتمر.\n\
         الصندوق من خشب طبيعي، على غطائه نقشة سدو محفورة، ويُستعمل بعدها لحفظ الفناجين.\n\
         اكتب كلماتك عند الطلب ونطبعها على بطاقة، ولا يظهر السعر لمن يستلم.",
        "The things people ask for most, in one box: a kilo of Khalas, a small Sidr honey, coffee with cardamom and date maamoul.\n\
         The box is plain wood with a Sadu pattern carved into its lid, and makes a good home for coffee cups afterwards.\n\
         Write your words with the order and we print them on a card. Whoever receives it does not see the price.",
    ),
    price: Some(24_000),
    stock: Some(12),
    tags: &["gifts", "هدايا", "هدية"],
    pictures: &[
        Sketch {
            svg: include_str!("../drawings/gb.svg"),
            alt: (
                "رسم لصندوق خشبي مفتوح بنقشة السدو، فيه عسل وقهوة وتمر، وبطاقة بجانبه.",
                "A drawing of an open wooden box with a Sadu pattern, honey, coffee and dates in it, a card beside it.",
            ),
        },
        Sketch {
            svg: include_str!("../drawings/gb-lid.svg"),
            alt: (
                "رسم لغطاء الصندوق: خشب حُفرت فيه مثلثات السدو ومعيّناته.",
                "A drawing of the lid: wood carved with the triangles and lozenges of Al-Sadu.",
            ),
        },
    ],
    ..GOODS
};

const SC: Spec = Spec {
    slug: "sc",
    title: ("غطاء وسادة بنقشة السدو", "Sadu-pattern cushion cover"),
    summary: (
        "نسيج صوف بمثلثات السدو وخطوطه، 45 × 45 سم. آخر القطع من هذه الدفعة.",
        "Woven wool with the triangles and bands of Al-Sadu, 45 × 45 cm. The last of this batch.",
    ),
    story: (
        "نسجته سيدات من الجهراء على النول الأرضي كما نسجت أمهاتهن، والقطعة الواحدة تأخذ أربعة أيام.\n\
         الأحمر والأسود والأبيض ألوان الصوف المصبوغ، ولا تتشابه قطعتان تماماً.\n\
         يُغسل باليد بماء بارد. الحشوة غير مشمولة.",
        "Woven by women in Jahra on a ground loom, as their mothers wove; one cover takes four days.\n\
         The red, black and white are dyed wool, and no two pieces are quite alike.\n\
         Wash by hand in cold water. The filling is not included.",
    ),
    price: Some(11_500),
    stock: Some(5),
    tags: &["sadu", "home", "gifts", "سدو", "وسائد", "مخدات", "هدايا"],
    pictures: &[
        Sketch {
            svg: include_str!("../drawings/sc.svg"),
            alt: (
                "رسم لوسادة حمراء وسوداء وبيضاء بنقشة السدو على مقعد.",
                "A drawing of a cushion in red, black and white with a Sadu pattern, on a bench.",
            ),
        },
        Sketch {
            svg: include_str!("../drawings/sc-weave.svg"),
            alt: (
                "رسم مقرّب لنسيج السدو: أشرطة ومثلثات حول صف من النقوش.",
                "A close drawing of the weave: bands and triangles around a row of figures.",
            ),
        },
    ],
    ..GOODS
};

//! Donors who do not exist: their names, their phones (prefix 3, which nobody has), and where they came from.

use sadu_domain::lang::Lang;
use sadu_domain::order::Attribution;
use sadu_domain::phone::{Phone, PhonePolicy};

use super::DemoError;
use super::dice::Dice;

const FIRST: [&str; 24] = [
    "عبدالله",
    "مريم",
    "خالد",
    "فاطمة",
    "يوسف",
    "نورة",
    "بدر",
    "دلال",
    "سالم",
    "هيا",
    "حمد",
    "شيخة",
    "ناصر",
    "لطيفة",
    "طلال",
    "أسماء",
    "جاسم",
    "منيرة",
    "مشعل",
    "عائشة",
    "فيصل",
    "حصة",
    "سعود",
    "وضحة",
];

const LAST: [&str; 16] = [
    "الربيع",
    "السعيد",
    "المنصور",
    "الزاهر",
    "الأمين",
    "الهلالي",
    "البستاني",
    "الساحلي",
    "النجار",
    "الوافي",
    "العطار",
    "الكريمي",
    "السراج",
    "المرزوقي",
    "الحكيم",
    "الشاطئ",
];

const ENGLISH: [&str; 14] = [
    "Anita Thomas",
    "Joseph Fernandes",
    "Sarah Collins",
    "Omar Haddad",
    "Priya Nair",
    "Daniel Reyes",
    "Grace Mensah",
    "Imran Qureshi",
    "Leila Karim",
    "Thomas Berg",
    "Maria Santos",
    "Yasmin Ali",
    "Arjun Menon",
    "Hannah Wright",
];

const FIRMS: [(&str, Lang); 10] = [
    ("شركة الواحة الخضراء للمقاولات", Lang::Ar),
    ("مكتب الميناء للاستشارات", Lang::Ar),
    ("أبناء المرحوم صالح الربيع", Lang::Ar),
    ("Blue Dhow Trading Co.", Lang::En),
    ("ديوان الساحلي", Lang::Ar),
    ("مخبز السنابل", Lang::Ar),
    ("Palm Row Dental Clinic", Lang::En),
    ("موظفو إدارة التخطيط", Lang::Ar),
    ("Class of 2009, Science High", Lang::En),
    ("أسرة المرحومة حصة المنصور", Lang::Ar),
];

/// Source, medium, campaign; direct visits have none.
const SOURCES: [Option<(&str, &str, &str)>; 6] = [
    Some(("instagram", "social", "ramadan_1447")),
    Some(("whatsapp", "broadcast", "friends")),
    Some(("google", "organic", "")),
    None,
    Some(("snapchat", "story", "daily")),
    Some(("email", "newsletter", "friday")),
];

/// Somebody who gives or buys.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) phone: Phone,
    pub(super) email: Option<String>,
    pub(super) lang: Lang,
}

/// Somebody, or a firm or family where the gift is large.
pub(super) fn person(dice: &mut Dice, firm: bool) -> Result<Person, DemoError> {
    let (name, lang) = if firm {
        let (name, lang) = dice.pick(&FIRMS).ok_or(DemoError::Text("names"))?;
        (name.to_owned(), lang)
    } else if dice.chance(28) {
        let name = dice.pick(&ENGLISH).ok_or(DemoError::Text("names"))?;
        (name.to_owned(), Lang::En)
    } else {
        let first = dice.pick(&FIRST).ok_or(DemoError::Text("names"))?;
        let last = dice.pick(&LAST).ok_or(DemoError::Text("names"))?;
        (format!("{first} {last}"), Lang::Ar)
    };
    let number = format!("+9653{:07}", dice.below(10_000_000));
    let phone = Phone::parse(&number, PhonePolicy { allow_demo: true })
        .map_err(|_| DemoError::Text("phone"))?;
    let email = (lang == Lang::En && dice.chance(60)).then(|| {
        let word: String = name.chars().filter(char::is_ascii_alphabetic).collect();
        format!("{}@mail.example", word.to_lowercase())
    });
    Ok(Person {
        name,
        phone,
        email,
        lang,
    })
}

/// Where a visit came from.
pub(super) fn source(dice: &mut Dice) -> Attribution {
    let word = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    match dice.pick(&SOURCES).flatten() {
        Some((source, medium, campaign)) => Attribution {
            source: word(source),
            medium: word(medium),
            campaign: word(campaign),
            ..Attribution::default()
        },
        None => Attribution::default(),
    }
}

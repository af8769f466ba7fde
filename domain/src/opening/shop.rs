//! What a new shop begins with: two products, delivery, returns, and answers to what buyers ask first.

use super::{Beginning, draft};
use crate::catalog::{Item, ItemKind, Overfunding};
use crate::colour::Colour;
use crate::lang::Bilingual;
use crate::money::Fils;
use crate::order::PaymentMethod;
use crate::tenant::{Branding, Faq, Settings};

/// Brown of honey, black of ink.
pub(super) const fn branding() -> Branding {
    Branding {
        primary: Colour::rgb(0x8c, 0x5a, 0x0f),
        accent: Colour::rgb(0x2b, 0x2a, 0x28),
    }
}

/// Settings, and what is offered.
pub(super) fn beginning() -> (Settings, Vec<Beginning>) {
    let settings = Settings {
        payment_methods: vec![PaymentMethod::Transfer, PaymentMethod::CashOnDelivery],
        faq: faq(),
        policy: Bilingual::new(
            "يُقبل إرجاع المنتجات غير المفتوحة خلال 3 أيام من استلامها.",
            "Unopened products can be returned within 3 days of delivery.",
        ),
        delivery: Some(Bilingual::new(
            "نتفق معك على موعد التوصيل بالهاتف بعد تأكيد الطلب.",
            "We agree the time of delivery with you by phone once the order is confirmed.",
        )),
        ..Settings::default()
    };
    (settings, vec![dates(), gift_box()])
}

fn faq() -> Vec<Faq> {
    [
        (
            Bilingual::new("متى يصل طلبي؟", "When does my order arrive?"),
            Bilingual::new(
                "نتصل بك لتحديد الموعد بعد تأكيد الطلب، وتتابع حالته برقمه المرجعي.",
                "We call you to agree a time once the order is confirmed, and you can follow it by its reference.",
            ),
        ),
        (
            Bilingual::new("كيف أدفع؟", "How do I pay?"),
            Bilingual::new(
                "تظهر طرق الدفع المتاحة عند إتمام الطلب، ولا يُخصم منك شيء قبل أن تؤكد.",
                "The ways to pay are listed at checkout; nothing is taken before you confirm.",
            ),
        ),
    ]
    .into_iter()
    .map(|(q, a)| Faq { q, a })
    .collect()
}

fn product(slug: &str, price: i64, stock: i64, texts: [[&str; 2]; 3]) -> Beginning {
    let [title, summary, story] = texts;
    Beginning {
        item: Item {
            price: Some(Fils::new(price)),
            overfunding: Overfunding::Continue,
            ..draft(slug, ItemKind::Product, title, summary, story)
        },
        stock: Some(stock),
    }
}

fn dates() -> Beginning {
    product(
        "dates-1kg",
        3_500,
        20,
        [
            ["تمر فاخر، كيلوغرام", "Fine dates, 1 kg"],
            [
                "تمر هذا الموسم في علبة محكمة.",
                "This season's dates in a sealed box.",
            ],
            [
                "مثال لمنتج له سعر وكمية. عدّلوا الاسم والسعر والعدد قبل النشر.\nاذكروا المصدر والوزن ومدة الحفظ.",
                "An example of a product with a price and a stock. Change name, price and number before you publish it.\nSay where it is from, its weight, and how long it keeps.",
            ],
        ],
    )
}

fn gift_box() -> Beginning {
    product(
        "gift-box",
        12_000,
        10,
        [
            ["علبة هدايا", "Gift box"],
            [
                "تشكيلة مغلفة مع بطاقة بخط اليد.",
                "A wrapped selection with a handwritten card.",
            ],
            [
                "مثال لهدية. اذكروا ما في العلبة قطعة قطعة، وهل تُكتب البطاقة بالنص الذي يختاره المشتري.",
                "An example of a gift. List what is in the box, piece by piece, and whether the buyer chooses the words on the card.",
            ],
        ],
    )
}

//! What stands between an item and its visitors. Each blocker names its field, so that the editor can lead there.

use super::{Item, ItemKind, Overfunding};
use crate::error::{Code, FieldError};
use crate::lang::{Bilingual, Lang};
use crate::media::MediaState;
use crate::tenant::Tenant;
use chrono::NaiveDate;

/// What is missing before `item` may be published on `today`: a title and a summary in both languages, a story in the tenant's own,
/// what its kind cannot do without, and a licence that holds. `fund_open` tells whether the fund with a slug takes gifts.
#[must_use]
pub fn blockers(
    item: &Item,
    primary: Lang,
    today: NaiveDate,
    fund_open: impl Fn(&str) -> bool,
) -> Vec<FieldError> {
    let mut missing = Vec::new();
    let mut need = |met: bool, field: &str, ar: &str, en: &str| {
        if !met {
            let message = Bilingual::new(ar, en);
            missing.push(FieldError::with_message(
                field,
                Code::RequestFieldRequired,
                message,
            ));
        }
    };
    need(
        !item.title.ar.is_empty(),
        "title.ar",
        "اكتب العنوان بالعربية",
        "Write the title in Arabic",
    );
    need(
        !item.title.en.is_empty(),
        "title.en",
        "اكتب العنوان بالإنجليزية",
        "Write the title in English",
    );
    need(
        !item.summary.ar.is_empty(),
        "summary.ar",
        "اكتب الملخص بالعربية",
        "Write the summary in Arabic",
    );
    need(
        !item.summary.en.is_empty(),
        "summary.en",
        "اكتب الملخص بالإنجليزية",
        "Write the summary in English",
    );
    match primary {
        Lang::Ar => need(
            !item.story.ar.is_empty(),
            "story.ar",
            "اكتب التفاصيل بالعربية",
            "Write the story in Arabic",
        ),
        Lang::En => need(
            !item.story.en.is_empty(),
            "story.en",
            "اكتب التفاصيل بالإنجليزية",
            "Write the story in English",
        ),
    }
    let unit = item
        .unit
        .as_ref()
        .is_some_and(|unit| !unit.ar.is_empty() && !unit.en.is_empty());
    match item.kind {
        ItemKind::Product => need(
            item.price.is_some(),
            "price",
            "اكتب السعر",
            "Write the price",
        ),
        ItemKind::Project => need(
            item.target.is_some(),
            "target",
            "اكتب المبلغ المستهدف",
            "Write the target amount",
        ),
        ItemKind::Sponsorship => {
            need(
                item.price.is_some(),
                "price",
                "اكتب قيمة السهم",
                "Write the price of a share",
            );
            need(
                unit,
                "unit",
                "اكتب ما الذي يغطيه السهم، باللغتين",
                "Write what a share covers, in both languages",
            );
        }
        ItemKind::Fund | ItemKind::Zakat => {}
    }
    let ended = item
        .licence
        .as_ref()
        .filter(|licence| !licence.is_valid_on(today))
        .and_then(|licence| licence.valid_until);
    if let Some(day) = ended {
        need(
            false,
            "licence.valid_until",
            &format!("انتهى ترخيص المشروع في \u{2066}{day}\u{2069}: أدخل الترخيص الجديد"),
            &format!("The licence of the project ended on {day}: enter the new one"),
        );
    }
    if let Overfunding::Overflow(fund) = &item.overfunding {
        need(
            item.target.is_none() || fund_open(fund),
            "overfunding",
            "الصندوق الذي تذهب إليه الزيادة غير مفتوح: افتحه أو اختر غيره",
            "The fund that takes the excess is not open: open it, or choose another",
        );
    }
    missing
}

/// What is missing where nothing can be paid at `tenant`, at the field `payment`: what is published then would lead nowhere.
#[must_use]
pub fn unpayable(tenant: &Tenant) -> Option<FieldError> {
    let none = tenant.offered_methods().next().is_none();
    none.then(|| {
        let message = Bilingual::new(
            "أضف الحساب البنكي في الإعدادات، كي يجد الناس طريقة للدفع",
            "Add the bank account in the settings, so that people have a way to pay",
        );
        FieldError::with_message("payment", Code::ItemNoWayToPay, message)
    })
}

/// Pictures of an item, in their order, that nobody described yet: `media[1].alt.ar` is the Arabic text of the second. One that was
/// refused is not shown, so it needs none.
pub fn undescribed<'a>(
    pictures: impl Iterator<Item = (MediaState, &'a Bilingual)>,
) -> Vec<FieldError> {
    let mut missing = Vec::new();
    for (n, (state, alt)) in pictures.enumerate() {
        if state == MediaState::Rejected {
            continue;
        }
        let place = n.saturating_add(1);
        let message = |ar: &str, en: &str| {
            let ar = format!("صف الصورة {place} {ar}");
            Bilingual::new(ar, format!("Describe photo {place} {en}"))
        };
        let texts = [
            ("ar", &alt.ar, message("بالعربية", "in Arabic")),
            ("en", &alt.en, message("بالإنجليزية", "in English")),
        ];
        for (lang, text, message) in texts {
            if text.is_empty() {
                missing.push(FieldError::with_message(
                    format!("media[{n}].alt.{lang}"),
                    Code::RequestFieldRequired,
                    message,
                ));
            }
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::super::draft::tests_support::item;
    use super::*;
    use crate::money::Fils;
    use crate::tenant::Licence;

    fn fields(item: &Item) -> Vec<String> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        blockers(item, Lang::Ar, today, |slug| slug == "general")
            .into_iter()
            .map(|b| b.field)
            .collect()
    }

    #[test]
    fn an_empty_draft_lists_everything_and_a_full_one_nothing() {
        let mut draft = item(ItemKind::Project);
        draft.title.en.clear();
        draft.target = None;
        assert_eq!(
            fields(&draft),
            ["title.en", "summary.ar", "summary.en", "story.ar", "target"]
        );
        draft.title.en = "A well".to_owned();
        draft.summary = Bilingual::new("ماء", "Water");
        draft.story.ar = "قصة".to_owned();
        draft.target = Some(Fils::new(1));
        assert_eq!(fields(&draft), [""; 0]);
    }

    #[test]
    fn a_picture_needs_words_in_both_languages() {
        let (full, half) = (Bilingual::new("بئر", "A well"), Bilingual::new("بئر", ""));
        let none = Bilingual::default();
        let pictures = [
            (MediaState::Ready, &full),
            (MediaState::Ready, &half),
            (MediaState::Rejected, &none),
            (MediaState::Pending, &none),
        ];
        let missing = undescribed(pictures.into_iter());
        let fields: Vec<_> = missing.iter().map(|m| m.field.as_str()).collect();
        assert_eq!(
            fields,
            ["media[1].alt.en", "media[3].alt.ar", "media[3].alt.en"]
        );
        assert_eq!(missing[0].message.en, "Describe photo 2 in English");
    }

    #[test]
    fn nothing_is_published_that_cannot_be_paid() {
        use crate::order::PaymentMethod;
        use crate::tenant::TenantKind;
        let mut tenant = crate::settings::tests::tenant();
        tenant.settings.bank = None;
        let code = |tenant: &Tenant| unpayable(tenant).map(|missing| missing.code);
        assert_eq!(code(&tenant), Some(Code::ItemNoWayToPay));
        let cash = vec![PaymentMethod::Transfer, PaymentMethod::CashOnDelivery];
        tenant.settings.payment_methods = cash;
        tenant.kind = TenantKind::Charity;
        assert_eq!(code(&tenant), Some(Code::ItemNoWayToPay), "never cash");
        tenant.kind = TenantKind::Shop;
        assert_eq!(code(&tenant), None);
        tenant.settings.payment_methods = Vec::new();
        assert_eq!(code(&tenant), Some(Code::ItemNoWayToPay));
    }

    #[test]
    fn licences_end_and_funds_close() {
        let mut ready = item(ItemKind::Fund);
        ready.summary = Bilingual::new("ماء", "Water");
        ready.story.ar = "قصة".to_owned();
        assert_eq!(fields(&ready), [""; 0]);
        ready.licence = Some(Licence {
            number: "7".to_owned(),
            authority: Bilingual::default(),
            valid_until: NaiveDate::from_ymd_opt(2026, 11, 23),
        });
        assert_eq!(fields(&ready), ["licence.valid_until"]);
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let told = blockers(&ready, Lang::Ar, today, |_| true);
        assert_eq!(
            told[0].message.en,
            "The licence of the project ended on 2026-11-23: enter the new one"
        );
        ready.licence = None;
        ready.target = Some(Fils::new(1));
        ready.overfunding = Overfunding::Overflow("closed".to_owned());
        assert_eq!(fields(&ready), ["overfunding"]);
        ready.kind = ItemKind::Sponsorship;
        ready.overfunding = Overfunding::Overflow("general".to_owned());
        assert_eq!(fields(&ready), ["price", "unit"]);
    }
}

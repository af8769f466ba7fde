//! Requests that become orders, and what the others are told.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod fixture;

use proptest::prelude::*;
use serde_json::{Value, json};

use self::fixture::*;
use super::parse::OrderRejection;
use super::*;
use crate::error::Code;
use crate::lang::Bilingual;
use crate::tenant::{Licence, TenantKind, TenantStatus};

#[test]
fn the_documented_request_becomes_an_order() {
    let charity = Fixture::new(TenantKind::Charity);
    let order = charity.parse(one("well", json!(5000))).unwrap();
    assert_eq!(order.kind, OrderKind::Donation);
    assert_eq!(order.total, Fils::new(5000));
    assert_eq!(order.lines.len(), 1);
    assert_eq!(order.method, PaymentMethod::Transfer);
    assert_eq!(order.donor.phone.expose().as_e164(), "+96530000001");
    assert_eq!(order.utm.campaign.as_deref(), Some("ramadan_1447"));
    let printed = format!("{order:?}");
    assert!(
        !printed.contains("فاطمة") && !printed.contains("0001"),
        "{printed}"
    );
}

#[test]
fn items_are_found_by_id_too() {
    let charity = Fixture::new(TenantKind::Charity);
    let id = charity.items.first().unwrap().0.id.to_string();
    assert_eq!(
        charity
            .parse(one(&id, json!(5000)))
            .unwrap()
            .lines
            .first()
            .unwrap()
            .slug,
        "well"
    );
}

#[test]
fn quantity_times_price() {
    let charity = Fixture::new(TenantKind::Charity);
    let order = charity.parse(gift(json!([
        {"item": "orphan", "quantity": 2}, {"item": "basket", "quantity": 3}, {"item": "basket", "amount": 7_500}
    ])));
    let order = order.unwrap();
    assert_eq!(order.total, Fils::new(30_000 + 60_000 + 7_500));
    let line = order.lines.first().unwrap();
    assert_eq!(
        (line.quantity, line.unit_price, line.amount),
        (Some(2), Some(Fils::new(15_000)), Fils::new(30_000))
    );
    assert_eq!(order.lines.last().unwrap().unit_price, None);
}

#[test]
fn amounts_that_are_not_taken() {
    let charity = Fixture::new(TenantKind::Charity);
    for (amount, code) in [
        (json!(5000.5), "order.amount_invalid"),
        (json!(5000.0), "order.amount_invalid"),
        (json!(-5000), "order.amount_invalid"),
        (json!(u64::MAX), "order.amount_invalid"),
        (json!(0), "order.amount_too_small"),
        (json!(999), "order.amount_too_small"),
        (json!(500_001), "order.amount_too_large"),
        (json!(null), "order.amount_required"),
    ] {
        assert_eq!(
            charity.errors(one("well", amount.clone())),
            [format!("items[0].amount {code}")],
            "{amount}"
        );
    }
    assert_eq!(
        charity.errors(one("general", json!(0))),
        ["items[0].amount order.amount_too_small"]
    );
    assert_eq!(
        charity.errors(one("general", json!(100_000_001))),
        ["items[0].amount order.amount_too_large"]
    );
    assert!(charity.parse(one("general", json!(100_000_000))).is_ok());
    assert_eq!(
        charity.errors(pieces("well", json!(1))),
        ["items[0].quantity order.quantity_not_accepted"]
    );
    assert_eq!(
        charity.errors(one("orphan", json!(15_000))),
        ["items[0].quantity order.amount_not_accepted"]
    );
}

#[test]
fn limits_are_named_in_the_message() {
    let charity = Fixture::new(TenantKind::Charity);
    let Err(OrderRejection::Invalid(errors)) = charity.parse(one("well", json!(999))) else {
        panic!()
    };
    let message = &errors.first().unwrap().message;
    assert!(
        message.en.contains("KWD 1.000") && message.ar.contains("1.000 د.ك"),
        "{message:?}"
    );
}

#[test]
fn quantities_that_are_not_taken() {
    let charity = Fixture::new(TenantKind::Charity);
    for quantity in [json!(0), json!(1000), json!(1.5), json!(-1), json!(null)] {
        let body = pieces("orphan", quantity.clone());
        assert_eq!(
            charity.errors(body),
            ["items[0].quantity order.quantity_invalid"],
            "{quantity}"
        );
    }
    let both = |amount| gift(json!([{"item": "orphan", "quantity": 2, "amount": amount}]));
    assert!(charity.parse(both(30_000)).is_ok());
    assert_eq!(
        charity.errors(both(15_000)),
        ["items[0].amount order.amount_mismatch"]
    );
}

#[test]
fn unknown_hidden_and_closed_items() {
    let charity = Fixture::new(TenantKind::Charity);
    assert_eq!(
        charity.errors(one("nothing", json!(5000))),
        ["items[0].item item.not_found"]
    );
    assert_eq!(
        charity.errors(one("draft", json!(5000))),
        ["items[0].item item.not_found"]
    );
    for slug in ["done", "archived", "full"] {
        let at = Some("items[0].item".to_owned());
        assert_eq!(
            charity.closed(one(slug, json!(5000))),
            (Code::ItemClosed, at),
            "{slug}"
        );
    }
    assert!(charity.parse(one("more", json!(5000))).is_ok());
    // Broken rules come first: mending them would otherwise be asked for one by one.
    let body = with(one("done", json!(5000)), "/donor/name", json!(""));
    assert_eq!(charity.errors(body), ["donor.name donor.name_required"]);
}

#[test]
fn stock_is_counted_over_all_lines() {
    let charity = Fixture::new(TenantKind::Charity);
    assert!(charity.parse(pieces("orphan", json!(3))).is_ok());
    let at = |field: &str| (Code::ItemOutOfStock, Some(field.to_owned()));
    assert_eq!(
        charity.closed(pieces("orphan", json!(4))),
        at("items[0].quantity")
    );
    let twice = gift(json!([{"item": "orphan", "quantity": 2}, {"item": "orphan", "quantity": 2}]));
    assert_eq!(charity.closed(twice), at("items[1].quantity"));
}

#[test]
fn kinds_and_items_have_to_fit() {
    let (charity, shop) = (
        Fixture::new(TenantKind::Charity),
        Fixture::new(TenantKind::Shop),
    );
    let order = |slug: &str| with(pieces(slug, json!(1)), "/kind", json!("order"));
    assert!(shop.parse(order("d1")).is_ok());
    assert!(charity.parse(order("d1")).is_ok());
    assert_eq!(
        charity.errors(pieces("d1", json!(1))),
        ["items[0].item order.kind_mismatch"]
    );
    assert_eq!(
        charity.errors(order("orphan")),
        ["items[0].item order.kind_mismatch"]
    );
    assert_eq!(
        shop.errors(one("well", json!(5000))),
        ["items[0].item order.kind_mismatch"]
    );
    assert_eq!(shop.closed(order("unpriced")).0, Code::ItemClosed);
    for (kind, code) in [
        ("pledge", "order.kind_unavailable"),
        ("gift", "order.kind_invalid"),
        ("", "order.kind_invalid"),
    ] {
        let body = with(one("well", json!(5000)), "/kind", json!(kind));
        let body = with(
            body,
            "/schedule",
            json!({"first_due": "2026-12-01", "every": "month", "instalments": null, "amount": 5000}),
        );
        assert_eq!(charity.errors(body), [format!("kind {code}")]);
    }
    let scheduled = with(one("well", json!(5000)), "/schedule", json!({}));
    assert_eq!(
        charity.errors(scheduled),
        ["schedule request.field_invalid"]
    );
}

#[test]
fn methods_are_the_tenants_own() {
    let (charity, shop) = (
        Fixture::new(TenantKind::Charity),
        Fixture::new(TenantKind::Shop),
    );
    for method in ["knet", "bitcoin", "cash_on_delivery"] {
        let body = with(one("well", json!(5000)), "/payment_method", json!(method));
        assert_eq!(
            charity.errors(body),
            ["payment_method payment.method_unavailable"],
            "{method}"
        );
    }
    assert_eq!(
        charity.errors(with(one("well", json!(5000)), "/payment_method", json!(""))),
        ["payment_method payment.method_required"]
    );
    let order = with(pieces("d1", json!(1)), "/kind", json!("order"));
    assert!(
        shop.parse(with(order, "/payment_method", json!("cash_on_delivery")))
            .is_ok()
    );
    let mut without_account = Fixture::new(TenantKind::Charity);
    without_account.tenant.settings.bank = None;
    assert_eq!(
        without_account.errors(one("well", json!(5000))),
        ["payment_method payment.method_unavailable"]
    );
}

#[test]
fn a_tenant_that_takes_no_money_says_so_first() {
    let mut charity = Fixture::new(TenantKind::Charity);
    charity.tenant.status = TenantStatus::CollectionSuspended;
    assert_eq!(
        charity.closed(json!({})),
        (Code::TenantCollectionSuspended, None)
    );
    charity.tenant.status = TenantStatus::Suspended;
    assert_eq!(charity.closed(json!({})), (Code::TenantSuspended, None));
}

#[test]
fn nothing_is_taken_under_a_licence_that_ended() {
    let mut charity = Fixture::new(TenantKind::Charity);
    let until = |day: &str| {
        Some(Licence {
            number: "DEMO-101/2026".into(),
            authority: Bilingual::default(),
            valid_until: Some(day.parse().unwrap()),
        })
    };
    // The last day still counts.
    charity.tenant.licence = until("2026-11-20");
    charity.parse(one("well", json!(5000))).unwrap();
    charity.tenant.licence = until("2026-11-19");
    assert_eq!(
        charity.closed(one("well", json!(5000))),
        (Code::TenantCollectionSuspended, None)
    );
}

#[test]
fn lines_are_one_to_twenty() {
    let charity = Fixture::new(TenantKind::Charity);
    let lines = |n: usize| {
        gift(Value::Array(vec![
            json!({"item": "well", "amount": 5000});
            n
        ]))
    };
    assert_eq!(charity.errors(lines(0)), ["items order.lines_empty"]);
    assert_eq!(charity.parse(lines(20)).unwrap().total, Fils::new(100_000));
    assert_eq!(charity.errors(lines(21)), ["items order.too_many_lines"]);
}

#[test]
fn donors_are_asked_for_all_that_is_missing_at_once() {
    let charity = Fixture::new(TenantKind::Charity);
    let body = with(one("well", json!(5000)), "/donor", json!({"email": "a@b"}));
    assert_eq!(
        charity.errors(body),
        [
            "donor.name donor.name_required",
            "donor.phone donor.phone_required",
            "donor.email donor.email_invalid"
        ]
    );
    for (field, value, error) in [
        ("name", json!("A"), "donor.name donor.name_invalid"),
        (
            "name",
            json!("ب".repeat(81)),
            "donor.name donor.name_invalid",
        ),
        (
            "name",
            json!("\u{200B}\u{202E}"),
            "donor.name donor.name_required",
        ),
        ("phone", json!("12345"), "donor.phone donor.phone_invalid"),
        (
            "email",
            json!("x y@z.com"),
            "donor.email donor.email_invalid",
        ),
    ] {
        let body = with(one("well", json!(5000)), &format!("/donor/{field}"), value);
        assert_eq!(charity.errors(body), [error]);
    }
    let body = with(one("well", json!(5000)), "/donor/email", json!("  "));
    assert_eq!(charity.parse(body).unwrap().donor.email, None);
}

#[test]
fn free_texts_are_cleaned_and_limited() {
    let charity = Fixture::new(TenantKind::Charity);
    let body = with(
        one("well", json!(5000)),
        "/note",
        json!(" شكراً\u{202E}\n لكم "),
    );
    assert_eq!(
        charity.parse(body).unwrap().note.unwrap().expose(),
        "شكراً\nلكم"
    );
    let body = with(one("well", json!(5000)), "/note", json!("x".repeat(501)));
    assert_eq!(charity.errors(body), ["note text.too_long"]);
    let body = with(
        one("well", json!(5000)),
        "/gift",
        json!({"to": " أمي ", "message": ""}),
    );
    let card = charity.parse(body).unwrap().gift.unwrap().into_exposed();
    assert_eq!(
        card,
        GiftCard {
            to: Some("أمي".into()),
            message: None
        }
    );
    let body = with(
        one("well", json!(5000)),
        "/utm",
        json!({"source": "  InstaGram\u{7} ", "term": "\n"}),
    );
    let utm = charity.parse(body).unwrap().utm;
    assert_eq!(
        utm,
        Attribution {
            source: Some("instagram".into()),
            ..Attribution::default()
        }
    );
    let body = with(
        one("well", json!(5000)),
        "/utm",
        json!({"campaign": "C".repeat(1000)}),
    );
    assert_eq!(
        charity.parse(body).unwrap().utm.campaign,
        Some("c".repeat(100))
    );
}

#[test]
fn languages() {
    let charity = Fixture::new(TenantKind::Charity);
    let lang = |value| with(one("well", json!(5000)), "/lang", value);
    assert_eq!(charity.parse(lang(json!(null))).unwrap().lang, Lang::Ar);
    assert_eq!(charity.parse(lang(json!("en"))).unwrap().lang, Lang::En);
    assert_eq!(
        charity.errors(lang(json!("fr"))),
        ["lang order.lang_invalid"]
    );
}

#[test]
fn unknown_fields_are_refused() {
    for pointer in [
        "/total",
        "/donor/role",
        "/items/0/price",
        "/utm/x",
        "/status",
        "/tenant_id",
    ] {
        let mut body = one("well", json!(5000));
        if let Some(key) = pointer.strip_prefix("/items/0/") {
            body.pointer_mut("/items/0")
                .unwrap()
                .as_object_mut()
                .unwrap()
                .insert(key.into(), json!(1));
        } else {
            body = with(body, pointer, json!(1));
        }
        assert!(
            serde_json::from_value::<NewOrder>(body).is_err(),
            "{pointer}"
        );
    }
}

proptest! {
    #[test]
    fn the_total_is_the_sum_of_the_lines(amounts in proptest::collection::vec(1_000_i64..500_001, 1..21)) {
        let charity = Fixture::new(TenantKind::Charity);
        let lines: Vec<_> = amounts.iter().map(|a| json!({"item": "well", "amount": a})).collect();
        let order = charity.parse(gift(Value::Array(lines))).unwrap();
        prop_assert_eq!(order.total.get(), amounts.iter().sum::<i64>());
        prop_assert_eq!(order.lines.len(), amounts.len());
    }

    #[test]
    fn whatever_is_typed_gets_an_answer(
        kind in "\\PC{0,10}", item in "\\PC{0,20}", amount in any::<i64>(), quantity in any::<i64>(),
        name in "\\PC{0,100}", phone in "\\PC{0,30}", email in "\\PC{0,30}", note in "\\PC{0,600}",
    ) {
        let charity = Fixture::new(TenantKind::Charity);
        let mut new: NewOrder = serde_json::from_value(one("well", json!(5000))).unwrap();
        if amount % 2 == 0 { new.kind = kind; }
        new.items.push(request::NewLine { item, amount: Some(amount.into()), quantity: Some(quantity.into()) });
        new.donor.name = Some(name);
        new.donor.phone = Some(phone);
        new.donor.email = Some(email);
        new.note = Some(note);
        match charity.parse_new(new) {
            Ok(order) => prop_assert!(order.total.is_positive()),
            Err(OrderRejection::Invalid(errors)) => prop_assert!(!errors.is_empty()),
            Err(OrderRejection::Closed { .. }) => {}
        }
    }
}

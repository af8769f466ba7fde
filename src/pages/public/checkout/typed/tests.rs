//! What a typed form becomes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::*;
use sadu_domain::error::Code;

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn a_free_amount_wins_over_a_chip() {
    let typed = Typed::from_link(&pairs(&[
        ("item", "well"),
        ("amount", "5.000"),
        ("other", "٧٫٥"),
        ("utm_source", "x"),
    ]));
    assert_eq!(
        typed.lines,
        [TypedLine {
            slug: "well".into(),
            value: "٧٫٥".into()
        }]
    );
    let order = typed.request(Lang::Ar, false, |_| false);
    assert_eq!(order.items[0].amount, Some(WholeNumber::Valid(7_500)));
    assert_eq!(order.utm.unwrap().source.as_deref(), Some("x"));
}

#[test]
fn the_first_step_sends_each_line_its_own_amount() {
    let sent = [
        ("item", "well"),
        ("item", "school"),
        ("amount.well", "5"),
        ("amount.school", ""),
    ];
    let typed = Typed::from_link(&pairs(&sent));
    let values: Vec<&str> = typed.lines.iter().map(|line| line.value.as_str()).collect();
    assert_eq!((values, typed.was_sent), (vec!["5", ""], true));
    // A link without an amount was not sent by anybody.
    assert!(!Typed::from_link(&pairs(&[("item", "well"), ("utm_source", "x")])).was_sent);
    assert!(Typed::from_link(&pairs(&[("item", "well"), ("other", "")])).was_sent);
}

#[test]
fn lines_left_empty_are_no_lines_but_an_empty_form_keeps_its_first() {
    let form = [
        ("item", "a"),
        ("amount.a", " "),
        ("item", "b"),
        ("quantity.b", "٢"),
        ("anonymous", "1"),
    ];
    let typed = Typed::from_form(&pairs(&form));
    let order = typed.request(Lang::En, true, |slug| slug == "b");
    assert_eq!(order.items.len(), 1);
    assert_eq!(order.items[0].quantity, Some(WholeNumber::Valid(2)));
    assert!(order.donor.anonymous && !order.donor.hide_amount);
    let empty = Typed::from_form(&pairs(&[("item", "a"), ("item", "b")]));
    assert_eq!(empty.wanted().count(), 1);
    assert_eq!(
        empty.request(Lang::En, false, |_| false).items[0].amount,
        None
    );
}

#[test]
fn an_ambiguous_amount_is_shown_with_both_readings_at_its_line() {
    let mut typed = Typed::from_form(&pairs(&[("item", "well"), ("amount.well", "1,250")]));
    assert_eq!(
        typed.request(Lang::En, false, |_| false).items[0].amount,
        Some(WholeNumber::Invalid)
    );
    typed.amiss(
        &[FieldError::new("items[0].amount", Code::OrderAmountInvalid)],
        Lang::En,
    );
    let error = &typed.errors[0];
    assert_eq!(error.anchor.as_deref(), Some("line-well"));
    assert!(
        error.message.contains("1.250") && error.message.contains("1,250"),
        "{}",
        error.message
    );
    assert_eq!(typed.error("line-well"), Some(error.message.as_str()));
}

#[test]
fn a_field_error_finds_its_field() {
    let mut typed = Typed::default();
    typed.amiss(
        &[FieldError::new("donor.phone", Code::DonorPhoneRequired)],
        Lang::Ar,
    );
    assert_eq!(typed.errors[0].anchor.as_deref(), Some("donor-phone"));
    assert!(typed.error("donor.phone").is_some() && typed.error("donor.name").is_none());
}

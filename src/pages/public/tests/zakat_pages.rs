//! The zakat calculator: what it counts, and how it speaks of the price of gold.

use sadu_domain::tenant::GoldPrice;

use super::*;

/// The day that prices of gold here are held against.
pub(super) fn noon() -> DateTime<Utc> {
    "2026-11-27T09:00:00Z".parse().unwrap()
}

/// The form sent with `query`, in English.
fn counted(snapshot: &TenantSnapshot, query: &str) -> String {
    let frame = Frame::new(&snapshot.tenant, Lang::En, ORIGIN);
    let typed = web::Query::from_query(query).unwrap();
    let page = zakat::counted(zakat::page(frame, noon()).unwrap(), snapshot, &typed);
    page.render().unwrap()
}

#[test]
fn zakat_is_counted_from_any_digits_and_goes_where_it_may() {
    let snapshot = snapshot(|_| ());
    // 5,000 and 7 g of pure gold at 40: a fortieth of 5,280.
    let html = counted(&snapshot, "gram=٤٠&cash=٥٠٠٠&gold21=8&shares=0");
    assert!(html.contains(">132.000<"), "{html}");
    assert!(html.contains("/en/checkout?item=well&amp;amount=132.000"));
    // A sponsorship goes by shares, a draft is nobody's, and what is done takes nothing.
    for slug in ["orphan", "secret", "cooler", "dates"] {
        assert!(!html.contains(&format!("item={slug}&amp;")), "{slug}");
    }
    let below = counted(&snapshot, "gram=40&cash=3399.999");
    assert!(below.contains("below the nisab") && !below.contains("checkout?item"));
}

#[test]
fn zakat_fields_are_mended_one_by_one_and_lose_nothing() {
    let html = counted(&snapshot(|_| ()), "cash=1,250&gold24=-3&debts=lots");
    for (field, message) in [
        ("gram", "price of a gram"),
        ("cash", "KWD 1.250 or KWD 1,250.000"),
        ("gold24", "weight in grams"),
        ("debts", ""),
    ] {
        let id = format!("id=\"{field}-error\"");
        let (_, rest) = html.split_once(&id).unwrap_or_else(|| panic!("{field}"));
        let told = rest.split("</p>").next().unwrap();
        assert!(told.contains(message), "{field}: {told}");
    }
    assert!(html.contains("value=\"1,250\"") && html.contains("value=\"lots\""));
    let nothing = counted(&snapshot(|_| ()), "gram=40&cash=0");
    assert!(nothing.contains("Enter what you own first"));
}

#[test]
fn a_gold_price_says_whose_and_when_it_is_until_it_is_changed() {
    let snapshot = snapshot(|tenant| {
        tenant.settings.gold_price = Some(GoldPrice {
            gram: Fils::new(41_250),
            on: "2026-11-24".parse().unwrap(),
            source: Bilingual::new("سوق الذهب", "the gold market"),
        });
    });
    let html = &pages(&snapshot)["en zakat"];
    assert!(html.contains("value=\"41.250\""));
    assert!(html.contains("24 November 2026") && html.contains("the gold market"));
    let changed = counted(&snapshot, "gram=42&cash=1");
    assert!(!changed.contains("24 November 2026"));
    assert!(counted(&snapshot, "gram=41.25&cash=1").contains("24 November 2026"));
}

#[test]
fn a_price_of_gold_that_is_old_or_missing_is_said_to_be() {
    let of = |day: &str| {
        let day = day.parse().unwrap();
        snapshot(|tenant| {
            tenant.settings.gold_price = Some(GoldPrice {
                gram: Fils::new(41_250),
                on: day,
                source: Bilingual::default(),
            });
        })
    };
    let shown = |snapshot: &TenantSnapshot| {
        let frame = Frame::new(&snapshot.tenant, Lang::En, ORIGIN);
        let page = zakat::page(frame, noon()).unwrap();
        page.render().unwrap()
    };
    let (fresh, old) = (shown(&of("2026-11-24")), shown(&of("2026-11-23")));
    assert!(fresh.contains("24 November 2026.") && !fresh.contains("some days old"));
    assert!(old.contains("23 November 2026.") && old.contains("some days old"));
    // It still counts; the answer says of which day the price was.
    let answer = counted(&of("2026-11-23"), "gram=41.25&cash=5000");
    let (result, form) = answer.split_once("<form").unwrap();
    assert!(result.contains("Zakat due"));
    assert!(result.contains("counted with the price of gold of 23 November 2026"));
    assert!(form.contains("some days old"));
    // With another price typed in nothing is said to be old, nor while the tenant's own is fresh.
    for (day, gram) in [("2026-11-23", "42"), ("2026-11-24", "41.25")] {
        let answer = counted(&of(day), &format!("gram={gram}&cash=5000"));
        assert!(
            !answer.contains("some days old") && !answer.contains("counted with the price"),
            "{day}"
        );
    }
    let none = shown(&snapshot(|_| ()));
    assert!(
        none.contains("No price is kept here")
            && none.contains(r#"name="gram" value="""#)
            && !none.contains("some days old")
    );
}

#[test]
fn a_shop_has_no_zakat_page() {
    let snapshot = snapshot(|tenant| tenant.kind = TenantKind::Shop);
    assert!(zakat::page(Frame::new(&snapshot.tenant, Lang::En, ORIGIN), noon()).is_none());
}

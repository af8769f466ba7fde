//! What a new tenant's pages say, and what a field for an amount knows.

use super::*;

#[test]
fn a_new_tenant_says_that_nothing_came_in_and_sends_nobody_to_an_empty_page() {
    let mut new = snapshot(|tenant| {
        tenant.phone = None;
        tenant.settings.bank = None;
    });
    new.catalog = Arc::new(Catalog::new(Vec::new()));
    new.totals = Vec::new();
    let frame = Frame::new(&new.tenant, Lang::En, ORIGIN);
    let of = |topic| {
        about::page(frame, &new, topic, Utc::now())
            .unwrap()
            .render()
            .unwrap()
    };
    let transparency = of("transparency");
    assert!(transparency.contains("Nothing has come in yet") && !transparency.contains("<table"));
    assert!(of("contact").contains("Ways to reach us will appear here"));
    let home = home::page(frame, &new, Utc::now()).render().unwrap();
    assert!(home.contains("has not begun yet") && !home.contains("A question?"));
    assert!(
        pages(&snapshot(|tenant| tenant.settings.bank = None))["en home"].contains("A question?")
    );
}

#[test]
fn tables_write_every_decimal() {
    let html = &pages(&snapshot(|_| ()))["en transparency"];
    assert!(
        html.contains(">1,850.000<") && !html.contains(">1,850<"),
        "{html}"
    );
}

#[test]
fn a_field_knows_what_it_takes_and_the_servers_words_for_the_rest() {
    let snapshot = snapshot(|_| ());
    let html = &pages(&snapshot)["en well"];
    let field = html
        .split("name=\"other\"")
        .nth(1)
        .unwrap()
        .split('>')
        .next()
        .unwrap();
    for says in [
        "data-least=\"1\"",
        "data-most=\"100000000\"",
        "The largest amount here is KWD 100,000.000.",
        "Please enter an amount above zero.",
        "at most three decimals",
    ] {
        assert!(field.contains(says), "{says}: {field}");
    }
    let html = &pages(&snapshot)["en orphan"];
    let field = html
        .split("name=\"quantity\"")
        .nth(1)
        .unwrap()
        .split('>')
        .next()
        .unwrap();
    assert!(
        field.contains("data-most=\"46\"") && field.contains("not that many left"),
        "{field}"
    );
}

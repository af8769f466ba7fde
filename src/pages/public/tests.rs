//! What every public page keeps, in both languages: markup that the content policy allows and everybody can use.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use actix_web::web;
use askama::Template as _;
use chrono::{DateTime, Utc};
use sadu_actors::{Catalog, TenantSnapshot};
use sadu_domain::catalog::{Item, ItemKind, ItemStatus, ItemTotals, Overfunding};
use sadu_domain::ids::{ItemId, TenantId};
use sadu_domain::lang::{Bilingual, Lang};
use sadu_domain::money::{Currency, Fils};
use sadu_domain::tenant::{
    BankDetails, Branding, Digits, Licence, Settings, Tenant, TenantKind, TenantStatus,
};

mod giving;
mod zakat_pages;

use super::{about, home, item, zakat};
use crate::pages::frame::Frame;
use zakat_pages::noon;

const ORIGIN: &str = "https://nakhla.example";

fn tenant() -> Tenant {
    Tenant {
        id: TenantId::new(),
        slug: "nakhla".into(),
        name: Bilingual::new("جمعية النخلة", "Nakhla <Society>"),
        tagline: Bilingual::new("عطاءٌ قليل", "Small gifts"),
        kind: TenantKind::Charity,
        status: TenantStatus::Active,
        branding: Branding {
            primary: "#0F6B4F".parse().unwrap(),
            accent: "#8A4B1F".parse().unwrap(),
        },
        logo: None,
        settings: Settings {
            bank: Some(BankDetails {
                beneficiary: Bilingual::new("جمعية النخلة", "Nakhla Society"),
                bank: Bilingual::new("البنك", "The Bank"),
                iban: "KW81CBKU0000000000001234560101".parse().unwrap(),
            }),
            ..Settings::default()
        },
        currency: Currency::Kwd,
        timezone: "Asia/Kuwait".into(),
        default_lang: Lang::Ar,
        prefix: "NKH".parse().unwrap(),
        licence: Some(Licence {
            number: "DEMO-101/2026".into(),
            authority: Bilingual::default(),
            valid_until: None,
        }),
        phone: Some("+965 3000 0101".into()),
        version: 7,
    }
}

fn an_item(
    slug: &str,
    kind: ItemKind,
    status: ItemStatus,
    price: Option<i64>,
    target: Option<i64>,
) -> Item {
    Item {
        id: ItemId::new(),
        slug: slug.into(),
        kind,
        status,
        title: Bilingual::new(format!("عنوان {slug}"), format!("Title {slug}")),
        summary: Bilingual::new("ملخص", "Summary"),
        story: Bilingual::new("سطر\nسطر", "Line\nLine"),
        price: price.map(Fils::new),
        target: target.map(Fils::new),
        unit: None,
        suggested: vec![Fils::new(5_000), Fils::new(41_500)],
        min: None,
        max: None,
        zakat_eligible: true,
        overfunding: Overfunding::Overflow("general".into()),
        licence: None,
        tags: Vec::new(),
        position: 0,
        revision: 1,
    }
}

fn snapshot(change: impl FnOnce(&mut Tenant)) -> TenantSnapshot {
    let mut tenant = tenant();
    change(&mut tenant);
    let items = vec![
        an_item(
            "well",
            ItemKind::Project,
            ItemStatus::Active,
            None,
            Some(1_850_000),
        ),
        an_item(
            "orphan",
            ItemKind::Sponsorship,
            ItemStatus::Active,
            Some(15_000),
            None,
        ),
        an_item("general", ItemKind::Fund, ItemStatus::Active, None, None),
        an_item(
            "cooler",
            ItemKind::Project,
            ItemStatus::Completed,
            None,
            Some(950_000),
        ),
        an_item(
            "dates",
            ItemKind::Product,
            ItemStatus::Active,
            Some(3_750),
            None,
        ),
        an_item(
            "secret",
            ItemKind::Project,
            ItemStatus::Draft,
            None,
            Some(1_000),
        ),
    ];
    let totals = |raised, donors, stock| ItemTotals {
        raised: Fils::new(raised),
        donors,
        stock,
        ..ItemTotals::default()
    };
    TenantSnapshot {
        version: 7,
        tenant: Arc::new(tenant),
        pages: Arc::default(),
        catalog: Arc::new(Catalog::new(items)),
        totals: vec![
            totals(1_808_500, 312, None),
            totals(30_000, 2, Some(46)),
            totals(1_000, 1, None),
            totals(960_000, 41, None),
            totals(0, 0, Some(0)),
            totals(0, 0, None),
        ],
        as_of: Utc::now(),
    }
}

/// Every page of `snapshot`, by a name for messages.
fn pages(snapshot: &TenantSnapshot) -> HashMap<String, String> {
    let mut pages = HashMap::new();
    for lang in Lang::ALL {
        let frame = Frame::new(&snapshot.tenant, lang, ORIGIN);
        let home = home::page(frame, snapshot, Utc::now()).render().unwrap();
        pages.insert(format!("{lang} home"), home);
        for topic in about::TOPICS {
            let page = about::page(frame, snapshot, topic, Utc::now()).unwrap();
            pages.insert(format!("{lang} {topic}"), page.render().unwrap());
        }
        let form = || zakat::page(frame, noon()).unwrap();
        pages.insert(format!("{lang} zakat"), form().render().unwrap());
        for (name, query) in [
            ("counted", "gram=40&cash=5000&gold21=8"),
            ("below", "gram=40&cash=10&debts=3"),
            ("amiss", "cash=1,5&gold18=1,5"),
        ] {
            let typed = web::Query::from_query(query).unwrap();
            let page = zakat::counted(form(), snapshot, &typed);
            pages.insert(format!("{lang} {name}"), page.render().unwrap());
        }
        for slug in ["well", "orphan", "general", "cooler", "dates"] {
            let page = item::page(frame, snapshot, slug, Utc::now()).unwrap();
            pages.insert(format!("{lang} {slug}"), page.render().unwrap());
        }
    }
    pages
}

/// The values of an attribute, in order.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(&start)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[test]
fn pages_obey_the_content_policy_and_stay_small() {
    for (name, html) in pages(&snapshot(|_| ())) {
        assert!(
            !html.contains(" style=") && !html.contains("<style"),
            "{name} has inline style"
        );
        assert!(
            !html.contains(" onclick=") && !html.contains("javascript:"),
            "{name} has inline code"
        );
        for script in html.split("<script").skip(1) {
            let code = !script.starts_with(" type=\"application/ld+json\">{");
            assert!(
                !code || script.starts_with(" type=\"module\" src=\"/static/"),
                "{name} has an inline script"
            );
        }
        assert!(html.len() < 60_000, "{name} has {} bytes", html.len());
        assert!(!html.contains("Nakhla <Society>"), "{name} does not escape");
    }
}

#[test]
fn pages_say_their_language_and_can_be_used_with_a_keyboard_and_a_reader() {
    for (name, html) in pages(&snapshot(|_| ())) {
        let dir = if name.starts_with("ar") {
            "lang=\"ar\" dir=\"rtl\""
        } else {
            "lang=\"en\" dir=\"ltr\""
        };
        assert!(html.contains(dir), "{name}");
        assert!(
            html.contains("href=\"#main\"") && html.contains("<main id=\"main\""),
            "{name}"
        );
        assert_eq!(
            html.matches("<h1").count(),
            1,
            "{name} has one first heading"
        );
        let ids = values(&html, "id");
        assert_eq!(
            ids.len(),
            ids.iter().collect::<HashSet<_>>().len(),
            "{name} repeats an id: {ids:?}"
        );
        for reference in [values(&html, "aria-labelledby"), values(&html, "for")].concat() {
            assert!(
                ids.contains(&reference),
                "{name} points at a missing {reference}"
            );
        }
        for image in html.split("<img").skip(1) {
            let image = image.split('>').next().unwrap();
            assert!(
                image.contains("alt=") && image.contains("width="),
                "{name}: {image}"
            );
        }
        for bar in html.split("<progress").skip(1) {
            assert!(
                bar.split('>').next().unwrap().contains("aria-label="),
                "{name}"
            );
        }
    }
}

#[test]
fn trust_comes_before_the_first_button() {
    let snapshot = snapshot(|_| ());
    let html = &pages(&snapshot)["en well"];
    let button = html.find("<button").unwrap();
    for fact in ["Collected by", "DEMO-101/2026", ">41.500<", "As of"] {
        assert!(html.find(fact).unwrap() < button, "{fact}");
    }
    // Nothing is chosen for the visitor.
    assert!(!html.contains(" checked"));
}

#[test]
fn without_a_way_to_pay_no_button_leads_to_a_checkout() {
    let pages = pages(&snapshot(|tenant| tenant.settings.bank = None));
    for page in ["en home", "en well", "en general", "en orphan"] {
        let html = &pages[page];
        assert!(
            !html.contains("class=\"give\"") && !html.contains("/en/checkout"),
            "{page}"
        );
        assert!(html.contains("Giving here has not begun yet"), "{page}");
        assert!(!html.contains("Open for gifts now"), "{page}");
    }
    // Also where the form would stand, far below the notice, with a way to ask.
    let (_, side) = pages["en well"].split_once("item-side").unwrap();
    assert!(side.contains(
        "<p>Giving here has not begun yet</p><a class=\"btn btn-quiet\" href=\"/en/contact\">"
    ));
    // What is over says that it is over.
    assert!(pages["en cooler"].contains("class=\"closed\""));
    let counted = &pages["en counted"];
    assert!(counted.contains("Zakat due") && !counted.contains("/en/checkout?item="));
    assert!(!pages["en about"].contains("has not begun yet"));
}

#[test]
fn what_closes_the_target_is_offered_once() {
    let html = &pages(&snapshot(|_| ()))["en well"];
    assert_eq!(html.matches("value=\"41.500\"").count(), 1);
    assert!(html.contains("value=\"5.000\""));
}

#[test]
fn drafts_have_no_page_and_stand_nowhere() {
    let snapshot = snapshot(|_| ());
    let frame = Frame::new(&snapshot.tenant, Lang::En, ORIGIN);
    assert!(item::page(frame, &snapshot, "secret", Utc::now()).is_none());
    assert!(
        pages(&snapshot)
            .values()
            .all(|html| !html.contains("secret"))
    );
}

#[test]
fn a_suspended_collection_shows_its_pages_without_the_form() {
    for (name, html) in pages(&snapshot(|tenant| {
        tenant.status = TenantStatus::CollectionSuspended
    })) {
        assert!(!html.contains("data-give"), "{name}");
        assert!(html.contains("notice-warning"), "{name}");
        assert!(!html.contains("Open for gifts now"), "{name}");
    }
}

#[test]
fn a_licence_that_ended_is_not_shown_and_takes_nothing() {
    let ended = |tenant: &mut Tenant| {
        let licence = tenant.licence.as_mut().unwrap();
        licence.valid_until = Some("2020-01-01".parse().unwrap());
    };
    let number = snapshot(|_| ()).tenant.licence.clone().unwrap().number;
    assert!(pages(&snapshot(|_| ()))["en home"].contains(&number));
    for (name, html) in pages(&snapshot(ended)) {
        assert!(!html.contains("data-give"), "{name}");
        assert!(html.contains("notice-warning"), "{name}");
        assert!(!html.contains(&number), "{name}");
    }
}

#[test]
fn what_is_sold_out_or_done_takes_nothing() {
    let pages = pages(&snapshot(|_| ()));
    for name in ["en dates", "ar cooler"] {
        assert!(!pages[name].contains("data-give"), "{name}");
    }
    assert!(pages["en dates"].contains("Sold out"));
}

#[test]
fn arabic_digits_show_on_arabic_pages_alone() {
    let pages = pages(&snapshot(|tenant| tenant.settings.digits = Digits::Arabic));
    assert!(
        pages["ar well"].contains(">٤١.٥٠٠<") || pages["ar well"].contains(">٤١٫٥٠٠<"),
        "{}",
        pages["ar well"]
    );
    assert!(pages["en well"].contains(">41.500<"));
}

/// What a page says to programs.
fn told(html: &str) -> serde_json::Value {
    let (_, rest) = html
        .split_once("<script type=\"application/ld+json\">")
        .unwrap();
    serde_json::from_str(rest.split("</script>").next().unwrap()).unwrap()
}

#[test]
fn pages_tell_programs_what_they_are_and_previews_what_to_show() {
    let pages = pages(&snapshot(|_| ()));
    let home = told(&pages["en home"]);
    assert_eq!(home["@type"], "NGO");
    assert_eq!(
        home["name"], "Nakhla <Society>",
        "escaped, and read as it was written"
    );
    let well = told(&pages["ar well"]);
    assert_eq!(well["potentialAction"]["@type"], "DonateAction");
    assert_eq!(well["url"], format!("{ORIGIN}/ar/items/well"));
    let dates = told(&pages["en dates"]);
    assert_eq!(dates["offers"]["price"], "3.750");
    assert_eq!(
        dates["offers"]["availability"],
        "https://schema.org/OutOfStock"
    );
    for (name, html) in &pages {
        let (lang, _) = name.split_once(' ').unwrap();
        let image = html.split("og:image\" content=\"").nth(1).unwrap();
        let image = image.split('"').next().unwrap();
        let wanted = match name.as_str() {
            "ar well" | "en well" => format!("{ORIGIN}/card/well.png?v=7-97"),
            "ar general" | "en general" => format!("{ORIGIN}/card/general.png?v=7"),
            _ if image.contains("/card/") => continue,
            _ => format!("{ORIGIN}/card.png?v=7"),
        };
        assert_eq!(image, wanted, "{name}");
        assert!(
            html.contains(&format!("rel=\"canonical\" href=\"{ORIGIN}/{lang}/")),
            "{name}"
        );
        assert_eq!(
            html.matches("rel=\"alternate\" hreflang=").count(),
            3,
            "{name}"
        );
    }
}

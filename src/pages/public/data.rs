//! What a page says of itself to programs that read it: schema.org, as JSON-LD.
//!
//! A block of data, not of code, so the content policy has nothing to say about it; `<` is written so that it cannot end it.

use serde_json::{Value, json};

use crate::pages::entry::Entry;
use crate::pages::frame::Frame;

/// The home page: who this is.
#[must_use]
pub fn home(frame: &Frame<'_>) -> String {
    block(&owner(frame))
}

/// An item's page: goods with their price, or something to give to, and who collects.
#[must_use]
pub fn item(entry: &Entry<'_>) -> String {
    let frame = &entry.frame;
    let address = format!("{}{}", frame.origin, entry.url());
    let what = if entry.is_product() {
        let stock = if entry.is_open() {
            "InStock"
        } else {
            "OutOfStock"
        };
        json!({
            "@type": "Product",
            "offers": {
                "@type": "Offer",
                "price": entry.item.price.map(sadu_domain::money::Fils::to_decimal),
                "priceCurrency": frame.tenant.currency.as_str(),
                "availability": format!("https://schema.org/{stock}"),
                "seller": owner(frame),
            },
        })
    } else {
        json!({
            "@type": "WebPage",
            "inLanguage": frame.lang.as_str(),
            "potentialAction": { "@type": "DonateAction", "recipient": owner(frame), "target": address },
        })
    };
    let told = json!({
        "name": frame.t(&entry.item.title),
        "description": frame.t(&entry.item.summary),
        "url": address,
    });
    block(&joined(what, told))
}

/// The questions and their answers.
#[must_use]
pub fn faq(frame: &Frame<'_>) -> String {
    let asked = frame.tenant.settings.faq.iter().map(|one| {
        let answer = json!({ "@type": "Answer", "text": frame.t(&one.a) });
        json!({ "@type": "Question", "name": frame.t(&one.q), "acceptedAnswer": answer })
    });
    block(&json!({ "@type": "FAQPage", "mainEntity": asked.collect::<Vec<_>>() }))
}

/// Who runs the site.
fn owner(frame: &Frame<'_>) -> Value {
    json!({
        "@type": if frame.is_shop() { "Store" } else { "NGO" },
        "name": frame.name(),
        "description": frame.t(&frame.tenant.tagline),
        "url": format!("{}{}", frame.origin, frame.url("")),
        "telephone": frame.tenant.phone,
        "logo": frame.logo().map(|path| format!("{}{path}", frame.origin)),
        "identifier": frame.licence().map(|licence| &licence.number),
    })
}

/// The members of both; what is `null` says nothing and is left out.
fn joined(one: Value, other: Value) -> Value {
    let members = [one, other].into_iter().filter_map(|value| match value {
        Value::Object(members) => Some(members),
        _ => None,
    });
    Value::Object(members.flatten().collect())
}

fn block(value: &Value) -> String {
    let whole = joined(json!({ "@context": "https://schema.org" }), value.clone());
    let text = without_nulls(whole).to_string().replace('<', "\\u003c");
    format!("<script type=\"application/ld+json\">{text}</script>")
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name, without_nulls(value)))
                .collect(),
        ),
        Value::Array(values) => values.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

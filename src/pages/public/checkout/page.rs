//! The checkout page, from a typed form and the tenant's snapshot.

use askama::Template;
use sadu_actors::TenantSnapshot;
use sadu_domain::catalog::Overfunding;
use sadu_domain::money::Fils;
use sadu_domain::order::PaymentMethod;
use sadu_domain::words::amount_in_words;

use super::typed::{Typed, TypedLine, amount, quantity};
use crate::pages::entry::Entry;
use crate::pages::format::Amount;
use crate::pages::frame::{Frame, Head};

/// Other items offered on the same form.
const MORE: usize = 6;

/// `/{lang}/checkout`.
#[derive(Template)]
#[template(path = "public/checkout.html")]
pub(super) struct Checkout<'a> {
    frame: Frame<'a>,
    head: Head,
    /// Where "back" leads.
    back: String,
    form: Typed,
    lines: Vec<Line<'a>>,
    more: Vec<Line<'a>>,
    methods: Vec<Method>,
    total: Amount,
    in_words: Option<String>,
    /// What happens to money beyond a target, a sentence for each line.
    rules: Vec<String>,
    /// How much is asked for first, and nothing else.
    how_much: bool,
}

/// One line of the form.
pub(super) struct Line<'a> {
    entry: Entry<'a>,
    id: String,
    typed: String,
    error: Option<String>,
    read: Option<Amount>,
    extra: bool,
}

/// One payment method.
pub(super) struct Method {
    value: &'static str,
    label: &'static str,
    more: Option<&'static str>,
    chosen: bool,
}

impl<'a> Checkout<'a> {
    /// The page of `form`. Items that are unknown or closed are left out.
    #[must_use]
    pub(super) fn new(frame: Frame<'a>, snapshot: &'a TenantSnapshot, form: Typed) -> Self {
        let open = |slug: &str| {
            let (item, totals) = snapshot.find(slug)?;
            Some(Entry::new(frame, item, totals).showing(snapshot.catalog.pictures(item.id)))
                .filter(|entry| entry.item.slug == slug && entry.is_open())
        };
        // What was sent empty beside the first line came from the offer of more, and goes back there.
        let main = |n: usize, line: &TypedLine| n == 0 || !line.value.trim().is_empty();
        let chosen = form
            .lines
            .iter()
            .enumerate()
            .filter(|(n, line)| main(*n, line));
        let lines: Vec<Line<'a>> = chosen
            .filter_map(|(_, line)| Some(Line::new(open(&line.slug)?, &line.value, &form, false)))
            .collect();
        let more = if lines.is_empty() {
            Vec::new()
        } else {
            more(frame, snapshot, &lines, &form)
        };
        let total = Fils::checked_sum(lines.iter().map(Line::fils)).unwrap_or_default();
        let w = &frame.w.checkout;
        let title = if frame.is_shop() {
            w.title_shop
        } else {
            w.title
        };
        let back = lines
            .first()
            .map_or_else(|| frame.url("items"), |line| line.entry.url());
        Self {
            head: Head::personal(title, "checkout").with_query(query(&form)),
            back,
            methods: methods(frame, &form),
            total: frame.numerals().exact(total),
            in_words: total
                .is_positive()
                .then(|| amount_in_words(total, frame.lang)),
            rules: lines
                .iter()
                .filter_map(|line| rule(frame, snapshot, &line.entry))
                .collect(),
            frame,
            form,
            lines,
            more,
            how_much: false,
        }
    }

    /// The same page as its first step: no name is asked for before it is clear what is given or ordered.
    #[must_use]
    pub(super) fn asking_how_much(self) -> Self {
        Self {
            how_much: true,
            more: Vec::new(),
            ..self
        }
    }

    /// Goods are ordered, so something is brought.
    fn is_brought(&self) -> bool {
        self.lines.iter().any(|line| line.entry.is_product())
    }
}

impl<'a> Line<'a> {
    fn new(entry: Entry<'a>, typed: &str, form: &Typed, extra: bool) -> Self {
        let id = format!("line-{}", entry.item.slug);
        let read = if entry.by_quantity() {
            None
        } else {
            amount(typed).ok()
        };
        Self {
            error: form.error(&id).map(str::to_owned),
            typed: typed.trim().to_owned(),
            read: read.map(|fils| entry.frame.numerals().exact(fils)),
            id,
            entry,
            extra,
        }
    }

    fn fils(&self) -> Fils {
        if self.entry.by_quantity() {
            let price = self.entry.item.price.unwrap_or_default();
            quantity(&self.typed)
                .and_then(|count| price.checked_mul(count))
                .unwrap_or_default()
        } else {
            amount(&self.typed).unwrap_or_default()
        }
    }
}

fn more<'a>(
    frame: Frame<'a>,
    snapshot: &'a TenantSnapshot,
    lines: &[Line<'a>],
    form: &Typed,
) -> Vec<Line<'a>> {
    snapshot
        .entries()
        .map(|(item, totals)| {
            Entry::new(frame, item, totals).showing(snapshot.catalog.pictures(item.id))
        })
        .filter(|entry| {
            entry.is_open()
                && entry.is_product() == lines.iter().all(|line| line.entry.is_product())
        })
        .filter(|entry| lines.iter().all(|line| line.entry.item.id != entry.item.id))
        .take(MORE)
        .map(|entry| Line::new(entry, "", form, true))
        .collect()
}

fn methods(frame: Frame<'_>, form: &Typed) -> Vec<Method> {
    let offered: Vec<PaymentMethod> = frame.tenant.offered_methods().collect();
    let w = &frame.w.checkout;
    // With one method there is nothing to choose; with several none is chosen for the visitor.
    let only = offered.len() == 1;
    offered
        .into_iter()
        .map(|method| Method {
            value: method.as_str(),
            label: method.label(frame.lang),
            more: match method {
                PaymentMethod::Transfer => Some(w.pay_transfer_more),
                PaymentMethod::Link => Some(w.pay_link_more),
                _ => None,
            },
            chosen: only || form.method == method.as_str(),
        })
        .collect()
}

fn rule(frame: Frame<'_>, snapshot: &TenantSnapshot, entry: &Entry<'_>) -> Option<String> {
    entry.item.target?;
    let title = frame.t(&entry.item.title);
    let word = entry.over_word();
    Some(match &entry.item.overfunding {
        Overfunding::Overflow(fund) => {
            let (fund, _) = snapshot.find(fund)?;
            let quotes = if frame.is_ar() {
                ('«', '»')
            } else {
                ('“', '”')
            };
            format!(
                "{title}: {word} {}{}{}.",
                quotes.0,
                frame.t(&fund.title),
                quotes.1
            )
        }
        Overfunding::Close | Overfunding::Continue => format!("{title}: {word}."),
    })
}

/// What the language switch keeps: the items and amounts, nothing personal.
fn query(form: &Typed) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(line) = form.lines.first() {
        query.append_pair("item", &line.slug);
        if !line.value.trim().is_empty() {
            query.append_pair("amount", line.value.trim());
        }
    }
    for (name, value) in &form.utm {
        query.append_pair(name, value);
    }
    query.finish()
}

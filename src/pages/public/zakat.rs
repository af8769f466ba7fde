//! `/{lang}/zakat`: what is owned, what is owed, and the zakat on it; a charity's page, without JavaScript.
//!
//! What is typed is sent by `POST`, so that nobody's wealth stands in an address, a history or a log. It is counted by
//! [`sadu_domain::zakat`], shown, and forgotten. The amount goes on to the checkout of what takes zakat.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};
use sadu_actors::TenantSnapshot;
use sadu_domain::amount::{AmountError, parse_amount};
use sadu_domain::error::Code;
use sadu_domain::money::Fils;
use sadu_domain::tenant::GoldPrice;
use sadu_domain::zakat::{Holdings, Karat, Zakat};
use serde::Deserialize;

use super::asked::Asked;
use super::{home, rendered};
use crate::error::ApiError;
use crate::kept::{AnswerCache, AnswerKey};
use crate::pages::entry::Entry;
use crate::pages::format::Amount;
use crate::pages::frame::{Frame, Head};

/// Items the amount is led on to.
const SHOWN: usize = 6;
/// Characters of a field that come back.
const KEPT: usize = 40;

/// The form as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    gram: String,
    cash: String,
    gold24: String,
    gold22: String,
    gold21: String,
    gold18: String,
    shares: String,
    goods: String,
    debts: String,
}

impl Typed {
    fn gold(&self, karat: Karat) -> &str {
        match karat {
            Karat::K24 => &self.gold24,
            Karat::K22 => &self.gold22,
            Karat::K21 => &self.gold21,
            Karat::K18 => &self.gold18,
        }
    }
}

/// A field of the form with what stands in it.
#[derive(Debug, Clone)]
struct Field {
    id: &'static str,
    label: String,
    hint: &'static str,
    unit: &'static str,
    value: String,
    error: Option<String>,
}

impl Field {
    fn new(id: &'static str, label: &str, hint: &'static str, unit: &'static str) -> Self {
        Self {
            id,
            label: label.to_owned(),
            hint,
            unit,
            value: String::new(),
            error: None,
        }
    }
}

/// The page.
#[derive(Template)]
#[template(path = "public/zakat.html")]
pub struct ZakatPage<'a> {
    frame: Frame<'a>,
    head: Head,
    price: Field,
    /// The price the tenant set, while it is the one that counts.
    given: Option<&'a GoldPrice>,
    /// That price is too old to be taken for today's.
    old: bool,
    cash: Field,
    gold: Vec<Field>,
    trade: Vec<Field>,
    debts: Field,
    /// What is amiss with no field in particular.
    refused: Option<&'static str>,
    found: Option<Found<'a>>,
}

/// The answer.
struct Found<'a> {
    gold: Option<Amount>,
    owned: Amount,
    debts: Option<Amount>,
    base: Amount,
    nisab: Amount,
    /// What is due; `None` below the nisab.
    due: Option<Amount>,
    /// What takes it.
    entries: Vec<Entry<'a>>,
}

impl ZakatPage<'_> {
    /// Every field, in the order of the page.
    fn fields(&self) -> impl Iterator<Item = &Field> {
        [&self.price, &self.cash]
            .into_iter()
            .chain(&self.gold)
            .chain(&self.trade)
            .chain([&self.debts])
    }

    /// That the answer goes by a price which is not the day's any more.
    fn counted_old(&self) -> Option<String> {
        let given = self.given.filter(|_| self.old)?;
        let day = self.frame.day(&given.on);
        Some(self.frame.w.zakat.counted_old.replace("{day}", &day))
    }

    fn has_errors(&self) -> bool {
        self.refused.is_some() || self.fields().any(|field| field.error.is_some())
    }
}

/// `GET /{lang}/zakat`.
///
/// # Errors
/// `not_found` at a shop.
pub async fn show(
    request: HttpRequest,
    asked: Asked,
    cache: web::Data<AnswerCache>,
) -> Result<HttpResponse, ApiError> {
    let now = Utc::now();
    let key = AnswerKey {
        route: "zakat",
        // The price grows old without anybody's doing.
        part: if old(&asked.frame(), now) { "old" } else { "" },
        ..asked.key()
    };
    cache.serve(&request, &key, &asked.snapshot, || {
        rendered(
            page(asked.frame(), now)
                .ok_or(ApiError::code(Code::NotFound))?
                .render(),
        )
    })
}

/// `POST /{lang}/zakat`.
///
/// # Errors
/// `not_found` at a shop. What can be mended is shown on the form.
pub async fn count(asked: Asked, typed: web::Form<Typed>) -> Result<HttpResponse, ApiError> {
    let empty = page(asked.frame(), Utc::now()).ok_or(ApiError::code(Code::NotFound))?;
    let page = counted(empty, &asked.snapshot, &typed);
    let status = if page.has_errors() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(HttpResponse::build(status)
        // Not `no-store`: going back from the checkout must find the sum as it was.
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .content_type("text/html; charset=utf-8")
        .body(rendered(page.render())?))
}

/// Whether the tenant's price of gold is too old at `now` to be taken for the day's.
fn old(frame: &Frame<'_>, now: DateTime<Utc>) -> bool {
    let given = frame.tenant.settings.gold_price.as_ref();
    given.is_some_and(|price| price.is_old_on(frame.tenant.day(now)))
}

/// The empty form at `now`; `None` at a shop.
#[must_use]
pub fn page(frame: Frame<'_>, now: DateTime<Utc>) -> Option<ZakatPage<'_>> {
    if frame.is_shop() {
        return None;
    }
    let (w, kwd) = (&frame.w.zakat, frame.w.site.kwd);
    let given = frame.tenant.settings.gold_price.as_ref();
    let mut price = Field::new("gram", w.gram, w.gram_hint, kwd);
    price.value = given
        .map(|price| price.gram.to_decimal())
        .unwrap_or_default();
    let gold = Karat::ALL.into_iter().map(|karat| {
        let id = match karat {
            Karat::K24 => "gold24",
            Karat::K22 => "gold22",
            Karat::K21 => "gold21",
            Karat::K18 => "gold18",
        };
        let label = w.karat.replace("{n}", &frame.number(karat.parts()));
        Field::new(id, &label, "", w.gram_unit)
    });
    Some(ZakatPage {
        head: Head::public(w.title, w.lead, "zakat"),
        price,
        given,
        old: old(&frame, now),
        cash: Field::new("cash", w.cash, w.cash_hint, kwd),
        gold: gold.collect(),
        trade: vec![
            Field::new("shares", w.shares, w.shares_hint, kwd),
            Field::new("goods", w.goods, w.goods_hint, kwd),
        ],
        debts: Field::new("debts", w.debts, w.debts_hint, kwd),
        refused: None,
        found: None,
        frame,
    })
}

/// The form with what was typed, and its answer or what has to be mended.
#[must_use]
pub fn counted<'a>(
    mut page: ZakatPage<'a>,
    snapshot: &'a TenantSnapshot,
    typed: &Typed,
) -> ZakatPage<'a> {
    let frame = page.frame;
    let w = &frame.w.zakat;
    let money = |error: AmountError| error.message().get(frame.lang).to_owned();
    let weight = |_: AmountError| w.weight_bad.to_owned();
    let gram = read(&mut page.price, &typed.gram, money);
    if gram.is_zero() && page.price.error.is_none() {
        page.price.error = Some(w.gram_missing.to_owned());
    }
    page.given = page.given.filter(|given| given.gram == gram);
    let mut held = Holdings {
        gram,
        cash: read(&mut page.cash, &typed.cash, money),
        debts: read(&mut page.debts, &typed.debts, money),
        ..Holdings::default()
    };
    for (field, karat) in page.gold.iter_mut().zip(Karat::ALL) {
        // Three decimals of a gram are milligrams as three of a dinar are fils.
        let milligrams = read(field, typed.gold(karat), weight).get();
        held.gold.push((karat, milligrams));
    }
    if let [shares, goods] = page.trade.as_mut_slice() {
        held.shares = read(shares, &typed.shares, money);
        held.goods = read(goods, &typed.goods, money);
    }
    if page.has_errors() {
        return page;
    }
    match held.zakat() {
        None => page.refused = Some(w.too_large),
        Some(zakat) if zakat.owned.is_zero() => page.cash.error = Some(w.own_missing.to_owned()),
        Some(zakat) => page.found = Some(found(frame, snapshot, held.debts, zakat)),
    }
    page
}

/// What stands in `field`: nothing where it was left empty or cannot be read, which is said beside it.
fn read(field: &mut Field, typed: &str, told: impl Fn(AmountError) -> String) -> Fils {
    field.value = typed.trim().chars().take(KEPT).collect();
    match parse_amount(typed) {
        Ok(amount) => amount,
        Err(AmountError::Empty) => Fils::ZERO,
        // A nought written out says the same as an empty field.
        Err(AmountError::NotPositive) if !typed.contains(['-', '\u{2212}']) => Fils::ZERO,
        Err(error) => {
            field.error = Some(told(error));
            Fils::ZERO
        }
    }
}

fn found<'a>(
    frame: Frame<'a>,
    snapshot: &'a TenantSnapshot,
    debts: Fils,
    zakat: Zakat,
) -> Found<'a> {
    let exact = |amount: Fils| frame.numerals().exact(amount);
    let some = |amount: Fils| amount.is_positive().then(|| exact(amount));
    let takes = |entry: &Entry<'_>| {
        (entry.item.zakat_eligible || entry.is_zakat_fund())
            && entry.item.takes_amount()
            && entry.is_open()
            && entry.takes(zakat.due)
    };
    let mut entries: Vec<_> = home::shown(frame, snapshot)
        .into_iter()
        .filter(|entry| zakat.due.is_positive() && takes(entry))
        .collect();
    entries.sort_by_key(|entry| !entry.is_zakat_fund());
    entries.truncate(SHOWN);
    Found {
        gold: some(zakat.gold),
        owned: exact(zakat.owned),
        debts: some(debts),
        base: exact(zakat.base),
        nisab: exact(zakat.nisab),
        due: some(zakat.due),
        entries,
    }
}

//! A tenant: one charity or one shop, with its brand and its settings.

use crate::colour::Colour;
use crate::iban::Iban;
use crate::ids::{MediaId, TenantId};
use crate::lang::{Bilingual, Lang};
use crate::limits::Limits;
use crate::media::{Drawn, Variant, VariantFormat};
use crate::money::{Currency, Fils};
use crate::order::PaymentMethod;
use crate::reference::ReferencePrefix;
use crate::wire_enum::wire_enum;
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

wire_enum! {
    /// What a tenant is; decides which kinds of orders it may take.
    pub enum TenantKind {
        /// Takes gifts.
        Charity = "charity",
        /// Sells goods.
        Shop = "shop",
    }
}

wire_enum! {
    /// Where a tenant stands with the platform.
    pub enum TenantStatus {
        /// Trying the platform out; works like active.
        Trial = "trial",
        /// In service.
        Active = "active",
        /// Switched off: its host answers, its pages do not.
        Suspended = "suspended",
        /// Pages are shown, money is not taken (e.g. an expired collection licence).
        CollectionSuspended = "collection_suspended",
        /// Gone for good; kept for the books.
        Closed = "closed",
    }
}

impl TenantStatus {
    /// Public pages are shown.
    #[must_use]
    pub const fn serves_pages(self) -> bool {
        matches!(self, Self::Trial | Self::Active | Self::CollectionSuspended)
    }

    /// New orders are taken, as far as the platform is concerned; [`Tenant::takes_money_on`] also asks for the licence.
    #[must_use]
    pub const fn takes_money(self) -> bool {
        matches!(self, Self::Trial | Self::Active)
    }
}

wire_enum! {
    /// Which digits pages show. Input accepts all of them everywhere.
    pub enum Digits {
        /// 0123456789.
        Latin = "latin",
        /// ٠١٢٣٤٥٦٧٨٩, on Arabic pages only.
        #[serde(alias = "arabic")]
        Arabic = "arabic_indic",
    }
}

wire_enum! {
    /// What a new item does, by default, with gifts beyond its target.
    pub enum OverfundingDefault {
        /// Stop taking new gifts at the target.
        Close = "close",
        /// Stay open.
        Continue = "continue",
        /// The excess goes to another fund, named in [`Settings::overflow_to`].
        Overflow = "overflow",
    }
}

/// A permission of an authority: the tenant's own, or a project's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// As printed on it.
    pub number: String,
    /// Who gave it.
    #[serde(default, skip_serializing_if = "Bilingual::is_empty")]
    pub authority: Bilingual,
    /// Last day it holds, in the tenant's time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
}

impl Licence {
    /// Still holds on `day`; one without an end always does.
    #[must_use]
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_until.is_none_or(|last| day <= last)
    }
}

/// The tenant's look. Text colours are derived, so that they can always be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branding {
    /// Buttons, links, progress.
    pub primary: Colour,
    /// Second colour, for accents.
    pub accent: Colour,
}

/// A tenant's own sign, as it was drawn anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    /// The picture.
    pub id: MediaId,
    /// Its drawings; never empty.
    pub drawn: Drawn,
}

impl Logo {
    /// The smallest that every program shows.
    #[must_use]
    pub fn small(&self) -> Option<&Variant> {
        let jpegs = self.drawn.variants.iter();
        jpegs
            .filter(|variant| variant.format == VariantFormat::Jpeg)
            .min_by_key(|variant| variant.w)
    }

    /// Where everybody finds it, on the tenant's host.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/logo.jpg?v={}", self.id)
    }
}

/// Where transfers go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankDetails {
    /// Name of the account's holder.
    pub beneficiary: Bilingual,
    /// Name of the bank.
    pub bank: Bilingual,
    /// Account number, checked.
    pub iban: Iban,
}

/// One question with its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faq {
    /// The question.
    pub q: Bilingual,
    /// The answer.
    pub a: Bilingual,
}

/// What a gram of pure gold cost, who said so and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldPrice {
    /// Price of a gram of 24 karats.
    pub gram: Fils,
    /// The day of the price.
    pub on: NaiveDate,
    /// Whose price it is.
    pub source: Bilingual,
}

/// Days for which a price of gold is taken for today's; after them it is said to be old.
const GOLD_DAYS: i64 = 3;

impl GoldPrice {
    /// Too old on `day` to be taken for that day's.
    #[must_use]
    pub fn is_old_on(&self, day: NaiveDate) -> bool {
        day.signed_duration_since(self.on).num_days() > GOLD_DAYS
    }
}

/// Whether days are also written in the Hijri calendar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hijri {
    /// They are.
    pub shown: bool,
    /// Days by which the moon was sighted before (+1) or after (-1) Umm al-Qura says.
    pub offset: i8,
}

/// Where the tenant is reached, besides its phone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// Shown to everybody.
    pub email: Option<String>,
    /// Where it is; lines.
    pub address: Bilingual,
    /// When somebody is there; lines.
    pub hours: Bilingual,
}

/// What a tenant may set for itself (`tenants.settings`, jsonb). Missing fields take the defaults below.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The sentence that the home page begins with; the tagline where it is empty.
    pub hero: Bilingual,
    /// What every page ends with; lines.
    pub footer: Bilingual,
    /// Languages of the public pages; never empty.
    pub languages: Vec<Lang>,
    /// Digits on Arabic pages.
    pub digits: Digits,
    /// The Hijri calendar beside the Gregorian.
    pub hijri: Hijri,
    /// Where it is reached.
    pub contact: Contact,
    /// Who is told of what happens here, by e-mail.
    pub notify_emails: Vec<String>,
    /// Rule for new items.
    pub overfunding: OverfundingDefault,
    /// Slug of the fund that takes excess gifts, where the rule is `overflow`.
    pub overflow_to: Option<String>,
    /// Days until an awaited transfer expires, 3 to 60.
    pub transfer_days: u16,
    /// Account for transfers; without it `transfer` cannot be offered.
    pub bank: Option<BankDetails>,
    /// Offered at checkout, in this order.
    pub payment_methods: Vec<PaymentMethod>,
    /// Largest amount of one line, in fils.
    pub line_cap: Fils,
    /// Questions and answers, also for the assistant.
    pub faq: Vec<Faq>,
    /// Return policy, printed at checkout.
    pub policy: Bilingual,
    /// Delivery terms of a shop.
    pub delivery: Option<Bilingual>,
    /// The price the zakat calculator begins with; without one it asks for it.
    pub gold_price: Option<GoldPrice>,
    /// How much the site takes in a time.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hero: Bilingual::default(),
            footer: Bilingual::default(),
            languages: Lang::ALL.to_vec(),
            digits: Digits::Latin,
            hijri: Hijri::default(),
            contact: Contact::default(),
            notify_emails: Vec::new(),
            overfunding: OverfundingDefault::Close,
            overflow_to: None,
            transfer_days: 14,
            bank: None,
            payment_methods: vec![PaymentMethod::Transfer],
            line_cap: Fils::new(100_000_000),
            faq: Vec::new(),
            policy: Bilingual::default(),
            delivery: None,
            gold_price: None,
            limits: Limits::default(),
        }
    }
}

impl Settings {
    /// Days until an awaited transfer expires, held to 3..=60 whatever was stored.
    #[must_use]
    pub fn transfer_days(&self) -> u16 {
        self.transfer_days.clamp(3, 60)
    }
}

/// A charity or a shop, as the rest of the code sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// Primary key.
    pub id: TenantId,
    /// First label of its host.
    pub slug: String,
    /// Shown name.
    pub name: Bilingual,
    /// One line under the name.
    pub tagline: Bilingual,
    /// Charity or shop.
    pub kind: TenantKind,
    /// Standing with the platform.
    pub status: TenantStatus,
    /// Colours.
    pub branding: Branding,
    /// Its own sign; the woven mark where it has none.
    pub logo: Option<Logo>,
    /// Its own settings.
    pub settings: Settings,
    /// Currency of its books.
    pub currency: Currency,
    /// IANA name, e.g. `Asia/Kuwait`.
    pub timezone: String,
    /// Language when the visitor has no preference.
    pub default_lang: Lang,
    /// First three letters of its references.
    pub prefix: ReferencePrefix,
    /// Licence to collect or to trade.
    pub licence: Option<Licence>,
    /// Public phone number.
    pub phone: Option<String>,
    /// Event `seq` of its last change.
    pub version: i64,
}

/// Where those who run the platform are, and where a tenant is until it says otherwise.
pub const HOME_ZONE: &str = "Asia/Kuwait";

/// What a zone's clock is ahead of UTC; none of those known here changes with the seasons.
#[must_use]
pub fn offset(timezone: &str) -> Option<FixedOffset> {
    let hours = match timezone {
        "Asia/Kuwait" | "Asia/Riyadh" | "Asia/Bahrain" | "Asia/Qatar" | "Asia/Baghdad"
        | "Asia/Aden" => 3,
        "Asia/Dubai" | "Asia/Muscat" => 4,
        _ => return None,
    };
    FixedOffset::east_opt(hours * 3600)
}

/// The day of `at` in a zone; UTC's where the zone is not known.
#[must_use]
pub fn local_day(at: DateTime<Utc>, timezone: &str) -> NaiveDate {
    offset(timezone).map_or_else(
        || at.date_naive(),
        |offset| at.with_timezone(&offset).date_naive(),
    )
}

impl Tenant {
    /// The day of `at` where the tenant is.
    #[must_use]
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        local_day(at, &self.timezone)
    }

    /// The licence, while it holds on `day`: one that ended is shown to nobody.
    #[must_use]
    pub fn licence_on(&self, day: NaiveDate) -> Option<&Licence> {
        self.licence
            .as_ref()
            .filter(|licence| licence.is_valid_on(day))
    }

    /// Whether gifts and orders may begin on `day`: by its standing with the platform, and not under a licence that ended.
    #[must_use]
    pub fn takes_money_on(&self, day: NaiveDate) -> bool {
        self.status.takes_money() && (self.licence.is_none() || self.licence_on(day).is_some())
    }

    /// Whether there are public pages in `lang`.
    #[must_use]
    pub fn speaks(&self, lang: Lang) -> bool {
        self.settings.languages.contains(&lang)
    }

    /// `wanted`, or the tenant's default where there are no pages in it.
    #[must_use]
    pub fn language(&self, wanted: Lang) -> Lang {
        if self.speaks(wanted) {
            wanted
        } else {
            self.default_lang
        }
    }

    /// Whether `method` may be chosen here: listed in the settings, transfers only with an account, and cash on
    /// delivery never at a charity.
    #[must_use]
    pub fn offers(&self, method: PaymentMethod) -> bool {
        self.settings.payment_methods.contains(&method)
            && match method {
                PaymentMethod::CashOnDelivery => self.kind == TenantKind::Shop,
                PaymentMethod::Transfer => self.settings.bank.is_some(),
                _ => true,
            }
    }

    /// The methods a visitor may choose from, in the tenant's order.
    pub fn offered_methods(&self) -> impl Iterator<Item = PaymentMethod> + '_ {
        self.settings
            .payment_methods
            .iter()
            .copied()
            .filter(|m| self.offers(*m))
    }
}

#[cfg(test)]
mod tests;

//! What every public page is put into: language, words, the tenant, its addresses.
//!
//! Templates call the methods of [`Frame`] and [`Head`]; `templates/layout.html` needs both on every page struct.

use chrono::{NaiveDate, Utc};
use sadu_domain::hijri::HijriDay;
use sadu_domain::lang::{Bilingual, Lang};
use sadu_domain::tenant::{Licence, Logo, Tenant, TenantKind};

use super::format::Numerals;
use super::icons;
use super::palette::Rgb;
use super::sign::Sign;
use super::words::{Words, words};
use crate::assets;

/// The frame of one page. Cheap to copy; borrows the tenant from its snapshot.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Language of the page.
    pub lang: Lang,
    /// Words in that language.
    pub w: &'static Words,
    /// Whose page it is.
    pub tenant: &'a Tenant,
    /// Scheme and host the visitor came by, without a final slash: `https://nakhla.example`.
    pub origin: &'a str,
}

impl<'a> Frame<'a> {
    /// The frame of a page of `tenant` in `lang`.
    #[must_use]
    pub fn new(tenant: &'a Tenant, lang: Lang, origin: &'a str) -> Self {
        Self {
            lang,
            w: words(lang),
            tenant,
            origin,
        }
    }

    /// The same page in each language that the tenant offers, for previews of what people will see.
    #[must_use]
    pub fn in_each_language(&self) -> Vec<Self> {
        let languages = self.tenant.settings.languages.iter();
        languages
            .map(|lang| Self::new(self.tenant, *lang, self.origin))
            .collect()
    }

    /// How numbers are written here.
    #[must_use]
    pub fn numerals(&self) -> Numerals {
        Numerals {
            lang: self.lang,
            digits: self.tenant.settings.digits,
        }
    }

    /// The digits shown, for scripts: `latin` or `arabic`.
    #[must_use]
    pub fn digits(&self) -> &'static str {
        if self.numerals().is_arabic_indic() {
            "arabic"
        } else {
            "latin"
        }
    }

    /// Arabic page.
    #[must_use]
    pub fn is_ar(&self) -> bool {
        self.lang == Lang::Ar
    }

    /// The tenant sells goods.
    #[must_use]
    pub fn is_shop(&self) -> bool {
        self.tenant.kind == TenantKind::Shop
    }

    /// The tenant takes money today: the platform has not stopped it, and its licence has not ended.
    #[must_use]
    pub fn collects(&self) -> bool {
        self.tenant.takes_money_on(self.today())
    }

    /// Gifts and orders may begin: the tenant takes money, and there is a way to pay it.
    #[must_use]
    pub fn takes_money(&self) -> bool {
        self.collects() && self.has_way_to_pay()
    }

    /// The licence under which the tenant collects or trades; none once it ended.
    #[must_use]
    pub fn licence(&self) -> Option<&'a Licence> {
        self.tenant.licence_on(self.today())
    }

    /// The day where the tenant is.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.tenant.day(Utc::now())
    }

    /// Why nothing can be given or ordered now; nothing while it can.
    #[must_use]
    pub fn closed_for_now(&self) -> Option<&'static str> {
        let w = &self.w.site;
        match (self.tenant.status.takes_money(), self.is_shop()) {
            _ if self.takes_money() => None,
            (false, false) => Some(w.suspended_title),
            (false, true) => Some(w.suspended_shop_title),
            (true, false) => Some(w.no_way_title),
            (true, true) => Some(w.no_way_shop_title),
        }
    }

    /// The tenant says how it can be reached.
    #[must_use]
    pub fn has_contact(&self) -> bool {
        let contact = &self.tenant.settings.contact;
        self.tenant.phone.is_some() || contact.email.is_some() || !contact.address.is_empty()
    }

    /// There is a way to pay here; none before a tenant has an account.
    #[must_use]
    pub fn has_way_to_pay(&self) -> bool {
        self.tenant.offered_methods().next().is_some()
    }

    /// The tenant's name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.tenant.name.get(self.lang)
    }

    /// `text` in the language of the page.
    #[must_use]
    pub fn t<'t>(&self, text: &'t Bilingual) -> &'t str {
        text.get(self.lang)
    }

    /// What the tenant offers: projects or products.
    #[must_use]
    pub fn things(&self) -> &'static str {
        if self.is_shop() {
            self.w.site.products
        } else {
            self.w.site.projects
        }
    }

    /// Address of a page in this language; `path` has no leading slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("/{}/{path}", self.lang)
    }

    /// Address of a file of the bundle, with its content hash.
    #[must_use]
    pub fn asset(&self, path: &str) -> String {
        assets::url(path)
    }

    /// Address of the tenant's colours.
    #[must_use]
    pub fn brand_css(&self) -> String {
        format!("/brand-{}.css", self.tenant.version)
    }

    /// Address of a drawing of the tenant's cloth: `mark`, `cloth` or `band`.
    #[must_use]
    pub fn art(&self, name: &str) -> String {
        format!("/weave/{name}.svg?v={}", self.tenant.version)
    }

    /// Path of the tenant's logo; `None` where it has none.
    #[must_use]
    pub fn logo(&self) -> Option<String> {
        self.tenant.logo.as_ref().map(Logo::path)
    }

    /// What stands beside the tenant's name at the head of its pages: its logo, or the woven mark.
    #[must_use]
    pub fn sign(&self) -> Sign {
        Sign::of(self)
    }

    /// Address of the picture that previews of a page show, with its host.
    #[must_use]
    pub fn card(&self, head: &Head) -> String {
        match &head.card {
            Some(card) => format!("{}/{card}", self.origin),
            None => format!("{}/card.png?v={}", self.origin, self.tenant.version),
        }
    }

    /// An icon as HTML.
    #[must_use]
    pub fn icon(&self, name: &str) -> &'static str {
        icons::icon(name)
    }

    /// The colour of the browser's own bars.
    #[must_use]
    pub fn theme_colour(&self) -> String {
        Rgb::from(self.tenant.branding.primary)
            .mix(Rgb::BLACK, 18)
            .to_string()
    }

    /// A count with the digits of this page.
    #[must_use]
    pub fn number(&self, count: impl ToString) -> String {
        self.numerals().digits(count.to_string())
    }

    /// A day with its month's name; where the tenant wants it, also in the Hijri calendar.
    #[must_use]
    pub fn day(&self, day: &NaiveDate) -> String {
        let gregorian = self.numerals().day(*day);
        let hijri = self.tenant.settings.hijri;
        let beside = HijriDay::of(*day, hijri.offset).filter(|_| hijri.shown);
        match beside {
            Some(day) => format!("{gregorian} · {}", self.number(day.written(self.lang))),
            None => gregorian,
        }
    }

    /// The other language, where the tenant has pages in it.
    #[must_use]
    pub fn other_lang(&self) -> Option<Lang> {
        Some(self.lang.other()).filter(|lang| self.tenant.speaks(*lang))
    }

    /// The sentence that the home page begins with.
    #[must_use]
    pub fn hero(&self) -> &'a str {
        let own = [&self.tenant.settings.hero, &self.tenant.tagline];
        let own = own.into_iter().find(|text| !text.is_empty());
        own.unwrap_or(&self.tenant.name).get(self.lang)
    }

    /// Lines of a text of several lines.
    pub fn lines<'t>(&self, text: &'t Bilingual) -> std::str::Lines<'t> {
        text.get(self.lang).lines()
    }

    /// `+965 3000 0101` as `96530000101`, for `tel:` and `wa.me`.
    #[must_use]
    pub fn phone_digits(&self, phone: &str) -> String {
        phone.chars().filter(char::is_ascii_digit).collect()
    }
}

/// What the head of a page says.
#[derive(Clone, Debug)]
pub struct Head {
    /// Title, without the tenant's name.
    pub title: String,
    /// One sentence for search results and link previews.
    pub description: String,
    /// The page's path without language and leading slash: `items/well`.
    pub path: String,
    /// Query that the language switch keeps, without `?`; empty when none.
    pub query: String,
    /// May be indexed: nothing personal in it.
    pub index: bool,
    /// The picture of its previews, where it is not the site's: `card/well.png?v=7-97`.
    pub card: Option<String>,
    /// Data for programs, as a whole element; empty when none.
    pub data: String,
}

impl Head {
    /// The head of a page that may be indexed.
    #[must_use]
    pub fn public(
        title: impl Into<String>,
        description: impl Into<String>,
        path: impl Into<String>,
    ) -> Self {
        Self {
            title: title.into(),
            description: description.into(),
            path: path.into(),
            query: String::new(),
            index: true,
            card: None,
            data: String::new(),
        }
    }

    /// The head of a page for one visitor alone.
    #[must_use]
    pub fn personal(title: impl Into<String>, path: impl Into<String>) -> Self {
        let title = title.into();
        Self {
            description: title.clone(),
            index: false,
            ..Self::public(title, "", path)
        }
    }

    /// The same page with `query`, for the language switch.
    #[must_use]
    pub fn with_query(self, query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            ..self
        }
    }

    /// The same page with `data` for programs.
    #[must_use]
    pub fn with_data(self, data: String) -> Self {
        Self { data, ..self }
    }

    /// A page from which one goes on to others: it shows the menu on a phone too.
    #[must_use]
    pub fn is_hub(&self) -> bool {
        matches!(self.path.as_str(), "" | "items" | "track" | "zakat")
    }

    /// A page on which somebody decides to give or to buy.
    #[must_use]
    pub fn sells(&self) -> bool {
        let page = self.path.split('/').next().unwrap_or_default();
        matches!(page, "" | "items" | "checkout" | "zakat")
    }

    /// Where the language switch leads, without language and leading slash.
    #[must_use]
    pub fn switch_path(&self) -> String {
        if self.query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, self.query)
        }
    }
}

//! An item as a page shows it: its words, addresses and figures.

use sadu_domain::arabic;
use sadu_domain::catalog::{Item, ItemKind, ItemStatus, ItemTotals, Overfunding};
use sadu_domain::media::Picture;
use sadu_domain::money::Fils;
use sadu_domain::tenant::Licence;

use super::format::Amount;
use super::frame::Frame;
use super::picture::PictureView;

/// From this many pieces on, the shop says how few are left.
const FEW: i64 = 5;

/// One item on a page.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The page.
    pub frame: Frame<'a>,
    /// The item.
    pub item: &'a Item,
    /// Its figures.
    pub totals: &'a ItemTotals,
    /// What may be seen of it, the leading one first.
    pub pictures: &'a [Picture],
}

impl<'a> Entry<'a> {
    /// `item` with its `totals` on the page of `frame`.
    #[must_use]
    pub const fn new(frame: Frame<'a>, item: &'a Item, totals: &'a ItemTotals) -> Self {
        Self {
            frame,
            item,
            totals,
            pictures: &[],
        }
    }

    /// The same, with these pictures.
    #[must_use]
    pub const fn showing(self, pictures: &'a [Picture]) -> Self {
        Self { pictures, ..self }
    }

    /// The leading picture; none where the tenant's cloth stands in for it.
    #[must_use]
    pub fn lead(&self) -> Option<PictureView<'a>> {
        PictureView::new(self.frame, self.pictures.first()?)
    }

    /// The pictures after it.
    #[must_use]
    pub fn more(&self) -> Vec<PictureView<'a>> {
        let rest = self.pictures.iter().skip(1);
        rest.filter_map(|picture| PictureView::new(self.frame, picture))
            .collect()
    }

    /// Address of its page.
    #[must_use]
    pub fn url(&self) -> String {
        self.frame.url(&format!("items/{}", self.item.slug))
    }

    /// Address of its picture: a piece of the tenant's cloth.
    #[must_use]
    pub fn art(&self) -> String {
        format!(
            "/weave/item/{}.svg?v={}",
            self.item.slug, self.frame.tenant.version
        )
    }

    /// Goods, not a gift.
    #[must_use]
    pub fn is_product(&self) -> bool {
        self.item.kind == ItemKind::Product
    }

    /// A fund of zakat alone.
    #[must_use]
    pub fn is_zakat_fund(&self) -> bool {
        self.item.kind == ItemKind::Zakat
    }

    /// The word of its kind.
    #[must_use]
    pub fn kind_word(&self) -> &'static str {
        let w = &self.frame.w.item;
        match self.item.kind {
            ItemKind::Product => w.kind_product,
            ItemKind::Project => w.kind_project,
            ItemKind::Fund => w.kind_fund,
            ItemKind::Sponsorship => w.kind_sponsorship,
            ItemKind::Zakat => w.kind_zakat,
        }
    }

    /// Word and colour of its status; `None` while it is simply open.
    #[must_use]
    pub fn status_badge(&self) -> Option<(&'static str, &'static str)> {
        let w = &self.frame.w.item;
        match self.item.status {
            ItemStatus::Active if self.sold_out() => Some((w.sold_out, "warning")),
            ItemStatus::Active | ItemStatus::Draft | ItemStatus::Review | ItemStatus::Cancelled => {
                None
            }
            ItemStatus::Paused => Some((w.status_paused, "warning")),
            ItemStatus::Funded => Some((w.status_funded, "success")),
            ItemStatus::Executing => Some((w.status_executing, "accent")),
            ItemStatus::Completed => Some((w.status_completed, "success")),
            ItemStatus::Archived => Some((w.status_archived, "plain")),
        }
    }

    /// Icon beside the status.
    #[must_use]
    pub fn status_icon(&self) -> &'static str {
        match self.item.status {
            ItemStatus::Paused => "pause",
            ItemStatus::Executing => "work",
            ItemStatus::Funded | ItemStatus::Completed => "check",
            _ => "closed",
        }
    }

    pub(super) fn short(&self, amount: Fils) -> Amount {
        self.frame.numerals().short(amount)
    }

    /// What is to be raised.
    #[must_use]
    pub fn target(&self) -> Option<Amount> {
        self.item.target.map(|target| self.short(target))
    }

    /// What is still to be raised; `None` without a target, when nothing is left and when nothing is asked for any more.
    #[must_use]
    pub fn left(&self) -> Option<Amount> {
        let asks = matches!(self.item.status, ItemStatus::Active | ItemStatus::Paused);
        self.left_fils()
            .filter(|_| asks)
            .map(|left| self.short(left))
    }

    /// What stands over the figure of an item that asks for nothing more.
    #[must_use]
    pub fn raised_word(&self) -> &'static str {
        let w = &self.frame.w.item;
        if self.percent_number() >= 100 {
            w.funded_line
        } else {
            w.raised
        }
    }

    /// What is still to be raised, empty when nothing is.
    #[must_use]
    pub fn left_text(&self) -> PriceText {
        PriceText(self.left())
    }

    pub(super) fn left_fils(&self) -> Option<Fils> {
        self.totals
            .remaining(self.item.target)
            .filter(|left| left.is_positive())
    }

    /// What has come in.
    #[must_use]
    pub fn raised(&self) -> Amount {
        self.short(self.totals.raised)
    }

    /// The same two for a table, where every figure has its three decimals.
    #[must_use]
    pub fn exact(&self) -> (Amount, Option<Amount>) {
        let exact = |amount| self.frame.numerals().exact(amount);
        (exact(self.totals.raised), self.item.target.map(exact))
    }

    /// Being paid right now.
    #[must_use]
    pub fn in_flight(&self) -> Amount {
        self.short(self.totals.in_flight)
    }

    /// Promised by transfer.
    #[must_use]
    pub fn awaiting(&self) -> Amount {
        self.short(self.totals.awaiting_transfer)
    }

    /// Pledged.
    #[must_use]
    pub fn pledged(&self) -> Amount {
        self.short(self.totals.pledged)
    }

    /// The percentage, 0 without a target. It may exceed 100.
    #[must_use]
    pub fn percent_number(&self) -> i64 {
        self.totals.percent(self.item.target).unwrap_or(0)
    }

    /// The filled part of the bar in thousandths: finer than the percentage, so that a first gift shows.
    #[must_use]
    pub fn bar(&self) -> i64 {
        let target = self.item.target.map_or(0, Fils::get).max(1);
        let raised = self.totals.raised.get().clamp(0, target);
        raised.saturating_mul(1000) / target
    }

    /// The true percentage, which may exceed 100.
    #[must_use]
    pub fn percent(&self) -> String {
        self.frame.number(self.percent_number())
    }

    /// How many gave, with the right plural.
    #[must_use]
    pub fn donors(&self) -> String {
        self.frame
            .numerals()
            .digits(arabic::donors_count(self.totals.donors, self.frame.lang))
    }

    /// The plural forms of [`Entry::donors`] by their CLDR name with `#` for the number, for the script that counts on.
    #[must_use]
    pub fn donor_forms(&self) -> Vec<(&'static str, String)> {
        [
            ("zero", 0_i64),
            ("one", 1),
            ("two", 2),
            ("few", 3),
            ("many", 11),
            ("other", 100),
        ]
        .into_iter()
        .map(|(form, n)| {
            (
                form,
                arabic::donors_count(n, self.frame.lang).replace(&n.to_string(), "#"),
            )
        })
        .collect()
    }

    /// Its price, empty without one.
    #[must_use]
    pub fn price_text(&self) -> PriceText {
        PriceText(self.item.price.map(|price| self.short(price)))
    }

    /// What its price is called: a gift has a value, goods have a price.
    #[must_use]
    pub fn price_word(&self) -> &'static str {
        if self.is_product() {
            self.frame.w.item.price
        } else {
            self.frame.w.item.value
        }
    }

    /// Its price with a large figure.
    #[must_use]
    pub fn price_big(&self) -> PriceText {
        PriceText(
            self.item
                .price
                .map(|price| self.frame.numerals().exact(price).big()),
        )
    }

    fn sold_out(&self) -> bool {
        self.totals.available() == Some(0)
    }

    /// Whether it is in stock, for goods whose stock is counted.
    #[must_use]
    pub fn stock_word(&self) -> Option<String> {
        let w = &self.frame.w.item;
        match self.totals.available()? {
            0 => Some(w.sold_out.to_owned()),
            few @ 1..=FEW => Some(format!("{}: {}", w.last_pieces, self.frame.number(few))),
            _ => Some(w.in_stock.to_owned()),
        }
    }

    /// Ordered by number of pieces or shares alone.
    #[must_use]
    pub fn by_quantity(&self) -> bool {
        self.item.takes_quantity() && !self.item.takes_amount()
    }

    /// Open for a gift or an order now.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.item.accepts_gifts() && !self.sold_out()
    }

    /// The word on its button.
    #[must_use]
    pub fn give_word(&self) -> &'static str {
        if self.is_product() {
            self.frame.w.item.order
        } else {
            self.frame.w.item.give
        }
    }

    /// Why it is not open.
    #[must_use]
    pub fn closed_word(&self) -> &'static str {
        let w = &self.frame.w.item;
        match self.item.status {
            _ if self.is_product() => w.closed_product,
            ItemStatus::Completed | ItemStatus::Archived => w.closed_completed,
            ItemStatus::Funded | ItemStatus::Executing => w.closed_funded,
            _ => w.closed_paused,
        }
    }

    /// Its own licence, while it holds.
    #[must_use]
    pub fn own_licence(&self) -> Option<&'a Licence> {
        let today = self.frame.today();
        let own = self.item.licence.as_ref();
        own.filter(|licence| licence.is_valid_on(today))
    }

    /// The licence it collects under: its own, else the tenant's.
    #[must_use]
    pub fn licence_number(&self) -> Option<&'a str> {
        self.own_licence()
            .or(self.frame.licence())
            .map(|licence| licence.number.as_str())
    }

    /// The paragraphs of its story.
    pub fn story(&self) -> impl Iterator<Item = &'a str> {
        self.item
            .story
            .get(self.frame.lang)
            .split('\n')
            .map(str::trim)
            .filter(|line| !line.is_empty())
    }

    /// The rule for money beyond the target.
    #[must_use]
    pub fn over_word(&self) -> &'static str {
        let w = &self.frame.w.item;
        match self.item.overfunding {
            Overfunding::Close => w.over_close,
            Overfunding::Continue => w.over_continue,
            Overfunding::Overflow(_) => w.over_overflow,
        }
    }
}

/// A price, or nothing.
#[derive(Clone, Copy, Debug)]
pub struct PriceText(Option<Amount>);

impl std::fmt::Display for PriceText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |amount| amount.fmt(f))
    }
}

impl askama::filters::HtmlSafe for PriceText {}

//! Catalog items: products, projects, funds, sponsorships and zakat funds, and what counts as raised (domain.md 6).

pub mod draft;
pub mod ready;

use crate::ids::ItemId;
use crate::lang::Bilingual;
use crate::money::Fils;
use crate::tenant::Licence;
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};

wire_enum! {
    /// What an item is.
    pub enum ItemKind {
        /// Goods with a price and a stock.
        Product = "product",
        /// A work with a target, perhaps in units of a price.
        Project = "project",
        /// Open without a target.
        Fund = "fund",
        /// Shares of a fixed price, often monthly.
        Sponsorship = "sponsorship",
        /// A fund for zakat only.
        Zakat = "zakat",
    }
}

impl ItemKind {
    /// Takes gifts, as opposed to being sold.
    #[must_use]
    pub const fn is_giving(self) -> bool {
        !matches!(self, Self::Product)
    }
}

wire_enum! {
    /// Where an item is in its life.
    pub enum ItemStatus {
        /// Being written.
        Draft = "draft",
        /// Waiting for an administrator.
        Review = "review",
        /// Open.
        Active = "active",
        /// Shown, not open for now.
        Paused = "paused",
        /// Target reached.
        Funded = "funded",
        /// Work is going on.
        Executing = "executing",
        /// Done, with proofs.
        Completed = "completed",
        /// Out of the lists, its page stays.
        Archived = "archived",
        /// Called off.
        Cancelled = "cancelled",
    }
}

impl ItemStatus {
    /// Visitors may see the item.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(
            self,
            Self::Active | Self::Paused | Self::Funded | Self::Executing | Self::Completed
        )
    }

    /// Open for gifts or sales, whatever the item's own rules say.
    #[must_use]
    pub const fn accepts_gifts(self) -> bool {
        matches!(self, Self::Active)
    }

    /// Whether staff may move an item from here to `next`. `funded` is also reached and left by postings.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        use ItemStatus::{
            Active, Archived, Cancelled, Completed, Draft, Executing, Funded, Paused, Review,
        };
        matches!(
            (self, next),
            (Draft, Review)
                | (Review, Draft | Active)
                | (Active, Paused | Funded | Cancelled)
                | (Paused, Active | Cancelled)
                | (Funded, Active | Executing)
                | (Executing, Completed)
                | (Completed, Archived)
        )
    }
}

/// What happens to gifts beyond the target; printed at checkout.
/// On the wire `"close"`, `"continue"` or `{"overflow":"<slug>"}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overfunding {
    /// No new orders once funded.
    Close,
    /// Stays open.
    Continue,
    /// The excess of the last gift goes to the fund with this slug.
    Overflow(String),
}

/// One item, as edited by staff. Its figures are apart, in [`ItemTotals`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Primary key.
    pub id: ItemId,
    /// Its word in addresses, unique within the tenant.
    pub slug: String,
    /// What it is.
    pub kind: ItemKind,
    /// Where it is in its life.
    pub status: ItemStatus,
    /// Title.
    pub title: Bilingual,
    /// One or two sentences.
    pub summary: Bilingual,
    /// The long text.
    pub story: Bilingual,
    /// Price of one, for products, sponsorships and projects in units.
    pub price: Option<Fils>,
    /// What is to be raised; `None` for an open fund and for products.
    pub target: Option<Fils>,
    /// What `price` buys, e.g. "a month".
    pub unit: Option<Bilingual>,
    /// Amounts offered as buttons.
    pub suggested: Vec<Fils>,
    /// Smallest gift.
    pub min: Option<Fils>,
    /// Largest gift.
    pub max: Option<Fils>,
    /// May be paid from zakat.
    pub zakat_eligible: bool,
    /// Rule for gifts beyond the target.
    pub overfunding: Overfunding,
    /// The project's own licence.
    pub licence: Option<Licence>,
    /// Free labels for filtering.
    pub tags: Vec<String>,
    /// Order in lists, small first.
    pub position: i32,
    /// The editor's optimistic lock.
    pub revision: i64,
}

impl Item {
    /// Open now: active, or funded and set to continue.
    #[must_use]
    pub const fn accepts_gifts(&self) -> bool {
        self.status.accepts_gifts()
            || (matches!(self.status, ItemStatus::Funded)
                && matches!(self.overfunding, Overfunding::Continue))
    }

    /// Ordered by quantity: always for goods and shares; a project in units takes either.
    #[must_use]
    pub const fn takes_quantity(&self) -> bool {
        self.price.is_some() && !matches!(self.kind, ItemKind::Fund | ItemKind::Zakat)
    }

    /// Takes a free amount.
    #[must_use]
    pub const fn takes_amount(&self) -> bool {
        match self.kind {
            ItemKind::Product => false,
            ItemKind::Sponsorship => self.price.is_none(),
            ItemKind::Project | ItemKind::Fund | ItemKind::Zakat => true,
        }
    }
}

/// The figures of an item, always equal to the ledger. Amounts are gross, in fils; the four are never added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemTotals {
    /// Allocations of posted payments − refunds − lost disputes.
    pub raised: Fils,
    /// Held by live payment attempts.
    pub in_flight: Fils,
    /// Promised by transfer, not yet arrived.
    pub awaiting_transfer: Fils,
    /// Pledged and confirmed, not yet paid.
    pub pledged: Fils,
    /// Givers whose money arrived.
    pub donors: i64,
    /// Pieces in stock or places in all; `None` when not counted.
    pub stock: Option<i64>,
    /// Pieces or places held by open orders.
    pub reserved: i64,
    /// Event `seq` of the last change.
    pub version: i64,
}

impl ItemTotals {
    /// Percent of `target`, rounded down: 99 until truly full, above 100 when more came. `None` without a target.
    #[must_use]
    pub fn percent(&self, target: Option<Fils>) -> Option<i64> {
        let target = target.filter(|t| t.is_positive())?;
        let raised = i128::from(self.raised.get().max(0));
        i64::try_from(raised * 100 / i128::from(target.get())).ok()
    }

    /// What is still to be raised, never negative. `None` without a target.
    #[must_use]
    pub fn remaining(&self, target: Option<Fils>) -> Option<Fils> {
        target.map(|t| t.minus_or_zero(self.raised))
    }

    /// Pieces or places that can still be ordered; `None` when not counted.
    #[must_use]
    pub fn available(&self) -> Option<i64> {
        self.stock
            .map(|stock| stock.saturating_sub(self.reserved).max(0))
    }
}

/// Whether `text` can be an item's slug: 1–64 of `a-z0-9`, single hyphens inside.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.split('-').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn totals(raised: i64) -> ItemTotals {
        ItemTotals {
            raised: Fils::new(raised),
            ..ItemTotals::default()
        }
    }

    #[test]
    fn percent_is_99_until_full() {
        let target = Some(Fils::new(1_850_000));
        assert_eq!(totals(1_808_500).percent(target), Some(97));
        assert_eq!(totals(1_849_999).percent(target), Some(99));
        assert_eq!(totals(1_850_000).percent(target), Some(100));
        assert_eq!(totals(3_700_000).percent(target), Some(200));
        assert_eq!(totals(5).percent(None), None);
        assert_eq!(totals(5).percent(Some(Fils::ZERO)), None);
        assert_eq!(totals(1_808_500).remaining(target), Some(Fils::new(41_500)));
        assert_eq!(totals(2_000_000).remaining(target), Some(Fils::ZERO));
    }

    #[test]
    fn wire_words() {
        assert_eq!(
            serde_json::to_string(&Overfunding::Close).unwrap(),
            r#""close""#
        );
        let overflow: Overfunding = serde_json::from_str(r#"{"overflow":"general"}"#).unwrap();
        assert_eq!(overflow, Overfunding::Overflow("general".into()));
        for status in ItemStatus::ALL {
            assert_eq!(status.as_str().parse::<ItemStatus>().unwrap(), *status);
            assert_eq!(
                serde_json::to_string(status).unwrap(),
                format!("\"{status}\"")
            );
        }
    }

    #[test]
    fn the_life_of_an_item_is_the_documented_one() {
        use ItemStatus::*;
        let allowed = [
            (Draft, Review),
            (Review, Draft),
            (Review, Active),
            (Active, Paused),
            (Active, Funded),
            (Active, Cancelled),
            (Paused, Active),
            (Paused, Cancelled),
            (Funded, Active),
            (Funded, Executing),
            (Executing, Completed),
            (Completed, Archived),
        ];
        for &from in ItemStatus::ALL {
            for &to in ItemStatus::ALL {
                assert_eq!(
                    from.may_become(to),
                    allowed.contains(&(from, to)),
                    "{from} -> {to}"
                );
            }
        }
    }

    #[test]
    fn slugs() {
        for good in ["well", "d1", "a-b-c"] {
            assert!(is_slug(good), "{good}");
        }
        for bad in ["", "-a", "a-", "a--b", "A", "بئر", "a b", "wеll"] {
            assert!(!is_slug(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn percent_reaches_100_exactly_when_nothing_remains(raised in 0_i64..10_000_000, target in 1_i64..10_000_000) {
            let (t, target) = (totals(raised), Some(Fils::new(target)));
            prop_assert_eq!(t.percent(target).unwrap() >= 100, t.remaining(target).unwrap().is_zero());
        }
    }
}

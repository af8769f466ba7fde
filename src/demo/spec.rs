//! How the demo's texts are written down: one [`Spec`] an item, turned into the domain's types here.

use chrono::{DateTime, TimeDelta, Utc};
use sadu_domain::catalog::{Item, ItemKind, ItemStatus, Overfunding};
use sadu_domain::ids::{ItemId, ProofId};
use sadu_domain::lang::Bilingual;
use sadu_domain::money::Fils;
use sadu_domain::proof::{Proof, ProofKind};
use sadu_domain::tenant::{BankDetails, Faq};

use super::DemoError;

/// The same thing said in Arabic and in English.
pub(super) type Pair = (&'static str, &'static str);

/// What becomes of gifts beyond a target.
#[derive(Clone, Copy)]
pub(super) enum Over {
    Close,
    Continue,
    General,
}

/// One item as the demo tells it. Sums are fils; paragraphs of a story are lines.
#[derive(Clone, Copy)]
pub(super) struct Spec {
    pub(super) slug: &'static str,
    pub(super) kind: ItemKind,
    pub(super) status: ItemStatus,
    pub(super) title: Pair,
    pub(super) summary: Pair,
    pub(super) story: Pair,
    pub(super) price: Option<i64>,
    pub(super) target: Option<i64>,
    pub(super) unit: Option<Pair>,
    pub(super) suggested: &'static [i64],
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    pub(super) zakat_eligible: bool,
    pub(super) over: Over,
    pub(super) tags: &'static [&'static str],
    /// Pieces that can still be ordered, or places in all.
    pub(super) stock: Option<i64>,
    /// What became of the money.
    pub(super) proofs: &'static [Shown],
    /// What it looks like, the first one first.
    pub(super) pictures: &'static [Sketch],
}

/// A drawing of ours, 480 by 270 units; `pictures` says what it may use. What it shows.
#[derive(Clone, Copy)]
pub(super) struct Sketch {
    pub(super) svg: &'static str,
    pub(super) alt: Pair,
}

/// One published proof: what it is, days before the start of the demo, fils spent, and what it shows.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub(super) kind: ProofKind,
    pub(super) days_ago: i64,
    pub(super) amount: Option<i64>,
    pub(super) caption: Pair,
    pub(super) place: Pair,
}

impl Shown {
    /// The proof of `item`, as it stands at `now`.
    pub(super) fn proof(&self, item: ItemId, now: DateTime<Utc>) -> Proof {
        Proof {
            id: ProofId::new(),
            item,
            kind: self.kind,
            amount: self.amount.map(Fils::new),
            taken_on: (now - TimeDelta::days(self.days_ago)).date_naive(),
            place: pair(self.place),
            caption: pair(self.caption),
        }
    }
}

impl Spec {
    /// An open project without anything else.
    pub(super) const PLAIN: Self = Self {
        slug: "",
        kind: ItemKind::Project,
        status: ItemStatus::Active,
        title: ("", ""),
        summary: ("", ""),
        story: ("", ""),
        price: None,
        target: None,
        unit: None,
        suggested: &[],
        min: None,
        max: None,
        zakat_eligible: false,
        over: Over::Continue,
        tags: &[],
        stock: None,
        proofs: &[],
        pictures: &[],
    };

    /// The item, the `position`-th of its tenant.
    pub(super) fn item(&self, position: i32) -> Item {
        Item {
            id: ItemId::new(),
            slug: self.slug.to_owned(),
            kind: self.kind,
            status: self.status,
            title: pair(self.title),
            summary: pair(self.summary),
            story: pair(self.story),
            price: self.price.map(Fils::new),
            target: self.target.map(Fils::new),
            unit: self.unit.map(pair),
            suggested: self.suggested.iter().copied().map(Fils::new).collect(),
            min: self.min.map(Fils::new),
            max: self.max.map(Fils::new),
            zakat_eligible: self.zakat_eligible,
            overfunding: match self.over {
                Over::Close => Overfunding::Close,
                Over::Continue => Overfunding::Continue,
                Over::General => Overfunding::Overflow("general".to_owned()),
            },
            licence: None,
            tags: self.tags.iter().map(|t| (*t).to_owned()).collect(),
            position,
            revision: 1,
        }
    }
}

/// As the domain keeps it.
pub(super) fn pair((ar, en): Pair) -> Bilingual {
    Bilingual::new(ar, en)
}

/// Questions with their answers.
pub(super) fn faq(entries: &[(Pair, Pair)]) -> Vec<Faq> {
    entries
        .iter()
        .map(|(q, a)| Faq {
            q: pair(*q),
            a: pair(*a),
        })
        .collect()
}

/// An account of the bank that does not exist, in the tenant's name.
pub(super) fn bank(holder: Pair, iban: &str) -> Result<BankDetails, DemoError> {
    Ok(BankDetails {
        beneficiary: pair(holder),
        bank: pair(("البنك التجريبي", "Demo Bank")),
        iban: sadu_domain::iban::validate(iban).map_err(|_| DemoError::Text("iban"))?,
    })
}

//! Proofs: what became of the money.

use crate::ids::{ItemId, ProofId};
use crate::lang::Bilingual;
use crate::money::Fils;
use crate::wire_enum::wire_enum;
use chrono::NaiveDate;

wire_enum! {
    /// What a proof is.
    pub enum ProofKind {
        /// A picture of the work or the goods.
        Photo = "photo",
        /// The same, moving.
        Video = "video",
        /// What was paid, and to whom.
        Invoice = "invoice",
        /// Of an authority or a receiver.
        Certificate = "certificate",
        /// A text with figures.
        Report = "report",
        /// A signed record that something was handed over.
        Handover = "handover",
    }
}

/// A proof as visitors see it: public and published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Primary key.
    pub id: ProofId,
    /// Of which item.
    pub item: ItemId,
    /// What it is.
    pub kind: ProofKind,
    /// What was spent, where it tells of money.
    pub amount: Option<Fils>,
    /// When it was taken or written.
    pub taken_on: NaiveDate,
    /// Where.
    pub place: Bilingual,
    /// What it shows.
    pub caption: Bilingual,
}

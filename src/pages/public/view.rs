//! The templates of home, list, item and error pages.

use askama::Template;

use crate::pages::entry::Entry;
use crate::pages::format::Amount;
use crate::pages::frame::{Frame, Head};
use crate::pages::picture::PictureView;

/// `/{lang}/`.
#[derive(Template)]
#[template(path = "public/home.html")]
pub struct Home<'a> {
    /// Frame.
    pub frame: Frame<'a>,
    /// Head.
    pub head: Head,
    /// The item put first.
    pub featured: Option<Entry<'a>>,
    /// It is nearly funded.
    pub nearly: bool,
    /// The items below it.
    pub entries: Vec<Entry<'a>>,
    /// Items that are fully funded, at work or completed.
    pub done: Vec<Entry<'a>>,
    /// Figures of all items together; charities only.
    pub sum: Option<Sum>,
    /// Clock time of the figures.
    pub as_of: String,
}

/// Figures of all shown items together.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    /// What has come in.
    pub raised: Amount,
    /// How many are open.
    pub open: usize,
    /// How many are fully funded, at work or completed.
    pub done: usize,
}

/// `/{lang}/items`.
#[derive(Template)]
#[template(path = "public/items.html")]
pub struct Items<'a> {
    /// Frame.
    pub frame: Frame<'a>,
    /// Head.
    pub head: Head,
    /// What was searched for.
    pub query: String,
    /// The filters, the present one marked.
    pub filters: Vec<Filter>,
    /// What was found.
    pub entries: Vec<Entry<'a>>,
}

/// One filter of the list.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Its word.
    pub word: &'static str,
    /// Its address.
    pub url: String,
    /// It is on.
    pub current: bool,
}

/// A proof on the item's timeline.
pub struct ProofView<'a> {
    /// The day it was taken or written, as `2026-11-24`.
    pub iso: String,
    /// The same, in words.
    pub day: String,
    /// What it is.
    pub kind: &'static str,
    /// What it shows.
    pub caption: &'a str,
    /// Where, or empty.
    pub place: &'a str,
    /// What was spent.
    pub amount: Option<Amount>,
}

/// `/{lang}/items/{slug}`.
#[derive(Template)]
#[template(path = "public/item.html")]
pub struct ItemPage<'a> {
    /// Frame.
    pub frame: Frame<'a>,
    /// Head.
    pub head: Head,
    /// The item.
    pub entry: Entry<'a>,
    /// Its leading picture.
    pub lead: Option<PictureView<'a>>,
    /// The others.
    pub more: Vec<PictureView<'a>>,
    /// The fund that takes what is beyond the target.
    pub overflow: Option<Entry<'a>>,
    /// What became of the money, newest first.
    pub proofs: Vec<ProofView<'a>>,
    /// Clock time of the figures.
    pub as_of: String,
    /// `https://wa.me/?text=…` with title and address.
    pub share: String,
}

/// An error page.
#[derive(Template)]
#[template(path = "public/error.html")]
pub struct ErrorPage<'a> {
    /// Frame.
    pub frame: Frame<'a>,
    /// Head.
    pub head: Head,
    /// What happened.
    pub title: &'static str,
    /// What to do.
    pub body: &'static str,
    /// Trying again may help.
    pub retry: bool,
    /// For a report.
    pub request_id: Option<String>,
}

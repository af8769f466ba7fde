//! The HTML pages: templates of `templates/` filled from the tenant's snapshot.
//!
//! [`frame`] is what every page is put into, [`entry`] an item as pages show it, [`words`] the texts in both languages,
//! [`format`] money and dates; [`palette`], [`brand`] and [`weave`] make a tenant's colours and cloth. The pages
//! themselves are in [`public`], one file a noun.

pub mod brand;
pub mod entry;
pub mod format;
pub mod frame;
pub mod icons;
mod offer;
pub mod palette;
pub mod public;
pub mod weave;
pub mod words;

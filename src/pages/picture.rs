//! A picture as a page shows it: addresses of its drawings, its words, and a few pixels of it for the time before it is there.

use sadu_domain::media::{Picture, VariantFormat};

use super::frame::Frame;

/// Width that is asked for where a browser does not choose.
const MIDDLE: u32 = 960;

/// One picture on a page.
#[derive(Debug, Clone)]
pub struct PictureView<'a> {
    /// A drawing of middling size.
    pub src: String,
    /// Every JPEG, by its width.
    pub srcset: String,
    /// Every WebP, by its width; empty unless there is one of each width.
    pub webp: String,
    /// The largest drawing.
    pub full: String,
    /// Its proportions, in pixels of the largest drawing.
    pub w: u32,
    /// In pixels of the largest drawing.
    pub h: u32,
    /// What it shows.
    pub alt: &'a str,
    /// A few pixels, as a `data:` address.
    pub blur: &'a str,
}

impl<'a> PictureView<'a> {
    /// On the page of `frame`; `None` for a picture without drawings, which there is none of.
    #[must_use]
    pub fn new(frame: Frame<'a>, picture: &'a Picture) -> Option<Self> {
        let largest = picture.largest()?;
        let middle = picture
            .of_format(VariantFormat::Jpeg)
            .filter(|variant| variant.w <= MIDDLE)
            .max_by_key(|variant| variant.w)
            .unwrap_or(largest);
        let set = |format| {
            let each = picture
                .of_format(format)
                .map(|variant| format!("{} {}w", picture.url(variant), variant.w));
            each.collect::<Vec<_>>().join(", ")
        };
        let count = |format| picture.of_format(format).count();
        let whole = count(VariantFormat::Webp) == count(VariantFormat::Jpeg);
        Some(Self {
            src: picture.url(middle),
            srcset: set(VariantFormat::Jpeg),
            webp: if whole {
                set(VariantFormat::Webp)
            } else {
                String::new()
            },
            full: picture.url(largest),
            w: largest.w,
            h: largest.h,
            alt: picture.alt.get(frame.lang),
            blur: &picture.drawn.blur,
        })
    }
}

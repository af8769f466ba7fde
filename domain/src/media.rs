//! Pictures: what may be uploaded, what is made of it, and what visitors see.
//!
//! An original is kept, and shown to nobody. What is shown are [`Variant`]s that were drawn anew from its pixels, so nothing else that
//! the file carried travels on.

use std::fmt;
use std::str::FromStr;

use crate::error::Code;
use crate::ids::{ItemId, MediaId};
use crate::lang::Bilingual;
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};

/// Largest original, in bytes.
pub const ORIGINAL_MAX: i64 = 15 * 1024 * 1024;
/// Largest side of an original, in pixels.
pub const SIDE_MAX: u32 = 8_000;
/// Most pixels of an original.
pub const PIXELS_MAX: u64 = 30_000_000;
/// Most pictures of one item.
pub const PER_ITEM: usize = 12;
/// Longest alternative text, in characters.
pub const ALT_MAX: usize = 200;
/// Widths that variants are made in, small first; never wider than the original.
pub const WIDTHS: [u32; 3] = [480, 960, 1_600];
/// Least pixels of a logo across and down, the longer of its sides first: fewer are a blot at the head of a page.
pub const LOGO_MIN: (u32, u32) = (96, 32);
/// Longest placeholder: an image as a `data:` address.
pub const BLUR_MAX: usize = 600;

wire_enum! {
    /// What may be uploaded, by its media type.
    pub enum PictureType {
        /// JPEG.
        Jpeg = "image/jpeg",
        /// PNG.
        Png = "image/png",
        /// WebP.
        Webp = "image/webp",
    }
}

impl PictureType {
    /// What the first bytes of a file say it is; whatever else it may be as well.
    #[must_use]
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Self::Jpeg)
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some(Self::Webp)
        } else {
            None
        }
    }
}

wire_enum! {
    /// What a picture is for.
    pub enum Purpose {
        /// To show an item.
        Item = "item",
        /// To stand for the tenant.
        Logo = "logo",
    }
}

wire_enum! {
    /// Where a picture stands.
    pub enum MediaState {
        /// Announced, perhaps uploaded, not looked at yet.
        Pending = "pending",
        /// Its variants are there.
        Ready = "ready",
        /// It was refused; the reason is beside it.
        Rejected = "rejected",
    }
}

wire_enum! {
    /// Why a picture was refused.
    pub enum MediaRefusal {
        /// The first bytes are those of no picture that is taken.
        NotAPicture = "media.not_a_picture",
        /// It is a picture of another type than it was announced as.
        TypeDiffers = "media.type_differs",
        /// It ends too early or cannot be read.
        Broken = "media.broken",
        /// A side is too long, or there are too many pixels.
        TooManyPixels = "media.too_many_pixels",
        /// Reading it would take more memory or time than a picture needs.
        TooDemanding = "media.too_demanding",
        /// It has fewer pixels than a logo needs.
        TooSmall = "media.too_small",
        /// What lies in storage is not what was announced.
        Differs = "media.differs",
    }
}

impl MediaRefusal {
    /// The code whose texts say it.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::NotAPicture => Code::MediaNotAPicture,
            Self::TypeDiffers => Code::MediaTypeDiffers,
            Self::Broken => Code::MediaBroken,
            Self::TooManyPixels => Code::MediaTooManyPixels,
            Self::TooDemanding => Code::MediaTooDemanding,
            Self::TooSmall => Code::MediaTooSmall,
            Self::Differs => Code::MediaDiffers,
        }
    }
}

wire_enum! {
    /// What a variant is stored as.
    pub enum VariantFormat {
        /// For everybody.
        Jpeg = "jpg",
        /// Where it is smaller.
        Webp = "webp",
    }
}

impl VariantFormat {
    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }
}

/// The name of a variant, as in `960.jpg`: a width of [`WIDTHS`] or smaller, and a format. Nothing else is a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariantName {
    /// In pixels.
    pub width: u32,
    /// As what.
    pub format: VariantFormat,
}

/// A text is not the name of a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a variant")]
pub struct NotAVariant;

impl fmt::Display for VariantName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.width, self.format)
    }
}

impl FromStr for VariantName {
    type Err = NotAVariant;

    fn from_str(text: &str) -> Result<Self, NotAVariant> {
        let (width, format) = text.split_once('.').ok_or(NotAVariant)?;
        let plain = width.bytes().all(|b| b.is_ascii_digit()) && !width.starts_with('0');
        let width: u32 = width.parse().map_err(|_| NotAVariant)?;
        let format = format.parse().map_err(|_| NotAVariant)?;
        if plain && width <= SIDE_MAX {
            Ok(Self { width, format })
        } else {
            Err(NotAVariant)
        }
    }
}

/// One drawing of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// In pixels.
    pub w: u32,
    /// In pixels.
    pub h: u32,
    /// As what.
    pub format: VariantFormat,
    /// Its size.
    pub bytes: i64,
}

impl Variant {
    /// Its name.
    #[must_use]
    pub const fn name(&self) -> VariantName {
        VariantName {
            width: self.w,
            format: self.format,
        }
    }
}

/// What a picture was made into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// Small first; every width as JPEG, and as WebP where that is smaller.
    pub variants: Vec<Variant>,
    /// A few pixels as a `data:` address, at most [`BLUR_MAX`] long.
    pub blur: String,
}

impl Drawn {
    /// Whether there are pixels enough for a logo.
    #[must_use]
    pub fn fills_a_head(&self) -> bool {
        let (longer, shorter) = LOGO_MIN;
        let full = self.variants.iter().max_by_key(|variant| variant.w);
        full.is_some_and(|Variant { w, h, .. }| *w.max(h) >= longer && *w.min(h) >= shorter)
    }
}

/// A picture of an item that can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Primary key.
    pub id: MediaId,
    /// Of which item.
    pub item: ItemId,
    /// What it shows, for those who do not see it.
    pub alt: Bilingual,
    /// Its drawings; never empty.
    pub drawn: Drawn,
}

impl Picture {
    /// The variant of that name.
    #[must_use]
    pub fn variant(&self, name: VariantName) -> Option<&Variant> {
        self.drawn
            .variants
            .iter()
            .find(|variant| variant.name() == name)
    }

    /// Those of one format, small first.
    pub fn of_format(&self, format: VariantFormat) -> impl Iterator<Item = &Variant> {
        self.drawn
            .variants
            .iter()
            .filter(move |variant| variant.format == format)
    }

    /// The largest that every browser shows.
    #[must_use]
    pub fn largest(&self) -> Option<&Variant> {
        self.of_format(VariantFormat::Jpeg)
            .max_by_key(|variant| variant.w)
    }

    /// Where visitors find a variant.
    #[must_use]
    pub fn url(&self, variant: &Variant) -> String {
        format!("/media/{}/{}", self.id, variant.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_width_and_a_format_are_a_name() {
        let name: VariantName = "960.jpg".parse().unwrap();
        assert_eq!(name.to_string(), "960.jpg");
        assert_eq!(name.format.media_type(), "image/jpeg");
        for text in [
            "",
            "960",
            "960.",
            ".jpg",
            "960.png",
            "0960.jpg",
            "+960.jpg",
            "-1.jpg",
            "9600.jpg",
            "960.jpg/",
            "../960.jpg",
            "..%2f960.jpg",
            "960.jpg\0",
            "٩٦٠.jpg",
            "99999999999.jpg",
        ] {
            assert_eq!(text.parse::<VariantName>(), Err(NotAVariant), "{text:?}");
        }
    }

    #[test]
    fn the_first_bytes_tell_the_type() {
        assert_eq!(
            PictureType::sniff(&[0xff, 0xd8, 0xff, 0xe0]),
            Some(PictureType::Jpeg)
        );
        assert_eq!(
            PictureType::sniff(b"\x89PNG\r\n\x1a\n...."),
            Some(PictureType::Png)
        );
        assert_eq!(
            PictureType::sniff(b"RIFF\x10\0\0\0WEBPVP8 "),
            Some(PictureType::Webp)
        );
        for other in [
            &b""[..],
            b"GIF89a",
            b"<svg",
            b"%PDF",
            b"RIFF\0\0\0\0WAVE",
            b"RIFF",
        ] {
            assert_eq!(PictureType::sniff(other), None);
        }
    }

    #[test]
    fn a_logo_needs_some_pixels() {
        let drawn = |w, h| Drawn {
            variants: vec![Variant {
                w,
                h,
                format: VariantFormat::Jpeg,
                bytes: 1,
            }],
            blur: String::new(),
        };
        for (w, h, enough) in [
            (96, 32, true),
            (32, 96, true),
            (1_600, 200, true),
            (95, 95, false),
            (480, 31, false),
            (31, 480, false),
        ] {
            assert_eq!(drawn(w, h).fills_a_head(), enough, "{w} × {h}");
        }
        let nothing = Drawn {
            variants: Vec::new(),
            blur: String::new(),
        };
        assert!(!nothing.fills_a_head());
    }

    #[test]
    fn every_refusal_has_texts_under_its_own_code() {
        for refusal in MediaRefusal::ALL {
            assert_eq!(refusal.code().as_str(), refusal.as_str());
        }
    }
}

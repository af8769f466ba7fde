//! The files, family by family. Each family makes another file of its kind every time.

use image::{ExtendedColorType, ImageFormat};

use super::jpeg::Frame;
use super::png::flat;
use super::{bombs, broken, carried, doubles, lies, moving, unusual};
use crate::pictures::{drawing, encoded, jpeg};

pub(super) const JPEG: &str = "image/jpeg";
pub(super) const PNG: &str = "image/png";
pub(super) const WEBP: &str = "image/webp";

/// What must come of a file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Want {
    /// One of these codes.
    Refused(&'static [&'static str]),
    /// Drawings, without what it carried.
    Drawn,
    /// Either.
    Either,
}

pub(super) const UNREADABLE: Want = Want::Refused(&["media.broken"]);
pub(super) const NO_PICTURE: Want = Want::Refused(&["media.not_a_picture"]);
pub(super) const TOO_BIG: Want = Want::Refused(&["media.too_many_pixels", "media.too_demanding"]);
pub(super) const OTHER_TYPE: Want = Want::Refused(&["media.type_differs"]);

/// Files of one kind.
pub(super) struct Family {
    pub(super) name: &'static str,
    /// What they are announced as.
    pub(super) kind: &'static str,
    pub(super) want: Want,
    make: fn(usize) -> Vec<u8>,
}

impl Family {
    /// The `n`-th of them.
    pub(super) fn file(&self, n: usize) -> File {
        File {
            name: self.name,
            kind: self.kind,
            bytes: (self.make)(n),
            want: self.want,
        }
    }
}

pub(super) const fn family(
    name: &'static str,
    kind: &'static str,
    want: Want,
    make: fn(usize) -> Vec<u8>,
) -> Family {
    Family {
        name,
        kind,
        want,
        make,
    }
}

#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) bytes: Vec<u8>,
    pub(super) want: Want,
}

/// `count` files, no two alike: one of each family, then another of each, and so on.
pub(super) fn files(count: usize) -> impl Iterator<Item = File> {
    let families: Vec<&'static Family> = [
        bombs::FAMILIES,
        doubles::FAMILIES,
        carried::FAMILIES,
        moving::FAMILIES,
        unusual::FAMILIES,
        lies::FAMILIES,
        broken::FAMILIES,
    ]
    .into_iter()
    .flatten()
    .collect();
    let count = count.max(families.len());
    (0..count).map(move |k| families[k % families.len()].file(k / families.len()))
}

/// What takes the most memory of all that is within the limits, and of what is just beyond.
pub(super) fn heavy() -> Vec<File> {
    let file = |name, kind, bytes, want| File {
        name,
        kind,
        bytes,
        want,
    };
    let large = Frame {
        width: 7_500,
        height: 4_000,
        ..Frame::PLAIN
    };
    let progressive = Frame {
        marker: 0xc2,
        scans: 1,
        ..large
    };
    let inks = Frame {
        components: 4,
        adobe: Some(2),
        ..large
    };
    vec![
        file(
            "a JPEG of 30 megapixels",
            JPEG,
            jpeg(7_500, 4_000),
            Want::Drawn,
        ),
        file(
            "a progressive JPEG of 30 megapixels",
            JPEG,
            progressive.bytes(),
            Want::Either,
        ),
        file(
            "a JPEG of 30 megapixels in four inks",
            JPEG,
            inks.bytes(),
            Want::Either,
        ),
        file(
            "a tall PNG with alpha",
            PNG,
            flat(3_750, 8_000, ExtendedColorType::Rgba8),
            Want::Drawn,
        ),
        file(
            "a wide PNG",
            PNG,
            flat(8_000, 3_750, ExtendedColorType::Rgb8),
            Want::Drawn,
        ),
        file(
            "sixteen bits a channel",
            PNG,
            flat(4_000, 4_000, ExtendedColorType::Rgba16),
            Want::Drawn,
        ),
        file(
            "a large WebP",
            WEBP,
            encoded(&drawing(7_500, 4_000), ImageFormat::WebP),
            Want::Drawn,
        ),
    ]
}

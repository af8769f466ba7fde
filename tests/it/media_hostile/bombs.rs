//! Small files that would become large, or take long.

use image::ExtendedColorType;

use super::files::{Family, JPEG, PNG, TOO_BIG, UNREADABLE, WEBP, Want, family};
use super::jpeg::{self, Frame, photograph};
use super::png::{self, chunk, flat, png, stream, with_chunks};
use super::small;
use super::webp::{self, webp};

/// A text of 28 MB in some kilobytes, under these words.
fn unpacking(words: &[u8], n: usize) -> Vec<u8> {
    let bomb = stream(&flat(7_000, 4_000 + n as u32, ExtendedColorType::L8));
    [words, &bomb].concat()
}

/// Refused, whoever finds it first.
const NOT_TAKEN: Want = Want::Refused(&[
    "media.too_many_pixels",
    "media.too_demanding",
    "media.broken",
]);

pub(super) const FAMILIES: &[Family] = &[
    family("a PNG that claims to be huge", PNG, TOO_BIG, |n| {
        png::claiming(&png(n), 60_000, 60_000 + n as u32)
    }),
    family("a PNG of one endless line", PNG, TOO_BIG, |n| {
        png::claiming(&png(n), 2_000_000_000, 1)
    }),
    family("a PNG of one endless column", PNG, TOO_BIG, |n| {
        png::claiming(&png(n), 1 + n as u32, 8_001)
    }),
    family("a PNG of just too many pixels", PNG, TOO_BIG, |n| {
        flat(8_000, 3_751 + n as u32, ExtendedColorType::L8)
    }),
    family("a JPEG that claims to be huge", JPEG, TOO_BIG, |n| {
        jpeg::claiming(photograph(n), 65_500, 65_500)
    }),
    family("a JPEG of more than 30 megapixels", JPEG, TOO_BIG, |n| {
        jpeg::claiming(photograph(n), 7_999, 7_999)
    }),
    family("a JPEG of just too many pixels", JPEG, TOO_BIG, |n| {
        Frame::sized((8_000, 3_751 + n as u32)).bytes()
    }),
    family("a WebP that claims to be huge", WEBP, NOT_TAKEN, |n| {
        webp::claiming(&webp(n), 16_384, 16_384 - n as u32)
    }),
    family("a small WebP on a huge canvas", WEBP, NOT_TAKEN, |n| {
        webp::extended_as((16_000_000, 1 + n as u32), n, 0, Vec::new(), true)
    }),
    family(
        "a PNG with more pixels than it claims",
        PNG,
        Want::Either,
        |n| {
            let (w, h) = small(n);
            png::claiming(&flat(4_000, 1_000, ExtendedColorType::Rgb8), w, h)
        },
    ),
    family("sixteen bits a channel", PNG, TOO_BIG, |n| {
        flat(4_200 + n as u32, 4_000, ExtendedColorType::Rgba16)
    }),
    family("a text that unpacks to megabytes", PNG, Want::Either, |n| {
        let text = unpacking(b"Comment\0\0", n);
        with_chunks(&png(n), &[chunk(b"zTXt", &text)])
    }),
    family("a long text in another chunk", PNG, Want::Either, |n| {
        let text = unpacking(b"XML:com.adobe.xmp\0\x01\0\0\0", n);
        with_chunks(&png(n), &[chunk(b"iTXt", &text)])
    }),
    family(
        "a colour profile that unpacks to megabytes",
        PNG,
        Want::Either,
        |n| {
            let text = unpacking(b"Profile\0\0", n);
            with_chunks(&png(n), &[chunk(b"iCCP", &text)])
        },
    ),
    family("a JPEG told again and again", JPEG, Want::Either, |n| {
        // Each telling of nothing makes a decoder walk over all blocks once more.
        let frame = Frame {
            marker: 0xc2,
            components: 1,
            scans: 4_000 + n,
            ..Frame::sized((7_000, 4_000))
        };
        frame.bytes()
    }),
    family(
        "more than 15 MiB",
        JPEG,
        Want::Refused(&["media.too_large"]),
        |n| vec![0xff; 15 * 1024 * 1024 + 1 + n],
    ),
    family("a JPEG without height", JPEG, UNREADABLE, |n| {
        jpeg::claiming(photograph(n), 64, 0)
    }),
];

//! Files that end too early, and files in which something was changed.

use image::ImageFormat;

use super::files::{Family, JPEG, PNG, UNREADABLE, WEBP, Want, family};
use super::jpeg::photograph;
use super::png::{SIGNATURE, png};
use super::webp::webp;
use crate::pictures::{encoded, jpeg, photo, with_segment};

/// The first part: between a third and nine tenths.
fn cut(bytes: &[u8], n: usize) -> Vec<u8> {
    let keep = bytes.len() * (30 + n * 7 % 60) / 100;
    bytes[..keep].to_vec()
}

/// Without its last bytes, fewer than twelve.
fn nearly(bytes: &[u8], n: usize) -> Vec<u8> {
    bytes[..bytes.len() - 1 - n % 11].to_vec()
}

/// Its first bytes, up to its header.
fn beginning(bytes: &[u8], n: usize) -> Vec<u8> {
    bytes[..12 + n * 3 % 20].to_vec()
}

fn scrambled(mut bytes: Vec<u8>, n: usize) -> Vec<u8> {
    for k in 0..5 {
        let at = 20 + (n * 7_919 + k * 104_729) % (bytes.len() - 20);
        bytes[at] ^= (n + k * 37) as u8 | 1;
    }
    bytes
}

pub(super) const FAMILIES: &[Family] = &[
    family("half a JPEG", JPEG, UNREADABLE, |n| cut(&jpeg(300, 200), n)),
    family(
        "half a JPEG with a whole one in its EXIF",
        JPEG,
        UNREADABLE,
        |n| cut(&with_segment(&jpeg(300, 200), 0xe1, &photograph(n)), n),
    ),
    family("nearly a whole JPEG", JPEG, UNREADABLE, |n| {
        nearly(&photograph(n), n)
    }),
    family("the beginning of a JPEG", JPEG, UNREADABLE, |n| {
        beginning(&photograph(n), n)
    }),
    family("half a PNG", PNG, UNREADABLE, |n| {
        cut(&encoded(&photo(300, 200), ImageFormat::Png), n)
    }),
    family("the beginning of a PNG", PNG, UNREADABLE, |n| {
        beginning(&png(n), n)
    }),
    family("the first bytes alone", PNG, UNREADABLE, |n| {
        [SIGNATURE, &vec![0; n]].concat()
    }),
    family("half a WebP", WEBP, UNREADABLE, |n| {
        cut(&encoded(&photo(300, 200), ImageFormat::WebP), n)
    }),
    family("the beginning of a WebP", WEBP, UNREADABLE, |n| {
        beginning(&webp(n), n)
    }),
    family("a JPEG with bytes changed", JPEG, Want::Either, |n| {
        scrambled(jpeg(200, 150), n)
    }),
    family("a PNG with bytes changed", PNG, Want::Either, |n| {
        scrambled(png(n), n)
    }),
    family("a WebP with bytes changed", WEBP, Want::Either, |n| {
        scrambled(webp(n), n)
    }),
];

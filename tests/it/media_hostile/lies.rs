//! Lengths, counts and sums that are not true.

use super::files::{Family, JPEG, PNG, UNREADABLE, WEBP, Want, family};
use super::jpeg::{Frame, photograph, position, segment};
use super::png::{chunk, png, with_chunks, with_header};
use super::small;
use super::webp::{extended, pixels, riff, webp};
use crate::pictures::with_segment;

/// EXIF whose directory names itself as the next, or says that it is endless.
fn circle(n: usize) -> Vec<u8> {
    let count = [1_u16, u16::MAX][n % 2];
    let mut tiff = b"Exif\0\0II\x2a\0\x08\0\0\0".to_vec();
    tiff.extend(count.to_le_bytes());
    tiff.extend([0x69, 0x87, 4, 0, 0xff, 0xff, 0xff, 0x7f, 8, 0, 0, 0]);
    tiff.extend(8_u32.to_le_bytes());
    tiff.push(n as u8);
    tiff
}

/// With other bytes from `at` on.
fn over(mut bytes: Vec<u8>, at: usize, other: &[u8]) -> Vec<u8> {
    bytes[at..at + other.len()].copy_from_slice(other);
    bytes
}

pub(super) const FAMILIES: &[Family] = &[
    family("a chunk that says it is endless", PNG, UNREADABLE, |n| {
        let endless = [&0x7fff_ffff_u32.to_be_bytes()[..], b"tEXtSECRET"].concat();
        with_chunks(&png(n), &[endless])
    }),
    family("a PNG whose sums are wrong", PNG, UNREADABLE, |n| {
        let whole = png(n);
        over(whole, 29, &[n as u8; 4])
    }),
    family(
        "a PNG whose pixels are longer than they say",
        PNG,
        Want::Either,
        |n| {
            let (w, h) = small(n);
            let header = [
                &w.to_be_bytes()[..],
                &(h / 2).to_be_bytes(),
                &[8, 2, 0, 0, 0],
            ]
            .concat();
            with_header(&png(n), &header)
        },
    ),
    family(
        "a PNG of colours that there are not",
        PNG,
        UNREADABLE,
        |n| {
            let (w, h) = small(n);
            let rest = [[3, 2], [8, 5], [16, 3], [0, 0], [8, 255]][n % 5];
            let header = [&w.to_be_bytes()[..], &h.to_be_bytes(), &rest, &[0, 0, 0]].concat();
            with_header(&png(n), &header)
        },
    ),
    family("a palette that is not there", PNG, UNREADABLE, |n| {
        let (w, h) = small(n);
        let header = [&w.to_be_bytes()[..], &h.to_be_bytes(), &[8, 3, 0, 0, 0]].concat();
        with_header(&png(n), &header)
    }),
    family("thousands of empty chunks", PNG, Want::Either, |n| {
        with_chunks(&png(n), &vec![chunk(b"IDAT", b""); 20_000 + n])
    }),
    family("a JPEG whose tables lie", JPEG, UNREADABLE, |n| {
        // More codes than there can be.
        let table = segment(0xc4, &[&[0x00][..], &[0xff; 16], &[n as u8; 64]].concat());
        let whole = photograph(n);
        let at = position(&whole, 0xc4);
        [&whole[..at], &table, &whole[at..]].concat()
    }),
    family("a JPEG whose frame lies", JPEG, UNREADABLE, |n| {
        // No components, and as many as a byte can say.
        let whole = photograph(n);
        let at = position(&whole, 0xc0);
        over(whole, at + 9, &[[0, 255][n % 2]])
    }),
    family("a JPEG with two frames", JPEG, Want::Either, |n| {
        let whole = photograph(n);
        let (frame, scan) = (position(&whole, 0xc0), position(&whole, 0xda));
        let again = whole[frame..frame + 19].to_vec();
        [
            &whole[..scan],
            &over(again, 5, &[0x1f, 0x40]),
            &whole[scan..],
        ]
        .concat()
    }),
    family(
        "a JPEG with samples that do not fit",
        JPEG,
        Want::Either,
        |n| {
            let frame = Frame::sized(small(n)).bytes();
            let at = position(&frame, 0xc0);
            over(frame, at + 11, &[[0x00, 0x44, 0x41, 0xf1][n % 4]])
        },
    ),
    family(
        "a segment that is shorter than its length",
        JPEG,
        UNREADABLE,
        |n| {
            let whole = photograph(n);
            let lie = [0xff, 0xe4, 0, (n % 2) as u8];
            [&whole[..2], &lie, &whole[2..]].concat()
        },
    ),
    family("EXIF that leads in a circle", JPEG, Want::Drawn, |n| {
        with_segment(&photograph(n), 0xe1, &circle(n))
    }),
    family("a WebP that says it is longer", WEBP, Want::Either, |n| {
        over(webp(n), 4, &(0x7fff_0000_u32 + n as u32).to_le_bytes())
    }),
    family(
        "a WebP whose pixels say they are longer",
        WEBP,
        Want::Either,
        |n| over(webp(n), 16, &(0x7fff_0000_u32 + n as u32).to_le_bytes()),
    ),
    family(
        "a WebP that has its picture twice",
        WEBP,
        Want::Either,
        |n| {
            let inner = pixels(&webp(n));
            extended(n, 0, vec![(b"VP8L", inner)], true)
        },
    ),
    family("a WebP of noise", WEBP, UNREADABLE, |n| {
        let noise = (0..400).map(|k| ((k * 89 + n * 31) % 251) as u8).collect();
        riff(&[(if n % 2 == 0 { b"VP8 " } else { b"VP8L" }, noise)])
    }),
];

//! Files that carry more than is seen: places, names, profiles, other pictures. None of it travels on.

use super::files::{Family, JPEG, PNG, WEBP, Want, family};
use super::jpeg::{photograph, segment};
use super::png::{chunk, png, stored, with_chunks};
use super::webp::{extended, webp};
use crate::pictures::{exif, with_segment};

/// A JPEG with many segments of one kind, each as long as a segment can be: together megabytes.
fn many(n: usize, marker: u8, start: &[u8], count: usize) -> Vec<u8> {
    let whole = photograph(n);
    let content = [start, &vec![b'S'; 65_000 - start.len()], b"SECRET"].concat();
    let segments = segment(marker, &content).repeat(count);
    [&whole[..2], &segments, &whole[2..]].concat()
}

/// EXIF without the words that begin it in a JPEG.
fn tiff(n: usize) -> Vec<u8> {
    exif(1 + (n % 8) as u8)[6..].to_vec()
}

pub(super) const FAMILIES: &[Family] = &[
    family("EXIF with a place", JPEG, Want::Drawn, |n| {
        with_segment(&photograph(n), 0xe1, &exif(1 + (n % 8) as u8))
    }),
    family("EXIF with a picture in it", JPEG, Want::Drawn, |n| {
        let inner = [exif(1), photograph(n + 1)].concat();
        with_segment(&photograph(n), 0xe1, &inner)
    }),
    family("XMP", JPEG, Want::Drawn, |n| {
        let text = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>SECRET</x:xmpmeta>";
        with_segment(&photograph(n), 0xe1, text)
    }),
    family("megabytes of XMP", JPEG, Want::Drawn, |n| {
        many(n, 0xe1, b"http://ns.adobe.com/xmp/extension/\0", 60)
    }),
    family("a colour profile", JPEG, Want::Drawn, |n| {
        let profile = b"ICC_PROFILE\0\x01\x01SECRET";
        with_segment(&photograph(n), 0xe2, profile)
    }),
    family("megabytes of a colour profile", JPEG, Want::Drawn, |n| {
        many(n, 0xe2, b"ICC_PROFILE\0\x01\xff", 200)
    }),
    family("IPTC", JPEG, Want::Drawn, |n| {
        let text = b"Photoshop 3.0\08BIM\x04\x04SECRET";
        with_segment(&photograph(n), 0xed, text)
    }),
    family("megabytes of IPTC", JPEG, Want::Drawn, |n| {
        many(n, 0xed, b"Photoshop 3.0\08BIM\x04\x04", 60)
    }),
    family("a signed history", JPEG, Want::Drawn, |n| {
        let text = b"JP\0\x01\0\0\0\x01jumbSECRET c2pa";
        with_segment(&photograph(n), 0xeb, text)
    }),
    family("a film behind a JPEG", JPEG, Want::Drawn, |n| {
        [photograph(n), b"\0\0\0\x18ftypmp42SECRET".to_vec()].concat()
    }),
    family("text and EXIF in a PNG", PNG, Want::Drawn, |n| {
        let chunks = [
            chunk(b"tEXt", b"Author\0SECRET"),
            chunk(b"eXIf", &tiff(n)),
            chunk(b"tIME", &[7, 0xea, 12, 1, 9, 30, n as u8]),
        ];
        with_chunks(&png(n), &chunks)
    }),
    family("XMP and a profile in a PNG", PNG, Want::Drawn, |n| {
        let profile = [b"SECRET\0\0", &stored(b"SECRET profile")[..]].concat();
        let xmp = b"XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta>SECRET</x:xmpmeta>";
        with_chunks(&png(n), &[chunk(b"iCCP", &profile), chunk(b"iTXt", xmp)])
    }),
    family("EXIF and XMP in a WebP", WEBP, Want::Drawn, |n| {
        let chunks: Vec<(&'static [u8; 4], _)> =
            vec![(b"EXIF", tiff(n)), (b"XMP ", b"SECRET".to_vec())];
        extended(n, 0x0c, chunks, true)
    }),
    family("a chunk that nobody knows", WEBP, Want::Drawn, |n| {
        extended(n, 0, vec![(b"SECR", b"SECRET".to_vec())], true)
    }),
    family("a page behind a WebP", WEBP, Want::Drawn, |n| {
        [webp(n), b"<html>SECRET".to_vec()].concat()
    }),
];

//! Two things at once, and things that are called another.

use super::files::{Family, JPEG, NO_PICTURE, OTHER_TYPE, PNG, WEBP, Want, family};
use super::jpeg::{photograph, segment};
use super::png::{chunk, png, with_chunks};
use super::webp::webp;
use crate::pictures::with_segment;

/// How other files begin: one for each `n`.
const OTHERS: [&[u8]; 12] = [
    b"GIF89a",
    b"GIF87a",
    b"BM\x36\x10\0\0\0\0\0\0",
    b"II\x2a\0\x08\0\0\0",
    b"MM\0\x2a\0\0\0\x08",
    b"\0\0\0\x1cftypavif",
    b"\0\0\0\x18ftypheic",
    b"\0\0\x01\0\x01\0\x10\x10",
    b"8BPS\0\x01",
    b"\xff\x0a\xfa\x7f",
    b"\x7fELF\x02\x01\x01\0",
    b"MZ\x90\0\x03\0\0\0",
];

fn other(n: usize) -> Vec<u8> {
    [OTHERS[n % OTHERS.len()], &vec![n as u8; 64 + n]].concat()
}

/// A document that no picture is, one for each `n`.
fn document(n: usize) -> Vec<u8> {
    let documents = [
        format!("%PDF-1.7 {n}"),
        format!("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'SECRET{n}'>]><x>&a;</x>"),
        format!("#!/bin/sh\nrm -r /{n}"),
        format!("<?php system('{n}'); ?>"),
        format!("PK\x03\x04{n}"),
        format!("{{\"n\":{n}}}"),
    ];
    documents[n % documents.len()].clone().into_bytes()
}

pub(super) const FAMILIES: &[Family] = &[
    family("a JPEG that is a ZIP too", JPEG, Want::Drawn, |n| {
        [photograph(n), b"PK\x03\x04SECRET.exe".to_vec()].concat()
    }),
    family("a JPEG that is a page too", JPEG, Want::Drawn, |n| {
        with_segment(&photograph(n), 0xfe, b"<html><script>SECRET</script>")
    }),
    family("a JPEG that is a PDF too", JPEG, Want::Drawn, |n| {
        with_segment(&photograph(n), 0xfe, b"%PDF-1.7 SECRET %%EOF")
    }),
    family("a JPEG that is a script too", JPEG, Want::Drawn, |n| {
        // Its first segment is as long as an opening comment is.
        let mut first = b"JFIF\0".to_vec();
        first.resize(0x2f2a - 2, b' ');
        let script = b"*/=1;alert('SECRET')/*";
        let whole = photograph(n);
        [
            &whole[..2],
            &segment(0xe0, &first),
            &segment(0xfe, script),
            &whole[2..],
        ]
        .concat()
    }),
    family("a PNG with a page behind it", PNG, Want::Drawn, |n| {
        [png(n), b"<html><script>SECRET</script>".to_vec()].concat()
    }),
    family("a PNG with a program in it", PNG, Want::Drawn, |n| {
        with_chunks(&png(n), &[chunk(b"phPp", b"<?php SECRET ?>")])
    }),
    family("a WebP with an archive behind it", WEBP, Want::Drawn, |n| {
        [webp(n), b"PK\x03\x04SECRET".to_vec()].concat()
    }),
    family("another picture called JPEG", JPEG, NO_PICTURE, other),
    family("another picture called WebP", WEBP, NO_PICTURE, |n| {
        other(n + 6)
    }),
    family("a PNG called JPEG", JPEG, OTHER_TYPE, png),
    family("a JPEG called WebP", WEBP, OTHER_TYPE, photograph),
    family("a WebP called PNG", PNG, OTHER_TYPE, webp),
    family("a sound called WebP", WEBP, NO_PICTURE, |n| {
        [b"RIFF\x24\0\0\0WAVEfmt ", &vec![n as u8; 40][..]].concat()
    }),
    family("an SVG called PNG", PNG, NO_PICTURE, |n| {
        format!("<svg xmlns='http://www.w3.org/2000/svg' onload='alert({n})'/>").into_bytes()
    }),
    family("an SVG as what it is", "image/svg+xml", NO_PICTURE, |n| {
        format!("<svg xmlns='http://www.w3.org/2000/svg' width='{n}'/>").into_bytes()
    }),
    family("a GIF as what it is", "image/gif", NO_PICTURE, |n| {
        [b"GIF89a", &vec![n as u8; 32][..]].concat()
    }),
    family("a page called JPEG", JPEG, NO_PICTURE, |n| {
        format!("<html><script>{n}</script>").into_bytes()
    }),
    family("a page before a JPEG", JPEG, NO_PICTURE, |n| {
        [b"<html><!--".to_vec(), photograph(n)].concat()
    }),
    family("a document called PNG", PNG, NO_PICTURE, document),
];

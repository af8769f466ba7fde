//! Pictures that are right and seldom: other depths, other colours, other orders of their rows.

use image::ExtendedColorType;

use super::files::{Family, JPEG, PNG, UNREADABLE, Want, family};
use super::jpeg::Frame;
use super::png::{Layout, flat, laid_out};
use super::small;

pub(super) const FAMILIES: &[Family] = &[
    family("a JPEG in four inks", JPEG, Want::Drawn, |n| {
        let inks = Frame {
            components: 4,
            adobe: Some(0),
            ..Frame::sized(small(n))
        };
        inks.bytes()
    }),
    family("a JPEG in four inks, told apart", JPEG, Want::Drawn, |n| {
        let inks = Frame {
            components: 4,
            adobe: Some(2),
            ..Frame::sized(small(n))
        };
        inks.bytes()
    }),
    family("a grey JPEG, told in steps", JPEG, Want::Drawn, |n| {
        let grey = Frame {
            marker: 0xc2,
            components: 1,
            scans: 1,
            ..Frame::sized(small(n))
        };
        grey.bytes()
    }),
    family("a JPEG of twelve bits", JPEG, UNREADABLE, |n| {
        let deep = Frame {
            marker: 0xc1,
            precision: 12,
            ..Frame::sized(small(n))
        };
        deep.bytes()
    }),
    family("a JPEG in another coding", JPEG, UNREADABLE, |n| {
        // Lossless, and three with arithmetic coding.
        let coding = [0xc3, 0xc9, 0xca, 0xcb][n % 4];
        let frame = Frame {
            marker: coding,
            ..Frame::sized(small(n))
        };
        frame.bytes()
    }),
    family("a PNG of sixteen bits", PNG, Want::Drawn, |n| {
        let colours = [
            ExtendedColorType::Rgb16,
            ExtendedColorType::Rgba16,
            ExtendedColorType::L16,
            ExtendedColorType::La16,
        ];
        let (w, h) = small(n);
        flat(w, h, colours[n % 4])
    }),
    family("an interlaced PNG", PNG, Want::Drawn, |n| {
        let layout = Layout {
            depth: 8,
            colour: [2, 6, 0, 4][n % 4],
            interlaced: true,
        };
        laid_out(small(n), layout, n)
    }),
    family(
        "an interlaced PNG of one or two rows",
        PNG,
        Want::Drawn,
        |n| {
            let layout = Layout {
                depth: 16,
                colour: 6,
                interlaced: true,
            };
            laid_out((1 + n as u32, 1 + (n as u32 & 1)), layout, n)
        },
    ),
    family("a PNG with a palette", PNG, Want::Drawn, |n| {
        let layout = Layout {
            depth: [1, 2, 4, 8][n % 4],
            colour: 3,
            interlaced: n % 2 == 1,
        };
        laid_out(small(n), layout, n)
    }),
    family("a PNG of few greys", PNG, Want::Drawn, |n| {
        let layout = Layout {
            depth: [1, 2, 4][n % 3],
            colour: 0,
            interlaced: n % 2 == 0,
        };
        laid_out(small(n), layout, n)
    }),
];

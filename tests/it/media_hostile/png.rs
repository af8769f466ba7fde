//! PNG, byte by byte: chunks with their sums, streams that are not squeezed, headers that lie.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, ImageFormat};

use super::small;
use crate::pictures::{encoded, photo};

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Where the header's chunk ends.
const HEADER: usize = 33;

/// A small picture, another one for each `n`.
pub(super) fn png(n: usize) -> Vec<u8> {
    let (w, h) = small(n);
    encoded(&photo(w, h), ImageFormat::Png)
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (0_u32.wrapping_sub(crc & 1)))
        })
    })
}

pub(super) fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let body = [&name[..], content].concat();
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&length[..], &body, &crc(&body).to_be_bytes()].concat()
}

/// With more chunks after its header.
pub(super) fn with_chunks(png: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
    [&png[..HEADER], &chunks.concat(), &png[HEADER..]].concat()
}

/// The same picture, saying that it has these dimensions.
pub(super) fn claiming(png: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut header = png[16..29].to_vec();
    header[..4].copy_from_slice(&width.to_be_bytes());
    header[4..8].copy_from_slice(&height.to_be_bytes());
    with_header(png, &header)
}

/// The same picture under another header.
pub(super) fn with_header(png: &[u8], header: &[u8]) -> Vec<u8> {
    [SIGNATURE, &chunk(b"IHDR", header), &png[HEADER..]].concat()
}

/// One colour everywhere: megabytes of pixels in kilobytes.
pub(super) fn flat(width: u32, height: u32, colour: ExtendedColorType) -> Vec<u8> {
    let bits = u64::from(colour.bits_per_pixel());
    let length = u64::from(width) * u64::from(height) * bits / 8;
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::NoFilter)
        .write_image(
            &vec![0; usize::try_from(length).unwrap()],
            width,
            height,
            colour,
        )
        .unwrap();
    bytes
}

/// The compressed pixels: a stream that unpacks to as many bytes.
pub(super) fn stream(png: &[u8]) -> Vec<u8> {
    let (mut at, mut out) = (8, Vec::new());
    while at + 8 < png.len() {
        let length = u32::from_be_bytes(png[at..at + 4].try_into().unwrap()) as usize;
        if &png[at + 4..at + 8] == b"IDAT" {
            out.extend(&png[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    out
}

/// A zlib stream that holds its content as it is.
pub(super) fn stored(content: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = content.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap();
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (a, b) = content.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    out.extend(((b << 16) | a).to_be_bytes());
    out
}

/// How the pixels of a PNG lie in it.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    pub(super) depth: u8,
    /// As the format numbers them: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.
    pub(super) colour: u8,
    pub(super) interlaced: bool,
}

impl Layout {
    fn bits(self) -> usize {
        let channels = match self.colour {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        channels * usize::from(self.depth)
    }
}

/// A picture of any layout, its rows one after another or in the seven passes of Adam7; `n` changes its pixels.
pub(super) fn laid_out((w, h): (u32, u32), layout: Layout, n: usize) -> Vec<u8> {
    let passes: &[[usize; 4]] = if layout.interlaced {
        &[
            [0, 0, 8, 8],
            [4, 0, 8, 8],
            [0, 4, 4, 8],
            [2, 0, 4, 4],
            [0, 2, 2, 4],
            [1, 0, 2, 2],
            [0, 1, 1, 2],
        ]
    } else {
        &[[0, 0, 1, 1]]
    };
    let mut rows = Vec::new();
    for [x, y, across, down] in passes {
        let wide = (w as usize).saturating_sub(*x).div_ceil(*across);
        let high = (h as usize).saturating_sub(*y).div_ceil(*down);
        if wide == 0 {
            continue;
        }
        for row in 0..high {
            rows.push(0);
            rows.extend(
                (0..(wide * layout.bits()).div_ceil(8)).map(|byte| (byte * 5 + row * 3 + n) as u8),
            );
        }
    }
    let mut out = [SIGNATURE, &chunk(b"IHDR", &header((w, h), layout))].concat();
    if layout.colour == 3 {
        let colours: Vec<u8> = (0..3 * (1_usize << layout.depth))
            .map(|byte| (byte * 29 + n) as u8)
            .collect();
        out.extend(chunk(b"PLTE", &colours));
        out.extend(chunk(b"tRNS", &[0, 128]));
    }
    out.extend(chunk(b"IDAT", &stored(&rows)));
    out.extend(chunk(b"IEND", b""));
    out
}

fn header((w, h): (u32, u32), layout: Layout) -> Vec<u8> {
    let rest = [
        layout.depth,
        layout.colour,
        0,
        0,
        u8::from(layout.interlaced),
    ];
    [&w.to_be_bytes()[..], &h.to_be_bytes(), &rest].concat()
}

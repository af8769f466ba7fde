//! WebP, chunk by chunk.

use image::ImageFormat;

use super::small;
use crate::pictures::{drawing, encoded};

/// A small picture, another one for each `n`.
pub(super) fn webp(n: usize) -> Vec<u8> {
    let (w, h) = small(n);
    encoded(&drawing(w, h), ImageFormat::WebP)
}

pub(super) fn riff(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (name, content) in chunks {
        body.extend(*name);
        body.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        body.extend(content);
        if content.len() % 2 == 1 {
            body.push(0);
        }
    }
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    [b"RIFF", &length[..], &body].concat()
}

pub(super) fn u24(n: u32) -> [u8; 3] {
    let [a, b, c, _] = n.to_le_bytes();
    [a, b, c]
}

/// The `VP8L` content of a plain WebP.
pub(super) fn pixels(webp: &[u8]) -> Vec<u8> {
    let length = u32::from_le_bytes(webp[16..20].try_into().unwrap()) as usize;
    webp[20..20 + length].to_vec()
}

/// The same pixels, saying that they are this large: fourteen bits each, less one.
pub(super) fn claiming(webp: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut inner = pixels(webp);
    let kept = u32::from_le_bytes(inner[1..5].try_into().unwrap()) & 0xf000_0000;
    let said = kept | (width - 1) | (height - 1) << 14;
    inner[1..5].copy_from_slice(&said.to_le_bytes());
    riff(&[(b"VP8L", inner)])
}

/// An extended file of the size of `webp(n)`: its flags, its own picture where it is `still`, and more chunks.
pub(super) fn extended(
    n: usize,
    flags: u8,
    more: Vec<(&'static [u8; 4], Vec<u8>)>,
    still: bool,
) -> Vec<u8> {
    extended_as(small(n), n, flags, more, still)
}

/// The same on a canvas of another size.
pub(super) fn extended_as(
    (w, h): (u32, u32),
    n: usize,
    flags: u8,
    more: Vec<(&'static [u8; 4], Vec<u8>)>,
    still: bool,
) -> Vec<u8> {
    let header = [&[flags, 0, 0, 0][..], &u24(w - 1), &u24(h - 1)].concat();
    let mut chunks: Vec<(&[u8; 4], Vec<u8>)> = vec![(b"VP8X", header)];
    if still {
        chunks.push((b"VP8L", pixels(&webp(n))));
    }
    chunks.extend(more);
    riff(&chunks)
}

/// One frame of a moving picture, `x` and `y` from its corner.
pub(super) fn frame(n: usize, (x, y): (u32, u32)) -> Vec<u8> {
    let (w, h) = small(n);
    let inner = pixels(&webp(n));
    let length = u32::try_from(inner.len()).unwrap().to_le_bytes();
    [
        &u24(x)[..],
        &u24(y),
        &u24(w - 1),
        &u24(h - 1),
        &u24(100),
        &[0],
        b"VP8L",
        &length,
        &inner,
    ]
    .concat()
}

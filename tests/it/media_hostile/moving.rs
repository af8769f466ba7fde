//! Pictures that move. At most their first moment is drawn.

use super::files::{Family, PNG, WEBP, Want, family};
use super::png::{chunk, png, with_chunks};
use super::small;
use super::webp::{extended, frame};

/// A PNG that says it has so many frames, with so many headers of them.
fn moving_png(n: usize, says: u32, headers: u32) -> Vec<u8> {
    let still = png(n);
    let mut chunks = vec![chunk(b"acTL", &[says.to_be_bytes(), [0; 4]].concat())];
    for number in 0..headers {
        let head = [
            &number.to_be_bytes()[..],
            &still[16..24],
            &[0; 8],
            &[0, 1, 0, 1, 0, 0],
        ]
        .concat();
        chunks.push(chunk(b"fcTL", &head));
    }
    with_chunks(&still, &chunks)
}

fn moving_webp(n: usize, frames: Vec<Vec<u8>>) -> Vec<u8> {
    let mut chunks: Vec<(&'static [u8; 4], Vec<u8>)> = vec![(b"ANIM", vec![0; 6])];
    chunks.extend(frames.into_iter().map(|frame| (b"ANMF", frame)));
    extended(n, 0x02, chunks, false)
}

pub(super) const FAMILIES: &[Family] = &[
    family("a moving PNG", PNG, Want::Either, |n| moving_png(n, 1, 1)),
    family("a PNG of endless frames", PNG, Want::Either, |n| {
        moving_png(n, u32::MAX >> 1, 5_000)
    }),
    family("a moving WebP", WEBP, Want::Either, |n| {
        moving_webp(n, vec![frame(n, (0, 0))])
    }),
    family("a WebP of thousands of frames", WEBP, Want::Either, |n| {
        moving_webp(n, vec![frame(n, (0, 0)); 3_000])
    }),
    family("a frame beyond its WebP", WEBP, Want::Either, |n| {
        let (w, _) = small(n);
        moving_webp(n, vec![frame(n, (w, 7))])
    }),
];

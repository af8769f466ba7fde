//! JPEG, marker by marker: frames of any kind and number of components whose blocks are all of one colour, so that millions of pixels
//! take a few kilobytes.

use super::small;
use crate::pictures::jpeg;

/// A small picture, another one for each `n`.
pub(super) fn photograph(n: usize) -> Vec<u8> {
    let (w, h) = small(n);
    jpeg(w, h)
}

/// Markers of the segments before the first scan that are no tables and no frame.
pub(super) fn segments(jpeg: &[u8]) -> Vec<u8> {
    let (mut at, mut found) = (2, Vec::new());
    while jpeg[at] == 0xff && jpeg[at + 1] != 0xda {
        let marker = jpeg[at + 1];
        if !matches!(marker, 0xdb | 0xc0 | 0xc4) {
            found.push(marker);
        }
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
    }
    found
}

/// Where a marker stands first.
pub(super) fn position(jpeg: &[u8], marker: u8) -> usize {
    let wanted = [0xff, marker];
    jpeg.windows(2).position(|pair| pair == wanted).unwrap()
}

/// The same picture, saying that it has these dimensions.
pub(super) fn claiming(mut jpeg: Vec<u8>, width: u16, height: u16) -> Vec<u8> {
    let at = position(&jpeg, 0xc0);
    jpeg[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

pub(super) fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], content].concat()
}

/// A picture made by hand.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    /// Its marker: `0xc0` baseline, `0xc2` progressive, …
    pub(super) marker: u8,
    /// Bits of a sample.
    pub(super) precision: u8,
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) components: u8,
    /// How often the later coefficients of a progressive picture are told.
    pub(super) scans: usize,
    /// What Adobe's segment says of the colours, where there is one: 0 as they are, 2 YCCK.
    pub(super) adobe: Option<u8>,
}

impl Frame {
    /// Baseline, eight bits, three components.
    pub(super) const PLAIN: Self = Self {
        marker: 0xc0,
        precision: 8,
        width: 64,
        height: 48,
        components: 3,
        scans: 0,
        adobe: None,
    };

    pub(super) fn sized((width, height): (u32, u32)) -> Self {
        Self {
            width: u16::try_from(width).unwrap(),
            height: u16::try_from(height).unwrap(),
            ..Self::PLAIN
        }
    }

    fn blocks(self) -> usize {
        usize::from(self.width).div_ceil(8) * usize::from(self.height).div_ceil(8)
    }

    fn ids(self) -> std::ops::RangeInclusive<u8> {
        1..=self.components
    }

    /// The file.
    pub(super) fn bytes(self) -> Vec<u8> {
        let mut out = vec![0xff, 0xd8];
        if let Some(transform) = self.adobe {
            out.extend(segment(
                0xee,
                &[b"Adobe\0d\0\0\0\0", &[transform][..]].concat(),
            ));
        }
        out.extend(segment(0xdb, &[&[0][..], &[1; 64]].concat()));
        let mut frame = vec![self.precision];
        frame.extend(self.height.to_be_bytes());
        frame.extend(self.width.to_be_bytes());
        frame.push(self.components);
        frame.extend(self.ids().flat_map(|id| [id, 0x11, 0]));
        out.extend(segment(self.marker, &frame));
        // One code of one bit in each table: no difference, and the end of a block or of a run of blocks.
        let mut one = [0; 16];
        one[0] = 1;
        let progressive = self.marker == 0xc2;
        let end = if progressive { 0xe0 } else { 0 };
        out.extend(segment(0xc4, &[&[0x00][..], &one, &[0]].concat()));
        out.extend(segment(0xc4, &[&[0x10][..], &one, &[end]].concat()));
        let ids: Vec<u8> = self.ids().collect();
        if progressive {
            let dc = vec![0; (self.blocks() * ids.len()).div_ceil(8)];
            out.extend(scan(&ids, (0, 0), &dc));
            let ac = self.runs();
            for _ in 0..self.scans {
                for id in &ids {
                    out.extend(scan(&[*id], (1, 63), &ac));
                }
            }
        } else {
            let bits = vec![0; (2 * self.blocks() * ids.len()).div_ceil(8)];
            out.extend(scan(&ids, (0, 63), &bits));
        }
        out.extend([0xff, 0xd9]);
        out
    }

    /// "Nothing in the next blocks", as often as it takes: a bit for the code, fourteen for how many beyond 16,384.
    fn runs(self) -> Vec<u8> {
        let mut bits = Vec::new();
        let mut left = self.blocks();
        while left > 0 {
            let more = left.saturating_sub(16_384).min(16_383);
            bits.push(false);
            bits.extend((0..14).rev().map(|bit| (more >> bit) & 1 == 1));
            left = left.saturating_sub(16_384 + more);
        }
        let mut bytes = Vec::new();
        for eight in bits.chunks(8) {
            let byte = eight
                .iter()
                .chain(std::iter::repeat(&true))
                .take(8)
                .fold(0_u8, |byte, bit| byte << 1 | u8::from(*bit));
            bytes.push(byte);
            if byte == 0xff {
                bytes.push(0);
            }
        }
        bytes
    }
}

/// One scan over these components: which coefficients it tells, and its bits.
fn scan(ids: &[u8], (from, to): (u8, u8), bits: &[u8]) -> Vec<u8> {
    let mut head = vec![u8::try_from(ids.len()).unwrap()];
    head.extend(ids.iter().flat_map(|id| [*id, 0]));
    head.extend([from, to, 0]);
    [&segment(0xda, &head)[..], bits].concat()
}

//! A keyed permutation of the numbers below ten million.
//!
//! Eight Feistel rounds over 24 bits (two halves of 12); results of ten million or more are put in again until one
//! falls below ("cycle walking", 1.7 times on average). The rounds are SipHash-2-4 under keys taken once from the
//! tenant's key by SHA-256, so that minting costs some hundred nanoseconds.

use sha2::{Digest, Sha256};
use std::fmt;

/// Counters and serials are below this.
pub const COUNTER_LIMIT: u32 = 10_000_000;

const ROUNDS: usize = 8;
const HALF_BITS: u32 = 12;
const HALF_MASK: u32 = (1 << HALF_BITS) - 1;

/// The key of one tenant's permutation, expanded. Prints as `***`.
#[derive(Clone)]
pub struct ReferenceKey {
    rounds: [(u64, u64); ROUNDS],
}

impl ReferenceKey {
    /// Expands 32 secret bytes. The same bytes must be used for the whole life of a tenant's counter.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> Self {
        let mut round = 0_u8;
        let rounds = [(); ROUNDS].map(|()| {
            let digest: [u8; 32] = Sha256::new()
                .chain_update(b"sadu.reference.v1")
                .chain_update(secret)
                .chain_update([round])
                .finalize()
                .into();
            round += 1;
            let (low, high) = (u128::from_le_bytes(first_half(&digest)), 64);
            (truncate(low), truncate(low >> high))
        });
        Self { rounds }
    }

    /// The image of a number below [`COUNTER_LIMIT`], also below it.
    pub(super) fn permute(&self, number: u32) -> u32 {
        let mut x = self.pass(number);
        while x >= COUNTER_LIMIT {
            x = self.pass(x);
        }
        x
    }

    fn pass(&self, x: u32) -> u32 {
        let (mut left, mut right) = (x >> HALF_BITS & HALF_MASK, x & HALF_MASK);
        for (k0, k1) in self.rounds {
            (left, right) = (right, left ^ (siphash(k0, k1, right) & HALF_MASK));
        }
        left << HALF_BITS | right
    }
}

impl fmt::Debug for ReferenceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReferenceKey(***)")
    }
}

fn first_half(digest: &[u8; 32]) -> [u8; 16] {
    digest.first_chunk::<16>().copied().unwrap_or_default()
}

/// The low 64 bits.
fn truncate(x: u128) -> u64 {
    u64::try_from(x & u128::from(u64::MAX)).unwrap_or_default()
}

/// SipHash-2-4 of the four little-endian bytes of `message`; the low 32 bits.
fn siphash(k0: u64, k1: u64, message: u32) -> u32 {
    let hash = siphash_block(k0, k1, 4 << 56 | u64::from(message));
    u32::try_from(hash & u64::from(u32::MAX)).unwrap_or_default()
}

/// SipHash-2-4 of a message shorter than eight bytes, given as its only block: length in the top byte, bytes below.
fn siphash_block(k0: u64, k1: u64, block: u64) -> u64 {
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573 ^ block,
    ];
    v = sip_round(sip_round(v));
    let [v0, v1, v2, v3] = v;
    v = [v0 ^ block, v1, v2 ^ 0xff, v3];
    let [v0, v1, v2, v3] = sip_round(sip_round(sip_round(sip_round(v))));
    v0 ^ v1 ^ v2 ^ v3
}

const fn sip_round([mut v0, mut v1, mut v2, mut v3]: [u64; 4]) -> [u64; 4] {
    v0 = v0.wrapping_add(v1);
    v1 = v1.rotate_left(13) ^ v0;
    v0 = v0.rotate_left(32);
    v2 = v2.wrapping_add(v3);
    v3 = v3.rotate_left(16) ^ v2;
    v0 = v0.wrapping_add(v3);
    v3 = v3.rotate_left(21) ^ v0;
    v2 = v2.wrapping_add(v1);
    v1 = v1.rotate_left(17) ^ v2;
    v2 = v2.rotate_left(32);
    [v0, v1, v2, v3]
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::as_conversions,
        reason = "tests"
    )]
    use super::*;

    /// Vectors of the SipHash reference implementation: key 00..0f, messages of 0 to 7 bytes 00, 01, …
    #[test]
    fn siphash_agrees_with_the_published_vectors() {
        let (k0, k1) = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908);
        assert_eq!(siphash_block(k0, k1, 0), 0x726f_db47_dd0e_0e31);
        assert_eq!(siphash_block(k0, k1, 1 << 56), 0x74f8_39c5_93dc_67fd);
        assert_eq!(
            siphash_block(k0, k1, 4 << 56 | 0x0302_0100),
            0xcf27_94e0_2771_87b7
        );
        assert_eq!(
            siphash_block(k0, k1, 7 << 56 | 0x0006_0504_0302_0100),
            0xab02_00f5_8b01_d137
        );
    }

    #[test]
    fn the_permutation_of_a_key_never_changes() {
        // Stored counters depend on these: a change here would issue references twice.
        let key = ReferenceKey::new([7; 32]);
        assert_eq!(
            [0, 1, 2, 9_999_999].map(|n| key.permute(n)),
            [1_046_288, 219_007, 886_058, 4_005_276]
        );
    }

    /// Every seventh counter, to stay quick in a debug build.
    #[test]
    fn no_serial_comes_twice() {
        let key = ReferenceKey::new([9; 32]);
        let mut seen = vec![false; COUNTER_LIMIT as usize];
        for n in (0..COUNTER_LIMIT).step_by(7) {
            let image = key.permute(n) as usize;
            assert!(!seen[image], "{n}");
            seen[image] = true;
        }
    }

    #[test]
    fn neighbours_are_far_apart_and_keys_differ() {
        let (a, b) = (ReferenceKey::new([1; 32]), ReferenceKey::new([2; 32]));
        let near = (0..1000)
            .filter(|n| a.permute(*n).abs_diff(a.permute(n + 1)) < 1000)
            .count();
        assert!(near < 10, "{near}");
        assert!((0..1000).filter(|n| a.permute(*n) == b.permute(*n)).count() < 5);
        assert_eq!(format!("{a:?}"), "ReferenceKey(***)");
    }
}

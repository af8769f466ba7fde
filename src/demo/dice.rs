//! Chance that falls the same way each time, so that the demo is the same on every machine (SplitMix64).

/// A seeded source of numbers.
#[derive(Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(word: &str) -> Self {
        Self(word.bytes().fold(0x5AD0, |sum, byte| {
            sum.wrapping_mul(257).wrapping_add(byte.into())
        }))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to `below` − 1; 0 when `below` is.
    pub(super) fn below(&mut self, below: i64) -> i64 {
        let range = u64::try_from(below).unwrap_or(0).max(1);
        i64::try_from(self.next() % range).unwrap_or(0)
    }

    /// True in `percent` of a hundred throws.
    pub(super) fn chance(&mut self, percent: i64) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let at = self.below(i64::try_from(from.len()).unwrap_or(0));
        usize::try_from(at)
            .ok()
            .and_then(|at| from.get(at))
            .copied()
    }
}

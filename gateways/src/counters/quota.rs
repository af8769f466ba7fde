//! A rate with a burst, as GCRA: one number per key, the time at which what was taken would be used up at the steady rate.

use std::time::Duration;

use super::{LONGEST, Verdict, micros};

/// So many in so long, and so many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Microseconds that one takes at the steady rate, at least 1.
    pub(super) interval: u64,
    /// At once at most, at least 1.
    pub(super) burst: u32,
}

impl Quota {
    /// `count` every `per`, up to `burst` at once; what is zero counts as one.
    #[must_use]
    pub fn new(count: u32, per: Duration, burst: u32) -> Self {
        let interval = micros(per)
            .checked_div(u64::from(count))
            .unwrap_or(LONGEST)
            .max(1);
        let burst = burst.max(1);
        // The whole burst fits into a year.
        let interval = interval.min(LONGEST.checked_div(u64::from(burst)).unwrap_or(1).max(1));
        Self { interval, burst }
    }

    /// How long the rate takes for so many, in microseconds.
    pub(super) fn time(&self, count: u32) -> u64 {
        self.interval.saturating_mul(u64::from(count))
    }

    /// Half the rate and half the burst.
    pub(super) fn halved(&self) -> Self {
        Self {
            interval: self.interval.saturating_mul(2),
            burst: self.burst.div_ceil(2),
        }
    }

    /// Decides at `now`, where `used_until` is what is kept; answers with what is to be kept.
    pub(super) fn take(&self, used_until: u64, cost: u32, now: u64) -> (Verdict, u64) {
        let used = used_until.max(now);
        let horizon = now.saturating_add(self.time(self.burst));
        let next = used.saturating_add(self.time(cost.min(self.burst)));
        let (allowed, kept) = if next > horizon {
            (false, used)
        } else {
            (true, next)
        };
        let left = horizon
            .saturating_sub(kept)
            .checked_div(self.interval)
            .unwrap_or(0);
        let verdict = Verdict {
            allowed,
            remaining: u32::try_from(left).unwrap_or(u32::MAX),
            retry_after: Duration::from_micros(next.saturating_sub(horizon)),
        };
        (verdict, kept)
    }

    /// Lends a slice at `now`, where `used_until` is what is kept; answers with what is to be kept. What is owed is paid first,
    /// as far as there is room. The twin of `lease.lua`.
    #[cfg(test)]
    pub(super) fn lend(
        &self,
        used_until: u64,
        ask: super::lease::Ask,
        now: u64,
    ) -> (super::lease::Lent, u64) {
        let horizon = now + self.interval * u64::from(self.burst);
        let used = used_until.max(now);
        let room = u32::try_from(horizon.saturating_sub(used) / self.interval).unwrap();
        let taken = (ask.wanted + ask.owed).min(room);
        let next = used + self.interval * u64::from(taken);
        let lent = taken.saturating_sub(ask.owed);
        let more_in = if lent < ask.wanted {
            next + self.interval - horizon
        } else {
            0
        };
        (super::lease::Lent { lent, more_in }, next)
    }
}

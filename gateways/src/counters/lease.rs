//! A slice of a shared rate that this process may use without asking. Pure: the time and the lender's answers are handed in.
//!
//! Slices begin small and become as many as this process will use in a while at its present pace, so that a subject with one
//! request costs nobody anything and a busy one asks once for many.
//!
//! What is parked here must not come on top of a full bucket. The lender gives a slice again in the time that the rate takes for
//! it, used or not; so what may be used at once falls with that time, down to a little. What is left may still be used, but calmly
//! alone, at the rate itself: whoever comes faster finds it gone and asks. So a busy hour costs few questions, and a flood that
//! follows it gets hardly more than the burst.

use super::quota::Quota;

/// Slices live this long at most, in microseconds.
const LONGEST: u64 = 15_000_000;
/// A slice is to last this long at the present pace, in microseconds.
const AHEAD: u64 = 12_000_000;
/// The next slice is asked for when what is left will last this long at the present pace, in microseconds.
const SOON: u64 = 100_000;
/// A slice of fewer costs more than one question in fifty uses, with some left for the first ones.
const WORTHWHILE: u32 = 100;
/// Longest pause before a lender that had too little is asked again, in microseconds.
const PAUSE: u64 = 500_000;
/// From this burst on, one use in a long while is not worth asking for: two of a hundred.
const UNASKED_FROM: u32 = 50;

/// What is lent, owed and refused. The default is of a subject that was not seen for a while.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lease {
    /// Lent and not used, until then.
    left: u32,
    until: u64,
    /// What there was after the last answer, and when that came.
    had: u32,
    since: u64,
    /// What may be used at once, in microseconds of the rate, and when that was last looked at.
    credit: u64,
    looked: u64,
    /// Used without having asked; paid with the next question.
    owed: u32,
    /// Not to be asked before: there was too little.
    shut: u64,
    /// The next slice; 0 before the first.
    slice: u32,
    /// Somebody asks at this moment.
    asking: bool,
    /// Until when the last use, lent or not, says anything.
    known: u64,
}

/// A question to the lender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ask {
    pub(super) wanted: u32,
    pub(super) owed: u32,
}

/// The lender's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lent {
    pub(super) lent: u32,
    /// Microseconds until there is one more, where less was lent than wanted.
    pub(super) more_in: u64,
}

/// What to do with one use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It may be done; whoever can should put this question meanwhile.
    Admit { left: u32, ask: Option<Ask> },
    /// It may not, for so many microseconds.
    Refuse(u64),
    /// Put this question first.
    Ask(Ask),
    /// Somebody puts it; wait for that.
    Wait,
}

impl Lease {
    /// One use at `now`.
    pub(super) fn take(&mut self, quota: &Quota, now: u64) -> Step {
        if self.left > 0 && (now >= self.until || !self.in_order(quota, now)) {
            self.slice = self.next_slice(quota, now);
            self.left = 0;
            self.had = 0;
        }
        let is_new = self.slice == 0;
        if is_new {
            self.slice = smallest(quota);
        }
        self.known = self.known.max(now.saturating_add(quota.time(quota.burst)));
        if self.left > 0 {
            self.left = self.left.saturating_sub(1);
            let ask = (self.runs_out(now) && !self.asking && now >= self.shut)
                .then(|| self.ask(quota, now));
            return Step::Admit {
                left: self.left,
                ask,
            };
        }
        if self.asking {
            return Step::Wait;
        }
        if now < self.shut {
            return Step::Refuse(self.shut.saturating_sub(now));
        }
        if is_new && quota.burst >= UNASKED_FROM {
            self.owed = 1;
            return Step::Admit {
                left: quota.burst.saturating_sub(1),
                ask: None,
            };
        }
        Step::Ask(self.ask(quota, now))
    }

    /// Whether one more use of the slice is in order, and takes it from what may be used at once.
    fn in_order(&mut self, quota: &Quota, now: u64) -> bool {
        let given_again = self.since.saturating_add(quota.time(self.had));
        let most = quota
            .time(at_ease(quota))
            .saturating_add(given_again.saturating_sub(now));
        // Only what the lender has given again in full comes back here with time.
        let rested = now.saturating_sub(self.looked.max(given_again));
        self.credit = self.credit.saturating_add(rested).min(most);
        self.looked = now;
        let left = self.credit.checked_sub(quota.time(1));
        self.credit = left.unwrap_or(self.credit);
        left.is_some()
    }

    /// Whether the slice is near its end at the present pace.
    fn runs_out(&self, now: u64) -> bool {
        let (used, took) = self.pace(now);
        let lasts = u64::from(self.left).saturating_mul(took);
        self.left <= self.had / 4 && lasts <= SOON.saturating_mul(u64::from(used))
    }

    /// Uses since the last answer, and in how many microseconds.
    fn pace(&self, now: u64) -> (u32, u64) {
        let used = self.had.saturating_sub(self.left);
        (used, now.saturating_sub(self.since).max(1))
    }

    /// As many as will be used in a while, within bounds.
    fn next_slice(&self, quota: &Quota, now: u64) -> u32 {
        if self.had == 0 {
            return self.slice.max(smallest(quota));
        }
        let (used, took) = self.pace(now);
        let wanted = u64::from(used).saturating_mul(AHEAD) / took;
        u32::try_from(wanted)
            .unwrap_or(u32::MAX)
            .clamp(smallest(quota), largest(quota))
    }

    fn ask(&mut self, quota: &Quota, now: u64) -> Ask {
        self.asking = true;
        self.slice = self.next_slice(quota, now);
        Ask {
            wanted: self.slice,
            owed: self.owed,
        }
    }

    /// The answer to `ask`; none when nobody answered.
    pub(super) fn answered(&mut self, ask: Ask, lent: Option<Lent>, quota: &Quota, now: u64) {
        self.asking = false;
        let Some(answer) = lent else { return };
        self.owed = self.owed.saturating_sub(ask.owed);
        if now >= self.until {
            self.left = 0;
        }
        self.left = self.left.saturating_add(answer.lent);
        self.had = self.left;
        self.since = now;
        self.credit = quota.time(self.left.saturating_add(at_ease(quota)));
        self.looked = now;
        self.until = now.saturating_add(LONGEST);
        if answer.lent < ask.wanted {
            let some = quota.time(ask.wanted / 2);
            let pause = answer.more_in.max(some.min(PAUSE));
            self.shut = now.saturating_add(pause);
        }
        self.known = self.known.max(self.until).max(self.shut);
    }

    /// Until when this must be kept.
    pub(super) fn ends(&self) -> u64 {
        self.known
    }
}

/// The first slice of a subject.
fn smallest(quota: &Quota) -> u32 {
    (quota.burst / 8).max(1)
}

/// The largest one: a quarter of the burst; where that is not worth a question, up to half of it.
fn largest(quota: &Quota) -> u32 {
    (quota.burst / 4)
        .max(WORTHWHILE.min(quota.burst / 2))
        .max(1)
}

/// So many may be used at once whatever was given again meanwhile: what people do who come as they please, and no flood.
fn at_ease(quota: &Quota) -> u32 {
    (quota.burst / 32).max(1)
}

#[cfg(test)]
mod tests;

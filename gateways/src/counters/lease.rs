//! A slice of a shared rate that this process may use without asking. Pure: the time and the lender's answers are handed in.
//!
//! Slices begin small, grow while they are used up and shrink when they lapse, so that a subject with one request costs nobody
//! anything and a busy one asks once for many. A slice lapses after about the time in which the rate would have given it again:
//! what is parked here does not come on top of a full bucket for long.

use super::quota::Quota;

/// Slices live at least and at most this long, in microseconds.
const SHORTEST: u64 = 250_000;
const LONGEST: u64 = 4_000_000;
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
        if self.left > 0 && now >= self.until {
            self.left = 0;
            self.slice = (self.slice / 2).max(smallest(quota));
        }
        let is_new = self.slice == 0;
        if is_new {
            self.slice = smallest(quota);
        }
        self.known = self.known.max(now.saturating_add(span(quota)));
        if self.left > 0 {
            self.left = self.left.saturating_sub(1);
            let low = self.left <= self.slice / 4;
            let ask = (low && !self.asking && now >= self.shut).then(|| self.ask(quota));
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
        Step::Ask(self.ask(quota))
    }

    fn ask(&mut self, quota: &Quota) -> Ask {
        self.asking = true;
        let ask = Ask {
            wanted: self.slice,
            owed: self.owed,
        };
        // Used up before it lapsed: more at once from now on.
        self.slice = self.slice.saturating_mul(2).min((quota.burst / 4).max(1));
        ask
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
        let life = quota.interval.saturating_mul(u64::from(self.left));
        self.until = now.saturating_add(life.clamp(SHORTEST, LONGEST));
        if answer.lent < ask.wanted {
            let some = quota.interval.saturating_mul(u64::from(ask.wanted / 2));
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
    (quota.burst / 16).max(1)
}

/// How long the whole burst takes to come again.
fn span(quota: &Quota) -> u64 {
    quota.interval.saturating_mul(u64::from(quota.burst))
}

#[cfg(test)]
mod tests;

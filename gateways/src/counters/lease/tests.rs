#![allow(clippy::as_conversions, reason = "tests")]

use std::time::Duration;

use proptest::prelude::*;

use super::*;

const START: u64 = 1_795_000_000_000_000;

/// One process at a shared rate; its questions are answered when the test says so.
#[derive(Default)]
struct Process {
    lease: Lease,
    asked: Option<Ask>,
}

struct Shared {
    quota: Quota,
    used_until: u64,
    questions: u64,
}

impl Shared {
    fn new(quota: Quota) -> Self {
        Self {
            quota,
            used_until: 0,
            questions: 0,
        }
    }

    fn answer(&mut self, process: &mut Process, now: u64) {
        if let Some(ask) = process.asked.take() {
            let (lent, used_until) = self.quota.lend(self.used_until, ask, now);
            self.used_until = used_until;
            self.questions += 1;
            process.lease.answered(ask, Some(lent), &self.quota, now);
        }
    }

    /// One use; whoever has to wait is answered at once.
    fn take(&mut self, process: &mut Process, now: u64) -> bool {
        loop {
            match process.lease.take(&self.quota, now) {
                Step::Admit { ask, .. } => {
                    process.asked = process.asked.or(ask);
                    return true;
                }
                Step::Refuse(wait) => {
                    assert!(wait > 0);
                    return false;
                }
                Step::Ask(ask) => {
                    assert_eq!(process.asked.replace(ask), None, "one question at a time");
                    self.answer(process, now);
                }
                Step::Wait => self.answer(process, now),
            }
        }
    }
}

fn per_second(count: u32, burst: u32) -> Quota {
    Quota::new(count, Duration::from_secs(1), burst)
}

proptest! {
    /// However requests fall on however many processes, and however late the answers are: no more is ever admitted than the
    /// rate allows, but for one unasked use a process in the time that a burst takes to come again.
    #[test]
    fn no_more_than_the_rate_is_admitted(
        count in 1_u32..200,
        per in 10_u64..5_000,
        burst in 1_u32..300,
        steps in prop::collection::vec((0_u64..2_000_000, 0_usize..3, 1_usize..40, any::<bool>()), 1..120),
    ) {
        let quota = Quota::new(count, Duration::from_millis(per), burst);
        let mut shared = Shared::new(quota);
        let mut processes: [Process; 3] = std::array::from_fn(|_| Process::default());
        let (mut now, mut admitted) = (START, 0_u64);
        for (after, which, uses, prompt) in steps {
            now += after;
            let process = &mut processes[which];
            for _ in 0..uses {
                admitted += u64::from(shared.take(process, now));
                if prompt {
                    shared.answer(process, now);
                }
            }
        }
        let elapsed = now - START;
        let unasked = if burst >= UNASKED_FROM { 3 * (1 + elapsed / span(&quota)) } else { 0 };
        let most = u64::from(burst) + elapsed / quota.interval + unasked;
        prop_assert!(admitted <= most, "{admitted} of {most}");
    }

    /// One process that asks for all it can get is given as much as the rate allows, to the last one.
    #[test]
    fn nothing_is_held_back(count in 1_u32..200, burst in 1_u32..300) {
        let quota = per_second(count, burst);
        let mut shared = Shared::new(quota);
        let mut process = Process::default();
        let at_once = (0..1_000).filter(|_| shared.take(&mut process, START)).count();
        prop_assert_eq!(at_once, burst as usize);
        // A second later there is a second's worth again, at the latest after the longest pause.
        let later = START + 2_000_000 + PAUSE;
        let again = (0..1_000).filter(|_| shared.take(&mut process, later)).count();
        prop_assert!(again >= burst.min(2 * count) as usize, "{again}");
    }
}

#[test]
fn a_flood_asks_for_one_use_in_hundreds() {
    let quota = per_second(50, 200);
    let mut shared = Shared::new(quota);
    let mut processes: [Process; 2] = std::array::from_fn(|_| Process::default());
    let (seconds, each) = (20_u64, 1_000_u64);
    let mut admitted = 0;
    for n in 0..seconds * each {
        let process = &mut processes[(n % 2) as usize];
        let now = START + n * 1_000_000 / each;
        admitted += u64::from(shared.take(process, now));
        shared.answer(process, now);
    }
    let rate = 200 + 50 * seconds;
    assert!(admitted <= rate + 2, "{admitted} of {rate}");
    assert!(admitted >= rate * 95 / 100, "{admitted} of {rate}");
    let uses = seconds * each;
    assert!(
        shared.questions * 50 <= uses,
        "{} questions",
        shared.questions
    );
}

#[test]
fn one_request_of_an_address_asks_nobody() {
    let quota = Quota::new(60, Duration::from_secs(60), 60);
    let mut shared = Shared::new(quota);
    let mut process = Process::default();
    assert!(shared.take(&mut process, START));
    assert_eq!((shared.questions, process.asked), (0, None));
    // The second one pays for both.
    assert!(shared.take(&mut process, START + 1));
    assert_eq!(shared.questions, 1);
    assert_eq!(shared.used_until, START + 1 + 4 * quota.interval);
}

#[test]
fn a_slice_that_is_not_used_lapses() {
    let quota = per_second(10, 160);
    let mut shared = Shared::new(quota);
    let mut process = Process::default();
    assert!(shared.take(&mut process, START) && shared.take(&mut process, START));
    assert_eq!((process.lease.left, process.asked), (9, None));
    assert!(shared.take(&mut process, START + 1_000_000 - 1));
    assert_eq!(process.lease.left, 8);
    assert!(matches!(
        process.lease.take(&quota, START + 1_000_000),
        Step::Ask(_)
    ));
    assert_eq!(process.lease.left, 0);
}

#[test]
fn without_an_answer_the_next_one_asks_again() {
    let quota = per_second(10, 40);
    let mut lease = Lease::default();
    let Step::Ask(ask) = lease.take(&quota, START) else {
        panic!("nothing was lent yet");
    };
    assert_eq!(lease.take(&quota, START), Step::Wait);
    lease.answered(ask, None, &quota, START);
    assert!(matches!(lease.take(&quota, START), Step::Ask(_)));
}

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
        let unasked = if burst >= UNASKED_FROM { 3 * (1 + elapsed / quota.time(burst)) } else { 0 };
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
    assert_eq!(shared.used_until, START + 1 + 8 * quota.interval);
}

#[test]
fn what_is_left_of_a_slice_is_used_calmly_alone() {
    let quota = per_second(10, 160);
    let mut shared = Shared::new(quota);
    let mut process = Process::default();
    assert!(shared.take(&mut process, START) && shared.take(&mut process, START));
    assert_eq!((process.lease.left, process.asked), (19, None));
    // Two seconds later the lender has given all twenty again. One at a time is still in order,
    let later = START + 2_000_000;
    for n in 0..4 {
        assert!(shared.take(&mut process, later + n * 100_000));
    }
    assert_eq!((process.lease.left, shared.questions), (15, 1));
    // five at once are, and the sixth finds the slice gone.
    let flood = later + 1_000_000;
    for _ in 0..5 {
        assert!(matches!(
            process.lease.take(&quota, flood),
            Step::Admit { .. }
        ));
    }
    assert_eq!(process.lease.left, 10);
    assert!(matches!(process.lease.take(&quota, flood), Step::Ask(_)));
    assert_eq!(process.lease.left, 0);
}

#[test]
fn a_slice_has_an_end() {
    let quota = per_second(10, 160);
    let mut shared = Shared::new(quota);
    let mut process = Process::default();
    assert!(shared.take(&mut process, START) && shared.take(&mut process, START));
    assert!(shared.take(&mut process, START + LONGEST - 1));
    assert_eq!(shared.questions, 1);
    assert!(shared.take(&mut process, START + LONGEST));
    assert_eq!(shared.questions, 2);
}

/// Two processes, each at `each` a second for so long, by turns and not quite evenly.
fn a_while(
    shared: &mut Shared,
    processes: &mut [Process; 2],
    from: u64,
    seconds: u64,
    each: u64,
) -> u64 {
    let uses = 2 * each * seconds;
    (0..uses)
        .map(|n| {
            let step = 1_000_000 / (2 * each);
            let now = from + n * step + (n * 7_919) % step;
            let process = &mut processes[(n % 2) as usize];
            let done = shared.take(process, now);
            shared.answer(process, now);
            u64::from(done)
        })
        .sum()
}

#[test]
fn near_the_rate_a_question_does_for_fifty_and_nobody_is_refused() {
    // As little as the measurement lasts, and long enough for slices to lapse.
    for (each, seconds) in [(20, 6), (20, 120), (10, 120), (5, 120)] {
        let mut shared = Shared::new(per_second(50, 200));
        let mut processes: [Process; 2] = std::array::from_fn(|_| Process::default());
        let admitted = a_while(&mut shared, &mut processes, START, seconds, each);
        let uses = 2 * each * seconds;
        assert_eq!(admitted, uses, "{each} a second");
        assert!(
            shared.questions * 50 <= uses,
            "{each} a second: {} questions",
            shared.questions
        );
    }
}

#[test]
fn a_flood_after_a_busy_hour_gets_hardly_more_than_the_burst() {
    let quota = per_second(50, 200);
    // Wherever in the life of the slices it begins.
    for quarter in 0..40 {
        let mut shared = Shared::new(quota);
        let mut processes: [Process; 2] = std::array::from_fn(|_| Process::default());
        a_while(&mut shared, &mut processes, START, 20, 20);
        let calm = START + 20_000_000;
        for n in 0..quarter * 10 {
            shared.take(&mut processes[(n % 2) as usize], calm + n * 25_000);
        }
        let flood = calm + quarter * 250_000;
        let admitted = a_while(&mut shared, &mut processes, flood, 1, 1_000);
        let most = 200 + 50 + 2 * u64::from(at_ease(&quota)) + 2;
        assert!(
            admitted <= most,
            "{admitted} of {most}, {quarter} quarters of a second on"
        );
        // What was parked is lost to it: never more than half of the burst.
        assert!(admitted >= 100 + 25, "{admitted}");
    }
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

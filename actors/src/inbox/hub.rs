//! Who has what, and what may be sent next. A plain state machine: no actor, no clock of its own, no I/O.
//!
//! Invariant: a subscriber is sent every number after the one it started from, once and in order, or a `reset`. What is not in
//! memory is asked for with [`Hub::missing_after`] and handed in with [`Hub::read`].

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use actix::Recipient;
use actix::dev::SendError;
use bytestring::ByteString;
use sadu_db::inbox_events::Stretch;
use sadu_domain::event::InboxEvent;

use super::Deliver;

/// Frames a subscriber may have un-acknowledged before nothing more is sent (api.md).
const WINDOW_FRAMES: usize = 256;
/// Bytes a subscriber may have un-acknowledged: a peer that asks for a long past and does not read it holds no more than this.
const WINDOW_BYTES: usize = 256 * 1024;
/// Bytes of one frame, about; a burst is sent as one frame with an array.
const FRAME_BYTES: usize = 32 * 1024;
/// Events kept in memory for those who come back soon.
const TAIL: usize = 1024;
/// How long a full window may stay full before the socket is closed with 1013. Long enough for a slow line to catch up.
const STALL: Duration = Duration::from_secs(15);

/// Number of a subscription within one inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SubscriberId(u64);

#[derive(Debug)]
struct Kept {
    seq: i64,
    json: String,
}

#[derive(Debug)]
struct Subscriber {
    to: Recipient<Deliver>,
    sent: i64,
    /// Last number and bytes of each frame that is not acknowledged.
    unacked: VecDeque<(i64, usize)>,
    unacked_bytes: usize,
    stalled_since: Option<Instant>,
    /// Its mailbox was full: nothing is sent, and nothing read for it, before its next ack or the next look.
    blocked: bool,
    /// Set when it is given up, because the message that says so may not fit into its mailbox.
    dropped: Arc<AtomicBool>,
}

impl Subscriber {
    fn open(&self) -> bool {
        !self.blocked && self.unacked.len() < WINDOW_FRAMES && self.unacked_bytes < WINDOW_BYTES
    }
}

/// The subscribers of one tenant in one process, and the newest stretch of its stream.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    /// Highest number known to exist.
    head: i64,
    /// Highest number up to which `tail` is complete.
    have: i64,
    tail: VecDeque<Arc<Kept>>,
    subscribers: HashMap<SubscriberId, Subscriber>,
    next: u64,
}

impl Hub {
    /// Nothing before this number is held.
    pub(crate) fn start_at(&mut self, seq: i64) {
        self.head = self.head.max(seq);
        if self.tail.is_empty() {
            self.have = seq;
        }
    }

    pub(crate) fn head(&self) -> i64 {
        self.head
    }

    pub(crate) fn len(&self) -> usize {
        self.subscribers.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.subscribers.is_empty()
    }

    /// Lets somebody in after `after_seq`, or at the head. The flag is set when it is given up later.
    pub(crate) fn subscribe(
        &mut self,
        to: Recipient<Deliver>,
        after_seq: Option<i64>,
    ) -> (SubscriberId, Arc<AtomicBool>) {
        let id = SubscriberId(self.next);
        self.next = self.next.wrapping_add(1);
        let sent = after_seq.unwrap_or(self.head).clamp(0, self.head);
        let dropped = Arc::new(AtomicBool::new(false));
        self.subscribers.insert(
            id,
            Subscriber {
                to,
                sent,
                unacked: VecDeque::new(),
                unacked_bytes: 0,
                stalled_since: None,
                blocked: false,
                dropped: dropped.clone(),
            },
        );
        (id, dropped)
    }

    pub(crate) fn unsubscribe(&mut self, id: SubscriberId) -> bool {
        self.subscribers.remove(&id).is_some()
    }

    pub(crate) fn ack(&mut self, id: SubscriberId, seq: i64) {
        if let Some(subscriber) = self.subscribers.get_mut(&id) {
            subscriber.blocked = false;
            while let Some((_, bytes)) = subscriber.unacked.pop_front_if(|(last, _)| *last <= seq) {
                subscriber.unacked_bytes = subscriber.unacked_bytes.saturating_sub(bytes);
                subscriber.stalled_since = None;
            }
        }
    }

    /// Tries those again whose mailbox was full.
    pub(crate) fn unblock(&mut self) {
        for subscriber in self.subscribers.values_mut() {
            subscriber.blocked = false;
        }
    }

    /// The stream has come this far somewhere.
    pub(crate) fn head_moved(&mut self, seq: i64) {
        self.head = self.head.max(seq);
        if self.subscribers.is_empty() && self.have < self.head {
            // Nobody listens: what was missed is read when someone asks for it.
            self.tail.clear();
            self.have = self.head;
        }
    }

    /// Events just committed, in order. Those that do not follow on what is held are left to [`Self::missing_after`].
    pub(crate) fn offer(&mut self, events: Vec<InboxEvent>) {
        for event in events {
            self.head = self.head.max(event.seq);
            if event.seq == self.have.saturating_add(1) {
                self.keep(&event);
            }
        }
        self.head_moved(self.head);
    }

    fn keep(&mut self, event: &InboxEvent) {
        let Ok(json) = serde_json::to_string(event) else {
            return;
        };
        self.have = event.seq;
        self.tail.push_back(Arc::new(Kept {
            seq: event.seq,
            json,
        }));
        if self.tail.len() > TAIL {
            self.tail.pop_front();
        }
    }

    fn tail_starts_after(&self) -> i64 {
        self.tail
            .front()
            .map_or(self.have, |k| k.seq.saturating_sub(1))
    }

    /// The number after which events must be read for someone to go on; none when everyone has all or waits for acks.
    pub(crate) fn missing_after(&self) -> Option<i64> {
        let from = self.tail_starts_after();
        let behind = self
            .subscribers
            .values()
            .filter(|s| s.open() && s.sent < from)
            .map(|s| s.sent)
            .min();
        behind.or_else(|| {
            (self.have < self.head && !self.subscribers.is_empty()).then_some(self.have)
        })
    }

    /// What was read after `after`.
    pub(crate) fn read(&mut self, after: i64, stretch: &Stretch) {
        self.head = self.head.max(stretch.head);
        if stretch.gone {
            self.reset_behind(after);
            return;
        }
        if after == self.have {
            for event in &stretch.events {
                if event.seq == self.have.saturating_add(1) {
                    self.keep(event);
                }
            }
            // Events committed between the two statements of the read.
            self.head = self.head.max(self.have);
            return;
        }
        let kept: VecDeque<Arc<Kept>> = stretch
            .events
            .iter()
            .filter_map(|e| {
                Some(Arc::new(Kept {
                    seq: e.seq,
                    json: serde_json::to_string(e).ok()?,
                }))
            })
            .collect();
        let mut frames = Frames::default();
        for subscriber in self.subscribers.values_mut() {
            if subscriber.sent >= after {
                send(subscriber, &kept, &mut frames);
            }
        }
    }

    /// Those who ask for what is no longer kept must reload; they go on from the head.
    fn reset_behind(&mut self, after: i64) {
        let head = self.head;
        if after == self.have {
            self.tail.clear();
            self.have = head;
        }
        let frame = ByteString::from(format!(r#"{{"type":"reset","seq":{head}}}"#));
        for subscriber in self.subscribers.values_mut().filter(|s| s.sent <= after) {
            if subscriber
                .to
                .try_send(Deliver::Frame(frame.clone()))
                .is_ok()
            {
                subscriber.sent = head;
                subscriber.unacked.clear();
                subscriber.unacked_bytes = 0;
            }
        }
    }

    /// Sends what the windows allow. Answers those that are gone or too slow; they are told, and are to be unsubscribed.
    pub(crate) fn pump(&mut self, now: Instant) -> Vec<SubscriberId> {
        let mut frames = Frames::default();
        let mut gone = Vec::new();
        let from = self.tail_starts_after();
        for (id, subscriber) in &mut self.subscribers {
            if !subscriber.to.connected() {
                gone.push(*id);
                continue;
            }
            if subscriber.sent >= from {
                send(subscriber, &self.tail, &mut frames);
            }
            let stalls =
                subscriber.sent < self.have && !subscriber.unacked.is_empty() && !subscriber.open();
            if !stalls {
                subscriber.stalled_since = None;
                continue;
            }
            let since = *subscriber.stalled_since.get_or_insert(now);
            if now.duration_since(since) > STALL {
                metrics::counter!("inbox_too_slow_total").increment(1);
                subscriber.dropped.store(true, Ordering::Relaxed);
                let _ = subscriber.to.try_send(Deliver::TooSlow);
                gone.push(*id);
            }
        }
        gone
    }

    /// Tells everyone to come back.
    pub(crate) fn restart_all(&mut self) {
        for (_, subscriber) in self.subscribers.drain() {
            let _ = subscriber.to.try_send(Deliver::Restarting);
        }
    }
}

/// Frames made in one round: most subscribers stand at the same number and share one.
#[derive(Default)]
struct Frames {
    made: HashMap<i64, (i64, ByteString)>,
}

impl Frames {
    /// The frame after `sent`: its last number and its text.
    fn after(&mut self, sent: i64, events: &VecDeque<Arc<Kept>>) -> Option<(i64, ByteString)> {
        if let Some(made) = self.made.get(&sent) {
            return Some(made.clone());
        }
        let first = events.front()?.seq;
        let skip = usize::try_from(sent.saturating_add(1).saturating_sub(first)).ok()?;
        let mut text = String::with_capacity(512);
        let mut last = sent;
        for kept in events.iter().skip(skip) {
            if last == sent {
                text.push_str(r#"{"type":"events","events":["#);
            } else if text.len().saturating_add(kept.json.len()) > FRAME_BYTES {
                break;
            } else {
                text.push(',');
            }
            text.push_str(&kept.json);
            last = kept.seq;
        }
        if last == sent {
            return None;
        }
        text.push_str("]}");
        let made = (last, ByteString::from(text));
        self.made.insert(sent, made.clone());
        Some(made)
    }
}

fn send(subscriber: &mut Subscriber, events: &VecDeque<Arc<Kept>>, frames: &mut Frames) {
    while subscriber.open() {
        let Some((last, text)) = frames.after(subscriber.sent, events) else {
            return;
        };
        let bytes = text.len();
        match subscriber.to.try_send(Deliver::Frame(text)) {
            Ok(()) => {
                subscriber.sent = last;
                subscriber.unacked.push_back((last, bytes));
                subscriber.unacked_bytes = subscriber.unacked_bytes.saturating_add(bytes);
            }
            // A socket that does not read does not empty its mailbox: the next ack or look tries again.
            Err(SendError::Full(_) | SendError::Closed(_)) => {
                subscriber.blocked = true;
                return;
            }
        }
    }
}

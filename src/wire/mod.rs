//! Connections: how long a head may take to arrive and an answer to be taken, and how many one address may hold (security.md,
//! INP-11). The framework bounds neither the second head of a connection nor a peer that reads a byte now and then.
//!
//! `startup` serves through [`server::listen`]; `middleware::front_door` tells a connection by its [`Talk`] what goes on.

mod places;
pub(crate) mod server;

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use self::places::Place;

/// A whole head must have come this long after its first byte, the first one this long after the connection.
const HEAD: Duration = Duration::from_secs(5);
/// A connection with nothing to do is closed after this long, whatever lies half-read in it.
const IDLE: Duration = Duration::from_secs(15);
/// A peer that takes fewer bytes than this in this time, while there are more for it, is gone.
const WINDOW: Duration = Duration::from_secs(20);
const TAKEN: u64 = 20 * 1024;

/// What a connection knows of the requests on it.
#[derive(Debug)]
pub(crate) struct Talk {
    /// A request is being answered.
    busy: Cell<bool>,
    /// When the first byte of a head came; of the first head, when the connection was made.
    head: Cell<Option<Instant>>,
    /// When the last answer was given.
    idle: Cell<Instant>,
}

impl Talk {
    fn new() -> Rc<Self> {
        let now = Instant::now();
        Rc::new(Self {
            busy: Cell::new(false),
            head: Cell::new(Some(now)),
            idle: Cell::new(now),
        })
    }

    /// A head has come whole.
    pub(crate) fn begun(&self) {
        self.busy.set(true);
        self.head.set(None);
    }

    /// Its answer is given, as far as it is not a stream.
    pub(crate) fn answered(&self) {
        self.busy.set(false);
        self.idle.set(Instant::now());
    }

    fn heard(&self) {
        if !self.busy.get() && self.head.get().is_none() {
            self.head.set(Some(Instant::now()));
        }
    }

    /// By when something has to come: never while a request is being answered, but then that is looked at again.
    fn due(&self) -> Instant {
        if self.busy.get() {
            return Instant::now() + IDLE;
        }
        let head = self.head.get().map(|head| head + HEAD);
        head.unwrap_or_else(|| self.idle.get() + IDLE)
    }
}

/// A timer that is set rarely: it may ring early and is looked at then.
#[derive(Debug, Default)]
struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// Whether `due` has passed; else the task is woken then, or before.
    fn rings(&mut self, due: Instant, cx: &mut Context<'_>) -> bool {
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if sleep.deadline() > due {
            sleep.as_mut().reset(due);
        }
        while sleep.as_mut().poll(cx).is_ready() {
            if Instant::now() >= due {
                return true;
            }
            sleep.as_mut().reset(due);
        }
        false
    }
}

/// A peer that does not take all it is given.
#[derive(Debug)]
struct Stall {
    since: Instant,
    taken: u64,
}

/// A connection.
pub(crate) struct Wire<Io = TcpStream> {
    io: Io,
    talk: Rc<Talk>,
    stall: Option<Stall>,
    reading: Alarm,
    writing: Alarm,
    /// What a peer is told that is too slow with its head.
    late: Rc<str>,
    _place: Option<Place>,
}

impl<Io> Wire<Io> {
    fn new(io: Io, late: Rc<str>, place: Option<Place>) -> Self {
        Self {
            io,
            talk: Talk::new(),
            stall: None,
            reading: Alarm::default(),
            writing: Alarm::default(),
            late,
            _place: place,
        }
    }

    fn talk(&self) -> Rc<Talk> {
        Rc::clone(&self.talk)
    }
}

fn too_slow<T>() -> Poll<io::Result<T>> {
    metrics::counter!("connections_too_slow_total").increment(1);
    Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
}

impl<Io: AsyncRead + AsyncWrite + Unpin> AsyncRead for Wire<Io> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.io).poll_read(cx, buffer);
        if read.is_ready() {
            if buffer.filled().len() > before {
                this.talk.heard();
            }
            return read;
        }
        if !this.reading.rings(this.talk.due(), cx) {
            return Poll::Pending;
        }
        if this.talk.head.get().is_some() {
            // No answer is on its way, so this cannot fall into one. Who cannot be told is only closed.
            let _ = Pin::new(&mut this.io).poll_write(cx, this.late.as_bytes());
        }
        too_slow()
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Wire<Io> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.io).poll_write(cx, bytes);
        match &written {
            Poll::Ready(Ok(n)) if *n < bytes.len() => {
                if let Some(stall) = &mut this.stall {
                    let n = u64::try_from(*n).unwrap_or(u64::MAX);
                    stall.taken = stall.taken.saturating_add(n);
                }
            }
            Poll::Ready(_) => this.stall = None,
            Poll::Pending => loop {
                let now = Instant::now();
                let stall = this.stall.get_or_insert(Stall {
                    since: now,
                    taken: 0,
                });
                if !this.writing.rings(stall.since + WINDOW, cx) {
                    break;
                }
                if stall.taken < TAKEN {
                    return too_slow();
                }
                *stall = Stall {
                    since: now,
                    taken: 0,
                };
            },
        }
        written
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;

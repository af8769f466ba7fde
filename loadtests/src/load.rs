//! The generator: HTTP/1.1 over kept connections, as lean as it can be, because it shares the machine with what it measures.
//! Closed loop (as much as goes through) and open loop (latency from the intended moment of sending).

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::stats::{Latencies, float};

/// Writes the next request; called once a request.
pub(crate) type Script = Box<dyn FnMut(&mut Vec<u8>) + Send>;

/// What came of a stretch of load.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) latencies: Latencies,
    /// Answers of another status than the one expected, and broken connections.
    pub(crate) failed: usize,
    /// The first of them.
    pub(crate) failure: Option<String>,
    pub(crate) took: Duration,
    /// How many answers there were, where another program counted them; `latencies` is then empty.
    pub(crate) counted: Option<f64>,
}

impl Outcome {
    pub(crate) fn done(&self) -> usize {
        self.latencies.len()
    }

    /// Answers a second.
    pub(crate) fn rate(&self) -> f64 {
        self.counted.unwrap_or_else(|| float(self.done())) / self.took.as_secs_f64()
    }

    /// Takes in another's.
    pub(crate) fn merge(&mut self, other: Self) {
        self.latencies.merge(other.latencies);
        self.failed = self.failed.saturating_add(other.failed);
        self.failure = self.failure.take().or(other.failure);
        self.took = self.took.max(other.took);
    }

    /// Nothing failed.
    ///
    /// # Errors
    /// How many did, and the first of them.
    pub(crate) fn sound(self) -> anyhow::Result<Self> {
        match &self.failure {
            Some(first) => bail!(
                "{} of {} answers were wrong, first: {first}",
                self.failed,
                self.done()
            ),
            None if self.done() == 0 => bail!("nothing was answered"),
            None => Ok(self),
        }
    }

    fn note(&mut self, answered: anyhow::Result<()>, latency: Duration) -> bool {
        match answered {
            Ok(()) => self.latencies.add(latency),
            Err(error) => {
                self.failed = self.failed.saturating_add(1);
                self.failure.get_or_insert_with(|| format!("{error:#}"));
                return false;
            }
        }
        true
    }
}

/// Every connection sends its next request when it has its answer, for `time`. Each has a script of its own.
///
/// # Errors
/// When no connection can be made.
pub(crate) fn closed(
    address: SocketAddr,
    status: u16,
    time: Duration,
    scripts: Vec<Script>,
) -> anyhow::Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    runtime.block_on(async move {
        let mut streams = Vec::with_capacity(scripts.len());
        for script in scripts {
            let stream = tokio::net::TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            streams.push((stream, script));
        }
        let begun = Instant::now();
        let until = begun + time;
        let loops = streams
            .into_iter()
            .map(|(stream, script)| client(stream, script, status, until));
        let mut all = Outcome::default();
        for outcome in futures::future::join_all(loops).await {
            all.merge(outcome);
        }
        all.took = begun.elapsed();
        Ok(all)
    })
}

async fn client(
    mut stream: tokio::net::TcpStream,
    mut script: Script,
    status: u16,
    until: Instant,
) -> Outcome {
    let mut outcome = Outcome::default();
    let (mut request, mut read) = (Vec::with_capacity(1024), Vec::with_capacity(16 * 1024));
    while Instant::now() < until {
        request.clear();
        script(&mut request);
        let sent = Instant::now();
        let answered = async {
            stream.write_all(&request).await?;
            read.clear();
            loop {
                if stream.read_buf(&mut read).await? == 0 {
                    bail!("the connection was closed");
                }
                if let Some(answer) = Answer::parse(&read) {
                    return answer.expect(status);
                }
            }
        };
        let answered = answered.await;
        if !outcome.note(answered, sent.elapsed()) {
            break;
        }
    }
    outcome
}

/// Sends `rate` requests a second for `time`, whatever the answers do, over as many connections as there are scripts; `seen`
/// gets each answer's body. Threads, because a timer of the runtime is no finer than a millisecond.
///
/// # Errors
/// When no connection can be made.
pub(crate) fn open(
    address: SocketAddr,
    status: u16,
    rate: f64,
    time: Duration,
    scripts: Vec<Script>,
    seen: &(dyn Fn(&[u8], Instant) + Sync),
) -> anyhow::Result<Outcome> {
    let every = Duration::from_secs_f64(float(scripts.len()) / rate);
    let begun = Instant::now() + Duration::from_millis(50);
    let mut streams = Vec::with_capacity(scripts.len());
    for (n, script) in scripts.into_iter().enumerate() {
        let stream = TcpStream::connect(address).context("the server does not take connections")?;
        stream.set_nodelay(true)?;
        let offset = Duration::from_secs_f64(float(n) / rate);
        streams.push((stream, script, begun + offset));
    }
    std::thread::scope(|scope| {
        let threads: Vec<_> = streams
            .into_iter()
            .map(|(stream, script, first)| {
                scope.spawn(move || {
                    punctual(stream, script, status, first, every, begun + time, seen)
                })
            })
            .collect();
        let mut all = Outcome::default();
        for thread in threads {
            all.merge(
                thread
                    .join()
                    .map_err(|_| anyhow::anyhow!("a generator thread failed"))?,
            );
        }
        all.took = time;
        Ok(all)
    })
}

fn punctual(
    mut stream: TcpStream,
    mut script: Script,
    status: u16,
    first: Instant,
    every: Duration,
    until: Instant,
    seen: &(dyn Fn(&[u8], Instant) + Sync),
) -> Outcome {
    let mut outcome = Outcome::default();
    let (mut request, mut read) = (Vec::with_capacity(1024), Vec::with_capacity(16 * 1024));
    let mut chunk = [0_u8; 16 * 1024];
    let mut due = first;
    while due < until {
        request.clear();
        script(&mut request);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let mut exchange = || {
            stream.write_all(&request)?;
            read.clear();
            loop {
                let n = stream.read(&mut chunk)?;
                if n == 0 {
                    bail!("the connection was closed");
                }
                read.extend_from_slice(chunk.get(..n).unwrap_or_default());
                if let Some(answer) = Answer::parse(&read) {
                    let arrived = Instant::now();
                    seen(answer.body, arrived);
                    return answer.expect(status);
                }
            }
        };
        let answered = exchange();
        if !outcome.note(answered, due.elapsed()) {
            break;
        }
        due += every;
    }
    outcome
}

/// One whole answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) head: &'a [u8],
    pub(crate) body: &'a [u8],
}

impl<'a> Answer<'a> {
    /// Reads an answer that has arrived whole; none otherwise. Answers here have a `Content-Length`.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n")?;
        let head = bytes.get(..end)?;
        let body = bytes.get(end.checked_add(4)?..)?;
        let length = head
            .split(|b| *b == b'\n')
            .find_map(|line| {
                let (name, value) = line.split_at_checked(15)?;
                name.eq_ignore_ascii_case(b"content-length:").then(|| {
                    std::str::from_utf8(value)
                        .ok()?
                        .trim()
                        .parse::<usize>()
                        .ok()
                })?
            })
            .unwrap_or(0);
        let status = std::str::from_utf8(head.get(9..12)?).ok()?.parse().ok()?;
        Some(Self {
            status,
            head,
            body: body.get(..length)?,
        })
    }

    fn expect(&self, status: u16) -> anyhow::Result<()> {
        if self.status != status {
            let body = String::from_utf8_lossy(
                self.body
                    .get(..self.body.len().min(300))
                    .unwrap_or_default(),
            );
            bail!("{} instead of {status}: {body}", self.status);
        }
        Ok(())
    }
}

/// One request, for looking at an answer.
///
/// # Errors
/// When it is not answered within five seconds.
pub(crate) fn once(address: SocketAddr, request: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(request)?;
    let (mut read, mut chunk) = (Vec::new(), [0_u8; 16 * 1024]);
    while Answer::parse(&read).is_none() {
        let n = stream.read(&mut chunk)?;
        if n == 0 {
            bail!("the connection was closed");
        }
        read.extend_from_slice(chunk.get(..n).unwrap_or_default());
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_when_it_is_whole() {
        let text = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nx: y\r\n\r\nok";
        let answer = Answer::parse(text).unwrap();
        assert_eq!((answer.status, answer.body), (201, &b"ok"[..]));
        for end in 0..text.len() {
            assert_eq!(Answer::parse(&text[..end]), None);
        }
        assert!(answer.expect(201).is_ok());
        assert!(answer.expect(200).is_err());
    }
}

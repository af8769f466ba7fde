//! R7: a tenth of the sockets stop reading while events fan out. The others notice nothing, and no more is kept for who
//! does not read than the window of the protocol. Resident memory is printed: what an allocator keeps is not a verdict.

use std::time::{Duration, Instant};

use futures::StreamExt;
use tokio::net::TcpSocket;

use crate::client::{Client, gift, key};
use crate::deployment::Deployment;
use crate::socket::{Frame, Socket, seq};
use crate::testapp::scale;

/// Bytes of events, and frames, that may wait for an acknowledgement; one frame may stand over.
const WINDOW: (usize, usize) = (256 * 1024 + 32 * 1024, 256 + 1);

/// Resident bytes of a process.
fn resident(pid: u32) -> i64 {
    let statm = std::fs::read_to_string(format!("/proc/{pid}/statm")).unwrap();
    let pages: i64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

async fn fan_out(visitor: &Client, events: usize) {
    let orders = (0..events).map(|_| {
        let visitor = visitor.clone();
        async move {
            let (key, body) = (key(), gift("general", 100));
            // On a machine that is busy with other things too, it may be asked to come again, even while the first try goes on.
            loop {
                let answer = visitor.order(&key, &body).await;
                match answer.status {
                    503 => {}
                    409 => assert_eq!(answer.code(), "idempotency.in_progress"),
                    _ => return answer.expect(201),
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    });
    futures::stream::iter(orders)
        .buffer_unordered(4)
        .count()
        .await;
}

/// A socket whose kernel keeps as little as it can.
async fn narrow(client: &Client) -> Socket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(2048).unwrap();
    let address = ([127, 0, 0, 1], client.port).into();
    let stream = socket.connect(address).await.unwrap();
    let offer = format!("sadu.v1, bearer.{}", client.token.as_ref().unwrap());
    let mut socket = Socket::over(stream, client, &[("sec-websocket-protocol", offer)])
        .await
        .unwrap();
    socket.hello(None, None).await;
    socket
}

/// Reads until `last` was shown; how long the slowest frame took to come after the one before.
async fn follow(mut socket: Socket, last: i64) -> Socket {
    let mut shown = 0;
    while shown < last {
        let frame = socket.json().await;
        let events = frame["events"].as_array().unwrap();
        if shown > 0 {
            assert_eq!(seq(&events[0]), shown + 1);
        }
        shown = seq(events.last().unwrap());
        socket.ack(shown).await;
    }
    socket
}

/// Bytes and frames that a socket is given while it acknowledges nothing, until it has all or is told to come back.
async fn given(mut socket: Socket, head: i64) -> (usize, usize) {
    let (mut bytes, mut frames, mut last) = (0, 0, 0);
    while last < head {
        match socket.within(Duration::from_secs(60)).await {
            Frame::Json(frame) => {
                bytes += frame.to_string().len();
                frames += 1;
                last = seq(frame["events"].as_array().unwrap().last().unwrap());
            }
            // Who did not read its close in time is cut off.
            Frame::Closed(1006, _) => break,
            Frame::Closed(code, reason) => {
                assert_eq!((code, reason.as_str()), (1013, "resume"));
                break;
            }
            Frame::Silence => panic!("neither sent on nor sent away after {last} of {head}"),
        }
    }
    (bytes, frames)
}

#[actix_web::test]
async fn sockets_that_stop_reading_harm_nobody() {
    let (deployment, _) = Deployment::start().await;
    let (visitor, staff) = (deployment.client(), deployment.staff().await);
    // Not more: an unoptimised client must have read all of it before its bearer ends, a quarter of an hour after it was given.
    let (sockets, events) = (scale(1_000, 300), scale(1_500, 600));
    let slow = sockets / 10;
    // What a process keeps in memory of the past is full before anything is measured.
    let warm = 1_100;
    fan_out(&visitor, warm).await;
    let mut head = i64::try_from(warm).unwrap();
    let mut reading = Vec::new();
    for _ in 0..sockets - slow {
        let (socket, _) = Socket::at(&staff, None).await;
        reading.push(socket);
    }
    let mut jammed = Vec::new();
    for _ in 0..slow {
        jammed.push(narrow(&staff).await);
    }
    let mut rounds = Vec::new();
    for round in 0..2 {
        head += i64::try_from(events).unwrap();
        let began = Instant::now();
        let readers = futures::future::join_all(reading.drain(..).map(|s| follow(s, head)));
        // In the first round everybody reads, in the second a tenth does not.
        let (followed, narrow, ()) = if round == 0 {
            let others = futures::future::join_all(jammed.drain(..).map(|s| follow(s, head)));
            tokio::join!(readers, others, fan_out(&visitor, events))
        } else {
            let (followed, ()) = tokio::join!(readers, fan_out(&visitor, events));
            (followed, std::mem::take(&mut jammed), ())
        };
        reading = followed;
        jammed = narrow;
        tokio::time::sleep(Duration::from_millis(300)).await;
        rounds.push((began.elapsed(), resident(deployment.pid())));
    }
    let growth = (rounds[1].1 - rounds[0].1) / i64::try_from(slow).unwrap();
    let kept = futures::future::join_all(jammed.into_iter().map(|s| given(s, head))).await;
    let bytes = kept.iter().map(|(bytes, _)| *bytes).max().unwrap();
    let frames = kept.iter().map(|(_, frames)| *frames).max().unwrap();
    println!(
        "R7: {sockets} sockets, {slow} of them jammed, {events} events: all read in {:.1} s, then the others in {:.1} s; at most \
         {frames} frames of {} KiB kept for a jammed socket, resident memory {} KiB a jammed socket",
        rounds[0].0.as_secs_f64(),
        rounds[1].0.as_secs_f64(),
        bytes / 1024,
        growth / 1024
    );
    assert!(bytes > 0 && bytes <= WINDOW.0, "{bytes} bytes kept");
    assert!(frames <= WINDOW.1, "{frames} frames kept");
    deployment.end().await;
}

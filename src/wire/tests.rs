//! The clock is paused: it goes on by itself whenever everybody waits.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::time::sleep;

use super::*;

const LATE: &str = "HTTP/1.1 408 Request Timeout\r\n\r\n";

fn connected(kept: usize) -> (Wire<DuplexStream>, DuplexStream) {
    let (io, peer) = duplex(kept);
    (Wire::new(io, LATE.into(), None), peer)
}

fn kind<T: std::fmt::Debug>(result: io::Result<T>) -> io::ErrorKind {
    result.unwrap_err().kind()
}

#[tokio::test(start_paused = true)]
async fn a_head_that_dribbles_is_told_and_cut_off() {
    let (mut wire, mut peer) = connected(4096);
    let began = Instant::now();
    let dribble = async {
        for byte in b"GET / HTTP/1.1\r\nx: aaaaaaaaaaaaaaaaaaaaaa" {
            if peer.write_all(&[*byte]).await.is_err() {
                break;
            }
            sleep(Duration::from_millis(500)).await;
        }
    };
    let read = async {
        let mut byte = [0];
        loop {
            if let Err(error) = wire.read_exact(&mut byte).await {
                return error.kind();
            }
        }
    };
    let kind = tokio::select! {
        kind = read => kind,
        () = dribble => panic!("it was let to go on"),
    };
    assert_eq!(kind, io::ErrorKind::TimedOut);
    assert_eq!(began.elapsed().as_secs(), HEAD.as_secs());
    drop(wire);
    let mut told = String::new();
    peer.read_to_string(&mut told).await.unwrap();
    assert_eq!(told, LATE);
}

#[tokio::test(start_paused = true)]
async fn every_head_of_a_connection_has_a_deadline_and_a_pause_between_them_another() {
    let (mut wire, mut peer) = connected(4096);
    let mut byte = [0];
    for _ in 0..3 {
        // A head comes, is answered after long work, and the connection rests a while.
        peer.write_all(b"x").await.unwrap();
        wire.read_exact(&mut byte).await.unwrap();
        wire.talk.begun();
        tokio::select! {
            _ = wire.read_u8() => panic!("nothing was sent"),
            () = sleep(Duration::from_secs(60)) => {}
        }
        wire.talk.answered();
        tokio::select! {
            _ = wire.read_u8() => panic!("nothing was sent"),
            () = sleep(Duration::from_secs(4)) => {}
        }
    }
    peer.write_all(b"x").await.unwrap();
    wire.read_exact(&mut byte).await.unwrap();
    let began = Instant::now();
    assert_eq!(kind(wire.read_u8().await), io::ErrorKind::TimedOut);
    assert_eq!(began.elapsed().as_secs(), HEAD.as_secs());

    let (mut wire, _peer) = connected(4096);
    wire.talk.begun();
    wire.talk.answered();
    let began = Instant::now();
    assert_eq!(kind(wire.read_u8().await), io::ErrorKind::TimedOut);
    assert_eq!(began.elapsed().as_secs(), IDLE.as_secs());
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_takes_nothing_or_next_to_nothing_is_cut_off() {
    for each in [0, 64] {
        let (mut wire, mut peer) = connected(1024);
        let began = Instant::now();
        let trickle = async {
            let mut taken = [0; 64];
            loop {
                sleep(Duration::from_secs(1)).await;
                peer.read_exact(&mut taken[..each]).await.unwrap();
            }
        };
        let answer = vec![b'a'; 1024 * 1024];
        let kind = tokio::select! {
            written = wire.write_all(&answer) => kind(written),
            () = trickle => panic!("it never ends"),
        };
        assert_eq!(kind, io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed().as_secs(), WINDOW.as_secs(), "{each}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_but_steady_peer_gets_all() {
    let (mut wire, mut peer) = connected(1024);
    let take = async {
        let mut taken = vec![0; 2048];
        for _ in 0..100 {
            sleep(Duration::from_secs(1)).await;
            peer.read_exact(&mut taken).await.unwrap();
        }
        // After a long rest a new answer has a new deadline.
        sleep(Duration::from_secs(600)).await;
        peer.read_exact(&mut taken).await.unwrap();
    };
    let give = async {
        wire.write_all(&vec![b'a'; 100 * 2048]).await.unwrap();
        wire.write_all(&vec![b'a'; 1024]).await.unwrap();
        sleep(Duration::from_secs(595)).await;
        wire.write_all(&vec![b'a'; 1024]).await.unwrap();
    };
    tokio::join!(take, give);
}

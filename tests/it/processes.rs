//! More than one: processes that share a database, with Redis between them, or Redis emptied, or Redis gone. What is committed
//! at one reaches the sockets of the other, in order and once; without Redis it only takes up to two seconds longer.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sadu_domain::ids::TenantId;

use crate::client::{Client, gift, key};
use crate::node::{End, Options};
use crate::socket::{Socket, seq};
use crate::testapp::{TestApp, scale};

/// A Redis of the test's own, on loopback; ends with it.
pub(crate) struct Redis {
    pub(crate) port: u16,
    child: Child,
}

impl Redis {
    pub(crate) fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        Self {
            port,
            child: Self::serve(port),
        }
    }

    fn serve(port: u16) -> Child {
        let child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is on PATH: `scripts/setup test` installs it");
        let end = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < end, "redis-server does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        child
    }

    /// One command; all that the server answers.
    pub(crate) fn say(&self, command: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream
            .write_all(format!("{command}\r\nQUIT\r\n").as_bytes())
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn flush(&self) {
        assert!(self.say("FLUSHALL").starts_with("+OK"));
    }

    /// The keys that name a tenant, in order.
    pub(crate) fn keys_of(&self, tenant: TenantId) -> Vec<String> {
        let tenant = tenant.to_string();
        let answer = self.say(&format!("KEYS *{tenant}*"));
        let keys = answer.lines().filter(|line| line.contains(&tenant));
        keys.map(str::to_owned).collect()
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn again(&mut self) {
        self.child = Self::serve(self.port);
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `n` gifts, each at the next of these processes; answers how long each took to the socket. Every one comes with the next number.
async fn gifts(at: &[&Client], socket: &mut Socket, last: &mut i64, n: usize) -> Vec<Duration> {
    let mut took = Vec::with_capacity(n);
    for (_, client) in (0..n).zip(at.iter().cycle()) {
        client.order(&key(), &gift("well", 1_000)).await.expect(201);
        let answered = Instant::now();
        let events = socket.events(1).await;
        took.push(answered.elapsed());
        assert_eq!(seq(&events[0]), *last + 1, "in order, once, without a gap");
        assert_eq!(events[0]["type"], "order.placed");
        *last += 1;
    }
    took
}

fn print(what: &str, mut took: Vec<Duration>) {
    took.sort();
    let at = |share: usize| took[(took.len() * share / 100).min(took.len() - 1)];
    println!(
        "{what}: {} events of the other process, p50 {:?}, slowest {:?} after the answer",
        took.len(),
        at(50),
        at(100)
    );
}

#[tokio::test]
async fn an_order_at_one_process_reaches_a_socket_at_the_other_whatever_redis_does() {
    let mut redis = Redis::start();
    let options = Options {
        redis_port: Some(redis.port),
        ..Options::default()
    };
    let app = TestApp::with(options).await;
    let other = app.another(options).await;
    let (here, there) = (app.visitor("nakhla"), other.client("nakhla"));
    let staff = app.staff("nakhla").await;
    let (mut socket, welcome) = Socket::at(&staff, None).await;
    let first = welcome["seq"].as_i64().unwrap();
    let mut last = first;

    let n = scale(200, 10);
    print(
        "redis between them",
        gifts(&[&there], &mut socket, &mut last, n).await,
    );
    redis.flush();
    print(
        "redis emptied",
        gifts(&[&there], &mut socket, &mut last, n).await,
    );
    redis.kill();
    let alone = scale(20, 3);
    print(
        "redis gone",
        gifts(&[&there], &mut socket, &mut last, alone).await,
    );
    gifts(&[&here, &there], &mut socket, &mut last, alone).await;
    redis.again();
    print(
        "redis back",
        gifts(&[&there], &mut socket, &mut last, n).await,
    );

    // A socket that was away finds all of it at either process, once.
    let missed = i64::try_from(n).unwrap();
    let (mut late, _) = Socket::at(&staff, Some(last - missed)).await;
    let seqs: Vec<i64> = late.events(n).await.iter().map(seq).collect();
    assert_eq!(seqs, (last - missed + 1..=last).collect::<Vec<_>>());
    // And both show the same figures.
    for client in [&here, &there] {
        client
            .shows("well", "awaiting_transfer", (last - first) * 1_000)
            .await;
    }

    other.end(End::Gracefully).await;
    app.stop().await;
}

#[tokio::test]
async fn a_lock_holds_at_every_process() {
    let redis = Redis::start();
    let options = Options {
        redis_port: Some(redis.port),
        ip_limit_factor: 1,
        ..Options::default()
    };
    let app = TestApp::with(options).await;
    let other = app.another(options).await;
    let (here, there) = (app.visitor("nakhla"), other.client("nakhla"));
    let placed = here.order(&key(), &gift("well", 1_000)).await.expect(201);
    let path = format!(
        "/api/v1/orders/{}?phone_last4=9999",
        placed["reference"].as_str().unwrap()
    );
    for client in [&here, &there, &here, &there, &here] {
        assert_eq!(
            client.get(&path).await.problem(),
            (403, "order.contact_mismatch".to_owned())
        );
    }
    for client in [&here, &there] {
        assert_eq!(
            client.get(&path).await.problem(),
            (429, "order.locked".to_owned())
        );
    }
    other.end(End::AtOnce).await;
    app.stop().await;
}

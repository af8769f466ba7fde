//! A real `redis-server` of the test's own, on a free loopback port; it ends with the value.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sadu_gateways::counters::CountersConfig;
use secrecy::SecretString;
use uuid::Uuid;

pub(crate) struct RedisServer {
    port: u16,
    dir: PathBuf,
    child: Option<Child>,
    args: Vec<String>,
}

impl RedisServer {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    pub(crate) fn start_with(args: &[&str]) -> Self {
        let mut server = Self::absent();
        server.args = args.iter().map(|&a| a.to_owned()).collect();
        server.come_up();
        server
    }

    /// A port at which there is no server yet.
    pub(crate) fn absent() -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let dir = std::env::temp_dir().join(format!("sadu-redis-{}", Uuid::new_v4()));
        fs::create_dir_all(&dir).unwrap();
        Self {
            port,
            dir,
            child: None,
            args: Vec::new(),
        }
    }

    pub(crate) fn come_up(&mut self) {
        let child = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no", "--dir"])
            .arg(&self.dir)
            .args(&self.args)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("these tests need `redis-server` on the PATH: run `scripts/setup test` (Debian package redis-server)");
        self.child = Some(child);
        let since = Instant::now();
        while !self.try_say("PING").is_some_and(|a| a.starts_with("+PONG")) {
            assert!(
                since.elapsed() < Duration::from_secs(10),
                "redis-server did not come up on port {}",
                self.port
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Makes one started with `--cluster-enabled yes` a whole cluster by itself.
    pub(crate) async fn become_cluster(&self) {
        assert!(self.say("CLUSTER ADDSLOTSRANGE 0 16383").starts_with("+OK"));
        until("the cluster is whole", Duration::from_secs(10), || {
            self.say("CLUSTER INFO").contains("cluster_state:ok")
        })
        .await;
    }

    /// Ends it at once, as a crash does.
    pub(crate) fn crash(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// It keeps its connections and answers nothing.
    pub(crate) fn freeze(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.as_ref().unwrap().id().to_string();
        let status = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(status.success());
    }

    pub(crate) fn url(&self) -> SecretString {
        format!("redis://127.0.0.1:{}", self.port).into()
    }

    /// Makes the user `sadu` with the rights that the settings' page names, and some more.
    pub(crate) fn allow(&self, more: &str) {
        let set = self.say(&format!(
            "ACL SETUSER sadu on >secret resetkeys ~t:* resetchannels &t:* -@all +hello +auth +ping +info +publish +subscribe \
             +unsubscribe +eval +evalsha +get +set +del +time {more}"
        ));
        assert!(set.starts_with("+OK"), "{set}");
    }

    pub(crate) fn url_for(&self, user: &str) -> SecretString {
        format!("redis://{user}@127.0.0.1:{}", self.port).into()
    }

    /// One inline command; what the server answered.
    pub(crate) fn say(&self, command: &str) -> String {
        self.try_say(command).expect("the test's server answers")
    }

    /// Publishes any bytes on any channel.
    pub(crate) fn publish(&self, channel: &str, payload: &[u8]) {
        let mut command = format!(
            "*3\r\n$7\r\nPUBLISH\r\n${}\r\n{channel}\r\n${}\r\n",
            channel.len(),
            payload.len()
        )
        .into_bytes();
        command.extend_from_slice(payload);
        command.extend_from_slice(b"\r\n");
        let answer = self.exchange(&command).unwrap();
        assert!(answer.starts_with(':'), "{answer}");
    }

    fn try_say(&self, command: &str) -> Option<String> {
        self.exchange(format!("{command}\r\n").as_bytes())
    }

    fn exchange(&self, bytes: &[u8]) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream
            .set_read_timeout(Some(Duration::from_millis(500)))
            .unwrap();
        stream.write_all(bytes).ok()?;
        let mut answer = vec![0; 64 * 1024];
        let n = stream.read(&mut answer).ok()?;
        Some(String::from_utf8_lossy(&answer[..n]).into_owned())
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.crash();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// Counters that wait long for Redis: what they answer then never is the fallback's, however busy the machine.
pub(crate) fn patient() -> CountersConfig {
    CountersConfig {
        deadline: Duration::from_secs(20),
        ..CountersConfig::default()
    }
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, within: Duration, mut so: impl FnMut() -> bool) {
    let since = Instant::now();
    while !so() {
        assert!(since.elapsed() < within, "not within {within:?}: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

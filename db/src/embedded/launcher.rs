//! Starts the server, waits until it is ready, and stops it: on request, on drop, and when we are killed.

use std::fmt;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use secrecy::SecretString;

use super::account::Account;
use super::binaries::Binaries;
use super::error::{EmbeddedError, io_error};
use super::home::{Home, last_line};
use super::liveness::{PidFile, clear_stale};

/// A crash leaves a log to replay, which takes its time.
const READY_WITHIN: Duration = Duration::from_secs(120);
/// A fast shutdown writes a checkpoint of up to `shared_buffers`.
const STOPPED_WITHIN: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(5);
/// A free port may be gone by the time the server binds it.
const PORT_TRIES: u32 = 5;

/// Runs its arguments, and interrupts them (Postgres: fast shutdown) when its standard input ends. We hold the other
/// end of that pipe and never write to it, so it ends with us however we end, `kill -9` included. The server itself
/// gets no hold of the pipe; the watcher goes when the server does, so that it never signals a reused process number.
const KEEPER: &str = r#"exec 3<&0
"$@" 3<&- </dev/null & server=$!
{ read -r _ <&3; kill -INT "$server"; } & watcher=$!
wait "$server"; status=$?
kill "$watcher" 2>/dev/null
exit "$status""#;

/// Where and how to run the embedded server.
#[derive(Debug, Clone)]
pub struct EmbeddedConfig {
    /// The launcher's folder: data, socket, password and log. Made, and filled with a new database, when absent.
    pub data_dir: PathBuf,
    /// The port on 127.0.0.1; `None` picks a free one.
    pub port: Option<u16>,
    /// False for throw-away databases of tests alone: commits no longer wait for the disk.
    pub durable: bool,
}

/// A running server of our own. Dropping it stops the server and waits; it also stops when this process is killed.
pub struct EmbeddedPostgres {
    keeper: Option<Child>,
    home: Home,
    socket_dir: PathBuf,
    admin_url: SecretString,
    port: u16,
}

impl fmt::Debug for EmbeddedPostgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddedPostgres")
            .field("folder", &self.home.folder)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

impl EmbeddedPostgres {
    /// Starts the server and returns once it takes connections. Blocking: about a second the first time, a fraction of
    /// one after that.
    ///
    /// # Errors
    /// [`EmbeddedError`], whose text tells a person what to do.
    pub fn start(config: EmbeddedConfig) -> Result<Self, EmbeddedError> {
        let mut tries = 1;
        loop {
            match Self::start_once(&config) {
                // Another program was quicker to bind the port that was free a moment ago.
                Err(EmbeddedError::PortTaken { .. })
                    if config.port.is_none() && tries < PORT_TRIES =>
                {
                    tries += 1
                }
                done => return done,
            }
        }
    }

    fn start_once(config: &EmbeddedConfig) -> Result<Self, EmbeddedError> {
        let account = Account::detect()?;
        let home = Home::prepare(&config.data_dir, account)?;
        let cluster = home.cluster();
        let binaries = Binaries::find(&home.folder, &cluster)?;
        clear_stale(&home.folder, &cluster)?;
        let port = match config.port {
            Some(port) => port,
            None => free_port()?,
        };
        let password = home.create(&binaries, account, config.durable)?;
        let socket_dir = home.socket_dir(account)?;
        let mut command = account.command("/bin/sh");
        command
            .args(["-c", KEEPER, "sadu-postgres"])
            .arg(binaries.program("postgres"))
            .arg("-D")
            .arg(&cluster);
        for (name, value) in settings(&socket_dir, port, config.durable) {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        let log = home.open_log()?;
        let log_from = log.metadata().map(|m| m.len()).unwrap_or_default();
        let errors = log
            .try_clone()
            .map_err(io_error("could not open", home.log()))?;
        let keeper = command
            .stdin(Stdio::piped())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(io_error("could not run", "/bin/sh"))?;
        let mut server = Self {
            keeper: Some(keeper),
            admin_url: format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres").into(),
            home,
            socket_dir,
            port,
        };
        server.wait_ready(log_from)?;
        Ok(server)
    }

    /// Connects as the superuser, over TCP: for creating roles and databases, never for serving.
    #[must_use]
    pub fn admin_url(&self) -> &SecretString {
        &self.admin_url
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder of the unix socket.
    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// The server's log.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.home.log()
    }

    /// Disconnects everyone, writes everything to disk and waits for the end. Blocking.
    ///
    /// # Errors
    /// [`EmbeddedError::Late`] after a minute; the server then ends by itself.
    pub fn stop(mut self) -> Result<(), EmbeddedError> {
        self.finish()
    }

    fn wait_ready(&mut self, log_from: u64) -> Result<(), EmbeddedError> {
        let (cluster, log) = (self.home.cluster(), self.home.log());
        let began = Instant::now();
        while began.elapsed() < READY_WITHIN {
            if PidFile::read(&cluster).is_some_and(|f| f.status == "ready") {
                return Ok(());
            }
            if self.ended()? {
                let said = read_from(&log, log_from);
                if said.contains("Address already in use") {
                    return Err(EmbeddedError::PortTaken { port: self.port });
                }
                let fatal: Vec<&str> = said
                    .lines()
                    .filter(|l| l.contains("FATAL:") || l.contains("PANIC:"))
                    .collect();
                let said = last_line(if fatal.is_empty() {
                    &said
                } else {
                    fatal.last().unwrap_or(&"")
                });
                return Err(EmbeddedError::Start { said, log });
            }
            thread::sleep(POLL);
        }
        Err(EmbeddedError::Late {
            what: "start",
            seconds: READY_WITHIN.as_secs(),
            log,
        })
    }

    fn ended(&mut self) -> Result<bool, EmbeddedError> {
        match self.keeper.as_mut() {
            Some(keeper) => Ok(keeper
                .try_wait()
                .map_err(io_error("could not wait for", self.home.cluster()))?
                .is_some()),
            None => Ok(true),
        }
    }

    fn finish(&mut self) -> Result<(), EmbeddedError> {
        let Some(keeper) = self.keeper.as_mut() else {
            return Ok(());
        };
        // The end of the pipe is the signal.
        drop(keeper.stdin.take());
        let began = Instant::now();
        while !self.ended()? {
            if began.elapsed() >= STOPPED_WITHIN {
                return Err(EmbeddedError::Late {
                    what: "stop",
                    seconds: STOPPED_WITHIN.as_secs(),
                    log: self.home.log(),
                });
            }
            thread::sleep(POLL);
        }
        self.keeper = None;
        if !self.socket_dir.starts_with(&self.home.folder) {
            // Made for this run alone; what cannot be removed harms nobody.
            drop(fs::remove_dir_all(&self.socket_dir));
        }
        Ok(())
    }
}

impl Drop for EmbeddedPostgres {
    fn drop(&mut self) {
        if let Err(error) = self.finish() {
            tracing::warn!(%error, "the embedded Postgres did not stop in time");
        }
    }
}

fn settings(socket_dir: &Path, port: u16, durable: bool) -> Vec<(&'static str, String)> {
    let mut settings = vec![
        ("listen_addresses", "127.0.0.1".to_owned()),
        ("port", port.to_string()),
        ("unix_socket_directories", socket_dir.display().to_string()),
        ("unix_socket_permissions", "0700".to_owned()),
        ("max_connections", "200".to_owned()),
        ("shared_buffers", "256MB".to_owned()),
        ("jit", "off".to_owned()),
        ("synchronous_commit", "on".to_owned()),
        ("log_min_messages", "warning".to_owned()),
        ("timezone", "UTC".to_owned()),
    ];
    let disk = if durable { "on" } else { "off" };
    settings.extend([
        ("fsync", disk.to_owned()),
        ("full_page_writes", disk.to_owned()),
    ]);
    settings
}

fn free_port() -> Result<u16, EmbeddedError> {
    let any = "127.0.0.1:0";
    let listener =
        TcpListener::bind(any).map_err(io_error("could not find a free port on", any))?;
    Ok(listener
        .local_addr()
        .map_err(io_error("could not find a free port on", any))?
        .port())
}

/// The log from byte `from` on: what this run said.
fn read_from(log: &Path, from: u64) -> String {
    let Ok(bytes) = fs::read(log) else {
        return String::new();
    };
    let from = usize::try_from(from).unwrap_or_default();
    String::from_utf8_lossy(bytes.get(from..).unwrap_or_default()).into_owned()
}

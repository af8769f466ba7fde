//! [`PgBouncer`]: a real one in transaction mode before the test cluster, with so few connections that all callers share them.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::{PASSWORD, TestCluster, TestDatabase};
use crate::embedded::Account;

/// How long it may take to listen.
const READY: Duration = Duration::from_secs(30);

/// A running PgBouncer; ends with this value.
#[derive(Debug)]
pub struct PgBouncer {
    child: Child,
    folder: PathBuf,
    port: u16,
}

impl PgBouncer {
    /// Starts one that opens at most `connections` to Postgres for each login and database.
    ///
    /// # Errors
    /// A line that says what is missing.
    pub async fn start(cluster: &TestCluster, connections: u32) -> Result<Self, String> {
        let upstream = cluster.server.port();
        tokio::task::spawn_blocking(move || Self::serve(upstream, connections))
            .await
            .map_err(|e| e.to_string())?
    }

    fn serve(upstream: u16, connections: u32) -> Result<Self, String> {
        let say = |e: std::io::Error| e.to_string();
        let account = Account::detect().map_err(|e| e.to_string())?;
        let folder = std::env::temp_dir().join(format!(
            "sadu-test-{}-bouncer-{}",
            std::process::id(),
            uuid::Uuid::new_v4().simple()
        ));
        fs::create_dir(&folder).map_err(say)?;
        let any = TcpListener::bind("127.0.0.1:0").map_err(say)?;
        let port = any.local_addr().map_err(say)?.port();
        drop(any);
        let logins = ["sadu_web", "sadu_worker", "sadu_platform"];
        let users: String = logins
            .iter()
            .map(|login| format!("\"{login}\" \"{PASSWORD}\"\n"))
            .collect();
        let at = folder.display();
        let settings = format!(
            "[databases]\n\
             * = host=127.0.0.1 port={upstream}\n\
             [pgbouncer]\n\
             listen_addr = 127.0.0.1\n\
             listen_port = {port}\n\
             unix_socket_dir =\n\
             auth_type = scram-sha-256\n\
             auth_file = {at}/users.txt\n\
             pool_mode = transaction\n\
             default_pool_size = {connections}\n\
             max_client_conn = 500\n\
             ignore_startup_parameters = extra_float_digits\n\
             logfile = {at}/log\n\
             pidfile = {at}/pid\n"
        );
        for (name, text) in [("users.txt", &users), ("settings.ini", &settings)] {
            let file = folder.join(name);
            fs::write(&file, text).map_err(say)?;
            account.own(&file).map_err(|e| e.to_string())?;
        }
        account.own(&folder).map_err(|e| e.to_string())?;
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"]
            .into_iter()
            .find(|program| Path::new(program).exists())
            .ok_or("PgBouncer is not installed: `scripts/setup test` installs it")?;
        let child = account
            .command(program)
            .arg("--quiet")
            .arg(folder.join("settings.ini"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(say)?;
        let mut bouncer = Self {
            child,
            folder,
            port,
        };
        bouncer.wait_ready()?;
        Ok(bouncer)
    }

    fn wait_ready(&mut self) -> Result<(), String> {
        let end = Instant::now() + READY;
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.child.try_wait().map_err(|e| e.to_string())?;
            if ended.is_some() || Instant::now() > end {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                return Err(format!("PgBouncer does not answer: {log}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// The same database, reached through here; looking behind the policies stays direct.
    #[must_use]
    pub fn before(&self, database: &TestDatabase) -> TestDatabase {
        TestDatabase {
            port: self.port,
            ..database.clone()
        }
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

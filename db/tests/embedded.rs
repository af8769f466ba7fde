//! The launcher against the real binaries: life, death and everything between.
#![cfg(feature = "embedded")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sadu_db::embedded::{EmbeddedConfig, EmbeddedError, EmbeddedPostgres};
use secrecy::ExposeSecret;
use sqlx::{Connection, PgConnection};

/// A folder below the system's temporary one, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("sadu-launcher-{name}-{}", std::process::id()));
        drop(fs::remove_dir_all(&path));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn config(&self) -> EmbeddedConfig {
        EmbeddedConfig {
            data_dir: self.0.join("postgres"),
            port: None,
            durable: false,
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn query(url: &str, sql: &'static str) -> Result<Vec<String>, sqlx::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(url).await?;
        sqlx::query_scalar(sql).fetch_all(&mut connection).await
    })
}

#[test]
fn starts_keeps_data_and_stops() {
    let folder = Folder::new("life");
    let server = EmbeddedPostgres::start(folder.config()).unwrap();
    let url = server.admin_url().expose_secret().to_owned();
    query(&url, "create table kept as select 'still here' as word").unwrap();
    server.stop().unwrap();
    query(&url, "select 'anyone?'").unwrap_err();

    let server = EmbeddedPostgres::start(folder.config()).unwrap();
    assert_eq!(
        query(server.admin_url().expose_secret(), "select word from kept").unwrap(),
        ["still here"]
    );
}

#[test]
fn asks_everyone_for_the_password_and_hides_it() {
    let folder = Folder::new("password");
    let server = EmbeddedPostgres::start(folder.config()).unwrap();
    let url = server.admin_url().expose_secret();
    let password = fs::read_to_string(folder.0.join("postgres/password")).unwrap();
    let wrong = url.replace(password.trim(), "wrong");
    let refused = query(&wrong, "select 'in'").unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("password authentication failed"),
        "{refused}"
    );

    let socket = url.replace(
        &format!("@127.0.0.1:{}", server.port()),
        &format!("@localhost:{}", server.port()),
    );
    let socket = format!("{socket}?host={}", server.socket_dir().display());
    assert_eq!(query(&socket, "select 'in'").unwrap(), ["in"]);
    let refused = query(&socket.replace(password.trim(), "wrong"), "select 'in'").unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("password authentication failed"),
        "{refused}"
    );

    let mode = |name: &str| {
        fs::metadata(folder.0.join("postgres").join(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode("password"), 0o600);
    assert_eq!(mode("."), 0o700);
    assert!(!format!("{server:?}").contains(password.trim()));
}

#[test]
fn settings_are_those_of_a_database_that_people_keep() {
    let folder = Folder::new("settings");
    let server = EmbeddedPostgres::start(EmbeddedConfig {
        durable: true,
        ..folder.config()
    })
    .unwrap();
    let sql = "select name || '=' || setting from pg_settings where name in ('fsync', 'synchronous_commit', 'jit', \
               'data_checksums', 'max_connections', 'listen_addresses', 'server_encoding', 'full_page_writes') order by name";
    let expected = [
        "data_checksums=on",
        "fsync=on",
        "full_page_writes=on",
        "jit=off",
        "listen_addresses=127.0.0.1",
        "max_connections=200",
        "server_encoding=UTF8",
        "synchronous_commit=on",
    ];
    assert_eq!(
        query(server.admin_url().expose_secret(), sql).unwrap(),
        expected
    );
}

#[test]
fn refuses_a_folder_in_use() {
    let folder = Folder::new("twice");
    let server = EmbeddedPostgres::start(folder.config()).unwrap();
    let refused = EmbeddedPostgres::start(folder.config()).unwrap_err();
    assert!(
        matches!(refused, EmbeddedError::InUse { pid: Some(_), .. }),
        "{refused}"
    );
    assert_eq!(refused.to_string().lines().count(), 1);
    assert_eq!(
        query(server.admin_url().expose_secret(), "select 'unharmed'").unwrap(),
        ["unharmed"]
    );
}

#[test]
fn names_a_taken_port() {
    let folder = Folder::new("port");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let refused = EmbeddedPostgres::start(EmbeddedConfig {
        port: Some(port),
        ..folder.config()
    })
    .unwrap_err();
    assert!(
        matches!(refused, EmbeddedError::PortTaken { port: p } if p == port),
        "{refused}"
    );
}

#[test]
fn survives_what_a_crash_leaves() {
    let folder = Folder::new("stale");
    EmbeddedPostgres::start(folder.config())
        .unwrap()
        .stop()
        .unwrap();
    // A process number that lives (ours), and that is no server in this folder.
    let stale = format!(
        "{}\n/nowhere\n1700000000\n5432\n/nowhere\n127.0.0.1\n 1 2\nready   \n",
        std::process::id()
    );
    fs::write(folder.0.join("postgres/cluster/postmaster.pid"), stale).unwrap();
    let server = EmbeddedPostgres::start(folder.config()).unwrap();
    assert_eq!(
        query(server.admin_url().expose_secret(), "select 'up'").unwrap(),
        ["up"]
    );
}

#[test]
fn starts_over_an_interrupted_creation() {
    let folder = Folder::new("half");
    fs::create_dir_all(folder.0.join("postgres/cluster.new/base")).unwrap();
    let server = EmbeddedPostgres::start(folder.config()).unwrap();
    assert_eq!(
        query(server.admin_url().expose_secret(), "select 'up'").unwrap(),
        ["up"]
    );
}

#[test]
fn starts_below_a_closed_folder() {
    let folder = Folder::new("closed");
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o700)).unwrap();
    let server = EmbeddedPostgres::start(folder.config()).unwrap();
    query(
        server.admin_url().expose_secret(),
        "create table kept as select 'still here' as word",
    )
    .unwrap();
    server.stop().unwrap();
    // As root the data is elsewhere, behind a link: the next start must find it again.
    let server = EmbeddedPostgres::start(folder.config()).unwrap();
    assert_eq!(
        query(server.admin_url().expose_secret(), "select word from kept").unwrap(),
        ["still here"]
    );
    server.stop().unwrap();
    if let Ok(elsewhere) = fs::read_link(folder.config().data_dir) {
        fs::remove_dir_all(elsewhere).unwrap();
    }
}

/// Names the folder to the copy of [`dies_with_its_parent`] that is to be killed.
const TO_BE_KILLED: &str = "SADU_TEST_LAUNCHER_DIR";

/// Starts a server, says its address, and lives on until it is killed.
fn parent_to_be_killed(data_dir: PathBuf) {
    let config = EmbeddedConfig {
        data_dir,
        port: None,
        durable: false,
    };
    let server = EmbeddedPostgres::start(config).unwrap();
    let mut said = std::io::stdout().lock();
    std::io::Write::write_all(
        &mut said,
        format!("\nurl {}\n", server.admin_url().expose_secret()).as_bytes(),
    )
    .unwrap();
    std::thread::sleep(Duration::from_secs(600));
}

/// The parent is this very test in a process of its own.
#[test]
fn dies_with_its_parent() {
    if let Some(dir) = std::env::var_os(TO_BE_KILLED) {
        return parent_to_be_killed(PathBuf::from(dir));
    }
    let folder = Folder::new("orphan");
    let data_dir = folder.config().data_dir;
    let mut parent = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "dies_with_its_parent", "--nocapture"])
        .env(TO_BE_KILLED, &data_dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(parent.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let url = lines
        .into_iter()
        .find_map(|l| l.strip_prefix("url ").map(str::to_owned))
        .expect("the server's address");
    query(&url, "select 'up'").unwrap();
    // SIGKILL: the parent gets no chance to tidy up.
    parent.kill().unwrap();
    parent.wait().unwrap();

    // The next start waits for the old server to finish, and finds its data in order.
    let server = EmbeddedPostgres::start(folder.config()).unwrap();
    query(&url, "select 'anyone?'").unwrap_err();
    assert_eq!(
        query(server.admin_url().expose_secret(), "select 'up'").unwrap(),
        ["up"]
    );
    server.stop().unwrap();
    assert!(
        gone(&data_dir.join("cluster/postmaster.pid")),
        "the last server left its process file"
    );
}

fn gone(path: &Path) -> bool {
    let began = Instant::now();
    while path.exists() && began.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(10));
    }
    !path.exists()
}

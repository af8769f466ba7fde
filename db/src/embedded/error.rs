//! What can go wrong with the embedded Postgres, each in one line that says what to do.

use std::io;
use std::path::PathBuf;

/// Why the embedded Postgres did not start or stop. `Display` is one line for a person at a terminal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// No server binaries on this machine.
    #[error(
        "Postgres is not installed: run `make run` once as root, or `apt-get install postgresql`, then try again"
    )]
    Missing,
    /// The data was made by a version whose binaries are gone.
    #[error("the data in {folder} was made by Postgres {version}, which is not installed: `apt-get install postgresql-{version}`, or remove the folder to start afresh", folder = .folder.display())]
    Version {
        /// The launcher's folder.
        folder: PathBuf,
        /// The major version in `PG_VERSION`.
        version: String,
    },
    /// Root without a `postgres` account to drop to.
    #[error(
        "Postgres refuses to run as root and there is no `postgres` user: `apt-get install postgresql`, or run as an ordinary user"
    )]
    NoAccount,
    /// A parent of the folder is closed to the account that runs the server.
    #[error("Postgres cannot reach {folder}: {closed} is closed to the user that runs it; set SADU_STATE_DIR to a folder that others may enter", folder = .folder.display(), closed = .closed.display())]
    Unreachable {
        /// The launcher's folder.
        folder: PathBuf,
        /// The first parent that cannot be entered.
        closed: PathBuf,
    },
    /// A living server, or a living launcher, has this folder.
    #[error("{folder} is in use by a running Postgres{}: end the Sadu it belongs to, or set SADU_STATE_DIR to another folder", pid_words(.pid), folder = .folder.display())]
    InUse {
        /// The launcher's folder.
        folder: PathBuf,
        /// The server's process, where known.
        pid: Option<u32>,
    },
    /// The asked port is taken.
    #[error(
        "port {port} on 127.0.0.1 is already in use: stop what listens there, or choose another"
    )]
    PortTaken {
        /// The port that was asked for.
        port: u16,
    },
    /// The data is there but the superuser's password is not.
    #[error("the password file {file} is missing: put it back, or remove its folder to start afresh", file = .file.display())]
    PasswordMissing {
        /// Where it should be.
        file: PathBuf,
    },
    /// `initdb` failed.
    #[error("could not create the database in {folder}: {said}", folder = .folder.display())]
    Create {
        /// The launcher's folder.
        folder: PathBuf,
        /// The last line that initdb said.
        said: String,
    },
    /// The server ended before it was ready.
    #[error("Postgres did not start: {said} (see {log})", log = .log.display())]
    Start {
        /// The last fatal line of the log.
        said: String,
        /// The server's log.
        log: PathBuf,
    },
    /// Not ready, or not stopped, within the time allowed.
    #[error("Postgres did not {what} within {seconds} s (see {log})", log = .log.display())]
    Late {
        /// "start" or "stop".
        what: &'static str,
        /// The time allowed.
        seconds: u64,
        /// The server's log.
        log: PathBuf,
    },
    /// A file operation failed.
    #[error("{what} {path}: {source}", path = .path.display())]
    Io {
        /// What was tried, as the start of a sentence.
        what: &'static str,
        /// On which path.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

fn pid_words(pid: &Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})"))
        .unwrap_or_default()
}

/// Attaches what was tried, and where, to an I/O error.
pub(super) fn io_error(
    what: &'static str,
    path: impl Into<PathBuf>,
) -> impl FnOnce(io::Error) -> EmbeddedError {
    let path = path.into();
    move |source| EmbeddedError::Io { what, path, source }
}

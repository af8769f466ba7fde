//! The launcher's folder: makes it, closes it to others, and creates the database in it once.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::account::Account;
use super::binaries::Binaries;
use super::error::{EmbeddedError, io_error};
use super::liveness::PidFile;

/// Where data goes when we are root and the asked folder lies under one that the server's user may not enter (a
/// checkout in root's own home is the usual case).
const SHELTER: &str = "/var/lib/sadu";
/// A unix socket's path holds 107 bytes; `/.s.PGSQL.65535` takes 15 of them.
const SOCKET_DIR_MAX: usize = 90;
/// The log is started afresh beyond this many bytes.
const LOG_MAX: u64 = 16 << 20;

/// The prepared folder. Holds the lock until dropped: one launcher a folder.
#[derive(Debug)]
pub(super) struct Home {
    /// Absolute, without symbolic links.
    pub(super) folder: PathBuf,
    _lock: File,
}

impl Home {
    /// Makes `asked` if need be, closes it to other users and locks it.
    ///
    /// # Errors
    /// [`EmbeddedError::InUse`], [`EmbeddedError::Unreachable`] or an I/O error.
    pub(super) fn prepare(asked: &Path, account: Account) -> Result<Self, EmbeddedError> {
        let asked = std::path::absolute(asked).map_err(io_error("could not resolve", asked))?;
        if !asked.exists() {
            make(&asked, account)?;
        }
        let folder = asked
            .canonicalize()
            .map_err(io_error("could not resolve", &asked))?;
        if let Some(closed) = account.closed_parent(&folder) {
            return Err(EmbeddedError::Unreachable { folder, closed });
        }
        account.own(&folder)?;
        close(&folder)?;
        let lock = lock(&folder)?;
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// The data folder that the server works in.
    pub(super) fn cluster(&self) -> PathBuf {
        self.folder.join("cluster")
    }

    /// The server's log, opened to append to.
    pub(super) fn open_log(&self) -> Result<File, EmbeddedError> {
        let path = self.log();
        let large = fs::metadata(&path).is_ok_and(|m| m.len() > LOG_MAX);
        let mut options = OpenOptions::new();
        options.create(true).mode(0o600);
        if large {
            options.write(true).truncate(true)
        } else {
            options.append(true)
        };
        options
            .open(&path)
            .map_err(io_error("could not open", path))
    }

    /// Where the log is.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("postgres.log")
    }

    /// The folder of the unix socket: in ours, or in the system's temporary one when the path would be too long.
    pub(super) fn socket_dir(&self, account: Account) -> Result<PathBuf, EmbeddedError> {
        let mut dir = self.folder.join("run");
        if dir.as_os_str().len() > SOCKET_DIR_MAX {
            dir = std::env::temp_dir().join(format!("sadu-{}", random_hex::<8>()));
        }
        make_closed(&dir, account)?;
        Ok(dir)
    }

    /// The superuser's password, and the database itself, created on the first call.
    ///
    /// # Errors
    /// [`EmbeddedError::Create`] with what initdb said, [`EmbeddedError::PasswordMissing`], or an I/O error.
    pub(super) fn create(
        &self,
        binaries: &Binaries,
        account: Account,
        durable: bool,
    ) -> Result<String, EmbeddedError> {
        let file = self.folder.join("password");
        if self.cluster().exists() {
            let password =
                fs::read_to_string(&file).map_err(|_| EmbeddedError::PasswordMissing { file })?;
            return Ok(password.trim().to_owned());
        }
        let password = random_hex::<24>();
        write_secret(&file, &password)?;
        account.own(&file)?;
        // Built beside its place and renamed: an interrupted creation never looks like a database.
        let unfinished = self.folder.join("cluster.new");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(io_error("could not remove", &unfinished))?;
        }
        let mut initdb = account.command(binaries.program("initdb"));
        initdb
            .args([
                "--auth-host=scram-sha-256",
                "--auth-local=scram-sha-256",
                "--username=postgres",
            ])
            .args([
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--data-checksums",
                "--no-instructions",
            ])
            .args((!durable).then_some("--no-sync"))
            .arg("--pwfile")
            .arg(&file)
            .arg("--pgdata")
            .arg(&unfinished)
            .stdin(Stdio::null());
        let done = initdb
            .output()
            .map_err(io_error("could not run", binaries.program("initdb")))?;
        if !done.status.success() {
            let said = last_line(&String::from_utf8_lossy(&done.stderr));
            return Err(EmbeddedError::Create {
                folder: self.folder.clone(),
                said,
            });
        }
        let cluster = self.cluster();
        fs::rename(&unfinished, &cluster)
            .map_err(io_error("could not move into place", cluster))?;
        Ok(password)
    }
}

/// Makes the folder where it was asked for or, as root below a folder that the server's user may not enter, in
/// [`SHELTER`] with a symbolic link in its place: removing the link starts afresh.
fn make(asked: &Path, account: Account) -> Result<(), EmbeddedError> {
    if let Some(parent) = asked.parent() {
        fs::create_dir_all(parent).map_err(io_error("could not make", parent))?;
    }
    // A link whose goal is gone counts as absent, and would be in the way.
    if asked.is_symlink() {
        fs::remove_file(asked).map_err(io_error("could not remove", asked))?;
    }
    let shelter = Path::new(SHELTER);
    let real = asked
        .parent()
        .and_then(|parent| parent.canonicalize().ok())
        .unwrap_or_default()
        .join("postgres");
    if !account.is_root() || account.closed_parent(&real).is_none() || asked.starts_with(shelter) {
        return make_closed(asked, account);
    }
    fs::create_dir_all(shelter).map_err(io_error("could not make", shelter))?;
    fs::set_permissions(shelter, Permissions::from_mode(0o755))
        .map_err(io_error("could not open up", shelter))?;
    let goal = shelter.join(format!("postgres-{}", random_hex::<8>()));
    make_closed(&goal, account)?;
    symlink(&goal, asked).map_err(io_error("could not link", asked))?;
    tracing::info!(folder = %asked.display(), at = %goal.display(), "the database lives outside root's own folder");
    Ok(())
}

fn make_closed(dir: &Path, account: Account) -> Result<(), EmbeddedError> {
    match DirBuilder::new().mode(0o700).create(dir) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => {
            return Err(io_error("could not make", dir)(e));
        }
        _ => {}
    }
    account.own(dir)?;
    close(dir)
}

fn close(dir: &Path) -> Result<(), EmbeddedError> {
    fs::set_permissions(dir, Permissions::from_mode(0o700))
        .map_err(io_error("could not close to others", dir))
}

fn lock(folder: &Path) -> Result<File, EmbeddedError> {
    let path = folder.join("lock");
    let file = File::create(&path).map_err(io_error("could not open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let pid = PidFile::read(&folder.join("cluster")).map(|f| f.pid);
            Err(EmbeddedError::InUse {
                folder: folder.to_path_buf(),
                pid,
            })
        }
        Err(TryLockError::Error(e)) => Err(io_error("could not lock", path)(e)),
    }
}

fn write_secret(path: &Path, secret: &str) -> Result<(), EmbeddedError> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(true).mode(0o600);
    let mut file = options
        .open(path)
        .map_err(io_error("could not write", path))?;
    // The mode above holds for a new file alone.
    fs::set_permissions(path, Permissions::from_mode(0o600))
        .map_err(io_error("could not close to others", path))?;
    writeln!(file, "{secret}").map_err(io_error("could not write", path))
}

/// N bytes of the system's randomness, in hex.
fn random_hex<const N: usize>() -> String {
    rand::random::<[u8; N]>()
        .iter()
        .fold(String::with_capacity(2 * N), |mut hex, byte| {
            hex.push_str(&format!("{byte:02x}"));
            hex
        })
}

/// The last line that says something.
pub(super) fn last_line(text: &str) -> String {
    text.lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or("it said nothing")
        .to_owned()
}

//! Is a server alive in this folder? Read from `postmaster.pid` and from `/proc`.
//!
//! Postgres itself believes a stale `postmaster.pid` when any process of its user has the same number, which after a
//! crash in a container is likely. So we look at who really works in the folder, and remove the file when nobody does.

use std::fs;
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::error::{EmbeddedError, io_error};

/// How long a server that is on its way out is waited for: its fast shutdown writes a checkpoint.
const STOPPING: Duration = Duration::from_secs(30);
/// How long any other server is waited for: its launcher may have died a moment ago.
const GRACE: Duration = Duration::from_millis(700);
const POLL: Duration = Duration::from_millis(10);

/// What `postmaster.pid` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PidFile {
    /// The server's process.
    pub(super) pid: u32,
    /// `starting`, `ready`, `stopping`, `standby` or, early on, empty.
    pub(super) status: String,
}

impl PidFile {
    /// Reads `postmaster.pid` of `cluster`; `None` when there is none or it is half written.
    pub(super) fn read(cluster: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(cluster.join("postmaster.pid")).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let pid = text.lines().next()?.trim().parse().ok()?;
        let status = text.lines().nth(7).unwrap_or_default().trim().to_owned();
        Some(Self { pid, status })
    }
}

/// Makes sure that no server works in `cluster`: waits for one that is stopping, then removes what a crash left.
///
/// # Errors
/// [`EmbeddedError::InUse`] when a server lives on there.
pub(super) fn clear_stale(home: &Path, cluster: &Path) -> Result<(), EmbeddedError> {
    let began = Instant::now();
    while let Some(pid) = living(cluster) {
        let file = PidFile::read(cluster);
        // Without the file, what lives are orphaned backends, which end by themselves once they notice.
        let leaving = file
            .as_ref()
            .is_none_or(|f| f.status == "stopping" || f.pid != pid);
        let patience = if leaving { STOPPING } else { GRACE };
        if began.elapsed() >= patience {
            return Err(EmbeddedError::InUse {
                folder: home.to_path_buf(),
                pid: Some(file.map_or(pid, |f| f.pid)),
            });
        }
        thread::sleep(POLL);
    }
    let stale = cluster.join("postmaster.pid");
    match fs::remove_file(&stale) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => {
            Err(io_error("could not remove", stale)(e))
        }
        _ => Ok(()),
    }
}

/// A process that works in `cluster` (every process of Postgres has its data folder as working folder); the server
/// itself before its children.
fn living(cluster: &Path) -> Option<u32> {
    let works_here =
        |pid: u32| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == cluster);
    if let Some(file) = PidFile::read(cluster)
        && works_here(file.pid)
    {
        return Some(file.pid);
    }
    let processes = fs::read_dir("/proc").ok()?;
    processes
        .flatten()
        .filter_map(|p| p.file_name().to_str()?.parse().ok())
        .find(|pid| works_here(*pid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_process_and_status() {
        let text = "4711\n/data\n1700000000\n5432\n/run\n127.0.0.1\n 1234 5\nready   \n";
        assert_eq!(
            PidFile::parse(text),
            Some(PidFile {
                pid: 4711,
                status: "ready".to_owned()
            })
        );
        assert_eq!(
            PidFile::parse("4711\n/data\n"),
            Some(PidFile {
                pid: 4711,
                status: String::new()
            })
        );
        assert_eq!(PidFile::parse(""), None);
    }
}

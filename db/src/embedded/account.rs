//! Who runs the server: ourselves, or the `postgres` user when we are root (Postgres refuses root).

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::{EmbeddedError, io_error};

/// The account to drop to; `None` when we are an ordinary user already.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    drop_to: Option<(u32, u32)>,
}

impl Account {
    /// Finds out who we are and, as root, who runs the server.
    ///
    /// # Errors
    /// [`EmbeddedError::NoAccount`] when we are root and there is no `postgres` user.
    pub(crate) fn detect() -> Result<Self, EmbeddedError> {
        // The owner of /proc/self is our effective user; there is no safe `geteuid` in std.
        let root = fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
        if !root {
            return Ok(Self { drop_to: None });
        }
        let passwd =
            fs::read_to_string("/etc/passwd").map_err(io_error("could not read", "/etc/passwd"))?;
        let ids = parse_passwd(&passwd, "postgres").ok_or(EmbeddedError::NoAccount)?;
        Ok(Self { drop_to: Some(ids) })
    }

    /// True when we are root.
    pub(super) fn is_root(self) -> bool {
        self.drop_to.is_some()
    }

    /// A command run by this account, from `/` (the caller's folder may be closed to it) and in a process group of its
    /// own, so that Ctrl-C in a terminal reaches us alone and the server ends after us, in order.
    pub(crate) fn command(self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir("/").process_group(0);
        if let Some((uid, gid)) = self.drop_to {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Gives `path` to this account.
    pub(crate) fn own(self, path: &Path) -> Result<(), EmbeddedError> {
        match self.drop_to {
            Some((uid, gid)) => {
                chown(path, Some(uid), Some(gid)).map_err(io_error("could not give away", path))
            }
            None => Ok(()),
        }
    }

    /// The first parent of `path` that this account cannot enter. An ordinary user finds out by itself.
    pub(super) fn closed_parent(self, path: &Path) -> Option<PathBuf> {
        let (uid, gid) = self.drop_to?;
        let mut parents: Vec<&Path> = path.ancestors().skip(1).collect();
        parents.reverse();
        parents
            .into_iter()
            .find(|parent| {
                !fs::metadata(parent)
                    .is_ok_and(|m| may_enter(m.mode(), m.uid() == uid, m.gid() == gid))
            })
            .map(Path::to_path_buf)
    }
}

fn may_enter(mode: u32, is_owner: bool, is_group: bool) -> bool {
    let bit = if is_owner {
        0o100
    } else if is_group {
        0o010
    } else {
        0o001
    };
    mode & bit != 0
}

fn parse_passwd(passwd: &str, user: &str) -> Option<(u32, u32)> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let found = fields.next()? == user;
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        found.then_some((uid, gid))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_uid_and_gid_of_the_named_user_alone() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\n\nbroken\npostgres:x:101:104:admin,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(parse_passwd(passwd, "postgres"), Some((101, 104)));
        assert_eq!(parse_passwd(passwd, "nobody"), None);
    }

    #[test]
    fn the_nearest_class_alone_decides() {
        assert!(may_enter(0o755, false, false));
        assert!(!may_enter(0o750, false, false));
        assert!(may_enter(0o750, false, true));
        assert!(
            !may_enter(0o077, true, true),
            "the owner's bits hold for the owner, also when others have more"
        );
    }
}

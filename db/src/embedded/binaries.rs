//! Where the system's Postgres binaries are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::EmbeddedError;

/// Debian and Red Hat keep each major version in a folder of its own, outside PATH.
const VERSIONED: [(&str, &str); 2] = [("/usr/lib/postgresql", ""), ("/usr", "pgsql-")];

/// A folder with `initdb` and `postgres` of one major version.
#[derive(Debug, Clone)]
pub(super) struct Binaries {
    folder: PathBuf,
    major: u32,
}

impl Binaries {
    /// The newest version there is or, for data that exists, the version that made it (`PG_VERSION` in `cluster`).
    ///
    /// # Errors
    /// [`EmbeddedError::Missing`] without any, [`EmbeddedError::Version`] when only the wrong ones are there.
    pub(super) fn find(home: &Path, cluster: &Path) -> Result<Self, EmbeddedError> {
        let mut all = versioned();
        if let Some(found) = on_path() {
            all.push(found);
        }
        all.sort_by_key(|b| std::cmp::Reverse(b.major));
        if all.is_empty() {
            return Err(EmbeddedError::Missing);
        }
        let wanted = fs::read_to_string(cluster.join("PG_VERSION")).ok();
        let Some(wanted) = wanted.map(|v| v.trim().to_owned()) else {
            return all.into_iter().next().ok_or(EmbeddedError::Missing);
        };
        all.into_iter()
            .find(|b| b.major.to_string() == wanted)
            .ok_or_else(|| EmbeddedError::Version {
                folder: home.to_path_buf(),
                version: wanted,
            })
    }

    /// The path of one program, such as `initdb`.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn has_server(folder: &Path) -> bool {
    folder.join("initdb").is_file() && folder.join("postgres").is_file()
}

fn versioned() -> Vec<Binaries> {
    let mut found = Vec::new();
    for (base, prefix) in VERSIONED {
        let Ok(entries) = fs::read_dir(base) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let major = name
                .to_str()
                .and_then(|n| n.strip_prefix(prefix))
                .and_then(|n| n.parse().ok());
            let folder = entry.path().join("bin");
            if let Some(major) = major
                && has_server(&folder)
            {
                found.push(Binaries { folder, major });
            }
        }
    }
    found
}

fn on_path() -> Option<Binaries> {
    let path = env::var_os("PATH")?;
    let folder = env::split_paths(&path).find(|folder| has_server(folder))?;
    let said = Command::new(folder.join("postgres"))
        .arg("--version")
        .output()
        .ok()?;
    let major = parse_major(&String::from_utf8_lossy(&said.stdout))?;
    Some(Binaries { folder, major })
}

/// `postgres (PostgreSQL) 15.8 (Debian 15.8-0+deb12u1)` → 15.
fn parse_major(version: &str) -> Option<u32> {
    let number = version.split_whitespace().nth(2)?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(
            parse_major("postgres (PostgreSQL) 15.8 (Debian 15.8-0+deb12u1)"),
            Some(15)
        );
        assert_eq!(parse_major("postgres (PostgreSQL) 18beta2"), Some(18));
        assert_eq!(parse_major("postgres"), None);
    }
}

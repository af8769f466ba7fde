//! Programs that the tests bring along and that no crate can be: the Python of `tests/requirements.txt`, PgBouncer.
//! `scripts/setup test` installs both.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

const REQUIREMENTS: &str = include_str!("../requirements.txt");

/// The Python that has what `tests/requirements.txt` asks for: `SADU_PYTHON`, or where `scripts/setup test` puts it.
pub(crate) fn python() -> PathBuf {
    let python = std::env::var_os("SADU_PYTHON").map_or_else(installed, PathBuf::from);
    assert!(
        python.exists(),
        "{} is not there: `scripts/setup test` installs it",
        python.display()
    );
    python
}

/// A command of that Python's, such as `schemathesis`.
pub(crate) fn python_command(name: &str) -> Command {
    let mut command = Command::new(python().with_file_name(name));
    command.stdin(Stdio::null()).env("NO_COLOR", "1");
    command
}

fn installed() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(
        || Path::new(&std::env::var_os("HOME").unwrap()).join(".cache"),
        PathBuf::from,
    );
    let contents = hex::encode(Sha256::digest(REQUIREMENTS));
    cache
        .join("sadu")
        .join(format!("python-{}", &contents[..16]))
        .join("bin/python")
}

#[test]
fn the_python_tools_are_those_that_the_file_names() {
    let wanted: Vec<&str> = REQUIREMENTS
        .lines()
        .filter(|line| line.contains("=="))
        .collect();
    let script = "import importlib.metadata as m, sys\n\
        for line in sys.argv[1:]:\n    \
            name, version = line.split('==')\n    \
            assert m.version(name.split('[')[0]) == version, line";
    let ran = Command::new(python())
        .args(["-c", script])
        .args(&wanted)
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let ran = python_command("schemathesis")
        .arg("--version")
        .output()
        .unwrap();
    assert!(ran.status.success());
}

//! Draws in a child process: it has no environment, few rights and little time, and whatever a picture does to it, it does to it alone.

use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use sadu_domain::media::{MediaRefusal, PictureType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::answer;
use super::draw::Drawing;

/// Longest wait for an answer, by the clock on the wall.
const PATIENCE: Duration = Duration::from_secs(10);

/// All of the child's environment. Of addresses, in KiB: what the allocator lays by unless told would now and then not fit within the
/// child's limits.
pub const ENVIRONMENT: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "65536");

/// How the child is started.
#[derive(Debug, Clone)]
pub struct Apart {
    /// This program.
    pub program: PathBuf,
}

impl Apart {
    /// This very program again.
    ///
    /// # Errors
    /// When the system does not tell where it lies.
    pub fn this_program() -> io::Result<Self> {
        Ok(Self {
            program: std::env::current_exe()?,
        })
    }
}

/// What became of one picture.
///
/// # Errors
/// When the child could not be started or spoken to at all: nothing is said about the picture then.
pub async fn draw_apart(
    apart: &Apart,
    declared: PictureType,
    original: &[u8],
) -> io::Result<Result<Drawing, MediaRefusal>> {
    let mut child = Command::new(&apart.program)
        .args(["media-child", declared.as_str()])
        .env_clear()
        .env(ENVIRONMENT.0, ENVIRONMENT.1)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let Ok(talked) = tokio::time::timeout(PATIENCE, talk(&mut child, original)).await else {
        child.kill().await?;
        return Ok(Err(MediaRefusal::TooDemanding));
    };
    let (said, status) = talked?;
    Ok(answer::read(&said)
        .filter(|_| status.success())
        .unwrap_or_else(|| Err(ended(status))))
}

async fn talk(child: &mut Child, original: &[u8]) -> io::Result<(Vec<u8>, ExitStatus)> {
    let piped = || io::Error::other("the child process for pictures has no pipes");
    let mut into = child.stdin.take().ok_or_else(piped)?;
    let mut out = child.stdout.take().ok_or_else(piped)?.take(answer::MOST);
    let mut said = Vec::new();
    let (_, heard) = tokio::join!(
        async {
            // A child that ended already does not read: what it ended with counts.
            let _ = into.write_all(original).await;
            drop(into);
        },
        out.read_to_end(&mut said)
    );
    heard?;
    drop(out);
    Ok((said, child.wait().await?))
}

/// A child that gave no answer: the system ended it at one of its limits, or a decoder gave up.
fn ended(status: ExitStatus) -> MediaRefusal {
    if status.code().is_some() {
        MediaRefusal::Broken
    } else {
        MediaRefusal::TooDemanding
    }
}

//! `sadu media-child TYPE`: reads a picture from standard input, writes what became of it to standard output, and can do nothing else.

use std::io::{Read, Write};

use anyhow::Context;
use rustix::process::{Resource, Rlimit, setrlimit};
use sadu_domain::media::{MediaRefusal, ORIGINAL_MAX, PictureType};

use super::answer;
use super::draw::draw;

/// Memory that it may write to, in bytes; decoding keeps within half of it.
const DATA: u64 = 240 * 1024 * 1024;
/// Addresses, its own program among them, in bytes.
const ADDRESSES: u64 = 2 * 1024 * 1024 * 1024;
/// Processor time, in seconds.
const CPU: u64 = 8;
/// Standard input, output and error are open; nothing else ever is.
const FILES: u64 = 3;

/// Reads, draws, answers.
///
/// # Errors
/// When it cannot be confined, or nobody listens.
pub fn run(declared: PictureType) -> anyhow::Result<()> {
    confine().context("the process could not be confined")?;
    let most = u64::try_from(ORIGINAL_MAX)?.saturating_add(1);
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    let outcome = if u64::try_from(bytes.len())? < most {
        draw(declared, &bytes)
    } else {
        Err(MediaRefusal::Differs)
    };
    let mut out = std::io::stdout().lock();
    answer::write(&mut out, outcome)?;
    out.flush()?;
    Ok(())
}

/// Takes away what a decoder never needs, before the first byte is read.
fn confine() -> rustix::io::Result<()> {
    let limits = [
        (Resource::Data, DATA),
        (Resource::As, ADDRESSES),
        (Resource::Cpu, CPU),
        (Resource::Nofile, FILES),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
        (Resource::Nproc, 0),
    ];
    for (resource, most) in limits {
        setrlimit(
            resource,
            Rlimit {
                current: Some(most),
                maximum: Some(most),
            },
        )?;
    }
    Ok(())
}

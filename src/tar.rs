//! A tar archive (POSIX ustar), written as it is sent: a header, the file, and zeros up to a whole block.
//!
//! Files are small pieces whose length is known, so nothing but the piece at hand is in memory.

/// Everything in a tar is a multiple of this.
const BLOCK: usize = 512;
/// Longest name of a file.
const NAME: usize = 100;

/// One file with its header and padding; `None` when the name is longer than a hundred bytes. `seconds` since 1970.
#[must_use]
pub(crate) fn file(name: &str, seconds: u64, content: &[u8]) -> Option<Vec<u8>> {
    if name.is_empty() || name.len() > NAME {
        return None;
    }
    let mut header = Vec::with_capacity(BLOCK);
    field(&mut header, name.as_bytes(), NAME);
    for (number, width) in [(0o600, 8), (0, 8), (0, 8)] {
        octal(&mut header, number, width);
    }
    octal(&mut header, u64::try_from(content.len()).ok()?, 12);
    octal(&mut header, seconds, 12);
    let sum_at = header.len();
    // The sum is made as if its own field held spaces.
    field(&mut header, b"        ", 8);
    field(&mut header, b"0", 1);
    field(&mut header, b"", NAME);
    field(&mut header, b"ustar\x0000", 8);
    header.resize(BLOCK, 0);
    let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
    let sum = format!("{sum:06o}\0 ");
    for (to, from) in header.iter_mut().skip(sum_at).zip(sum.bytes()) {
        *to = from;
    }
    header.extend_from_slice(content);
    header.resize(header.len().next_multiple_of(BLOCK), 0);
    Some(header)
}

/// What ends an archive.
#[must_use]
pub(crate) fn end() -> Vec<u8> {
    vec![0; BLOCK.saturating_mul(2)]
}

/// Bytes, and zeros up to `width`.
fn field(header: &mut Vec<u8>, bytes: &[u8], width: usize) {
    header.extend_from_slice(bytes);
    header.resize(
        header
            .len()
            .saturating_add(width.saturating_sub(bytes.len())),
        0,
    );
}

/// An octal number with leading zeros and a zero byte behind.
fn octal(header: &mut Vec<u8>, number: u64, width: usize) {
    let digits = width.saturating_sub(1);
    field(header, format!("{number:0digits$o}").as_bytes(), width);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    #[test]
    fn a_header_is_as_the_standard_says() {
        let tar = file("a/b.txt", 1_700_000_000, b"hello").unwrap();
        assert_eq!(tar.len(), 2 * BLOCK);
        assert_eq!(&tar[..8], b"a/b.txt\0");
        assert_eq!(&tar[124..136], b"00000000005\0");
        assert_eq!(&tar[257..265], b"ustar\x0000");
        assert_eq!(&tar[BLOCK..BLOCK + 6], b"hello\0");
        assert!(file(&"x".repeat(101), 0, b"").is_none());
    }

    #[test]
    fn tar_itself_reads_it() {
        let mut archive = file("one.jsonl", 0, b"{}\n").unwrap();
        archive.extend(file("empty", 0, b"").unwrap());
        archive.extend(file("large", 0, &vec![b'x'; 70_000]).unwrap());
        archive.extend(end());
        let mut reader = Command::new("tar")
            .args(["-tvf", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        reader.stdin.take().unwrap().write_all(&archive).unwrap();
        let read = reader.wait_with_output().unwrap();
        let listed = String::from_utf8(read.stdout).unwrap();
        assert!(read.status.success(), "{listed}");
        for (name, size) in [("one.jsonl", " 3 "), ("empty", " 0 "), ("large", " 70000 ")] {
            let line = listed.lines().find(|line| line.ends_with(name)).unwrap();
            assert!(line.contains(size), "{line}");
        }
    }
}

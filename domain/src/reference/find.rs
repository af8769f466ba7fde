//! Finding references inside longer texts: bank memos ("TRF/NKH 229 5041 781/THANKS"), chat messages.
//!
//! One text position in a hundred would pass the check by chance, so a place where the reference stands by itself wins
//! over one inside a run of letters and digits, and at most two of its ten digits may be letters in disguise.

use super::{Reference, essential};
use crate::arabic::latin_digit;

/// Texts longer than this are looked at only so far: memos and messages are shorter.
const MAX_CHARACTERS: usize = 4000;

/// Every different reference, in order of appearance.
pub(super) fn all(text: &str) -> Vec<Reference> {
    let end = text
        .char_indices()
        .nth(MAX_CHARACTERS)
        .map_or(text.len(), |(i, _)| i);
    let text = text.get(..end).unwrap_or_default();
    let (bytes, edges) = flatten(text);
    let mut found = scan(&bytes, |start, end| {
        is_edge(&edges, start) && is_edge(&edges, end)
    });
    if found.is_empty() {
        found = scan(&bytes, |_, _| true);
    }
    found
}

/// The essential characters, and for each position (and the end) whether a word begins or ends there.
fn flatten(text: &str) -> (Vec<u8>, Vec<bool>) {
    let (mut bytes, mut edges) = (
        Vec::with_capacity(text.len()),
        Vec::with_capacity(text.len() + 1),
    );
    let mut edge = true;
    for word in text.split(|c: char| !latin_digit(c).is_alphanumeric()) {
        for byte in essential(word) {
            bytes.push(byte);
            edges.push(edge);
            edge = false;
        }
        edge = true;
    }
    edges.push(true);
    (bytes, edges)
}

fn is_edge(edges: &[bool], at: usize) -> bool {
    edges.get(at).copied().unwrap_or(false)
}

fn scan(bytes: &[u8], allowed: impl Fn(usize, usize) -> bool) -> Vec<Reference> {
    let mut found: Vec<Reference> = Vec::new();
    let mut at = 0;
    while let Some(window) = bytes.get(at..).and_then(|rest| rest.first_chunk::<13>()) {
        let disguised = window
            .iter()
            .skip(3)
            .filter(|b| !b.is_ascii_digit())
            .count();
        let reference = if disguised <= 2 && allowed(at, at + 13) {
            Reference::from_essential(*window).ok()
        } else {
            None
        };
        match reference {
            Some(reference) => {
                if !found.contains(&reference) {
                    found.push(reference);
                }
                at += 13;
            }
            None => at += 1,
        }
    }
    found
}

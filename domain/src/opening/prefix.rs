//! What the references of a new tenant begin with.

use crate::error::{Code, FieldError};
use crate::reference::ReferencePrefix;

/// Letters of a reference prefix: none that is taken for a digit.
const LETTERS: &str = "ABCDEFGHJKMNPRSTUVWXYZ";
/// Prefixes that are tried when none is asked for.
pub(super) const TRIED: usize = 400;

/// The one that was asked for, or those that the slug suggests: its letters in their order, then the name's, then any.
pub(super) fn prefixes(
    typed: Option<&str>,
    slug: &str,
    name: &str,
) -> Result<Vec<ReferencePrefix>, FieldError> {
    if let Some(typed) = typed.map(str::trim).filter(|typed| !typed.is_empty()) {
        let asked = typed.to_ascii_uppercase().parse();
        return asked
            .map(|prefix| vec![prefix])
            .map_err(|_| FieldError::new("reference_prefix", Code::TenantPrefixInvalid));
    }
    let spoken = format!("{slug}{name}").to_ascii_uppercase();
    let letters: Vec<char> = spoken
        .chars()
        .chain(LETTERS.chars())
        .filter(|letter| LETTERS.contains(*letter))
        .collect();
    let from = |at: usize| letters.iter().enumerate().skip(at);
    let candidates = from(0).flat_map(|(i, a)| {
        from(i.saturating_add(1)).flat_map(move |(j, b)| {
            from(j.saturating_add(1)).map(move |(_, c)| format!("{a}{b}{c}"))
        })
    });
    let mut found: Vec<ReferencePrefix> = Vec::new();
    for prefix in candidates.filter_map(|candidate| candidate.parse().ok()) {
        if !found.contains(&prefix) {
            found.push(prefix);
        }
        if found.len() >= TRIED {
            break;
        }
    }
    Ok(found)
}

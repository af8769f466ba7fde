use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;

/// Names of commands, of events and of files that are spelt like actions and are written into no log.
const NO_ACTIONS: &[&str] = &[
    "invitation.note_reuse",
    "item.move",
    "item.pause_unlicensed",
    "logo.announce",
    "media.finish",
    "media.forget",
    "order.placed",
    "session.claim_renewal",
    "session.keep_refresh",
    "session.touch",
    "settings.ini",
    "support.leave",
    "tenant.prune",
    "user.bind_bearer",
    "user.change",
];

/// Nouns of actions.
const NOUNS: &[&str] = &[
    "audit",
    "bank",
    "domain",
    "donor",
    "invitation",
    "item",
    "job",
    "keys",
    "logo",
    "media",
    "order",
    "page",
    "plan",
    "session",
    "settings",
    "subject",
    "support",
    "tenant",
    "terms",
    "user",
];

#[test]
fn every_word_is_written_in_its_own_script() {
    let arabic = |text: &str| text.chars().any(|c| ('\u{0600}'..='\u{06FF}').contains(&c));
    let tables = [
        Trail::ALL,
        ACTIONS,
        FIELDS,
        THINGS,
        names::ACTIONS,
        names::PLATFORM,
        names::FIELDS,
        names::VALUES,
        names::THINGS,
    ];
    for (name, ar, en) in tables.concat() {
        assert!(arabic(ar) && !arabic(en), "{name}: {ar} / {en}");
    }
}

fn sources(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs" || e == "sql") {
            into.push(path);
        }
    }
}

/// What looks like an action in a source: a noun and a verb between quotes.
fn actions_in(text: &str, quote: char) -> impl Iterator<Item = &str> {
    text.split(quote).filter(|word| {
        word.split_once('.').is_some_and(|(noun, verb)| {
            let letters = |c: char| c.is_ascii_lowercase() || c == '_';
            NOUNS.contains(&noun) && !verb.is_empty() && verb.chars().all(letters)
        })
    })
}

/// Read from the sources of everything that writes an entry, so that a new action without words fails.
#[test]
fn every_action_that_is_written_has_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for dir in [
        "actors/src",
        "db/src",
        "src/demo",
        "src/api/platform",
        "src/auth",
        "migrations",
    ] {
        sources(&root.join(dir), &mut files);
    }
    let mut found: BTreeSet<String> = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let quote = if file.extension().is_some_and(|e| e == "sql") {
            '\''
        } else {
            '"'
        };
        found.extend(actions_in(&text, quote).map(str::to_owned));
    }
    found.retain(|name| !NO_ACTIONS.contains(&name.as_str()));
    assert!(found.contains("item.edit") && found.contains("tenant.close"));
    let mute: Vec<&String> = found
        .iter()
        .filter(|name| action(name, Lang::Ar) == **name || action(name, Lang::En) == **name)
        .collect();
    assert!(mute.is_empty(), "no words for {mute:?}");
}

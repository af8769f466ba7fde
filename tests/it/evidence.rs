//! What the documents say proves something is there: every file and every test that `docs/asvs.md`, `docs/threat-model.md` and the
//! written rules name, and every requirement of ASVS 5.0 at levels 1 and 2 by its number. What attackers' tools need is there too.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use utoipa::OpenApi;

/// Requirements of levels 1 and 2 in each section of the standard: their numbers go from 1 to this, those of level 3 come after.
const SECTIONS: &[(&str, u32)] = &[
    ("1.1", 2),
    ("1.2", 9),
    ("1.3", 11),
    ("1.4", 3),
    ("1.5", 2),
    ("2.1", 3),
    ("2.2", 3),
    ("2.3", 4),
    ("2.4", 1),
    ("3.2", 2),
    ("3.3", 4),
    ("3.4", 6),
    ("3.5", 5),
    ("3.7", 2),
    ("4.1", 3),
    ("4.2", 1),
    ("4.3", 2),
    ("4.4", 4),
    ("5.1", 1),
    ("5.2", 3),
    ("5.3", 2),
    ("5.4", 3),
    ("6.1", 3),
    ("6.2", 12),
    ("6.3", 4),
    ("6.4", 4),
    ("6.5", 5),
    ("6.6", 3),
    ("6.8", 4),
    ("7.1", 3),
    ("7.2", 4),
    ("7.3", 2),
    ("7.4", 5),
    ("7.5", 2),
    ("7.6", 2),
    ("8.1", 2),
    ("8.2", 3),
    ("8.3", 1),
    ("8.4", 1),
    ("9.1", 3),
    ("9.2", 4),
    ("10.1", 2),
    ("10.2", 2),
    ("10.3", 4),
    ("10.4", 11),
    ("10.5", 5),
    ("10.6", 2),
    ("10.7", 3),
    ("11.1", 2),
    ("11.2", 3),
    ("11.3", 3),
    ("11.4", 4),
    ("11.5", 1),
    ("11.6", 1),
    ("12.1", 3),
    ("12.2", 2),
    ("12.3", 4),
    ("13.1", 1),
    ("13.2", 5),
    ("13.3", 2),
    ("13.4", 5),
    ("14.1", 2),
    ("14.2", 4),
    ("14.3", 3),
    ("15.1", 3),
    ("15.2", 3),
    ("15.3", 7),
    ("16.1", 1),
    ("16.2", 5),
    ("16.3", 4),
    ("16.4", 3),
    ("16.5", 3),
    ("17.1", 1),
    ("17.2", 4),
    ("17.3", 2),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn document(name: &str) -> String {
    std::fs::read_to_string(root().join("docs").join(name)).unwrap()
}

/// The names of all functions in the sources of all crates.
fn functions() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders: Vec<PathBuf> = ["src", "tests", "db", "domain", "actors", "gateways"]
        .map(|name| root().join(name))
        .into();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("node_modules") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let names = text.split("fn ").skip(1).map(|rest| {
                    let end = rest.find(|c: char| c != '_' && !c.is_ascii_alphanumeric());
                    rest[..end.unwrap_or(rest.len())].to_owned()
                });
                found.extend(names);
            }
        }
    }
    found
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// A path of this repository, not one of a page.
fn is_path(name: &str) -> bool {
    let first = name.split('/').next().unwrap_or_default();
    let below = name.contains('/') && !first.is_empty() && root().join(first).is_dir();
    below
        || [".toml", ".lock", ".dockerignore"]
            .iter()
            .any(|end| name.ends_with(end))
}

/// A test's name: four words or more.
fn is_test(name: &str) -> bool {
    name.split('_').count() >= 4
        && name
            .bytes()
            .all(|b| b == b'_' || b.is_ascii_lowercase() || b.is_ascii_digit())
}

#[test]
fn the_documents_name_what_is_there() {
    let functions = functions();
    for (name, least) in [
        ("asvs.md", (10, 10)),
        ("threat-model.md", (10, 10)),
        ("input-rules.md", (10, 0)),
        ("security-rules.md", (2, 0)),
    ] {
        let text = document(name);
        let (mut paths, mut tests) = (0, 0);
        for quoted in quoted(&text) {
            if is_path(quoted) {
                assert!(
                    root().join(quoted).exists(),
                    "{name}: {quoted} is not there"
                );
                paths += 1;
            } else if is_test(quoted) {
                assert!(functions.contains(quoted), "{name}: no test {quoted}");
                tests += 1;
            }
        }
        assert!(
            paths > least.0 && tests >= least.1,
            "{name}: {paths} paths, {tests} tests"
        );
    }
}

#[test]
fn attackers_have_a_good_body_for_every_write_of_the_contract() {
    let samples = std::fs::read_to_string(root().join("tests/attack/samples.py")).unwrap();
    let documents = [
        sadu::api::docs::Contract::openapi(),
        sadu::api::platform::docs::Contract::openapi(),
    ];
    let mut writes = 0;
    for document in documents {
        let document = serde_json::to_value(document).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                if operation.get("requestBody").is_some() {
                    let name = format!("\"{} {path}\"", method.to_uppercase());
                    assert!(
                        samples.contains(&name),
                        "say in tests/attack/samples.py what a good body of {name} is"
                    );
                    writes += 1;
                }
            }
        }
    }
    assert!(writes > 15, "{writes}");
}

/// The numbers of a row: one, or the first and the last of several of one section.
fn numbers(cell: &str) -> Vec<String> {
    let (from, to) = cell.split_once('–').unwrap_or((cell, cell));
    let (section, first) = from.rsplit_once('.').unwrap();
    let (same, last) = to.rsplit_once('.').unwrap();
    assert_eq!(section, same, "{cell}");
    let range = first.parse::<u32>().unwrap()..=last.parse().unwrap();
    range.map(|n| format!("{section}.{n}")).collect()
}

#[test]
fn every_requirement_of_the_standard_has_its_row() {
    let text = document("asvs.md");
    let (mut had, mut counted) = (Vec::new(), [0, 0, 0]);
    let states = ["met", "open", "not applicable"];
    for row in text
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains('.'))
    {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [cell, what, state, evidence] = cells[..] else {
            panic!("not four cells: {row}");
        };
        let of_row = numbers(cell);
        let state = states
            .iter()
            .position(|s| *s == state)
            .unwrap_or_else(|| panic!("{row}"));
        assert!(!what.is_empty() && !evidence.is_empty(), "{row}");
        // T64 and the like are names too: they stand in names of tests.
        let shown = quoted(evidence).any(|name| is_path(name) || is_test(name));
        assert!(shown || states[state] != "met", "nothing shows it: {row}");
        counted[state] += of_row.len();
        had.extend(of_row);
    }
    let wanted: Vec<String> = SECTIONS
        .iter()
        .flat_map(|(section, last)| (1..=*last).map(move |n| format!("{section}.{n}")))
        .collect();
    assert_eq!(had, wanted);
    let [met, open, beside] = counted;
    let said = format!(
        "All {} of levels 1 and 2 are here: {met} met, {open} open, {beside} not applicable.",
        had.len()
    );
    assert!(text.contains(&said), "the head should say: {said}");
}

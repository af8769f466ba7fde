use super::*;
use sadu_domain::tenant::Digits;
use serde_json::json;

/// Field, before and after of a diff, each value's texts joined.
fn told(thing: &str, action: &str, diff: &Value) -> Vec<[String; 3]> {
    let item: Uuid = "0190aaaa-0000-7000-8000-000000000007"
        .parse()
        .unwrap_or_default();
    let names = HashMap::from([(item, "A well".to_owned())]);
    let teller = Teller {
        lang: Lang::En,
        numerals: Numerals {
            lang: Lang::En,
            digits: Digits::Latin,
        },
        when: &|at| at.format("%d/%m").to_string(),
        names: &names,
    };
    let joined = |parts: Vec<Part>| {
        let texts: Vec<String> = parts.into_iter().map(|part| part.text).collect();
        texts.join("|")
    };
    teller
        .changes(thing, action, diff)
        .into_iter()
        .map(|change| [change.field, joined(change.before), joined(change.after)])
        .collect()
}

fn row(field: &str, before: &str, after: &str) -> [String; 3] {
    [field, before, after].map(str::to_owned)
}

#[test]
fn what_did_not_change_is_left_out() {
    let diff = json!({
        "before": { "target": 1_000_000, "title": { "ar": "بئر", "en": "Well" }, "kind": "project" },
        "after": { "target": 2_000_000, "title": { "ar": "بئر", "en": "A well" }, "kind": "project" },
        "reason": "Steel costs more",
    });
    assert_eq!(
        told("item", "item.edit", &diff),
        [
            row("Target", "KWD 1,000.000", "KWD 2,000.000"),
            row("Heading", "Well", "A well"),
            row("Reason", "", "Steel costs more"),
        ]
    );
    let same = json!({ "before": { "alt": { "ar": "", "en": "" } }, "after": { "alt": { "ar": "", "en": "" }, "position": null } });
    assert!(told("media", "media.edit", &same).is_empty());
}

#[test]
fn ids_are_names_and_hashes_are_short() {
    let sha = "0123456789abcdef".repeat(4);
    let diff = json!({ "after": { "item": "0190aaaa-0000-7000-8000-000000000007", "sha256": sha, "bytes": 20 } });
    assert_eq!(
        told("media", "media.announce", &diff),
        [
            row("Bytes", "", "20"),
            row("Item", "", "A well"),
            row("Fingerprint of the file", "", "0123456789ab"),
        ]
    );
    let unknown = json!({ "owner": "0190aaaa-0000-7000-8000-0000000000ff" });
    assert_eq!(
        told("order", "subject.claim", &unknown),
        [row("With", "", "0000000000ff")]
    );
}

#[test]
fn states_are_words_and_one_value_is_one_change() {
    let diff = json!({ "before": "active", "after": "suspended", "reason": "Licence expired" });
    assert_eq!(
        told("tenant", "tenant.suspend", &diff),
        [
            row("Status", "Active", "Switched off"),
            row("Reason", "", "Licence expired"),
        ]
    );
    let diff = json!({ "before": { "status": "draft" }, "after": { "status": "active", "licence_until": "2026-11-24T00:00:00Z" } });
    assert_eq!(
        told("item", "item.publish", &diff),
        [
            row("Status", "Draft", "Published"),
            row("The licence ended on", "", "24/11"),
        ]
    );
    let plan = json!({ "before": "start", "after": "grow" });
    assert_eq!(
        told("tenant", "tenant.set_plan", &plan),
        [row("Plan", "start", "grow")]
    );
}

#[test]
fn each_language_of_a_text_stands_by_itself() {
    let names = HashMap::new();
    let teller = Teller {
        lang: Lang::Ar,
        numerals: Numerals {
            lang: Lang::Ar,
            digits: Digits::Latin,
        },
        when: &|_| String::new(),
        names: &names,
    };
    let diff = json!({ "after": { "summary": { "ar": "ماء.", "en": "Water." }, "story": { "ar": "", "en": "" } } });
    let changes = teller.changes("item", "item.create", &diff);
    let parts: Vec<_> = changes
        .iter()
        .flat_map(|change| &change.after)
        .map(|part| (part.lang, part.text.as_str()))
        .collect();
    assert_eq!(parts, [(Some("ar"), "ماء."), (Some("en"), "Water.")]);
}

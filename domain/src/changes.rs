//! What differs between two states of one thing: told to whoever saved it, and to whoever would have overwritten somebody else's work.

use serde::Serialize;
use serde_json::Value;

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Path of the field: `name.ar`.
    pub field: String,
    /// As it was; empty where there was nothing.
    pub before: String,
    /// As it is.
    pub after: String,
}

/// The fields that differ between two states, as texts, in the order of their names.
#[must_use]
pub fn differences(before: &impl Serialize, after: &impl Serialize) -> Vec<Change> {
    let (mut was, mut is) = (Vec::new(), Vec::new());
    flatten("", &value(before), &mut was);
    flatten("", &value(after), &mut is);
    let text = |of: &[(String, String)], field: &str| {
        of.iter()
            .find(|(name, _)| name == field)
            .map(|(_, text)| text.clone())
            .unwrap_or_default()
    };
    let mut fields: Vec<&String> = was.iter().chain(&is).map(|(field, _)| field).collect();
    fields.sort_unstable();
    fields.dedup();
    fields
        .into_iter()
        .map(|field| Change {
            field: field.clone(),
            before: text(&was, field),
            after: text(&is, field),
        })
        .filter(|change| change.before != change.after)
        .collect()
}

fn value(of: &impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or_default()
}

fn flatten(path: &str, value: &Value, fields: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                let joined = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                flatten(&joined, inner, fields);
            }
        }
        // Texts in a list are one field; things with fields of their own are told one by one.
        Value::Array(list) if list.iter().any(Value::is_object) => {
            for (n, inner) in list.iter().enumerate() {
                flatten(&format!("{path}[{n}]"), inner, fields);
            }
        }
        other => fields.push((path.to_owned(), text(other))),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join(" · "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_differs_is_told_by_its_path() {
        let before =
            json!({ "name": { "ar": "أ", "en": "A" }, "list": ["x"], "licence": null, "on": true });
        let after = json!({ "name": { "ar": "أ", "en": "B" }, "list": ["x", "y"], "licence": { "number": "7" }, "on": true });
        let told: Vec<(String, String, String)> = differences(&before, &after)
            .into_iter()
            .map(|change| (change.field, change.before, change.after))
            .collect();
        let expected = [
            ("licence.number", "", "7"),
            ("list", "x", "x · y"),
            ("name.en", "A", "B"),
        ]
        .map(|(field, was, is)| (field.to_owned(), was.to_owned(), is.to_owned()));
        assert_eq!(told, expected);
        assert!(differences(&before, &before).is_empty());
        let before = json!({ "faq": [{ "q": "a" }, { "q": "b" }] });
        let after = json!({ "faq": [{ "q": "a" }, { "q": "c" }, { "q": "d" }] });
        let told: Vec<String> = differences(&before, &after)
            .into_iter()
            .map(|change| format!("{}: {} > {}", change.field, change.before, change.after))
            .collect();
        assert_eq!(told, ["faq[1].q: b > c", "faq[2].q:  > d"]);
    }
}

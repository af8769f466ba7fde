//! Before and after, as an audit entry keeps them.

use serde_json::{Map, Value};

/// The fields that differ, before and after; empty when nothing does.
pub(super) fn changes(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Map<String, Value> {
    let differing = |of: &Map<String, Value>, other: &Map<String, Value>| -> Map<String, Value> {
        of.iter()
            .filter(|(field, value)| other.get(*field) != Some(value))
            .map(|(field, value)| (field.clone(), value.clone()))
            .collect()
    };
    let (was, is) = (differing(before, after), differing(after, before));
    let mut diff = Map::new();
    if !was.is_empty() || !is.is_empty() {
        diff.insert("before".to_owned(), Value::Object(was));
        diff.insert("after".to_owned(), Value::Object(is));
    }
    diff
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_differs_is_kept() {
        let map = |value: Value| value.as_object().cloned().unwrap_or_default();
        let before = map(json!({ "a": 1, "b": 2 }));
        assert!(changes(&before, &before).is_empty());
        let diff = changes(&before, &map(json!({ "a": 1, "b": 3 })));
        assert_eq!(
            Value::Object(diff),
            json!({ "before": { "b": 2 }, "after": { "b": 3 } })
        );
    }
}

//! What holds for every operation of an OpenAPI document, so that handlers say only what is their own: the failures that any
//! of them may answer with, each an `application/problem+json` ([`crate::error::Problem`]).

use serde_json::{Map, Value, json};

/// Adds to a document what its operations leave unsaid.
pub fn complete(document: &mut Value) {
    let operations = document
        .get_mut("paths")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
        .flat_map(|(path, item)| {
            let operations = item.as_object_mut().into_iter().flatten();
            operations.map(move |(_, operation)| (path.as_str(), operation))
        });
    for (path, operation) in operations {
        let failures = failures(path, operation);
        let responses = operation
            .as_object_mut()
            .map(|o| o.entry("responses").or_insert_with(|| json!({})));
        if let Some(responses) = responses.and_then(Value::as_object_mut) {
            say(responses, &failures);
        }
    }
}

/// Statuses that this operation may answer with whatever its handler does, and when.
fn failures(path: &str, operation: &Value) -> Vec<(&'static str, &'static str)> {
    let has = |pointer: &str, value: &str| {
        operation
            .get("parameters")
            .and_then(Value::as_array)
            .is_some_and(|all| {
                all.iter()
                    .any(|p| p.get(pointer).and_then(Value::as_str) == Some(value))
            })
    };
    let guarded = ["/api/v1/admin/", "/api/v1/me", "/api/v1/platform/"]
        .iter()
        .any(|start| path.starts_with(start));
    let body = operation.get("requestBody").is_some();
    let query = has("in", "query");
    [
        (body || query, "400", "It could not be read."),
        (guarded, "401", "Nobody is signed in, or not any more."),
        (
            guarded,
            "403",
            "Not with this role, or not without a second factor.",
        ),
        (true, "404", "There is no such thing here."),
        (body, "413", "The body is too large."),
        (body, "415", "The body is not JSON."),
        (body || query, "422", "A field or parameter is at fault."),
        (true, "429", "Too often; come back after `Retry-After`."),
        (true, "503", "Busy; come back after `Retry-After`."),
    ]
    .into_iter()
    .filter_map(|(may, status, when)| may.then_some((status, when)))
    .collect()
}

fn say(responses: &mut Map<String, Value>, failures: &[(&'static str, &'static str)]) {
    for (status, when) in failures {
        responses
            .entry(*status)
            .or_insert_with(|| json!({ "description": when }));
    }
    let problem = json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } });
    for (status, response) in responses.iter_mut() {
        let failure = status.starts_with('4') || status.starts_with('5');
        if let (true, Some(response)) = (failure, response.as_object_mut()) {
            response.insert("content".to_owned(), problem.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_is_a_problem_and_what_a_handler_says_stays() {
        let mut document = json!({ "paths": {
            "/api/v1/admin/orders/{id}": { "get": { "responses": {
                "200": { "description": "An order." },
                "404": { "description": "No such order.", "content": { "application/json": {} } },
            } } },
            "/api/v1/orders": { "post": { "requestBody": {}, "responses": {} } },
        } });
        complete(&mut document);
        let responses = &document["paths"]["/api/v1/admin/orders/{id}"]["get"]["responses"];
        assert_eq!(responses["200"], json!({ "description": "An order." }));
        assert_eq!(responses["404"]["description"], "No such order.");
        for (status, response) in responses.as_object().unwrap() {
            let problem = response["content"].get("application/problem+json");
            assert_eq!(problem.is_some(), status != "200", "{status}");
        }
        assert!(responses.get("401").is_some() && responses.get("415").is_none());
        let public = &document["paths"]["/api/v1/orders"]["post"]["responses"];
        assert!(public.get("415").is_some() && public.get("401").is_none());
    }
}

//! Bodies of writes: JSON only, of a bounded size, and the bytes kept for the Idempotency-Key.

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use sadu_domain::error::{Code, FieldError};
use serde::Deserializer;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::error::{ApiError, ApiResult};

/// Largest JSON body, in bytes (security.md, INP-11).
pub const LIMIT: usize = 256 * 1024;
/// Deepest nesting of a JSON body, and most elements of one array.
const DEPTH: usize = 32;
const ELEMENTS: u32 = 1_000;

/// Longest path of a field that an answer repeats, in characters.
const PATH: usize = 100;

/// Reads a JSON body.
///
/// # Errors
/// 415 for another content type, 413 past the limits, 400 when it is too deep, not JSON, or JSON of another shape; the field at
/// fault is then named.
pub fn json<T: DeserializeOwned>(request: &HttpRequest, bytes: &web::Bytes) -> ApiResult<T> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|h| h.to_str().ok())
        .unwrap_or_default();
    if !kind
        .split(';')
        .next()
        .is_some_and(|k| k.trim().eq_ignore_ascii_case("application/json"))
    {
        return Err(ApiError::code(Code::RequestUnsupportedMediaType));
    }
    within(bytes)?;
    // serde takes an array for a struct as well, field by field; every body of ours is an object.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(ApiError::code(Code::RequestMalformed));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = shaped(&mut reader)?;
    reader.end().map_err(|error| malformed(&error))?;
    Ok(read)
}

/// Reads a value of a body that was read before.
///
/// # Errors
/// 400 with the field at fault.
pub fn value<T: DeserializeOwned>(value: serde_json::Value) -> ApiResult<T> {
    shaped(value)
}

fn shaped<'de, T, D>(reader: D) -> ApiResult<T>
where
    T: DeserializeOwned,
    D: Deserializer<'de, Error = serde_json::Error>,
{
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        let fields = at_fault(&path, &inner).into_iter().collect();
        ApiError {
            fields,
            ..malformed(&inner)
        }
    })
}

fn malformed(error: &serde_json::Error) -> ApiError {
    // Where it stopped, not what stood there: serde repeats the value in its message.
    let at = format!("{}:{}", error.line(), error.column());
    tracing::debug!(what = ?error.classify(), at, "a body was not read");
    ApiError::code(Code::RequestMalformed)
}

/// The field that JSON of another shape fails at. serde says what is amiss in words alone; they are never shown.
fn at_fault(path: &str, error: &serde_json::Error) -> Option<FieldError> {
    let said = error.to_string();
    let missing = said
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split_once('`'))
        .map(|(name, _)| name);
    let (path, code) = match missing {
        _ if error.classify() != Category::Data => return None,
        Some(name) if path == "." => (name.to_owned(), Code::RequestFieldRequired),
        Some(name) => (format!("{path}.{name}"), Code::RequestFieldRequired),
        None if said.starts_with("unknown field `") => (path.to_owned(), Code::RequestFieldUnknown),
        None => (path.to_owned(), Code::RequestFieldInvalid),
    };
    // The body as a whole is no field, and what does not look like a name may be anything, somebody's phone too: neither is said.
    is_name(&path).then(|| FieldError::new(path, code))
}

/// Whether it reads like the path of a field, `donor.phone` or `items[0].amount`.
fn is_name(path: &str) -> bool {
    path.len() <= PATH
        && path
            .split('.')
            .all(|part| part.starts_with(|c: char| c.is_ascii_lowercase()))
        && path
            .chars()
            .all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_' | '.' | '[' | ']'))
}

/// Looks at brackets and commas alone, before anything is built; whether it is JSON at all the reader says.
fn within(bytes: &[u8]) -> ApiResult<()> {
    // Of each open bracket: commas so far in an array, none in an object.
    let mut open: [Option<u32>; DEPTH] = [None; DEPTH];
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        if in_string {
            in_string = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                let place = open.get_mut(depth);
                *place.ok_or_else(|| ApiError::code(Code::RequestMalformed))? =
                    (*byte == b'[').then_some(0);
                depth = depth.saturating_add(1);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => {
                let inner = depth.checked_sub(1).and_then(|d| open.get_mut(d));
                if let Some(Some(commas)) = inner {
                    *commas = commas.saturating_add(1);
                    if *commas >= ELEMENTS {
                        return Err(ApiError::code(Code::RequestTooLarge));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The Idempotency-Key header.
#[must_use]
pub fn key(request: &HttpRequest) -> Option<&str> {
    request
        .headers()
        .get("idempotency-key")
        .and_then(|h| h.to_str().ok())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use sadu_domain::order::NewOrder;
    use serde_json::json;

    use super::*;

    fn code(text: &str) -> Option<Code> {
        within(text.as_bytes()).err().map(|error| error.code)
    }

    /// What a body of an order is refused with: fields and codes.
    fn refused(text: &str) -> Vec<(String, Code)> {
        let request = TestRequest::default()
            .insert_header((header::CONTENT_TYPE, "application/json"))
            .to_http_request();
        let read = json::<NewOrder>(&request, &web::Bytes::copy_from_slice(text.as_bytes()));
        let error = read.err().unwrap_or_else(|| panic!("read: {text}"));
        assert_eq!(error.code, Code::RequestMalformed, "{text}");
        error
            .fields
            .into_iter()
            .map(|f| (f.field, f.code))
            .collect()
    }

    #[test]
    fn the_field_at_fault_is_named() {
        use Code::{RequestFieldInvalid as Shape, RequestFieldUnknown as Unknown};
        for (text, field, code) in [
            (r#"{"sum":1}"#, "sum", Unknown),
            (r#"{"donor":{"nmae":"Huda"}}"#, "donor.nmae", Unknown),
            (
                r#"{"items":[{"item":"a"},{"item":"b","price":1}]}"#,
                "items[1].price",
                Unknown,
            ),
            (r#"{"kind":1}"#, "kind", Shape),
            (r#"{"items":{}}"#, "items", Shape),
            (
                r#"{"items":[{"item":"a","amount":"five"}]}"#,
                "items[0].amount",
                Shape,
            ),
            (r#"{"donor":{"anonymous":"yes"}}"#, "donor.anonymous", Shape),
            (r#"{"gift":7}"#, "gift", Shape),
        ] {
            assert_eq!(refused(text), [(field.to_owned(), code)], "{text}");
        }
        // No JSON, and JSON that is no object at all, are at no field's fault.
        for text in ["{", "", "[]", "7", r#"{"kind":"a"} x"#, r#"{"kind":"#] {
            assert!(refused(text).is_empty(), "{text}");
        }
        // What is no name is not said again: it may steer a terminal, or be somebody's own.
        let long = format!(r#"{{"{}":1}}"#, "x".repeat(PATH + 1));
        for text in [
            &long,
            r#"{"a\u001b[2J":1}"#,
            r#"{"Huda Almarzouq":1}"#,
            r#"{"+96530001234":1}"#,
            r#"{"30001234":1}"#,
        ] {
            assert!(refused(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        #[derive(Debug, serde::Deserialize)]
        struct Inner {
            #[expect(dead_code, reason = "only its absence matters")]
            sum: i64,
        }
        #[derive(Debug, serde::Deserialize)]
        struct Outer {
            #[expect(dead_code, reason = "only its absence matters")]
            inner: Inner,
        }
        for (body, field) in [(json!({}), "inner"), (json!({ "inner": {} }), "inner.sum")] {
            let error = value::<Outer>(body).unwrap_err();
            let [only] = &error.fields[..] else {
                panic!("{error:?}");
            };
            assert_eq!(
                (only.field.as_str(), only.code),
                (field, Code::RequestFieldRequired)
            );
        }
    }

    #[test]
    fn depth_has_an_end() {
        let nested = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
        assert_eq!(code(&nested(32)), None);
        assert_eq!(code(&nested(33)), Some(Code::RequestMalformed));
        let objects = format!("{}1{}", r#"{"a":"#.repeat(33), "}".repeat(33));
        assert_eq!(code(&objects), Some(Code::RequestMalformed));
        // What was closed does not count, nor what stands in a text.
        assert_eq!(code(&format!("[{}1]", "[1],".repeat(90))), None);
        assert_eq!(code(&format!(r#"{{"a":"{}"}}"#, "[".repeat(99))), None);
        assert_eq!(code(&format!(r#"{{"a":"\"{}"}}"#, "[".repeat(99))), None);
        assert_eq!(
            code(&format!(r#"{{"a":"\\",{}"#, "[".repeat(99))),
            Some(Code::RequestMalformed)
        );
        assert_eq!(code("]]]]}}}}"), None);
    }

    #[test]
    fn arrays_have_an_end() {
        let array = |n: usize| format!("[{}]", vec!["1"; n].join(","));
        assert_eq!(code(&array(1_000)), None);
        assert_eq!(code(&array(1_001)), Some(Code::RequestTooLarge));
        let inner = format!(r#"{{"a":[{{"b":{}}}]}}"#, array(1_001));
        assert_eq!(code(&inner), Some(Code::RequestTooLarge));
        // Two of them are two, and an object may have more fields.
        assert_eq!(code(&format!("[{},{}]", array(900), array(900))), None);
        let fields: Vec<String> = (0..1_500).map(|n| format!(r#""{n}":1"#)).collect();
        assert_eq!(code(&format!("{{{}}}", fields.join(","))), None);
    }
}

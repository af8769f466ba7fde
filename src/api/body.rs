//! Bodies of writes: JSON only, of a bounded size, and the bytes kept for the Idempotency-Key.

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use sadu_domain::error::Code;
use serde::de::DeserializeOwned;

use crate::error::{ApiError, ApiResult};

/// Largest JSON body, in bytes (security.md, INP-11).
pub const LIMIT: usize = 256 * 1024;
/// Deepest nesting of a JSON body, and most elements of one array.
const DEPTH: usize = 32;
const ELEMENTS: u32 = 1_000;

/// Reads a JSON body.
///
/// # Errors
/// 415 for another content type, 413 past the limits, 400 when it is too deep or not JSON of this shape.
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
    serde_json::from_slice(bytes).map_err(|error| {
        // Where it stopped, not what stood there: serde repeats the value in its message.
        let at = format!("{}:{}", error.line(), error.column());
        tracing::debug!(what = ?error.classify(), at, "a body was not read");
        ApiError::code(Code::RequestMalformed)
    })
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
    use super::*;

    fn code(text: &str) -> Option<Code> {
        within(text.as_bytes()).err().map(|error| error.code)
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

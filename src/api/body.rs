//! Bodies of writes: JSON only, of a bounded size, and the bytes kept for the Idempotency-Key.

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use sadu_domain::error::Code;
use serde::de::DeserializeOwned;

use crate::error::{ApiError, ApiResult};

/// Largest JSON body, in bytes (security.md, INP-11).
pub const LIMIT: usize = 256 * 1024;

/// Reads a JSON body.
///
/// # Errors
/// 415 for another content type, 413 past the limit, 400 when it is not JSON of this shape.
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
    serde_json::from_slice(bytes).map_err(|error| {
        tracing::debug!(error = %error, "a body was not read");
        ApiError::code(Code::RequestMalformed)
    })
}

/// The Idempotency-Key header.
#[must_use]
pub fn key(request: &HttpRequest) -> Option<&str> {
    request
        .headers()
        .get("idempotency-key")
        .and_then(|h| h.to_str().ok())
}

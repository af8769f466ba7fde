//! Writes under an Idempotency-Key, and their first answers given again.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use sadu_actors::commands::keyed::Answer;
use sadu_db::idempotency::IdempotencyKey;

use crate::api::body;
use crate::auth::Identity;
use crate::checkout;
use crate::error::ApiResult;

/// Says so.
const REPLAYED: (&str, &str) = ("Idempotent-Replayed", "true");

/// The caller's key, where one was sent; `said` is what it stands for.
///
/// # Errors
/// `idempotency.key_invalid`, `idempotency.key_required` for an empty one.
pub fn key(
    me: &Identity,
    request: &HttpRequest,
    route: &'static str,
    said: &[u8],
) -> ApiResult<Option<IdempotencyKey>> {
    body::key(request)
        .map(|given| checkout::idempotency_key(Some(given), &me.user_id.to_string(), route, said))
        .transpose()
}

/// Marks an answer that is a first one given again.
pub fn mark(response: &mut HttpResponseBuilder, replayed: bool) {
    if replayed {
        response.insert_header(REPLAYED);
    }
}

/// The answer as it was made, now or the first time.
pub fn answered(mut response: HttpResponseBuilder, answer: Answer) -> HttpResponse {
    mark(&mut response, answer.replayed);
    response.content_type("application/json").body(answer.body)
}

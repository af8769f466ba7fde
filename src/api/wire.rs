//! Wire shapes that several routes share.

use sadu_domain::error::Code;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, ApiResult};

/// Money on the wire: minor units (fils) and currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoneyJson {
    /// Fils.
    #[schema(example = 12500)]
    pub amount: i64,
    /// `KWD`.
    #[schema(example = "KWD")]
    pub currency: String,
}

/// A text in both languages.
#[derive(Debug, Serialize, ToSchema)]
pub struct BilingualJson {
    /// Arabic.
    pub ar: String,
    /// English.
    pub en: String,
}

/// A page of a list. `next_cursor` is null on the last one.
#[derive(Debug, Serialize)]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Give it back as `cursor` for the next page.
    pub next_cursor: Option<String>,
}

/// JSON that is kept for several answers.
///
/// # Errors
/// `internal`.
pub fn json(value: &impl Serialize) -> ApiResult<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| {
        tracing::error!(%error, "an answer was not written as JSON");
        ApiError::code(Code::Internal)
    })
}

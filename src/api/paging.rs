//! Cursors: opaque to the caller, bound to tenant and query, signed with the tenant's key.

use sadu_actors::TenantHandle;
use sadu_domain::error::Code;
use serde::Deserialize;

use crate::error::{ApiError, ApiResult};

/// `?limit=&cursor=` of every list.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Rows wanted: 20 unless told, at most 100.
    pub limit: Option<u32>,
    /// Of the page before.
    pub cursor: Option<String>,
}

impl PageQuery {
    /// Rows to give.
    #[must_use]
    pub fn rows(&self) -> usize {
        usize::try_from(self.limit.unwrap_or(20).clamp(1, 100)).unwrap_or(20)
    }

    /// The position in the cursor, if there is one.
    ///
    /// # Errors
    /// `cursor.invalid` for one that was not made for this tenant and query.
    pub fn position(&self, tenant: &TenantHandle, query: &str) -> ApiResult<Option<String>> {
        let Some(cursor) = &self.cursor else {
            return Ok(None);
        };
        let position = cursor
            .split_once('.')
            .filter(|(position, _)| seal(tenant, query, position) == *cursor)
            .map(|(position, _)| position.to_owned());
        position
            .map(Some)
            .ok_or_else(|| ApiError::code(Code::CursorInvalid))
    }
}

/// A cursor that says `position`, good for this tenant and query alone.
#[must_use]
pub fn seal(tenant: &TenantHandle, query: &str, position: &str) -> String {
    let code = tenant.keys().sign(&format!("cursor:{query}:{position}"));
    let tag: String = code.iter().take(8).map(|b| format!("{b:02x}")).collect();
    format!("{position}.{tag}")
}

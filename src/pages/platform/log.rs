//! `/audit`: the platform's log, newest first.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::view::{LogPage, Shell, Spoken};
use crate::api::platform::audit::{self, AuditQuery};
use crate::auth::PlatformAdmin;
use crate::error::ApiError;
use crate::state::App;

/// Entries on one page.
const FULL: usize = 50;

#[derive(Deserialize)]
pub(super) struct LogQuery {
    before: Option<i64>,
}

/// `GET /audit`.
pub(super) async fn show(
    admin: PlatformAdmin,
    app: web::Data<App>,
    spoken: Spoken,
    query: web::Query<LogQuery>,
) -> Result<HttpResponse, ApiError> {
    let query = AuditQuery {
        before: query.before,
        limit: i64::try_from(FULL).ok(),
    };
    let page = audit::page(&app, &query).await?;
    let page = LogPage::new(
        Shell::new(spoken, &admin, "log"),
        spoken,
        &admin,
        page,
        FULL,
    );
    spoken.answer(StatusCode::OK, page.render())
}

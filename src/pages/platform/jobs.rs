//! `/jobs`: what waits, what failed at every try, and a button that runs it again.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::view::Shell;
use crate::api::platform::jobs::{self, JobsView};
use crate::auth::PlatformAdmin;
use crate::error::ApiError;
use crate::pages::spoken::Spoken;
use crate::state::App;

/// The page.
#[derive(Template)]
#[template(path = "platform/jobs.html")]
struct JobsPage {
    shell: Shell,
    view: JobsView,
    done: bool,
}

#[derive(Deserialize)]
pub(super) struct JobsQuery {
    done: Option<String>,
}

/// `GET /jobs`.
pub(super) async fn show(
    admin: PlatformAdmin,
    app: web::Data<App>,
    spoken: Spoken,
    query: web::Query<JobsQuery>,
) -> Result<HttpResponse, ApiError> {
    let page = JobsPage {
        view: jobs::view(&app).await?,
        done: query.done.is_some(),
        shell: Shell::new(spoken, &admin, "jobs"),
    };
    spoken.answer(StatusCode::OK, page.render())
}

/// `POST /jobs/{id}/replay`.
pub(super) async fn replay(
    admin: PlatformAdmin,
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    jobs::run_again(&app, &admin, &request, &id).await?;
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, "/jobs?done=1"))
        .finish())
}

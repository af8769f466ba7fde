//! `/admin/me`: one's own account at this tenant, where one is signed in, and the way out of everywhere at once.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use sadu_db::sessions::{self, OwnSession};

use super::desk::{Asked, Shell};
use super::people_words::People;
use super::view::When;
use crate::auth::{Staff, Via};
use crate::error::ApiResult;

/// The page.
#[derive(Template)]
#[template(path = "admin/account.html")]
struct Page<'a> {
    shell: Shell<'a>,
    p: &'static People,
    title: &'static str,
    proven: Option<When>,
    ends: When,
    sessions: Vec<Row>,
}

/// A session.
struct Row {
    host: String,
    began: String,
    seen: When,
    this: bool,
}

/// `GET /admin/me`.
///
/// # Errors
/// `busy`.
pub async fn show(staff: Staff, asked: Asked) -> ApiResult<HttpResponse> {
    let shell = asked.shell(&staff, "account");
    let p = People::of(asked.lang);
    let mut tx = asked.tenant.read().await?;
    let own = sessions::of_user(&mut tx, staff.user_id).await?;
    tx.commit().await?;
    let page = Page {
        p,
        title: p.account_title,
        proven: staff
            .auth_time
            .filter(|at| at.timestamp() > 0)
            .map(|at| When::new(&shell.frame, at)),
        ends: When::new(&shell.frame, staff.expires_at()),
        sessions: own.iter().map(|one| Row::new(&shell, p, one)).collect(),
        shell,
    };
    asked.answer(StatusCode::OK, page.render())
}

impl Row {
    fn new(shell: &Shell<'_>, p: &'static People, one: &OwnSession) -> Self {
        let began = When::new(&shell.frame, one.created_at).full;
        Self {
            host: one.host.clone(),
            began: p.began.replace("{x}", &began),
            seen: When::new(&shell.frame, one.last_seen_at),
            this: matches!(&shell.me.via, Via::Session { id, .. } if *id == one.id),
        }
    }
}

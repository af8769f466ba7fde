//! `/admin/settings/terms`: questions and answers, what is printed at checkout, and the price of gold of the zakat calculator, with how
//! people will see them. Shares its rules with the JSON routes and works without JavaScript: a question more is another showing of the
//! form.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::Utc;
use sadu_actors::commands::settings::Kept;
use sadu_domain::access::Permission;
use sadu_domain::terms::{ANSWER_MAX, QUESTION_MAX, SOURCE_MAX, TERMS_MAX, TermsDraft};

use super::desk::{Asked, Shell};
use super::inbox::allow;
use super::sheet::{self, Done, Pairs, Sent, Sheet, Showing};
use super::terms_form::Typed;
use super::terms_words::{self, Words};
use crate::api::admin::settings::current;
use crate::auth::TenantAdmin;
use crate::error::ApiResult;
use crate::pages::frame::Frame;

/// Longest texts, in characters.
struct Limits {
    question: usize,
    answer: usize,
    terms: usize,
    source: usize,
}

/// The page.
#[derive(Template)]
#[template(path = "admin/terms.html")]
struct Page<'a> {
    shell: Shell<'a>,
    t: &'static Words,
    sheet: Sheet,
    title: &'static str,
    form: Typed,
    /// Latest day of a price.
    today: String,
    /// As the public pages of each language would show it.
    shown: Vec<Frame<'a>>,
    limits: Limits,
}

impl Page<'_> {
    /// A word with the number of a question.
    fn numbered(&self, word: &str, n: &usize) -> String {
        word.replace("{n}", &self.shell.frame.number(n.saturating_add(1)))
    }

    /// Path of a field of a question: `faq[0].q.ar`.
    fn path(&self, n: &usize, part: &str) -> String {
        format!("faq[{n}].{part}")
    }

    fn policy(&self) -> &'static str {
        if self.shell.frame.is_shop() {
            self.t.policy_shop
        } else {
            self.t.policy
        }
    }

    fn has_delivery(&self) -> bool {
        self.shell.frame.is_shop() || !self.form.draft.delivery.is_empty()
    }

    fn has_gold(&self) -> bool {
        !self.shell.frame.is_shop() || !self.form.gram.is_empty()
    }
}

async fn page(
    admin: &TenantAdmin,
    asked: &Asked,
    request: &HttpRequest,
    mut showing: Showing<Typed>,
) -> ApiResult<HttpResponse> {
    let (stored, revision) = current::<TermsDraft>(&asked.tenant).await?;
    let shell = asked.shell(admin, "settings");
    let t = Words::of(asked.lang);
    let name = terms_words::field;
    let (mut sheet, stale) = Sheet::new(admin, request, asked.lang, &mut showing, name);
    sheet.last = sheet::last(&asked.tenant, &shell, TermsDraft::ACTION, name).await?;
    let tenant = shell.frame.tenant;
    let today = tenant.day(Utc::now());
    let mut form = showing
        .typed
        .unwrap_or_else(|| Typed::of(stored, revision, today));
    if stale {
        form.revision = revision;
    }
    let page = Page {
        title: t.title,
        today: today.to_string(),
        shown: shell.frame.in_each_language(),
        limits: Limits {
            question: QUESTION_MAX,
            answer: ANSWER_MAX,
            terms: TERMS_MAX,
            source: SOURCE_MAX,
        },
        form,
        sheet,
        t,
        shell,
    };
    asked.answer(showing.status, page.render())
}

/// `GET /admin/settings/terms`.
///
/// # Errors
/// `auth.forbidden`, `busy`.
pub async fn show(
    admin: TenantAdmin,
    asked: Asked,
    request: HttpRequest,
    query: web::Query<Done>,
) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::SettingsRead)?;
    page(&admin, &asked, &request, query.into()).await
}

/// `POST /admin/settings/terms`. With `preview` or `more` it only shows what was typed: as people would see it, with empty questions to
/// write into.
///
/// # Errors
/// `auth.forbidden`, `auth.read_only`, `busy`. What can be mended is shown beside its field, and nothing that was typed is lost: not by a
/// proof of identity that is too old either.
pub async fn save(
    admin: TenantAdmin,
    asked: Asked,
    request: HttpRequest,
    body: web::Bytes,
) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::SettingsWrite)?;
    let pairs = Pairs::read(&body, 128);
    let typed = Typed::from_pairs(&pairs);
    let sent = Sent {
        draft: typed.draft(),
        revision: typed.revision,
        only_looks: pairs.only_looks(),
        typed,
    };
    match sheet::save(&admin, &asked.tenant, &request, sent).await? {
        Ok(changed) => Ok(sheet::done("/admin/settings/terms", changed)),
        Err(showing) => page(&admin, &asked, &request, showing).await,
    }
}

//! `/admin/settings/bank`: the account that transfers go to, and how people who pay will see it. Shares its rules with the JSON routes
//! and works without JavaScript.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use sadu_actors::commands::settings::Kept;
use sadu_domain::access::Permission;
use sadu_domain::bank::{BankDraft, NAME_MAX};
use sadu_domain::iban;

use super::bank_words::{self, Words};
use super::desk::{Asked, Shell};
use super::inbox::allow;
use super::sheet::{self, Done, Pairs, Sent, Sheet, Showing};
use crate::api::admin::settings::current;
use crate::auth::TenantAdmin;
use crate::error::ApiResult;
use crate::pages::frame::Frame;

/// Characters of an IBAN's field: room for spaces.
const IBAN_MAX: usize = 60;

/// The page.
#[derive(Template)]
#[template(path = "admin/bank.html")]
struct Page<'a> {
    shell: Shell<'a>,
    t: &'static Words,
    sheet: Sheet,
    title: &'static str,
    form: BankDraft,
    revision: i64,
    /// There is none yet, and no other way to pay.
    none: bool,
    /// As the public pages of each language would show it.
    shown: Vec<Frame<'a>>,
    name_max: usize,
    iban_max: usize,
}

impl Page<'_> {
    /// The number as it is read, whatever it is worth.
    fn number(&self) -> String {
        iban::grouped(&iban::compact(&self.form.iban))
    }
}

/// What was typed, and the revision it began with.
type Typed = (BankDraft, i64);

async fn page(
    admin: &TenantAdmin,
    asked: &Asked,
    request: &HttpRequest,
    mut showing: Showing<Typed>,
) -> ApiResult<HttpResponse> {
    let (stored, now) = current::<BankDraft>(&asked.tenant).await?;
    let shell = asked.shell(admin, "settings");
    let (t, lang) = (Words::of(asked.lang), asked.lang);
    let name = bank_words::field;
    let (mut sheet, stale) = Sheet::new(admin, request, lang, &mut showing, name);
    sheet.last = sheet::last(&asked.tenant, &shell, BankDraft::ACTION, name).await?;
    let none = !shell.frame.has_way_to_pay();
    let (mut form, mut revision) = showing.typed.unwrap_or((stored, now));
    if stale {
        revision = now;
    }
    if sheet.errors.is_empty() {
        form.iban = iban::grouped(&iban::compact(&form.iban));
    }
    let page = Page {
        title: t.title,
        shown: shell.frame.in_each_language(),
        name_max: NAME_MAX,
        iban_max: IBAN_MAX,
        none,
        form,
        revision,
        sheet,
        t,
        shell,
    };
    asked.answer(showing.status, page.render())
}

/// `GET /admin/settings/bank`.
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

/// `POST /admin/settings/bank`. With `preview` it only shows what was typed, as people who pay would see it.
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
    let pairs = Pairs::read(&body, 16);
    let draft = BankDraft {
        bank: pairs.both("bank"),
        beneficiary: pairs.both("beneficiary"),
        iban: pairs.text("iban"),
    };
    let revision = pairs.revision();
    let sent = Sent {
        draft: Ok(draft.clone()),
        revision,
        only_looks: pairs.only_looks(),
        typed: (draft, revision),
    };
    match sheet::save(&admin, &asked.tenant, &request, sent).await? {
        Ok(changed) => Ok(sheet::done("/admin/settings/bank", changed)),
        Err(showing) => page(&admin, &asked, &request, showing).await,
    }
}

//! [`Sheet`]: what stands around a form that an administrator saves whole, against the revision it began with: what was done, what is
//! amiss, what a colleague saved meanwhile, the last change, and a proof of identity that is needed first. [`send`] is how such a form
//! is sent. The settings, the account and the tenant's own pages are such forms; `templates/admin/sheet.html` shows it.

use std::future::Future;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use sadu_actors::TenantHandle;
use sadu_actors::commands::settings::{Edit, Kept};
use sadu_db::audit::{self, AuditFilter};
use sadu_domain::changes::{Change, differences};
use sadu_domain::error::{Class, FieldError};
use sadu_domain::lang::{Bilingual, Lang};
use serde::Deserialize;

use super::desk::Shell;
use super::item_form::{Amiss, amiss};
use super::sheet_words::Words;
use super::view::When;
use crate::auth::{TenantAdmin, step_up};
use crate::error::{ApiError, ApiResult};

/// The name of a field by its path.
pub(super) type Naming = fn(&str, Lang) -> String;

/// One field that changed.
pub(super) struct Told {
    pub(super) name: String,
    pub(super) before: String,
    pub(super) after: String,
}

/// The last save.
pub(super) struct Last {
    pub(super) who: Option<String>,
    pub(super) at: When,
    pub(super) changes: Vec<Told>,
}

/// What stands around a form.
pub(super) struct Sheet {
    pub(super) w: &'static Words,
    pub(super) done: Option<&'static str>,
    /// Where to prove who one is, when that was long ago.
    pub(super) prove: Option<String>,
    /// What somebody else saved meanwhile.
    pub(super) stale: Vec<Amiss>,
    pub(super) errors: Vec<Amiss>,
    /// The last save; none where it is not told.
    pub(super) last: Option<Last>,
}

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

/// What one showing adds to the form as stored.
pub(super) struct Showing<T> {
    /// What was typed, where the form was sent.
    pub(super) typed: Option<T>,
    pub(super) failure: Option<ApiError>,
    pub(super) done: Done,
    pub(super) status: StatusCode,
}

impl<T> From<web::Query<Done>> for Showing<T> {
    fn from(done: web::Query<Done>) -> Self {
        Self {
            typed: None,
            failure: None,
            done: done.into_inner(),
            status: StatusCode::OK,
        }
    }
}

impl Sheet {
    /// What stands around the form, and whether somebody else saved it meanwhile: what differs is on the page then, so that saving
    /// again, at the present revision, is a decision.
    pub(super) fn new<T>(
        admin: &TenantAdmin,
        request: &HttpRequest,
        lang: Lang,
        showing: &mut Showing<T>,
        name: Naming,
    ) -> (Self, bool) {
        let w = Words::of(lang);
        let mut sheet = Self {
            w,
            done: match showing.done.done.as_str() {
                "saved" => Some(w.saved),
                "same" => Some(w.same),
                _ => None,
            },
            prove: admin.demand_step_up().is_err().then(|| step_up(request)),
            stale: Vec::new(),
            errors: Vec::new(),
            last: None,
        };
        let Some(failure) = showing.failure.take() else {
            return (sheet, false);
        };
        let stale = failure.code.class() == Class::Conflict;
        let told = amiss(failure.fields, lang, name);
        if stale {
            sheet.stale = told;
        } else {
            sheet.errors = told;
        }
        (sheet, stale)
    }

    /// The last change was made just now.
    pub(super) fn was_saved(&self) -> bool {
        self.done == Some(self.w.saved)
    }

    /// What is amiss with a field.
    pub(super) fn error(&self, field: impl AsRef<str>) -> Option<&str> {
        let field = field.as_ref();
        self.errors
            .iter()
            .find(|amiss| amiss.field == field || amiss.field.split('[').next() == Some(field))
            .map(|amiss| amiss.message.as_str())
    }
}

/// The last entry of the log with this action.
pub(super) async fn last(
    tenant: &TenantHandle,
    shell: &Shell<'_>,
    action: &str,
    name: Naming,
) -> ApiResult<Option<Last>> {
    let filter = AuditFilter {
        action: Some(action.to_owned()),
        ..AuditFilter::default()
    };
    let mut tx = tenant.read_at_once().await?;
    let records = audit::list(&mut tx, &filter, None, 1).await?;
    tx.commit().await?;
    let told = |change: Change| Told {
        name: name(&change.field, shell.frame.lang),
        before: change.before,
        after: change.after,
    };
    Ok(records.into_iter().next().map(|record| Last {
        who: record.actor_name,
        at: When::new(&shell.frame, record.at),
        changes: differences(&record.diff.get("before"), &record.diff.get("after"))
            .into_iter()
            .map(told)
            .collect(),
    }))
}

/// The fields of a form as it was sent.
pub(super) struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// At most `most` of them.
    pub(super) fn read(body: &[u8], most: usize) -> Self {
        let pairs = url::form_urlencoded::parse(body).into_owned();
        Self(pairs.take(most).collect())
    }

    /// Whatever was sent under a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of = self.0.iter().filter(move |(key, _)| key == name);
        of.map(|(_, value)| value.as_str())
    }

    /// The first of them; nothing where there is none.
    pub(super) fn text(&self, name: &str) -> String {
        self.all(name).next().unwrap_or_default().to_owned()
    }

    /// A text in both languages: `name.ar` and `name.en`.
    pub(super) fn both(&self, name: &str) -> Bilingual {
        Bilingual::new(
            self.text(&format!("{name}.ar")),
            self.text(&format!("{name}.en")),
        )
    }

    /// The revision the form began with; one that fits nothing where there is none.
    pub(super) fn revision(&self) -> i64 {
        self.text("revision").parse().unwrap_or(-1)
    }

    /// It is only to be shown again: as it would be, or with more room.
    pub(super) fn only_looks(&self) -> bool {
        let asked = |name| self.all(name).next().is_some();
        asked("preview") || asked("more")
    }
}

#[cfg(test)]
impl From<&[(&str, &str)]> for Pairs {
    fn from(pairs: &[(&str, &str)]) -> Self {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Self(pairs.iter().map(owned).collect())
    }
}

/// Sends a form: `save` stores it and says whether anything differed. Where it has to be shown again, with what was typed, says how:
/// after a preview, without a fresh proof of identity, and where something can be mended.
///
/// # Errors
/// What nobody in front of the form can mend.
pub(super) async fn send<T>(
    admin: &TenantAdmin,
    only_looks: bool,
    typed: T,
    save: impl Future<Output = ApiResult<bool>>,
) -> ApiResult<Result<bool, Showing<T>>> {
    let again = |failure, status| Showing {
        typed: Some(typed),
        failure,
        done: Done::default(),
        status,
    };
    if only_looks {
        return Ok(Err(again(None, StatusCode::OK)));
    }
    if admin.demand_step_up().is_err() {
        return Ok(Err(again(None, StatusCode::FORBIDDEN)));
    }
    match save.await {
        Ok(changed) => Ok(Ok(changed)),
        Err(failure) => {
            let status = match failure.code.class() {
                Class::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
                Class::Conflict => StatusCode::CONFLICT,
                _ => return Err(failure),
            };
            Ok(Err(again(Some(failure), status)))
        }
    }
}

/// A form of the settings as it was sent.
pub(super) struct Sent<F, T> {
    /// What it means, or what in it cannot be read.
    pub(super) draft: Result<F, Vec<FieldError>>,
    /// The revision it began with.
    pub(super) revision: i64,
    /// It is only to be shown again.
    pub(super) only_looks: bool,
    /// As it was typed.
    pub(super) typed: T,
}

/// Saves a form of the settings, as [`send`] does.
///
/// # Errors
/// Those of [`send`].
pub(super) async fn save<F: Kept, T>(
    admin: &TenantAdmin,
    tenant: &TenantHandle,
    request: &HttpRequest,
    sent: Sent<F, T>,
) -> ApiResult<Result<bool, Showing<T>>> {
    let (draft, revision) = (sent.draft, sent.revision);
    let store = async {
        let edit = Edit {
            draft: draft.map_err(ApiError::fields)?,
            revision,
            actor: admin.actor(request),
        };
        let saved = tenant.execute(edit).await?;
        Ok::<_, ApiError>(!saved.changes.is_empty())
    };
    send(admin, sent.only_looks, sent.typed, store).await
}

/// To the form's own address, so that a reload sends nothing again.
pub(super) fn done(path: &str, changed: bool) -> HttpResponse {
    let word = if changed { "saved" } else { "same" };
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, format!("{path}?done={word}")))
        .finish()
}

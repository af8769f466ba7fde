//! `/admin/items`: the catalog as its people write it. A list, and one form an item in both languages side by side; it shares its
//! rules with the JSON routes and works without JavaScript.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use sadu_actors::commands::items::{CreateItem, DeleteItem, EditItem, ItemStep, MoveItem};
use sadu_domain::access::{Permission, Role};
use sadu_domain::catalog::draft::{STORY_MAX, SUMMARY_MAX, TITLE_MAX};
use sadu_domain::catalog::{Item, ItemKind, ItemStatus, ItemTotals};
use sadu_domain::error::{Class, Code, FieldError};
use sadu_domain::ids::ItemId;
use sadu_domain::lang::Lang;
use sadu_domain::tenant::TenantKind;
use serde::Deserialize;

use super::desk::{Asked, Shell};
use super::inbox::allow;
use super::item_form::{Amiss, Typed, amiss};
use super::item_words::{self, Editing};
use crate::api::admin::items::{CREATE, catalog, missing};
use crate::auth::{Identity, Staff, TenantAdmin};
use crate::checkout::idempotency_key;
use crate::error::{ApiError, ApiResult};
use crate::pages::format::Amount;

/// What is asked of the pages.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    status: String,
    kind: String,
    /// What was just done: `saved`, `created`, `deleted` or a step.
    done: String,
    /// Code of what was just refused.
    refused: String,
}

impl Which {
    /// A sentence on what was just done, or refused.
    fn told(&self, t: &Editing, shell: &Shell<'_>) -> (Option<String>, Option<&'static str>) {
        let lang = shell.frame.lang;
        let step = ItemStep::ALL
            .into_iter()
            .find(|step| step.as_str() == self.done);
        let done = match (self.done.as_str(), step) {
            ("saved", _) => Some(t.saved.to_owned()),
            ("created", _) => Some(t.created.to_owned()),
            ("deleted", _) => Some(t.deleted.to_owned()),
            (_, Some(step)) => Some(t.moved.replace("{x}", item_words::step(step, lang))),
            _ => None,
        };
        let refused = Code::ALL
            .iter()
            .find(|code| code.as_str() == self.refused)
            .map(|code| code.detail_in(lang));
        (done, refused)
    }
}

struct Filter {
    word: String,
    url: String,
    current: bool,
}

struct Row {
    url: String,
    title: String,
    kind: &'static str,
    state: &'static str,
    tone: &'static str,
    raised: Amount,
    target: Option<Amount>,
}

/// The list.
#[derive(Template)]
#[template(path = "admin/items.html")]
struct ListPage<'a> {
    shell: Shell<'a>,
    t: &'static Editing,
    title: &'static str,
    done: Option<String>,
    filters: Vec<Filter>,
    rows: Vec<Row>,
}

/// One value of a choice.
struct Choice {
    value: String,
    word: String,
    chosen: bool,
}

struct Step {
    path: &'static str,
    word: &'static str,
    primary: bool,
}

/// One field that somebody else changed meanwhile.
struct Changed {
    name: String,
    now: String,
}

/// The editor.
#[derive(Template)]
#[template(path = "admin/item.html")]
struct EditPage<'a> {
    shell: Shell<'a>,
    t: &'static Editing,
    title: String,
    form: Typed,
    /// Where the form goes.
    action: String,
    /// None while it is new.
    id: Option<String>,
    state: (&'static str, &'static str),
    public: Option<String>,
    kind: ItemKind,
    kinds: Vec<Choice>,
    fixed: bool,
    funds: Vec<Choice>,
    steps: Vec<Step>,
    deletable: bool,
    missing: Vec<Amiss>,
    errors: Vec<Amiss>,
    changed: Vec<Changed>,
    done: Option<String>,
    refused: Option<&'static str>,
    held: Option<String>,
    limits: [usize; 3],
}

impl EditPage<'_> {
    /// What is amiss with a field.
    fn error(&self, field: &str) -> Option<&str> {
        self.errors
            .iter()
            .find(|amiss| amiss.field == field || amiss.field.split('[').next() == Some(field))
            .map(|amiss| amiss.message.as_str())
    }

    fn has_target(&self) -> bool {
        matches!(
            self.kind,
            ItemKind::Project | ItemKind::Zakat | ItemKind::Sponsorship
        )
    }

    fn is_product(&self) -> bool {
        self.kind == ItemKind::Product
    }

    fn price_word(&self) -> &'static str {
        if self.is_product() {
            self.t.price
        } else {
            self.t.share_price
        }
    }

    fn has_price(&self) -> bool {
        matches!(
            self.kind,
            ItemKind::Product | ItemKind::Sponsorship | ItemKind::Project
        )
    }
}

fn item_id(text: &str) -> ApiResult<ItemId> {
    text.parse().map_err(|_| ApiError::code(Code::NotFound))
}

fn to(address: String) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, address))
        .finish()
}

/// `GET /admin/items?status=`.
///
/// # Errors
/// `busy`.
pub async fn list(staff: Staff, asked: Asked, which: web::Query<Which>) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::CatalogRead)?;
    let shell = asked.shell(&staff, "items");
    let (t, lang) = (Editing::of(asked.lang), asked.lang);
    let catalog = catalog(&asked.tenant).await?;
    let wanted: Option<ItemStatus> = which.status.parse().ok();
    let shown = |item: &Item| match wanted {
        Some(status) => item.status == status,
        None => item.status != ItemStatus::Archived,
    };
    let numerals = shell.frame.numerals();
    let rows = catalog
        .iter()
        .filter(|(item, _)| shown(item))
        .map(|(item, totals)| {
            let (state, tone) = item_words::status(item.status, lang);
            let title = shell.frame.t(&item.title);
            Row {
                url: format!("/admin/items/{}", item.id),
                title: if title.is_empty() { t.untitled } else { title }.to_owned(),
                kind: item_words::kind(item.kind, lang),
                state,
                tone,
                raised: numerals.exact(totals.raised),
                target: item.target.map(|target| numerals.exact(target)),
            }
        })
        .collect();
    let states = ItemStatus::ALL
        .iter()
        .filter(|status| catalog.iter().any(|(item, _)| item.status == **status));
    let mut filters = vec![Filter {
        word: t.all.to_owned(),
        url: "/admin/items".to_owned(),
        current: wanted.is_none(),
    }];
    filters.extend(states.map(|status| Filter {
        word: item_words::status(*status, lang).0.to_owned(),
        url: format!("/admin/items?status={status}"),
        current: wanted == Some(*status),
    }));
    let page = ListPage {
        title: shell.frame.things(),
        done: which.told(t, &shell).0,
        filters,
        rows,
        t,
        shell,
    };
    asked.answer(StatusCode::OK, page.render())
}

/// What one showing of the editor adds to the item.
#[derive(Default)]
struct Showing {
    typed: Option<Typed>,
    errors: Vec<FieldError>,
    stale: bool,
    status: Option<StatusCode>,
}

fn editor(
    asked: &Asked,
    staff: &Staff,
    present: Option<&(Item, ItemTotals)>,
    all: &[(Item, ItemTotals)],
    which: &Which,
    showing: Showing,
) -> ApiResult<HttpResponse> {
    let shell = asked.shell(staff, "items");
    let (t, lang) = (Editing::of(asked.lang), asked.lang);
    let (done, refused) = which.told(t, &shell);
    let is_shop = asked.snapshot.tenant.kind == TenantKind::Shop;
    let now = present.map(|(item, totals)| Typed::of(item, totals));
    let mut form = showing
        .typed
        .or_else(|| now.clone())
        .unwrap_or_else(|| Typed {
            key: uuid::Uuid::now_v7().to_string(),
            kind: if which.kind.parse::<ItemKind>().is_ok() {
                which.kind.clone()
            } else if is_shop {
                ItemKind::Product.to_string()
            } else {
                ItemKind::Project.to_string()
            },
            suggested: vec![String::new(); super::item_form::SUGGESTED],
            ..Typed::default()
        });
    let changed = match (&now, showing.stale) {
        (Some(now), true) => differences(now, &form, lang),
        _ => Vec::new(),
    };
    if let (Some(now), true) = (&now, showing.stale) {
        // What differs is on the page now: saving again is a decision.
        form.revision = now.revision;
    }
    let kind = form.kind.parse().unwrap_or(ItemKind::Project);
    let item = present.map(|(item, _)| item);
    let fixed = item.is_some_and(|i| !matches!(i.status, ItemStatus::Draft | ItemStatus::Review));
    let admin = staff.role == Role::TenantAdmin;
    let blocked = item.map_or_else(Vec::new, |item| missing(&asked.tenant, item, all));
    let steps = ItemStep::ALL
        .into_iter()
        .filter(|step| item.is_some_and(|item| step.fits(item.status)))
        .filter(|step| admin || matches!(step, ItemStep::Submit | ItemStep::Return))
        // An administrator publishes; handing a draft to oneself is no step.
        .filter(|step| !(admin && *step == ItemStep::Submit))
        .map(|step| Step {
            path: step.as_str(),
            word: item_words::step(step, lang),
            primary: matches!(
                step,
                ItemStep::Publish | ItemStep::Activate | ItemStep::Submit
            ),
        })
        .collect();
    let page = EditPage {
        title: match item {
            None if is_shop => t.new_shop.to_owned(),
            None => t.new.to_owned(),
            Some(item) => Some(shell.frame.t(&item.title))
                .filter(|title| !title.is_empty())
                .unwrap_or(t.untitled)
                .to_owned(),
        },
        action: item.map_or_else(
            || "/admin/items/new".to_owned(),
            |item| format!("/admin/items/{}", item.id),
        ),
        id: item.map(|item| item.id.to_string()),
        state: item_words::status(item.map_or(ItemStatus::Draft, |item| item.status), lang),
        public: item
            .filter(|item| item.status.is_public())
            .map(|item| shell.frame.url(&format!("items/{}", item.slug))),
        kinds: ItemKind::ALL
            .iter()
            .filter(|kind| kind.is_giving() != is_shop || form.kind == kind.as_str())
            .map(|kind| Choice {
                value: kind.to_string(),
                word: item_words::kind(*kind, lang).to_owned(),
                chosen: form.kind == kind.as_str(),
            })
            .collect(),
        funds: all
            .iter()
            .map(|(fund, _)| fund)
            .filter(|fund| matches!(fund.kind, ItemKind::Fund | ItemKind::Zakat))
            .filter(|fund| item.is_none_or(|item| item.id != fund.id))
            .map(|fund| Choice {
                value: fund.slug.clone(),
                word: shell.frame.t(&fund.title).to_owned(),
                chosen: form.over_fund == fund.slug,
            })
            .collect(),
        deletable: item.is_some() && !fixed,
        missing: amiss(blocked, lang),
        errors: amiss(showing.errors, lang),
        held: present
            .map(|(_, totals)| totals.reserved)
            .filter(|reserved| *reserved > 0)
            .map(|reserved| t.held.replace("{x}", &shell.frame.number(reserved))),
        limits: [TITLE_MAX, SUMMARY_MAX, STORY_MAX],
        changed,
        steps,
        kind,
        fixed,
        done,
        refused,
        form,
        t,
        shell,
    };
    asked.answer(showing.status.unwrap_or(StatusCode::OK), page.render())
}

/// The fields in which what is stored differs from what was typed, as stored.
fn differences(now: &Typed, typed: &Typed, lang: Lang) -> Vec<Changed> {
    let t = Editing::of(lang);
    let joined = |list: &[String]| {
        list.iter()
            .filter(|text| !text.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let (now_suggested, typed_suggested) = (joined(&now.suggested), joined(&typed.suggested));
    let fields = [
        ("title.ar", &now.title.ar, &typed.title.ar),
        ("title.en", &now.title.en, &typed.title.en),
        ("summary.ar", &now.summary.ar, &typed.summary.ar),
        ("summary.en", &now.summary.en, &typed.summary.en),
        ("story.ar", &now.story.ar, &typed.story.ar),
        ("story.en", &now.story.en, &typed.story.en),
        ("target", &now.target, &typed.target),
        ("price", &now.price, &typed.price),
        ("unit.ar", &now.unit.ar, &typed.unit.ar),
        ("unit.en", &now.unit.en, &typed.unit.en),
        ("stock", &now.stock, &typed.stock),
        ("suggested", &now_suggested, &typed_suggested),
        ("min", &now.min, &typed.min),
        ("max", &now.max, &typed.max),
        ("slug", &now.slug, &typed.slug),
        ("tags", &now.tags, &typed.tags),
        ("position", &now.position, &typed.position),
        ("licence", &now.licence_number, &typed.licence_number),
    ];
    fields
        .into_iter()
        .filter(|(_, now, typed)| {
            // A browser sends line breaks as CRLF.
            now.trim() != typed.replace("\r\n", "\n").trim()
        })
        .map(|(field, now, _)| Changed {
            name: item_words::field(field, lang),
            now: if now.is_empty() {
                t.empty_value.to_owned()
            } else {
                now.chars().take(400).collect()
            },
        })
        .collect()
}

/// `GET /admin/items/new?kind=`.
///
/// # Errors
/// `busy`.
pub async fn new(staff: Staff, asked: Asked, which: web::Query<Which>) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::CatalogWrite)?;
    let all = catalog(&asked.tenant).await?;
    editor(&asked, &staff, None, &all, &which, Showing::default())
}

/// `GET /admin/items/{id}`.
///
/// # Errors
/// `not_found`.
pub async fn show(
    staff: Staff,
    asked: Asked,
    id: web::Path<String>,
    which: web::Query<Which>,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::CatalogRead)?;
    let all = catalog(&asked.tenant).await?;
    let present = find(&all, item_id(&id)?)?;
    editor(
        &asked,
        &staff,
        Some(present),
        &all,
        &which,
        Showing::default(),
    )
}

fn find(all: &[(Item, ItemTotals)], id: ItemId) -> ApiResult<&(Item, ItemTotals)> {
    all.iter()
        .find(|(item, _)| item.id == id)
        .ok_or_else(|| ApiError::code(Code::NotFound))
}

fn typed(body: &[u8]) -> Typed {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(body)
        .into_owned()
        .take(128)
        .collect();
    Typed::from_pairs(&pairs)
}

/// `POST /admin/items/new`.
///
/// # Errors
/// `busy`. What can be mended is shown beside its field.
pub async fn create(
    staff: Staff,
    asked: Asked,
    request: HttpRequest,
    body: web::Bytes,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::CatalogWrite)?;
    let mut form = typed(&body);
    let (draft, errors) = form.draft();
    let failure = if errors.is_empty() {
        let said = serde_json::to_vec(&draft).unwrap_or_default();
        let key = idempotency_key(Some(&form.key), &staff.user_id.to_string(), CREATE, &said)?;
        let command = CreateItem {
            draft,
            actor: staff.actor(&request),
            key: Some(key),
            render: |_, _| String::new(),
        };
        match asked.tenant.execute(command).await {
            Ok(made) => return Ok(to(format!("/admin/items/{}?done=created", made.id))),
            Err(error) => ApiError::from(error),
        }
    } else {
        ApiError::fields(errors)
    };
    let status = mendable(&failure)?;
    form.key = uuid::Uuid::now_v7().to_string();
    let all = catalog(&asked.tenant).await?;
    let showing = Showing {
        typed: Some(form),
        errors: failure.fields,
        stale: false,
        status: Some(status),
    };
    editor(&asked, &staff, None, &all, &Which::default(), showing)
}

/// `POST /admin/items/{id}`.
///
/// # Errors
/// `not_found`, `busy`. What can be mended is shown beside its field; a stale save shows what changed.
pub async fn save(
    staff: Staff,
    asked: Asked,
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Bytes,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::CatalogWrite)?;
    let id = item_id(&id)?;
    let form = typed(&body);
    let (draft, errors) = form.draft();
    let failure = if errors.is_empty() {
        let command = EditItem {
            id,
            revision: form.revision,
            draft,
            reason: Some(form.reason.clone()),
            actor: staff.actor(&request),
        };
        match asked.tenant.execute(command).await {
            Ok(_) => return Ok(to(format!("/admin/items/{id}?done=saved"))),
            Err(error) => ApiError::from(error),
        }
    } else {
        ApiError::fields(errors)
    };
    let status = mendable(&failure)?;
    let all = catalog(&asked.tenant).await?;
    let present = find(&all, id)?;
    let which = Which {
        refused: if failure.fields.is_empty() && failure.code != Code::ItemRevisionConflict {
            failure.code.as_str().to_owned()
        } else {
            String::new()
        },
        ..Which::default()
    };
    let showing = Showing {
        typed: Some(form),
        stale: failure.code == Code::ItemRevisionConflict,
        errors: failure.fields,
        status: Some(status),
    };
    editor(&asked, &staff, Some(present), &all, &which, showing)
}

/// The status of a page that shows a failure its reader can mend.
fn mendable(failure: &ApiError) -> ApiResult<StatusCode> {
    match failure.code.class() {
        Class::Invalid => Ok(StatusCode::UNPROCESSABLE_ENTITY),
        Class::Conflict => Ok(StatusCode::CONFLICT),
        _ => Err(failure.clone()),
    }
}

/// `POST /admin/items/{id}/submit`: what was written goes to an administrator.
///
/// # Errors
/// `not_found`. A step that does not fit is said on the item's page.
pub async fn submit(
    staff: Staff,
    asked: Asked,
    request: HttpRequest,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::CatalogWrite)?;
    take(&staff, &asked, &request, &id, ItemStep::Submit).await
}

/// `POST /admin/items/{id}/return`: and comes back.
///
/// # Errors
/// As [`submit`].
pub async fn give_back(
    staff: Staff,
    asked: Asked,
    request: HttpRequest,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::CatalogWrite)?;
    take(&staff, &asked, &request, &id, ItemStep::Return).await
}

/// `POST /admin/items/{id}/{step}`: every other step.
///
/// # Errors
/// As [`submit`]; `not_found` for a step that there is not.
pub async fn step(
    admin: TenantAdmin,
    asked: Asked,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::CatalogPublish)?;
    let (id, word) = path.into_inner();
    let step = ItemStep::ALL
        .into_iter()
        .find(|step| step.as_str() == word)
        .ok_or_else(|| ApiError::code(Code::NotFound))?;
    take(&admin, &asked, &request, &id, step).await
}

async fn take(
    me: &Identity,
    asked: &Asked,
    request: &HttpRequest,
    id: &str,
    step: ItemStep,
) -> ApiResult<HttpResponse> {
    let id = item_id(id)?;
    let command = MoveItem {
        id,
        step,
        actor: me.actor(request),
        key: None,
        render: |_, _| String::new(),
    };
    match asked.tenant.execute(command).await.map_err(ApiError::from) {
        Ok(_) => Ok(to(format!("/admin/items/{id}?done={}", step.as_str()))),
        Err(failure) => {
            mendable(&failure)?;
            Ok(to(format!("/admin/items/{id}?refused={}", failure.code)))
        }
    }
}

/// `POST /admin/items/{id}/delete`.
///
/// # Errors
/// `not_found`. A published item is said to stay, on its page.
pub async fn delete(
    staff: Staff,
    asked: Asked,
    request: HttpRequest,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::CatalogWrite)?;
    let id = item_id(&id)?;
    let command = DeleteItem {
        id,
        actor: staff.actor(&request),
    };
    match asked.tenant.execute(command).await.map_err(ApiError::from) {
        Ok(()) => Ok(to("/admin/items?done=deleted".to_owned())),
        Err(failure) => {
            mendable(&failure)?;
            Ok(to(format!("/admin/items/{id}?refused={}", failure.code)))
        }
    }
}

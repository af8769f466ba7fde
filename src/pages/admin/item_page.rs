//! The editor of one item as it is shown: with what was typed, what is amiss, and what somebody else changed meanwhile.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use sadu_actors::commands::items::ItemStep;
use sadu_db::media::Media;
use sadu_domain::access::Role;
use sadu_domain::catalog::draft::{STORY_MAX, SUMMARY_MAX, TITLE_MAX};
use sadu_domain::catalog::ready::undescribed;
use sadu_domain::catalog::{Item, ItemKind, ItemStatus, ItemTotals};
use sadu_domain::error::{Code, FieldError};
use sadu_domain::ids::MediaId;
use sadu_domain::lang::Lang;
use sadu_domain::tenant::TenantKind;
use serde::Deserialize;

use super::desk::{Asked, Shell};
use super::item_form::{Amiss, Typed, amiss};
use super::item_words::{self, Editing};
use super::picture_words::Picturing;
use super::pictures::PictureRow;
use crate::api::admin::items::missing;
use crate::auth::Staff;
use crate::error::ApiResult;

/// What is asked of the pages.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    pub(super) status: String,
    pub(super) kind: String,
    /// What was just done: `saved`, `created`, `deleted` or a step.
    pub(super) done: String,
    /// Code of what was just refused.
    pub(super) refused: String,
    /// The picture that was just taken off.
    pub(super) removed: String,
}

impl Which {
    /// A sentence on what was just done, or refused.
    pub(super) fn told(
        &self,
        t: &Editing,
        shell: &Shell<'_>,
    ) -> (Option<String>, Option<&'static str>) {
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
    p: &'static Picturing,
    pictures: Vec<PictureRow>,
    /// So that a picture that is sent twice is one.
    picture_key: String,
    /// The picture that was just taken off, which can come back.
    removed: Option<MediaId>,
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

/// What one showing of the editor adds to the item.
#[derive(Default)]
pub(super) struct Showing {
    pub(super) typed: Option<Typed>,
    pub(super) errors: Vec<FieldError>,
    pub(super) stale: bool,
    pub(super) status: Option<StatusCode>,
    pub(super) pictures: Vec<Media>,
}

pub(super) fn editor(
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
    let mut blocked = item.map_or_else(Vec::new, |item| missing(&asked.tenant, item, all));
    blocked.extend(undescribed(
        showing.pictures.iter().map(|m| (m.state, &m.alt)),
    ));
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
        missing: amiss(blocked, lang, item_words::field),
        errors: amiss(showing.errors, lang, item_words::field),
        held: present
            .map(|(_, totals)| totals.reserved)
            .filter(|reserved| *reserved > 0)
            .map(|reserved| t.held.replace("{x}", &shell.frame.number(reserved))),
        limits: [TITLE_MAX, SUMMARY_MAX, STORY_MAX],
        p: Picturing::of(lang),
        pictures: showing
            .pictures
            .iter()
            .map(|media| PictureRow::new(media, lang))
            .collect(),
        picture_key: uuid::Uuid::now_v7().to_string(),
        removed: which.removed.parse().ok(),
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

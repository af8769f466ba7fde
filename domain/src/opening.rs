//! A tenant to be opened: what the platform types, checked, and what a new charity or shop begins with.
//!
//! [`charity`] and [`shop`] have the texts. What is offered begins as drafts: a site asks for no money before somebody of its own has
//! read and published it.

mod charity;
mod prefix;
mod shop;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::catalog::{Item, ItemKind, ItemStatus, Overfunding};
use crate::error::{Code, FieldError};
use crate::form::licence_ended;
use crate::ids::ItemId;
use crate::lang::Bilingual;
use crate::member::{Invitee, NewMember, parse_member};
use crate::money::Fils;
use crate::reference::ReferencePrefix;
use crate::tenant::{Branding, Licence, Settings, TenantKind};
use crate::text;
use crate::wire_enum::wire_enum;
use prefix::prefixes;

/// Longest name, in characters.
const NAME: usize = 80;
/// Longest slug: the label of a host, with room for a suffix.
const SLUG: usize = 40;
/// Longest number of a licence, in characters.
const LICENCE: usize = 60;
wire_enum! {
    /// What a new tenant begins with.
    pub enum Template {
        /// An open fund, a project and a zakat fund, as drafts; questions and a policy.
        Charity = "charity",
        /// Two products, as drafts; questions, delivery and a policy.
        Shop = "shop",
        /// Nothing.
        Empty = "empty",
    }
}

/// The permission to collect or to trade, as it arrives.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewLicence {
    /// As printed on it.
    pub number: String,
    /// Last day it holds, `YYYY-MM-DD`.
    pub valid_until: Option<String>,
}

/// A text in both languages, as it arrives.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewName {
    /// Arabic.
    pub ar: String,
    /// English.
    pub en: String,
}

/// The body of `POST /api/v1/platform/tenants`, as it arrives.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewTenant {
    /// Label under the base domain.
    pub slug: String,
    /// Shown name.
    pub name: NewName,
    /// `charity` or `shop`.
    pub kind: String,
    /// What it begins with; that of its kind when left out.
    pub template: Option<String>,
    /// Three letters; made from the slug when left out.
    pub reference_prefix: Option<String>,
    /// A charity needs one.
    pub licence: Option<NewLicence>,
    /// Who gets the invitation.
    pub first_admin_email: String,
    /// As colleagues will see them; the part before the at sign when left out.
    pub first_admin_name: Option<String>,
    /// Id of a plan.
    pub plan: String,
}

/// An item to begin with, and its stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// A draft.
    pub item: Item,
    /// Pieces, of a product.
    pub stock: Option<i64>,
}

/// A tenant that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Label under the base domain.
    pub slug: String,
    /// Shown name.
    pub name: Bilingual,
    /// Charity or shop.
    pub kind: TenantKind,
    /// Prefixes to try, in this order; never empty. One alone was asked for.
    pub prefixes: Vec<ReferencePrefix>,
    /// Permission to collect or to trade.
    pub licence: Option<Licence>,
    /// Its first administrator.
    pub admin: Invitee,
    /// Id of its plan, not yet known to exist.
    pub plan: String,
    /// Its colours.
    pub branding: Branding,
    /// Its settings: without an account, so no transfer is offered before one is added.
    pub settings: Settings,
    /// What it offers.
    pub items: Vec<Beginning>,
}

/// Checks what was typed; `reserved` are the platform's own labels.
///
/// # Errors
/// Every field that is amiss.
pub fn parse_opening(
    new: &NewTenant,
    reserved: &[&str],
    today: NaiveDate,
) -> Result<Opening, Vec<FieldError>> {
    let mut faults = Vec::new();
    let mut take = |fault: FieldError| faults.push(fault);
    let slug = slug(&new.slug, reserved)
        .map_err(&mut take)
        .unwrap_or_default();
    let ar = name("name.ar", &new.name.ar)
        .map_err(&mut take)
        .unwrap_or_default();
    let en = name("name.en", &new.name.en)
        .map_err(&mut take)
        .unwrap_or_default();
    let kind = new
        .kind
        .parse::<TenantKind>()
        .map_err(|_| take(FieldError::new("kind", Code::RequestFieldInvalid)))
        .ok();
    let template = template(new.template.as_deref(), kind)
        .map_err(&mut take)
        .ok();
    let prefixes = prefixes(new.reference_prefix.as_deref(), &slug, &en)
        .map_err(&mut take)
        .unwrap_or_default();
    let licence = licence(new.licence.as_ref(), kind, today)
        .map_err(&mut take)
        .unwrap_or_default();
    let admin = admin(new).map_err(&mut take).ok();
    if new.plan.is_empty() {
        take(FieldError::new("plan", Code::RequestFieldRequired));
    }
    match (kind, template, admin) {
        (Some(kind), Some(template), Some(admin)) if faults.is_empty() => {
            let (settings, items) = match template {
                Template::Charity => charity::beginning(),
                Template::Shop => shop::beginning(),
                Template::Empty => (Settings::default(), Vec::new()),
            };
            let branding = match kind {
                TenantKind::Charity => charity::branding(),
                TenantKind::Shop => shop::branding(),
            };
            Ok(Opening {
                slug,
                name: Bilingual { ar, en },
                kind,
                prefixes,
                licence,
                admin,
                plan: new.plan.clone(),
                branding,
                settings,
                items,
            })
        }
        _ => Err(faults),
    }
}

/// A label of a host that is nobody's yet, as far as can be known here. Two hyphens in a row are kept for encoded names.
fn slug(typed: &str, reserved: &[&str]) -> Result<String, FieldError> {
    let fault = |code| FieldError::new("slug", code);
    let slug = typed.trim().to_ascii_lowercase();
    let plain = slug
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let edges = slug.starts_with('-') || slug.ends_with('-') || slug.contains("--");
    if slug.is_empty() {
        Err(fault(Code::RequestFieldRequired))
    } else if !plain || edges || !(2..=SLUG).contains(&slug.len()) {
        Err(fault(Code::TenantSlugInvalid))
    } else if reserved.contains(&slug.as_str()) {
        Err(fault(Code::TenantSlugReserved))
    } else {
        Ok(slug)
    }
}

fn name(field: &str, typed: &str) -> Result<String, FieldError> {
    match text::clean(typed, NAME) {
        Ok(name) if name.is_empty() => Err(FieldError::new(field, Code::RequestFieldRequired)),
        Ok(name) => Ok(name),
        Err(_) => Err(FieldError::new(field, Code::TextTooLong)),
    }
}

/// A charity does not begin as a shop, nor the other way round.
fn template(typed: Option<&str>, kind: Option<TenantKind>) -> Result<Template, FieldError> {
    let of_kind = match kind {
        Some(TenantKind::Shop) => Template::Shop,
        _ => Template::Charity,
    };
    let fault = || FieldError::new("template", Code::RequestFieldInvalid);
    let Some(typed) = typed.filter(|typed| !typed.is_empty()) else {
        return Ok(of_kind);
    };
    let template: Template = typed.parse().map_err(|_| fault())?;
    if template == of_kind || template == Template::Empty || kind.is_none() {
        Ok(template)
    } else {
        Err(fault())
    }
}

fn licence(
    new: Option<&NewLicence>,
    kind: Option<TenantKind>,
    today: NaiveDate,
) -> Result<Option<Licence>, FieldError> {
    let new = new.cloned().unwrap_or_default();
    let number = text::clean(&new.number, LICENCE)
        .map_err(|_| FieldError::new("licence.number", Code::TextTooLong))?;
    let valid_until = match new.valid_until.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(day) => Some(
            day.parse()
                .map_err(|_| FieldError::new("licence.valid_until", Code::RequestFieldInvalid))?,
        ),
    };
    if !number.is_empty() {
        let licence = Licence {
            number,
            authority: Bilingual::default(),
            valid_until,
        };
        return if licence.is_valid_on(today) {
            Ok(Some(licence))
        } else {
            Err(licence_ended())
        };
    }
    if kind == Some(TenantKind::Charity) || valid_until.is_some() {
        return Err(FieldError::new(
            "licence.number",
            Code::RequestFieldRequired,
        ));
    }
    Ok(None)
}

fn admin(new: &NewTenant) -> Result<Invitee, FieldError> {
    let before = new
        .first_admin_email
        .trim()
        .split('@')
        .next()
        .unwrap_or_default();
    let given = new
        .first_admin_name
        .as_deref()
        .filter(|name| !name.trim().is_empty());
    let typed = NewMember {
        email: new.first_admin_email.clone(),
        name: given.map_or_else(|| format!("{before:_<2}"), str::to_owned),
        role: "tenant_admin".to_owned(),
    };
    parse_member(&typed).map_err(|faults| {
        let first = faults.into_iter().next();
        first.map_or_else(
            || FieldError::new("first_admin_email", Code::UserEmailInvalid),
            |fault| FieldError {
                field: format!("first_admin_{}", fault.field),
                ..fault
            },
        )
    })
}

/// A draft with nothing in it; texts are Arabic, then English.
fn draft(
    slug: &str,
    kind: ItemKind,
    title: [&str; 2],
    summary: [&str; 2],
    story: [&str; 2],
) -> Item {
    let pair = |[ar, en]: [&str; 2]| Bilingual::new(ar, en);
    Item {
        id: ItemId::new(),
        slug: slug.to_owned(),
        kind,
        status: ItemStatus::Draft,
        title: pair(title),
        summary: pair(summary),
        story: pair(story),
        price: None,
        target: None,
        unit: None,
        suggested: Vec::new(),
        min: None,
        max: None,
        zakat_eligible: false,
        overfunding: Overfunding::Continue,
        licence: None,
        tags: Vec::new(),
        position: 0,
        revision: 1,
    }
}

fn fils(sums: &[i64]) -> Vec<Fils> {
    sums.iter().copied().map(Fils::new).collect()
}

#[cfg(test)]
mod tests;

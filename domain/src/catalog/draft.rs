//! From what an editor sends to an [`Item`] that may be stored. Lenient while it is being written: what a reader needs is asked for
//! when it is published (`ready`). Called inside the transaction that stores it, so that totals and neighbours are the present ones.

use super::{Item, ItemKind, ItemStatus, ItemTotals, Overfunding, is_slug};
use crate::error::{Code, FieldError};
use crate::form::{self, Errors, both};
use crate::ids::ItemId;
use crate::lang::Bilingual;
use crate::money::Fils;
use crate::tenant::Licence;
use crate::text;
use serde::{Deserialize, Serialize};

/// Longest title, in characters.
pub const TITLE_MAX: usize = 120;
/// Longest summary, in characters.
pub const SUMMARY_MAX: usize = 300;
/// Longest story, in characters.
pub const STORY_MAX: usize = 20_000;
/// Longest name of a unit and of a tag, in characters.
const WORD_MAX: usize = form::WORD_MAX;
/// Tags of an item.
const TAGS_MAX: usize = 12;
/// Suggested amounts of an item.
const SUGGESTED_MAX: usize = 6;
/// Largest price, target or amount, in fils: ten million dinars.
const AMOUNT_MAX: i64 = 10_000_000_000;
/// Largest stock, in pieces.
const STOCK_MAX: i64 = 1_000_000;

/// An item as an editor sends it: amounts in fils, texts in both languages. What is left out is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ItemDraft {
    /// Word in addresses; made from the English title when empty.
    pub slug: String,
    /// `product`, `project`, `fund`, `sponsorship`, `zakat`.
    pub kind: String,
    /// Title.
    pub title: Bilingual,
    /// One or two sentences.
    pub summary: Bilingual,
    /// The long text.
    pub story: Bilingual,
    /// Price of one, in fils.
    pub price: Option<i64>,
    /// What is to be raised, in fils.
    pub target: Option<i64>,
    /// What `price` buys.
    pub unit: Option<Bilingual>,
    /// Amounts offered as buttons, in fils.
    pub suggested: Vec<i64>,
    /// Smallest gift, in fils.
    pub min: Option<i64>,
    /// Largest gift, in fils.
    pub max: Option<i64>,
    /// Pieces or places; null when they are not counted.
    pub stock: Option<i64>,
    /// May be paid from zakat.
    pub zakat_eligible: bool,
    /// `"close"`, `"continue"` or `{"overflow": slug}`; the tenant's own rule when left out.
    pub overfunding: Option<Overfunding>,
    /// The project's own licence.
    pub licence: Option<Licence>,
    /// Labels for filtering.
    pub tags: Vec<String>,
    /// Order in lists, small first.
    pub position: i32,
}

/// What a draft is held against: the tenant as the transaction sees it.
#[derive(Clone, Copy)]
pub struct DraftContext<'a> {
    /// The rule for items that name none.
    pub overfunding: &'a Overfunding,
    /// Every item of the tenant with its totals.
    pub catalog: &'a [(Item, ItemTotals)],
    /// The item that is edited; none when it is new.
    pub present: Option<&'a (Item, ItemTotals)>,
}

/// An item ready to be stored, and its stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftedItem {
    /// The item; status and revision are the present ones, or those of a new item.
    pub item: Item,
    /// Pieces or places.
    pub stock: Option<i64>,
}

/// Checks everything at once.
///
/// # Errors
/// Each broken rule at its field.
pub fn parse_draft(
    draft: &ItemDraft,
    context: &DraftContext<'_>,
) -> Result<DraftedItem, Vec<FieldError>> {
    let mut errors = Errors::default();
    let present = context.present.map(|(item, _)| item);
    let id = present.map_or_else(ItemId::new, |item| item.id);
    let published = present
        .is_some_and(|item| item.status != ItemStatus::Draft && item.status != ItemStatus::Review);
    let kind = parse_kind(draft, present.filter(|_| published), &mut errors);
    let title = both("title", &draft.title, TITLE_MAX, &mut errors, text::clean);
    if title.is_empty() {
        errors.add("title.ar", Code::RequestFieldRequired);
    }
    let slug = parse_slug(draft, &title, id, context, published, &mut errors);
    let price = amount("price", draft.price, &mut errors);
    let target = parse_target(draft, kind, context, &mut errors);
    let (min, max) = parse_bounds(draft, &mut errors);
    let item = Item {
        id,
        kind,
        status: present.map_or(ItemStatus::Draft, |item| item.status),
        summary: both(
            "summary",
            &draft.summary,
            SUMMARY_MAX,
            &mut errors,
            text::clean,
        ),
        story: both(
            "story",
            &draft.story,
            STORY_MAX,
            &mut errors,
            text::clean_lines,
        ),
        unit: draft
            .unit
            .as_ref()
            .map(|unit| both("unit", unit, WORD_MAX, &mut errors, text::clean))
            .filter(|unit| !unit.is_empty()),
        suggested: parse_suggested(draft, min, max, &mut errors),
        zakat_eligible: draft.zakat_eligible || kind == ItemKind::Zakat,
        overfunding: parse_overfunding(draft, &slug, kind, context, &mut errors),
        licence: form::licence(draft.licence.as_ref(), &mut errors),
        tags: parse_tags(draft, &mut errors),
        position: draft.position,
        revision: present.map_or(1, |item| item.revision),
        slug,
        title,
        price,
        target,
        min,
        max,
    };
    let stock = parse_stock(draft, context, &mut errors);
    errors.finish(DraftedItem { item, stock })
}

/// A published item stays what it is: its givers chose it as that.
fn parse_kind(draft: &ItemDraft, fixed: Option<&Item>, errors: &mut Errors) -> ItemKind {
    let Ok(kind) = draft.kind.parse() else {
        errors.add("kind", Code::RequestFieldInvalid);
        return ItemKind::Project;
    };
    if fixed.is_some_and(|item| item.kind != kind) {
        errors.add("kind", Code::ItemFixed);
    }
    kind
}

fn parse_slug(
    draft: &ItemDraft,
    title: &Bilingual,
    id: ItemId,
    context: &DraftContext<'_>,
    published: bool,
    errors: &mut Errors,
) -> String {
    let typed = draft.slug.trim();
    let taken = |slug: &str| {
        context
            .catalog
            .iter()
            .any(|(item, _)| item.slug == slug && item.id != id)
    };
    if typed.is_empty() {
        if let Some((present, _)) = context.present {
            return present.slug.clone();
        }
        return free_slug(&title.en, id, taken);
    }
    if !is_slug(typed) {
        errors.add("slug", Code::ItemSlugInvalid);
    } else if taken(typed) {
        errors.add("slug", Code::ItemSlugTaken);
    } else if published && context.present.is_some_and(|(item, _)| item.slug != typed) {
        errors.add("slug", Code::ItemFixed);
    }
    typed.to_owned()
}

/// From the English title, numbered where that is taken; from the id where there is no Latin letter in it.
fn free_slug(title: &str, id: ItemId, taken: impl Fn(&str) -> bool) -> String {
    let words: Vec<String> = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let mut base = String::new();
    for word in words {
        if base.len().saturating_add(word.len()) > 56 {
            break;
        }
        if !base.is_empty() {
            base.push('-');
        }
        base.push_str(&word);
    }
    if base.is_empty() {
        let id = id.as_uuid().simple().to_string();
        base = format!("item-{}", id.get(24..).unwrap_or_default());
    }
    if !taken(&base) {
        return base;
    }
    (2..10_000)
        .map(|n| format!("{base}-{n}"))
        .find(|slug| !taken(slug))
        .unwrap_or(base)
}

fn amount(field: &str, typed: Option<i64>, errors: &mut Errors) -> Option<Fils> {
    let fils = typed?;
    if (1..=AMOUNT_MAX).contains(&fils) {
        return Some(Fils::new(fils));
    }
    let code = if fils > AMOUNT_MAX {
        Code::OrderAmountTooLarge
    } else {
        Code::RequestFieldInvalid
    };
    errors.add(field, code);
    None
}

fn parse_target(
    draft: &ItemDraft,
    kind: ItemKind,
    context: &DraftContext<'_>,
    errors: &mut Errors,
) -> Option<Fils> {
    let target = amount("target", draft.target, errors);
    if target.is_some() && matches!(kind, ItemKind::Product | ItemKind::Fund) {
        errors.add("target", Code::RequestFieldInvalid);
    }
    let raised = context
        .present
        .map_or(Fils::ZERO, |(_, totals)| totals.raised);
    if target.is_some_and(|target| target < raised) {
        errors.add("target", Code::ItemTargetBelowRaised);
    }
    target
}

fn parse_bounds(draft: &ItemDraft, errors: &mut Errors) -> (Option<Fils>, Option<Fils>) {
    let min = amount("min", draft.min, errors);
    let max = amount("max", draft.max, errors);
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        errors.explain(
            "max",
            Code::RequestFieldInvalid,
            "الحد الأعلى أقل من الحد الأدنى.".to_owned(),
            "The largest amount is below the smallest.".to_owned(),
        );
    }
    (min, max)
}

fn parse_suggested(
    draft: &ItemDraft,
    min: Option<Fils>,
    max: Option<Fils>,
    errors: &mut Errors,
) -> Vec<Fils> {
    if draft.suggested.len() > SUGGESTED_MAX {
        errors.explain(
            "suggested",
            Code::RequestFieldInvalid,
            format!("اقترح {SUGGESTED_MAX} مبالغ على الأكثر."),
            format!("Suggest {SUGGESTED_MAX} amounts at most."),
        );
        return Vec::new();
    }
    let mut amounts = Vec::new();
    for (n, fils) in draft.suggested.iter().enumerate() {
        let field = format!("suggested[{n}]");
        let Some(fils) = amount(&field, Some(*fils), errors) else {
            continue;
        };
        if min.is_some_and(|min| fils < min) || max.is_some_and(|max| fils > max) {
            errors.explain(
                field,
                Code::RequestFieldInvalid,
                "المبلغ خارج الحدود التي وضعتها.".to_owned(),
                "The amount is outside the limits set here.".to_owned(),
            );
        }
        amounts.push(fils);
    }
    amounts.sort_unstable();
    amounts.dedup();
    amounts
}

/// Nothing may be open beyond what there is: orders that hold pieces keep them.
fn parse_stock(draft: &ItemDraft, context: &DraftContext<'_>, errors: &mut Errors) -> Option<i64> {
    let stock = draft.stock?;
    let reserved = context.present.map_or(0, |(_, totals)| totals.reserved);
    if !(0..=STOCK_MAX).contains(&stock) {
        errors.add("stock", Code::RequestFieldInvalid);
    } else if stock < reserved {
        errors.explain(
            "stock",
            Code::RequestFieldInvalid,
            format!("طُلب منها {reserved} حتى الآن؛ لا يمكن أن يقل العدد عن ذلك."),
            format!("{reserved} are ordered already; there cannot be fewer."),
        );
    }
    Some(stock)
}

/// Zakat stays zakat: what is beyond the target of an eligible item goes to an eligible fund alone.
fn parse_overfunding(
    draft: &ItemDraft,
    slug: &str,
    kind: ItemKind,
    context: &DraftContext<'_>,
    errors: &mut Errors,
) -> Overfunding {
    let Some(rule) = draft.overfunding.clone() else {
        return context.present.map_or_else(
            || context.overfunding.clone(),
            |(item, _)| item.overfunding.clone(),
        );
    };
    if let Overfunding::Overflow(fund) = &rule {
        let eligible = draft.zakat_eligible || kind == ItemKind::Zakat;
        let found = context
            .catalog
            .iter()
            .map(|(item, _)| item)
            .find(|item| item.slug == *fund);
        let takes = found.is_some_and(|fund| {
            fund.slug != slug
                && matches!(fund.kind, ItemKind::Fund | ItemKind::Zakat)
                && (fund.zakat_eligible || !eligible)
        });
        if !takes {
            errors.add("overfunding", Code::ItemOverflowInvalid);
        }
    }
    rule
}

fn parse_tags(draft: &ItemDraft, errors: &mut Errors) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for (n, typed) in draft.tags.iter().enumerate() {
        match text::clean(typed, WORD_MAX) {
            Ok(tag) if tag.is_empty() || tags.contains(&tag) => {}
            Ok(tag) => tags.push(tag),
            Err(_) => errors.too_long(format!("tags[{n}]"), WORD_MAX),
        }
    }
    if tags.len() > TAGS_MAX {
        errors.explain(
            "tags",
            Code::RequestFieldInvalid,
            format!("{TAGS_MAX} وسماً على الأكثر."),
            format!("{TAGS_MAX} tags at most."),
        );
    }
    tags
}

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;

/// For the tests of this folder.
#[cfg(test)]
pub(super) mod tests_support {
    use super::*;

    /// A draft that has only a title.
    pub(in super::super) fn item(kind: ItemKind) -> Item {
        Item {
            id: ItemId::new(),
            slug: "well".into(),
            kind,
            status: ItemStatus::Draft,
            title: Bilingual::new("بئر", "Well"),
            summary: Bilingual::default(),
            story: Bilingual::default(),
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
}

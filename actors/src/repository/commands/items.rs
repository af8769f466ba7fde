//! What editors do to the catalog. Each change is held against the items and totals the transaction sees, and is one audit entry.

use sadu_db::idempotency::IdempotencyKey;
use sadu_db::media::{self, Media};
use sadu_db::{Actor, AuditEntry, WriteTx, items, plans, proofs, tenants};
use sadu_domain::catalog::draft::{DraftContext, DraftedItem, ItemDraft, parse_draft};
use sadu_domain::catalog::ready::{blockers, undescribed, unpayable};
use sadu_domain::catalog::{Item, ItemStatus, ItemTotals, Overfunding};
use sadu_domain::error::{Code, FieldError};
use sadu_domain::event::{EventKind, ItemChanged};
use sadu_domain::ids::{EventSubject, ItemId};
use sadu_domain::lang::Bilingual;
use sadu_domain::media::Picture;
use sadu_domain::money::Money;
use sadu_domain::tenant::{OverfundingDefault, Tenant};
use serde_json::{Map, Value, json};

use super::changes::changes;
use super::keyed::{self, Answer};
use crate::error::{Error, Result};
use crate::repository::Command;

/// An item and its totals, as committed.
pub type Entry = (Item, ItemTotals);

/// A new item, as a draft.
pub struct CreateItem {
    /// What was sent.
    pub draft: ItemDraft,
    /// Who.
    pub actor: Actor,
    /// The caller's key, where there is one.
    pub key: Option<IdempotencyKey>,
    /// Makes the answer that is remembered under the key.
    pub render: fn(&Item, &ItemTotals, &[Picture]) -> String,
}

/// A change to an item: the whole of it as the editor has it.
pub struct EditItem {
    /// Which.
    pub id: ItemId,
    /// The revision the editor began with.
    pub revision: i64,
    /// What was sent.
    pub draft: ItemDraft,
    /// Why the target of a published item rises.
    pub reason: Option<String>,
    /// Whether whoever changes it may also publish.
    pub publisher: bool,
    /// Who.
    pub actor: Actor,
}

/// A step in an item's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemStep {
    /// Draft → review: ready in the eyes of who wrote it.
    Submit,
    /// Review → draft.
    Return,
    /// Draft or review → active.
    Publish,
    /// Active → paused.
    Pause,
    /// Paused or funded → active.
    Activate,
    /// Funded → executing.
    Execute,
    /// Executing → completed.
    Complete,
    /// Completed → archived.
    Archive,
}

impl ItemStep {
    /// Every step.
    pub const ALL: [Self; 8] = [
        Self::Submit,
        Self::Return,
        Self::Publish,
        Self::Pause,
        Self::Activate,
        Self::Execute,
        Self::Complete,
        Self::Archive,
    ];

    /// Its word in routes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Return => "return",
            Self::Publish => "publish",
            Self::Pause => "pause",
            Self::Activate => "activate",
            Self::Execute => "execute",
            Self::Complete => "complete",
            Self::Archive => "archive",
        }
    }

    const fn action(self) -> &'static str {
        match self {
            Self::Submit => "item.submit",
            Self::Return => "item.return",
            Self::Publish => "item.publish",
            Self::Pause => "item.pause",
            Self::Activate => "item.activate",
            Self::Execute => "item.execute",
            Self::Complete => "item.complete",
            Self::Archive => "item.archive",
        }
    }

    const fn target(self) -> ItemStatus {
        match self {
            Self::Submit => ItemStatus::Review,
            Self::Return => ItemStatus::Draft,
            Self::Publish | Self::Activate => ItemStatus::Active,
            Self::Pause => ItemStatus::Paused,
            Self::Execute => ItemStatus::Executing,
            Self::Complete => ItemStatus::Completed,
            Self::Archive => ItemStatus::Archived,
        }
    }

    /// Whether an item in `status` can take this step.
    #[must_use]
    pub const fn fits(self, status: ItemStatus) -> bool {
        match self {
            // An administrator need not hand a draft to themselves first.
            Self::Publish => matches!(status, ItemStatus::Draft | ItemStatus::Review),
            Self::Activate => matches!(status, ItemStatus::Paused | ItemStatus::Funded),
            _ => status.may_become(self.target()),
        }
    }
}

/// Moves an item one step on.
pub struct MoveItem {
    /// Which.
    pub id: ItemId,
    /// Where.
    pub step: ItemStep,
    /// Who.
    pub actor: Actor,
    /// The caller's key, where there is one.
    pub key: Option<IdempotencyKey>,
    /// Makes the answer that is remembered under the key.
    pub render: fn(&Item, &ItemTotals, &[Picture]) -> String,
}

/// Takes out what was never published.
pub struct DeleteItem {
    /// Which.
    pub id: ItemId,
    /// Who.
    pub actor: Actor,
}

impl Command for CreateItem {
    type Output = Answer;
    const NAME: &'static str = "item.create";

    async fn run(self, tx: &mut WriteTx) -> Result<Answer> {
        if let Some(first) = keyed::first(tx, self.key.as_ref()).await? {
            return Ok(first);
        }
        let tenant = tenants::load(tx.tx()).await?;
        let catalog = items::catalog(tx.tx()).await?;
        let used = plans::used(tx.tx()).await?;
        plans::load(tx.tx())
            .await?
            .admit_item(used.items)
            .map_err(|full| Error::Blocked(full.code, vec![full]))?;
        let made = drafted(&self.draft, &tenant, &catalog, None)?;
        let DraftedItem { item, stock } = made;
        items::create(tx.tx(), &item, stock).await?;
        tx.audit(entry(
            self.actor,
            Self::NAME,
            &item,
            json!({ "after": described(&item, stock) }),
        ));
        tx.config_changed();
        let totals = ItemTotals {
            stock,
            ..ItemTotals::default()
        };
        keyed::keep(
            tx,
            self.key.as_ref(),
            201,
            (self.render)(&item, &totals, &[]),
            item.id.as_uuid(),
        )
        .await
    }
}

impl Command for EditItem {
    type Output = (Item, ItemTotals, Vec<Picture>);
    const NAME: &'static str = "item.edit";

    async fn run(self, tx: &mut WriteTx) -> Result<Self::Output> {
        let tenant = tenants::load(tx.tx()).await?;
        let catalog = items::catalog(tx.tx()).await?;
        let present = find(&catalog, self.id)?;
        let (before, totals) = present;
        if before.revision != self.revision {
            return Err(Error::Conflict(Code::ItemRevisionConflict));
        }
        if matches!(before.status, ItemStatus::Archived | ItemStatus::Cancelled) {
            return Err(Error::Conflict(Code::ItemInvalidTransition));
        }
        let DraftedItem { mut item, stock } =
            drafted(&self.draft, &tenant, &catalog, Some(present))?;
        let reason = self.reason.filter(|reason| !reason.trim().is_empty());
        let rises =
            before.status.is_public() && item.target > before.target && before.target.is_some();
        if rises && reason.is_none() {
            return Err(Error::Invalid(vec![FieldError::new(
                "reason",
                Code::ItemReasonRequired,
            )]));
        }
        if before.status.is_public() {
            let reserved = promises(before, &item);
            if !self.publisher && !reserved.is_empty() {
                return Err(Error::Invalid(reserved));
            }
            // What visitors see stays complete.
            let missing = missing(tx, &item, &tenant, &catalog);
            if !missing.is_empty() {
                return Err(Error::Invalid(missing));
            }
        }
        let pictures = shown(media::of_item(tx.tx(), item.id).await?);
        let mut diff = changes(&described(before, totals.stock), &described(&item, stock));
        if diff.is_empty() {
            return Ok((item, *totals, pictures));
        }
        if let Some(reason) = reason {
            diff.insert("reason".to_owned(), reason.into());
        }
        items::update(tx.tx(), &item, stock).await?;
        item.revision = item.revision.saturating_add(1);
        tx.audit(entry(self.actor, Self::NAME, &item, Value::Object(diff)));
        tx.config_changed();
        Ok((item, ItemTotals { stock, ..*totals }, pictures))
    }
}

/// What a published item promises for money and is about to promise otherwise. Words and pictures staff mend by themselves, on
/// record; this is for whoever may publish.
fn promises(before: &Item, after: &Item) -> Vec<FieldError> {
    let moved = [
        ("price", before.price != after.price),
        ("target", before.target != after.target),
        (
            "zakat_eligible",
            before.zakat_eligible != after.zakat_eligible,
        ),
        ("overfunding", before.overfunding != after.overfunding),
        ("licence.number", before.licence != after.licence),
    ];
    let said = |field: &str| {
        let message = Bilingual::new(
            "بعد النشر لا يغيّر هذا إلا مدير.",
            "Once published, only an administrator changes this.",
        );
        FieldError::with_message(field, Code::AuthForbidden, message)
    };
    let moved = moved.iter().filter(|(_, moved)| *moved);
    moved.map(|(field, _)| said(field)).collect()
}

impl Command for MoveItem {
    type Output = Answer;
    const NAME: &'static str = "item.move";

    async fn run(self, tx: &mut WriteTx) -> Result<Answer> {
        if let Some(first) = keyed::first(tx, self.key.as_ref()).await? {
            return Ok(first);
        }
        let tenant = tenants::load(tx.tx()).await?;
        let catalog = items::catalog(tx.tx()).await?;
        let (item, totals) = find(&catalog, self.id)?;
        if !self.step.fits(item.status) {
            return Err(Error::Conflict(Code::ItemInvalidTransition));
        }
        let pictures = media::of_item(tx.tx(), item.id).await?;
        if matches!(self.step, ItemStep::Publish | ItemStep::Activate) {
            let mut missing = missing(tx, item, &tenant, &catalog);
            missing.extend(undescribed(pictures.iter().map(|m| (m.state, &m.alt))));
            missing.extend(unpayable(&tenant));
            if !missing.is_empty() {
                return Err(Error::Blocked(Code::ItemNotReady, missing));
            }
        }
        if self.step == ItemStep::Complete && !proofs::any_published(tx.tx(), item.id).await? {
            return Err(Error::Conflict(Code::ItemNoProof));
        }
        let status = self.step.target();
        items::set_status(tx.tx(), item.id, status).await?;
        let moved = Item {
            status,
            revision: item.revision.saturating_add(1),
            ..item.clone()
        };
        if self.step == ItemStep::Publish {
            let data = ItemChanged {
                slug: moved.slug.clone(),
                title: moved.title.clone(),
                raised: Money::kwd(totals.raised),
                target: moved.target.map(Money::kwd),
            };
            tx.emit(
                EventKind::ItemPublished,
                EventSubject::Item(moved.id),
                &data,
            )?;
        }
        let diff = json!({ "before": { "status": item.status }, "after": { "status": status } });
        tx.audit(entry(self.actor, self.step.action(), &moved, diff));
        tx.config_changed();
        keyed::keep(
            tx,
            self.key.as_ref(),
            200,
            (self.render)(&moved, totals, &shown(pictures)),
            moved.id.as_uuid(),
        )
        .await
    }
}

impl Command for DeleteItem {
    type Output = ();
    const NAME: &'static str = "item.delete";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        let catalog = items::catalog(tx.tx()).await?;
        let (item, totals) = find(&catalog, self.id)?;
        if !matches!(item.status, ItemStatus::Draft | ItemStatus::Review) {
            return Err(Error::Conflict(Code::ItemNotDraft));
        }
        let now = tx.now();
        media::leave(tx.tx(), item.id, now).await?;
        items::delete(tx.tx(), item.id).await?;
        let diff = json!({ "before": described(item, totals.stock) });
        tx.audit(entry(self.actor, Self::NAME, item, diff));
        tx.config_changed();
        Ok(())
    }
}

fn find(catalog: &[Entry], id: ItemId) -> Result<&Entry> {
    catalog
        .iter()
        .find(|(item, _)| item.id == id)
        .ok_or(Error::NotFound(Code::NotFound))
}

fn drafted(
    draft: &ItemDraft,
    tenant: &Tenant,
    catalog: &[Entry],
    present: Option<&Entry>,
) -> Result<DraftedItem> {
    let rule = match (&tenant.settings.overfunding, &tenant.settings.overflow_to) {
        (OverfundingDefault::Overflow, Some(fund)) => Overfunding::Overflow(fund.clone()),
        (OverfundingDefault::Continue, _) => Overfunding::Continue,
        _ => Overfunding::Close,
    };
    let context = DraftContext {
        overfunding: &rule,
        catalog,
        present,
    };
    parse_draft(draft, &context).map_err(Error::Invalid)
}

fn missing(tx: &WriteTx, item: &Item, tenant: &Tenant, catalog: &[Entry]) -> Vec<FieldError> {
    let open = |slug: &str| {
        catalog
            .iter()
            .any(|(fund, _)| fund.slug == slug && fund.accepts_gifts())
    };
    blockers(item, tenant.default_lang, tenant.day(tx.now()), open)
}

/// Those that visitors may see.
fn shown(pictures: Vec<Media>) -> Vec<Picture> {
    pictures
        .into_iter()
        .filter(|media| !media.alt.ar.is_empty() && !media.alt.en.is_empty())
        .filter_map(Media::picture)
        .collect()
}

/// An item as the audit log keeps it.
fn described(item: &Item, stock: Option<i64>) -> Map<String, Value> {
    let mut fields = match serde_json::to_value(item) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    fields.remove("id");
    fields.remove("revision");
    fields.insert("stock".to_owned(), stock.into());
    fields
}

fn entry(actor: Actor, action: &'static str, item: &Item, diff: Value) -> AuditEntry {
    AuditEntry {
        actor,
        action,
        object_type: "item",
        object_id: Some(item.id.to_string()),
        diff,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_fit_where_the_life_of_an_item_allows_them() {
        use ItemStatus::{Active, Completed, Draft, Executing, Funded, Paused, Review};
        for (step, from) in [
            (ItemStep::Submit, vec![Draft]),
            (ItemStep::Return, vec![Review]),
            (ItemStep::Publish, vec![Draft, Review]),
            (ItemStep::Pause, vec![Active]),
            (ItemStep::Activate, vec![Funded, Paused]),
            (ItemStep::Execute, vec![Funded]),
            (ItemStep::Complete, vec![Executing]),
            (ItemStep::Archive, vec![Completed]),
        ] {
            for status in ItemStatus::ALL {
                assert_eq!(
                    step.fits(*status),
                    from.contains(status),
                    "{step:?} from {status}"
                );
            }
        }
    }
}

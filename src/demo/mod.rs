//! The demo: three fictional tenants with what they offer, their people, and sixty days of activity.
//!
//! [`seed`] writes through the functions the product itself uses, so that every figure is the ledger's. Texts are in `items` and
//! in a file a tenant. A tenant whose slug is taken is left alone, so seeding twice changes nothing. [`illustrate`] adds the pictures
//! once the product runs: they go the way of everybody's.

mod clock;
mod dice;
mod draft;
mod history;
mod items;
mod masar;
mod nakhla;
mod people;
mod pictures;
mod plan;
mod sidra;
mod spec;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use sadu_db::hosts::{self, HostName};
use sadu_db::seal::{MasterKey, TenantKeys};
use sadu_db::{
    Actor, AuditEntry, Db, DbError, PlatformAdmin, TenantCtx, TenantTx, WriteTx, WriterSet,
    items as catalog, proofs, tenants, users,
};
use sadu_domain::access::Role;
use sadu_domain::catalog::{Item, ItemKind};
use sadu_domain::colour::Colour;
use sadu_domain::ids::{TenantId, UserId};
use sadu_domain::reference::{Reference, ReferenceKey, ReferencePrefix};
use sadu_domain::tenant::Tenant;

use crate::dev::oidc::ACCOUNTS;
use crate::media::IntakeError;
use dice::Dice;
use draft::Draft;
use history::Book;
pub use pictures::illustrate;
use plan::{Measure, Promise};
use spec::{Pair, Spec};

/// Who licences the demo's charities: nobody.
const AUTHORITY: Pair = ("جهة ترخيص تجريبية", "Demo licensing authority");

/// Why the demo could not be written.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database's.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A demo text is not of its type: a mistake in this module.
    #[error("the demo's {0} is not valid")]
    Text(&'static str),
    /// A tenant's actors.
    #[error(transparent)]
    Act(#[from] sadu_actors::Error),
    /// A picture that did not get into the bucket.
    #[error(transparent)]
    Intake(#[from] IntakeError),
}

/// A tenant that was not there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its id.
    pub id: TenantId,
    /// Its slug.
    pub slug: String,
}

/// What [`seed`] did, and what it may not do itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seeded {
    /// The tenants that were made; the others were there. What their history left to be done is past: for [`sadu_db::forget_jobs`],
    /// which takes the migrator's login.
    pub made: Vec<Made>,
    /// Names of their own that tenants answer on: for [`sadu_db::register_domain`], which takes that login too.
    pub domains: Vec<(TenantId, &'static str)>,
    /// Who runs the platform: for [`sadu_db::appoint`], which takes the migrator's login.
    pub root: PlatformAdmin,
}

/// Puts the demo's tenants in, with sixty days up to `now`, unless they are there. `issuer` is the development provider's.
///
/// # Errors
/// The database's; a tenant is kept whole or not at all.
pub async fn seed(
    db: &Db,
    master: &MasterKey,
    issuer: &str,
    now: DateTime<Utc>,
) -> Result<Seeded, DemoError> {
    let (mut made, mut domains) = (Vec::new(), Vec::new());
    let writers = db.writers();
    for tenant in [nakhla::tenant()?, sidra::tenant()?, masar::tenant()?] {
        let name = HostName::Slug(&tenant.slug);
        if hosts::resolve(db, name).await?.is_some() {
            continue;
        }
        put_in(&writers, master, &tenant, now).await?;
        if tenant.slug == "masar" {
            domains.push((tenant.id, masar::DOMAIN));
        }
        made.push(Made {
            id: tenant.id,
            slug: tenant.slug,
        });
    }
    Ok(Seeded {
        made,
        domains,
        root: root(issuer)?,
    })
}

fn root(issuer: &str) -> Result<PlatformAdmin, DemoError> {
    let account = ACCOUNTS
        .iter()
        .find(|account| account.username.ends_with("@platform"))
        .ok_or(DemoError::Text("accounts"))?;
    Ok(PlatformAdmin {
        email: account.email.to_owned(),
        name: account.name.to_owned(),
        issuer: issuer.to_owned(),
        subject: account.subject(),
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the tenant is made here, under an id that was drawn a moment ago"
)]
fn ctx(tenant: TenantId) -> TenantCtx {
    TenantCtx::vouch(tenant)
}

async fn put_in(
    writers: &WriterSet,
    master: &MasterKey,
    tenant: &Tenant,
    now: DateTime<Utc>,
) -> Result<(), DemoError> {
    let mut dice = Dice::new(&tenant.slug);
    let promises = plan::of(&tenant.slug, &mut dice);
    let mut tx = writers.tenant(ctx(tenant.id)).await?;
    tenants::create(&mut tx, tenant, master).await?;
    let staff = invite(&mut tx, &tenant.slug).await?;
    let mut offered = Vec::new();
    for (position, spec) in (1..).zip(items::of(&tenant.slug)) {
        let item = spec.item(position);
        catalog::create(&mut tx, &item, stock(&spec, &promises)).await?;
        for shown in spec.proofs {
            proofs::publish(&mut tx, &shown.proof(item.id, now), now).await?;
        }
        offered.push(item);
    }
    let keys = tenants::keys(&mut tx, master).await?;
    let mut drafts = drafts(&mut tx, tenant, promises, &offered, &keys, now, &mut dice).await?;
    let mut tx = WriteTx::within(tx, now).await?;
    let book = Book {
        items: &offered,
        keys: &keys,
        staff: &staff,
        now,
    };
    history::write(&mut tx, &book, &mut drafts, &mut dice).await?;
    tx.audit(AuditEntry {
        actor: nobody(),
        action: "tenant.seed_demo",
        object_type: "tenant",
        object_id: Some(tenant.id.to_string()),
        diff: serde_json::json!({ "after": { "items": offered.len(), "orders": drafts.len() } }),
    });
    tx.commit().await?;
    Ok(())
}

/// Who writes a demo.
fn nobody() -> Actor {
    Actor {
        id: "system".to_owned(),
        role: "system".to_owned(),
        via: None,
        ip: None,
        user_agent: None,
        request_id: None,
    }
}

/// Goods: what can still be ordered and what is held. Sponsorships: all places.
fn stock(spec: &Spec, promises: &[Promise]) -> Option<i64> {
    let held = promises
        .iter()
        .filter(|promise| promise.end.holds())
        .flat_map(|promise| &promise.lines)
        .filter(|(slug, _)| *slug == spec.slug)
        .map(|(_, measure)| match measure {
            Measure::Pieces(pieces) => *pieces,
            Measure::Sum(_) => 0,
        })
        .sum::<i64>();
    let held = if spec.kind == ItemKind::Product {
        held
    } else {
        0
    };
    spec.stock.map(|free| free + held)
}

/// The promises as orders, oldest first, with references from the tenant's own counter.
async fn drafts(
    tx: &mut TenantTx,
    tenant: &Tenant,
    promises: Vec<Promise>,
    items: &[Item],
    keys: &TenantKeys,
    now: DateTime<Utc>,
    dice: &mut Dice,
) -> Result<Vec<Draft>, DemoError> {
    let count = i64::try_from(promises.len()).map_err(|_| DemoError::Text("length"))?;
    let first = tenants::lease_references(tx, count).await?;
    let key = ReferenceKey::new(keys.reference_key());
    (first..)
        .zip(promises)
        .map(|(number, promise)| {
            let kind = draft::kind(tenant, &promise).reference_kind();
            let number = u64::try_from(number).map_err(|_| DemoError::Text("number"))?;
            let reference = Reference::mint(tenant.prefix, kind, number, &key)
                .map_err(|_| DemoError::Text("number"))?;
            Draft::new(promise, tenant, items, reference, now, dice)
        })
        .collect()
}

/// The development provider's people of this tenant; their first sign-in binds them.
async fn invite(tx: &mut TenantTx, slug: &str) -> Result<Vec<UserId>, DemoError> {
    let mut staff = Vec::new();
    for account in ACCOUNTS {
        let Some((who, place)) = account.username.split_once('@') else {
            continue;
        };
        if place != slug {
            continue;
        }
        let role = if who == "admin" {
            Role::TenantAdmin
        } else {
            Role::Staff
        };
        let id = UserId::new();
        users::invite(tx, id, account.email, account.name, role).await?;
        // Without a second factor nobody confirms money.
        if account.mfa {
            staff.push(id);
        }
    }
    Ok(staff)
}

fn colour(text: &str) -> Result<Colour, DemoError> {
    text.parse().map_err(|_| DemoError::Text("colour"))
}

fn prefix(text: &str) -> Result<ReferencePrefix, DemoError> {
    text.parse().map_err(|_| DemoError::Text("prefix"))
}

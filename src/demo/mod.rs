//! The demo: three fictional tenants with what they offer, their people, and sixty days of activity.
//!
//! [`seed`] writes through the functions the product itself uses, so that every figure is the ledger's. Texts are in `items` and
//! in a file a tenant. A tenant whose slug is taken is left alone, so seeding twice changes nothing.

mod items;
mod masar;
mod nakhla;
mod sidra;
mod spec;

use chrono::{DateTime, Utc};
use sadu_db::hosts::{self, HostName};
use sadu_db::seal::MasterKey;
use sadu_db::{Db, DbError, TenantCtx, TenantTx, items as catalog, tenants, users};
use sadu_domain::access::Role;
use sadu_domain::colour::Colour;
use sadu_domain::ids::{TenantId, UserId};
use sadu_domain::reference::ReferencePrefix;
use sadu_domain::tenant::Tenant;

use crate::dev::oidc::ACCOUNTS;
use spec::Pair;

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
}

/// What [`seed`] did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seeded {
    /// Slugs of the tenants that were made; the others were there.
    pub made: Vec<String>,
}

/// Puts the demo's tenants in, as of `now`, unless they are there. `issuer` is the development provider's.
///
/// # Errors
/// The database's; a tenant is kept whole or not at all.
pub async fn seed(
    db: &Db,
    master: &MasterKey,
    issuer: &str,
    now: DateTime<Utc>,
) -> Result<Seeded, DemoError> {
    let mut seeded = Seeded::default();
    for tenant in [nakhla::tenant()?, sidra::tenant()?, masar::tenant()?] {
        if hosts::resolve(db, HostName::Slug(&tenant.slug))
            .await?
            .is_some()
        {
            continue;
        }
        put_in(db, master, &tenant).await?;
        tracing::info!(tenant = %tenant.slug, issuer, at = %now, "demo tenant made");
        seeded.made.push(tenant.slug);
    }
    Ok(seeded)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the tenant is made here, under an id that was drawn a moment ago"
)]
fn ctx(tenant: TenantId) -> TenantCtx {
    TenantCtx::vouch(tenant)
}

async fn put_in(db: &Db, master: &MasterKey, tenant: &Tenant) -> Result<(), DemoError> {
    let mut tx = db.tenant(ctx(tenant.id)).await?;
    tenants::create(&mut tx, tenant, master).await?;
    if tenant.slug == "masar" {
        tenants::register_domain(&mut tx, masar::DOMAIN).await?;
    }
    invite(&mut tx, &tenant.slug).await?;
    for (position, spec) in (1..).zip(items::of(&tenant.slug)) {
        catalog::create(&mut tx, &spec.item(position), spec.stock).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The development provider's people of this tenant; their first sign-in binds them.
async fn invite(tx: &mut TenantTx, slug: &str) -> Result<(), DemoError> {
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
        users::invite(tx, UserId::new(), account.email, account.name, role).await?;
    }
    Ok(())
}

fn colour(text: &str) -> Result<Colour, DemoError> {
    text.parse().map_err(|_| DemoError::Text("colour"))
}

fn prefix(text: &str) -> Result<ReferencePrefix, DemoError> {
    text.parse().map_err(|_| DemoError::Text("prefix"))
}

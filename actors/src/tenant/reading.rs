//! A tenant as it stands in storage: read whole, or only what moved.

use chrono::Utc;
use sadu_db::seal::{MasterKey, TenantKeys};
use sadu_db::{Db, DbError, TenantCtx, content, inbox_events, items, media, proofs, tenants};
use sadu_domain::content::{PageName, Rendered, default};
use sadu_domain::tenant::Tenant;

use super::snapshot::{Catalog, Pages, TenantSnapshot};

/// The tenant from storage, at one instant.
pub(crate) async fn load(db: &Db, ctx: TenantCtx) -> Result<TenantSnapshot, DbError> {
    let mut tx = db.tenant_snapshot(ctx).await?;
    let (head, _) = inbox_events::head(&mut tx).await?;
    let tenant = tenants::load(&mut tx).await?;
    let items = items::list(&mut tx).await?;
    let totals = items::totals_since(&mut tx, -1).await?;
    let proofs = proofs::published(&mut tx).await?;
    let pictures = media::shown(&mut tx).await?;
    let written = content::list(&mut tx).await?;
    tx.commit().await?;
    let catalog = Catalog::new(items)
        .with_proofs(proofs)
        .with_pictures(pictures);
    let pages = rendered(&tenant, &written);
    Ok(TenantSnapshot::new(
        head,
        tenant,
        catalog,
        pages,
        totals,
        Utc::now(),
    ))
}

/// Every page of the tenant's own, made once here and not once a visit.
fn rendered(tenant: &Tenant, written: &[content::Stored]) -> Pages {
    PageName::ALL
        .iter()
        .map(|name| {
            let own = written.iter().find(|(written, _, _)| written == name);
            let page = own.map_or_else(
                || Rendered::of(&default(*name, tenant)),
                |(_, page, _)| Rendered::of(page),
            );
            (*name, page)
        })
        .collect()
}

/// The tenant's keys from storage.
pub(crate) async fn keys(
    db: &Db,
    ctx: TenantCtx,
    master: &MasterKey,
) -> Result<TenantKeys, DbError> {
    let mut tx = db.tenant(ctx).await?;
    let keys = tenants::keys(&mut tx, master).await?;
    tx.commit().await?;
    Ok(keys)
}

/// The snapshot with what moved since it was taken.
pub(crate) async fn refresh(
    db: &Db,
    ctx: TenantCtx,
    mut current: TenantSnapshot,
) -> Result<TenantSnapshot, DbError> {
    let mut tx = db.tenant_snapshot(ctx).await?;
    let (head, _) = inbox_events::head(&mut tx).await?;
    let totals = items::totals_since(&mut tx, current.version).await?;
    tx.commit().await?;
    current.apply(totals);
    current.version = current.version.max(head);
    Ok(current)
}

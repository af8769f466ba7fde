//! `GET /api/v1/admin/funding`: the live funding page as data.

use actix_web::{HttpResponse, web};
use sadu_actors::TenantHandle;
use sadu_db::items;
use sadu_domain::catalog::{Item, ItemTotals};
use sadu_domain::money::{Fils, Money};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::items::ItemJson;
use crate::api::wire::MoneyJson;
use crate::auth::TenantAdmin;
use crate::error::ApiResult;
use crate::middleware::tenant::TenantRef;

/// Sums over all items, and each item. Every sum of money is of one version.
#[derive(Debug, Serialize, ToSchema)]
pub struct Funding<'a> {
    #[schema(value_type = MoneyJson)]
    raised: Money,
    #[schema(value_type = MoneyJson)]
    in_flight: Money,
    #[schema(value_type = MoneyJson)]
    awaiting_transfer: Money,
    /// Orders that money arrived for. One that gave to several items is a donor of each of them, and one here.
    donors: i64,
    items: Vec<ItemJson<'a>>,
    version: i64,
    as_of: chrono::DateTime<chrono::Utc>,
}

fn sum<'a>(
    entries: impl Iterator<Item = (&'a Item, &'a ItemTotals)>,
    of: impl Fn(&ItemTotals) -> Fils,
) -> Money {
    Money::kwd(Fils::checked_sum(entries.map(|(_, t)| of(t))).unwrap_or(Fils::new(i64::MAX)))
}

/// How many gave or bought, whatever for.
///
/// # Errors
/// `busy`.
pub async fn donors(tenant: &TenantHandle) -> ApiResult<i64> {
    let mut tx = tenant.read().await?;
    let donors = items::givers(&mut tx).await?;
    tx.commit().await?;
    Ok(donors)
}

/// Raised, in flight, awaiting, target and donors per item.
#[utoipa::path(get, path = "/api/v1/admin/funding", tag = "admin", responses((status = 200, body = Funding<'static>)))]
pub async fn show(_admin: TenantAdmin, tenant: TenantRef) -> ApiResult<HttpResponse> {
    let donors = donors(&tenant).await?;
    let snapshot = tenant.snapshot();
    Ok(HttpResponse::Ok().json(Funding {
        raised: sum(snapshot.entries(), |t| t.raised),
        in_flight: sum(snapshot.entries(), |t| t.in_flight),
        awaiting_transfer: sum(snapshot.entries(), |t| t.awaiting_transfer),
        donors,
        items: snapshot
            .entries()
            .map(|(item, totals)| ItemJson::new(item, totals, snapshot.catalog.pictures(item.id)))
            .collect(),
        version: snapshot.version,
        as_of: snapshot.as_of,
    }))
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/funding", web::get().to(show));
}

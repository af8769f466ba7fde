//! Items: the list, and one with its live figures. From the snapshot: no SQL.

use actix_web::{HttpRequest, HttpResponse, web};
use sadu_actors::TenantSnapshot;
use sadu_domain::catalog::{Item, ItemKind, ItemStatus, ItemTotals, Overfunding};
use sadu_domain::error::Code;
use sadu_domain::lang::Bilingual;
use sadu_domain::media::Picture;
use sadu_domain::money::{Fils, Money};
use sadu_domain::tenant::Licence;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::paging::{self, PageQuery};
use crate::api::wire::{BilingualJson, MoneyJson, Page, json};
use crate::error::{ApiError, ApiResult};
use crate::kept::{AnswerCache, AnswerKey};
use crate::middleware::tenant::TenantRef;

/// A picture of an item.
#[derive(Debug, Serialize, ToSchema)]
pub struct PictureJson<'a> {
    /// Path of its largest drawing on the tenant's host.
    url: String,
    #[schema(value_type = BilingualJson)]
    alt: &'a Bilingual,
    /// In pixels.
    w: u32,
    /// In pixels.
    h: u32,
}

impl<'a> PictureJson<'a> {
    fn new(picture: &'a Picture) -> Option<Self> {
        let largest = picture.largest()?;
        Some(Self {
            url: picture.url(largest),
            alt: &picture.alt,
            w: largest.w,
            h: largest.h,
        })
    }
}

/// An item with its figures.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemJson<'a> {
    #[schema(value_type = uuid::Uuid)]
    id: sadu_domain::ids::ItemId,
    slug: &'a str,
    #[schema(value_type = String, example = "project")]
    kind: ItemKind,
    #[schema(value_type = String, example = "active")]
    status: ItemStatus,
    #[schema(value_type = BilingualJson)]
    title: &'a Bilingual,
    #[schema(value_type = BilingualJson)]
    summary: &'a Bilingual,
    #[schema(value_type = Option<MoneyJson>)]
    price: Option<Money>,
    /// Null for an open fund.
    #[schema(value_type = Option<MoneyJson>)]
    target: Option<Money>,
    #[schema(value_type = MoneyJson)]
    raised: Money,
    #[schema(value_type = MoneyJson)]
    in_flight: Money,
    #[schema(value_type = MoneyJson)]
    awaiting_transfer: Money,
    #[schema(value_type = MoneyJson)]
    pledged: Money,
    #[schema(value_type = Option<MoneyJson>)]
    remaining: Option<Money>,
    /// Whole percent, rounded down; may exceed 100.
    percent: Option<i64>,
    donors: i64,
    #[schema(value_type = Option<BilingualJson>)]
    unit: Option<&'a Bilingual>,
    /// Pieces that can still be ordered; null where there is no stock.
    stock: Option<i64>,
    #[schema(value_type = Vec<MoneyJson>)]
    suggested: Vec<Money>,
    #[schema(value_type = Option<MoneyJson>)]
    min: Option<Money>,
    #[schema(value_type = Option<MoneyJson>)]
    max: Option<Money>,
    zakat_eligible: bool,
    /// `continue`, `close`, or the fund that takes what is over.
    #[schema(value_type = serde_json::Value)]
    overfunding: &'a Overfunding,
    #[schema(value_type = Option<Object>)]
    licence: Option<&'a Licence>,
    /// Pictures, the leading one first.
    media: Vec<PictureJson<'a>>,
    tags: &'a [String],
    /// The tenant's event seq at which the figures last changed.
    version: i64,
}

fn kwd(fils: Fils) -> Money {
    Money::kwd(fils)
}

impl<'a> ItemJson<'a> {
    /// An item as the wire has it.
    #[must_use]
    pub fn new(item: &'a Item, totals: &ItemTotals, pictures: &'a [Picture]) -> Self {
        Self {
            id: item.id,
            slug: &item.slug,
            kind: item.kind,
            status: item.status,
            title: &item.title,
            summary: &item.summary,
            price: item.price.map(kwd),
            target: item.target.map(kwd),
            raised: kwd(totals.raised),
            in_flight: kwd(totals.in_flight),
            awaiting_transfer: kwd(totals.awaiting_transfer),
            pledged: kwd(totals.pledged),
            remaining: totals.remaining(item.target).map(kwd),
            percent: totals.percent(item.target),
            donors: totals.donors,
            unit: item.unit.as_ref(),
            stock: totals.available(),
            suggested: item.suggested.iter().copied().map(kwd).collect(),
            min: item.min.map(kwd),
            max: item.max.map(kwd),
            zakat_eligible: item.zakat_eligible,
            overfunding: &item.overfunding,
            licence: item.licence.as_ref(),
            media: pictures.iter().filter_map(PictureJson::new).collect(),
            tags: &item.tags,
            version: totals.version,
        }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ItemsQuery {
    /// Words in either language; spelling is forgiven, the best fit comes first.
    q: Option<String>,
    /// `product`, `project`, `fund`, `sponsorship`, `zakat`.
    kind: Option<String>,
    /// `active`, `paused`, `funded`, `executing`, `completed`.
    status: Option<String>,
    /// One tag.
    tag: Option<String>,
    /// Rows wanted: 20 unless told, at most 100.
    limit: Option<u32>,
    /// Of the page before.
    cursor: Option<String>,
}

impl ItemsQuery {
    fn shows(&self, item: &Item) -> bool {
        let is = |wanted: &Option<String>, word: &str| wanted.as_deref().is_none_or(|w| w == word);
        item.status.is_public()
            && is(&self.kind, item.kind.as_str())
            && is(&self.status, item.status.as_str())
            && self.tag.as_ref().is_none_or(|tag| item.tags.contains(tag))
    }

    fn name(&self) -> String {
        format!(
            "items|{:?}|{:?}|{:?}|{:?}",
            self.q, self.kind, self.status, self.tag
        )
    }
}

/// Items that can be seen, in the tenant's order, or the best fit first when words are given.
#[utoipa::path(get, path = "/api/v1/items", tag = "public", params(ItemsQuery), responses((status = 200, description = "A page of items: `{data:[Item], next_cursor}`")))]
pub async fn list(tenant: TenantRef, query: web::Query<ItemsQuery>) -> ApiResult<HttpResponse> {
    let snapshot = tenant.snapshot();
    let paging = PageQuery {
        limit: query.limit,
        cursor: query.cursor.clone(),
    };
    let name = query.name();
    let skip: usize = paging
        .position(&tenant, &name)?
        .map_or(Ok(0), |p| p.parse())
        .map_err(|_| ApiError::code(Code::CursorInvalid))?;
    let mut shown: Vec<ItemJson<'_>> = snapshot
        .search(query.q.as_deref().unwrap_or_default())
        .await?
        .into_iter()
        .filter(|(item, _)| query.shows(item))
        .skip(skip)
        .take(paging.rows().saturating_add(1))
        .map(|(item, totals)| ItemJson::new(item, totals, snapshot.catalog.pictures(item.id)))
        .collect();
    let more = shown.len() > paging.rows();
    shown.truncate(paging.rows());
    let next = more.then(|| {
        paging::seal(
            &tenant,
            &name,
            &skip.saturating_add(paging.rows()).to_string(),
        )
    });
    Ok(HttpResponse::Ok().json(Page {
        data: shown,
        next_cursor: next,
    }))
}

/// The item of a public route; drafts and the like are as unknown as another tenant's.
///
/// # Errors
/// `not_found`.
pub fn public<'a>(
    snapshot: &'a TenantSnapshot,
    slug_or_id: &str,
) -> ApiResult<(&'a Item, &'a ItemTotals)> {
    snapshot
        .find(slug_or_id)
        .filter(|(item, _)| item.status.is_public())
        .ok_or_else(|| ApiError::code(Code::NotFound))
}

/// One item.
#[utoipa::path(get, path = "/api/v1/items/{slug}", tag = "public", params(("slug" = String, Path, description = "Slug or id")), responses((status = 200, body = ItemJson<'static>), (status = 304, description = "The caller has it already"), (status = 404, body = crate::error::Problem<'static>)))]
pub async fn show(
    request: HttpRequest,
    tenant: TenantRef,
    slug: web::Path<String>,
    cache: web::Data<AnswerCache>,
) -> ApiResult<HttpResponse> {
    let snapshot = tenant.snapshot();
    let key = AnswerKey::json(&snapshot, "api.item", &slug);
    cache.serve(&request, &key, &snapshot, || {
        let (item, totals) = public(&snapshot, &slug)?;
        let pictures = snapshot.catalog.pictures(item.id);
        json(&ItemJson::new(item, totals, pictures))
    })
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/items", web::get().to(list))
        .route("/items/{slug}", web::get().to(show));
}

//! `/card.png` and `/card/{slug}.png`: what the preview of a link shows, 1,200 by 630 dots, the tenant's cloth and how far an
//! item has come.
//!
//! Drawing one takes tens of milliseconds, so it happens on a thread of its own, once for each state of an item, and nobody
//! who reads a page waits for it: only programs that make previews ask. There are no words in it. They stand beside it in
//! every preview, and Arabic letters need a font to join, which a server does not have.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use image::imageops::FilterType;
use moka::future::Cache;
use resvg::{tiny_skia, usvg};
use sadu_domain::catalog::ItemStatus;
use sadu_domain::error::Code;
use sadu_domain::ids::{ItemId, TenantId};
use sadu_domain::tenant::Tenant;
use serde::Deserialize;

use super::art::cloth;
use super::logo;
use crate::assets::IMMUTABLE;
use crate::error::ApiError;
use crate::middleware::tenant::TenantRef;
use crate::pages::entry::Entry;
use crate::resource::{Effort, Resource};
use crate::state::App;

/// Bytes of cards a process keeps.
const KEPT: u64 = 32 * 1024 * 1024;
/// Dots across and down.
const SIZE: (u32, u32) = (1_200, 630);
/// Most dots of a logo across and down.
const LOGO: (u32, u32) = (560, 280);
/// Dots of white around it.
const MARGIN: u16 = 40;
/// Dots a unit of the drawing.
const SCALE: f32 = 6.0;

/// Which card: all that is seen on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Card {
    tenant: TenantId,
    version: i64,
    item: Option<ItemId>,
    percent: Option<i64>,
}

/// The cards of a process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Cards(Cache<Card, Arc<Resource>>);

impl Default for Cards {
    fn default() -> Self {
        let weigh = |_: &Card, png: &Arc<Resource>| u32::try_from(png.weight()).unwrap_or(u32::MAX);
        Self(Cache::builder().weigher(weigh).max_capacity(KEPT).build())
    }
}

/// The state in the address of a card.
#[derive(Debug, Deserialize)]
pub struct State {
    #[serde(default)]
    v: String,
}

/// What tells the states of a card apart, as its address says it.
fn state(tenant: &Tenant, percent: Option<i64>) -> String {
    match percent {
        Some(percent) => format!("{}-{percent}", tenant.version),
        None => tenant.version.to_string(),
    }
}

/// Address of an item's card, without its host and leading slash.
#[must_use]
pub fn address(entry: &Entry<'_>) -> String {
    let percent = entry.totals.percent(entry.item.target);
    let state = state(entry.frame.tenant, percent);
    format!("card/{}.png?v={state}", entry.item.slug)
}

/// `GET /card.png?v=`: of the whole site.
///
/// # Errors
/// `internal` when it cannot be drawn.
pub async fn site(
    request: HttpRequest,
    tenant: TenantRef,
    app: web::Data<App>,
    query: web::Query<State>,
) -> Result<HttpResponse, ApiError> {
    let snapshot = tenant.snapshot();
    let asked = (None, None);
    answer(&request, &app, &snapshot.tenant, asked, &query.v).await
}

/// `GET /card/{slug}.png?v=`: of an item.
///
/// # Errors
/// `not_found` for an item that has no page, `internal` when the card cannot be drawn.
pub async fn item(
    request: HttpRequest,
    tenant: TenantRef,
    app: web::Data<App>,
    slug: web::Path<String>,
    query: web::Query<State>,
) -> Result<HttpResponse, ApiError> {
    let snapshot = tenant.snapshot();
    let (item, totals) = snapshot
        .find(&slug)
        .filter(|(item, _)| item.status.is_public() || item.status == ItemStatus::Archived)
        .ok_or(ApiError::code(Code::NotFound))?;
    let asked = (Some(item.id), totals.percent(item.target));
    answer(&request, &app, &snapshot.tenant, asked, &query.v).await
}

async fn answer(
    request: &HttpRequest,
    app: &App,
    tenant: &Tenant,
    (item, percent): (Option<ItemId>, Option<i64>),
    asked: &str,
) -> Result<HttpResponse, ApiError> {
    let card = Card {
        tenant: tenant.id,
        version: tenant.version,
        item,
        percent,
    };
    let cloth = cloth(tenant);
    let seed = item.map_or(0, |item| item.as_uuid().as_u128());
    let drawn = app.cards.0.try_get_with(card, async {
        // That of the site bears the tenant's logo; an item's says how far it has come.
        let logo = match item {
            None => logo::jpeg(app, tenant).await?,
            Some(_) => None,
        };
        let drawn = web::block(move || {
            let logo = logo.as_ref().map(|logo| logo.bytes());
            dots(&cloth.card(seed, percent), logo)
        });
        let drawn = drawn.await.ok().flatten();
        drawn.map(Arc::new).ok_or(Code::Internal)
    });
    let png = drawn.await.map_err(|code| {
        tracing::error!(code = code.as_str(), "a card was not drawn");
        ApiError::code(*code)
    })?;
    let present = asked == state(tenant, percent);
    let mut answer = png.answer(request, if present { IMMUTABLE } else { "no-cache" });
    // It is made to be shown elsewhere.
    answer.headers_mut().insert(
        header::CROSS_ORIGIN_RESOURCE_POLICY,
        header::HeaderValue::from_static("cross-origin"),
    );
    Ok(answer)
}

/// The drawing as a PNG, with a logo in its middle; `None` if it is no drawing.
fn dots(svg: &str, logo: Option<&[u8]>) -> Option<Resource> {
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default()).ok()?;
    let mut canvas = tiny_skia::Pixmap::new(SIZE.0, SIZE.1)?;
    let scale = tiny_skia::Transform::from_scale(SCALE, SCALE);
    resvg::render(&tree, scale, &mut canvas.as_mut());
    if let Some(logo) = logo {
        sign(&mut canvas, logo)?;
    }
    let png = canvas.encode_png().ok()?;
    Some(Resource::new("image/png", png, Effort::Thorough))
}

/// Lays a logo over the middle, on white. It is one that we drew, so it is read here.
fn sign(canvas: &mut tiny_skia::Pixmap, jpeg: &[u8]) -> Option<()> {
    let logo = image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg).ok()?;
    // A small one is not blown up into a blur.
    let most = |room: u32, side: u32| room.min(side.saturating_mul(2));
    let (wide, high) = (most(LOGO.0, logo.width()), most(LOGO.1, logo.height()));
    let logo = logo.resize(wide, high, FilterType::CatmullRom).to_rgba8();
    let (w, h) = logo.dimensions();
    let middle = |whole: u32, part: u32| i32::try_from(whole.saturating_sub(part) / 2).ok();
    let (x, y) = (middle(SIZE.0, w)?, middle(SIZE.1, h)?);
    let (left, top) = (u16::try_from(x).ok()?, u16::try_from(y).ok()?);
    let (across, down) = (u16::try_from(w).ok()?, u16::try_from(h).ok()?);
    let panel = tiny_skia::Rect::from_xywh(
        left.saturating_sub(MARGIN).into(),
        top.saturating_sub(MARGIN).into(),
        across.saturating_add(2 * MARGIN).into(),
        down.saturating_add(2 * MARGIN).into(),
    )?;
    let mut white = tiny_skia::Paint::default();
    white.set_color(tiny_skia::Color::WHITE);
    let still = tiny_skia::Transform::identity();
    canvas.fill_rect(panel, &white, still, None);
    let size = tiny_skia::IntSize::from_wh(w, h)?;
    let logo = tiny_skia::Pixmap::from_vec(logo.into_raw(), size)?;
    let paint = tiny_skia::PixmapPaint::default();
    canvas.draw_pixmap(x, y, logo.as_ref(), &paint, still, None);
    Some(())
}

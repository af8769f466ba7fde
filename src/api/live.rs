//! `GET /api/v1/live`: the public funding feed (SSE). Nothing is replayed: the first message is the present state; afterwards each
//! item at most twice a second, the newest figure winning.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use bytes::Bytes;
use futures::StreamExt;
use sadu_actors::{TenantHandle, TenantSnapshot};
use sadu_domain::ids::ItemId;
use sadu_domain::money::Money;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::error::ApiResult;
use crate::middleware::tenant::TenantRef;
use crate::state::App;

/// At most two a second an item.
const PACE: Duration = Duration::from_millis(500);
/// A comment at least this often keeps proxies from closing the line.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// Items one viewer may follow.
const MOST: usize = 100;

/// Which items to follow.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LiveQuery {
    /// Slugs or ids, comma-separated; all public items without it.
    items: Option<String>,
}

#[derive(Serialize)]
struct Funding<'a> {
    item: &'a str,
    raised: Money,
    in_flight: Money,
    awaiting_transfer: Money,
    remaining: Option<Money>,
    percent: Option<i64>,
    donors: i64,
    version: i64,
}

/// Live funding of items, as server-sent events.
#[utoipa::path(get, path = "/api/v1/live", tag = "public", params(LiveQuery), responses((status = 200, content_type = "text/event-stream", description = "`event: funding` with item, raised, in_flight, percent, donors, version")))]
pub async fn feed(
    tenant: TenantRef,
    app: web::Data<App>,
    query: web::Query<LiveQuery>,
) -> ApiResult<HttpResponse> {
    let snapshot = tenant.snapshot();
    let wanted = |slug: &str, id: ItemId| {
        query
            .items
            .as_deref()
            .is_none_or(|w| w.split(',').any(|i| i == slug || i == id.to_string()))
    };
    let items: Vec<ItemId> = snapshot
        .entries()
        .filter(|(i, _)| i.status.is_public() && wanted(&i.slug, i.id))
        .map(|(i, _)| i.id)
        .take(MOST)
        .collect();
    let feed = Feed {
        changes: tenant.changes(),
        tenant: tenant.0.clone(),
        draining: app.draining.clone(),
        items,
        shown: HashMap::new(),
        first: true,
    };
    let stream = futures::stream::unfold(feed, |mut feed| async move {
        feed.next()
            .await
            .map(|chunk| (Ok::<_, actix_web::Error>(chunk), feed))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(stream.boxed_local()))
}

struct Feed {
    tenant: TenantHandle,
    changes: watch::Receiver<i64>,
    /// This process ends: the browser comes back to another.
    draining: Arc<AtomicBool>,
    items: Vec<ItemId>,
    shown: HashMap<ItemId, i64>,
    first: bool,
}

impl Feed {
    /// The next piece of the stream; none when the tenant is gone from this process (the browser comes back by itself).
    async fn next(&mut self) -> Option<Bytes> {
        if !self.first {
            tokio::time::sleep(PACE).await;
        }
        self.first = false;
        loop {
            if self.draining.load(Ordering::Relaxed) || !self.tenant.serves_pages() {
                return None;
            }
            self.changes.borrow_and_update();
            let text = self.changed(&self.tenant.snapshot());
            if !text.is_empty() {
                return Some(text.into());
            }
            match tokio::time::timeout(HEARTBEAT, self.changes.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return None,
                Err(_) if self.tenant.is_awake() => {
                    return Some(Bytes::from_static(b": still here\n\n"));
                }
                Err(_) => return None,
            }
        }
    }

    fn changed(&mut self, snapshot: &TenantSnapshot) -> String {
        let mut text = String::new();
        for (item, totals) in snapshot
            .entries()
            .filter(|(i, _)| self.items.contains(&i.id))
        {
            if self.shown.insert(item.id, totals.version) == Some(totals.version) {
                continue;
            }
            let funding = Funding {
                item: &item.slug,
                raised: Money::kwd(totals.raised),
                in_flight: Money::kwd(totals.in_flight),
                awaiting_transfer: Money::kwd(totals.awaiting_transfer),
                remaining: totals.remaining(item.target).map(Money::kwd),
                percent: totals.percent(item.target),
                donors: totals.donors,
                version: totals.version,
            };
            if let Ok(data) = serde_json::to_string(&funding) {
                text.push_str(&format!(
                    "id: {}\nevent: funding\ndata: {data}\n\n",
                    totals.version
                ));
            }
        }
        text
    }
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/live", web::get().to(feed));
}

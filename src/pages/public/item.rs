//! `/{lang}/items/{slug}`: one item, what is left of it, and the form to give or order.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template as _;
use chrono::{DateTime, Utc};
use sadu_actors::TenantSnapshot;
use sadu_domain::catalog::{ItemStatus, Overfunding};
use sadu_domain::error::Code;

use super::asked::Asked;
use super::rendered;
use super::view::ItemPage;
use crate::error::ApiError;
use crate::pages::cache::{PageCache, PageKey};
use crate::pages::entry::Entry;
use crate::pages::format::clock;
use crate::pages::frame::{Frame, Head};

/// `GET /{lang}/items/{slug}`.
///
/// # Errors
/// `not_found` for an unknown item and one that is not public.
pub async fn item(
    request: HttpRequest,
    asked: Asked,
    cache: web::Data<PageCache>,
) -> Result<HttpResponse, ApiError> {
    let slug = request.match_info().get("slug").unwrap_or_default();
    let key = PageKey {
        route: "item",
        part: slug,
        ..asked.key()
    };
    cache.serve(&request, &key, &asked.snapshot, || {
        let page = page(asked.frame(), &asked.snapshot, slug, Utc::now())
            .ok_or(ApiError::code(Code::NotFound))?;
        rendered(page.render())
    })
}

/// The page at `now`; `None` for an item that visitors may not see. Archived items keep their page.
#[must_use]
pub fn page<'a>(
    frame: Frame<'a>,
    snapshot: &'a TenantSnapshot,
    slug: &str,
    now: DateTime<Utc>,
) -> Option<ItemPage<'a>> {
    let (item, totals) = snapshot.find(slug).filter(|(item, _)| {
        item.slug == slug && (item.status.is_public() || item.status == ItemStatus::Archived)
    })?;
    let entry = Entry::new(frame, item, totals);
    let overflow = match &item.overfunding {
        Overfunding::Overflow(fund) => snapshot
            .find(fund)
            .map(|(item, totals)| Entry::new(frame, item, totals)),
        Overfunding::Close | Overfunding::Continue => None,
    };
    let title = frame.t(&item.title);
    let address = format!("{}{}", frame.origin, entry.url());
    Some(ItemPage {
        head: Head::public(title, frame.t(&item.summary), format!("items/{slug}")),
        overflow,
        as_of: frame.number(clock(now, &frame.tenant.timezone)),
        share: super::whatsapp(&format!("{title}\n{address}")),
        entry,
        frame,
    })
}

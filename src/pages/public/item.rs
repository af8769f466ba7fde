//! `/{lang}/items/{slug}`: one item, what is left of it, and the form to give or order.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template as _;
use chrono::{DateTime, Utc};
use sadu_actors::TenantSnapshot;
use sadu_domain::catalog::{ItemStatus, Overfunding};
use sadu_domain::error::Code;
use sadu_domain::proof::{Proof, ProofKind};

use super::asked::Asked;
use super::view::{ItemPage, ProofView};
use super::{card, data, rendered};
use crate::error::ApiError;
use crate::kept::{AnswerCache, AnswerKey};
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
    cache: web::Data<AnswerCache>,
) -> Result<HttpResponse, ApiError> {
    let slug = request.match_info().get("slug").unwrap_or_default();
    let key = AnswerKey {
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
    let entry = Entry::new(frame, item, totals).showing(snapshot.catalog.pictures(item.id));
    let overflow = match &item.overfunding {
        Overfunding::Overflow(fund) => snapshot
            .find(fund)
            .map(|(item, totals)| Entry::new(frame, item, totals)),
        Overfunding::Close | Overfunding::Continue => None,
    };
    let title = frame.t(&item.title);
    let address = format!("{}{}", frame.origin, entry.url());
    Some(ItemPage {
        head: Head {
            card: Some(card::address(&entry)),
            data: data::item(&entry),
            ..Head::public(title, frame.t(&item.summary), format!("items/{slug}"))
        },
        lead: entry.lead(),
        more: entry.more(),
        overflow,
        proofs: snapshot
            .catalog
            .proofs(item.id)
            .iter()
            .map(|proof| proof_view(frame, proof))
            .collect(),
        as_of: frame.number(clock(now, &frame.tenant.timezone)),
        share: super::whatsapp(&format!("{title}\n{address}")),
        entry,
        frame,
    })
}

fn proof_view<'a>(frame: Frame<'a>, proof: &'a Proof) -> ProofView<'a> {
    let w = &frame.w.item;
    ProofView {
        iso: proof.taken_on.to_string(),
        day: frame.day(&proof.taken_on),
        kind: match proof.kind {
            ProofKind::Photo => w.proof_photo,
            ProofKind::Video => w.proof_video,
            ProofKind::Invoice => w.proof_invoice,
            ProofKind::Certificate => w.proof_certificate,
            ProofKind::Report => w.proof_report,
            ProofKind::Handover => w.proof_handover,
        },
        caption: frame.t(&proof.caption),
        place: frame.t(&proof.place),
        amount: proof.amount.map(|amount| frame.numerals().exact(amount)),
    }
}

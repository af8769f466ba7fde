//! What a tenant says about itself: `/{lang}/about`, `faq`, `policies`, `privacy`, `contact` and `transparency`. Its own text, or ours,
//! comes first; what the platform knows follows.
//!
//! All of it comes from the snapshot; nothing personal is in it, so the page cache keeps it.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};
use sadu_actors::TenantSnapshot;
use sadu_domain::content::{PageName, Rendered};
use sadu_domain::error::Code;
use sadu_domain::lang::Lang;
use sadu_domain::markdown::Html;

use super::asked::Asked;
use super::view::Sum;
use super::{data, home, rendered};
use crate::error::ApiError;
use crate::kept::{AnswerCache, AnswerKey};
use crate::pages::entry::Entry;
use crate::pages::format::clock;
use crate::pages::frame::{Frame, Head};

/// The topics, as they stand in addresses.
pub const TOPICS: [&str; 6] = [
    "about",
    "faq",
    "policies",
    "privacy",
    "contact",
    "transparency",
];

/// The page.
#[derive(Template)]
#[template(path = "public/about.html")]
pub struct About<'a> {
    frame: Frame<'a>,
    head: Head,
    topic: &'static str,
    /// The tenant's own text, or ours; none where there is neither.
    text: Option<&'a Rendered>,
    /// Every public item; transparency only.
    entries: Vec<Entry<'a>>,
    sum: Option<Sum>,
    as_of: String,
}

/// A text of the tenant's own, or ours.
struct Own<'a> {
    html: &'a Html,
    /// Its language, where that is not the page's.
    lang: Option<Lang>,
}

impl<'a> About<'a> {
    fn own(&self) -> Option<Own<'a>> {
        let text = self.text?;
        let lang = text.lang(self.frame.lang);
        Some(Own {
            html: text.body(self.frame.lang),
            lang: (lang != self.frame.lang).then_some(lang),
        })
    }
}

/// `GET /{lang}/{topic}`.
///
/// # Errors
/// `not_found` for another topic, and for a shop's transparency: it raises nothing.
pub async fn about(
    request: HttpRequest,
    asked: Asked,
    cache: web::Data<AnswerCache>,
) -> Result<HttpResponse, ApiError> {
    let wanted = request.match_info().get("topic").unwrap_or_default();
    let unknown = || ApiError::code(Code::NotFound);
    let topic = TOPICS
        .into_iter()
        .find(|topic| *topic == wanted)
        .ok_or_else(unknown)?;
    let key = AnswerKey {
        route: "about",
        part: topic,
        ..asked.key()
    };
    cache.serve(&request, &key, &asked.snapshot, || {
        let page = page(asked.frame(), &asked.snapshot, topic, Utc::now()).ok_or_else(unknown)?;
        rendered(page.render())
    })
}

/// The page of `topic` at `now`; `None` where the tenant has no such page.
#[must_use]
pub fn page<'a>(
    frame: Frame<'a>,
    snapshot: &'a TenantSnapshot,
    topic: &'static str,
    now: DateTime<Utc>,
) -> Option<About<'a>> {
    let w = &frame.w.about;
    let (word, name) = match topic {
        "about" => (w.about, PageName::About),
        "faq" => (w.faq, PageName::Faq),
        "policies" => (w.policies, PageName::Policies),
        "privacy" => (w.privacy, PageName::Privacy),
        "contact" => (w.contact, PageName::Contact),
        _ if frame.is_shop() => return None,
        _ => (w.transparency, PageName::TransparencyIntro),
    };
    let page = snapshot.pages.get(&name);
    let title = page
        .map(|page| frame.t(&page.title))
        .filter(|title| !title.is_empty())
        .unwrap_or(word);
    let entries: Vec<Entry<'a>> = if topic == "transparency" {
        home::shown(frame, snapshot)
    } else {
        Vec::new()
    };
    Some(About {
        head: Head::public(title, format!("{title} – {}", frame.name()), topic).with_data(
            if topic == "faq" && !frame.tenant.settings.faq.is_empty() {
                data::faq(&frame)
            } else {
                String::new()
            },
        ),
        sum: home::sum(frame, &entries),
        as_of: frame.number(clock(now, &frame.tenant.timezone)),
        text: page.filter(|page| !page.is_empty()),
        frame,
        topic,
        entries,
    })
}

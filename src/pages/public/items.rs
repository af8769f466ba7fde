//! `/{lang}/items`: everything the tenant shows, narrowed by kind or status, and searched.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template as _;
use sadu_domain::catalog::{Item, ItemKind, ItemStatus, ItemTotals};
use serde::Deserialize;

use super::asked::Asked;
use super::rendered;
use super::view::{Filter, Items};
use crate::error::ApiError;
use crate::kept::{AnswerCache, AnswerKey};
use crate::pages::entry::Entry;
use crate::pages::frame::{Frame, Head};

/// Characters of a search that are looked at.
const QUERY: usize = 80;

/// The query string. Words that mean nothing here are ignored, as a campaign's links carry their own.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    status: String,
}

/// One way to narrow the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Narrow {
    All,
    Kind(ItemKind),
    Status(ItemStatus),
}

impl Narrow {
    fn of(wanted: &Wanted) -> Self {
        match (
            wanted.kind.parse::<ItemKind>(),
            wanted.status.parse::<ItemStatus>(),
        ) {
            (Ok(kind), _) => Self::Kind(kind),
            (_, Ok(status)) if status.is_public() => Self::Status(status),
            _ => Self::All,
        }
    }

    fn takes(self, item: &Item) -> bool {
        match self {
            Self::All => true,
            Self::Kind(kind) => item.kind == kind,
            Self::Status(status) => item.status == status,
        }
    }

    fn query(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Kind(ItemKind::Product) => "kind=product",
            Self::Kind(ItemKind::Project) => "kind=project",
            Self::Kind(ItemKind::Fund) => "kind=fund",
            Self::Kind(ItemKind::Sponsorship) => "kind=sponsorship",
            Self::Kind(ItemKind::Zakat) => "kind=zakat",
            Self::Status(ItemStatus::Active) => "status=active",
            Self::Status(ItemStatus::Paused) => "status=paused",
            Self::Status(ItemStatus::Funded) => "status=funded",
            Self::Status(ItemStatus::Executing) => "status=executing",
            Self::Status(_) => "status=completed",
        }
    }

    fn word(self, frame: Frame<'_>) -> &'static str {
        let w = &frame.w.item;
        match self {
            Self::All => frame.w.site.all,
            Self::Kind(ItemKind::Product) => w.kinds_product,
            Self::Kind(ItemKind::Project) => w.kinds_project,
            Self::Kind(ItemKind::Fund) => w.kinds_fund,
            Self::Kind(ItemKind::Sponsorship) => w.kinds_sponsorship,
            Self::Kind(ItemKind::Zakat) => w.kinds_zakat,
            Self::Status(ItemStatus::Active) => w.status_active,
            Self::Status(ItemStatus::Paused) => w.status_paused,
            Self::Status(ItemStatus::Funded) => w.status_funded,
            Self::Status(ItemStatus::Executing) => w.status_executing,
            Self::Status(_) => w.status_completed,
        }
    }
}

/// `GET /{lang}/items?q=&kind=&status=`.
///
/// # Errors
/// None of its own.
pub async fn items(
    request: HttpRequest,
    asked: Asked,
    wanted: web::Query<Wanted>,
    cache: web::Data<AnswerCache>,
) -> Result<HttpResponse, ApiError> {
    let narrow = Narrow::of(&wanted);
    let query: String = wanted.q.trim().chars().take(QUERY).collect();
    if query.is_empty() {
        let all = || asked.snapshot.entries().collect();
        let render = || rendered(page(&asked, all(), narrow, String::new()).render());
        let key = AnswerKey {
            route: "items",
            part: narrow.query(),
            ..asked.key()
        };
        return cache.serve(&request, &key, &asked.snapshot, render);
    }
    // Searches are as many as visitors: they are answered and forgotten.
    let found = asked.snapshot.search(&query).await?;
    let shown = page(&asked, found, narrow, query);
    Ok(super::html(rendered(shown.render())?))
}

/// The page of what was found, in its order.
fn page<'a>(
    of: &'a Asked,
    found: Vec<(&'a Item, &'a ItemTotals)>,
    narrow: Narrow,
    query: String,
) -> Items<'a> {
    let frame = of.frame();
    let shown: Vec<_> = found
        .into_iter()
        .filter(|(item, _)| item.status.is_public())
        .collect();
    let choices = std::iter::once(Narrow::All)
        .chain(ItemKind::ALL.iter().copied().map(Narrow::Kind))
        .chain(ItemStatus::ALL.iter().copied().map(Narrow::Status));
    let mut filters: Vec<Filter> = choices
        .filter(|choice| *choice == narrow || divides(*choice, &shown))
        .map(|choice| Filter {
            word: choice.word(frame),
            url: frame.url(&format!("items{}", asked(choice, &query))),
            current: choice == narrow,
        })
        .collect();
    if filters.len() < 2 {
        filters.clear();
    }
    let entries = shown
        .into_iter()
        .filter(|(item, _)| narrow.takes(item))
        .map(|(item, totals)| {
            Entry::new(frame, item, totals).showing(of.snapshot.catalog.pictures(item.id))
        })
        .collect();
    let title = if frame.is_shop() {
        frame.w.site.all_products
    } else {
        frame.w.site.all_projects
    };
    let about = format!("{title} – {}", frame.name());
    let head = Head::public(title, about, "items")
        .with_query(asked(narrow, &query).trim_start_matches('?'));
    Items {
        frame,
        head,
        query,
        filters,
        entries,
    }
}

/// A filter is worth showing when it leaves something out and something in.
fn divides(choice: Narrow, shown: &[(&Item, &ItemTotals)]) -> bool {
    let taken = shown.iter().filter(|(item, _)| choice.takes(item)).count();
    choice == Narrow::All || (taken > 0 && taken < shown.len())
}

/// The query string of a filter together with the search it narrows, with its question mark; empty for everything.
fn asked(choice: Narrow, query: &str) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    if !query.is_empty() {
        pairs.append_pair("q", query);
    }
    if let Some((name, value)) = choice.query().split_once('=') {
        pairs.append_pair(name, value);
    }
    let pairs = pairs.finish();
    if pairs.is_empty() {
        pairs
    } else {
        format!("?{pairs}")
    }
}

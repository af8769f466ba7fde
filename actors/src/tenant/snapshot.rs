//! [`TenantSnapshot`]: what a tenant looks like at one event number. Pages, APIs and feeds read it with no lock, no message and
//! no SQL; only the supervisor makes a new one.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sadu_domain::catalog::{Item, ItemTotals};
use sadu_domain::content::{PageName, Rendered};
use sadu_domain::ids::{ItemId, MediaId};
use sadu_domain::media::Picture;
use sadu_domain::proof::Proof;
use sadu_domain::tenant::Tenant;
use tokio::sync::OnceCell;

use crate::error::{Error, Result};
use crate::search::{Builder, SearchIndex};

/// Every item of a tenant, in its order of display.
#[derive(Debug, Default)]
pub struct Catalog {
    items: Arc<[Item]>,
    by_id: HashMap<ItemId, usize>,
    by_slug: HashMap<String, usize>,
    /// What visitors may see, newest first.
    proofs: HashMap<ItemId, Vec<Proof>>,
    /// What visitors may see, in their order.
    pictures: HashMap<ItemId, Vec<Picture>>,
    /// Made when it is first searched, and for as long as the catalog.
    index: OnceCell<SearchIndex>,
}

impl Catalog {
    /// Indexes these items.
    #[must_use]
    pub fn new(items: Vec<Item>) -> Self {
        let by_id = items.iter().enumerate().map(|(n, i)| (i.id, n)).collect();
        let by_slug = items
            .iter()
            .enumerate()
            .map(|(n, i)| (i.slug.clone(), n))
            .collect();
        Self {
            items: items.into(),
            by_id,
            by_slug,
            proofs: HashMap::new(),
            pictures: HashMap::new(),
            index: OnceCell::new(),
        }
    }

    /// The same, with these proofs; those of one item in their order.
    #[must_use]
    pub fn with_proofs(mut self, proofs: Vec<Proof>) -> Self {
        for proof in proofs {
            self.proofs.entry(proof.item).or_default().push(proof);
        }
        self
    }

    /// Published proofs of an item, newest first.
    #[must_use]
    pub fn proofs(&self, item: ItemId) -> &[Proof] {
        self.proofs.get(&item).map_or(&[], Vec::as_slice)
    }

    /// The same, with these pictures; those of one item in their order.
    #[must_use]
    pub fn with_pictures(mut self, pictures: Vec<Picture>) -> Self {
        for picture in pictures {
            self.pictures.entry(picture.item).or_default().push(picture);
        }
        self
    }

    /// Pictures of an item, the leading one first.
    #[must_use]
    pub fn pictures(&self, item: ItemId) -> &[Picture] {
        self.pictures.get(&item).map_or(&[], Vec::as_slice)
    }

    /// One of the pictures, whatever the status of its item.
    #[must_use]
    pub fn picture(&self, id: MediaId) -> Option<&Picture> {
        self.pictures
            .values()
            .flatten()
            .find(|picture| picture.id == id)
    }

    /// The items.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Positions of the items that fit `query`, best first; `None` when there is no word in it.
    async fn search(&self, query: &str) -> Result<Option<Vec<usize>>> {
        let make = || async {
            let items = Arc::clone(&self.items);
            // A large catalog takes a while, which no other visitor of this thread should wait for.
            tokio::task::spawn_blocking(move || indexed(&items))
                .await
                .map_err(|error| {
                    tracing::error!(%error, "a catalog could not be indexed");
                    Error::Internal
                })
        };
        let index = self.index.get_or_try_init(make).await?;
        Ok(index.search(query))
    }

    fn position(&self, slug_or_id: &str) -> Option<usize> {
        self.by_slug
            .get(slug_or_id)
            .or_else(|| self.by_id.get(&slug_or_id.parse().ok()?))
            .copied()
    }
}

/// Titles outweigh what is said about an item, and that its story.
fn indexed(items: &[Item]) -> SearchIndex {
    let mut builder = Builder::default();
    for item in items {
        let tags = item.tags.iter().map(|tag| (tag.as_str(), 2.0));
        let texts = [(&item.title, 3.0), (&item.summary, 1.5), (&item.story, 0.5)];
        let both = texts
            .into_iter()
            .flat_map(|(text, weight)| [(text.ar.as_str(), weight), (text.en.as_str(), weight)]);
        builder.add(both.chain(tags).chain([(item.slug.as_str(), 1.0)]));
    }
    builder.build()
}

/// The tenant's own pages, as visitors get them.
pub(crate) type Pages = HashMap<PageName, Rendered>;

/// One tenant at one event number.
#[derive(Debug, Clone)]
pub struct TenantSnapshot {
    /// The tenant's event seq up to which this is true.
    pub version: i64,
    /// Settings, branding, name.
    pub tenant: Arc<Tenant>,
    /// What it offers.
    pub catalog: Arc<Catalog>,
    /// The pages that it writes itself, or ours where it has not.
    pub pages: Arc<Pages>,
    /// Totals, in the order of `catalog.items()`.
    pub totals: Vec<ItemTotals>,
    /// When it was made.
    pub as_of: DateTime<Utc>,
}

impl TenantSnapshot {
    pub(crate) fn new(
        version: i64,
        tenant: Tenant,
        catalog: Catalog,
        pages: Pages,
        mut totals: HashMap<ItemId, ItemTotals>,
        as_of: DateTime<Utc>,
    ) -> Self {
        let totals = catalog
            .items()
            .iter()
            .map(|i| totals.remove(&i.id).unwrap_or_default())
            .collect();
        Self {
            version,
            tenant: Arc::new(tenant),
            catalog: Arc::new(catalog),
            pages: Arc::new(pages),
            totals,
            as_of,
        }
    }

    /// The item with this slug or id, whatever its status, and its totals.
    #[must_use]
    pub fn find(&self, slug_or_id: &str) -> Option<(&Item, &ItemTotals)> {
        let n = self.catalog.position(slug_or_id)?;
        Some((self.catalog.items.get(n)?, self.totals.get(n)?))
    }

    /// Every item with its totals, in order of display.
    pub fn entries(&self) -> impl Iterator<Item = (&Item, &ItemTotals)> {
        self.catalog.items.iter().zip(&self.totals)
    }

    /// The items that fit a text in either language, best first, whatever their status; all in order of display when there is no
    /// word in it.
    ///
    /// # Errors
    /// `Internal` when the index could not be made.
    pub async fn search(&self, query: &str) -> Result<Vec<(&Item, &ItemTotals)>> {
        Ok(match self.catalog.search(query).await? {
            None => self.entries().collect(),
            Some(found) => found
                .into_iter()
                .filter_map(|n| Some((self.catalog.items.get(n)?, self.totals.get(n)?)))
                .collect(),
        })
    }

    /// Takes in totals that are newer than the ones here.
    pub(crate) fn apply(&mut self, moved: impl IntoIterator<Item = (ItemId, ItemTotals)>) {
        for (id, totals) in moved {
            if let Some(slot) = self
                .catalog
                .by_id
                .get(&id)
                .and_then(|n| self.totals.get_mut(*n))
                && totals.version >= slot.version
            {
                *slot = totals;
            }
        }
    }
}

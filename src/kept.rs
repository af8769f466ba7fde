//! Answers that are the same for everybody, kept while they are true.
//!
//! Pages with nothing personal in them (home, list, item) and what programs read of them (site, item). [`AnswerCache`] keeps
//! their bytes by tenant, host, language and route; one is sent again while the tenant's snapshot is the one it was made
//! from and it is younger than [`FRESH`], so that "as of 14:02" stays honest. A hit renders nothing and copies no body, and
//! an answer is compressed once for all who take that.
//!
//! Each worker thread has its own cache: no lock, no shared counter on the hottest path of the site. It is bounded by
//! bytes; what was not asked for while the younger half filled up is forgotten.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use sadu_actors::TenantSnapshot;
use sadu_domain::ids::TenantId;
use sadu_domain::lang::Lang;

use crate::resource::{Effort, Resource};

/// How long an unchanged answer may be sent again.
const FRESH: Duration = Duration::from_secs(30);
const REVALIDATE: &str = "no-cache";
/// Media type of pages.
pub const HTML: &str = "text/html; charset=utf-8";
/// Media type of what programs read.
const JSON: &str = "application/json";
/// Bytes of bodies in one half of one worker's cache.
const HALF: usize = 16 * 1024 * 1024;

/// Which answer of a tenant.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub struct AnswerKey<'a> {
    /// The tenant.
    pub tenant: TenantId,
    /// The host, which canonical addresses name.
    pub host: &'a str,
    /// Language; the tenant's own where there is but one answer.
    pub lang: Lang,
    /// Media type.
    pub media_type: &'static str,
    /// The kind of page.
    pub route: &'static str,
    /// What tells answers of one kind apart: a slug, a filter.
    pub part: &'a str,
}

impl<'a> AnswerKey<'a> {
    /// Of what programs read: JSON without an address of its host in it.
    #[must_use]
    pub fn json(snapshot: &TenantSnapshot, route: &'static str, part: &'a str) -> Self {
        Self {
            tenant: snapshot.tenant.id,
            host: "",
            lang: snapshot.tenant.default_lang,
            media_type: JSON,
            route,
            part,
        }
    }
}

struct Answer {
    tenant: TenantId,
    host: Box<str>,
    lang: Lang,
    route: &'static str,
    part: Box<str>,
    version: i64,
    snapshot_of: DateTime<Utc>,
    made: Instant,
    body: Rc<Resource>,
}

impl Answer {
    fn is(&self, key: &AnswerKey<'_>) -> bool {
        self.tenant == key.tenant
            && *self.host == *key.host
            && self.lang == key.lang
            && self.route == key.route
            && *self.part == *key.part
    }

    fn holds(&self, snapshot: &TenantSnapshot) -> bool {
        self.version == snapshot.version
            && self.snapshot_of == snapshot.as_of
            && self.made.elapsed() < FRESH
    }
}

/// The answers one worker keeps.
pub struct AnswerCache {
    hasher: RandomState,
    halves: RefCell<Halves>,
    /// Bytes of bodies in one half.
    half: usize,
}

impl Default for AnswerCache {
    fn default() -> Self {
        Self::bounded(HALF)
    }
}

#[derive(Default)]
struct Halves {
    young: HashMap<u64, Answer>,
    old: HashMap<u64, Answer>,
    bytes: usize,
}

impl Halves {
    fn insert(&mut self, hash: u64, page: Answer, half: usize) {
        if self.bytes + page.body.weight() > half {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += page.body.weight();
        if let Some(gone) = self.young.insert(hash, page) {
            self.bytes = self.bytes.saturating_sub(gone.body.weight());
        }
    }
}

impl AnswerCache {
    fn bounded(half: usize) -> Self {
        Self {
            hasher: RandomState::new(),
            halves: RefCell::default(),
            half,
        }
    }

    /// The answer of `key`: kept, or made by `render` and kept. Answers 304 when the caller has it already.
    ///
    /// # Errors
    /// Whatever `render` fails with; a failure is not kept.
    pub fn serve<B: Into<Bytes>, E>(
        &self,
        request: &HttpRequest,
        key: &AnswerKey<'_>,
        snapshot: &TenantSnapshot,
        render: impl FnOnce() -> Result<B, E>,
    ) -> Result<HttpResponse, E> {
        let hash = self.hasher.hash_one(key);
        if let Some(body) = self.find(hash, key, snapshot) {
            return Ok(body.answer(request, REVALIDATE));
        }
        let body = Rc::new(Resource::new(key.media_type, render()?, Effort::Quick));
        let answer = Answer {
            tenant: key.tenant,
            host: key.host.into(),
            lang: key.lang,
            route: key.route,
            part: key.part.into(),
            version: snapshot.version,
            snapshot_of: snapshot.as_of,
            made: Instant::now(),
            body: body.clone(),
        };
        self.halves.borrow_mut().insert(hash, answer, self.half);
        Ok(body.answer(request, REVALIDATE))
    }

    fn find(
        &self,
        hash: u64,
        key: &AnswerKey<'_>,
        snapshot: &TenantSnapshot,
    ) -> Option<Rc<Resource>> {
        let mut halves = self.halves.borrow_mut();
        let good = |page: &&Answer| page.is(key) && page.holds(snapshot);
        if let Some(page) = halves.young.get(&hash).filter(good) {
            return Some(page.body.clone());
        }
        let page = halves.old.remove(&hash).filter(|page| good(&page))?;
        let found = page.body.clone();
        halves.insert(hash, page, self.half);
        Some(found)
    }
}

#[cfg(test)]
mod tests;

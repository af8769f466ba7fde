//! A kept page is sent while it is true, to the one it belongs to, and no longer.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::cell::Cell;
use std::convert::Infallible;
use std::sync::Arc;

use actix_web::body::MessageBody as _;
use actix_web::http::{StatusCode, header};
use actix_web::test::TestRequest;
use sadu_actors::Catalog;
use sadu_domain::ids::TenantId;
use sadu_domain::lang::Bilingual;
use sadu_domain::money::Currency;
use sadu_domain::tenant::{Branding, Settings, Tenant, TenantKind, TenantStatus};

use super::*;

fn snapshot(version: i64) -> TenantSnapshot {
    let tenant = Tenant {
        id: TenantId::new(),
        slug: "nakhla".into(),
        name: Bilingual::default(),
        tagline: Bilingual::default(),
        kind: TenantKind::Charity,
        status: TenantStatus::Active,
        branding: Branding {
            primary: "#0F6B4F".parse().unwrap(),
            accent: "#8A4B1F".parse().unwrap(),
        },
        logo: None,
        settings: Settings::default(),
        currency: Currency::Kwd,
        timezone: "Asia/Kuwait".into(),
        default_lang: Lang::Ar,
        prefix: "NKH".parse().unwrap(),
        licence: None,
        phone: None,
        version,
    };
    TenantSnapshot {
        version,
        tenant: Arc::new(tenant),
        pages: Arc::default(),
        catalog: Arc::new(Catalog::default()),
        totals: Vec::new(),
        as_of: "2026-11-24T11:02:00Z".parse().unwrap(),
    }
}

/// A cache with the number of renderings it asked for.
#[derive(Default)]
struct Watched {
    cache: AnswerCache,
    renderings: Cell<usize>,
}

impl Watched {
    fn get(
        &self,
        known: Option<&str>,
        key: &AnswerKey<'_>,
        snapshot: &TenantSnapshot,
        body: &str,
    ) -> HttpResponse {
        let request = match known {
            None => TestRequest::get().to_http_request(),
            Some(tag) => TestRequest::get()
                .insert_header((header::IF_NONE_MATCH, tag))
                .to_http_request(),
        };
        let rendered = self.cache.serve(&request, key, snapshot, || {
            self.renderings.set(self.renderings.get() + 1);
            Ok::<_, Infallible>(body.to_owned())
        });
        rendered.unwrap()
    }
}

fn key(tenant: TenantId) -> AnswerKey<'static> {
    AnswerKey {
        tenant,
        host: "nakhla.example",
        lang: Lang::Ar,
        media_type: HTML,
        route: "item",
        part: "well",
    }
}

fn text(response: HttpResponse) -> String {
    String::from_utf8(response.into_body().try_into_bytes().unwrap().to_vec()).unwrap()
}

#[test]
fn a_page_is_rendered_once_while_its_snapshot_stands() {
    let (watched, tenant, snapshot) = (Watched::default(), TenantId::new(), snapshot(4));
    assert_eq!(
        text(watched.get(None, &key(tenant), &snapshot, "one")),
        "one"
    );
    assert_eq!(
        text(watched.get(None, &key(tenant), &snapshot, "two")),
        "one"
    );
    assert_eq!(watched.renderings.get(), 1);
}

#[test]
fn a_new_version_is_rendered_anew() {
    let (watched, tenant) = (Watched::default(), TenantId::new());
    watched.get(None, &key(tenant), &snapshot(4), "old");
    assert_eq!(
        text(watched.get(None, &key(tenant), &snapshot(5), "new")),
        "new"
    );
    assert_eq!(
        text(watched.get(None, &key(tenant), &snapshot(5), "newer")),
        "new"
    );
}

#[test]
fn tenants_hosts_languages_and_parts_have_pages_of_their_own() {
    let (watched, tenant, snapshot) = (Watched::default(), TenantId::new(), snapshot(4));
    let mine = key(tenant);
    let others = [
        key(TenantId::new()),
        AnswerKey {
            host: "other.example",
            ..mine
        },
        AnswerKey {
            lang: Lang::En,
            ..mine
        },
        AnswerKey {
            route: "home",
            ..mine
        },
        AnswerKey {
            part: "orphan",
            ..mine
        },
    ];
    watched.get(None, &mine, &snapshot, "mine");
    for (n, other) in others.iter().enumerate() {
        assert_eq!(
            text(watched.get(None, other, &snapshot, &n.to_string())),
            n.to_string()
        );
    }
    assert_eq!(text(watched.get(None, &mine, &snapshot, "again")), "mine");
}

#[test]
fn who_has_the_page_is_told_so_without_it() {
    let (watched, tenant, snapshot) = (Watched::default(), TenantId::new(), snapshot(4));
    let first = watched.get(None, &key(tenant), &snapshot, "body");
    let tag = first
        .headers()
        .get(header::ETAG)
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    for known in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
        let again = watched.get(Some(&known), &key(tenant), &snapshot, "body");
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{known}");
        assert_eq!(
            again.headers().get(header::ETAG).unwrap().to_str().unwrap(),
            tag
        );
        assert_eq!(text(again), "");
    }
    assert_eq!(
        watched
            .get(Some("\"other\""), &key(tenant), &snapshot, "body")
            .status(),
        StatusCode::OK
    );
}

#[test]
fn the_cache_is_bounded_and_keeps_what_is_asked_for() {
    const SMALL: usize = 8_000;
    let cache = AnswerCache::bounded(SMALL);
    let (watched, tenant, snapshot) = (
        Watched {
            cache,
            ..Watched::default()
        },
        TenantId::new(),
        snapshot(4),
    );
    let large = "x".repeat(SMALL / 8);
    let hot = key(tenant);
    watched.get(None, &hot, &snapshot, "hot");
    for n in 0..100 {
        let part = n.to_string();
        watched.get(None, &AnswerKey { part: &part, ..hot }, &snapshot, &large);
        assert_eq!(
            text(watched.get(None, &hot, &snapshot, "cold")),
            "hot",
            "forgotten after {n}"
        );
        let halves = watched.cache.halves.borrow();
        let held: usize = halves
            .young
            .values()
            .chain(halves.old.values())
            .map(|page| page.body.weight())
            .sum();
        assert!(held <= 2 * SMALL, "{held} bytes");
    }
}

#[test]
fn programs_get_json_that_is_kept_apart_from_pages() {
    let (cache, snapshot) = (AnswerCache::default(), snapshot(4));
    let request = TestRequest::get().to_http_request();
    let made = Cell::new(0);
    let get = |route| {
        let key = AnswerKey::json(&snapshot, route, "well");
        cache
            .serve(&request, &key, &snapshot, || {
                made.set(made.get() + 1);
                Ok::<_, Infallible>(format!("{{\"route\":\"{route}\"}}"))
            })
            .unwrap()
    };
    for route in ["api.item", "api.site", "api.item"] {
        let answer = get(route);
        let kind = answer.headers().get(header::CONTENT_TYPE).unwrap();
        assert_eq!(kind, "application/json");
        assert_eq!(text(answer), format!("{{\"route\":\"{route}\"}}"));
    }
    assert_eq!(made.get(), 2, "the third was kept");
}

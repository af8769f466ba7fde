//! How long requests take, by kind of route and class of answer.
//!
//! The kinds are words of this file, never a caller's path: figures stay few, and looking one up allocates nothing. Each worker
//! thread keeps its own handles, so that counting touches no shared map.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use actix_web::http::StatusCode;

/// Longest first within one family: the first prefix that fits names the kind.
const API: [(&str, &str); 11] = [
    ("/api/v1/admin/inbox", "api.admin.inbox"),
    ("/api/v1/admin/orders", "api.admin.orders"),
    ("/api/v1/admin", "api.admin"),
    ("/api/v1/orders/", "api.order"),
    ("/api/v1/orders", "api.orders"),
    ("/api/v1/items/", "api.item"),
    ("/api/v1/items", "api.items"),
    ("/api/v1/live", "api.live"),
    ("/api/v1/site", "api.site"),
    ("/api/v1/me", "api.me"),
    ("/api/", "api.docs"),
];
const OTHERS: [(&str, &str); 7] = [
    ("/static/", "static"),
    ("/weave/", "weave"),
    ("/brand-", "brand"),
    ("/ws/", "ws"),
    ("/auth/", "auth"),
    ("/admin", "page.admin"),
    ("/healthz", "health"),
];
const PAGES: [(&str, &str); 6] = [
    ("/items/", "page.item"),
    ("/items", "page.items"),
    ("/checkout", "page.checkout"),
    ("/o/", "page.order"),
    ("/track", "page.track"),
    ("/", "page"),
];

fn kind(path: &str) -> &'static str {
    let of = |table: &[(&'static str, &'static str)], path: &str| {
        table
            .iter()
            .find(|(prefix, _)| path.starts_with(prefix))
            .map(|(_, kind)| *kind)
    };
    let page = path
        .strip_prefix("/ar")
        .or_else(|| path.strip_prefix("/en"))
        .and_then(|rest| of(&PAGES, rest));
    page.or_else(|| of(&API, path))
        .or_else(|| of(&OTHERS, path))
        .unwrap_or("other")
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

type Handles = HashMap<(&'static str, &'static str), metrics::Histogram>;

thread_local! {
    static HANDLES: RefCell<Handles> = RefCell::default();
}

/// Counts one request.
pub(super) fn count(path: &str, status: StatusCode, took: Duration) {
    let key = (kind(path), class(status));
    HANDLES.with_borrow_mut(|handles| {
        handles
            .entry(key)
            .or_insert_with(
                || metrics::histogram!("http_seconds", "route" => key.0, "status" => key.1),
            )
            .record(took.as_secs_f64());
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_kinds() {
        for (path, expected) in [
            ("/", "other"),
            ("/ar/", "page"),
            ("/ar/items", "page.items"),
            ("/en/items/well", "page.item"),
            ("/en/o/NKH-229-5041-781", "page.order"),
            ("/api/v1/orders", "api.orders"),
            ("/api/v1/orders/NKH-229-5041-781", "api.order"),
            ("/api/v1/admin/inbox", "api.admin.inbox"),
            ("/api/v1/admin/funding", "api.admin"),
            ("/ws/inbox", "ws"),
            ("/arabic", "other"),
            ("/nothing/x", "other"),
        ] {
            assert_eq!(kind(path), expected, "{path}");
        }
    }
}

//! The table of [`crate::authz`]: who may call what. **A new route gets its row here**, and nothing else: its path as
//! `src/` spells it, who is let in, and the status that those get who are.
//!
//! A read is asked for with ids that exist, so it answers 200. A write is sent with an empty body and no key, so that nothing
//! happens: those who are let in get the first objection that comes after the authority (400, 415, 422), or 200 where a write
//! needs no body. What an `{id}` in a path stands for is said in `crate::places`.

use crate::cast::Person;

/// Who is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Everybody, at every tenant's host.
    Anyone,
    /// Staff and administrators of the host's tenant, with a second factor.
    Staff,
    /// Administrators of the host's tenant, with a second factor.
    Admin,
    /// Everybody, at the product's own `auth` host alone.
    AuthHost,
    /// Everybody, at the product's own `platform` host alone.
    PlatformHost,
    /// Those who run the platform, with a second factor, at that host alone.
    Platform,
}

/// Cells that are not as their row says: method, path, person, status.
pub(crate) const EXCEPTIONS: &[(&str, &str, Person, u16)] = &[
    // Staff have no figures at the front door: they are led to the inbox.
    ("GET", "/admin", Person::Staff, 303),
    ("GET", "/admin/", Person::Staff, 303),
];

/// Method, path, who, status.
pub(crate) type Row = (&'static str, &'static str, Who, u16);

use Who::{Admin, Anyone, AuthHost, Platform, PlatformHost, Staff};

/// Every route. The last one signs out, which no row may do before it.
pub(crate) const ROWS: &[Row] = &[
    // Load balancers and people on call.
    ("GET", "/healthz", Anyone, 200),
    ("GET", "/readyz", Anyone, 200),
    // Programs, for everybody.
    ("GET", "/api/v1/site", Anyone, 200),
    ("GET", "/api/v1/items", Anyone, 200),
    ("GET", "/api/v1/items/{slug}", Anyone, 200),
    ("POST", "/api/v1/orders", Anyone, 415),
    ("GET", "/api/v1/orders/{reference}", Anyone, 200),
    ("GET", "/api/v1/live", Anyone, 200),
    ("GET", "/api/v1/openapi.json", Anyone, 200),
    ("GET", "/api/docs", Anyone, 200),
    // Programs of staff.
    ("GET", "/api/v1/me", Staff, 200),
    ("GET", "/api/v1/admin/inbox", Staff, 200),
    ("GET", "/api/v1/admin/inbox/events", Staff, 200),
    ("POST", "/api/v1/admin/inbox/{subject}/claim", Staff, 200),
    ("POST", "/api/v1/admin/inbox/{subject}/resolve", Staff, 204),
    ("GET", "/api/v1/admin/orders", Staff, 200),
    ("GET", "/api/v1/admin/orders/{id}", Staff, 200),
    (
        "POST",
        "/api/v1/admin/orders/{id}/confirm-transfer",
        Staff,
        415,
    ),
    ("POST", "/api/v1/admin/orders/{id}/reveal", Staff, 415),
    ("GET", "/api/v1/admin/funding", Admin, 200),
    ("GET", "/api/v1/admin/audit", Admin, 200),
    ("GET", "/api/v1/admin/audit/verify", Admin, 200),
    ("GET", "/api/v1/admin/audit/export", Admin, 200),
    ("GET", "/api/v1/admin/users", Admin, 200),
    ("POST", "/api/v1/admin/users", Admin, 415),
    ("POST", "/api/v1/admin/users/{id}/invite", Admin, 200),
    ("POST", "/api/v1/admin/users/{id}/withdraw", Admin, 200),
    ("POST", "/api/v1/admin/users/{id}/role", Admin, 415),
    ("POST", "/api/v1/admin/users/{id}/disable", Admin, 200),
    ("POST", "/api/v1/admin/users/{id}/enable", Admin, 200),
    ("GET", "/ws/inbox", Staff, 101),
    // The catalog; the item named is archived, so that no step fits.
    ("GET", "/api/v1/admin/items", Staff, 200),
    ("POST", "/api/v1/admin/items", Staff, 415),
    ("GET", "/api/v1/admin/items/{id}", Staff, 200),
    ("PUT", "/api/v1/admin/items/{id}", Staff, 415),
    ("DELETE", "/api/v1/admin/items/{id}", Staff, 409),
    ("POST", "/api/v1/admin/items/{id}/submit", Staff, 409),
    ("POST", "/api/v1/admin/items/{id}/return", Staff, 409),
    ("POST", "/api/v1/admin/items/{id}/publish", Admin, 409),
    ("POST", "/api/v1/admin/items/{id}/pause", Admin, 409),
    ("POST", "/api/v1/admin/items/{id}/activate", Admin, 409),
    ("POST", "/api/v1/admin/items/{id}/execute", Admin, 409),
    ("POST", "/api/v1/admin/items/{id}/complete", Admin, 409),
    ("POST", "/api/v1/admin/items/{id}/archive", Admin, 409),
    ("POST", "/api/v1/admin/media", Staff, 415),
    ("GET", "/api/v1/admin/media/{id}", Staff, 200),
    ("PUT", "/api/v1/admin/media/{id}", Staff, 415),
    ("DELETE", "/api/v1/admin/media/{id}", Staff, 204),
    ("POST", "/api/v1/admin/media/{id}/complete", Staff, 409),
    ("GET", "/admin/media/{id}/{variant}", Staff, 404),
    ("POST", "/admin/media/{id}", Staff, 415),
    ("GET", "/admin/items", Staff, 200),
    ("GET", "/admin/items/new", Staff, 200),
    ("POST", "/admin/items/new", Staff, 400),
    ("GET", "/admin/items/{id}", Staff, 200),
    ("POST", "/admin/items/{id}", Staff, 409),
    ("POST", "/admin/items/{id}/delete", Staff, 303),
    ("POST", "/admin/items/{id}/submit", Staff, 303),
    ("POST", "/admin/items/{id}/return", Staff, 303),
    ("POST", "/admin/items/{id}/pictures", Staff, 415),
    ("POST", "/admin/items/{id}/{step}", Admin, 303),
    ("GET", "/api/v1/admin/domains", Admin, 200),
    ("POST", "/api/v1/admin/domains", Admin, 415),
    // No DNS answers here.
    ("POST", "/api/v1/admin/domains/{host}/verify", Admin, 503),
    ("DELETE", "/api/v1/admin/domains/{host}", Admin, 404),
    ("GET", "/api/v1/admin/settings", Admin, 200),
    ("PUT", "/api/v1/admin/settings", Admin, 415),
    ("GET", "/api/v1/admin/pages", Admin, 200),
    ("GET", "/api/v1/admin/pages/{page}", Admin, 200),
    ("PUT", "/api/v1/admin/pages/{page}", Admin, 415),
    ("GET", "/admin/pages", Admin, 200),
    ("GET", "/admin/pages/{page}", Admin, 200),
    ("POST", "/admin/pages/{page}", Admin, 409),
    ("GET", "/admin/settings", Admin, 200),
    // Began with no revision.
    ("POST", "/admin/settings", Admin, 409),
    ("GET", "/admin/settings/preview.css", Admin, 200),
    // Pages for everybody.
    ("GET", "/", Anyone, 302),
    ("GET", "/{lang:ar|en}", Anyone, 301),
    ("GET", "/{lang:ar|en}/", Anyone, 200),
    ("GET", "/{lang:ar|en}/items", Anyone, 200),
    ("GET", "/{lang:ar|en}/items/{slug}", Anyone, 200),
    ("GET", "/{lang:ar|en}/checkout", Anyone, 200),
    ("POST", "/{lang:ar|en}/checkout", Anyone, 400),
    ("GET", "/{lang:ar|en}/o/{reference}", Anyone, 200),
    (
        "GET",
        "/{lang:ar|en}/{topic:about|faq|policies|privacy|contact|transparency}",
        Anyone,
        200,
    ),
    ("GET", "/{lang:ar|en}/zakat", Anyone, 200),
    ("POST", "/{lang:ar|en}/zakat", Anyone, 415),
    ("GET", "/{lang:ar|en}/track", Anyone, 200),
    ("POST", "/{lang:ar|en}/track", Anyone, 415),
    // The picture named is on no item that can be seen.
    ("GET", "/media/{id}/{variant}", Anyone, 404),
    ("GET", "/robots.txt", Anyone, 200),
    ("GET", "/sitemap.xml", Anyone, 200),
    ("GET", "/favicon.ico", Anyone, 200),
    ("GET", "/brand-{version}.css", Anyone, 200),
    ("GET", "/card.png", Anyone, 200),
    ("GET", "/card/{slug}.png", Anyone, 200),
    ("GET", "/weave/item/{slug}.svg", Anyone, 200),
    ("GET", "/weave/{name}.svg", Anyone, 200),
    ("GET", "/static/{hash}/{path:.*}", Anyone, 200),
    // Pages of staff.
    ("GET", "/admin", Staff, 200),
    ("GET", "/admin/", Staff, 200),
    ("GET", "/admin/inbox", Staff, 200),
    ("POST", "/admin/inbox/find", Staff, 415),
    ("GET", "/admin/inbox/{order}", Staff, 200),
    ("GET", "/admin/inbox/{order}/donor", Staff, 200),
    ("POST", "/admin/inbox/{order}/claim", Staff, 303),
    ("POST", "/admin/inbox/{order}/resolve", Staff, 303),
    ("POST", "/admin/inbox/{order}/confirm-transfer", Staff, 415),
    ("POST", "/admin/inbox/{order}/reveal", Staff, 415),
    ("GET", "/admin/audit", Admin, 200),
    ("GET", "/admin/audit/export", Admin, 200),
    ("GET", "/admin/me", Staff, 200),
    ("GET", "/admin/users", Admin, 200),
    ("POST", "/admin/users", Admin, 415),
    ("POST", "/admin/users/{id}/invite", Admin, 200),
    ("POST", "/admin/users/{id}/withdraw", Admin, 303),
    ("POST", "/admin/users/{id}/role", Admin, 415),
    ("POST", "/admin/users/{id}/disable", Admin, 303),
    ("POST", "/admin/users/{id}/enable", Admin, 303),
    ("GET", "/admin/domains", Admin, 200),
    ("POST", "/admin/domains", Admin, 415),
    ("POST", "/admin/domains/{host}/verify", Admin, 409),
    ("POST", "/admin/domains/{host}/release", Admin, 404),
    // Sign-in, and what ends it.
    ("GET", "/auth/login", Anyone, 303),
    ("GET", "/auth/finish", Anyone, 400),
    ("GET", "/auth/invitation", Anyone, 403),
    ("GET", "/auth/signed-out", Anyone, 200),
    ("GET", "/auth/auth.css", Anyone, 200),
    ("GET", "auth/auth/callback", AuthHost, 400),
    ("GET", "auth/auth/signed-out", AuthHost, 200),
    ("GET", "auth/auth/auth.css", AuthHost, 200),
    ("GET", "/auth/act", Anyone, 400),
    // Nobody here is of the platform: there is nothing to leave.
    ("POST", "/auth/leave", Anyone, 303),
    // Those who run the platform.
    ("GET", "platform/auth/login", PlatformHost, 303),
    ("GET", "platform/auth/finish", PlatformHost, 400),
    ("GET", "platform/auth/signed-out", PlatformHost, 200),
    ("GET", "platform/auth/auth.css", PlatformHost, 200),
    ("GET", "platform/static/{hash}/{path:.*}", PlatformHost, 200),
    ("GET", "platform/api/v1/openapi.json", PlatformHost, 200),
    ("GET", "platform/api/v1/platform/me", Platform, 200),
    ("GET", "platform/api/v1/platform/tenants", Platform, 200),
    ("GET", "platform/api/v1/platform/audit", Platform, 200),
    ("GET", "platform/api/v1/platform/jobs", Platform, 200),
    (
        "POST",
        "platform/api/v1/platform/jobs/{id}/replay",
        Platform,
        404,
    ),
    (
        "POST",
        "platform/api/v1/platform/tenants/{id}/suspend",
        Platform,
        415,
    ),
    (
        "POST",
        "platform/api/v1/platform/tenants/{id}/activate",
        Platform,
        415,
    ),
    (
        "POST",
        "platform/api/v1/platform/tenants/{id}/act-as",
        Platform,
        415,
    ),
    ("POST", "platform/api/v1/platform/tenants", Platform, 415),
    (
        "POST",
        "platform/api/v1/platform/tenants/{id}/close",
        Platform,
        415,
    ),
    (
        "POST",
        "platform/api/v1/platform/tenants/{id}/export",
        Platform,
        404,
    ),
    ("GET", "platform/api/v1/platform/plans", Platform, 200),
    (
        "PUT",
        "platform/api/v1/platform/plans/{plan}",
        Platform,
        415,
    ),
    (
        "PUT",
        "platform/api/v1/platform/tenants/{id}/plan",
        Platform,
        415,
    ),
    ("GET", "platform/", Platform, 200),
    ("GET", "platform/plans", Platform, 200),
    ("GET", "platform/tenants/new", Platform, 200),
    ("POST", "platform/tenants/new", Platform, 415),
    ("POST", "platform/plans/{plan}", Platform, 415),
    ("POST", "platform/tenants/{id}/plan", Platform, 415),
    ("POST", "platform/tenants/{id}/close", Platform, 415),
    ("POST", "platform/tenants/{id}/export", Platform, 404),
    ("GET", "platform/audit", Platform, 200),
    ("GET", "platform/jobs", Platform, 200),
    ("POST", "platform/jobs/{id}/replay", Platform, 404),
    ("POST", "platform/tenants/{id}/suspend", Platform, 415),
    ("POST", "platform/tenants/{id}/activate", Platform, 415),
    ("POST", "platform/tenants/{id}/act-as", Platform, 415),
    ("POST", "platform/auth/logout", PlatformHost, 303),
    ("POST", "/auth/logout", Anyone, 303),
];

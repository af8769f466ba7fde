//! One Host, in one spelling (security.md, ISO-1). Forwarding headers are never asked.

use actix_web::dev::RequestHead;
use actix_web::http::header;

use crate::config::site::RESERVED;

/// What a host means under a base domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostClass<'a> {
    /// `{slug}.{BASE_DOMAIN}`.
    Slug(&'a str),
    /// A name of the product's own: `auth`, `id`, `platform` …
    Reserved(&'static str),
    /// Any other name: a custom domain, perhaps.
    Domain,
    /// The base domain itself, an address, or not a name: nobody answers.
    Nobody,
}

/// The host of a request: lower-case ASCII, without port and final dot. None when it is missing, doubled, contradicts the
/// request's absolute address, or is no host name.
#[must_use]
pub fn of(head: &RequestHead) -> Option<String> {
    let mut given = head.headers.get_all(header::HOST);
    let host = given.next().and_then(|h| h.to_str().ok()).map(normal);
    if given.next().is_some() {
        return None;
    }
    match (host, head.uri.authority().map(|a| normal(a.as_str()))) {
        (Some(Some(host)), None) => Some(host),
        (Some(Some(host)), Some(Some(authority))) if host == authority => Some(host),
        _ => None,
    }
}

fn normal(text: &str) -> Option<String> {
    let name = match text.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        Some(_) => return None,
        None => text,
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    let label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    (name.len() <= 253 && name.split('.').all(label)).then(|| name.to_ascii_lowercase())
}

/// What `host` means.
#[must_use]
pub fn classify<'a>(host: &'a str, base_domain: &str) -> HostClass<'a> {
    if let Some(label) = host
        .strip_suffix(base_domain)
        .and_then(|rest| rest.strip_suffix('.'))
    {
        if let Some(reserved) = RESERVED.iter().find(|r| **r == label) {
            return HostClass::Reserved(reserved);
        }
        return if label.contains('.') {
            HostClass::Nobody
        } else {
            HostClass::Slug(label)
        };
    }
    let address = host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if host == base_domain || address || !host.contains('.') {
        HostClass::Nobody
    } else {
        HostClass::Domain
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn host(value: &str) -> Option<String> {
        of(TestRequest::default()
            .insert_header((header::HOST, value))
            .to_http_request()
            .head())
    }

    #[test]
    fn one_spelling() {
        for same in [
            "nakhla.localhost",
            "NAKHLA.localhost:8080",
            "nakhla.localhost.",
            "Nakhla.LOCALHOST.:80",
        ] {
            assert_eq!(host(same).as_deref(), Some("nakhla.localhost"), "{same}");
        }
    }

    #[test]
    fn what_is_no_host_name_is_refused() {
        for bad in [
            "",
            "a b",
            "a..b",
            "nakhla.localhost:8080:1",
            "nakhla.localhost:x",
            "a/b",
            "نخلة.localhost",
            "-a.b",
            "a_b.localhost",
            "a.localhost@b",
            "[::1]",
            "a.b:",
        ] {
            assert_eq!(host(bad), None, "{bad}");
        }
    }

    #[test]
    fn two_hosts_or_a_contradiction_are_refused() {
        let two = TestRequest::default()
            .append_header((header::HOST, "a.localhost"))
            .append_header((header::HOST, "b.localhost"))
            .to_http_request();
        assert_eq!(of(two.head()), None);
        let other = TestRequest::with_uri("http://b.localhost/")
            .insert_header((header::HOST, "a.localhost"))
            .to_http_request();
        assert_eq!(of(other.head()), None);
        let same = TestRequest::with_uri("http://a.localhost:80/")
            .insert_header((header::HOST, "a.localhost"))
            .to_http_request();
        assert_eq!(of(same.head()).as_deref(), Some("a.localhost"));
    }

    #[test]
    fn what_a_host_means() {
        fn is(host: &str) -> HostClass<'_> {
            classify(host, "sadu.example")
        }
        assert_eq!(is("nakhla.sadu.example"), HostClass::Slug("nakhla"));
        assert_eq!(is("auth.sadu.example"), HostClass::Reserved("auth"));
        assert_eq!(is("a.nakhla.sadu.example"), HostClass::Nobody);
        assert_eq!(is("sadu.example"), HostClass::Nobody);
        assert_eq!(is("evilsadu.example"), HostClass::Domain);
        assert_eq!(is("masar.example"), HostClass::Domain);
        assert_eq!(is("127.0.0.1"), HostClass::Nobody);
        assert_eq!(is("localhost"), HostClass::Nobody);
    }
}

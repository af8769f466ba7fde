//! Unsafe requests with a cookie prove that our own page made them (AUT-12): the browser says so, and a token says so.
//!
//! The token is an HMAC of session and host under the session's own secret, so that one of another session, host or tenant
//! is worth nothing. Called by `guard` for every unsafe request, and by pages that render forms.

use actix_web::http::header::{HeaderMap, HeaderName, ORIGIN};
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use sadu_domain::ids::SessionId;

/// Header that carries the token of a script's request.
pub const HEADER: HeaderName = HeaderName::from_static("x-csrf-token");
/// Field that carries the token of a form.
pub const FIELD: &str = "csrf";

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The token of a session on a host.
pub(super) fn token(secret: &[u8], session: SessionId, host: &str) -> String {
    BASE64URL.encode(hmac::sign(&key(secret), &message(session, host)).as_ref())
}

/// Whether this is the token of the session on this host, in constant time.
pub(super) fn is_token(given: &str, secret: &[u8], session: SessionId, host: &str) -> bool {
    BASE64URL
        .decode(given)
        .is_ok_and(|tag| hmac::verify(&key(secret), &message(session, host), &tag).is_ok())
}

fn key(secret: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret)
}

fn message(session: SessionId, host: &str) -> Vec<u8> {
    [
        b"csrf v1 ",
        session.as_uuid().as_bytes().as_slice(),
        host.as_bytes(),
    ]
    .concat()
}

/// What the browser says about where a request came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A page of this origin, or the person directly.
    Same,
    /// Another site.
    Foreign,
    /// Nothing: no browser of these years, or none at all.
    Unsaid,
}

/// Reads `Sec-Fetch-Site`, else `Origin`; `origin` is this site's own, such as `https://nakhla.example`.
pub fn source(headers: &HeaderMap, origin: &str) -> Source {
    let said = headers
        .get(ORIGIN)
        .map(|sent| sent.as_bytes().eq_ignore_ascii_case(origin.as_bytes()));
    if headers.get_all(ORIGIN).count() > 1 || headers.get_all(&SEC_FETCH_SITE).count() > 1 {
        return Source::Foreign;
    }
    match (
        headers.get(&SEC_FETCH_SITE).map(|site| site.as_bytes()),
        said,
    ) {
        (Some(b"same-origin" | b"none"), None | Some(true)) => Source::Same,
        (None, Some(true)) => Source::Same,
        (None, None) => Source::Unsaid,
        _ => Source::Foreign,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    const OURS: &str = "https://nakhla.example";

    fn from(headers: &[(HeaderName, &'static str)]) -> Source {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.clone(), HeaderValue::from_static(value));
        }
        source(&map, OURS)
    }

    #[test]
    fn only_our_own_pages_count() {
        assert_eq!(from(&[]), Source::Unsaid);
        assert_eq!(from(&[(SEC_FETCH_SITE, "same-origin")]), Source::Same);
        assert_eq!(from(&[(SEC_FETCH_SITE, "none")]), Source::Same);
        assert_eq!(from(&[(ORIGIN, OURS)]), Source::Same);
        assert_eq!(
            from(&[(SEC_FETCH_SITE, "same-origin"), (ORIGIN, OURS)]),
            Source::Same
        );
        for foreign in [
            vec![(SEC_FETCH_SITE, "cross-site")],
            vec![(SEC_FETCH_SITE, "same-site")],
            vec![(SEC_FETCH_SITE, "same-site"), (ORIGIN, OURS)],
            vec![
                (SEC_FETCH_SITE, "same-origin"),
                (ORIGIN, "https://sidra.example"),
            ],
            vec![
                (SEC_FETCH_SITE, "same-origin"),
                (SEC_FETCH_SITE, "cross-site"),
            ],
            vec![(ORIGIN, "null")],
            vec![(ORIGIN, "https://nakhla.example.evil.example")],
            vec![(ORIGIN, "https://nakhla.example:444")],
            vec![(ORIGIN, "http://nakhla.example")],
            vec![(ORIGIN, OURS), (ORIGIN, "https://evil.example")],
        ] {
            assert_eq!(from(&foreign), Source::Foreign, "{foreign:?}");
        }
    }

    #[test]
    fn a_token_is_good_for_its_session_and_host_alone() {
        let (session, other) = (SessionId::new(), SessionId::new());
        let good = token(&[1; 32], session, "a.example");
        assert!(is_token(&good, &[1; 32], session, "a.example"));
        assert!(!is_token(&good, &[1; 32], session, "b.example"));
        assert!(!is_token(&good, &[1; 32], other, "a.example"));
        assert!(!is_token(&good, &[2; 32], session, "a.example"));
        for bad in ["", "x", &good[1..], &format!("{good}A")] {
            assert!(!is_token(bad, &[1; 32], session, "a.example"), "{bad}");
        }
    }
}

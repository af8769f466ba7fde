//! What many ask for and is the same for all of them: a kept page, a file, a drawing, each also compressed by Brotli.
//!
//! A [`Resource`] is compressed once, when the first caller who takes Brotli asks for it, and never again. Nothing else is
//! compressed: a page with a secret in it and an echo of what was sent would tell the secret by its length (BREACH), so
//! what is one visitor's or staff's goes as it is (ADR 24).

use std::sync::OnceLock;

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use brotli::enc::BrotliEncoderParams;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

/// Smaller bodies fit into one packet either way.
const WORTH: usize = 1_024;
/// Base-two logarithm of the window: a quarter of a megabyte, more than any page has.
const WINDOW: i32 = 18;
/// Hexadecimal digits of a tag.
const TAG: usize = 20;
const BROTLI: HeaderValue = HeaderValue::from_static("br");

/// How hard to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// For what is made anew with every change of a figure: a fraction of a millisecond a page.
    Quick,
    /// For what is made once a process.
    Thorough,
}

/// A body, its tag, and its compressed form.
#[derive(Debug)]
pub struct Resource {
    plain: Bytes,
    kind: &'static str,
    effort: Effort,
    tag: HeaderValue,
    small: OnceLock<Option<Small>>,
}

/// The compressed form, and its own tag.
#[derive(Debug)]
struct Small {
    body: Bytes,
    tag: HeaderValue,
}

impl Resource {
    /// A body of media type `kind`.
    #[must_use]
    pub fn new(kind: &'static str, plain: impl Into<Bytes>, effort: Effort) -> Self {
        let plain = plain.into();
        let tag = tag(&plain, "");
        Self {
            plain,
            kind,
            effort,
            tag,
            small: OnceLock::new(),
        }
    }

    /// The body as it is.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.plain
    }

    /// Bytes it may come to hold: the body, and a quarter of it for the compressed form, which is less.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.plain.len() + self.plain.len() / 4
    }

    /// The answer to `request`, in the form its sender takes: 304 when that form is there already.
    #[must_use]
    pub fn answer(&self, request: &HttpRequest, cache_control: &'static str) -> HttpResponse {
        let small = takes_brotli(request.headers())
            .then(|| self.small())
            .flatten();
        let tag = small.map_or(&self.tag, |small| &small.tag);
        let known = request
            .headers()
            .get(header::IF_NONE_MATCH)
            .is_some_and(|known| names(known, tag));
        let mut response = if known {
            HttpResponse::NotModified()
        } else {
            HttpResponse::Ok()
        };
        response
            .insert_header((header::ETAG, tag.clone()))
            .insert_header((header::VARY, HeaderValue::from_static("accept-encoding")))
            .insert_header((
                header::CACHE_CONTROL,
                HeaderValue::from_static(cache_control),
            ));
        if known {
            return response.finish();
        }
        response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static(self.kind)));
        match small {
            Some(small) => response
                .insert_header((header::CONTENT_ENCODING, BROTLI))
                .body(small.body.clone()),
            None => response.body(self.plain.clone()),
        }
    }

    /// The compressed form, where it is worth anything.
    fn small(&self) -> Option<&Small> {
        let made = self.small.get_or_init(|| {
            let text = !matches!(self.kind, "image/png" | "image/jpeg" | "font/woff2");
            let body = (text && self.plain.len() >= WORTH)
                .then(|| compress(&self.plain, self.effort))
                .flatten()?;
            Some(Small {
                body,
                tag: tag(&self.plain, "-br"),
            })
        });
        made.as_ref()
    }
}

/// The tag of one form of a body. Written once: an answer only points at it.
fn tag(plain: &[u8], form: &str) -> HeaderValue {
    let digest = hex::encode(Sha256::digest(plain));
    let short = digest.get(..TAG).unwrap_or(&digest);
    HeaderValue::try_from(format!("\"{short}{form}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

fn compress(plain: &[u8], effort: Effort) -> Option<Bytes> {
    let params = BrotliEncoderParams {
        quality: match effort {
            Effort::Quick => 4,
            Effort::Thorough => 9,
        },
        lgwin: WINDOW,
        size_hint: plain.len(),
        ..BrotliEncoderParams::default()
    };
    let mut small = Vec::with_capacity(plain.len() / 4);
    brotli::BrotliCompress(&mut &*plain, &mut small, &params).ok()?;
    (small.len() < plain.len()).then(|| small.into())
}

/// Whether `Accept-Encoding` names `br` without a weight of nothing.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let refused = |weight: &str| {
        weight
            .trim()
            .strip_prefix("q=")
            .and_then(|q| q.parse::<f32>().ok())
            .is_some_and(|q| q <= 0.0)
    };
    headers
        .get_all(header::ACCEPT_ENCODING)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|one| {
            let mut parts = one.split(';');
            let name = parts.next().unwrap_or_default().trim();
            name.eq_ignore_ascii_case("br") && !parts.any(refused)
        })
}

/// Whether an `If-None-Match` names this tag; a proxy may have weakened it.
fn names(known: &HeaderValue, tag: &HeaderValue) -> bool {
    known.to_str().is_ok_and(|known| {
        known.split(',').any(|one| {
            let one = one.trim();
            one == "*" || one.strip_prefix("W/").unwrap_or(one).as_bytes() == tag.as_bytes()
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use actix_web::body::MessageBody as _;
    use actix_web::test::TestRequest;

    use super::*;

    fn asked(resource: &Resource, headers: &[(&'static str, &str)]) -> (HttpResponse, Vec<u8>) {
        let mut request = TestRequest::get();
        for header in headers {
            request = request.append_header(*header);
        }
        let response = resource.answer(&request.to_http_request(), "no-cache");
        let (head, body) = response.into_parts();
        let bytes = body.try_into_bytes().unwrap().to_vec();
        (head.set_body(actix_web::body::BoxBody::new(())), bytes)
    }

    fn header<'a>(response: &'a HttpResponse, name: &str) -> &'a str {
        response
            .headers()
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    fn page() -> Resource {
        let text = "<p>عطاءٌ قليل دائم خير من كثير منقطع</p>".repeat(60);
        Resource::new("text/html; charset=utf-8", text, Effort::Quick)
    }

    #[test]
    fn who_takes_brotli_gets_it_and_reads_the_same() {
        let page = page();
        let (plain, whole) = asked(&page, &[]);
        assert_eq!(header(&plain, "content-encoding"), "");
        for accept in ["br", "gzip, deflate, BR;q=0.5", "gzip, br;q=1.0, *;q=0"] {
            let (packed, bytes) = asked(&page, &[("accept-encoding", accept)]);
            assert_eq!(header(&packed, "content-encoding"), "br", "{accept}");
            assert_eq!(header(&packed, "vary"), "accept-encoding");
            assert!(bytes.len() < whole.len() / 4, "{} bytes", bytes.len());
            let mut read = Vec::new();
            brotli::BrotliDecompress(&mut &*bytes, &mut read).unwrap();
            assert_eq!(read, whole);
            assert_ne!(header(&packed, "etag"), header(&plain, "etag"));
        }
        assert_eq!(header(&plain, "vary"), "accept-encoding");
        for accept in ["", "gzip", "br;q=0", "br; q=0.000, gzip", "brotli", "*"] {
            let (answer, bytes) = asked(&page, &[("accept-encoding", accept)]);
            assert_eq!(header(&answer, "content-encoding"), "", "{accept}");
            assert_eq!(bytes, whole);
        }
    }

    #[test]
    fn a_tag_stands_for_one_form() {
        let page = page();
        let packed = [("accept-encoding", "br")];
        let plain_tag = header(&asked(&page, &[]).0, "etag").to_owned();
        let packed_tag = header(&asked(&page, &packed).0, "etag").to_owned();
        let status = |accept: &str, known: &str| {
            let headers = [("accept-encoding", accept), ("if-none-match", known)];
            let request = headers.iter().fold(TestRequest::get(), |request, one| {
                request.append_header(*one)
            });
            page.answer(&request.to_http_request(), "no-cache")
                .status()
                .as_u16()
        };
        assert_eq!(status("br", &packed_tag), 304);
        assert_eq!(status("br", &format!("\"x\", W/{packed_tag}")), 304);
        assert_eq!(status("gzip", &plain_tag), 304);
        assert_eq!(status("br", &plain_tag), 200);
        assert_eq!(status("gzip", &packed_tag), 200);
    }

    #[test]
    fn what_gains_nothing_stays_as_it_is() {
        let br = [("accept-encoding", "br")];
        let short = Resource::new("text/css", "a{}", Effort::Quick);
        assert_eq!(header(&asked(&short, &br).0, "content-encoding"), "");
        let picture = Resource::new("image/png", vec![7_u8; 4_096], Effort::Thorough);
        assert_eq!(header(&asked(&picture, &br).0, "content-encoding"), "");
    }
}

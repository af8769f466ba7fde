//! Headers of every answer (security.md, AUT-13). A handler that sets one of them itself keeps its own.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// What pages may load, and from where: this site, and the bucket where pictures are kept and sent to.
#[derive(Debug, Clone)]
pub struct Policy(HeaderValue);

impl Policy {
    /// With the bucket at this origin.
    ///
    /// # Errors
    /// An origin that no header can hold.
    pub fn allowing(bucket: &str) -> anyhow::Result<Self> {
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: {bucket}; \
             connect-src 'self' {bucket}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'"
        );
        Ok(Self(HeaderValue::from_str(&policy)?))
    }
}

const FIXED: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        header::PERMISSIONS_POLICY,
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "private, no-store"),
];

/// Adds what is missing. `tls`: whether visitors come by https, where they are told to stay there.
pub fn complete(headers: &mut HeaderMap, policy: &Policy, tls: bool) {
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy.0.clone());
    }
    for (name, value) in FIXED {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if tls {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
}

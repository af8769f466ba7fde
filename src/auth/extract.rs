//! Extractors: a handler's signature is its authorisation. [`Staff`], [`TenantAdmin`] and
//! [`FreshAdmin`] turn everybody else away before body,
//! content type or idempotency key are looked at; [`MaybeIdentity`] never does.
//!
//! **Invariant:** an unsafe request with a cookie is nobody's until `guard` has seen its CSRF proof.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, COOKIE, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use sadu_domain::access::Role;

use super::asked::{Asked, caller};
use super::identity::{Denied, Identity, Via};
use super::refusal::Refusal;
use super::secret::Secret;
use super::session::Auth;
use super::support;
use crate::limits;
use crate::middleware::tenant::Visit;
use crate::state::App;

/// Name of the session's cookie: host-only and over a safe transport by its prefix.
pub const SESSION_COOKIE: &str = "__Host-sid";

/// Set by `guard` when an unsafe request proved that it comes from our own page.
#[derive(Debug, Clone, Copy)]
pub(super) struct CsrfProven;

/// What was found out about a request, so that it is found out once.
#[derive(Clone)]
struct Known(Result<Option<Identity>, Denied>);

/// Who is asking: somebody, nobody, or a reason why what was shown is not good.
///
/// # Errors
/// `InvalidToken` for a bearer or cookie that is not good here, `Busy` when it could not be found out.
pub(super) async fn identify(req: &HttpRequest) -> Result<Option<Identity>, Denied> {
    if let Some(Known(known)) = req.extensions().get::<Known>() {
        return known.clone();
    }
    let found = look(req).await;
    req.extensions_mut().insert(Known(found.clone()));
    found
}

/// Who was found to be asking, if anybody was looked for and found.
pub(super) fn known(req: &HttpRequest) -> Option<Identity> {
    let extensions = req.extensions();
    extensions
        .get::<Known>()
        .and_then(|Known(known)| known.clone().ok().flatten())
}

async fn look(req: &HttpRequest) -> Result<Option<Identity>, Denied> {
    let Some((auth, asked)) = auth_of(req).zip(Asked::of(req)) else {
        return Ok(None);
    };
    if let Some(token) = bearer(req.headers())? {
        let found = auth.by_bearer(&asked.tenant, token, || caller(req)).await;
        return match found {
            Err(Denied::InvalidToken) => Err(not_good(req, &asked).await),
            found => found.map(Some),
        };
    }
    match session_cookie(req.headers())? {
        Some(cookie) => {
            let found = auth
                .by_session(&asked.tenant, &asked.host, &cookie, || caller(req))
                .await?;
            Ok(Some(found))
        }
        None => Ok(None),
    }
}

/// A token that was not good: too many of one address are told to wait.
pub(super) async fn not_good(req: &HttpRequest, asked: &Asked) -> Denied {
    let address = req.extensions().get::<Visit>().and_then(|visit| visit.ip);
    let Some(app) = req.app_data::<web::Data<App>>() else {
        return Denied::InvalidToken;
    };
    match limits::bad_token(app, &asked.tenant, address).await {
        Ok(()) => Denied::InvalidToken,
        Err(failure) => Denied::TooMany(failure.retry_after.unwrap_or(1)),
    }
}

pub(super) fn auth_of(req: &HttpRequest) -> Option<Auth> {
    req.app_data::<web::Data<Auth>>()
        .map(|auth| auth.get_ref().clone())
}

/// The token of `Authorization: Bearer`.
///
/// # Errors
/// `InvalidToken` for another scheme or several headers.
pub(super) fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Denied> {
    let mut sent = headers.get_all(AUTHORIZATION);
    let (Some(value), None) = (sent.next(), sent.next()) else {
        return if headers.contains_key(AUTHORIZATION) {
            Err(Denied::InvalidToken)
        } else {
            Ok(None)
        };
    };
    let token = value.to_str().ok().and_then(|value| value.split_once(' '));
    match token {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token)),
        _ => Err(Denied::InvalidToken),
    }
}

/// The session cookie.
///
/// # Errors
/// `InvalidToken` when it is there twice or is not of our shape.
pub(super) fn session_cookie(headers: &HeaderMap) -> Result<Option<Secret>, Denied> {
    cookie(headers, SESSION_COOKIE)
}

pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Result<Option<Secret>, Denied> {
    let mut found = headers
        .get_all(COOKIE)
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    match (found.next(), found.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => Secret::parse(value).map(Some).ok_or(Denied::InvalidToken),
        (Some(_), Some(_)) => Err(Denied::InvalidToken),
    }
}

/// Somebody who may act by this request: signed in, and for an unsafe request with a cookie also proven to come from us.
async fn acting(req: &HttpRequest) -> Result<Identity, Denied> {
    let identity = identify(req).await?.ok_or(Denied::Required)?;
    let by_cookie = matches!(identity.via, Via::Session { .. });
    if by_cookie && !req.method().is_safe() && req.extensions().get::<CsrfProven>().is_none() {
        return Err(Denied::Csrf);
    }
    if let Some(acting) = &identity.acting {
        // The pattern, not the path: a path may be spelt in more than one way.
        let pattern = req.match_pattern();
        let route = pattern.as_deref().unwrap_or(req.path());
        support::may(acting, req.method(), route)?;
    }
    Ok(identity)
}

async fn with_role(req: &HttpRequest, roles: &[Role]) -> Result<Identity, Denied> {
    let identity = acting(req).await?;
    if !identity.mfa {
        return Err(Denied::MfaRequired);
    }
    if !roles.contains(&identity.role) {
        return Err(Denied::Forbidden);
    }
    Ok(identity)
}

macro_rules! extractor {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name(pub Identity);

        impl Deref for $name {
            type Target = Identity;

            fn deref(&self) -> &Identity {
                &self.0
            }
        }

        impl FromRequest for $name {
            type Error = Refusal;
            type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

            fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
                let req = req.clone();
                Box::pin(async move {
                    let check: fn(HttpRequest) -> Pin<Box<dyn Future<Output = Result<Identity, Denied>>>> = $check;
                    check(req.clone()).await.map(Self).map_err(|denied| Refusal::new(&req, denied))
                })
            }
        }
    };
}

extractor! {
    /// Anybody signed in, with or without a second factor: for signing out, and for the page that asks for the second factor.
    SignedIn, |req| Box::pin(async move { acting(&req).await })
}

extractor! {
    /// Staff or an administrator of the tenant, with a second factor.
    Staff, |req| Box::pin(async move { with_role(&req, &[Role::Staff, Role::TenantAdmin]).await })
}

extractor! {
    /// An administrator of the tenant, with a second factor.
    TenantAdmin, |req| Box::pin(async move { with_role(&req, &[Role::TenantAdmin]).await })
}

extractor! {
    /// An administrator of the tenant, with a second factor, who proved who they are within the last quarter of an hour: for what
    /// security.md, AUT-9 names.
    FreshAdmin, |req| Box::pin(async move {
        let admin = with_role(&req, &[Role::TenantAdmin]).await?;
        admin.demand_step_up()?;
        Ok(admin)
    })
}

/// Whoever is asking, if it is anybody. Never turns a request away: what is not good is nobody.
#[derive(Debug, Clone)]
pub struct MaybeIdentity(pub Option<Identity>);

impl FromRequest for MaybeIdentity {
    type Error = std::convert::Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { Ok(Self(acting(&req).await.ok())) })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(list: &[(HeaderName, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in list {
            map.append(name.clone(), HeaderValue::from_str(value).unwrap());
        }
        map
    }

    #[test]
    fn one_bearer_or_none() {
        let bearer = |list: &[&str]| {
            let list: Vec<_> = list.iter().map(|value| (AUTHORIZATION, *value)).collect();
            super::bearer(&headers(&list)).map(|token| token.map(str::to_owned))
        };
        assert_eq!(bearer(&[]), Ok(None));
        assert_eq!(bearer(&["Bearer a.b.c"]), Ok(Some("a.b.c".into())));
        assert_eq!(bearer(&["bearer a.b.c"]), Ok(Some("a.b.c".into())));
        for bad in [
            &["Basic YTpi"][..],
            &["Bearer"],
            &["a.b.c"],
            &["Bearer a", "Bearer b"],
        ] {
            assert_eq!(bearer(bad), Err(Denied::InvalidToken), "{bad:?}");
        }
    }

    #[test]
    fn one_session_cookie_or_none() {
        let good = "a".repeat(43);
        let cookie = |list: &[&str]| {
            let list: Vec<_> = list.iter().map(|value| (COOKIE, *value)).collect();
            session_cookie(&headers(&list))
        };
        assert_eq!(cookie(&[]), Ok(None));
        assert_eq!(cookie(&["lang=ar; sid=x; __Host-sidx=y"]), Ok(None));
        assert!(
            cookie(&[&format!("lang=ar; __Host-sid={good}; x=y")])
                .unwrap()
                .is_some()
        );
        for bad in [
            vec!["__Host-sid=".to_owned()],
            vec![format!("__Host-sid={good}x")],
            vec![format!("__Host-sid={good}; __Host-sid={good}")],
            vec![format!("__Host-sid={good}"), format!("__Host-sid={good}")],
        ] {
            let bad: Vec<_> = bad.iter().map(String::as_str).collect();
            assert_eq!(cookie(&bad), Err(Denied::InvalidToken), "{bad:?}");
        }
    }
}

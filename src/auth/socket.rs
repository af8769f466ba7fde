//! Who may open a staff socket (AUT-11): a session's cookie, or a bearer in the sub-protocol list, because a browser's WebSocket
//! cannot set headers; either with the `Origin` of this very host.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use actix_web::{FromRequest, HttpRequest};
use sadu_domain::access::Permission;

use super::asked::{Asked, caller};
use super::extract::{auth_of, bearer, not_good, session_cookie};
use super::identity::{Denied, Identity};
use super::refusal::Refusal;

/// The one sub-protocol, and the only one that is echoed.
pub const PROTOCOL: &str = "sadu.v1";

/// Somebody who may hold a staff socket.
#[derive(Debug, Clone)]
pub struct SocketIdentity {
    /// Who.
    pub identity: Identity,
    /// What to answer in `Sec-WebSocket-Protocol`.
    pub protocol: Option<&'static str>,
}

impl FromRequest for SocketIdentity {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            open(&req)
                .await
                .map_err(|denied| Refusal::new(&req, denied))
        })
    }
}

async fn open(req: &HttpRequest) -> Result<SocketIdentity, Denied> {
    let (auth, asked) = auth_of(req).zip(Asked::of(req)).ok_or(Denied::Required)?;
    let offer = Offer::read(req.headers())?;
    let token = match offer.token {
        Some(token) => Some(token),
        None => bearer(req.headers())?,
    };
    let cookie = session_cookie(req.headers())?;
    if token.is_none() && cookie.is_none() {
        return Err(Denied::Required);
    }
    // Programs say it too: a socket is open for long, and never to a page of another site.
    if !is_ours(req.headers(), &asked.origin) {
        return Err(Denied::Csrf);
    }
    let identity = match (token, cookie) {
        (Some(token), _) => match auth.by_bearer(&asked.tenant, token, || caller(req)).await {
            Err(Denied::InvalidToken) => return Err(not_good(req, &asked).await),
            found => found?,
        },
        (None, Some(cookie)) => {
            auth.by_session(&asked.tenant, &asked.host, &cookie, || caller(req))
                .await?
        }
        (None, None) => return Err(Denied::Required),
    };
    identity.demand(Permission::InboxRead)?;
    Ok(SocketIdentity {
        identity,
        protocol: offer.ours.then_some(PROTOCOL),
    })
}

/// Whether there is exactly one `Origin`, and it is this host's.
fn is_ours(headers: &HeaderMap, ours: &str) -> bool {
    let mut sent = headers.get_all(ORIGIN);
    let is_ours = (sent.next()).is_some_and(|o| o.as_bytes().eq_ignore_ascii_case(ours.as_bytes()));
    is_ours && sent.next().is_none()
}

/// What a client offers as sub-protocols.
#[derive(Debug, PartialEq, Eq)]
struct Offer<'a> {
    ours: bool,
    token: Option<&'a str>,
}

impl<'a> Offer<'a> {
    fn read(headers: &'a HeaderMap) -> Result<Self, Denied> {
        let mut offer = Self {
            ours: false,
            token: None,
        };
        for line in headers.get_all(SEC_WEBSOCKET_PROTOCOL) {
            let line = line.to_str().map_err(|_| Denied::InvalidToken)?;
            for item in line.split(',').map(str::trim) {
                if item == PROTOCOL {
                    offer.ours = true;
                } else if let Some(token) = item.strip_prefix("bearer.")
                    && offer.token.replace(token).is_some()
                {
                    return Err(Denied::InvalidToken);
                }
            }
        }
        // A token without the protocol that carries it would have to be echoed to be accepted.
        if offer.token.is_some() && !offer.ours {
            return Err(Denied::InvalidToken);
        }
        Ok(offer)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn the_offer_is_read_strictly() {
        let read = |line: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(line));
            Offer::read(&headers).map(|offer| (offer.ours, offer.token.map(str::to_owned)))
        };
        assert_eq!(read("sadu.v1"), Ok((true, None)));
        assert_eq!(
            read("sadu.v1, bearer.a.b.c"),
            Ok((true, Some("a.b.c".into())))
        );
        assert_eq!(
            read("bearer.a.b.c,sadu.v1"),
            Ok((true, Some("a.b.c".into())))
        );
        assert_eq!(read("chat"), Ok((false, None)));
        assert_eq!(read("bearer.a.b.c"), Err(Denied::InvalidToken));
        assert_eq!(
            read("sadu.v1, bearer.a, bearer.b"),
            Err(Denied::InvalidToken)
        );
    }
}

//! What the development provider remembers, in memory: authorisation codes and refresh token families.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};

use super::accounts::Account;

/// A code is good for this long.
const CODE_LIFE: Duration = Duration::from_secs(60);
/// A refresh token family lives this long, as the longest session does.
const FAMILY_LIFE: Duration = Duration::from_secs(12 * 60 * 60);

/// Who signed in, when, and for which client: what every token of a sign-in says.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    /// The person.
    pub(super) account: Account,
    /// The client that the tokens are for.
    pub(super) client_id: String,
    /// Granted scopes.
    pub(super) scope: String,
    /// Seconds since 1970 at which the password was given.
    pub(super) auth_time: i64,
    /// The nonce of the authorisation request.
    pub(super) nonce: Option<String>,
}

/// A code with what its redemption must match.
#[derive(Debug, Clone)]
pub(super) struct Code {
    /// What it is exchanged for.
    pub(super) grant: Grant,
    /// Exactly as in the authorisation request.
    pub(super) redirect_uri: String,
    /// S256 challenge.
    pub(super) challenge: String,
}

struct Family {
    grant: Grant,
    /// The one token that may be used next.
    current: String,
    expires: Instant,
}

#[derive(Default)]
struct Inner {
    codes: HashMap<String, (Code, Instant)>,
    /// Every refresh token ever handed out in a living family, with the family's number.
    refresh: HashMap<String, u64>,
    families: HashMap<u64, Family>,
    counter: u64,
}

/// The memory.
#[derive(Default)]
pub(super) struct Store(Mutex<Inner>);

impl Store {
    /// Keeps a code and returns it.
    pub(super) fn issue_code(&self, code: Code) -> String {
        let token = random_token();
        let now = Instant::now();
        self.with(|inner| {
            inner.codes.retain(|_, (_, expires)| *expires > now);
            inner.codes.insert(token.clone(), (code, now + CODE_LIFE));
        });
        token
    }

    /// Takes a code: it is gone afterwards, whether it was used rightly or not.
    pub(super) fn take_code(&self, token: &str) -> Option<Code> {
        self.with(|inner| inner.codes.remove(token))
            .filter(|(_, expires)| *expires > Instant::now())
            .map(|(code, _)| code)
    }

    /// Begins a refresh token family.
    pub(super) fn begin_family(&self, grant: Grant) -> String {
        let token = random_token();
        let now = Instant::now();
        self.with(|inner| {
            inner.families.retain(|_, family| family.expires > now);
            let families = &inner.families;
            inner
                .refresh
                .retain(|_, number| families.contains_key(number));
            inner.counter = inner.counter.wrapping_add(1);
            let number = inner.counter;
            let family = Family {
                grant,
                current: token.clone(),
                expires: now + FAMILY_LIFE,
            };
            inner.families.insert(number, family);
            inner.refresh.insert(token.clone(), number);
        });
        token
    }

    /// Exchanges a refresh token for the next one. A token used a second time ends its family: somebody copied it.
    pub(super) fn rotate(&self, token: &str, client_id: &str) -> Option<(Grant, String)> {
        self.with(|inner| {
            let number = *inner.refresh.get(token)?;
            let family = inner.families.get_mut(&number)?;
            if family.grant.client_id != client_id || family.expires <= Instant::now() {
                return None;
            }
            if family.current != token {
                inner.families.remove(&number);
                return None;
            }
            let next = random_token();
            family.current.clone_from(&next);
            let grant = family.grant.clone();
            inner.refresh.insert(next.clone(), number);
            Some((grant, next))
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// 256 random bits.
pub(super) fn random_token() -> String {
    BASE64URL.encode(rand::random::<[u8; 32]>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant() -> Grant {
        Grant {
            account: Account::sign_in("admin@nakhla", "demo").unwrap(),
            client_id: "sadu".into(),
            scope: "openid".into(),
            auth_time: 1,
            nonce: None,
        }
    }

    #[test]
    fn a_code_is_taken_once() {
        let store = Store::default();
        let code = store.issue_code(Code {
            grant: grant(),
            redirect_uri: "http://a".into(),
            challenge: String::new(),
        });
        assert!(store.take_code(&code).is_some());
        assert!(store.take_code(&code).is_none());
    }

    #[test]
    fn a_reused_refresh_token_ends_the_family() {
        let store = Store::default();
        let first = store.begin_family(grant());
        assert!(store.rotate(&first, "other").is_none());
        let (_, second) = store.rotate(&first, "sadu").unwrap();
        let (_, third) = store.rotate(&second, "sadu").unwrap();
        assert!(store.rotate(&first, "sadu").is_none());
        assert!(store.rotate(&third, "sadu").is_none());
    }
}

//! Sessions and bearers of one process: looked up through a cache of two seconds, so that what an administrator takes away
//! is gone within five, from open sockets too, which look again every two and a half (AUT-5). Called by the extractors, the sockets and the sign-in routes; reads and writes through
//! the tenant's handle.
//!
//! **Invariant:** every cache key starts with the tenant; a session counts only on its own host.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration as StdDuration;

use chrono::{DateTime, Duration, Utc};
use moka::future::Cache;
use sadu_actors::TenantHandle;
use sadu_actors::commands::sessions::{Caller, NoteForeignHost, TouchSession};
use sadu_actors::commands::sign_in::{BindBearer, Identified};
use sadu_db::sessions::Session;
use sadu_db::users::User;
use sadu_db::{sessions, support, users};
use sadu_domain::ids::{SessionId, TenantId};

use super::identity::{Denied, Identity, Via};
use super::jwt::{Claims, Refused};
use super::oidc::Provider;
use super::renewal;
use super::secret::Secret;
use super::support::as_session;

/// How long an answer is believed without asking again.
pub(crate) const CACHE_LIFE: StdDuration = StdDuration::from_secs(2);
/// Activity is written at most this often.
const TOUCH_EVERY: StdDuration = StdDuration::from_secs(60);
/// Most sessions, users and touches that are remembered.
const CAPACITY: u64 = 20_000;

/// Sign-in, as the rest of the process uses it. Cheap to clone.
#[derive(Clone)]
pub struct Auth {
    provider: Provider,
    sessions: Cache<(TenantId, [u8; 32]), Arc<Session>>,
    users: Cache<(TenantId, String), Arc<User>>,
    touched: Cache<(TenantId, SessionId), ()>,
    renewed: Cache<(TenantId, SessionId), ()>,
}

impl Auth {
    /// Sign-in with this provider.
    pub fn new(provider: Provider) -> Self {
        fn lasting<K: Hash + Eq + Send + Sync + 'static, V: Clone + Send + Sync + 'static>(
            life: StdDuration,
        ) -> Cache<K, V> {
            Cache::builder()
                .max_capacity(CAPACITY)
                .time_to_live(life)
                .build()
        }
        Self {
            provider,
            sessions: lasting(CACHE_LIFE),
            users: lasting(CACHE_LIFE),
            touched: lasting(TOUCH_EVERY),
            renewed: lasting(TOUCH_EVERY),
        }
    }

    /// The identity provider.
    pub fn provider(&self) -> &Provider {
        &self.provider
    }

    /// The identity of a session cookie on this host.
    ///
    /// # Errors
    /// `InvalidToken` when there is no such session here, `Busy` when it could not be looked up.
    pub async fn by_session(
        &self,
        tenant: &TenantHandle,
        host: &str,
        cookie: &Secret,
        caller: impl FnOnce() -> Caller,
    ) -> Result<Identity, Denied> {
        let hash = cookie.hash();
        let session = self
            .find_session(tenant, hash)
            .await?
            .ok_or(Denied::InvalidToken)?;
        if session.host != host {
            // A cookie is host-only: somebody carried it over by hand (ISO-7).
            tracing::warn!(tenant.id = %tenant.id(), "a session's cookie came to another host");
            let note = NoteForeignHost {
                session: session.id,
                host: host.to_owned(),
                caller: caller(),
            };
            if let Err(error) = tenant.execute(note).await {
                tracing::error!(error = %error, "the audit entry of a foreign cookie was not written");
            }
            return Err(Denied::InvalidToken);
        }
        self.note_activity(tenant, session.id, session.last_seen_at);
        if session.renewal_due {
            self.renew(tenant, session.id, hash);
        }
        Ok(of_session(&session, hash))
    }

    /// The identity of a program's access token: only somebody of this tenant is anybody here.
    ///
    /// # Errors
    /// `InvalidToken` for every token that is not believed or names nobody here, `Busy` when it could not be found out.
    pub async fn by_bearer(
        &self,
        tenant: &TenantHandle,
        token: &str,
        caller: impl FnOnce() -> Caller,
    ) -> Result<Identity, Denied> {
        let claims = self.believed(token).await?;
        let user = match self.find_user(tenant, &claims.subject).await? {
            Some(user) => user,
            None if self.provider.config().bind_bearers => {
                let bind = BindBearer {
                    who: identified(&claims),
                    caller: caller(),
                };
                let bound = tenant.execute(bind).await.map_err(|_| Denied::Busy)?;
                Arc::new(bound.ok_or(Denied::InvalidToken)?)
            }
            None => return Err(Denied::InvalidToken),
        };
        Ok(Identity {
            user_id: user.id,
            name: user.name.clone(),
            email: user.email.clone(),
            role: user.role,
            mfa: self.provider.config().mfa.proven_by(&claims),
            auth_time: self.provider.config().mfa.proven_at(&claims, Utc::now()),
            via: Via::Bearer {
                expires_at: DateTime::from_timestamp(claims.expires_at, 0)
                    .ok_or(Denied::InvalidToken)?,
                subject: claims.subject,
            },
            acting: None,
        })
    }

    /// The claims of an access token that is believed.
    ///
    /// # Errors
    /// `InvalidToken` for every other, `Busy` when the provider's keys are not to be had.
    pub(super) async fn believed(&self, token: &str) -> Result<Claims, Denied> {
        self.provider
            .access_token(token)
            .await
            .map_err(|refused| match refused {
                Refused::KeysUnavailable => Denied::Busy,
                refused => {
                    tracing::info!(reason = %refused, "an access token was refused");
                    Denied::InvalidToken
                }
            })
    }

    /// Looks again at somebody whose socket is open: `None` when session, token or membership has ended.
    ///
    /// # Errors
    /// `Busy` when it could not be looked up.
    pub async fn recheck(
        &self,
        tenant: &TenantHandle,
        was: &Identity,
    ) -> Result<Option<Identity>, Denied> {
        if was.expires_at() <= Utc::now() {
            return Ok(None);
        }
        match &was.via {
            Via::Session {
                token_hash, host, ..
            } => {
                let session = self.find_session(tenant, *token_hash).await?;
                Ok(session
                    .filter(|session| session.host == *host)
                    .map(|session| of_session(&session, *token_hash)))
            }
            Via::Bearer { subject, .. } => {
                let user = self.find_user(tenant, subject).await?;
                Ok(user.map(|user| Identity {
                    name: user.name.clone(),
                    email: user.email.clone(),
                    role: user.role,
                    ..was.clone()
                }))
            }
        }
    }

    /// Notes that the person behind an open socket is there: a frame counts as activity of the session.
    pub fn still_here(&self, tenant: &TenantHandle, identity: &Identity) {
        if identity.acting.is_some() {
            return;
        }
        if let Via::Session { id, .. } = &identity.via {
            self.note_activity(tenant, *id, DateTime::UNIX_EPOCH);
        }
    }

    /// Forgets a session that ended here, so that this process does not believe it for another moment.
    pub async fn forget(&self, tenant: TenantId, token_hash: [u8; 32]) {
        self.sessions.invalidate(&(tenant, token_hash)).await;
    }

    async fn find_session(
        &self,
        tenant: &TenantHandle,
        hash: [u8; 32],
    ) -> Result<Option<Arc<Session>>, Denied> {
        let key = (tenant.id(), hash);
        if let Some(known) = self.sessions.get(&key).await {
            return Ok(Some(known).filter(|session| session.expires_at > Utc::now()));
        }
        let mut tx = tenant.read().await.map_err(|_| Denied::Busy)?;
        let mut found = sessions::find(&mut tx, &hash).await.map_err(busy)?;
        if found.is_none() {
            let acting = support::find(&mut tx, &hash).await.map_err(busy)?;
            found = acting.map(as_session);
        }
        let found = found.map(Arc::new);
        tx.commit().await.map_err(busy)?;
        if let Some(session) = &found {
            self.sessions.insert(key, Arc::clone(session)).await;
        }
        Ok(found)
    }

    async fn find_user(
        &self,
        tenant: &TenantHandle,
        subject: &str,
    ) -> Result<Option<Arc<User>>, Denied> {
        let key = (tenant.id(), subject.to_owned());
        if let Some(known) = self.users.get(&key).await {
            return Ok(Some(known));
        }
        let mut tx = tenant.read().await.map_err(|_| Denied::Busy)?;
        let issuer = &self.provider.config().issuer;
        let found = users::find_by_identity(&mut tx, issuer, subject)
            .await
            .map_err(busy)?
            .map(Arc::new);
        tx.commit().await.map_err(busy)?;
        if let Some(user) = &found {
            self.users.insert(key, Arc::clone(user)).await;
        }
        Ok(found)
    }

    fn note_activity(&self, tenant: &TenantHandle, id: SessionId, last_seen: DateTime<Utc>) {
        let lately = Duration::from_std(TOUCH_EVERY).unwrap_or_default();
        if Utc::now().signed_duration_since(last_seen) < lately {
            return;
        }
        let (touched, tenant) = (self.touched.clone(), tenant.clone());
        // Nobody waits for it; a note that is lost is made again a minute later.
        actix_web::rt::spawn(async move {
            let key = (tenant.id(), id);
            let entry = touched.entry(key).or_insert(()).await;
            if entry.is_fresh()
                && let Err(error) = tenant.execute(TouchSession(id)).await
            {
                touched.invalidate(&key).await;
                tracing::debug!(error = %error, "the activity of a session was not noted");
            }
        });
    }

    /// Asks the provider about a session whose renewal is due; nobody waits for it.
    fn renew(&self, tenant: &TenantHandle, id: SessionId, hash: [u8; 32]) {
        let (auth, tenant) = (self.clone(), tenant.clone());
        actix_web::rt::spawn(async move {
            let entry = auth.renewed.entry((tenant.id(), id)).or_insert(()).await;
            if !entry.is_fresh() {
                return;
            }
            match renewal::renew(&auth.provider, &tenant, id).await {
                Ok(true) => {}
                Ok(false) => auth.forget(tenant.id(), hash).await,
                Err(error) => tracing::warn!(error = %error, "a renewal was not written"),
            }
        });
    }
}

/// What a command needs to know of somebody whom the provider vouches for.
pub(super) fn identified(claims: &Claims) -> Identified {
    Identified {
        issuer: claims.issuer.clone(),
        subject: claims.subject.clone(),
        verified_email: claims.verified_email().map(str::to_owned),
    }
}

fn of_session(session: &Session, token_hash: [u8; 32]) -> Identity {
    Identity {
        user_id: session.user_id,
        name: session.name.clone(),
        email: session.email.clone(),
        role: session.role,
        mfa: session.mfa,
        auth_time: Some(session.auth_time),
        via: Via::Session {
            id: session.id,
            host: session.host.clone(),
            expires_at: session.expires_at,
            csrf_secret: session.csrf_secret.clone(),
            token_hash,
        },
        acting: session.acting.clone(),
    }
}

fn busy(error: sadu_db::DbError) -> Denied {
    tracing::warn!(error = %error, "a session could not be looked up");
    Denied::Busy
}

//! What a tenant has in Redis, taken away when the tenant is deleted. Every key there ends by itself, but not before its time.
//!
//! Called by `actors`' erasure. Redis' user needs `+scan` for it, beside what every process needs.

use std::sync::Arc;
use std::time::Duration;

use redis::{RedisError, RedisResult};
use sadu_domain::ids::TenantId;
use secrecy::SecretString;
use tokio::time::timeout;

use crate::keys::Key;
use crate::link::{InvalidUrl, Link};

const PAGE: &str = include_str!("erasure.lua");
/// Longest wait for the server, and for one answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why keys were left.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// The address.
    #[error(transparent)]
    Url(#[from] InvalidUrl),
    /// Nobody answers there.
    #[error("Redis is not to be reached")]
    Away,
    /// Redis said no.
    #[error("Redis: {0} (its user needs `+scan` to find a tenant's keys)")]
    Refused(#[from] RedisError),
}

/// Takes away every key of a tenant; answers how many there were.
///
/// # Errors
/// Whatever kept a key from being removed; some may be gone then.
pub async fn erase(url: &SecretString, tenant: TenantId) -> Result<u64, ErasureError> {
    let link = Link::start(url, "erasure_up", PATIENCE, Arc::new(|_| {}))?;
    let mut up = link.watch();
    timeout(PATIENCE, up.wait_for(Option::is_some))
        .await
        .map_err(|_| ErasureError::Away)?
        .map_err(|_| ErasureError::Away)?;
    let connection = link.connection().ok_or(ErasureError::Away)?;
    let (mut gone, mut from) = (0_u64, "0".to_owned());
    loop {
        let mut page = redis::cmd("EVAL");
        page.arg(PAGE)
            .arg(1)
            .arg(Key::events(tenant).as_str())
            .arg(&from)
            .arg(Key::pattern(tenant));
        let answer: RedisResult<(String, u64)> = connection.call(&page).await;
        let (next, removed) = answer?;
        gone = gone.saturating_add(removed);
        if next == "0" {
            return Ok(gone);
        }
        from = next;
    }
}

//! The bus between processes: after a commit, one says how far a tenant has come; the others look. It carries news, never truth:
//! what it loses is found by comparing heads in Postgres, and a number heard on it is a reason to look there, no more.

mod redis;
mod wire;

use sadu_domain::event::InboxEvent;
use sadu_domain::ids::TenantId;
use secrecy::SecretString;
use tokio::sync::mpsc;

pub use self::redis::RedisBus;
use crate::link::InvalidUrl;

/// A tenant has come this far in another process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BusNews {
    /// Which.
    pub tenant: TenantId,
    /// Its last event number.
    pub seq: i64,
}

/// How the bus is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusHealth {
    /// Whether the others can be reached; `None` when there are none.
    pub up: Option<bool>,
    /// News that were not sent or not passed on, because too many waited, since the start.
    pub dropped: u64,
    /// Messages that were refused, since the start: not ours, or of another tenant than their channel.
    pub refused: u64,
}

/// The bus of a process. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Bus {
    /// One process alone: there is nobody to tell.
    Alone,
    /// Several, which meet in Redis.
    Redis(RedisBus),
}

impl Bus {
    /// The bus of a process that is alone.
    #[must_use]
    pub fn alone() -> (Self, mpsc::Receiver<BusNews>) {
        let (_, news) = mpsc::channel(1);
        (Self::Alone, news)
    }

    /// The bus over the Redis at `url`. It begins at once whether Redis is there or not, and ends with its last clone. Needs a
    /// running tokio runtime.
    ///
    /// # Errors
    /// The address cannot be read.
    pub fn redis(url: &SecretString) -> Result<(Self, mpsc::Receiver<BusNews>), InvalidUrl> {
        let (bus, news) = RedisBus::start(url)?;
        Ok((Self::Redis(bus), news))
    }

    /// Tells the others; never waits. Of a tenant that is told of faster than can be sent, only the newest is.
    pub fn publish(&self, tenant: TenantId, seq: i64, _events: &[InboxEvent]) {
        match self {
            Self::Alone => {}
            Self::Redis(bus) => bus.publish(tenant, seq),
        }
    }

    /// Hears news of this tenant from now on; from a little later, while Redis is away.
    pub fn watch(&self, tenant: TenantId) {
        match self {
            Self::Alone => {}
            Self::Redis(bus) => bus.watch(tenant),
        }
    }

    /// No longer hears of it.
    pub fn unwatch(&self, tenant: TenantId) {
        match self {
            Self::Alone => {}
            Self::Redis(bus) => bus.unwatch(tenant),
        }
    }

    /// How the bus is now.
    #[must_use]
    pub fn health(&self) -> BusHealth {
        match self {
            Self::Alone => BusHealth {
                up: None,
                dropped: 0,
                refused: 0,
            },
            Self::Redis(bus) => bus.health(),
        }
    }
}

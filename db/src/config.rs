//! How to reach Postgres.

use std::time::Duration;

use secrecy::SecretString;

/// Whether a connection must be encrypted and its server proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsPolicy {
    /// Off loopback the URL must say `sslmode=verify-full`; anything less refuses to start.
    Verified,
    /// Development: whatever the URL says.
    AsGiven,
}

/// Pools and time limits of one process.
#[derive(Debug, Clone)]
pub struct DbConfig {
    /// Login of `sadu_web` or `sadu_worker`: `postgres://user:password@host/db`.
    pub url: SecretString,
    /// Login of `sadu_platform`, for the console's few functions; none where a process has no console.
    pub platform_url: Option<SecretString>,
    /// Connections of the read pool.
    pub read_connections: u32,
    /// Connections kept by each writer set (one set an arbiter).
    pub write_connections: usize,
    /// How long to wait for a connection before answering Busy.
    pub acquire_timeout: Duration,
    /// Encryption policy.
    pub tls: TlsPolicy,
    /// False behind PgBouncer in transaction mode: a connection is another one in every transaction, so no prepared statements
    /// are kept and no scrub is run (PgBouncer's own connections are never handed out within a transaction).
    pub prepared: bool,
}

impl DbConfig {
    /// The product's defaults for this login.
    #[must_use]
    pub fn new(url: SecretString) -> Self {
        Self {
            url,
            platform_url: None,
            read_connections: 10,
            write_connections: 8,
            acquire_timeout: Duration::from_secs(1),
            tls: TlsPolicy::Verified,
            prepared: true,
        }
    }
}

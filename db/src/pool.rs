//! [`Db`]: the private pool, its discipline, and what hangs on it.
//!
//! Nothing outside this crate can reach a connection; inside it only [`TenantTx`], [`PlatformTx`] and the writers do.

use std::str::FromStr;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, PgPool};

use crate::config::{DbConfig, TlsPolicy};
use crate::error::DbError;
use crate::posture;
use crate::tx::{TenantCtx, TenantTx};
use crate::writer::WriterSet;

/// Clears what a transaction could have left behind; keeps prepared statements.
const SCRUB: &str = "ROLLBACK; CLOSE ALL; RESET ALL; RESET ROLE; UNLISTEN *; SELECT pg_advisory_unlock_all(); DISCARD SEQUENCES";
/// One row when no tenant and no role is set and no transaction is open. Simple protocol only: in the extended one the two
/// clocks differ.
const CLEAN: &str = "select 1 where nullif(current_setting('app.current_tenant', true), '') is null and current_setting('role') = 'none'
  and now() = statement_timestamp()";

/// The database of one process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    reads: PgPool,
    platform: Option<PgPool>,
    writer_options: PgConnectOptions,
    config: DbConfig,
}

impl Db {
    /// Opens the pools and checks the login's posture: a superuser, owner, member of the owner, or BYPASSRLS login refuses.
    ///
    /// # Errors
    /// A line that says what to change, for configuration and posture; the database's own error otherwise.
    pub async fn connect(config: DbConfig) -> Result<Self, ConnectError> {
        let options = options(&config.url, "DATABASE_URL", &config)?;
        let mut first = reach(&options, "DATABASE_URL").await?;
        posture::check(&mut first, posture::Door::Tenant, config.prepared).await?;
        let _ = first.close().await;
        let reads = pool(options.clone(), &config, config.read_connections);
        let platform = match &config.platform_url {
            Some(url) => {
                let options = self::options(url, "PLATFORM_DATABASE_URL", &config)?;
                let mut first = reach(&options, "PLATFORM_DATABASE_URL").await?;
                posture::check(&mut first, posture::Door::Platform, config.prepared).await?;
                let _ = first.close().await;
                Some(pool(options, &config, 2))
            }
            None => None,
        };
        // Small batches spend a third of their time planning; the writers' few statements plan well without their values.
        // Without prepared statements there is no plan to keep, and PgBouncer refuses the setting.
        let writer_options = if config.prepared {
            options.options([("plan_cache_mode", "force_generic_plan")])
        } else {
            options
        };
        Ok(Self {
            inner: Arc::new(Inner {
                reads,
                platform,
                writer_options,
                config,
            }),
        })
    }

    /// A transaction on this tenant's rows, on the read pool.
    ///
    /// # Errors
    /// `Busy` when no connection came free in time.
    pub async fn tenant(&self, ctx: TenantCtx) -> Result<TenantTx, DbError> {
        TenantTx::begin_pooled(self, ctx, crate::tx::Isolation::ReadCommitted).await
    }

    /// The same, where every statement sees the state at one instant.
    ///
    /// # Errors
    /// `Busy` when no connection came free in time.
    pub async fn tenant_snapshot(&self, ctx: TenantCtx) -> Result<TenantTx, DbError> {
        TenantTx::begin_pooled(self, ctx, crate::tx::Isolation::RepeatableRead).await
    }

    /// A set of writer connections for one arbiter.
    #[must_use]
    pub fn writers(&self) -> WriterSet {
        WriterSet::new(
            self.inner.writer_options.clone(),
            self.inner.config.write_connections,
            self.inner.config.acquire_timeout,
            self.inner.config.prepared,
        )
    }

    /// Whether a pool connection can be had and the migrations are current.
    ///
    /// # Errors
    /// The database's error when it does not answer.
    pub async fn ready(&self) -> Result<bool, DbError> {
        Ok(crate::hosts::schema_version(self).await? == Some(crate::migrate::latest_version()))
    }

    /// Whether statements stay prepared from one transaction to the next.
    pub(crate) fn prepared(&self) -> bool {
        self.inner.config.prepared
    }

    pub(crate) fn reads(&self) -> &PgPool {
        &self.inner.reads
    }

    /// Whether this process has the login of the console.
    #[must_use]
    pub fn has_platform(&self) -> bool {
        self.inner.platform.is_some()
    }

    pub(crate) fn platform_pool(&self) -> Option<&PgPool> {
        self.inner.platform.as_ref()
    }

    /// Closes the pools and waits for their connections.
    pub async fn close(&self) {
        self.inner.reads.close().await;
        if let Some(p) = &self.inner.platform {
            p.close().await;
        }
    }
}

/// Why [`Db::connect`] refused.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL is not one, or asks for less encryption than the policy.
    #[error("{0}")]
    Config(String),
    /// The login may do more than it should.
    #[error("{0}")]
    Posture(#[from] posture::PostureError),
    /// Nobody answered, or the login was refused.
    #[error("Postgres does not let us in ({cause}): start it, or correct {variable}")]
    Unreachable {
        /// What it said; it names its own cause.
        cause: sqlx::Error,
        /// Where its address comes from.
        variable: &'static str,
    },
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that takes a connection from a pool"
)]
pub(crate) async fn acquire(
    pool: &PgPool,
) -> Result<sqlx::pool::PoolConnection<sqlx::Postgres>, DbError> {
    Ok(pool.acquire().await?)
}

pub(crate) async fn reach(
    options: &PgConnectOptions,
    variable: &'static str,
) -> Result<PgConnection, ConnectError> {
    options
        .connect()
        .await
        .map_err(|cause| ConnectError::Unreachable { cause, variable })
}

pub(crate) fn options(
    url: &SecretString,
    variable: &str,
    config: &DbConfig,
) -> Result<PgConnectOptions, ConnectError> {
    let options = PgConnectOptions::from_str(url.expose_secret())
        .map_err(|e| ConnectError::Config(format!("{variable} is not a Postgres URL: {e}")))?
        .application_name("sadu")
        .log_statements(tracing::log::LevelFilter::Off);
    let host = options.get_host();
    let local = matches!(host, "localhost" | "127.0.0.1" | "::1") || host.starts_with('/');
    // `verify-ca` believes any host that the same authority has ever vouched for.
    let verified = matches!(options.get_ssl_mode(), PgSslMode::VerifyFull);
    if config.tls == TlsPolicy::Verified && !local && !verified {
        return Err(ConnectError::Config(format!(
            "Postgres at {host} is not on this machine: add sslmode=verify-full to {variable}"
        )));
    }
    Ok(if config.prepared {
        options
    } else {
        options.statement_cache_capacity(0)
    })
}

fn pool(options: PgConnectOptions, config: &DbConfig, size: u32) -> PgPool {
    let scrub = config.prepared;
    PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(config.acquire_timeout)
        .test_before_acquire(false)
        .before_acquire(move |conn, _| {
            Box::pin(async move {
                if !scrub {
                    return Ok(true);
                }
                let state = state(conn).await;
                if state == State::Dirty {
                    metrics::counter!("pool_dirty_total").increment(1);
                    tracing::error!(
                        "a pooled connection still had a tenant, a role or a transaction; it was closed"
                    );
                }
                Ok(state == State::Clean)
            })
        })
        .after_release(move |conn, _| {
            Box::pin(async move { Ok(!scrub || conn.execute(sqlx::raw_sql(SCRUB)).await.is_ok()) })
        })
        .connect_lazy_with(options)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Clean,
    /// Something of the last borrower is still there: an alarm.
    Dirty,
    /// The server or the network ended it while it was idle: everyday weather, as after a restart.
    Dead,
}

async fn state(conn: &mut PgConnection) -> State {
    match conn.fetch_optional(sqlx::raw_sql(CLEAN)).await {
        Ok(Some(_)) => State::Clean,
        Ok(None) => State::Dirty,
        Err(error) => match DbError::from(error) {
            DbError::Unavailable(_) => State::Dead,
            // A transaction that failed answers every question with an error.
            _ => State::Dirty,
        },
    }
}

#[cfg(all(test, feature = "embedded"))]
mod tests;

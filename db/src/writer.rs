//! Connections owned by the batch engine. sqlx's pool pings on acquire and on release; here a connection comes back only after
//! its COMMIT or ROLLBACK was answered, and is closed in every other case, so neither ping nor scrub is needed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::DbError;
use crate::tx::{TenantCtx, TenantTx};

/// A bounded set of writer connections. One a process arbiter, so that a connection's socket stays on the thread that uses it.
#[derive(Debug, Clone)]
pub struct WriterSet {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    idle: Mutex<Vec<PgConnection>>,
    permits: Arc<Semaphore>,
    options: PgConnectOptions,
    wait: Duration,
    prepared: bool,
}

impl WriterSet {
    pub(crate) fn new(
        options: PgConnectOptions,
        size: usize,
        wait: Duration,
        prepared: bool,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                idle: Mutex::new(Vec::with_capacity(size)),
                permits: Arc::new(Semaphore::new(size)),
                options,
                wait,
                prepared,
            }),
        }
    }

    /// A write transaction's raw door: [`crate::WriteTx`] and the batched statements are built on it.
    ///
    /// # Errors
    /// `Busy` when no connection came free in time, `Unavailable` when Postgres does not answer.
    pub async fn tenant(&self, ctx: TenantCtx) -> Result<TenantTx, DbError> {
        let mut conn = self.take().await?;
        // A connection that died while idle is replaced once; a dead server shows itself on the second try.
        if conn.used {
            match TenantTx::begin_writer(conn, ctx).await {
                Err(DbError::Unavailable(_)) => conn = self.fresh().await?,
                other => return other,
            }
        }
        TenantTx::begin_writer(conn, ctx).await
    }

    async fn take(&self) -> Result<WriterConn, DbError> {
        let permit = self.permit().await?;
        let idle = self
            .shared
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        match idle {
            Some(conn) => Ok(WriterConn {
                conn: Some(conn),
                settled: false,
                used: true,
                _permit: permit,
                home: self.shared.clone(),
            }),
            None => self.open(permit).await,
        }
    }

    async fn fresh(&self) -> Result<WriterConn, DbError> {
        self.shared
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        let permit = self.permit().await?;
        self.open(permit).await
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, DbError> {
        match tokio::time::timeout(
            self.shared.wait,
            self.shared.permits.clone().acquire_owned(),
        )
        .await
        {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(DbError::Busy),
        }
    }

    async fn open(&self, permit: OwnedSemaphorePermit) -> Result<WriterConn, DbError> {
        let conn = tokio::time::timeout(
            self.shared.wait.max(Duration::from_secs(2)),
            self.shared.options.connect(),
        )
        .await
        .map_err(|_| DbError::Busy)??;
        Ok(WriterConn {
            conn: Some(conn),
            settled: false,
            used: false,
            _permit: permit,
            home: self.shared.clone(),
        })
    }
}

/// A writer connection on loan.
#[derive(Debug)]
pub(crate) struct WriterConn {
    conn: Option<PgConnection>,
    settled: bool,
    used: bool,
    _permit: OwnedSemaphorePermit,
    home: Arc<Shared>,
}

impl WriterConn {
    pub(crate) fn conn(&mut self) -> Result<&mut PgConnection, DbError> {
        self.conn
            .as_mut()
            .ok_or(DbError::Other(sqlx::Error::PoolClosed))
    }

    /// Whether statements stay prepared from one transaction to the next.
    pub(crate) fn prepared(&self) -> bool {
        self.home.prepared
    }

    /// COMMIT or ROLLBACK was answered: the connection may serve again.
    pub(crate) fn settle(&mut self) {
        self.settled = true;
    }
}

impl Drop for WriterConn {
    fn drop(&mut self) {
        if let (true, Some(conn)) = (self.settled, self.conn.take()) {
            self.home
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(conn);
        }
    }
}

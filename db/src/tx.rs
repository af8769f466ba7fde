//! [`TenantTx`]: the one door to a tenant's rows.
//!
//! A plain BEGIN, then one statement that takes on `sadu_tenant` and sets the tenant, both for this transaction only. A
//! transaction that is dropped before its COMMIT or ROLLBACK was answered takes its connection with it: it is closed, never
//! handed to the next borrower.

use sadu_domain::ids::TenantId;
use sqlx::pool::PoolConnection;
use sqlx::{Executor, PgConnection, Postgres};

use crate::error::DbError;
use crate::pool::{Db, acquire};
use crate::writer::WriterConn;

/// Whose rows. Made where the tenant was proven: the host resolver, the job runner, tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenantCtx {
    tenant: TenantId,
}

impl TenantCtx {
    /// Vouches that this request, actor or job belongs to the tenant. clippy's `disallowed-methods` keeps it to its few places.
    #[must_use]
    pub fn vouch(tenant: TenantId) -> Self {
        Self { tenant }
    }

    /// Outside every tenant: no row of any tenant table is seen. For the few functions that look a tenant up.
    pub(crate) fn nobody() -> Self {
        Self {
            tenant: TenantId::from_uuid(uuid::Uuid::nil()),
        }
    }

    /// The tenant.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Isolation {
    ReadCommitted,
    RepeatableRead,
}

#[derive(Debug)]
enum Holder {
    Pooled(Option<PoolConnection<Postgres>>),
    Writer(WriterConn),
}

/// An open transaction of one tenant. Functions of this crate take `&mut TenantTx`; nothing else reaches its connection.
#[derive(Debug)]
pub struct TenantTx {
    holder: Holder,
    ctx: TenantCtx,
}

/// What begins a transaction. Behind PgBouncer the server's connection may hold statements that another client prepared under
/// the names that ours would have; they go first, in the same round trip, and none of ours outlives its transaction.
pub(crate) const fn begin(isolation: Isolation, prepared: bool) -> &'static str {
    match (isolation, prepared) {
        (Isolation::ReadCommitted, true) => "BEGIN",
        (Isolation::ReadCommitted, false) => "BEGIN; DEALLOCATE ALL",
        (Isolation::RepeatableRead, true) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        (Isolation::RepeatableRead, false) => {
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; DEALLOCATE ALL"
        }
    }
}

const ENTER: &str =
    "select set_config('role', 'sadu_tenant', true), set_config('app.current_tenant', $1, true)";

/// Postgres answers a COMMIT after a swallowed error with ROLLBACK and no error. The empty SELECT fails there, and the COMMIT
/// behind it is not reached; both travel in one round trip.
pub(crate) const COMMIT: &str = "SELECT; COMMIT";

impl TenantTx {
    pub(crate) async fn begin_pooled(
        db: &Db,
        ctx: TenantCtx,
        isolation: Isolation,
    ) -> Result<Self, DbError> {
        // From here to commit() the connection sits in a guard that closes it: a cancelled BEGIN leaves nothing behind.
        let mut tx = Self {
            holder: Holder::Pooled(Some(acquire(db.reads()).await?)),
            ctx,
        };
        tx.enter(begin(isolation, db.prepared())).await?;
        Ok(tx)
    }

    pub(crate) async fn begin_writer(conn: WriterConn, ctx: TenantCtx) -> Result<Self, DbError> {
        let begin = begin(Isolation::ReadCommitted, conn.prepared());
        let mut tx = Self {
            holder: Holder::Writer(conn),
            ctx,
        };
        tx.enter(begin).await?;
        Ok(tx)
    }

    async fn enter(&mut self, begin: &'static str) -> Result<(), DbError> {
        let tenant = if self.ctx == TenantCtx::nobody() {
            String::new()
        } else {
            self.ctx.tenant.to_string()
        };
        let conn = self.conn()?;
        conn.execute(begin).await?;
        sqlx::query(ENTER).bind(tenant).execute(conn).await?;
        Ok(())
    }

    /// The tenant whose rows this transaction sees.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.ctx.tenant
    }

    pub(crate) fn conn(&mut self) -> Result<&mut PgConnection, DbError> {
        match &mut self.holder {
            Holder::Pooled(Some(c)) => Ok(c),
            Holder::Pooled(None) => Err(DbError::Other(sqlx::Error::PoolClosed)),
            Holder::Writer(w) => w.conn(),
        }
    }

    /// Commits; only then may anyone be told.
    ///
    /// # Errors
    /// `Unavailable` when the answer did not come: the commit may or may not have happened. `Other` when an earlier error was
    /// swallowed: nothing was kept.
    pub async fn commit(self) -> Result<(), DbError> {
        self.end(COMMIT).await
    }

    /// Gives up what was done, and keeps the connection.
    ///
    /// # Errors
    /// `Unavailable` when the connection broke; nothing was kept either way.
    pub async fn rollback(self) -> Result<(), DbError> {
        self.end("ROLLBACK").await
    }

    async fn end(mut self, statement: &'static str) -> Result<(), DbError> {
        self.conn()?.execute(statement).await?;
        match &mut self.holder {
            Holder::Pooled(c) => drop(c.take()),
            Holder::Writer(w) => w.settle(),
        }
        Ok(())
    }
}

impl Drop for TenantTx {
    fn drop(&mut self) {
        if let Holder::Pooled(Some(conn)) = &mut self.holder {
            conn.close_on_drop();
        }
    }
}

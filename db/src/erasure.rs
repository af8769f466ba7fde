//! [`Eraser`]: deletes a tenant for good, with the login of `sadu_migrator`, which no process that serves has.
//!
//! It begins with a tombstone, in one transaction with the end of the tenant's keys and counters: from then on nothing that was sealed
//! opens and nothing can be written (every write takes the counters first), and the policies let `sadu_owner` reach this tenant's rows and
//! no others (migrations/0045). Rows then go in slices of a transaction each, with their numbers in the tombstone, so it may be cut
//! short anywhere and started again. Called by `actors`' erasure; calls Postgres.

pub(crate) mod catalog;
mod tombstone;

use sadu_domain::erasure::{Due, Standing};
use sadu_domain::ids::TenantId;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

pub use self::catalog::Table;
pub use self::tombstone::{Known, Tombstone};
use crate::error::DbError;
use crate::tenants::parse;

/// Rows that go in one transaction at most.
pub const SLICE: i64 = 10_000;

/// A connection of `sadu_migrator` that deletes one tenant. Dropping it undoes what was not committed.
#[derive(Debug)]
pub struct Eraser {
    conn: PgConnection,
}

impl Eraser {
    /// Connects. `migrator` is the login of `sadu_migrator`.
    ///
    /// # Errors
    /// The database's.
    pub async fn connect(migrator: &SecretString) -> Result<Self, DbError> {
        let mut conn = PgConnection::connect(migrator.expose_secret()).await?;
        conn.execute(
            "set role sadu_owner; set search_path = pg_catalog, pg_temp; set lock_timeout = '10s'",
        )
        .await?;
        Ok(Self { conn })
    }

    /// The tenant with this slug, unless it was deleted or is being deleted.
    ///
    /// # Errors
    /// The database's.
    pub async fn find(&mut self, slug: &str) -> Result<Option<Known>, DbError> {
        let mut tx = self.conn.begin().await?;
        let known = known(&mut tx, slug).await?;
        tx.commit().await?;
        Ok(known)
    }

    /// What is left of the tenant that had this slug.
    ///
    /// # Errors
    /// The database's.
    pub async fn tombstone(&mut self, slug: &str) -> Result<Option<Tombstone>, DbError> {
        Ok(
            sqlx::query_as("select * from plat.tenant_tombstones where slug = $1")
                .bind(slug)
                .fetch_optional(&mut self.conn)
                .await?,
        )
    }

    /// The hashes that the tenant's audit log has at these numbers.
    ///
    /// # Errors
    /// The database's.
    pub async fn hashes_at(
        &mut self,
        tenant: TenantId,
        seqs: &[i64],
    ) -> Result<Vec<(i64, Vec<u8>)>, DbError> {
        let mut tx = self.conn.begin().await?;
        tx.execute("set local role sadu_cross").await?;
        let hashes = sqlx::query_as("select seq, hash from plat.audit_hashes($1, $2)")
            .bind(tenant.as_uuid())
            .bind(seqs)
            .fetch_all(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(hashes)
    }

    /// Begins: tombstone, end of keys and counters, and the entry in the platform's log. `objects` is how many the bucket has.
    ///
    /// # Errors
    /// `Busy` when the tenant is no more as it was found: look again.
    pub async fn begin(
        &mut self,
        slug: &str,
        found: &Known,
        due: Due,
        objects: i64,
    ) -> Result<Tombstone, DbError> {
        let tables = catalog::tables(&mut self.conn).await?;
        let mut tx = self.conn.begin().await?;
        tx.execute("set local role sadu_cross").await?;
        // The first lock of every write: none is under way any more.
        sqlx::query("select from app.tenant_counters where tenant_id = $1 for update")
            .bind(found.tenant.as_uuid())
            .execute(&mut *tx)
            .await?;
        let head = match known(&mut tx, slug).await? {
            Some(now) if now == *found => now.head,
            _ => None,
        };
        let (seq, hash) = head.ok_or(DbError::Busy)?;
        sqlx::query(
            "insert into plat.tenant_tombstones (id, slug, hosts, closed_at, archived_at, audit_seq, audit_hash, objects)
             values ($1, $2, array(
               select d.host from plat.tenant_domains d
                where d.tenant_id = $1 and not (d.state = 'released' and d.released_at < now() - interval '30 days') order by d.host),
               $3, $4, $5, $6, $7)",
        )
        .bind(found.tenant.as_uuid())
        .bind(slug)
        .bind(due.closed_at)
        .bind(due.archived_at)
        .bind(seq)
        .bind(hash)
        .bind(objects)
        .execute(&mut *tx)
        .await?;
        for name in ["app.tenant_keys", "app.tenant_counters"] {
            let table = tables.iter().find(|table| table.name == name);
            let table = table.ok_or_else(|| DbError::Corrupt(name.into()))?;
            take(&mut tx, found.tenant, table, None).await?;
        }
        let tombstone = left(&mut tx, found.tenant).await?;
        note(&mut tx, "tenant.delete_begin", &tombstone).await?;
        tx.commit().await?;
        Ok(tombstone)
    }

    /// Tables with rows of tenants, in the order in which they can be emptied.
    ///
    /// # Errors
    /// The database's.
    pub async fn tables(&mut self) -> Result<Vec<Table>, DbError> {
        catalog::tables(&mut self.conn).await
    }

    /// Takes away at most `most` rows of a table, or all where they refer to each other; answers whether some may be left.
    ///
    /// # Errors
    /// `NotFound` unless the tenant is being deleted; the database's.
    pub async fn slice(
        &mut self,
        tenant: TenantId,
        table: &Table,
        most: i64,
    ) -> Result<bool, DbError> {
        let most = (!table.among_themselves).then_some(most);
        let mut tx = self.conn.begin().await?;
        left(&mut tx, tenant).await?;
        let gone = take(&mut tx, tenant, table, most).await?;
        tx.commit().await?;
        Ok(most.is_some_and(|most| gone >= most))
    }

    /// Ends it: whatever came meanwhile, the tenant's own row, its jobs; the entry in the platform's log; the tombstone is whole. One
    /// transaction.
    ///
    /// # Errors
    /// `NotFound` unless the tenant is being deleted; the database's.
    pub async fn finish(&mut self, tenant: TenantId) -> Result<Tombstone, DbError> {
        let tables = catalog::tables(&mut self.conn).await?;
        let mut tx = self.conn.begin().await?;
        left(&mut tx, tenant).await?;
        for table in &tables {
            take(&mut tx, tenant, table, None).await?;
        }
        tx.execute("set local role sadu_jobs").await?;
        let jobs = sqlx::query("delete from jobs._private_jobs where payload ->> 'tenant' = $1")
            .bind(tenant.to_string())
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "delete from jobs._private_job_queues where split_part(queue_name, '/', 1) = $1",
        )
        .bind(tenant.to_string())
        .execute(&mut *tx)
        .await?;
        tx.execute("set local role sadu_owner").await?;
        let tombstone: Tombstone = sqlx::query_as(
            "update plat.tenant_tombstones set jobs = $2, deleted_at = now() where id = $1 returning *",
        )
        .bind(tenant.as_uuid())
        .bind(i64::try_from(jobs.rows_affected()).unwrap_or(i64::MAX))
        .fetch_one(&mut *tx)
        .await?;
        note(&mut tx, "tenant.delete", &tombstone).await?;
        tx.commit().await?;
        Ok(tombstone)
    }
}

/// The tenant as `sadu_cross` sees it; leaves the role as `sadu_owner`.
async fn known(conn: &mut PgConnection, slug: &str) -> Result<Option<Known>, DbError> {
    conn.execute("set local role sadu_cross").await?;
    let row = sqlx::query(
        "select t.id, t.status, h.seq, h.hash,
                max(l.at) filter (where l.action = 'tenant.close') as closed_at,
                max(l.at) filter (where l.action = 'tenant.export') as archived_at
           from app.tenants t
           left join app.audit_heads h on h.tenant_id = t.id
           left join app.audit_logs l on l.tenant_id = t.id and l.action in ('tenant.close', 'tenant.export')
          where t.slug = $1 and not exists (select from plat.tenant_tombstones s where s.id = t.id)
          group by t.id, t.status, h.seq, h.hash",
    )
    .bind(slug)
    .fetch_optional(&mut *conn)
    .await?;
    conn.execute("set local role sadu_owner").await?;
    row.map(|row| {
        let status: String = row.try_get("status")?;
        let seq: Option<i64> = row.try_get("seq")?;
        let hash: Option<Vec<u8>> = row.try_get("hash")?;
        Ok(Known {
            tenant: TenantId::from_uuid(row.try_get("id")?),
            standing: Standing {
                status: parse(&status, "tenant status")?,
                closed_at: row.try_get("closed_at")?,
                archived_at: row.try_get("archived_at")?,
            },
            head: seq.zip(hash),
        })
    })
    .transpose()
}

/// The tombstone of a tenant that is being deleted, held until the transaction ends: two who delete one tenant take turns.
async fn left(conn: &mut PgConnection, tenant: TenantId) -> Result<Tombstone, DbError> {
    Ok(sqlx::query_as(
        "select * from plat.tenant_tombstones where id = $1 and deleted_at is null for update",
    )
    .bind(tenant.as_uuid())
    .fetch_one(conn)
    .await?)
}

/// Takes away rows of a table, at most so many, and adds their number to the tombstone's.
async fn take(
    conn: &mut PgConnection,
    tenant: TenantId,
    table: &Table,
    most: Option<i64>,
) -> Result<i64, DbError> {
    let Table { name, own, .. } = table;
    let sql = format!(
        "delete from {name} where {own} = $1 and ctid = any (array(select ctid from {name} where {own} = $1 limit $2))"
    );
    let gone = sqlx::query(AssertSqlSafe(sql))
        .bind(tenant.as_uuid())
        .bind(most)
        .execute(&mut *conn)
        .await?;
    let gone = i64::try_from(gone.rows_affected()).unwrap_or(i64::MAX);
    if gone > 0 {
        sqlx::query(
            "update plat.tenant_tombstones set counts = counts || jsonb_build_object($2::text, coalesce((counts ->> $2)::bigint, 0) + $3)
              where id = $1",
        )
        .bind(tenant.as_uuid())
        .bind(name)
        .bind(gone)
        .execute(&mut *conn)
        .await?;
    }
    Ok(gone)
}

/// An entry in the platform's log: the one of the tenant goes with it.
async fn note(
    conn: &mut PgConnection,
    action: &'static str,
    of: &Tombstone,
) -> Result<(), DbError> {
    let login: String = sqlx::query_scalar("select session_user::text")
        .fetch_one(&mut *conn)
        .await?;
    let diff: Value = json!({
        "tenant": of.id, "slug": of.slug, "closed_at": of.closed_at, "rows": of.rows(), "objects": of.objects, "jobs": of.jobs,
        "audit_seq": of.audit_seq, "audit_hash": hex::encode(&of.audit_hash),
    });
    let entry = json!([{
        "actor_id": login, "actor_role": "operator", "action": action, "object_type": "tenant", "object_id": of.id, "diff": diff,
    }]);
    conn.execute("set local role sadu_cross").await?;
    sqlx::query("select plat.platform_audit_append($1)")
        .bind(Json(entry))
        .execute(&mut *conn)
        .await?;
    conn.execute("set local role sadu_owner").await?;
    Ok(())
}

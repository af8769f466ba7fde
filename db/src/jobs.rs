//! [`Jobs`]: the login `sadu_jobs`, which owns the job library's schema, takes from the outbox, and reaches no tenant's rows.
//!
//! A write puts its jobs into `app.outbox` (`WriteTx::enqueue`), never into the library: that would NOTIFY in the write's own
//! transaction, which lets one commit at a time through the whole cluster. [`Jobs::move_due`] takes them on later. Called by the
//! worker (`src/worker`).

use std::time::Duration;

use chrono::{DateTime, Utc};
use graphile_worker::{WorkerOptions, WorkerUtils};
use sadu_domain::job::JobData;
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, Executor, FromRow, PgExecutor, PgPool};

use crate::config::{DbConfig, TlsPolicy};
use crate::error::DbError;
use crate::pool::{ConnectError, options, reach};
use crate::posture;

/// The library's schema.
const SCHEMA: &str = "jobs";
/// Where the address of the login comes from.
const VARIABLE: &str = "JOBS_DATABASE_URL";
/// Connections at most: one listens, the others claim, finish and move.
const CONNECTIONS: u32 = 6;
/// Longest wait for one.
const PATIENCE: Duration = Duration::from_secs(10);
/// Jobs of one tenant that stand in the library at a time; the rest waits in the outbox, where the tenants take turns.
const AHEAD: i32 = 16;
/// Jobs moved at once.
const MOST: i32 = 512;

/// One statement, so one transaction: a job is in the outbox or in the library, whatever dies in between. Whose it is comes from the
/// row's own column; what the writer wrote is wrapped and cannot say otherwise. At most two jobs of a tenant run at a time (the
/// library runs those of one queue one after another), and a job takes its place behind all that stand there already: a tenant with
/// a thousand jobs delays nobody else by more than [`AHEAD`].
const MOVE: &str = "
select count(*) from (
  select array_agg(row(c.kind, json_build_object('tenant', c.tenant_id, 'id', c.id, 'due', c.run_at, 'job', c.payload),
                       c.tenant_id || '/' || (hashtext(c.id::text) & 1), null, k.tries, null, 0, null)::jobs.job_spec) as specs
    from plat.claim_outbox($1, (
           select coalesce(jsonb_object_agg(a.tenant, a.n), '{}') from (
             select split_part(j.queue_name, '/', 1) as tenant, count(*) as n from jobs.jobs j
              where j.queue_name is not null and (j.locked_at is not null or (j.run_at <= now() and j.attempts < j.max_attempts))
              group by 1) a), $3, $4) c
    join unnest($1::text[], $2::int[]) as k (kind, tries) on k.kind = c.kind
  having count(*) > 0) s, lateral jobs.add_jobs(s.specs)";

/// One statement again: the turn is taken and every tenant has its job, or neither. Below all others, as nobody waits for it; one that
/// still stands from the last time is not doubled.
const PASS: &str = "
with turn as (
  insert into jobs.turns as t (kind, at) values ($1, now())
  on conflict (kind) do update set at = now() where t.at <= now() - make_interval(secs => $3)
  returning 1)
select count(*) from (
  select array_agg(row($1, json_build_object('tenant', t, 'id', gen_random_uuid(), 'due', now(), 'job', null),
                       t || '/0', null, $2, $1 || '/' || t, 10, null)::jobs.job_spec) as specs
    from plat.tenant_ids() as t where exists (select 1 from turn)
  having count(*) > 0) s, lateral jobs.add_jobs(s.specs)";

/// How the jobs of one kind stand.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Sum {
    /// Which kind.
    pub kind: String,
    /// Due and not begun, in the outbox and in the library.
    pub waiting: i64,
    /// Under way.
    pub running: i64,
    /// Failed, and tried again later.
    pub pausing: i64,
    /// Failed at every try.
    pub dead: i64,
    /// When the oldest that waits became due.
    pub oldest: Option<DateTime<Utc>>,
}

pub(crate) async fn sums(on: impl PgExecutor<'_>) -> Result<Vec<Sum>, DbError> {
    Ok(
        sqlx::query_as("select kind, waiting, running, pausing, dead, oldest from plat.job_sums()")
            .fetch_all(on)
            .await?,
    )
}

/// A kind of job, as the mover must know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its name in storage.
    pub name: &'static str,
    /// How often it is tried.
    pub tries: i16,
}

impl Kind {
    /// The kind of these jobs.
    #[must_use]
    pub fn of<J: JobData>() -> Self {
        Self {
            name: J::KIND,
            tries: J::MAX_TRIES,
        }
    }
}

/// The job library's side of the database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Jobs {
    pool: PgPool,
}

impl Jobs {
    /// Opens the pool and checks the login's posture. `url` is the login of `sadu_jobs`, straight to Postgres: behind a pooler
    /// in transaction mode nothing can listen.
    ///
    /// # Errors
    /// A line that says what to change, for configuration and posture; the database's own error otherwise.
    pub async fn connect(url: SecretString, tls: TlsPolicy) -> Result<Self, ConnectError> {
        let config = DbConfig {
            tls,
            ..DbConfig::new(url)
        };
        let options = options(&config.url, VARIABLE, &config)?;
        let mut first = reach(&options, VARIABLE).await?;
        posture::check(&mut first, posture::Door::Jobs, true).await?;
        let _ = first.close().await;
        Ok(Self {
            pool: PgPoolOptions::new()
                .max_connections(CONNECTIONS)
                .acquire_timeout(PATIENCE)
                .connect_lazy_with(options),
        })
    }

    /// The library, on this login and schema; the worker adds its kinds and runs it.
    #[must_use]
    pub fn library(&self) -> WorkerOptions {
        WorkerOptions::default()
            .pg_pool(self.pool.clone())
            .schema(SCHEMA)
    }

    /// Takes what is due and of these kinds from the outbox into the library, one round over the tenants; returns how many.
    ///
    /// # Errors
    /// The database's; nothing was moved then, or its commit is not known, and no job is lost or doubled either way.
    pub async fn move_due(&self, kinds: &[Kind]) -> Result<i64, DbError> {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
        let tries: Vec<i32> = kinds.iter().map(|kind| i32::from(kind.tries)).collect();
        Ok(sqlx::query_scalar(MOVE)
            .bind(&names)
            .bind(&tries)
            .bind(AHEAD)
            .bind(MOST)
            .fetch_one(&self.pool)
            .await?)
    }

    /// Gives every tenant a job of this kind, unless that was done within `every`, by this process or another; returns how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn pass(&self, kind: Kind, every: Duration) -> Result<i64, DbError> {
        Ok(sqlx::query_scalar(PASS)
            .bind(kind.name)
            .bind(i32::from(kind.tries))
            .bind(every.as_secs_f64())
            .fetch_one(&self.pool)
            .await?)
    }

    /// How the jobs of every kind stand.
    ///
    /// # Errors
    /// The database's.
    pub async fn sums(&self) -> Result<Vec<Sum>, DbError> {
        sums(&self.pool).await
    }

    /// Closes the pool and waits for its connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Brings the library's schema up to date, as `sadu_jobs`. `migrator` is the login of `sadu_migrator`.
pub(crate) async fn migrate(migrator: &SecretString) -> Result<(), DbError> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .after_connect(|conn, _| {
            Box::pin(async move {
                conn.execute("set role sadu_jobs; set search_path = pg_catalog, pg_temp")
                    .await?;
                Ok(())
            })
        })
        .connect(migrator.expose_secret())
        .await?;
    let done = WorkerUtils::new(pool.clone(), SCHEMA).migrate().await;
    pool.close().await;
    done.map_err(|e| DbError::Other(sqlx::Error::Configuration(Box::new(e))))
}

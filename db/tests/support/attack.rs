//! Raw SQL as an attacker would send it: the restricted login, the tenant's role, one tenant set.

use sadu_db::testing::{TestDatabase, tally};
use sadu_domain::ids::TenantId;
use secrecy::ExposeSecret;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

/// How Postgres refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: String,
    pub message: String,
}

impl Refusal {
    fn of(error: &sqlx::Error) -> Self {
        let db = error.as_database_error().expect("an answer of the server");
        Self {
            code: db.code().unwrap_or_default().into_owned(),
            message: db.message().to_owned(),
        }
    }

    pub fn by_policy(&self) -> bool {
        self.code == "42501" && self.message.contains("row-level security policy")
    }
}

/// A table of schema `app`, as the catalog has it.
#[derive(Debug, Clone)]
pub struct Table {
    pub name: String,
    /// The column that names the tenant.
    pub key: &'static str,
    pub may_insert: bool,
    pub may_update: bool,
    pub may_delete: bool,
    /// Columns of the primary key.
    pub primary: Vec<String>,
}

/// Every table of schema `app`.
pub async fn tables(behind: &mut PgConnection) -> Vec<Table> {
    let rows = sqlx::query(
        "select c.relname::text as name, has_table_privilege('sadu_tenant', c.oid, 'insert') as i,
                has_table_privilege('sadu_tenant', c.oid, 'update') as u, has_table_privilege('sadu_tenant', c.oid, 'delete') as d,
                (select array_agg(a.attname::text) from pg_index x join pg_attribute a on a.attrelid = c.oid and a.attnum = any (x.indkey::int2[])
                  where x.indrelid = c.oid and x.indisprimary) as pk
           from pg_class c where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') order by 1",
    )
    .fetch_all(behind)
    .await
    .unwrap();
    assert!(rows.len() >= 18, "the catalog lost its tables");
    rows.iter()
        .map(|r| {
            let name: String = r.get("name");
            Table {
                key: if name == "tenants" { "id" } else { "tenant_id" },
                may_insert: r.get("i"),
                may_update: r.get("u"),
                may_delete: r.get("d"),
                primary: r.get("pk"),
                name,
            }
        })
        .collect()
}

/// A fingerprint of one tenant's rows of a table, and their number, seen from behind.
pub async fn rows_of(behind: &mut PgConnection, table: &Table, tenant: TenantId) -> (String, i64) {
    let (name, key) = (&table.name, table.key);
    let sql = format!(
        "select coalesce(md5(string_agg(x::text, '|' order by x::text)), ''), count(*) from app.{name} x where {key} = '{tenant}'"
    );
    sqlx::query_as(AssertSqlSafe(sql))
        .fetch_one(behind)
        .await
        .unwrap()
}

/// One row of a tenant as JSON, seen from behind.
pub async fn row_of(
    behind: &mut PgConnection,
    table: &Table,
    tenant: TenantId,
) -> serde_json::Value {
    let (name, key) = (&table.name, table.key);
    let sql = format!("select to_jsonb(x) from app.{name} x where {key} = '{tenant}' limit 1");
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(behind)
        .await
        .unwrap()
}

/// An open transaction of `sadu_web`.
pub struct Attack {
    pub conn: PgConnection,
}

impl Attack {
    /// As this tenant.
    pub async fn on(database: &TestDatabase, tenant: TenantId) -> Self {
        Self::with(database, &format!("select set_config('role', 'sadu_tenant', true), set_config('app.current_tenant', '{tenant}', true)")).await
    }

    /// After this statement.
    pub async fn with(database: &TestDatabase, first: &str) -> Self {
        let mut conn = PgConnection::connect(database.url("sadu_web").expose_secret())
            .await
            .unwrap();
        conn.execute("begin").await.unwrap();
        conn.execute(sqlx::raw_sql(AssertSqlSafe(first.to_owned())))
            .await
            .unwrap();
        Self { conn }
    }

    /// Runs one statement; what it did stays, a failure is undone. The answer is the number of rows it touched or returned.
    pub async fn run(&mut self, sql: impl Into<String>) -> Result<u64, Refusal> {
        tally("isolation cases", 1);
        self.conn.execute("savepoint attempt").await.unwrap();
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.into()));
        match self.conn.execute(sql).await {
            Ok(done) => {
                self.conn
                    .execute("release savepoint attempt")
                    .await
                    .unwrap();
                Ok(done.rows_affected())
            }
            Err(error) => {
                self.conn
                    .execute("rollback to savepoint attempt")
                    .await
                    .unwrap();
                Err(Refusal::of(&error))
            }
        }
    }

    /// One value.
    pub async fn value(&mut self, sql: impl Into<String>) -> Result<i64, Refusal> {
        tally("isolation cases", 1);
        self.conn.execute("savepoint attempt").await.unwrap();
        let sql = sqlx::query_scalar(AssertSqlSafe(sql.into()));
        match sql.fetch_one(&mut self.conn).await {
            Ok(n) => {
                self.conn
                    .execute("release savepoint attempt")
                    .await
                    .unwrap();
                Ok(n)
            }
            Err(error) => {
                self.conn
                    .execute("rollback to savepoint attempt")
                    .await
                    .unwrap();
                Err(Refusal::of(&error))
            }
        }
    }

    /// Every row's first column as text.
    pub async fn texts(&mut self, sql: impl Into<String>) -> Vec<String> {
        let rows: Vec<Option<String>> = sqlx::query_scalar(AssertSqlSafe(sql.into()))
            .fetch_all(&mut self.conn)
            .await
            .unwrap();
        rows.into_iter().flatten().collect()
    }

    /// Makes it all stand.
    pub async fn commit(mut self) -> PgConnection {
        self.conn.execute("commit").await.unwrap();
        self.conn
    }
}

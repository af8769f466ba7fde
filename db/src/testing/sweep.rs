//! Looking through all of a database from behind: where a word still stands, and what a tenant has.

use sadu_domain::ids::TenantId;
use sqlx::{AssertSqlSafe, PgConnection};

/// Tables of every schema but Postgres' own, in which one of these words stands, as text or as bytes, in any column; and in how
/// many rows.
///
/// # Errors
/// The database's.
pub async fn holding(
    behind: &mut PgConnection,
    words: &[String],
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'm') order by 1",
    )
    .fetch_all(&mut *behind)
    .await?;
    let mut found = Vec::new();
    for table in tables {
        let sql = format!(
            "select count(*) from {table} x where exists (
               select from unnest($1::text[]) as w (word)
                where strpos(x::text, word) > 0 or strpos(x::text, encode(convert_to(word, 'UTF8'), 'hex')) > 0)"
        );
        let rows: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(words)
            .fetch_one(&mut *behind)
            .await?;
        if rows > 0 {
            found.push((table, rows));
        }
    }
    Ok(found)
}

/// A fingerprint and the number of a tenant's rows, for every table that has rows of tenants, jobs too.
///
/// # Errors
/// The database's.
pub async fn fingerprint(
    behind: &mut PgConnection,
    tenant: TenantId,
) -> Result<Vec<(String, String, i64)>, sqlx::Error> {
    let mut tables: Vec<(String, String)> = sqlx::query_as(
        "select format('%I.%I', n.nspname, c.relname), a.attname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
           join pg_attribute a on a.attrelid = c.oid and a.attname = case c.relname when 'tenants' then 'id' else 'tenant_id' end
          where n.nspname in ('app', 'plat') and c.relkind in ('r', 'p') order by 1",
    )
    .fetch_all(&mut *behind)
    .await?;
    for (table, own) in [
        ("jobs._private_jobs", "(payload ->> 'tenant')"),
        ("jobs._private_job_queues", "split_part(queue_name, '/', 1)"),
    ] {
        tables.push((table.to_owned(), own.to_owned()));
    }
    let mut all = Vec::with_capacity(tables.len());
    for (table, own) in tables {
        let sql = format!(
            "select coalesce(md5(string_agg(x::text, '|' order by x::text)), ''), count(*) from {table} x where {own}::text = $1"
        );
        let (hash, rows): (String, i64) = sqlx::query_as(AssertSqlSafe(sql))
            .bind(tenant.to_string())
            .fetch_one(&mut *behind)
            .await?;
        all.push((table, hash, rows));
    }
    Ok(all)
}

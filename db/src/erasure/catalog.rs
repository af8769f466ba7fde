//! Which tables hold rows of tenants, and in which order they can be emptied: the catalog says so, and no list that could miss one.

use sqlx::{FromRow, PgConnection};

use crate::error::DbError;

/// Gives every tenant table the policy by which its owner reaches the rows of a tenant that is being deleted, and no others. Run by
/// `sadu migrate` after its migrations, as `sadu_owner`; changes nothing where every table has it.
pub(crate) const POLICIES: &str = "
do $$
declare t record;
begin
  for t in
    select c.relname, case c.relname when 'tenants' then 'id' else 'tenant_id' end as own from pg_catalog.pg_class c
     where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p')
       and not exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid and p.polname = 'erasure')
  loop
    execute format('create policy erasure on app.%I for all to sadu_owner using (%I in (select app.erasing())) with check (false)',
      t.relname, t.own);
  end loop;
end $$";

const TENANTS: &str = "app.tenants";

/// A table that holds rows of tenants.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Table {
    /// Its name with its schema, quoted where it must be.
    pub name: String,
    /// The column that names the tenant.
    pub(super) own: String,
    /// Other tables that its rows refer to.
    refers: Vec<String>,
    /// Whether its rows refer to each other: then they go together.
    pub(super) among_themselves: bool,
}

impl Table {
    /// Whether its rows are the tenants themselves.
    #[must_use]
    pub fn is_of_tenants(&self) -> bool {
        self.name == TENANTS
    }
}

/// Tables with rows of tenants, each before those that it refers to; the tenants' own comes last.
///
/// # Errors
/// `Corrupt` for tables that refer to each other in a circle.
pub(super) async fn tables(conn: &mut PgConnection) -> Result<Vec<Table>, DbError> {
    let tables: Vec<Table> = sqlx::query_as(
        "select c.oid::regclass::text as name, a.attname::text as own,
                coalesce(array_agg(distinct k.confrelid::regclass::text) filter (where k.confrelid <> c.oid), '{}') as refers,
                coalesce(bool_or(k.confrelid = c.oid), false) as among_themselves
           from pg_class c
           join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
             and a.attname = case c.oid when 'app.tenants'::regclass then 'id' else 'tenant_id' end
           left join pg_constraint k on k.conrelid = c.oid and k.contype = 'f'
          where c.relnamespace in ('app'::regnamespace, 'plat'::regnamespace) and c.relkind in ('r', 'p') and not c.relispartition
          group by c.oid, a.attname order by 1",
    )
    .fetch_all(conn)
    .await?;
    in_order(tables)
}

fn in_order(mut left: Vec<Table>) -> Result<Vec<Table>, DbError> {
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let (free, held): (Vec<Table>, Vec<Table>) = left
            .iter()
            .cloned()
            .partition(|table| !left.iter().any(|other| other.refers.contains(&table.name)));
        if free.is_empty() {
            return Err(DbError::Corrupt("foreign keys in a circle".into()));
        }
        ordered.extend(free);
        left = held;
    }
    Ok(ordered)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn table(name: &str, refers: &[&str]) -> Table {
        Table {
            name: name.into(),
            own: "tenant_id".into(),
            refers: refers.iter().map(|&to| to.to_owned()).collect(),
            among_themselves: false,
        }
    }

    #[test]
    fn what_refers_goes_before_what_it_refers_to() {
        let ordered = in_order(vec![
            table("tenants", &["plans"]),
            table("orders", &["donors"]),
            table("donors", &[]),
            table("payments", &["orders", "users"]),
            table("users", &["tenants"]),
        ])
        .unwrap();
        let names: Vec<&str> = ordered.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["payments", "orders", "users", "tenants", "donors"]);
    }

    #[test]
    fn a_circle_is_refused() {
        let circle = vec![table("a", &["b"]), table("b", &["a"])];
        assert!(in_order(circle).is_err());
    }
}

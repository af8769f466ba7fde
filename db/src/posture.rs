//! What a login of a running process may not be: asked once at start, refused with one line.

use sqlx::{PgConnection, Row};

/// Why this login is not to run the product.
#[derive(Debug, thiserror::Error)]
pub enum PostureError {
    /// The login could read or change rows past the policies.
    #[error(
        "the database login {login} {fault}: run Sadu as sadu_web or sadu_worker (see docs/operations.md)"
    )]
    Refused {
        /// The login.
        login: String,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// The question could not be asked.
    #[error("the database login could not be checked: {0}")]
    Unknown(#[from] sqlx::Error),
}

const QUESTION: &str = "
select session_user::text as login, r.rolsuper, r.rolbypassrls, r.rolcreaterole,
  exists (select 1 from pg_namespace n where n.nspname in ('app', 'plat') and n.nspowner = r.oid) as owner,
  exists (select 1 from pg_roles o where o.rolname in ('sadu_owner', 'sadu_cross', 'sadu_audit') and pg_has_role(r.oid, o.oid, 'member')) as of_owner,
  not exists (select 1 from pg_roles t where t.rolname = 'sadu_tenant' and pg_has_role(r.oid, t.oid, 'member')) as no_tenant
from pg_roles r where r.rolname = session_user";

pub(crate) async fn check(conn: &mut PgConnection) -> Result<(), PostureError> {
    let row = sqlx::query(QUESTION).fetch_one(conn).await?;
    let login: String = row.try_get("login")?;
    let faults = [
        ("rolsuper", "is a superuser"),
        ("rolbypassrls", "has BYPASSRLS"),
        ("rolcreaterole", "may create roles"),
        ("owner", "owns the schema"),
        ("of_owner", "is a member of an owning role"),
        ("no_tenant", "is not a member of sadu_tenant"),
    ];
    for (column, fault) in faults {
        if row.try_get::<bool, _>(column)? {
            return Err(PostureError::Refused { login, fault });
        }
    }
    Ok(())
}

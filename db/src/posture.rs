//! What a login of a running process may not be: asked once at start, refused with one line.

use sqlx::{Executor, PgConnection, Row};

use crate::tx::{Isolation, begin};

/// Why this login is not to run the product.
#[derive(Debug, thiserror::Error)]
pub enum PostureError {
    /// The login could read or change rows past the policies.
    #[error("the database login {login} {fault}: run Sadu as {instead} (see docs/operations.md)")]
    Refused {
        /// The login.
        login: String,
        /// What is wrong with it.
        fault: &'static str,
        /// Which login to use.
        instead: &'static str,
    },
    /// The question could not be asked.
    #[error("the database login could not be checked: {0}")]
    Unknown(#[from] sqlx::Error),
}

/// Which door the login is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// The tenants' rows, through `sadu_tenant`.
    Tenant,
    /// The console's functions, and no tenant's rows.
    Platform,
    /// The job library's schema, and no tenant's rows.
    Jobs,
}

// BYPASSRLS and the like are not inherited, but a member may take the role on.
const QUESTION: &str = "
select session_user::text as login, r.rolsuper, r.rolbypassrls, r.rolcreaterole,
  exists (select 1 from pg_namespace n where n.nspname in ('app', 'plat') and n.nspowner = r.oid) as owner,
  exists (select 1 from pg_roles o where o.oid <> r.oid
    and o.rolname in ('sadu_owner', 'sadu_cross', 'sadu_audit', 'sadu_jobs') and pg_has_role(r.oid, o.oid, 'member')) as of_owner,
  exists (select 1 from pg_roles o where o.oid <> r.oid and pg_has_role(r.oid, o.oid, 'member')
    and (o.rolsuper or o.rolbypassrls or o.rolcreaterole
      or o.rolname in ('pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'))) as of_mighty,
  exists (select 1 from pg_roles t where t.rolname = 'sadu_tenant' and pg_has_role(r.oid, t.oid, 'member')) as tenant
from pg_roles r where r.rolname = session_user";

/// Refuses a login that could reach past its door.
///
/// # Errors
/// `Refused` with the first fault, `Unknown` when the question could not be asked.
pub(crate) async fn check(
    conn: &mut PgConnection,
    door: Door,
    prepared: bool,
) -> Result<(), PostureError> {
    // One transaction: behind PgBouncer the question and its answer must meet the same server.
    conn.execute(begin(Isolation::ReadCommitted, prepared))
        .await?;
    let row = sqlx::query(QUESTION).fetch_one(&mut *conn).await?;
    conn.execute("COMMIT").await?;
    let login: String = row.try_get("login")?;
    let instead = match door {
        Door::Tenant => "sadu_web or sadu_worker",
        Door::Platform => "sadu_platform for the console",
        Door::Jobs => "sadu_jobs for the jobs",
    };
    let faults = [
        ("rolsuper", "is a superuser"),
        ("rolbypassrls", "has BYPASSRLS"),
        ("rolcreaterole", "may create roles"),
        ("owner", "owns the schema"),
        ("of_owner", "is a member of an owning role"),
        (
            "of_mighty",
            "is a member of a role that sees past the policies",
        ),
    ];
    for (column, fault) in faults {
        if row.try_get::<bool, _>(column)? {
            return Err(PostureError::Refused {
                login,
                fault,
                instead,
            });
        }
    }
    let fault = match (door, row.try_get::<bool, _>("tenant")?) {
        (Door::Tenant, false) => "is not a member of sadu_tenant",
        (Door::Platform | Door::Jobs, true) => "is a member of sadu_tenant",
        _ => return Ok(()),
    };
    Err(PostureError::Refused {
        login,
        fault,
        instead,
    })
}

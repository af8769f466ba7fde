//! Everything of one tenant, table by table, for the archive that is taken away when it is closed. Sealed values come out opened; what
//! only opens doors (keys, hashes of tokens and links) stays behind.
//!
//! Which tables there are the catalog says, so a new one is in the archive without another line; and the tenant's own names, which are
//! the platform's rows.

use serde_json::{Map, Value};
use sqlx::types::Json;
use uuid::Uuid;

use crate::error::DbError;
use crate::rotation::{SEALED, SealedColumn};
use crate::seal::TenantKeys;
use crate::tx::TenantTx;

/// Tables that hold nothing but what opens doors.
pub const LEFT_OUT: [&str; 4] = ["auth_handoffs", "invitations", "sessions", "tenant_keys"];

/// A page of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Rows in the order of their key, opened.
    pub rows: Vec<Map<String, Value>>,
    /// The last of them as stored: where the next page begins.
    pub last: Option<Value>,
}

/// Names of the tables that are taken along.
///
/// # Errors
/// The database's.
pub async fn tables(tx: &mut TenantTx) -> Result<Vec<String>, DbError> {
    let mut tables: Vec<String> = sqlx::query_scalar("select app.export_tables()")
        .fetch_all(tx.conn()?)
        .await?;
    tables.retain(|table| !LEFT_OUT.contains(&table.as_str()));
    Ok(tables)
}

/// Rows of a table after `after`, at most `limit`.
///
/// # Errors
/// `Seal` when a value does not open; the database's.
pub async fn page(
    tx: &mut TenantTx,
    keys: &TenantKeys,
    table: &str,
    after: Option<&Value>,
    limit: i32,
) -> Result<Page, DbError> {
    let stored: Vec<Json<Map<String, Value>>> =
        sqlx::query_scalar("select app.export_rows($1, $2, $3)")
            .bind(table)
            .bind(after.map(Json))
            .bind(limit)
            .fetch_all(tx.conn()?)
            .await?;
    let last = stored.last().map(|row| Value::Object(row.0.clone()));
    let rows = stored
        .into_iter()
        .map(|row| opened(table, row.0, keys))
        .collect::<Result<_, _>>()?;
    Ok(Page { rows, last })
}

/// A row as it is taken along: opened, and without what opens doors.
fn opened(
    table: &str,
    mut row: Map<String, Value>,
    keys: &TenantKeys,
) -> Result<Map<String, Value>, DbError> {
    for column in SEALED.iter().filter(|column| column.table == table) {
        open(&mut row, column, keys)?;
    }
    row.retain(|name, _| {
        !name.ends_with("_hash") && !name.ends_with("_hmac") && name != "csrf_secret"
    });
    Ok(row)
}

/// Puts what a sealed column holds under the name without `_sealed`.
fn open(
    row: &mut Map<String, Value>,
    column: &SealedColumn,
    keys: &TenantKeys,
) -> Result<(), DbError> {
    let Some(stored) = row.remove(column.column) else {
        return Ok(());
    };
    let name = column.column.trim_end_matches("_sealed").to_owned();
    let Some(text) = stored.as_str() else {
        row.insert(name, Value::Null);
        return Ok(());
    };
    let id: Uuid = row
        .get("id")
        .and_then(Value::as_str)
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| DbError::Corrupt("id of a sealed row".into()))?;
    let bytes = text
        .strip_prefix("\\x")
        .and_then(|digits| hex::decode(digits).ok())
        .ok_or_else(|| DbError::Corrupt("sealed value".into()))?;
    row.insert(name, keys.open(column.place, id, &bytes)?.into());
    Ok(())
}

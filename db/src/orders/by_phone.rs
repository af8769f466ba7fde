//! The orders of a phone, through the look-up codes of its donors: what staff ask for who have the donor on the line.

use super::{COLUMNS, OrderRecord, Stored, record};
use crate::error::DbError;
use crate::tx::TenantTx;

/// The newest `limit` orders whose donor's phone has one of `codes` ([`crate::seal::TenantKeys::lookups`]), newest first.
///
/// # Errors
/// The database's.
pub async fn find_by_phone(
    tx: &mut TenantTx,
    codes: &[[u8; 32]],
    limit: i64,
) -> Result<Vec<OrderRecord>, DbError> {
    let tenant = tx.tenant().as_uuid();
    let codes: Vec<&[u8]> = codes.iter().map(|code| &code[..]).collect();
    let sql = format!(
        "select {COLUMNS} from app.orders o
          where o.tenant_id = $1
            and o.donor_id in (select d.id from app.donors d where d.tenant_id = $1 and d.phone_hmac = any ($2))
          order by o.id desc limit $3"
    );
    let rows: Vec<Stored> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(tenant)
        .bind(codes)
        .bind(limit)
        .fetch_all(tx.conn()?)
        .await?;
    rows.into_iter().map(|row| record(tenant, row)).collect()
}

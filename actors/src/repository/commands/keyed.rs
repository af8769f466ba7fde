//! Writes that a caller's Idempotency-Key may stand for: the first answer is kept in the transaction of its work, and given again.

use sadu_db::WriteTx;
use sadu_db::idempotency::{self, IdempotencyKey};
use sadu_domain::error::Code;
use uuid::Uuid;

use crate::error::{Error, Result};

/// The answer to such a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// JSON, as it was made now or the first time.
    pub body: String,
    /// Whether this is a first answer given again.
    pub replayed: bool,
    /// What was made or changed.
    pub id: Uuid,
}

/// The first answer to a key, where there is one.
///
/// # Errors
/// `idempotency.key_reused` when the key stood for another body.
pub(super) async fn first(
    tx: &mut WriteTx,
    key: Option<&IdempotencyKey>,
) -> Result<Option<Answer>> {
    let Some(key) = key else { return Ok(None) };
    match idempotency::find(tx.tx(), key).await? {
        None => Ok(None),
        Some(first) if !first.same_body => Err(Error::Refused(Code::IdempotencyKeyReused)),
        Some(first) => Ok(Some(Answer {
            body: first.response,
            replayed: true,
            id: first.op_id,
        })),
    }
}

/// Keeps the answer under its key, where there is one.
///
/// # Errors
/// The database's.
pub(super) async fn keep(
    tx: &mut WriteTx,
    key: Option<&IdempotencyKey>,
    status: u16,
    body: String,
    id: Uuid,
) -> Result<Answer> {
    if let Some(key) = key {
        idempotency::remember(tx.tx(), key, status, &body, id).await?;
    }
    Ok(Answer {
        body,
        replayed: false,
        id,
    })
}

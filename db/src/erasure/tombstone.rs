//! What is known of a tenant before it is deleted, and what is left of it after.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sadu_domain::erasure::Standing;
use sadu_domain::ids::TenantId;
use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;

/// A tenant that was not deleted yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its id.
    pub tenant: TenantId,
    /// Where it stands.
    pub standing: Standing,
    /// Number and hash of the last entry of its audit log.
    pub head: Option<(i64, Vec<u8>)>,
}

/// What is left of a tenant that was deleted, or is being deleted.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Tombstone {
    /// Its id.
    pub id: Uuid,
    /// Its slug, which stays taken.
    pub slug: String,
    /// Names of its own, which stay taken.
    pub hosts: Vec<String>,
    /// When it was closed.
    pub closed_at: DateTime<Utc>,
    /// When its archive was taken last.
    pub archived_at: DateTime<Utc>,
    /// When it began to be deleted.
    pub begun_at: DateTime<Utc>,
    /// When nothing was left.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Number of the last entry of its audit log.
    pub audit_seq: i64,
    /// That entry's hash.
    pub audit_hash: Vec<u8>,
    /// Rows that went, by table.
    pub counts: Json<BTreeMap<String, i64>>,
    /// Objects that it had in the bucket, with all their versions.
    pub objects: i64,
    /// Jobs that went.
    pub jobs: i64,
}

impl Tombstone {
    /// Whose.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        TenantId::from_uuid(self.id)
    }

    /// Rows that went, of all tables.
    #[must_use]
    pub fn rows(&self) -> i64 {
        self.counts.values().sum()
    }
}

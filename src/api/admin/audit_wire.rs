//! The shapes of the audit log on the wire.

use chrono::{DateTime, Utc};
use sadu_actors::anchors::Anchor;
use sadu_db::audit::AuditRecord;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Which entries.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Id of who acted, or `system`.
    pub(crate) actor: Option<String>,
    /// What was done, as `order.confirm_transfer`.
    pub(crate) action: Option<String>,
    /// On what: a kind, as `order`, or one thing, as `order:0192…`.
    pub(crate) object: Option<String>,
    /// From this time (RFC 3339), or from this day in the tenant's time zone.
    pub(crate) from: Option<String>,
    /// Until this time, or to the end of this day.
    pub(crate) to: Option<String>,
    /// Entries wanted: 20 unless told, at most 100.
    pub(crate) limit: Option<u32>,
    /// Of the page before.
    pub(crate) cursor: Option<String>,
}

/// One entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditItem {
    /// Its number: 1, 2, 3 … without a gap.
    pub(crate) seq: i64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) actor: AuditActor,
    /// Address of the caller.
    pub(crate) ip: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) request_id: Option<String>,
    /// `noun.verb`.
    pub(crate) action: String,
    pub(crate) object: AuditObject,
    /// Before and after; personal data masked.
    #[schema(value_type = Object)]
    pub(crate) diff: Value,
    /// Hash of the entry before, hexadecimal.
    pub(crate) prev_hash: String,
    /// SHA-256 of the entry before's hash and this entry's text, hexadecimal.
    pub(crate) hash: String,
}

/// Who acted.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditActor {
    /// Id of a user, or `system`.
    pub(crate) id: String,
    /// Name now, when it is somebody of this tenant.
    pub(crate) name: Option<String>,
    /// Role at the time.
    pub(crate) role: String,
    /// Through whom, when somebody of the platform acted for the tenant.
    pub(crate) via: Option<String>,
}

/// On what.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditObject {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) id: Option<String>,
}

impl From<AuditRecord> for AuditItem {
    fn from(record: AuditRecord) -> Self {
        Self {
            seq: record.seq,
            at: record.at,
            actor: AuditActor {
                id: record.actor.id,
                name: record.actor_name,
                role: record.actor.role,
                via: record.actor.via,
            },
            ip: record.actor.ip.map(|ip| ip.to_string()),
            user_agent: record.actor.user_agent,
            request_id: record.actor.request_id,
            action: record.action,
            object: AuditObject {
                kind: record.object_type,
                id: record.object_id,
            },
            diff: record.diff,
            prev_hash: hex::encode(&record.prev_hash),
            hash: hex::encode(&record.hash),
        }
    }
}

/// A page of entries, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPage {
    pub(crate) data: Vec<AuditItem>,
    pub(crate) next_cursor: Option<String>,
}

/// Whether the log is whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditState {
    /// Nothing is amiss.
    pub(crate) whole: bool,
    /// Entries there are.
    pub(crate) entries: i64,
    /// Where the chain ends; null before the first entry.
    pub(crate) head: Option<AuditHead>,
    /// The first number that does not follow from the one before, or that an anchor contradicts.
    pub(crate) first_bad: Option<i64>,
    /// What was anchored outside the database; null where nothing is.
    pub(crate) anchors: Option<AuditAnchors>,
}

/// The log against its anchors.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditAnchors {
    /// False when the place of the anchors did not answer: the log was then checked by itself alone.
    pub(crate) reached: bool,
    /// Anchors there are.
    pub(crate) count: usize,
    /// The newest that the log agrees with, signed; null before the first.
    #[schema(value_type = Option<Object>)]
    pub(crate) newest: Option<Anchor>,
    /// Things in the place of the anchors that we never signed.
    pub(crate) forged: usize,
}

/// The end of the chain.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditHead {
    pub(crate) seq: i64,
    /// Hexadecimal.
    pub(crate) hash: String,
}

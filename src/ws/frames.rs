//! Frames of the staff socket, as api.md has them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Seconds between a client's pings; api.md promises at most 25.
pub const HEARTBEAT_S: u64 = 20;

/// What a client says. Unknown types are ignored.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// First of all: how far it has shown the stream.
    Hello {
        /// Last number shown; null to begin at the head.
        after_seq: Option<i64>,
        /// Epoch it was shown in.
        epoch: Option<Uuid>,
    },
    /// Shown up to here.
    Ack {
        /// Last number shown.
        seq: i64,
    },
    /// What is being looked at; accepted, and counts as activity.
    Presence {},
    /// Are you there.
    Ping {},
    /// Anything else.
    #[serde(other)]
    Unknown,
}

/// Who is signed in, as the welcome says.
#[derive(Debug, Serialize)]
pub struct UserFrame<'a> {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: &'a str,
    /// Its role.
    pub role: &'a str,
}

/// The first frame of the server.
#[derive(Debug, Serialize)]
pub struct WelcomeFrame<'a> {
    /// `welcome`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The tenant's last event number.
    pub seq: i64,
    /// Epoch of the stream.
    pub epoch: Uuid,
    /// Who is signed in.
    pub user: UserFrame<'a>,
    /// Seconds between pings.
    pub heartbeat_s: u64,
    /// The server's clock, RFC 3339.
    pub server_time: chrono::DateTime<chrono::Utc>,
}

/// Reload: what was asked for is no longer kept, or the stream began anew.
#[derive(Debug, Serialize)]
pub struct ResetFrame {
    /// `reset`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Go on from here.
    pub seq: i64,
}

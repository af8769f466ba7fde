//! Frames of the staff socket, as api.md has them.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
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
        #[serde(default, deserialize_with = "epoch")]
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

/// An epoch as a client remembers it. One that cannot be ours is another than ours, so that its client is told to reload
/// instead of waiting for a welcome.
fn epoch<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Uuid>, D::Error> {
    let text = Option::<Cow<'de, str>>::deserialize(from)?;
    Ok(text.map(|text| text.parse().unwrap_or(Uuid::nil())))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(text: &str) -> Option<(Option<i64>, Option<Uuid>)> {
        match serde_json::from_str(text).ok()? {
            ClientFrame::Hello { after_seq, epoch } => Some((after_seq, epoch)),
            _ => None,
        }
    }

    #[test]
    fn a_hello_is_read_whatever_epoch_its_client_remembers() {
        let known = Uuid::from_u128(7);
        let with = |epoch: &str| {
            hello(&format!(
                r#"{{"type":"hello","after_seq":3,"epoch":{epoch}}}"#
            ))
        };
        assert_eq!(with("null"), Some((Some(3), None)));
        assert_eq!(with(&format!("\"{known}\"")), Some((Some(3), Some(known))));
        // Never an epoch of ours, so the answer is a reset.
        assert_eq!(with("\"before\""), Some((Some(3), Some(Uuid::nil()))));
        assert_eq!(with("\"\""), Some((Some(3), Some(Uuid::nil()))));
        assert_eq!(hello(r#"{"type":"hello"}"#), Some((None, None)));
    }
}

//! When a tenant may be deleted: closed, its archive taken, and long enough ago that a mistake would have been noticed.

use chrono::{DateTime, TimeDelta, Utc};

use crate::tenant::TenantStatus;

/// How long a tenant stays as it was closed.
pub const WAIT: TimeDelta = TimeDelta::days(30);

/// What counts of where a tenant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its status.
    pub status: TenantStatus,
    /// When it was closed, as its audit log has it.
    pub closed_at: Option<DateTime<Utc>>,
    /// When its archive was taken last, as its audit log has it.
    pub archived_at: Option<DateTime<Utc>>,
}

/// A tenant that may be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// When it was closed.
    pub closed_at: DateTime<Utc>,
    /// When its archive was taken last.
    pub archived_at: DateTime<Utc>,
}

/// Why a tenant may not be deleted; for the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is in service, or its log does not say who closed it.
    #[error("it is not closed: close it in the console first")]
    NotClosed,
    /// Nothing of it would be left.
    #[error("its archive was never taken: download it in the console first")]
    NotArchived,
    /// It may have been a mistake.
    #[error("it was closed on {closed_at}; it may be deleted from {from} on")]
    TooEarly {
        /// When it was closed.
        closed_at: DateTime<Utc>,
        /// From when on it may be deleted.
        from: DateTime<Utc>,
    },
}

impl Standing {
    /// Whether the tenant may be deleted at this instant.
    ///
    /// # Errors
    /// The first thing that is missing.
    pub fn due(&self, now: DateTime<Utc>) -> Result<Due, Refusal> {
        let closed_at = self
            .closed_at
            .filter(|_| self.status == TenantStatus::Closed)
            .ok_or(Refusal::NotClosed)?;
        let archived_at = self
            .archived_at
            .filter(|at| *at >= closed_at)
            .ok_or(Refusal::NotArchived)?;
        match closed_at.checked_add_signed(WAIT) {
            Some(from) if now < from => Err(Refusal::TooEarly { closed_at, from }),
            _ => Ok(Due {
                closed_at,
                archived_at,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn closed_then_archived_then_thirty_days() {
        let closed: DateTime<Utc> = "2026-01-10T08:00:00Z".parse().unwrap();
        let hour = TimeDelta::hours(1);
        let good = Standing {
            status: TenantStatus::Closed,
            closed_at: Some(closed),
            archived_at: Some(closed + hour),
        };
        let from = closed + WAIT;
        assert_eq!(good.due(from).unwrap().archived_at, closed + hour);
        let early = good.due(from - TimeDelta::seconds(1)).unwrap_err();
        assert_eq!(
            early,
            Refusal::TooEarly {
                closed_at: closed,
                from
            }
        );
        assert!(
            early
                .to_string()
                .contains("from 2026-02-09 08:00:00 UTC on")
        );
        let long_after = from + TimeDelta::days(400);
        for status in [
            TenantStatus::Trial,
            TenantStatus::Active,
            TenantStatus::Suspended,
            TenantStatus::CollectionSuspended,
        ] {
            let open = Standing { status, ..good };
            assert_eq!(open.due(long_after), Err(Refusal::NotClosed));
        }
        for (closed_at, archived_at, refusal) in [
            (None, good.archived_at, Refusal::NotClosed),
            (Some(closed), None, Refusal::NotArchived),
            (Some(closed), Some(closed - hour), Refusal::NotArchived),
        ] {
            let standing = Standing {
                closed_at,
                archived_at,
                ..good
            };
            assert_eq!(standing.due(long_after), Err(refusal));
        }
    }
}

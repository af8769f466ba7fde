//! What a tenant uses of its plan, as JSON tells it: to its own administrators and to those who run the platform.

use sadu_domain::plan::{Level, PlanLimits, PlanUse, Usage};
use serde::Serialize;
use utoipa::ToSchema;

/// How much of one limit is used.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsageJson {
    /// So much.
    used: i64,
    /// Of so much.
    limit: i64,
    /// `room`, `near` from four fifths on, `full` when nothing more fits.
    #[schema(value_type = String, example = "near")]
    level: Level,
}

/// What is allowed, where nothing counts its use yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct AllowanceJson {
    /// So much.
    limit: i64,
}

/// A plan's limits and what is used of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanUsageJson {
    /// Items that are neither archived nor cancelled.
    items: UsageJson,
    /// People who may work there, or are invited to.
    staff: UsageJson,
    /// Pictures in bytes: originals and what was drawn from them, from their announcement until they are forgotten.
    storage_bytes: UsageJson,
    /// Tokens of the assistant in a month. Its use is told once there is an assistant to use them.
    ai_tokens: AllowanceJson,
}

impl From<Usage> for UsageJson {
    fn from(usage: Usage) -> Self {
        Self {
            used: usage.used,
            limit: usage.limit,
            level: usage.level(),
        }
    }
}

impl PlanUsageJson {
    /// `used` of `limits`.
    #[must_use]
    pub fn new(limits: &PlanLimits, used: PlanUse) -> Self {
        Self {
            items: Usage::new(used.items, limits.items).into(),
            staff: Usage::new(used.staff, limits.staff).into(),
            storage_bytes: Usage::new(used.storage_bytes, limits.storage_bytes).into(),
            ai_tokens: AllowanceJson {
                limit: limits.ai_tokens,
            },
        }
    }
}

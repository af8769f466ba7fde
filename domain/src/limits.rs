//! How much of something a tenant's site takes in a time (`tenants.settings.limits`). The defaults are the platform's; a plan or
//! a busy tenant may have others.

use serde::{Deserialize, Serialize};

/// Largest figure of any limit, whatever was stored.
const MOST: u32 = 1_000_000;

/// What a site takes. Zero counts as one: a limit slows, it never closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Orders a second of everybody together.
    pub orders_per_second: u32,
    /// Orders at once of everybody together.
    pub orders_burst: u32,
    /// Orders a minute of one address; families and phone networks share one.
    pub orders_per_address: u32,
    /// Sign-ins that one address may begin in a quarter of an hour.
    pub sign_ins_per_address: u32,
    /// Sign-ins of one account in a quarter of an hour.
    pub sign_ins_per_account: u32,
    /// Access tokens of one address that were not good, a minute.
    pub bad_tokens_per_address: u32,
    /// Sockets of staff at one process.
    pub sockets: u32,
    /// Sockets of one person at one process; the oldest closes for the next.
    pub sockets_per_user: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            orders_per_second: 50,
            orders_burst: 200,
            orders_per_address: 60,
            sign_ins_per_address: 20,
            sign_ins_per_account: 5,
            bad_tokens_per_address: 120,
            sockets: 1_000,
            sockets_per_user: 10,
        }
    }
}

impl Limits {
    /// A figure of this, times the deployment's factor, within 1..=1,000,000.
    #[must_use]
    pub fn scaled(figure: u32, factor: u32) -> u32 {
        figure.max(1).saturating_mul(factor.max(1)).min(MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_never_nothing_and_never_without_end() {
        assert_eq!(Limits::scaled(60, 1), 60);
        assert_eq!(Limits::scaled(60, 1_000), 60_000);
        assert_eq!(Limits::scaled(0, 0), 1);
        assert_eq!(Limits::scaled(u32::MAX, 2), MOST);
    }
}

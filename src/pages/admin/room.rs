//! [`Room`]: what a page says of a limit of the tenant's plan, from four fifths on as a warning.

use sadu_domain::plan::{Level, Usage};

use super::desk::Shell;

/// How much of a limit is used, in words.
pub(super) struct Room {
    /// Plan, used and limit.
    pub(super) text: String,
    /// What to do about it; nothing while there is room.
    pub(super) warning: Option<&'static str>,
    /// Nothing more fits.
    pub(super) full: bool,
}

impl Room {
    /// Of this limit of the tenant's plan.
    pub(super) fn new(shell: &Shell<'_>, plan: &str, usage: Usage) -> Self {
        let text = shell
            .d
            .room
            .replace("{plan}", plan)
            .replace("{x}", &shell.frame.number(usage.used))
            .replace("{y}", &shell.frame.number(usage.limit));
        let warning = match usage.level() {
            Level::Room => None,
            Level::Near => Some(shell.d.room_near),
            Level::Full => Some(shell.d.room_full),
        };
        Self {
            text,
            warning,
            full: usage.level() == Level::Full,
        }
    }
}

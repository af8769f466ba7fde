//! A plan: how much a tenant may have of what costs the platform. The platform sets it; whoever adds an item, a person or a file
//! asks it first. What is used of it is counted by the database, in one place (`app.plan_use`).

use serde::{Deserialize, Serialize};

use crate::error::{Code, FieldError};
use crate::lang::Bilingual;

/// Where a limit begins to be shown as nearly used, in percent.
const NEAR: i64 = 80;

/// How much of each a tenant may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanLimits {
    /// Items that are neither archived nor cancelled.
    pub items: i64,
    /// People who may work there, or are invited to.
    pub staff: i64,
    /// Pictures and papers, in bytes.
    pub storage_bytes: i64,
    /// Tokens of the assistant in a month.
    pub ai_tokens: i64,
}

/// A plan that tenants may be on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// A short word, e.g. `growth`.
    pub id: String,
    /// Shown name.
    pub name: Bilingual,
    /// What it allows.
    pub limits: PlanLimits,
}

/// What a tenant has of what its plan limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlanUse {
    /// Items that are neither archived nor cancelled.
    pub items: i64,
    /// People who may work there, or are invited to.
    pub staff: i64,
    /// What its pictures take or are about to, in bytes: originals and what was drawn from them.
    pub storage_bytes: i64,
}

/// How far a limit is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Less than four fifths.
    Room,
    /// Four fifths or more.
    Near,
    /// Nothing more fits.
    Full,
}

/// How much of a limit is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// So much.
    pub used: i64,
    /// Of so much.
    pub limit: i64,
}

impl PlanLimits {
    /// Holds every number to what the platform can give at all.
    ///
    /// # Errors
    /// Every number that is out of bounds.
    pub fn checked(self) -> Result<Self, Vec<FieldError>> {
        let bounds = [
            ("items", self.items, 1, 100_000),
            ("staff", self.staff, 1, 10_000),
            (
                "storage_bytes",
                self.storage_bytes,
                0,
                1_000_000_000_000_000,
            ),
            ("ai_tokens", self.ai_tokens, 0, 1_000_000_000_000),
        ];
        let faults: Vec<FieldError> = bounds
            .into_iter()
            .filter(|(_, given, least, most)| !(least..=most).contains(&given))
            .map(|(field, _, least, most)| {
                let message = Bilingual::new(
                    format!("يُرجى كتابة عدد من {least} إلى {most}."),
                    format!("Please write a number from {least} to {most}."),
                );
                FieldError::with_message(field, Code::RequestFieldInvalid, message)
            })
            .collect();
        if faults.is_empty() {
            Ok(self)
        } else {
            Err(faults)
        }
    }
}

impl Usage {
    /// So much of this limit.
    #[must_use]
    pub const fn new(used: i64, limit: i64) -> Self {
        Self { used, limit }
    }

    /// How far it is used.
    #[must_use]
    pub const fn level(self) -> Level {
        match self.percent() {
            ..NEAR => Level::Room,
            NEAR..100 => Level::Near,
            _ => Level::Full,
        }
    }

    /// The part that is used, in whole percent from 0 to 100; of nothing, everything is used.
    #[must_use]
    pub const fn percent(self) -> i64 {
        if self.used >= self.limit {
            100
        } else {
            self.used.saturating_mul(100) / self.limit
        }
    }
}

impl Plan {
    /// Whether one more item fits beside `used`.
    ///
    /// # Errors
    /// What to say under `plan.items_reached`; it names the limit.
    pub fn admit_item(&self, used: i64) -> Result<(), FieldError> {
        let n = self.limits.items;
        self.admit(Usage::new(used, n), Code::PlanItemsReached, || {
            (
                format!("بلغتم حدّ خطة «{}» من العناصر، وهو {n}. أرشفوا ما انتهى، أو اطلبوا من المنصة خطة أكبر.", self.name.ar),
                format!("The plan “{}” holds {n} items, and all are used. Archive what is over, or ask the platform for a larger plan.", self.name.en),
            )
        })
    }

    /// Whether one more person fits beside `used`.
    ///
    /// # Errors
    /// What to say under `plan.staff_reached`; it names the limit.
    pub fn admit_person(&self, used: i64) -> Result<(), FieldError> {
        let n = self.limits.staff;
        self.admit(Usage::new(used, n), Code::PlanStaffReached, || {
            (
                format!("بلغتم حدّ خطة «{}» من العاملين، وهو {n}. أوقفوا حساباً لا حاجة إليه، أو اطلبوا من المنصة خطة أكبر.", self.name.ar),
                format!("The plan “{}” has room for {n} people, and all places are taken. Switch off an account that is not needed, or ask the platform for a larger plan.", self.name.en),
            )
        })
    }

    fn admit(
        &self,
        usage: Usage,
        code: Code,
        say: impl FnOnce() -> (String, String),
    ) -> Result<(), FieldError> {
        if usage.level() != Level::Full {
            return Ok(());
        }
        let (ar, en) = say();
        Err(FieldError::with_message(
            "plan",
            code,
            Bilingual::new(ar, en),
        ))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn plan() -> Plan {
        Plan {
            id: "start".into(),
            name: Bilingual::new("البداية", "Start"),
            limits: PlanLimits {
                items: 10,
                staff: 3,
                storage_bytes: 0,
                ai_tokens: 0,
            },
        }
    }

    #[test]
    fn the_last_place_is_taken_and_no_more() {
        let plan = plan();
        plan.admit_item(9).unwrap();
        plan.admit_person(2).unwrap();
        for used in [10, 11, i64::MAX] {
            let fault = plan.admit_item(used).unwrap_err();
            assert_eq!(fault.code, Code::PlanItemsReached);
            assert!(fault.message.ar.contains("10") && fault.message.en.contains("10 items"));
        }
        assert!(
            plan.admit_person(3)
                .unwrap_err()
                .message
                .en
                .contains("3 people")
        );
    }

    #[test]
    fn four_fifths_are_near_and_the_whole_is_full() {
        let of_ten = |used| Usage::new(used, 10);
        let levels = [0, 7, 8, 9, 10, 12].map(|used| of_ten(used).level());
        assert_eq!(
            levels,
            [
                Level::Room,
                Level::Room,
                Level::Near,
                Level::Near,
                Level::Full,
                Level::Full
            ]
        );
        assert_eq!([0, 7, 12].map(|used| of_ten(used).percent()), [0, 70, 100]);
        // Never rounded up to a level that is not reached.
        assert_eq!(Usage::new(799_999, 1_000_000).level(), Level::Room);
        assert_eq!(Usage::new(999_999, 1_000_000).level(), Level::Near);
        assert_eq!(Usage::new(0, 0).level(), Level::Full);
    }

    #[test]
    fn limits_have_bounds() {
        plan().limits.checked().unwrap();
        let wild = PlanLimits {
            items: 0,
            staff: 10_001,
            storage_bytes: -1,
            ai_tokens: i64::MAX,
        };
        let fields: Vec<String> = wild
            .checked()
            .unwrap_err()
            .into_iter()
            .map(|fault| fault.field)
            .collect();
        assert_eq!(fields, ["items", "staff", "storage_bytes", "ai_tokens"]);
    }
}

//! When things happened: days ago turned into hours people keep in Kuwait, never later than now.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::dice::Dice;

/// Kuwait's offset from UTC; it knows no summer time.
const KUWAIT_SECONDS: i32 = 3 * 60 * 60;

/// A moment between nine in the morning and a quarter past eleven at night, `days` ago.
pub(super) fn moment(now: DateTime<Utc>, days: i64, dice: &mut Dice) -> DateTime<Utc> {
    let minutes = 9 * 60 + dice.below(14 * 60 + 15);
    let seconds = dice.below(60);
    let wanted = at(day(now) - TimeDelta::days(days), minutes) + TimeDelta::seconds(seconds);
    // Today may not have come that far yet.
    if wanted < now - TimeDelta::minutes(30) {
        wanted
    } else {
        now - TimeDelta::minutes(35 + dice.below(120))
    }
}

/// When the bank's list is next gone through after `placed`: the morning after, or soon where that is still to come.
pub(super) fn banking(placed: DateTime<Utc>, now: DateTime<Utc>, dice: &mut Dice) -> DateTime<Utc> {
    let wanted = at(day(placed) + TimeDelta::days(1), 10 * 60 + dice.below(50));
    if wanted < now {
        wanted
    } else {
        placed + (now - placed) / 2
    }
}

/// The day in Kuwait.
pub(super) fn day(at: DateTime<Utc>) -> NaiveDate {
    FixedOffset::east_opt(KUWAIT_SECONDS).map_or_else(
        || at.date_naive(),
        |kuwait| at.with_timezone(&kuwait).date_naive(),
    )
}

/// So many minutes after midnight of a day in Kuwait.
fn at(day: NaiveDate, minutes: i64) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::seconds(KUWAIT_SECONDS.into())
        + TimeDelta::minutes(minutes)
}
